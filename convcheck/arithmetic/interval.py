"""Interval: two doubles that enclose the exact value, rounded outward, on scalars, arrays and tapes alike.

After each operation an end moves outward by at least one unit in the last place, which is sound under round-to-nearest
without contraction to fused operations; so the value that floats give lies inside as well.  Products with an exact zero
stay exact, because a coordinate that has seen no gradient must be known to have seen none.  The ends may themselves be
numbers: intervals over `Tape` numbers give the native interval kernels, with the very arithmetic written here, and for
their sake nothing here branches.

An infinite end bounds nothing on its side; an end that overflows on the inner side is NaN, and bounds nothing either.
What is undefined has two NaN ends, and so has what is computed from it; with one NaN end `lower` and `upper` give up,
too.  A comparison that the ends do not decide gives the hull of both branches.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import inf
from typing import Any, ClassVar, TypeAlias

import numpy as np

from convcheck.arithmetic import elementary
from convcheck.arithmetic.number import Number, plain
from convcheck.errors import RuleError

UNIT = 2.0**-52
"""Twice the unit roundoff: a - abs(a) * UNIT is at most the double below a normal number a."""
TINY = 5e-324
"""The smallest positive double: what a product or quotient may lose by underflow."""

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
        """Return the interval of a double (or of the two around a fraction that is none), or of each of an array."""
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            return value, value
        number = plain(value)
        try:
            nearest = np.float64(number)  # a NumPy scalar: its division by zero is NaN or inf, not an exception
        except OverflowError:
            msg = f"a number of {len(str(abs(int(number))))} digits is beyond the range of doubles: use Ball arithmetic"
            raise RuleError(msg) from None
        if Fraction(number) == Fraction(float(nearest)):
            return nearest, nearest
        return _down(nearest) - TINY, _up(nearest) + TINY

    @classmethod
    def apply(cls, operation: str, *args: object) -> Any:
        """Carry out ``operation``; what overflows or is undefined is told by the ends, not by NumPy's warnings."""
        with np.errstate(all="ignore"):
            return super().apply(operation, *args)

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


# Sums are exact where they are subnormal, and roots are never subnormal, so both need no more than a unit.


def _down(a: Any) -> Any:
    return a - abs(a) * UNIT


def _up(a: Any) -> Any:
    return a + abs(a) * UNIT


def _lesser(a: Any, b: Any) -> Any:
    """Return the lesser, and ``b`` if either is NaN: one instruction, where np.minimum takes four to let NaN pass."""
    return np.where(a < b, a, b)


def _greater(a: Any, b: Any) -> Any:
    return np.where(a > b, a, b)


def _add(a: Pair, b: Pair) -> Pair:
    return _down(a[0] + b[0]), _up(a[1] + b[1])


def _subtract(a: Pair, b: Pair) -> Pair:
    return _down(a[0] - b[1]), _up(a[1] - b[0])


def _hull(p: Any, q: Any, r: Any, s: Any, lost: Any) -> Pair:
    """Enclose four rounded products or quotients, each of which has lost at most ``lost`` by underflow."""
    low = _lesser(_lesser(p, q), _lesser(r, s))
    high = _greater(_greater(p, q), _greater(r, s))
    return _down(low) - lost, _up(high) + lost


def _size(a: Pair) -> Any:
    """Return the largest absolute value of what lies between the ends."""
    return _greater(-a[0], a[1])


def _multiply(a: Pair, b: Pair) -> Pair:
    if a is b:
        return _square(a)
    p, q, r, s = a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]
    lost = _lesser(_lesser(_size(a), _size(b)), TINY)  # nothing, if one factor is zero
    return _hull(p, q, r, s, lost + 0.0 * (p + s))  # an end that is not finite makes p or s so, and the hull NaN


def _square(a: Pair) -> Pair:
    """Enclose a value times itself, which is never negative; the product of two values cannot know that."""
    low, high = _magnitude(a)
    return np.maximum(_down(low * low) - TINY, 0.0), _up(high * high) + _lesser(high, TINY)


def _divide(a: Pair, b: Pair) -> Pair:
    """Enclose a / b = -a / -b, whichever divisor is positive; where neither is, quotients by zero say nothing."""
    below = b[1] < 0
    least, greatest = np.where(below, -b[1], b[0]), np.where(below, -b[0], b[1])
    positive = least > 0
    least, greatest = np.where(positive, least, 0.0), np.where(positive, greatest, 0.0)
    low, high = np.where(below, -a[1], a[0]), np.where(below, -a[0], a[1])
    low = low / np.where(low >= 0, greatest, least)
    high = high / np.where(high >= 0, least, greatest)
    lost = _lesser(_size(a), TINY) + 0.0 * (low + high)
    return _down(low) - lost, _up(high) + lost


def _modulo(a: Pair, b: Pair) -> Pair:
    """Enclose a modulo b: the remainder, which is exact, for points 0 <= a and 0 < b, else all from 0 to b."""
    remainder, spread = a[0] % b[0], (a[1] - a[0]) + (b[1] - b[0])
    nonzero = np.where(b[0] > 0, 1.0, np.where(b[1] < 0, 1.0, 0.0))
    defined = 0.0 * spread + nonzero / nonzero
    low, high = np.minimum(b[0], 0.0) * defined, np.maximum(b[1], 0.0) * defined

    def known(end: Any) -> Any:
        return np.where(spread <= 0, np.where(a[0] >= 0, np.where(b[0] > 0, remainder, end), end), end)

    return known(low), known(high)


def _magnitude(a: Pair) -> Pair:
    return np.maximum(np.maximum(a[0], -a[1]), 0.0), np.maximum(abs(a[0]), abs(a[1]))


def _root(a: Pair) -> Pair:
    """Enclose the root of what is not negative in a; if nothing is, the root of the upper end makes both ends NaN."""
    high = _up(np.sqrt(a[1]))
    return _down(np.sqrt(_greater(a[0], 0.0))) + 0.0 * high, high


def _less(a: Pair, b: Pair) -> Decision:
    return a[1] < b[0], a[0] >= b[1]


def _less_equal(a: Pair, b: Pair) -> Decision:
    return a[1] <= b[0], a[0] > b[1]


def _equal(a: Pair, b: Pair) -> Decision:
    """Tell whether both are one point, or lie apart; differences have exact signs (gradual underflow)."""
    return np.maximum(a[1] - b[0], b[1] - a[0]) <= 0, np.maximum(a[0] - b[1], b[0] - a[1]) > 0


def _not(decision: Decision) -> Decision:
    return decision[1], decision[0]


def _where(condition: Decision, a: Pair, b: Pair) -> Pair:
    surely, never = condition
    low = np.where(surely, a[0], np.where(never, b[0], np.minimum(a[0], b[0])))
    high = np.where(surely, a[1], np.where(never, b[1], np.maximum(a[1], b[1])))
    return low, high


def _increasing(name: str, least: float | None = None, greatest: float | None = None) -> Callable[[Pair], Pair]:
    """Return the enclosure of an increasing elementary function: its ends, widened by its stated error."""
    function: Callable[[Any], Any] = getattr(elementary, name)
    relative = elementary.ERROR[name] + UNIT  # the stated error is relative to the exact value

    def enclosure(a: Pair) -> Pair:
        low, high = function(a[0]), function(a[1])
        low = _down(low - abs(low) * relative) - TINY
        high = _up(high + abs(high) * relative) + TINY
        return (
            low if least is None else np.maximum(low, least),
            high if greatest is None else np.minimum(high, greatest),
        )

    return enclosure


def _oscillating(name: str) -> Callable[[Pair], Pair]:
    """Return the enclosure of sin or cos: slope at most one, values in [-1, 1]."""
    function: Callable[[Any], Any] = getattr(elementary, name)
    error = 2 * (elementary.ERROR[name] + UNIT)

    def enclosure(a: Pair) -> Pair:
        middle = 0.5 * a[0] + 0.5 * a[1]
        radius = _up(np.maximum(_up(a[1] - middle), _up(middle - a[0])) + error)
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
    "sign": lambda a: (np.sign(a[0]), np.sign(a[1])),
    "where": _where,
    "lt": _less,
    "le": _less_equal,
    "gt": lambda a, b: _less(b, a),
    "ge": lambda a, b: _less_equal(b, a),
    "eq": _equal,
    "ne": lambda a, b: _not(_equal(a, b)),
    "exp": _increasing("exp", least=0.0),
    "log": _increasing("log"),
    "tanh": _increasing("tanh", least=-1.0, greatest=1.0),
    "sin": _oscillating("sin"),
    "cos": _oscillating("cos"),
}
