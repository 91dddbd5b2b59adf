"""Adam, bias-corrected, as published."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="kingma2015, Algorithm 1",
    label="Adam",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adam(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide an average of the gradients by the root of an average of their squares, both corrected for bias.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        c_{i,t} = \beta_i c_{i,t-1} + (1-\beta_i) = 1 - \beta_i^t, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / c_{1,t}}{\sqrt{v_t / c_{2,t}} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Kingma & Ba (2015), Algorithm 1.  The weights c are the same averages of the constant 1: no powers, and correct
        also where β follows a schedule, where the source's analysis keeps 1 - β₁^t for a β₁ that changes.
    Differs
        From `adam_undebiased`: bias correction.  torch.optim.Adam and optax.adam are this rule; the more efficient
        form at the end of Section 2 of the source puts ε before the correction.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(v / c2) + eps), m, v, c1, c2
