"""AdamW: Adam with decoupled weight decay."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="loshchilov2019, Algorithm 2",
    label="AdamW",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adamw(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    r"""Step as Adam does, and towards zero by a part of x.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        c_{i,t} = 1 - \beta_i^t, \quad
        x_{t+1} = x_t - \alpha_t \left(
            \frac{m_t / c_{1,t}}{\sqrt{v_t / c_{2,t}} + \varepsilon} + \lambda x_t \right)

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
        Loshchilov & Hutter (2019), Algorithm 2: x_{t+1} = x_t - η_t (α m̂/(√v̂ + ε) + λ x_t).  Their λ is not
        multiplied by α: it is ours times α, and our α_t is their η_t α.
    Differs
        torch.optim.AdamW (λ = 0.01) and optax.adamw (λ = 10⁻⁴) are this rule.  A penalty λ‖x‖²/2 in the loss would be
        divided by √v̂ like the rest of the gradient.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient moves by its decay alone.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * (ratio(m / c1, np.sqrt(v / c2) + eps) + weight_decay * x), m, v, c1, c2
