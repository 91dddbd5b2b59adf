"""Certified constants: roots and doubles rounded to the safe side, and global minima by interval branch and bound.

Branch and bound (Hansen & Walster 2004): boxes whose enclosure lies above a value that the objective is known to take
cannot hold the minimum and are dropped, the others are halved.  Rounding is outward throughout, so the bounds are
theorems about the real function.  With a gradient, enclosures are of second order (mean value form), without which too
many boxes would be left around the minimizer.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, inf, isqrt, nextafter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.interval import Interval
from convcheck.errors import CertificationError
from convcheck.problems.base import Minimum
from convcheck.problems.vectors import Vector, vector

Floats = NDArray[np.float64]

DECIMALS = 20
"""Decimals to which an irrational constant is rounded: far finer than anything that is compared with it."""
ROUNDS = 200
"""Halvings after which every side of a box is down to neighbouring doubles, whatever its length was."""
BOXES = 2**18
"""Boxes at a time, beyond which a certificate would take seconds."""


def up(value: Fraction) -> Fraction:
    """Return a fraction rounded up to `DECIMALS` decimals."""
    return Fraction(ceil(value * 10**DECIMALS), 10**DECIMALS)


def root_above(value: Fraction) -> Fraction:
    """Return the square root of a fraction >= 0, rounded up to `DECIMALS` decimals (exact if it has no more)."""
    scaled = ceil(value * 100**DECIMALS)
    return Fraction(isqrt(scaled - 1) + 1 if scaled else 0, 10**DECIMALS)


def below(value: Fraction) -> float:
    """Return the largest double that is not above a fraction."""
    nearest = float(value)
    return nearest if Fraction(nearest) <= value else nextafter(nearest, -inf)


def above(value: Fraction) -> float:
    """Return the least double that is not below a fraction."""
    return -below(-value)


def certified_minimum(
    objective: Callable[[Vector], Any],
    low: Sequence[float] | Floats,
    high: Sequence[float] | Floats,
    tolerance: float,
    *,
    gradient: Callable[[Vector], Vector] | None = None,
) -> Minimum:
    """Return the minimum of ``objective`` over a box, enclosed to within ``tolerance``.

    Parameters
    ----------
    objective
        A function of a vector, in the closed vocabulary; it is called on vectors of intervals.
    low, high
        The corners of the box, shape (d,), low < high.
    tolerance
        The largest allowed difference of the bounds.
    gradient
        The gradient of ``objective``, in the closed vocabulary as well.

    Returns
    -------
    Minimum
        ``lower <= min f <= f(point) <= upper``.

    Raises
    ------
    CertificationError
        The tolerance is not reached: rounding errors are larger, or the function is too flat.
    """
    lows, highs = (np.asarray(end, dtype=np.float64).reshape(-1, 1) for end in (low, high))
    best, point, floor = inf, lows[:, 0], -inf
    for _ in range(ROUNDS):
        middles = 0.5 * lows + 0.5 * highs
        at_middle = Interval.of(objective(_box(middles, middles)))
        uppers = np.broadcast_to(at_middle.upper, middles.shape[1:])
        if uppers.min() < best:
            best, point = float(uppers.min()), middles[:, uppers.argmin()]
        lowers = _lower(objective, gradient, lows, highs, middles, at_middle)
        kept = lowers <= best
        floor = float(lowers[kept].min())
        if best - floor <= tolerance:
            return Minimum(tuple(point.tolist()), floor, best, "certified")
        lows, highs = _halve(lows[:, kept], highs[:, kept], middles[:, kept])
        if lows.shape[1] > BOXES:
            break
    msg = (
        f"the minimum is enclosed to within {best - floor:.1e} only, not {tolerance:.1e}, by {lows.shape[1]} boxes: "
        "ask for less, or give the gradient"
    )
    raise CertificationError(msg)


def _box(lows: Floats, highs: Floats) -> Vector:
    return vector([Interval(low, high) for low, high in zip(lows, highs, strict=True)])


def _lower(
    objective: Callable[[Vector], Any],
    gradient: Callable[[Vector], Vector] | None,
    lows: Floats,
    highs: Floats,
    middles: Floats,
    at_middle: Interval,
) -> Floats:
    """Return a lower bound of the objective on each box: f(X), or f(m) + f'(X)·(X - m) where that is higher."""
    boxes = _box(lows, highs)
    direct = np.broadcast_to(Interval.of(objective(boxes)).lower, middles.shape[1:])
    if gradient is None:
        return direct
    centred = at_middle
    for slope, side, middle in zip(gradient(boxes), boxes, middles, strict=True):
        centred = centred + slope * (side - Interval(middle, middle))
    return np.asarray(np.maximum(direct, centred.lower))


def _halve(lows: Floats, highs: Floats, middles: Floats) -> tuple[Floats, Floats]:
    """Cut every box in two across its longest side."""
    which, boxes = (highs - lows).argmax(axis=0), np.arange(lows.shape[1])
    left, right = highs.copy(), lows.copy()
    left[which, boxes] = right[which, boxes] = middles[which, boxes]
    return np.concatenate([lows, right], axis=1), np.concatenate([left, highs], axis=1)
