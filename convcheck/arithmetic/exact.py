"""Exact: rational numbers, for instances small enough to be followed by hand."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from math import floor, isqrt
from typing import Any, ClassVar

from convcheck.arithmetic.number import ELEMENTARY, Number, as_decimal
from convcheck.errors import ArithmeticDomainError


def _divide(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        msg = f"{a}/0 has no value in exact arithmetic: give the rule a convention for 0/0 (optimizers.base.ratio)"
        raise ArithmeticDomainError(msg)
    return a / b


def _root(a: Fraction) -> Fraction:
    if a < 0:
        msg = f"sqrt({a}) is not real"
        raise ArithmeticDomainError(msg)
    root = Fraction(isqrt(a.numerator), isqrt(a.denominator))
    if root * root != a:
        msg = f"sqrt({a}) is irrational: use Ball arithmetic"
        raise ArithmeticDomainError(msg)
    return root


def _rational_point(name: str, a: Fraction) -> Fraction:
    """Return the value at the one rational point where it is rational: 1 for log, 0 for the others."""
    if name == "log" and a <= 0:
        msg = f"log({a}) is not real"
        raise ArithmeticDomainError(msg)
    if a != (1 if name == "log" else 0):
        msg = f"{name}({a}) is irrational: use Ball arithmetic"
        raise ArithmeticDomainError(msg)
    return Fraction(1 if name in {"exp", "cos"} else 0)


class Exact(Number):
    """A fraction; a float in a rule is the decimal it was written as (0.9 is 9/10).

    Roots of perfect squares only: for anything irrational the error says to use `Ball`.
    """

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": _divide,
        "mod": lambda a, b: a - b * floor(_divide(a, b)),
        "neg": operator.neg,
        "abs": abs,
        "sqrt": _root,
        "maximum": max,
        "minimum": min,
        "sign": lambda a: Fraction((a > 0) - (a < 0)),
        "where": lambda condition, a, b: a if condition else b,
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
        "eq": operator.eq,
        "ne": operator.ne,
        **{name: partial(_rational_point, name) for name in ELEMENTARY},
    }

    @classmethod
    def lift(cls, value: object) -> Fraction:
        """Return ``value`` as a fraction."""
        return as_decimal(value)
