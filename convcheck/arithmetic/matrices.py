"""Matrices of doubles with the same bits on every machine: no BLAS, no LAPACK, every sum from left to right.

Products, inverses and eigenvalues here are made of + - * / and square roots, in an order that depends on the shapes
alone.  They are for the small matrices of layers (up to some hundred rows): a product loops over the inner index, an
inverse over the pivots, with whole arrays at a time.  All but `eigen` take stacks of matrices, shape (..., n, m).
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Nested = Any
"""An array, or a tuple of such."""

SWEEPS = 60
"""Sweeps of Jacobi's method at most: it converges quadratically, and six to ten are usual."""


def product(a: Floats, b: Floats) -> Floats:
    """Return the matrix product a b, of shapes (..., n, k) and (..., k, m)."""
    result = np.zeros((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]))
    for k in range(a.shape[-1]):
        result = result + a[..., :, k, None] * b[..., None, k, :]
    return result


def transpose(a: Floats) -> Floats:
    """Return the transpose of each matrix."""
    return np.swapaxes(a, -1, -2)


def total(a: Floats, axis: int | None = None) -> Floats:
    """Return the sum over an axis, or over all entries in C order; unlike np.sum, it keeps to the order."""
    if axis is None:
        a, axis = a.reshape(-1), 0
    if not a.shape[axis]:
        return np.zeros(a.shape[:axis] + a.shape[axis:][1:])
    return np.asarray(np.add.accumulate(a, axis=axis).take(-1, axis=axis))


def norm(a: Floats) -> Floats:
    """Return the root of the sum of the squares of all entries."""
    return np.asarray(np.sqrt(total(a * a)))


def trace(a: Floats) -> Floats:
    """Return the sum of the diagonal of each matrix."""
    return total(np.diagonal(a, axis1=-2, axis2=-1), axis=-1)


def inverse(a: Floats) -> Floats:
    """Return the inverse of each symmetric positive definite matrix, by Gauss-Jordan elimination without pivoting.

    What is not finite in the result tells of a matrix that is singular in floating point.
    """
    swept = np.array(a, dtype=np.float64)
    for k in range(a.shape[-1]):
        pivot = swept[..., k, k, None].copy()
        row, column = swept[..., k, :] / pivot, swept[..., :, k].copy()
        swept = swept - column[..., :, None] * row[..., None, :]
        swept[..., k, :] = row
        swept[..., :, k] = -column / pivot
        swept[..., k, k] = 1 / pivot[..., 0]
    return (swept + transpose(swept)) / 2


def eigen(a: Floats) -> tuple[Floats, Floats]:
    """Return eigenvalues (n,) and orthonormal eigenvectors (columns) of a symmetric matrix, in no particular order.

    Jacobi's method: rotations that make one entry zero each, n/2 disjoint pairs of coordinates at a time (the
    round-robin order of Brent and Luk), until all entries beside the diagonal are below rounding.
    """
    matrix, n = np.array(a, dtype=np.float64), len(a)
    vectors = np.eye(n)
    for _ in range(SWEEPS):
        size = np.sqrt(np.abs(np.diagonal(matrix)))
        beside = np.abs(matrix - np.diag(np.diagonal(matrix)))
        if not (beside > 2.0**-54 * size[:, None] * size).any():
            break
        for p, q in _rounds(n):
            _rotate(matrix, vectors, p, q)
    return np.diagonal(matrix).copy(), vectors


def spectral(function: Callable[[Floats], Floats], a: Floats) -> Floats:
    """Return the symmetric matrix with the eigenvectors of ``a`` and the function of its eigenvalues."""
    values, vectors = eigen(a)
    return product(vectors * function(values), vectors.T)


def split(x: Floats, shapes: Sequence[tuple[int, ...]]) -> tuple[Floats, ...]:
    """Return the arrays of these shapes whose entries, in C order, are those of a flat array in turn."""
    ends = np.cumsum([0, *(prod(shape) for shape in shapes)])
    return tuple(x[ends[k] : ends[k + 1]].reshape(shape) for k, shape in enumerate(shapes))


def join(arrays: Sequence[Floats]) -> Floats:
    """Return the entries of some arrays in turn, as one flat array."""
    return np.concatenate([np.zeros(0), *(np.ravel(array) for array in arrays)])


def average(old: Nested, new: Nested, weight: float) -> Nested:
    """Return weight · old + (1 - weight) · new, array by array."""
    if isinstance(old, tuple):
        return tuple(average(a, b, weight) for a, b in zip(old, new, strict=True))
    return weight * old + (1 - weight) * new


def _rounds(n: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the rounds of a tournament in which each two of n players meet once: pairs p < q for each round."""
    players, rounds = list(range(n + n % 2)), []
    for _ in range(len(players) - 1):
        half = len(players) // 2
        met = [(min(a, b), max(a, b)) for a, b in zip(players[:half], players[: -half - 1 : -1], strict=True)]
        pairs = [(a, b) for a, b in met if b < n]
        if pairs:
            rounds.append((np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])))
        players = [players[0], players[-1], *players[1:-1]]
    return rounds


def _rotate(matrix: Floats, vectors: Floats, p: NDArray[np.intp], q: NDArray[np.intp]) -> None:
    """Turn each pair of coordinates so that the entry (p, q) becomes zero; changes both arrays."""
    beside = matrix[p, q]
    tau = (matrix[q, q] - matrix[p, p]) / np.where(beside == 0, 1.0, 2 * beside)
    with np.errstate(over="ignore"):  # where tau² is infinite the tangent is zero, as it should be
        tangent = np.where(tau < 0, -1.0, 1.0) / (np.abs(tau) + np.sqrt(1 + tau * tau))
    tangent = np.where(beside == 0, 0.0, tangent)
    cosine = 1 / np.sqrt(1 + tangent * tangent)
    sine = tangent * cosine
    for array in (matrix, vectors):
        array[:, p], array[:, q] = cosine * array[:, p] - sine * array[:, q], sine * array[:, p] + cosine * array[:, q]
    c, s = cosine[:, None], sine[:, None]
    matrix[p], matrix[q] = c * matrix[p] - s * matrix[q], s * matrix[p] + c * matrix[q]
    matrix[p, q] = matrix[q, p] = 0.0
