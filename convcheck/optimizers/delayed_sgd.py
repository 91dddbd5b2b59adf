"""Gradient descent with gradients that arrive late, as Hogwild! and parameter servers see them."""

import numpy as np

from convcheck.optimizers.base import optimizer
from convcheck.parameters import Whole


def nothing_on_the_way(x, *, delay):
    """Return the gradients on their way before the first step: zeros."""
    return (np.zeros((int(delay), *np.shape(x))),)


@optimizer(
    source="zinkevich2009, Algorithm 1",
    label="delayed SGD",
    ranges={"delay": Whole(0)},
    init=nothing_on_the_way,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def delayed_sgd(x, g, t, underway=0, *, lr=0.1, delay=4):
    r"""Step against the gradient of τ rounds ago.

    .. math:: x_{t+1} = x_t - \alpha_t g_{t-\tau}, \quad g_s = \nabla f_s(x_s), \quad g_s = 0 \text{ for } s \le 0

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    delay
        Number τ of rounds a gradient is on its way: an integer, 0 for none.  It is the state's length.

    Source
        Zinkevich, Langford & Smola (2009), Algorithm 1; its number as remembered.  The serial view of Hogwild! (Niu,
        Recht, Ré & Wright 2011) is the same with consistent reads and the largest delay in every round.
    Differs
        With τ = 0 it is `sgd`.  The round's loss is that at x_t; in the last τ rounds gradients stay on their way.
    Convention
        No division: while all gradients are zero x does not move, and it does not move in the first τ rounds.
    """
    queue = np.concatenate([underway, g[None]])
    return x - lr * queue[0], queue[1:]
