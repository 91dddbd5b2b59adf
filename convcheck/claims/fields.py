"""Arithmetic on arrays in which formulas are evaluated: doubles with a named tolerance, or fractions and balls.

Semantics are the kernel's: 1/0 is 0; what it leaves unspecified (roots and logarithms outside their domains, negative
powers) is 0 here, which is one of the interpretations that a theorem holds for.  An index outside the run gives NaN;
no relation with NaN is true, and none is false.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from convcheck.arithmetic.ball import Ball
from convcheck.arithmetic.number import ELEMENTARY, Number, as_decimal
from convcheck.claims.verdict import Tolerance

Array: TypeAlias = NDArray[Any]


class Truths(NamedTuple):
    """Where a formula is true, where it is false, and where it speaks of what was not recorded; else it is open."""

    true: Array
    false: Array
    outside: Array


ROUNDING = Tolerance(
    "rounding", "a double run differs from the exact one by rounding, which grows with the run's length", 1e-9, 1e-9
)


class Field(Protocol):
    """What the evaluation of a formula needs of an arithmetic."""

    @property
    def missing(self) -> Any:
        """What stands for a number that was not recorded."""

    def lift(self, value: Any) -> Array:
        """Return numbers as an array of this arithmetic."""

    def inverse(self, x: Array) -> Array:
        """Return 1/x, and 0 at 0."""

    def function(self, name: str, *arguments: Array) -> Array:
        """Apply a built-in function of the kernel."""

    def compare(self, op: str, a: Array, b: Array, *, lenient: bool) -> Truths:
        """Compare; what rounding leaves open counts as true if ``lenient``, and else as not decided."""


class Doubles:
    """Doubles: what is closer than the tolerance `ROUNDING` is not told apart."""

    missing: ClassVar[float] = np.nan

    def lift(self, value: Any) -> Array:
        """Return numbers as doubles."""
        return np.asarray(float(value) if isinstance(value, Fraction) else value, dtype=np.float64)

    def inverse(self, x: Array) -> Array:
        """Return 1/x, and 0 at 0."""
        return np.where(x == 0, 0.0, 1 / np.where(x == 0, 1.0, x))

    def function(self, name: str, *arguments: Array) -> Array:
        """Apply a built-in function of the kernel."""
        return np.asarray(_DOUBLE[name](*arguments))

    def compare(self, op: str, a: Array, b: Array, *, lenient: bool) -> Truths:
        """Compare up to the tolerance; equal doubles are equal."""
        gap = b - a
        outside = np.isnan(gap)
        width = ROUNDING.absolute + ROUNDING.relative * (np.abs(a) + np.abs(b))
        if lenient:
            true = np.abs(gap) <= width if op == "eq" else gap >= -width
            return Truths(true, ~true & ~outside, outside)
        if op == "eq":
            return Truths(gap == 0, np.abs(gap) > width, outside)
        if op == "le":
            return Truths((gap == 0) | (gap > width), gap < -width, outside)
        return Truths(gap > width, (gap == 0) | (gap < -width), outside)


_DOUBLE: dict[str, Callable[..., Any]] = {
    "sqrt": lambda x: np.where(x < 0, 0.0, np.sqrt(np.where(x < 0, 0.0, x))),
    "log": lambda x: np.where(x <= 0, 0.0, np.log(np.where(x <= 0, 1.0, x))),
    "exp": np.exp,
    "abs": np.abs,
    "max": np.maximum,
    "min": np.minimum,
    "power": lambda x, n: np.where(n < 0, 0.0, np.power(x, np.where(n < 0, 0.0, n))),
}


def _pointwise(function: Callable[..., Any], count: int) -> Callable[..., Array]:
    made = np.frompyfunc(function, count, 1)

    def apply(*arguments: Any) -> Array:
        return np.asarray(made(*arguments), dtype=object)

    return apply


def exact(value: Any) -> Any:
    """Return a plain number as a fraction; a float is the decimal it was written as.  Fractions and balls pass."""
    if isinstance(value, arb | fmpq):
        return value
    fraction = as_decimal(value)
    return fmpq(fraction.numerator, fraction.denominator)


def _quotient(a: Any, b: Any) -> Any:
    """Return a/b; nothing is known of it where b may be 0, which is not the same as that there is no such index."""
    known = b < 0 or b > 0 or (isinstance(b, arb) and b.is_nan())
    return a / b if known else arb(0, float("inf"))


def _zero(x: Any) -> bool:
    return bool(x == 0)


def _root(x: Any) -> Any:
    if x < 0:
        return fmpq(0)
    if isinstance(x, fmpq):
        top, bottom = x.numer().isqrt(), x.denom().isqrt()
        if top * top == x.numer() and bottom * bottom == x.denom():
            return fmpq(top, bottom)
        return arb(x).sqrt()
    return Ball.operations["sqrt"](x)


def _logarithm(x: Any) -> Any:
    return fmpq(0) if x <= 0 else fmpq(0) if x == 1 else arb(x).log()


def _larger(a: Any, b: Any) -> Any:
    return a if a >= b else b if b >= a else arb(a).max(arb(b))


def _smaller(a: Any, b: Any) -> Any:
    return a if a <= b else b if b <= a else arb(a).min(arb(b))


def _magnitude(a: Any) -> Any:
    return a if a >= 0 else -a if a <= 0 else Ball.operations["abs"](a)


_EXACT: dict[str, Callable[..., Array]] = {
    "sqrt": _pointwise(_root, 1),
    "log": _pointwise(_logarithm, 1),
    "exp": _pointwise(lambda x: fmpq(1) if x == 0 else arb(x).exp(), 1),
    "abs": _pointwise(_magnitude, 1),
    "max": _pointwise(_larger, 2),
    "min": _pointwise(_smaller, 2),
    "power": _pointwise(lambda x, n: fmpq(0) if n < 0 else x ** int(n), 2),
}


def _decided(relation: Callable[[Any, Any], Any]) -> Callable[[Array, Array], Array]:
    made = _pointwise(lambda a, b: bool(relation(a, b)), 2)
    return lambda a, b: made(a, b).astype(bool)


_RELATIONS: dict[str, tuple[Callable[[Array, Array], Array], Callable[[Array, Array], Array]]] = {
    "le": (_decided(lambda a, b: a <= b), _decided(lambda a, b: a > b)),
    "lt": (_decided(lambda a, b: a < b), _decided(lambda a, b: a >= b)),
    "eq": (_decided(lambda a, b: a == b), _decided(lambda a, b: a < b or a > b)),
}


_unknown = _decided(lambda a, b: any(isinstance(part, arb) and part.is_nan() for part in (a, b)))


class Certified:
    """Fractions while values are rational, balls where they are not: a relation that is decided is decided rightly."""

    missing: ClassVar[arb] = arb("nan")

    _lift = staticmethod(_pointwise(exact, 1))
    _inverse = staticmethod(_pointwise(lambda x: fmpq(0) if _zero(x) else _quotient(fmpq(1), x), 1))

    def lift(self, value: Any) -> Array:
        """Return numbers as fractions."""
        return self._lift(value)

    def inverse(self, x: Array) -> Array:
        """Return 1/x, and 0 at 0."""
        return self._inverse(x)

    def function(self, name: str, *arguments: Array) -> Array:
        """Apply a built-in function of the kernel."""
        return _EXACT[name](*arguments)

    def compare(self, op: str, a: Array, b: Array, *, lenient: bool) -> Truths:  # noqa: ARG002  # nothing is lenient
        """Compare; overlapping balls decide nothing."""
        true, false = _RELATIONS[op]
        return Truths(true(a, b), false(a, b), _unknown(a, b))


def _of_ball(name: str, a: Any) -> Any:
    return Ball.operations[name](arb(a))


class Mixed(Number):
    """A number of the arithmetic `Certified`, for running rules and problems."""

    __slots__ = ()
    operations = {  # noqa: RUF012  # Number declares it a class variable
        **Ball.operations,
        "mul": lambda a, b: Ball.operations["mul"](a, b) if isinstance(a, arb) else a * b,
        "div": _quotient,
        "mod": lambda a, b: a - b * (a / b).floor(),
        "abs": _magnitude,
        "sqrt": _root,
        "maximum": _larger,
        "minimum": _smaller,
        "sign": lambda a: fmpq((a > 0) - (a < 0)) if isinstance(a, fmpq) else Ball.operations["sign"](a),
        "where": lambda c, a, b: arb(a).union(arb(b)) if c is None else a if c else b,
        **{name: partial(_of_ball, name) for name in ELEMENTARY},
    }

    @classmethod
    def lift(cls, value: object) -> Any:
        """Return a plain number as a fraction."""
        return exact(value)
