"""Muon: momentum whose singular values are all made about one."""

import numpy as np

from convcheck.arithmetic.matrices import norm, product
from convcheck.errors import ShapeError
from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import Range, Whole

QUINTIC = (3.4445, -4.7750, 2.0315)
"""Coefficients of X, X Xᵀ X and (X Xᵀ)² X: steep at 0 rather than convergent to 1."""


def orthogonalized(x, steps=5, eps=1e-7):
    """Newton-Schulz: a polynomial in x that moves each singular value of x / |x| towards 1."""
    a, b, c = QUINTIC
    wide = x if x.shape[0] <= x.shape[1] else x.T
    wide = ratio(wide, norm(wide) + eps)
    for _ in range(int(steps)):
        gram = product(wide, wide.T)
        wide = a * wide + product(b * gram + c * product(gram, gram), wide)
    return wide if x.shape[0] <= x.shape[1] else wide.T


def init(x):
    """No momentum yet."""
    if np.ndim(x) != 2:
        msg = f"muon runs on matrices, not on an array of shape {np.shape(x)}: leave other parameters to adamw"
        raise ShapeError(msg)
    return (np.zeros(x.shape),)


@optimizer(
    source="jordan2024, the update rule",
    label="Muon",
    init=init,
    layers="each",
    ranges={"nesterov": Range(0.0, 1.0), "steps": Whole(0)},
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def muon(x, g, t, m=0, *, lr=0.02, beta=0.95, nesterov=1.0, weight_decay=0.0, steps=5.0, eps=1e-7):
    r"""Step along the momentum with its singular values replaced by numbers near one.

    .. math::

        M_t = \mu M_{t-1} + G_t, \quad
        B_t = M_t + \nu (G_t + \mu M_t - M_t), \quad
        Y_0 = \frac{B_t}{\lVert B_t \rVert_F + \varepsilon}, \quad
        Y_{k+1} = a Y_k + b Y_k Y_k^T Y_k + c (Y_k Y_k^T)^2 Y_k,

    .. math::

        X_{t+1} = (1 - \alpha_t \lambda) X_t - \alpha_t \sqrt{\max(1, n / m)}\; Y_5, \quad
        (a, b, c) = (3.4445, -4.7750, 2.0315)

    for X of n rows and m columns.  Five steps take singular values from [0.01, 1] into [0.68, 1.14]; they do not
    converge to one.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of singular value.
    beta
        Decay rate μ of the momentum, in [0, 1).
    nesterov
        ν in [0, 1]: 1 looks one step of momentum ahead, as the source does, 0 does not.
    weight_decay
        λ >= 0, decoupled; the source has none.
    steps
        Number of Newton-Schulz steps, an integer.
    eps
        Added to the norm, in units of the gradient.

    Source
        Jordan (2024), where the method was first described; not read, but quoted from what implementations of it do.
    Differs
        The source and torch.optim.Muon iterate in bfloat16, here it is double precision.  torch averages,
        M = μ M + (1 - μ) G, which is the same direction, and decays weights by 0.1 by default.  optax.contrib.muon
        scales by √max(1, m / n), its matrices being transposed, and corrects the bias of averages, with ε = 10⁻⁸.  All
        leave vectors, embeddings and the last layer to AdamW; here every layer is a matrix, its bias a column.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: without momentum x does not move.  The same bits everywhere: no BLAS, sums from left
        to right.
    """
    m = beta * m + g
    ahead = m + nesterov * (g + beta * m - m)
    size = np.sqrt(max(1.0, x.shape[0] / x.shape[1]))
    return x * (1 - lr * weight_decay) - lr * size * orthogonalized(ahead, steps, eps), m
