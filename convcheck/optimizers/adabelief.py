"""AdaBelief: Adam that measures the gradient against its own average."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="zhuang2020, Algorithm 2",
    label="AdaBelief",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adabelief(x, g, t, m=0, s=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16):
    r"""Divide an average of the gradients by the root of an average of their squared deviations from it.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        s_t = \beta_2 s_{t-1} + (1-\beta_2) (g_t - m_t)^2 + \varepsilon, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{s_t / (1-\beta_2^t)} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to s at every step, so that s_t >= ε (1-β₂^t)/(1-β₂), and to the root: ε >= 0, two units in one number.

    Source
        Zhuang et al. (2020), Algorithm 2, ε at both places, as in the authors' code and optax (the paper's text was
        not at hand).
    Differs
        optax.adabelief is this rule; pytorch_optimizer's AdaBelief has ε inside s alone.  Versions of optax before
        November 2024 measured the gradient against m_{t-1}.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate whose gradients never deviate from their average (β₁ = 0) rests.
    """
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * ((g - m) * (g - m)) + eps
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(s / c2) + eps), m, s, c1, c2
