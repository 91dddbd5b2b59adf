"""Adam as Défossez, Bottou, Bach and Usunier analyse it: sums in place of averages, and only v corrected."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="defossez2022, Section 2.2",
    label="Adam, as a sum",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adam_defossez(x, g, t, m=0, v=0, c=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide a decaying sum of the gradients by the root of a decaying sum of their squares.

    .. math::

        m_t = \beta_1 m_{t-1} + g_t, \quad
        v_t = \beta_2 v_{t-1} + g_t^2, \quad
        c_t = \beta_2 c_{t-1} + 1 = \frac{1-\beta_2^t}{1-\beta_2}, \quad
        x_{t+1} = x_t - \alpha (1-\beta_1) \sqrt{c_t} \frac{m_t}{\sqrt{\varepsilon + v_t}}

    Parameters
    ----------
    lr
        Step size α > 0, in units of x.
    beta1
        Decay rate of the sum of gradients, in [0, 1); the analysis needs β₁ < β₂.
    beta2
        Decay rate of the sum of squares, in [0, 1); the source's AdaGrad is the limit β₂ = 1 without the factor √c.
    eps
        Added inside the root, ε >= 0, in units of the gradient squared.

    Source
        Défossez, Bottou, Bach & Usunier (2022), Section 2.2, with the step size
        α_t = α (1 - β₁) √((1 - β₂^t) / (1 - β₂)); c is the same sum of the constant 1.
    Differs
        From `adam`: the bias of m is not corrected, so that α_t never decreases; ε stands inside the root and is not
        scaled by 1 - β₂.  With ε = 0 it is `adam` without the correction of m.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + g
    v = beta2 * v + g * g
    c = beta2 * c + 1
    return x - lr * (1 - beta1) * np.sqrt(c) * ratio(m, np.sqrt(eps + v)), m, v, c
