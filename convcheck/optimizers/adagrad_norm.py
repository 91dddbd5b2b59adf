"""AdaGrad-Norm: one step size for all coordinates, divided by the norm of all gradients."""

import numpy as np

from convcheck.arithmetic.matrices import total
from convcheck.optimizers.base import optimizer, ratio


def nothing(x):
    """Return the sum before the first step."""
    return (np.float64(0),)


@optimizer(
    source="ward2019, Algorithm 1",
    label="AdaGrad-Norm",
    init=nothing,
    invariances=("sign-symmetric", "translation-invariant", "rotation-equivariant", "bounded-step", "scale-invariant"),
)
def adagrad_norm(x, g, t, v=0, *, lr=1e-2, b0=0.0):
    r"""Divide the gradient by the root of the sum of the squared norms of all gradients so far.

    .. math::

        v_t = v_{t-1} + \lVert g_t \rVert_2^2, \quad
        x_{t+1} = x_t - \alpha_t \frac{g_t}{\sqrt{b_0^2 + v_t}}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x (the η of the source); usually constant, because v_t grows.
    b0
        What the norm starts from, >= 0, in units of the gradient; the source has b_0 > 0.

    Source
        Ward, Wu & Bottou (2019), Algorithm 1, where b_t = √(b_0² + v_t).
    Differs
        From `adagrad`: one sum for all coordinates.  Squares are added from left to right, which gives the same bits
        everywhere.
    Convention
        0/0 = 0: a point that has seen no gradient does not move.
    """
    v = v + total(g * g)
    return x - lr * ratio(g, np.sqrt(b0 * b0 + v)), v
