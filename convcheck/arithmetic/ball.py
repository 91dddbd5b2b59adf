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
    """Compute with ``bits`` bits inside the block; python-flint keeps the precision per thread, so it is restored after."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def enclose(value: Fraction | int) -> arb:
    """Return the ball of the current precision around a rational number."""
    return arb(fmpq(value.numerator, value.denominator))


class Ball(Number):
    """A real number known to lie in a ball; a float in a rule is the decimal it was written as (0.9 is 9/10)."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "mod": lambda a, b: _modulo(a, b),
        "neg": operator.neg,
        "abs": abs,
        "sqrt": arb.sqrt,
        "maximum": lambda a, b: _maximum(a, b),
        "minimum": lambda a, b: -_maximum(-a, -b),
        "sign": lambda a: arb(1) if a > 0 else arb(-1) if a < 0 else arb(0) if a == 0 else arb(0, 1),
        "where": lambda condition, a, b: a.union(b) if condition is None else a if condition else b,
        "lt": lambda a, b: _decide(a < b, a >= b),
        "le": lambda a, b: _decide(a <= b, a > b),
        "gt": lambda a, b: _decide(a > b, a <= b),
        "ge": lambda a, b: _decide(a >= b, a < b),
        "eq": lambda a, b: _decide(a == b, a != b),
        "ne": lambda a, b: _decide(a != b, a == b),
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


def _decide(surely: bool, never: bool) -> bool | None:
    return True if surely else False if never else None


def _maximum(a: arb, b: arb) -> arb:
    """Return an enclosure of the maximum: an argument itself where that is enough, so that max(a, b) maps a box into itself."""
    if a >= b:
        return a
    if b >= a:
        return b
    return a.max(b)


def _modulo(a: arb, b: arb) -> arb:
    return a - b * (a / b).floor()
