"""Vectors for problems whose coordinates are coupled: sums in a fixed order, from left to right.

A vector is an object array of d numbers of some arithmetic (small d: the order of every operation is that of the native
kernel), or a float array of shape (..., d) (large d: whole columns at a time, never BLAS, with the same bits).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
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


def coordinatewise(function: Callable[..., Any], *vectors: Sequence[Any] | Vector) -> Vector:
    """Apply a function to each coordinate, of one vector or of several; a sequence of plain numbers counts as one."""
    if any(isinstance(v, np.ndarray) and v.dtype == object for v in vectors):
        return vector([function(*components) for components in zip(*vectors, strict=True)])
    return function(*(np.asarray(v) for v in vectors))


def components(x: Vector) -> list[Any]:
    """Return the coordinates of a vector."""
    return list(x) if x.dtype == object else [x[..., i] for i in range(x.shape[-1])]


def assemble(parts: Sequence[Any], like: Vector) -> Vector:
    """Return the vector of these coordinates, of the same sort as ``like``."""
    return vector(parts) if like.dtype == object else np.stack(np.broadcast_arrays(*parts), axis=-1)


def total(x: Iterable[Any] | Vector) -> Any:
    """Return x₁ + x₂ + …, added from left to right; ``x`` is a vector, or any numbers in a row."""
    if isinstance(x, np.ndarray) and x.dtype != object:
        return np.add.accumulate(x, axis=-1)[..., -1]  # unlike a NumPy sum, it keeps to the order
    return reduce(add, x)


def inner(a: Sequence[Any] | Vector, x: Vector) -> Any:
    """Return a₁x₁ + a₂x₂ + …, added from left to right; ``a`` is a sequence of plain numbers or a vector."""
    return total(coordinatewise(lambda a_i, x_i: a_i * x_i, a, x))


def reflect(v: Sequence[int], x: Vector) -> Vector:
    """Return x - 2 v (v·x) / (v·v), the mirror image of ``x`` in the hyperplane orthogonal to an integer vector."""
    along = 2 * inner(v, x) / sum(v_i * v_i for v_i in v)
    if x.dtype == object:
        return vector([x_i - v_i * along for v_i, x_i in zip(v, x, strict=True)])
    return x - np.asarray(v) * along[..., None]
