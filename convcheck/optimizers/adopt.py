"""ADOPT: the gradient is divided by a second moment that does not know it, and then averaged."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="taniguchi2024, Algorithm 2",
    label="ADOPT",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adopt(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.9999, eps=1e-6):
    r"""Average gradients that are divided by the root of the average of squares before them, and clipped.

    .. math::

        v_1 = g_1^2, \quad
        m_t = \beta_1 m_{t-1} + (1-\beta_1) \operatorname{clip}\Bigl(
            \frac{g_t}{\max(\sqrt{v_{t-1}}, \varepsilon)}, -\sqrt[4]{t-1}, \sqrt[4]{t-1}\Bigr), \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t m_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Least divisor, ε >= 0, in units of the gradient.

    Source
        Taniguchi et al. (2024), the algorithm with clipping (number as remembered), whose t begins one step later: at
        our t = 1 only v is set, since the clip is to 0.
    Differs
        optax.contrib.adopt and pytorch_optimizer's ADOPT (whose clip is ⁴√t) and timm's Adopt (∛(t-1)) are this rule
        where nothing is clipped.  `adopt_unclipped` is the algorithm of the theorems.
    Convention
        ε > 0; with ε = 0, 0/0 = 0 and g/0 = 0: a coordinate rests at its first gradient that is not zero.
    """
    clip = np.sqrt(np.sqrt(t - 1))
    m = beta1 * m + (1 - beta1) * np.clip(ratio(g, np.maximum(np.sqrt(v), eps)), -clip, clip)
    v = np.where(t <= 1, g * g, beta2 * v + (1 - beta2) * (g * g))
    return x - lr * m, m, v
