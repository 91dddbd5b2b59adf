"""Downpour SGD: workers with copies that grow stale, and a server that adds up what they send."""

import numpy as np

from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import SOME, copies, total


def staggered(x, *, workers):
    """Return the workers' copies of x, nothing accrued, and clocks that are one step apart."""
    points = copies(x, workers)
    column = (-1,) + (1,) * np.ndim(x)
    return points.copy(), np.zeros_like(points), np.arange(float(workers)).reshape(column)


def own_copies(x, points, accrued, clock, *, fetch):
    """Return the workers' copies of x, fetched anew where it is time."""
    return np.where(clock % fetch == 0, x, points)


@optimizer(
    source="dean2012, Algorithm 7.1",
    label="Downpour",
    ranges={"workers": SOME, "fetch": SOME, "push": SOME},
    init=staggered,
    query=own_copies,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def downpour(x, g, t, points=0, accrued=0, clock=0, *, lr=0.02, fetch=5, push=5, workers=4):
    r"""Step with every worker's copy, and send the gradients to the server when it is time.

    A worker whose clock c is divisible by F fetches x; every worker steps and accrues its gradient; one whose clock is
    divisible by P sends what it has accrued, which the server applies to x.

    .. math::

        p_i \leftarrow x_t \text{ if } F \mid c_i, \quad
        a_i \leftarrow a_i + g_i, \quad
        p_i \leftarrow p_i - \alpha_t g_i \quad \text{with } g_i = \nabla f_t(p_i), \quad
        x_{t+1} = x_t - \alpha_t \sum_{i : P \mid c_i} a_i, \quad
        a_i \leftarrow 0 \text{ if } P \mid c_i, \quad
        c_i \leftarrow c_i + 1

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient; of the sum, not of the mean, of the workers' gradients.
    fetch
        Number F of steps between two fetches of a worker, an integer.
    push
        Number P of steps between two pushes of a worker, an integer.
    workers
        Number M of workers, each with randomness of its own.  It is the state's length.

    Source
        Dean et al. (2012), the client's pseudo-code in the appendix; its number as remembered.
    Differs
        The source leaves order and speed to the machines: here all workers take one step a round and their clocks start
        at 0, 1, …, M - 1, so that they fetch and push in different rounds.  Its server may use AdaGrad; this one steps
        by α.  With F = P = 1 it is `sgd` on the sum of M gradients at x.  A projection acts on x alone.
    Convention
        No division: while all gradients are zero nobody moves.
    """
    points = own_copies(x, points, accrued, clock, fetch=fetch) - lr * g
    accrued = accrued + g
    sent = np.where(clock % push == 0, accrued, 0)
    return x - lr * total(sent), points, np.where(clock % push == 0, 0, accrued), clock + 1
