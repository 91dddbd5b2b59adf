"""Dual averaging: a step from the starting point against the sum of all gradients."""

import numpy as np

from convcheck.optimizers.base import optimizer


@optimizer(
    source="nesterov2009, method of simple dual averages",
    label="dual averaging",
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def dual_averaging(x, g, t, s=0, x_first=0, *, lr=0.1):
    r"""Go from where everything began, against the sum of the gradients.

    .. math::

        s_t = s_{t-1} + g_t, \quad
        x_{t+1} = x_1 - \alpha_t s_t
                = \operatorname{argmin}_x \Bigl( \langle s_t, x \rangle + \frac{1}{2 \alpha_t} |x - x_1|^2 \Bigr)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient; it makes x_{t+1}, so what texts call η_{t+1}.

    Source
        Nesterov (2009), simple dual averages with the Euclidean prox-function, as remembered; Xiao (2010) for online
        and stochastic losses.  It is follow-the-regularized-leader on linear losses.
    Differs
        From `sgd`, which it is for a constant α without projection: later rates act on all gradients, and the
        projection is lazy, since s does not see it.  On an unbounded domain with rates α/√t its regret is O(√T), and
        that of `sgd` is not.
    Convention
        No division: while all gradients are zero x does not move.
    """
    x_first = np.where(t <= 1, x, x_first)
    s = s + g
    return x_first - lr * s, s, x_first
