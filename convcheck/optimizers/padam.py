"""Padam: AMSGrad with a partial power in place of the root."""

import numpy as np

from convcheck.arithmetic.elementary import exp, log
from convcheck.optimizers.base import optimizer
from convcheck.parameters import Range


@optimizer(
    source="chen2020, Algorithm 1",
    label="Padam",
    ranges={"p": Range(0.0, 0.5, open_low=True)},
    invariances=("sign-symmetric", "translation-invariant"),
)
def padam(x, g, t, m=0, v=0, v_max=0, *, lr=0.1, beta1=0.9, beta2=0.999, p=0.125):
    r"""Divide an average of the gradients by a power of the largest average of their squares so far.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        \hat v_t = \max(\hat v_{t-1}, v_t), \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\hat v_t^{\,p}}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x times the gradient to the power 2p - 1.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    p
        The power, in (0, 1/2]: `amsgrad` at 1/2, and near 0 gradient descent with momentum.

    Source
        Chen, Zhou, Tang, Yang, Cao & Gu (2020), Algorithm 1, which has no ε.
    Differs
        pytorch_optimizer's PAdam takes no maximum, divides by (√v + ε)^{2p} and corrects the biases as Adam does, by
        √(1 - β₂^t) whatever p is.
    Convention
        Where v̂ = 0, m = 0 and x rests; a power is exp(p ln v̂).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    v_max = np.maximum(v_max, v)
    return x - lr * (m / exp(p * log(np.where(v_max <= 0, 1, v_max)))), m, v, v_max
