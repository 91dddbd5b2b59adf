"""LARS: heavy ball whose step in each layer is proportional to the size of the layer's weights."""

import numpy as np

from convcheck.arithmetic.matrices import norm
from convcheck.optimizers.base import optimizer
from convcheck.parameters import POSITIVE


def trust(x, gradient, weight_decay, coefficient):
    """The local rate: the ratio of the norms, or 1 where either is zero."""
    size, slope = norm(x), norm(gradient) + weight_decay * norm(x)
    known = (size > 0) & (slope > 0)
    return np.where(known, coefficient * size / np.where(known, slope, 1.0), 1.0)


def init(x):
    """At rest."""
    return (np.zeros(x.shape),)


@optimizer(
    source="you2017, Algorithm 1",
    label="LARS",
    init=init,
    layers="each",
    ranges={"coefficient": POSITIVE},
    invariances=("scale-invariant", "sign-symmetric"),
)
def lars(x, g, t, v=0, *, lr=1.0, beta=0.9, weight_decay=0.0, coefficient=1e-3):
    r"""Scale each layer's gradient so that it is a fixed part of the layer's weights, then run heavy ball.

    .. math::

        v_t = \beta v_{t-1} + \alpha_t
        \frac{\eta \lVert x_t \rVert}{\lVert g_t \rVert + \lambda \lVert x_t \rVert} (g_t + \lambda x_t), \quad
        x_{t+1} = x_t - v_t

    in each layer by itself; the norms are Euclidean.

    Parameters
    ----------
    lr
        Global step size α_t > 0, a pure number.
    beta
        Momentum, in [0, 1).
    weight_decay
        λ >= 0, in units of the gradient per unit of x.
    coefficient
        Trust coefficient η > 0, a pure number.

    Source
        You, Gitman & Ginsburg (2017), Algorithm 1, as remembered.
    Differs
        optax.lars divides by the norm of the sum, ‖g + λx‖: the same for λ = 0.  timm.Lars and pytorch_optimizer.LARS
        put the step size outside the momentum.  You et al. (2020) print another LARS: an average of g + λx with
        weight 1 - β, normalized after the momentum.
    Convention
        The ratio is 1 where the weights or the gradient of a layer vanish.  The same bits everywhere: no BLAS, sums
        from left to right.
    """
    v = beta * v + lr * trust(x, g, weight_decay, coefficient) * (g + weight_decay * x)
    return x - v, v
