"""Vectors for problems whose coordinates are coupled: sums in a fixed order, from left to right.

A vector is an object array of d numbers of some arithmetic (small d: the order of every operation is that of the native
kernel), or a float array of shape (..., d) (large d: whole columns at a time, still in a fixed order, never BLAS).
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

UNROLLED = 16
"""The largest dimension of a coupled problem that is unrolled into straight-line code."""

Vector = Any


def vector(components: Sequence[Any]) -> Vector:
    """Return the object array of these components (which may themselves be arrays)."""
    made = np.empty(len(components), dtype=object)
    for i, component in enumerate(components):
        made[i] = component
    return made


def inner(a: Sequence[Any] | Vector, x: Vector) -> Any:
    """Return a₁x₁ + a₂x₂ + …, from left to right; ``a`` is a sequence of numbers or a vector."""
    terms = (a[i] * x[i] if _is_unrolled(x) else _coefficient(a, i) * x[..., i] for i in range(len(a) if isinstance(a, Sequence) else x.shape[-1]))
    total = next(terms)
    for term in terms:
        total = total + term
    return total


def matvec(rows: Sequence[Sequence[Fraction | float]], x: Vector) -> Vector:
    """Return the product of a constant matrix with ``x``; in unrolled vectors entries that are zero cost nothing."""
    if _is_unrolled(x):
        return vector([_row(row, x) for row in rows])
    columns = np.asarray([[float(entry) for entry in row] for row in rows]).T
    total = columns[0] * x[..., 0, None]
    for j in range(1, len(columns)):
        total = total + columns[j] * x[..., j, None]
    return total


def coordinatewise(function: Callable[[Any], Any], x: Vector) -> Vector:
    """Apply a function of one number to each coordinate."""
    return vector([function(component) for component in x]) if _is_unrolled(x) else function(x)


def _row(row: Sequence[Fraction | float], x: Vector) -> Any:
    terms = [entry * component for entry, component in zip(row, x, strict=True) if entry != 0]
    if not terms:
        return 0 * x[0]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _coefficient(a: Any, i: int) -> Any:
    return a[i] if isinstance(a, Sequence) else a[..., i]


def _is_unrolled(x: Vector) -> bool:
    return bool(x.dtype == object)
