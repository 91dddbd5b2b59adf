"""ADOPT without clipping, as its theorems have it."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="taniguchi2024, Algorithm 1",
    label="ADOPT, unclipped",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adopt_unclipped(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.9999, eps=1e-6):
    r"""Average gradients that are divided by the root of the average of squares before them.

    .. math::

        v_1 = g_1^2, \quad
        m_t = \beta_1 m_{t-1} + (1-\beta_1) \frac{g_t}{\max(\sqrt{v_{t-1}}, \varepsilon)}, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t m_t \quad (t > 1)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Least divisor, ε >= 0, in units of the gradient.

    Source
        Taniguchi et al. (2024), Algorithm 1 (number as remembered), whose t begins one step later: at our t = 1 only
        v is set.
    Differs
        From `adopt`: nothing is clipped, and a first gradient near zero makes a large second step.
    Convention
        ε > 0; with ε = 0, 0/0 = 0 and g/0 = 0: a coordinate rests at its first gradient that is not zero.
    """
    m = np.where(t <= 1, 0, beta1 * m + (1 - beta1) * ratio(g, np.maximum(np.sqrt(v), eps)))
    v = np.where(t <= 1, g * g, beta2 * v + (1 - beta2) * (g * g))
    return x - lr * m, m, v
