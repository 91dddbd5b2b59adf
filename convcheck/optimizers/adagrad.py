"""AdaGrad: each coordinate's step divided by the norm of all its gradients."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="duchi2011, Figure 1",
    label="AdaGrad",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def adagrad(x, g, t, v=0, *, lr=1e-2, eps=0.0):
    r"""Divide the gradient by the root of the sum of the squares of all gradients so far.

    .. math::

        v_t = v_{t-1} + g_t^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{g_t}{\sqrt{v_t} + \varepsilon}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x; usually constant, because v_t grows.
    eps
        Added to the root, ε >= 0, in units of the gradient (the δ of the source).

    Source
        Duchi, Hazan & Singer (2011), the diagonal version with mirror-descent (composite) updates; there α is η.
    Differs
        torch.optim.Adagrad has ε = 10⁻¹⁰ (outside the root, as here) and a learning-rate decay, off by default.
        optax.adagrad starts from v_0 = 0.1 and puts ε = 10⁻⁷ inside the root.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    v = v + g * g
    return x - lr * ratio(g, np.sqrt(v) + eps), v
