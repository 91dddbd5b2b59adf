"""NAdam with Dozat's schedule, in which the momentum grows."""

import numpy as np

from convcheck.arithmetic.elementary import exp, log
from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import NONNEGATIVE, Range


@optimizer(
    source="dozat2016, Algorithm 2",
    label="NAdam, Dozat's schedule",
    ranges={"psi": NONNEGATIVE, "kappa": Range(0.0, 1.0, open_low=True)},
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def nadam_dozat(x, g, t, m=0, v=0, p=1, c2=0, *, lr=2e-3, beta1=0.9, beta2=0.999, psi=0.004, kappa=0.96, eps=1e-8):
    r"""Mix the average of gradients and the gradient by a momentum that grows, and divide as Adam does.

    .. math::

        \mu_t = \beta_1 \bigl(1 - \tfrac12 \kappa^{t \psi}\bigr), \quad
        p_t = \prod_{s \le t} \mu_s, \quad
        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t
            \frac{\mu_{t+1} m_t / (1 - p_{t+1}) + (1-\mu_t) g_t / (1 - p_t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1
        Decay rate of the average, and what the momentum grows to, in [0, 1).
    beta2
        Decay rate of the average of squares, in [0, 1).
    psi
        How fast the momentum grows, ψ >= 0; at 0 it stays β₁ (1 - 1/2).
    kappa
        The base of the schedule, in (0, 1].
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Dozat (2016), Algorithm 2, as torch.optim.NAdam computes it (the paper's text was not at hand).
    Differs
        torch.optim.NAdam is this rule: m is averaged with the constant β₁, and only the mixture follows the schedule,
        so the weights of past gradients do not sum to 1.  timm's NAdamLegacy agrees.  See `nadam` and `nadamw`.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    mu = beta1 * (1 - exp(t * psi * log(kappa)) / 2)
    mu_next = beta1 * (1 - exp((t + 1) * psi * log(kappa)) / 2)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    p = p * mu
    c2 = beta2 * c2 + (1 - beta2)
    ahead = mu_next * m / (1 - p * mu_next) + (1 - mu) * g / (1 - p)
    return x - lr * ratio(ahead, np.sqrt(v / c2) + eps), m, v, p, c2
