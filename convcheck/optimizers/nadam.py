"""NAdam with a constant momentum: Adam that looks one step of its average ahead."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="dozat2016, Algorithm 2",
    label="NAdam",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def nadam(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    r"""Divide the next average of gradients, the present gradient in place of the next one, as Adam does.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        c_{i,t} = 1 - \beta_i^t, \quad
        x_{t+1} = x_t - \alpha_t
            \frac{\beta_1 m_t / c_{1,t+1} + (1-\beta_1) g_t / c_{1,t}}{\sqrt{v_t / c_{2,t}} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Dozat (2016), Algorithm 2 with a constant momentum μ_t = β₁, as quoted in optax's source, which remarks that
        the paper multiplies v_t / c₂ by a further β₂ and, like everybody, leaves it out.
    Differs
        optax.nadam is this rule.  `nadam_dozat` has Dozat's schedule for the momentum (torch), `nadamw` corrects both
        terms by c₁,t (timm).
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    ahead = beta1 * (m / (beta1 * c1 + (1 - beta1))) + (1 - beta1) * (g / c1)
    return x - lr * ratio(ahead, np.sqrt(v / c2) + eps), m, v, c1, c2
