"""RMSProp with Polyak's momentum."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import FRACTION


@optimizer(
    source="tieleman2012, Lecture 6.5",
    label="RMSProp, momentum",
    ranges={"momentum": FRACTION},
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def rmsprop_momentum(x, g, t, v=0, d=0, *, lr=1e-3, beta2=0.9, momentum=0.9, eps=0.0):
    r"""Divide the gradient by its running root mean square, and go on by a part of the last displacement.

    .. math::

        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        d_t = \mu d_{t-1} - \alpha_t \frac{g_t}{\sqrt{v_t} + \varepsilon}, \quad
        x_{t+1} = x_t + d_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta2
        Decay rate of the average, in [0, 1).
    momentum
        Part μ of the last displacement that is kept, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Tieleman & Hinton (2012) name the combination among further developments, without a formula.
    Differs
        torch.optim.RMSprop(momentum=μ) and optax.rmsprop accumulate b = μ b + g/(√v + ε) and step by α b: the same for
        a constant α.  TensorFlow's, which timm keeps as RMSpropTF, starts from v_0 = 1 with ε inside the root.
    Convention
        0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    v = beta2 * v + (1 - beta2) * (g * g)
    d = momentum * d - lr * ratio(g, np.sqrt(v) + eps)
    return x + d, v, d
