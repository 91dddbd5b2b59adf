"""Yogi: a second moment that is pulled towards the squared gradient by steps of the gradient's own size."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="zaheer2018, Algorithm 2",
    label="Yogi",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def yogi(x, g, t, m=0, v=0, *, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
    r"""Divide an average of the gradients by the root of a second moment that falls slowly.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = v_{t-1} - (1-\beta_2) \operatorname{sign}(v_{t-1} - g_t^2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rate of the average, and one minus the factor of the steps of v, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Zaheer, Reddi, Sachan, Kale & Kumar (2018), Algorithm 2, with v_0 = 0 and no bias correction.
    Differs
        The authors' code starts from the squared gradient of a first batch; optax.yogi and pytorch_optimizer's Yogi
        start from m_0 = v_0 = 10⁻⁶ and correct biases that this start does not have.  `adam_undebiased` has
        v_{t-1} - g_t² in place of sign(v_{t-1} - g_t²) g_t².
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * np.sign(v - g * g) * (g * g)
    return x - lr * ratio(m, np.sqrt(v) + eps), m, v
