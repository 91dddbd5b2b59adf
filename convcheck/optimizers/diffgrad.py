"""diffGrad: Adam with friction where the gradient hardly changes."""

import numpy as np

from convcheck.arithmetic.elementary import exp
from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="dubey2020, Algorithm 1",
    label="diffGrad",
    invariances=("sign-symmetric", "translation-invariant", "bounded-step"),
)
def diffgrad(x, g, t, m=0, v=0, c1=0, c2=0, g_last=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Multiply Adam's step by a sigmoid of the change of the gradient.

    .. math::

        \xi_t = \frac{1}{1 + e^{-|g_t - g_{t-1}|}}, \quad
        x_{t+1} = x_t - \alpha_t \xi_t
            \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    with m and v as in `adam`, and g_0 = 0.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Dubey, Chakraborty, Roy, Mukherjee, Singh & Chaudhuri (2020), Algorithm 1 (number as remembered).
    Differs
        The authors' code, and pytorch_optimizer 4.1, put ε before the correction of v.  ξ lies in [1/2, 1) and depends
        on the unit of the gradient: for large gradients it is 1 and the rule is `adam`, for small ones it is 1/2.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    xi = 1 / (1 + exp(-abs(g - g_last)))
    return x - lr * xi * ratio(m / c1, np.sqrt(v / c2) + eps), m, v, c1, c2, g
