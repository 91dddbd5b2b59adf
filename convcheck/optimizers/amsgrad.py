"""AMSGrad: Adam whose second moment never decreases."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="reddi2018, Algorithm 2",
    label="AMSGrad",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def amsgrad(x, g, t, m=0, v=0, v_max=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=0.0):
    r"""Divide an average of the gradients by the root of the largest average of their squares so far.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        \hat v_t = \max(\hat v_{t-1}, v_t), \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{\hat v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Reddi, Kale & Kumar (2018), Algorithm 2, which has ε = 0.
    Differs
        torch.optim.Adam(amsgrad=True) takes the maximum of the uncorrected v and then corrects the bias of m and of
        the maximum; optax.amsgrad takes the maximum after correcting the bias; here nothing is corrected.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    v_max = np.maximum(v_max, v)
    return x - lr * ratio(m, np.sqrt(v_max) + eps), m, v, v_max
