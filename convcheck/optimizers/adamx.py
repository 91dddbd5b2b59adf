"""AdamX: AMSGrad made safe for a momentum that changes."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="tran2019, AdamX",
    label="AdamX",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adamx(x, g, t, m=0, v=0, v_hat=0, beta1_last=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=0.0):
    r"""Divide an average of the gradients by the root of a maximum that makes √v̂/(1 - β₁) never decrease.

    .. math::

        m_t = \beta_{1,t} m_{t-1} + (1-\beta_{1,t}) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        \hat v_t = \max\Bigl(\frac{(1-\beta_{1,t})^2}{(1-\beta_{1,t-1})^2} \hat v_{t-1},\; v_t\Bigr), \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{\hat v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1
        Decay rate β₁ₜ of the average of gradients, in [0, 1); meant to follow a schedule.
    beta2
        Decay rate of the average of squares, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Tran & Phong (2019), where v̂₁ = v₁ (here v̂₀ = 0, which gives the same) and ε = 0.
    Differs
        With a constant β₁ it is `amsgrad`.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    growth = (1 - beta1) / (1 - beta1_last)
    v_hat = np.maximum(growth * growth * v_hat, v)
    return x - lr * ratio(m, np.sqrt(v_hat) + eps), m, v, v_hat, beta1
