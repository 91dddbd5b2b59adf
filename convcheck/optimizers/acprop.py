"""ACProp: the gradient over a centred second moment that does not know it."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="zhuang2021, Algorithm 2",
    label="ACProp",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def acprop(x, g, t, m=0, s=0, c=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16):
    r"""Divide the gradient by the root of an average of earlier squared deviations from an average.

    .. math::

        x_{t+1} = x_t - \alpha_t \frac{g_t}{\sqrt{s_{t-1} / (1-\beta_2^{t-1})}}, \quad
        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        s_t = \beta_2 s_{t-1} + (1-\beta_2) (g_t - m_t)^2 + \varepsilon

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to s at every step, ε >= 0, in units of the gradient squared.

    Source
        Zhuang et al. (2021), Algorithm 2 (number as remembered), ε inside s as in the authors' code.
    Differs
        The authors' code and optax.contrib.acprop move at t = 1, by α g_1, and add ε to the root too; optax measures
        the gradient against m_{t-1}.  `acprop_momentum` has m in the numerator; `adashift_lag1` does not centre.
    Convention
        0/0 = 0 and g/0 = 0: x rests at t = 1, when there is no s yet.
    """
    x = x - lr * ratio(np.sqrt(c) * g, np.sqrt(s))
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * ((g - m) * (g - m)) + eps
    return x, m, s, beta2 * c + (1 - beta2)
