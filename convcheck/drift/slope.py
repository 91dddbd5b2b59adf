"""Balls that carry slopes: enclosures of a value over a box and of its derivatives along the box's sides.

For points p, q of the box, value(p) - value(q) is the sum of slopeᵢ · (pᵢ - qᵢ) for some numbers slopeᵢ in the
enclosures (the mean value theorem of Clarke's generalized gradients covers the kinks of maximum, minimum and abs).
Where an undecided comparison may make a value jump, the slopes are the whole line; an exact zero means that the value
does not depend on that side at all.  Rational numbers stay exact among themselves, so that (1 - β)/(1 - β) is 1.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple

from flint import arb

from convcheck.arithmetic.ball import Ball, enclose
from convcheck.arithmetic.number import COMPARISONS, Number, as_decimal

Slopes = tuple[arb, ...]
"""One slope for each side of the box; the empty tuple stands for zeros."""

ZERO, ONE = arb(0), arb(1)
LINE = arb(0, float("inf"))
"""The whole line: a number about which nothing is known."""


class Raw(NamedTuple):
    """An enclosure of a value, its slopes, and the value itself if it is a known rational number."""

    value: arb
    slopes: Slopes = ()
    exact: Fraction | None = None


def known(value: Fraction) -> Raw:
    """Return a rational number."""
    return Raw(enclose(value), (), value)


class SlopeBall(Number):
    """A ball with slopes."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]]

    @classmethod
    def lift(cls, value: object) -> Raw:
        """Return a number that does not depend on the box."""
        return Raw(value) if isinstance(value, arb) else known(as_decimal(value))


def chain(*terms: tuple[arb, Slopes]) -> Slopes:
    """Return the sum of coefficient · slopes; an exact zero slope stays zero whatever its coefficient."""
    moving = [(c, slopes) for c, slopes in terms if slopes]
    if len(moving) == 1:
        c, slopes = moving[0]
        return tuple(ZERO if s.is_zero() else c * s for s in slopes)
    return tuple(
        sum((c * s for (c, _), s in zip(moving, column, strict=True) if not s.is_zero()), ZERO)
        for column in zip(*(slopes for _, slopes in moving), strict=True)
    )


def larger(a: arb, b: arb) -> arb:
    """Return an enclosure of the maximum that rounding does not push beyond both arguments."""
    if a >= b:
        return a
    if b >= a:
        return b
    both = a.max(b)
    if not both.is_finite():
        return both
    above = a if a.upper() >= b.upper() else b  # the maximum lies between the ends of this one
    return both if above.contains(both) else above


def _paired(a: Slopes, b: Slopes) -> Iterator[tuple[arb, arb]]:
    zeros = (ZERO,) * max(len(a), len(b))
    return zip(a or zeros, b or zeros, strict=True)


def _hull(a: Slopes, b: Slopes) -> Slopes:
    return tuple(p if p is q else p.union(q) for p, q in _paired(a, b))


def _jumping(slopes: Slopes) -> Slopes:
    return tuple(ZERO if s.is_zero() else LINE for s in slopes)


def _exactly(
    on_fractions: Callable[[Fraction, Fraction], Fraction], on_balls: Callable[[Raw, Raw], Raw]
) -> Callable[[Raw, Raw], Raw]:
    def operation(a: Raw, b: Raw) -> Raw:
        if a.exact is None or b.exact is None:
            return on_balls(a, b)
        return known(on_fractions(a.exact, b.exact))

    return operation


def _multiply(a: Raw, b: Raw) -> Raw:
    if a.exact == 1 or b.exact == 1:
        return b if a.exact == 1 else a
    return Raw(a.value * b.value, chain((b.value, a.slopes), (a.value, b.slopes)))


def _divide(a: Raw, b: Raw) -> Raw:
    if a.exact is not None and b.exact:
        return known(a.exact / b.exact)
    quotient = a.value / b.value
    return Raw(quotient, chain((1 / b.value, a.slopes), (-quotient / b.value, b.slopes)))


def _abs(a: Raw) -> Raw:
    if a.value >= 0 or a.value <= 0:
        return Raw(abs(a.value), chain((ONE if a.value >= 0 else -ONE, a.slopes)))
    return Raw(ZERO.union(abs(a.value).upper()), chain((arb(0, 1), a.slopes)))


def _root(a: Raw) -> Raw:
    root = a.value.sqrt()
    return Raw(root, chain((1 / (2 * root), a.slopes)))


def _tanh(a: Raw) -> Raw:
    value = a.value.tanh()
    return Raw(value, chain((1 - value * value, a.slopes)))


def _maximum(a: Raw, b: Raw) -> Raw:
    slopes = a.slopes if a.value >= b.value else b.slopes if b.value >= a.value else _hull(a.slopes, b.slopes)
    return Raw(larger(a.value, b.value), slopes)


def _minus(a: Raw) -> Raw:
    return known(-a.exact) if a.exact is not None else Raw(-a.value, chain((-ONE, a.slopes)))


def _sign(a: Raw) -> Raw:
    value = Ball.operations["sign"](a.value)
    return Raw(value, () if value.is_exact() else _jumping(a.slopes))


def _compare(operation: str) -> Callable[[Raw, Raw], tuple[bool | None, Slopes]]:
    """Return the comparison: whether it holds, and slopes that are zero where it does not depend on the box."""
    return lambda a, b: (Ball.operations[operation](a.value, b.value), _jumping(_hull(a.slopes, b.slopes)))


def _where(condition: tuple[bool | None, Slopes], a: Raw, b: Raw) -> Raw:
    decided, jumps = condition
    if decided is not None:
        return a if decided else b
    slopes = tuple(s if jump.is_zero() else jump for jump, s in _paired(jumps, _hull(a.slopes, b.slopes)))
    return Raw(a.value.union(b.value), slopes)


SlopeBall.operations = {
    "add": _exactly(operator.add, lambda a, b: Raw(a.value + b.value, chain((ONE, a.slopes), (ONE, b.slopes)))),
    "sub": _exactly(operator.sub, lambda a, b: Raw(a.value - b.value, chain((ONE, a.slopes), (-ONE, b.slopes)))),
    "mul": _exactly(operator.mul, _multiply),
    "div": _divide,
    "mod": lambda a, b: Raw(Ball.operations["mod"](a.value, b.value), _jumping(_hull(a.slopes, b.slopes))),
    "neg": _minus,
    "abs": _abs,
    "sqrt": _root,
    "maximum": _maximum,
    "minimum": lambda a, b: _minus(_maximum(_minus(a), _minus(b))),
    "sign": _sign,
    "where": _where,
    **{name: _compare(name) for name in COMPARISONS},
    "exp": lambda a: Raw(a.value.exp(), chain((a.value.exp(), a.slopes))),
    "log": lambda a: Raw(a.value.log(), chain((1 / a.value, a.slopes))),
    "sin": lambda a: Raw(a.value.sin(), chain((a.value.cos(), a.slopes))),
    "cos": lambda a: Raw(a.value.cos(), chain((-a.value.sin(), a.slopes))),
    "tanh": _tanh,
}
