"""ACProp with the average of gradients in the numerator, as its code has it on request."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="zhuang2021, Algorithm 2",
    label="ACProp, momentum",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def acprop_momentum(x, g, t, m=0, s=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16):
    r"""Divide an average of the gradients by the root of an average of earlier squared deviations from it.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{s_{t-1} / (1-\beta_2^{t-1})}}, \quad
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
        The authors' code of Zhuang et al. (2021) with momentum_update=True; the paper's Algorithm 2 (number as
        remembered) has the gradient there.
    Differs
        From `acprop`: the numerator.
    Convention
        0/0 = 0 and m/0 = 0: x rests at t = 1, when there is no s yet.
    """
    m = beta1 * m + (1 - beta1) * g
    c1 = beta1 * c1 + (1 - beta1)
    x = x - lr * ratio(np.sqrt(c2) * (m / c1), np.sqrt(s))
    s = beta2 * s + (1 - beta2) * ((g - m) * (g - m)) + eps
    return x, m, s, c1, beta2 * c2 + (1 - beta2)
