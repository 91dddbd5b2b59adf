"""Elastic averaging SGD: workers explore on their own, and are drawn to a centre that they draw along."""

import numpy as np

from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import SOME, copies, total


def all_at_the_centre(x, *, workers):
    """Return the workers' points: copies of x."""
    return (copies(x, workers).copy(),)


def own_points(x, points):
    """Return the workers' points."""
    return points


@optimizer(
    source="zhang2015, Algorithm 1",
    label="EASGD",
    ranges={"workers": SOME, "period": SOME},
    init=all_at_the_centre,
    query=own_points,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def easgd(x, g, t, points=0, *, lr=0.1, beta=0.9, period=10, workers=4):
    r"""Step with every worker, and in every τ-th round pull the workers and the centre towards each other.

    .. math::

        a_t = \beta / M \text{ if } \tau \text{ divides } t - 1, \text{ else } 0, \quad
        p_{i,t+1} = p_{i,t} - \alpha_t \nabla f_t(p_{i,t}) - a_t (p_{i,t} - x_t), \quad
        x_{t+1} = x_t + a_t \sum_{i=1}^{M} (p_{i,t} - x_t)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    beta
        Moving rate of the centre, in [0, 1); each worker's is β/M.
    period
        Communication period τ, an integer.
    workers
        Number M of workers p_1, …, p_M, each with randomness of its own.  It is the state's length.

    Source
        Zhang, Choromanska & LeCun (2015): the synchronous updates of Section 2, with the period of Algorithm 1; x is
        their x̃, α is η, β/M is α.  Numbers of sections as remembered.
    Differs
        From the asynchronous Algorithm 1: all workers meet in the same rounds.  A projection acts on the centre alone.
    Convention
        No division but by M: while all gradients are zero nobody moves.
    """
    rate = np.where((t - 1) % period == 0, beta / len(points), 0)
    pull = rate * (points - x)
    return x + total(pull), points - lr * g - pull
