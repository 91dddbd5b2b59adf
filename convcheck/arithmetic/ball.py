"""Ball: midpoint and radius of arbitrary precision, enclosing the exact value whatever happens.

The arithmetic is that of Arb (Johansson 2017, doi:10.1109/TC.2017.2690633) through python-flint.  An undecided
comparison gives the hull of both branches; a quantity about which nothing is known is a ball of infinite radius or NaN,
and both contain every number.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, ClassVar

from flint import arb, ctx, fmpq

from convcheck.arithmetic.number import Number, as_decimal, plain


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with ``bits`` bits inside the block, and set the precision back after it.

    python-flint has one precision for the whole process: balls computed by another thread meanwhile have it, too.  They
    are no less right, but their radii depend on it.
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def enclose(value: Fraction | int) -> arb:
    """Return the ball of the current precision around a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


def _square(a: arb) -> arb:
    """Enclose a value times itself, which is never negative; the product of two values cannot know that."""
    low, high = a.abs_lower(), a.abs_upper()
    return a * a if a.is_exact() else (low * low).union(high * high)


def _modulo(a: arb, b: arb) -> arb:
    return a - b * (a / b).floor()


def _magnitude(a: arb) -> arb:
    """Enclose the absolute value; where the sign is open, from 0 to the largest."""
    return a if a >= 0 else -a if a <= 0 else arb(0).union(a.abs_upper())


def _root(a: arb) -> arb:
    """Enclose the root of what is not negative in a; the root of what is negative is NaN."""
    return arb(0).union(a.upper().sqrt()) if not a >= 0 and a.upper() >= 0 else a.sqrt()


def _maximum(a: arb, b: arb) -> arb:
    """Enclose the maximum: by an argument itself where that is enough, so that max(a, b) maps a box into itself."""
    return a if a >= b else b if b >= a else a.max(b)


def _minimum(a: arb, b: arb) -> arb:
    return a if a <= b else b if b <= a else a.min(b)


def _sign(a: arb) -> arb:
    return a.sgn() if a == a.mid() or a != 0 else arb(0, 1) + 0 * a  # NaN stays NaN


class Ball(Number):
    """A real number known to lie in a ball; a float in a rule is the decimal it was written as (0.9 is 9/10)."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": lambda a, b: _square(a) if a is b else a * b,
        "div": operator.truediv,
        "mod": _modulo,
        "neg": operator.neg,
        "abs": _magnitude,
        "sqrt": _root,
        "maximum": _maximum,
        "minimum": _minimum,
        "sign": _sign,
        # A decision is True, False, or None where the balls leave it open.
        "where": lambda condition, a, b: a.union(b) if condition is None else a if condition else b,
        "lt": lambda a, b: True if a < b else False if a >= b else None,
        "le": lambda a, b: True if a <= b else False if a > b else None,
        "gt": lambda a, b: True if a > b else False if a <= b else None,
        "ge": lambda a, b: True if a >= b else False if a < b else None,
        "eq": lambda a, b: True if a == b else False if a != b else None,
        "ne": lambda a, b: True if a != b else False if a == b else None,
        "exp": arb.exp,
        "log": arb.log,
        "sin": arb.sin,
        "cos": arb.cos,
        "tanh": arb.tanh,
    }

    @classmethod
    def lift(cls, value: object) -> arb:
        """Return the ball around the decimal that ``value`` denotes; balls of python-flint pass."""
        return value if isinstance(value, arb) else enclose(as_decimal(value))


class BinaryBall(Ball):
    """A ball in which a float is the double itself, for comparison with runs on floats."""

    __slots__ = ()

    @classmethod
    def lift(cls, value: object) -> arb:
        """Return the ball around the double ``value``."""
        return value if isinstance(value, arb) else enclose(Fraction(plain(value)))
