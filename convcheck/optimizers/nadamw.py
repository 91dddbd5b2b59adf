"""NAdamW: AdamW that averages the present gradient twice."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="wightman2019, timm.optim.NAdamW",
    label="NAdamW",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def nadamw(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    r"""Divide the average that would follow if the gradient came again, with decoupled weight decay.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        c_{i,t} = 1 - \beta_i^t, \quad
        x_{t+1} = x_t - \alpha_t \left(
            \frac{(\beta_1 m_t + (1-\beta_1) g_t) / c_{1,t}}{\sqrt{v_t / c_{2,t}} + \varepsilon} + \lambda x_t \right)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    weight_decay
        Weight decay λ >= 0, per unit of α.

    Source
        timm.optim.NAdamW of Wightman (2019), which says that it differs from torch.optim.NAdam.
    Differs
        From `nadam`: both terms are corrected by c₁,t, though their weights sum to c₁,t+1; and weight decay.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient moves by its decay alone.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    ahead = (beta1 * m + (1 - beta1) * g) / c1
    return x - lr * (ratio(ahead, np.sqrt(v / c2) + eps) + weight_decay * x), m, v, c1, c2
