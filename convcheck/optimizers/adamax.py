"""AdaMax: Adam with the maximum norm in place of the root mean square."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="kingma2015, Algorithm 2",
    label="AdaMax",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adamax(x, g, t, m=0, u=0, c1=0, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=0.0):
    r"""Divide an average of the gradients, corrected for bias, by the largest recent gradient.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        u_t = \max(\beta_2 u_{t-1}, |g_t| + \varepsilon), \quad
        c_{1,t} = \beta_1 c_{1,t-1} + (1-\beta_1), \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / c_{1,t}}{u_t}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1
        Decay rate of the average of gradients, in [0, 1).
    beta2
        Decay rate of the maximum, in [0, 1).
    eps
        Added to every gradient's size, ε >= 0, in units of the gradient; the source has none.

    Source
        Kingma & Ba (2015), Algorithm 2; no theorem is stated for it.
    Differs
        torch.optim.Adamax and optax.adamax are this rule with ε = 10⁻⁸.  It is the limit p → ∞ of `adam` with
        v_t = β₂^p v_{t-1} + (1 - β₂^p)|g_t|^p, and the p-th root of v in place of the square root.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, abs(g) + eps)
    c1 = beta1 * c1 + (1 - beta1)
    return x - lr * ratio(m / c1, u), m, u, c1
