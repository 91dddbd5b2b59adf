"""Adam without bias correction, as Reddi, Kale and Kumar analyse it."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="reddi2018, Section 2",
    label="Adam, no debiasing",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adam_undebiased(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=0.0):
    r"""Divide an average of the gradients by the root of an average of their squares.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Reddi, Kale & Kumar (2018), Section 2: the generic method with the averages of Adam; they drop the debiasing
        step of Kingma & Ba and say that their arguments extend to it.
    Differs
        From `adam`: no bias correction, and ε = 0 by default.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    return x - lr * ratio(m, np.sqrt(v) + eps), m, v
