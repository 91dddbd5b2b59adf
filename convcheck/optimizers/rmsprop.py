"""RMSProp: the gradient divided by a running root mean square."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="tieleman2012, Lecture 6.5",
    label="RMSProp",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def rmsprop(x, g, t, v=0, *, lr=1e-3, beta2=0.9, eps=0.0):
    r"""Divide the gradient by the root of an average of the squares of the gradients.

    .. math::

        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{g_t}{\sqrt{v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta2
        Decay rate of the average, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Tieleman & Hinton (2012), which has β₂ = 0.9 and no ε.
    Differs
        It is `adam_undebiased` with β₁ = 0.  torch.optim.RMSprop calls β₂ alpha, with default 0.99, and has ε = 10⁻⁸
        outside the root, as here; optax.rmsprop has β₂ = 0.9 and by default ε = 10⁻⁸ inside the root.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    v = beta2 * v + (1 - beta2) * (g * g)
    return x - lr * ratio(g, np.sqrt(v) + eps), v
