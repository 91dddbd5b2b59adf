"""LAMB: Adam's direction, in each layer scaled to the size of the layer's weights."""

import numpy as np

from convcheck.arithmetic.matrices import norm
from convcheck.optimizers.base import optimizer, ratio


def init(x):
    """No averages yet."""
    return np.zeros(x.shape), np.zeros(x.shape), 0.0, 0.0


@optimizer(
    source="you2020, Algorithm 2",
    label="LAMB",
    init=init,
    layers="each",
    invariances=("scale-invariant", "sign-symmetric"),
)
def lamb(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-6, weight_decay=0.0):
    r"""Take Adam's direction with weight decay, and give it the length of the layer's weights.

    .. math::

        r_t = \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}, \quad
        u_t = r_t + \lambda x_t, \quad
        x_{t+1} = x_t - \alpha_t \frac{\lVert x_t \rVert}{\lVert u_t \rVert} u_t

    in each layer by itself, with Adam's averages m and v; the norms are Euclidean.

    Parameters
    ----------
    lr
        Step size α_t > 0, a pure number.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    weight_decay
        λ >= 0, per unit of x.

    Source
        You et al. (2020), Algorithm 2, as remembered, with φ the identity; there φ may also clip the norm of x.
    Differs
        optax.lamb is this rule.  timm.Lamb first clips the norm of the gradient to 1.  pytorch_optimizer.Lamb corrects
        the first average alone, and that through the step size, clips φ to [0, 10] and adds ε to the norm of u.
    Convention
        The length is that of u where x or u vanishes; 0/0 = 0 in r, which matters with ε = 0 only.  The same bits
        everywhere: no BLAS, sums from left to right.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    u = ratio(m / c1, np.sqrt(v / c2) + eps) + weight_decay * x
    size, length = norm(x), norm(u)
    known = (size > 0) & (length > 0)
    return x - lr * np.where(known, size / np.where(known, length, 1.0), 1.0) * u, m, v, c1, c2
