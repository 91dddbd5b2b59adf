"""AMSGrad with bias correction, the maximum taken before it, as in torch."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="reddi2018, Algorithm 2",
    label="AMSGrad, corrected after the maximum",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def amsgrad_max_before(x, g, t, m=0, v=0, v_max=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide an average by the root of the largest average of squares, both corrected for today's bias.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        \hat v_t = \max(\hat v_{t-1}, v_t), \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{\hat v_t / (1-\beta_2^t)} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        torch.optim.Adam(amsgrad=True), a reading of Reddi, Kale & Kumar (2018), Algorithm 2, which corrects nothing.
    Differs
        From `amsgrad`: bias correction, and so √v̂/(1 - β₂^t) may decrease; with α_t = α/√t the ratio √v̂/α_t does not.
        From `amsgrad_max_after`: a maximum of raw averages forgets the first gradients' weight.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    v_max = np.maximum(v_max, v)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(v_max / c2) + eps), m, v, v_max, c1, c2
