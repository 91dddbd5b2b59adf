"""Exact arithmetic: fractions, and a clear refusal of everything irrational."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcheck.arithmetic import elementary
from convcheck.arithmetic.exact import Exact
from convcheck.errors import ArithmeticDomainError, RuleError

fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


def exact(value: object) -> Any:
    return Exact.of(value)


@settings(deadline=None, max_examples=60)
@given(fractions, fractions)
def test_operations_are_those_of_fractions(p: Fraction, q: Fraction) -> None:
    a, b = exact(p), exact(q)
    pairs: list[tuple[Any, Any]] = [(a + b, p + q), (a - b, p - q), (a * b, p * q), (-a, -p), (abs(a), abs(p))]
    pairs += [(a**2, p * p), (np.sqrt(a * a), abs(p)), (np.sign(a), (p > 0) - (p < 0)), (3 - a, 3 - p), (+a, p)]
    pairs += [(np.maximum(a, b), max(p, q)), (np.minimum(a, b), min(p, q)), (np.clip(a, -1, 1), min(max(p, -1), 1))]
    pairs += [
        (np.where(a < b, a, b), min(p, q)),
        (np.where(a >= b, 1, 0), int(p >= q)),
        (np.where(a == b, 1, 0), p == q),
    ]
    if q:
        pairs += [(a / b, p / q), (a % b, p % q), (1 / b, 1 / q), (5 % b, 5 % q)]
    for found, wanted in pairs:
        assert found.raw == wanted
        assert isinstance(found.raw, Fraction)


def test_a_float_is_the_decimal_it_was_written_as() -> None:
    assert (exact(0.1) + exact(0.2)).raw == Fraction(3, 10)
    assert exact(np.float64(0.9)).raw == Fraction(9, 10)
    assert exact(np.array(0.9)).raw == Fraction(9, 10)
    assert exact(1e-8).raw == Fraction(1, 10**8)
    assert exact(np.int64(7)).raw == 7


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, np.bool_(0), "1", None, 1j, [1], np.ones(2)])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(RuleError):
        Exact.of(value)


def test_what_is_irrational_or_undefined_is_named() -> None:
    cases: dict[str, Any] = {
        r"sqrt\(2\) is irrational: use Ball": lambda: np.sqrt(exact(2)),
        r"sqrt\(1/3\) is irrational": lambda: np.sqrt(exact(Fraction(1, 3))),
        r"sqrt\(-1\) is not real": lambda: np.sqrt(exact(-1)),
        r"1/0 has no value .* convention for 0/0": lambda: exact(1) / 0,
        r"5/0 has no value": lambda: exact(5) % 0,
        r"exp\(1\) is irrational": lambda: elementary.exp(exact(1)),
        r"log\(2\) is irrational": lambda: elementary.log(exact(2)),
        r"log\(0\) is not real": lambda: elementary.log(exact(0)),
        r"cos\(1/2\) is irrational": lambda: elementary.cos(exact(0.5)),
    }
    for message, compute in cases.items():
        with pytest.raises(ArithmeticDomainError, match=message):
            compute()


def test_rational_points_of_the_elementary_functions() -> None:
    values = [(elementary.exp, 0, 1), (elementary.log, 1, 0), (elementary.sin, 0, 0), (elementary.cos, 0, 1)]
    for function, point, value in [*values, (elementary.tanh, 0, 0)]:
        assert function(exact(point)).raw == value
    assert np.sqrt(exact(Fraction(9, 4))).raw == Fraction(3, 2)
    assert np.sqrt(exact(0)).raw == 0
