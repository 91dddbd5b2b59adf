"""Interval: two doubles that enclose the exact value, rounded outward, on scalars, arrays and tapes alike.

After each operation an end moves outward by at least one unit in the last place, which is sound under round-to-nearest
without contraction to fused operations.  The ends may themselves be numbers: intervals over `Tape` numbers give the
native interval kernels, with the very arithmetic written here.

An end that overflows towards the inside becomes NaN, and NaN spreads; an interval with a NaN end says nothing (its
bounds are -inf and inf).  An undecided comparison gives the hull of both branches.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf, nan
from typing import Any, ClassVar, TypeAlias

import numpy as np

from convcheck.arithmetic import elementary
from convcheck.arithmetic.number import Number, plain

UNIT = 2.0**-52
"""Twice the unit roundoff: |a| * UNIT is at least the distance from a double to its neighbours."""
TINY = 5e-324
"""The smallest positive double, for results that underflow."""

Pair: TypeAlias = tuple[Any, Any]
Decision: TypeAlias = tuple[Any, Any]
"""Whether a comparison surely holds, and whether it surely fails."""


class Interval(Number):
    """A real number known to lie between two doubles; a float in a rule is the double itself."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]]

    def __init__(self, low: Any, high: Any = None) -> None:
        """Make the interval from ``low`` to ``high``, or from a pair."""
        super().__init__(low if high is None else (low, high))

    @classmethod
    def lift(cls, value: object) -> Pair:
        """Return the interval of one double (of the two around it, for a fraction that is none)."""
        if isinstance(value, np.ndarray):
            return value, value
        number = plain(value)
        nearest = np.float64(float(number))  # a NumPy scalar: its division by zero is NaN or inf, not an exception
        if Fraction(number) == Fraction(float(nearest)):
            return nearest, nearest
        return _down(nearest), _up(nearest)

    @property
    def lower(self) -> Any:
        """The lower bound; -inf where nothing is known."""
        return _known(self.raw, self.raw[0], -inf)

    @property
    def upper(self) -> Any:
        """The upper bound; inf where nothing is known."""
        return _known(self.raw, self.raw[1], inf)


def _known(pair: Pair, end: Any, otherwise: float) -> Any:
    return np.where(np.isnan(pair[0]) | np.isnan(pair[1]), otherwise, end)


def _down(a: Any) -> Any:
    return a - abs(a) * UNIT - TINY


def _up(a: Any) -> Any:
    return a + abs(a) * UNIT + TINY


def _outward(low: Any, high: Any) -> Pair:
    return _down(low), _up(high)


def _add(a: Pair, b: Pair) -> Pair:
    return _outward(a[0] + b[0], a[1] + b[1])


def _subtract(a: Pair, b: Pair) -> Pair:
    return _outward(a[0] - b[1], a[1] - b[0])


def _hull4(p: Any, q: Any, r: Any, s: Any) -> Pair:
    low = np.minimum(np.minimum(p, q), np.minimum(r, s))
    high = np.maximum(np.maximum(p, q), np.maximum(r, s))
    return _outward(low, high)


def _multiply(a: Pair, b: Pair) -> Pair:
    if a is b:  # a square is never negative, which the four products cannot know
        low, high = _magnitude(a)
        return np.maximum(_down(low * low), 0.0), _up(high * high)
    return _hull4(a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])


def _divide(a: Pair, b: Pair) -> Pair:
    low, high = _hull4(a[0] / b[0], a[0] / b[1], a[1] / b[0], a[1] / b[1])
    return tuple(np.where(b[0] > 0, end, np.where(b[1] < 0, end, nan)) for end in (low, high))  # type: ignore[return-value]  # a pair


def _modulo(a: Pair, b: Pair) -> Pair:
    """Enclose a modulo b for 0 <= a, 0 < b: the remainder where both are points, else all of [0, b]."""
    width = (a[1] - a[0]) + (b[1] - b[0])
    remainder = a[0] % b[0]
    return tuple(
        np.where(a[0] >= 0, np.where(b[0] > 0, np.where(width <= 0, remainder, end), nan), nan) for end in (0.0 * b[1], b[1])
    )  # type: ignore[return-value]  # a pair


def _magnitude(a: Pair) -> Pair:
    low = np.maximum(np.maximum(a[0], -a[1]), 0.0)
    return low, np.maximum(abs(a[0]), abs(a[1]))


def _root(a: Pair) -> Pair:
    low, high = _outward(np.sqrt(np.maximum(a[0], 0.0)), np.sqrt(np.maximum(a[1], 0.0)))
    return np.where(a[1] >= 0, np.maximum(low, 0.0), nan), high


def _less(a: Pair, b: Pair) -> Decision:
    return a[1] < b[0], a[0] >= b[1]


def _less_equal(a: Pair, b: Pair) -> Decision:
    return a[1] <= b[0], a[0] > b[1]


def _equal(a: Pair, b: Pair) -> Decision:
    """Two intervals surely agree where both are the same point; the differences have exact signs (gradual underflow)."""
    return np.maximum(a[1] - b[0], b[1] - a[0]) <= 0, np.maximum(a[0] - b[1], b[0] - a[1]) > 0


def _not(decision: Decision) -> Decision:
    return decision[1], decision[0]


def _where(condition: Decision, a: Pair, b: Pair) -> Pair:
    surely, never = condition
    low = np.where(surely, a[0], np.where(never, b[0], np.minimum(a[0], b[0])))
    high = np.where(surely, a[1], np.where(never, b[1], np.maximum(a[1], b[1])))
    return low, high


def _sign(a: Pair) -> Pair:
    return np.sign(a[0]), np.sign(a[1])


def _increasing(name: str) -> Callable[[Pair], Pair]:
    """Return the enclosure of an increasing elementary function: its ends, widened by its stated relative error."""
    function: Callable[[Any], Any] = getattr(elementary, name)
    widening = elementary.ERROR[name] + UNIT

    def enclosure(a: Pair) -> Pair:
        low, high = function(a[0]), function(a[1])
        return _down(low - abs(low) * widening), _up(high + abs(high) * widening)

    return enclosure


def _oscillating(name: str) -> Callable[[Pair], Pair]:
    """Return the enclosure of sin or cos: slope at most one, values in [-1, 1]."""
    function: Callable[[Any], Any] = getattr(elementary, name)

    def enclosure(a: Pair) -> Pair:
        middle = 0.5 * a[0] + 0.5 * a[1]
        radius = np.maximum(_up(a[1] - middle), _up(middle - a[0])) + 2 * (elementary.ERROR[name] + UNIT)
        value = function(middle)
        return np.maximum(_down(value - radius), -1.0), np.minimum(_up(value + radius), 1.0)

    return enclosure


Interval.operations = {
    "add": _add,
    "sub": _subtract,
    "mul": _multiply,
    "div": _divide,
    "mod": _modulo,
    "neg": lambda a: (-a[1], -a[0]),
    "abs": _magnitude,
    "sqrt": _root,
    "maximum": lambda a, b: (np.maximum(a[0], b[0]), np.maximum(a[1], b[1])),
    "minimum": lambda a, b: (np.minimum(a[0], b[0]), np.minimum(a[1], b[1])),
    "sign": _sign,
    "where": _where,
    "lt": _less,
    "le": _less_equal,
    "gt": lambda a, b: _less(b, a),
    "ge": lambda a, b: _less_equal(b, a),
    "eq": _equal,
    "ne": lambda a, b: _not(_equal(a, b)),
    "exp": _increasing("exp"),
    "log": _increasing("log"),
    "tanh": _increasing("tanh"),
    "sin": _oscillating("sin"),
    "cos": _oscillating("cos"),
}

