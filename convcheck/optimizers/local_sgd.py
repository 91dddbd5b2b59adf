"""Local SGD: workers step on their own, and are averaged every H-th round."""

import numpy as np

from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import SOME, copies, mean


def together(x, *, workers):
    """Return the workers' points, copies of x, and no step since they met."""
    return copies(x, workers).copy(), np.zeros(())


def own_points(x, points, since):
    """Return the workers' points; those that have just met go on from x, which may have been projected."""
    return np.where(since == 0, x, points)


@optimizer(
    source="stich2019, Algorithm 1",
    label="local SGD",
    ranges={"workers": SOME, "period": SOME},
    init=together,
    query=own_points,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def local_sgd(x, g, t, points=0, since=0, *, lr=0.1, period=8, workers=4):
    r"""Step with every worker, and let all go on from their mean after every H rounds.

    .. math::

        p_{i,t+1} = p_{i,t} - \alpha_t \nabla f_t(p_{i,t}), \text{ or } x_{t+1} \text{ if } H \text{ divides } t, \quad
        x_{t+1} = \frac{1}{M} \sum_{i=1}^{M} \bigl( p_{i,t} - \alpha_t \nabla f_t(p_{i,t}) \bigr)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    period
        Number H of rounds between two meetings, an integer.
    workers
        Number M of workers p_1, …, p_M, each with randomness of its own.  It is the state's length.

    Source
        Stich (2019), Algorithm 1; its number as remembered.
    Differs
        With H = 1 it is `sgd` on the mean of M gradients at x.  A projection acts on x, hence on the workers only when
        they meet.  On quadratics with the same data everywhere x is that of mini-batch SGD whatever H.
    Convention
        No division but by M: while all gradients are zero nobody moves.
    """
    points = own_points(x, points, since) - lr * g
    return mean(points), points, (since + 1) % period
