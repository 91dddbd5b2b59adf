"""AdamNC with the plain average of all squares, the choice for which its regret bound is stated."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="reddi2018, Algorithm 3",
    label="AdamNC",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adamnc(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, eps=0.0):
    r"""Divide an average of the gradients by the root of the mean of all their squares.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = v_{t-1} + \frac{g_t^2 - v_{t-1}}{t} = \frac{1}{t} \sum_{s \le t} g_s^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1
        Decay rate of the average of gradients, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Reddi, Kale & Kumar (2018), Algorithm 3 with β₂ₜ = 1 - 1/t, the choice of their Corollary 2; it has ε = 0.
    Differs
        Algorithm 3 allows any β₂ₜ: that is `adam_undebiased` with a schedule for beta2, which must start at β₂₁ < 1.
        With α_t = α/√t and β₁ = 0 this rule is `adagrad` with step size α.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = v + (g * g - v) / t
    return x - lr * ratio(m, np.sqrt(v) + eps), m, v
