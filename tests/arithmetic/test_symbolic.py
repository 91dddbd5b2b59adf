"""Symbolic arithmetic: what a rule becomes is what SymPy would have been told by hand."""

from typing import Any

import numpy as np
import pytest
import sympy as sp

from convcheck.arithmetic import elementary
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.errors import RuleError
from convcheck.optimizers.base import ratio

a, b = sp.symbols("a b", real=True)
A: Any = Symbolic(a)
B: Any = Symbolic(b)


def test_operations() -> None:
    pairs: list[tuple[Any, Any]] = [
        (A + B, a + b),
        (1 - A, 1 - a),
        (A * A, a**2),
        (A**2, a**2),
        (A / B, a / b),
        (-A, -a),
        (abs(A), sp.Abs(a)),
        (A % 3, sp.Mod(a, 3)),
        (np.sqrt(A), sp.sqrt(a)),
        (np.sqrt(A * A), sp.Abs(a)),
        (np.sign(A), sp.sign(a)),
        (np.maximum(A, B), sp.Max(a, b)),
        (np.minimum(A, 0), sp.Min(a, 0)),
        (np.clip(A, -1, 1), sp.Min(1, sp.Max(-1, a))),
        (np.where(A < B, A, 0), sp.Piecewise((a, a < b), (0, True))),
        (elementary.exp(A), sp.exp(a)),
        (elementary.log(A), sp.log(a)),
        (elementary.tanh(A), sp.tanh(a)),
        (elementary.sin(A) + elementary.cos(B), sp.sin(a) + sp.cos(b)),
    ]
    for found, wanted in pairs:
        assert found.raw == wanted


def test_decimals_are_rational() -> None:
    assert (0.9 * A).raw == sp.Rational(9, 10) * a
    assert Symbolic.of(1e-8).raw == sp.Rational(1, 10**8)
    assert Symbolic.of(sp.pi).raw == sp.pi
    with pytest.raises(RuleError):
        Symbolic.of("a")


def test_a_condition_is_decided_inside_its_own_branches() -> None:
    quotient = ratio(A, B).raw
    assert quotient == sp.Piecewise((0, b <= 0), (a / b, True))
    assert quotient.subs(b, 0) == 0
    nested: Any = np.where(A > 0, np.where(A > 0, 1, 2), np.where(A > 0, 3, 4))
    assert nested.raw == sp.Piecewise((1, a > 0), (4, True))


def test_decided_conditions_leave_no_cases() -> None:
    positive: Any = Symbolic(sp.Symbol("p", positive=True))
    assert ratio(A, positive).raw == a / positive.raw
    assert ratio(A, Symbolic.of(0)).raw == 0
