"""AMSBound: AdaBound with the second moment of AMSGrad."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import POSITIVE


@optimizer(
    source="luo2019, Algorithm 3",
    label="AMSBound",
    ranges={"final_lr": POSITIVE, "gamma": POSITIVE},
    invariances=("sign-symmetric", "translation-invariant"),
)
def amsbound(x, g, t, m=0, v=0, v_max=0, *, lr=1e-3, beta1=0.9, beta2=0.999, final_lr=0.1, gamma=1e-3, eps=0.0):
    r"""Multiply an average of the gradients by AMSGrad's step size, clipped to bounds that meet.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        \hat v_t = \max(\hat v_{t-1}, v_t), \quad
        x_{t+1} = x_t - \operatorname{clip}\Bigl(\frac{\alpha_t}{\sqrt{\hat v_t} + \varepsilon},\;
            \alpha^* \Bigl(1 - \frac{1}{\gamma t + 1}\Bigr),\; \alpha^* \Bigl(1 + \frac{1}{\gamma t}\Bigr)\Bigr) m_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    final_lr
        Step size α* > 0 of the gradient descent that it becomes, in units of x per unit of gradient.
    gamma
        How fast the bounds close, γ > 0.
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Luo, Xiong, Liu & Sun (2019), Algorithm 3 (number as remembered); the division by √t as in `adabound`.
    Differs
        From `adabound`: the maximum of v.
    Convention
        0/0 = 0, and the clip makes of it the lower bound: a coordinate that has seen no gradient has m = 0 and rests.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    v_max = np.maximum(v_max, v)
    lower = final_lr * (1 - 1 / (gamma * t + 1))
    upper = final_lr * (1 + 1 / (gamma * t))
    return x - np.clip(ratio(lr, np.sqrt(v_max) + eps), lower, upper) * m, m, v, v_max
