"""signSGD with error feedback: what the sign has left out is kept and added to the next step."""

import numpy as np

from convcheck.arithmetic.matrices import total
from convcheck.optimizers.base import optimizer


@optimizer(
    source="karimireddy2019, Algorithm 1",
    label="EF-signSGD",
    init=lambda x: (np.zeros_like(x),),
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant"),
)
def ef_signsgd(x, g, t, e=0, *, lr=0.1):
    r"""Step by the sign of the gradient step plus the error so far, scaled to its mean size.

    .. math::

        p_t = \alpha_t g_t + e_{t-1}, \quad
        \delta_t = \frac{\|p_t\|_1}{d} \operatorname{sign}(p_t), \quad
        x_{t+1} = x_t - \delta_t, \quad
        e_t = p_t - \delta_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.

    Source
        Karimireddy, Rebjock, Stich & Jaggi (2019), Algorithm 1; the number of the algorithm as remembered.
    Differs
        From `signsgd`: the scale ‖p‖₁/d, taken over all d coordinates (over each layer in practice), and the error e.
        The points x_t - e_{t-1} are those of `sgd` on the same gradients, whatever the compressor; a projection breaks
        this.
    Convention
        No division but by d; sign(0) = 0.
    """
    p = lr * g + e
    size = total(np.abs(p)) / np.size(p)
    step = size * np.sign(p)
    return x - step, p - step
