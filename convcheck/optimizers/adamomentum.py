"""AdaMomentum: Adam whose second moment is that of the average, not of the gradient."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="wang2021, Algorithm 1",
    label="AdaMomentum",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adamomentum(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16):
    r"""Divide an average of the gradients by the root of an average of its own squares.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) m_t^2 + \varepsilon, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)}}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to v at every step, ε >= 0, in units of the gradient squared; then v_t/(1-β₂^t) >= ε/(1-β₂).

    Source
        Wang, Kang, Qin, Wang, Xu, Zhang & Fu (2021), Algorithm 1 (as converted; the paper's text was not at hand).
    Differs
        From `adam`: m² in place of g², ε inside v, none outside the root.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (m * m) + eps
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(v / c2)), m, v, c1, c2
