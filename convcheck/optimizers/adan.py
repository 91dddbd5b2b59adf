"""Adan: Nesterov's acceleration without a gradient elsewhere, from the differences of gradients."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="xie2024, Algorithm 1",
    label="Adan",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adan(
    x, g, t, m=0, d=0, n=0, c1=0, c2=0, c3=0, g_last=0,
    *, lr=1e-3, beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8, weight_decay=0.0,
):  # fmt: skip
    r"""Divide averages of gradients and of their differences by the root of an average of squares of both together.

    .. math::

        m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        d_t = \beta_2 d_{t-1} + (1-\beta_2) (g_t - g_{t-1}), \quad
        n_t = \beta_3 n_{t-1} + (1-\beta_3) \bigl(g_t + \beta_2 (g_t - g_{t-1})\bigr)^2,

        x_{t+1} &= \frac{1}{1 + \alpha_t \lambda} \Bigl( x_t - \alpha_t
            \frac{m_t / c_{1,t} + \beta_2 d_t / c_{2,t}}{\sqrt{n_t / c_{3,t}} + \varepsilon} \Bigr), \quad
        c_{i,t} = 1 - \beta_i^t, \quad g_0 = g_1

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2, beta3
        Decay rates of the averages of gradients, differences and squares, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    weight_decay
        Weight decay λ >= 0, per unit of α.

    Source
        Xie, Zhou, Li, Lin & Yan (2024), Algorithm 1, as the authors' code computes it; there v is d, and the β are one
        minus these.
    Differs
        timm and pytorch_optimizer are this rule.  The paper starts from m_1 = g_1, n_1 = g_1² in place of the weights
        c, has ε inside the root and restarts on a condition.  optax.adan (0.2.8) multiplies the differences by
        1 - β₂ = 0.08 where β₂ = 0.92 is meant.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient moves by its decay alone.
    """
    difference = np.where(t <= 1, 0, g - g_last)
    ahead = g + beta2 * difference
    m = beta1 * m + (1 - beta1) * g
    d = beta2 * d + (1 - beta2) * difference
    n = beta3 * n + (1 - beta3) * (ahead * ahead)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    c3 = beta3 * c3 + (1 - beta3)
    step = ratio(m / c1 + beta2 * (d / c2), np.sqrt(n / c3) + eps)
    return (x - lr * step) / (1 + lr * weight_decay), m, d, n, c1, c2, c3, g
