"""Symbolic: SymPy expressions as numbers, so that a rule's own lines become formulas."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import sympy as sp

from convcheck.arithmetic.number import Number, as_decimal


def _where(condition: Any, a: sp.Expr, b: sp.Expr) -> sp.Expr:
    """Return the case distinction; inside a branch the same condition is already decided."""
    return sp.Piecewise((_decided(a, condition, branch=0), condition), (_decided(b, condition, branch=-1), True))


def _decided(expression: sp.Expr, condition: Any, *, branch: int) -> sp.Expr:
    inner = [p for p in expression.atoms(sp.Piecewise) if len(p.args) == 2 and p.args[0].cond == condition]
    return expression.xreplace({p: p.args[branch].expr for p in inner})


class Symbolic(Number):
    """A SymPy expression; a float in a rule is the decimal it was written as (0.9 is 9/10)."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]] = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "mod": sp.Mod,
        "neg": operator.neg,
        "abs": sp.Abs,
        "sqrt": sp.sqrt,
        "maximum": sp.Max,
        "minimum": sp.Min,
        "sign": sp.sign,
        "where": _where,
        "lt": sp.Lt,
        "le": sp.Le,
        "gt": sp.Gt,
        "ge": sp.Ge,
        "eq": sp.Eq,
        "ne": sp.Ne,
        "exp": sp.exp,
        "log": sp.log,
        "sin": sp.sin,
        "cos": sp.cos,
        "tanh": sp.tanh,
    }

    @classmethod
    def lift(cls, value: object) -> sp.Expr:
        """Return ``value`` as a SymPy number; SymPy expressions pass."""
        if isinstance(value, sp.Expr):
            return value
        rational = as_decimal(value)
        return sp.Rational(rational.numerator, rational.denominator)
