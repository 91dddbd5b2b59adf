"""Shampoo: a matrix preconditioned from the left and from the right by roots of what its gradients span."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.matrices import product, spectral
from convcheck.errors import ShapeError
from convcheck.optimizers.base import optimizer, ratio


def init(x):
    """Nothing seen yet: a square matrix for each side."""
    if np.ndim(x) not in {1, 2}:
        msg = f"shampoo runs on matrices and vectors, not on an array of shape {np.shape(x)}"
        raise ShapeError(msg)
    rows, columns = x.shape if np.ndim(x) == 2 else (len(x), 0)
    return np.zeros((rows, rows)), np.zeros((columns, columns))


def inverse_root(a, eps, order):
    """(ε I + a)^(-1 / order) for order 2 or 4; 0 in directions in which ε I + a vanishes."""
    steps = {2: 1, 4: 2}[order]

    def power(values: NDArray[np.float64]) -> Any:
        root = np.maximum(values + eps, 0.0)
        for _ in range(steps):
            root = np.sqrt(root)
        return ratio(1.0, root)

    return spectral(power, a)


@optimizer(
    source="gupta2018, Algorithm 1",
    label="Shampoo",
    init=init,
    layers="each",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def shampoo(x, g, t, left=0, right=0, *, lr=0.1, eps=1e-4):
    r"""Multiply the gradient from both sides by inverse fourth roots of the sums of G Gᵀ and of Gᵀ G.

    .. math::

        L_t = L_{t-1} + G_t G_t^T, \quad
        R_t = R_{t-1} + G_t^T G_t, \quad
        X_{t+1} = X_t - \alpha_t (\varepsilon I + L_t)^{-1/4} G_t (\varepsilon I + R_t)^{-1/4}

    On the entries of X in C order this multiplies by the inverse root of (εI + L)^{1/2} ⊗ (εI + R)^{1/2}, which bounds
    the matrix of full-matrix AdaGrad from above, up to the rank of the gradients.  A vector, a tensor of order one, has
    x - α (εI + L)^{-1/2} g: that is full-matrix AdaGrad.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    eps
        ε >= 0, in squared units of the gradient.

    Source
        Gupta, Koren & Singer (2018), Algorithm 1 for matrices and Algorithm 2 (order one) for vectors; numbers as
        remembered.  There L_0 = R_0 = ε I.
    Differs
        No momentum, grafting, blocks, averages in place of sums or exponents other than the source's, all of which
        later versions have.
    Convention
        With ε = 0 the inverse is zero in directions that no gradient has had (a pseudo-inverse).  Eigenvalues by
        Jacobi's method, no LAPACK or BLAS: the same bits everywhere.
    """
    if np.ndim(g) == 1:
        left = left + g[:, None] * g
        return x - lr * product(inverse_root(left, eps, 2), g[:, None])[:, 0], left, right
    left = left + product(g, g.T)
    right = right + product(g.T, g)
    return x - lr * product(product(inverse_root(left, eps, 4), g), inverse_root(right, eps, 4)), left, right
