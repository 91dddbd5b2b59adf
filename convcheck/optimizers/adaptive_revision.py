"""AdaptiveRevision: AdaGrad for gradients that arrive late, which revises the steps it took too boldly meanwhile."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import NONNEGATIVE, Whole


def nothing_on_the_way(x, *, delay):
    """Return the gradients on their way and what had been applied when they were asked, and no gradient applied."""
    queue, none = np.zeros((int(delay), *np.shape(x))), np.zeros_like(x)
    return queue, queue, none, none, none


@optimizer(
    source="mcmahan2014, Algorithm AdaptiveRevision",
    label="AdaptiveRevision",
    ranges={"delay": Whole(0), "initial": NONNEGATIVE},
    init=nothing_on_the_way,
    invariances=("sign-symmetric", "translation-invariant"),
)
def adaptive_revision(x, g, t, underway=0, seen=0, applied=0, z=0, z_max=0, *, lr=0.1, delay=4, initial=1.0):
    r"""Divide each late gradient by the root of squares that count what was applied meanwhile, and revise that.

    .. math::

        z' = z + g^2 + 2 g h, \quad
        \hat z' = \max(\hat z, z'), \quad
        r = \frac{\alpha}{\sqrt{z_0 + \hat z}}, \quad
        r' = \frac{\alpha}{\sqrt{z_0 + \hat z'}}, \quad
        x' = x - r' g + (r - r') h

    as g = ∇f_{t-τ}(x_{t-τ}) arrives in round t, where h is the sum of the gradients applied since it was asked.

    Parameters
    ----------
    lr
        Step size α > 0, in units of x; a constant in the source.
    delay
        Number τ of rounds a gradient is on its way: an integer, 0 for none.  It is the length of two queues.
    initial
        z_0 >= 0, in units of the gradient squared; 1 in the source, where z starts from it.

    Source
        McMahan & Streeter (2014): the update is that of the implementation in the Petuum parameter server, which names
        it; the paper itself was not read in print.
    Differs
        With τ = 0 and initial = 0 it is `adagrad` with ε = 0.  In the source gradients arrive in any order; here every
        one takes τ rounds.
    Convention
        0/0 = 0 where initial = 0: a coordinate that has seen no gradient does not move.
    """
    underway, seen = np.concatenate([underway, g[None]]), np.concatenate([seen, applied[None]])
    g, h = underway[0], applied - seen[0]
    old = np.sqrt(initial + z_max)
    z = z + g * g + 2 * g * h
    z_max = np.maximum(z_max, z)
    new = np.sqrt(initial + z_max)
    x = x - lr * ratio(g, new) + lr * (ratio(h, old) - ratio(h, new))
    return x, underway[1:], seen[1:], applied + g, z, z_max
