"""Lion: steps by the sign of an average that forgets faster than the one it keeps."""

import numpy as np

from convcheck.optimizers.base import optimizer


@optimizer(
    source="chen2023, Program 1",
    label="Lion",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def lion(x, g, t, m=0, *, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    r"""Step by the sign of a mixture of the gradient and an average, and towards zero by a part of x.

    .. math::

        x_{t+1} = x_t - \alpha_t \bigl( \operatorname{sign}(\beta_1 m_{t-1} + (1-\beta_1) g_t) + \lambda x_t \bigr),
        \quad m_t = \beta_2 m_{t-1} + (1-\beta_2) g_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1
        Weight of the average in the mixture, in [0, 1).
    beta2
        Decay rate of the average, in [0, 1).
    weight_decay
        Weight decay λ >= 0, per unit of α.

    Source
        Chen et al. (2023), Program 1 (number as remembered).
    Differs
        optax.lion (λ = 10⁻³ by default) and pytorch_optimizer's Lion are this rule.  With λ > 0 it is a Frank–Wolfe
        step of size α λ on the cube of half-width 1/λ.  With β₁ = β₂ it is the sign of one average (Signum).
    Convention
        sign(0) = 0: a coordinate that has seen no gradient moves by its decay alone.
    """
    mixture = beta1 * m + (1 - beta1) * g
    return x - lr * (np.sign(mixture) + weight_decay * x), beta2 * m + (1 - beta2) * g
