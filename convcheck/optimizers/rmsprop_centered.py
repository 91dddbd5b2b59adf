"""Centred RMSProp: the gradient divided by a running standard deviation, with momentum."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import FRACTION


@optimizer(
    source="graves2013, Equations (38)-(41)",
    label="RMSProp, centred",
    ranges={"momentum": FRACTION},
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def rmsprop_centered(x, g, t, m=0, v=0, d=0, *, lr=1e-4, beta2=0.95, momentum=0.9, eps=1e-4):
    r"""Divide the gradient by the root of its running variance, and go on by a part of the last displacement.

    .. math::

        m_t = \beta_2 m_{t-1} + (1-\beta_2) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        d_t = \mu d_{t-1} - \alpha_t \frac{g_t}{\sqrt{v_t - m_t^2 + \varepsilon}}, \quad
        x_{t+1} = x_t + d_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta2
        Decay rate of both averages, in [0, 1).
    momentum
        Part μ of the last displacement that is kept, in [0, 1); 0 is centred RMSProp alone.
    eps
        Added inside the root, ε >= 0, in units of the gradient squared.

    Source
        Graves (2013), Equations (38) to (41) (numbers as remembered), where n, g and Δ are v, m and d.
    Differs
        torch.optim.RMSprop(centered=True) has ε = 10⁻⁸ outside the root, β₂ = 0.99 and, by default, no momentum.
        v - m² is never negative; where rounding makes it so, it counts as 0.
    Convention
        With ε = 0, 0/0 = 0, and a coordinate whose gradients have no variance (β₂ = 0) does not move either.
    """
    m = beta2 * m + (1 - beta2) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    d = momentum * d - lr * ratio(g, np.sqrt(np.maximum(v - m * m, 0) + eps))
    return x + d, m, v, d
