"""RAdam: Adam whose rate is rectified for the variance of its second moment."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import ANY


def rectification(t, beta2, c2):
    """Return ρ_t, the length of the average of squares, and the factor r_t (0 while ρ_t <= 4)."""
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * ((1 - c2) / c2)
    share = ratio(np.maximum(rho - 4, 0) * (rho - 2) * rho_inf, (rho_inf - 4) * (rho_inf - 2) * rho)
    return rho, np.sqrt(np.maximum(share, 0))


@optimizer(
    source="liu2020, Algorithm 2",
    label="RAdam",
    ranges={"threshold": ANY},
    invariances=("sign-symmetric", "translation-invariant"),
)
def radam(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=0.0, threshold=4.0):
    r"""Step as Adam does, by a rate that grows with the number of squares averaged; before that, by the average alone.

    .. math::

        \rho_\infty = \frac{2}{1-\beta_2} - 1, \quad
        \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1-\beta_2^t}, \quad
        r_t = \sqrt{\frac{(\rho_t-4)(\rho_t-2)\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\rho_t}}, \quad
        x_{t+1} = x_t - \alpha_t r_t \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}
            \text{ if } \rho_t > \bar\rho, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{1-\beta_1^t} \text{ otherwise,}

    with m and v as in `adam`.

    Parameters
    ----------
    lr
        Step size α_t > 0: in units of x, and in the first steps in units of x per unit of gradient.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient; the source has none.
    threshold
        Length above which the variance is rectified; 4 in the source.

    Source
        Liu, Jiang, He, Chen, Liu, Gao & Han (2020), Algorithm 2; 1 - β₂^t is c₂, a weight carried along.
    Differs
        torch.optim.RAdam asks ρ_t > 5 and puts ε before the correction of v; optax.radam asks ρ_t >= 5; with β₂ = 0.999
        rectification begins at t = 5 for 4 and at t = 6 for 5.  With β₂ <= 3/5 it never begins.  pytorch_optimizer's
        does not move at all in the first five steps, by default.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    rho, r = rectification(t, beta2, c2)
    adaptive = r * ratio(m / c1, np.sqrt(v / c2) + eps)
    return x - lr * np.where(rho > threshold, adaptive, m / c1), m, v, c1, c2
