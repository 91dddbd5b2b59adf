"""Exact linear algebra for Gram matrices: projection onto an affine space, and LDLᵀ over the rational numbers."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint
import numpy as np

Matrix = list[list[Fraction]]
Square = tuple[Fraction, list[Fraction]]
"""d ≥ 0 and a row l, for the term d·(l·z)² of a sum of squares."""

SMALLEST_PIVOT = 1e-3
"""Smaller pivots in floats are taken for zero when a row space is made rational."""


def rational(value: Fraction) -> Any:
    """Return a fraction in flint's arithmetic."""
    return flint.fmpq(value.numerator, value.denominator)


def fraction(value: Any) -> Fraction:
    """Return a number of flint's arithmetic as a fraction."""
    return Fraction(int(value.p), int(value.q))


def project(matrix: Any, right: Any, near: Sequence[Fraction]) -> list[Fraction] | None:
    """Return the solution of matrix·x = right that is nearest to ``near``, exactly, or None if there is none."""
    x = flint.fmpq_mat(len(near), 1, [rational(value) for value in near])
    missing = right - matrix * x
    rows = matrix.nrows()
    if any(missing[i, 0] != 0 for i in range(rows)):
        correction = _solve(matrix * matrix.transpose(), missing)
        if correction is None:
            return None
        x += matrix.transpose() * correction
    return [fraction(x[i, 0]) for i in range(len(near))]


def _solve(square: Any, right: Any) -> Any:
    """Return a solution of a square system that may be singular, or None."""
    n = square.nrows()
    entries = [square[i, j] if j < n else right[i, 0] for i in range(n) for j in range(n + 1)]
    echelon, rank = flint.fmpq_mat(n, n + 1, entries).rref()
    solution = flint.fmpq_mat(n, 1)
    for i in range(rank):
        pivot = next(j for j in range(n + 1) if echelon[i, j] != 0)
        if pivot == n:
            return None
        solution[pivot, 0] = echelon[i, n]
    return solution


def squares(matrix: Matrix) -> list[Square] | None:
    """Return d_k and l_k with zᵀMz = Σ d_k·(l_k·z)² and d_k > 0, or None if M is not positive semidefinite."""
    n = len(matrix)
    rest, found = [row[:] for row in matrix], []
    for _ in range(n):
        k = max(range(n), key=lambda i: rest[i][i])
        pivot = rest[k][k]
        if pivot <= 0:
            break
        row = [rest[i][k] / pivot for i in range(n)]
        for i in range(n):
            for j in range(n):
                rest[i][j] -= pivot * row[i] * row[j]
        found.append((pivot, row))
    return found if all(value == 0 for row in rest for value in row) else None


def range_of(gram: Any, threshold: float, denominator: int) -> Matrix | None:
    """Return a rational basis of the numerical range of a matrix, None if rounding would move it."""
    values, vectors = np.linalg.eigh((gram + gram.T) / 2)
    kept = vectors[:, values > threshold * max(1.0, float(values.max()))].T.copy()
    row = 0
    for column in range(kept.shape[1]):
        if row == len(kept):
            break
        best = row + int(np.argmax(abs(kept[row:, column])))
        if abs(kept[best, column]) < SMALLEST_PIVOT:
            continue
        kept[[row, best]] = kept[[best, row]]
        kept[row] /= kept[row, column]
        for i in range(len(kept)):
            if i != row:
                kept[i] -= kept[i, column] * kept[row]
        row += 1
    rounded = [[Fraction(float(x)).limit_denominator(denominator) for x in line] for line in kept[:row]]
    moved = max(
        (abs(float(a) - b) for line, old in zip(rounded, kept, strict=False) for a, b in zip(line, old, strict=True)),
        default=0.0,
    )
    return rounded if moved < SMALLEST_PIVOT else None
