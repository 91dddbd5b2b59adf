"""AdaBound: Adam whose step sizes are clipped to a tube that closes on that of gradient descent."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import POSITIVE


@optimizer(
    source="luo2019, Algorithm 2",
    label="AdaBound",
    ranges={"final_lr": POSITIVE, "gamma": POSITIVE},
    invariances=("sign-symmetric", "translation-invariant"),
)
def adabound(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, final_lr=0.1, gamma=1e-3, eps=0.0):
    r"""Multiply an average of the gradients by Adam's step size, clipped to bounds that meet.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \operatorname{clip}\Bigl(\frac{\alpha_t}{\sqrt{v_t} + \varepsilon},\;
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
        Luo, Xiong, Liu & Sun (2019), Algorithm 2, with the bounds of the authors' code.  There the clipped step is
        divided by √t: that is this rule with lr and final_lr both following `inverse_sqrt`.
    Differs
        The authors' code, and pytorch_optimizer, have constant rates, α √(1 - β₂^t)/(1 - β₁^t) for α_t (bias
        correction), and ε = 10⁻⁸.
    Convention
        0/0 = 0, and the clip makes of it the lower bound: a coordinate that has seen no gradient has m = 0 and rests.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    lower = final_lr * (1 - 1 / (gamma * t + 1))
    upper = final_lr * (1 + 1 / (gamma * t))
    return x - np.clip(ratio(lr, np.sqrt(v) + eps), lower, upper) * m, m, v
