"""AdamInject: Adam whose average takes in the last displacement times the squared gradient."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import POSITIVE


def injected(x, g, t, x_last, k):
    """Return the gradient with the last displacement injected; at the first step, the gradient."""
    return np.where(t <= 1, g, (g + (x_last - x) * (g * g)) / k)


@optimizer(
    source="dubey2022, Algorithm 1",
    label="AdamInject",
    ranges={"k": POSITIVE},
    invariances=("sign-symmetric", "translation-invariant"),
)
def adam_inject(x, g, t, m=0, v=0, c1=0, c2=0, x_last=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, k=2.0):
    r"""Step as Adam does, with an average of gradients that the last displacement has changed.

    .. math::

        s_1 = g_1, \quad
        s_t = \frac{g_t + (x_{t-1} - x_t) g_t^2}{k}, \quad
        m_t = \beta_1 m_{t-1} + (1-\beta_1) s_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    k
        What the injected gradient is divided by, k > 0; 2 in the source.

    Source
        Dubey, Basha, Singh & Chaudhuri (2022), Algorithm 1 (number as remembered), after the authors' code.
    Differs
        The authors' code puts ε before the correction of v.  The sum of a gradient and a displacement times a squared
        gradient has no unit: the rule is not scale-invariant, and the sign of s turns where |x_{t-1} - x_t| |g_t| > 1.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * injected(x, g, t, x_last, k)
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(v / c2) + eps), m, v, c1, c2, x
