"""Momentum that comes from averaging the points of follow-the-regularized-leader: it grows, and the steps shrink."""

import numpy as np

from convcheck.optimizers.base import optimizer


@optimizer(
    source="li2022, FTRL-based SGDM",
    label="FTRL momentum",
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def ftrl_momentum(x, g, t, s=0, x_first=0, *, lr=0.1):
    r"""Move to the mean of all points that `dual_averaging` would have visited on the same gradients.

    .. math::

        s_t = s_{t-1} + g_t, \quad
        x_{t+1} = x_t + \frac{x_1 - \alpha_t s_t - x_t}{t + 1}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient, that makes x_{t+1}; α/√(t + 1) for the O(1/√T) bound on
        the last iterate.

    Source
        Li, Liu & Orabona (2022), with equal weights; the algorithm as remembered, not read in print.  The gradient is
        asked at the mean itself, which is what makes the last point as good as an average of points.
    Differs
        From `heavy_ball`: for a constant α the momentum is (t - 1)/(t + 1), which tends to 1, and the rate α/(t + 1); a
        change of α acts on all gradients.  The source has weights, here all 1, and adaptive rates.
    Convention
        The only divisor is t + 1: while all gradients are zero x does not move.
    """
    x_first = np.where(t <= 1, x, x_first)
    s = s + g
    return x + (x_first - lr * s - x) / (t + 1), s, x_first
