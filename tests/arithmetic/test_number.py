"""Numbers answer to NumPy's words, and refuse every other word with a sentence that says what to write."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest

from convcheck.arithmetic.ball import Ball
from convcheck.arithmetic.exact import Exact
from convcheck.arithmetic.interval import Interval
from convcheck.arithmetic.number import COMPARISONS, ELEMENTARY, UFUNCS, Number, as_decimal, plain
from convcheck.arithmetic.program import OPERATIONS
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError

ARITHMETICS: tuple[type[Number], ...] = (Symbolic, Exact, Ball, Interval, Tape)


def number(arithmetic: type[Number], value: object = 2) -> Any:
    return Recorder(["x"]).number("x") if arithmetic is Tape else arithmetic.of(value)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_every_arithmetic_offers_the_whole_vocabulary(arithmetic: type[Number]) -> None:
    assert {*UFUNCS.values(), "where", *ELEMENTARY} <= arithmetic.operations.keys()
    assert {*UFUNCS.values(), "where"} == OPERATIONS.keys()
    assert set(UFUNCS.values()) >= COMPARISONS


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_numpy_and_operators_say_the_same(arithmetic: type[Number]) -> None:
    x = number(arithmetic)
    for ufunc, operator in [
        (np.add, "__add__"),
        (np.subtract, "__sub__"),
        (np.multiply, "__mul__"),
        (np.remainder, "__mod__"),
    ]:
        assert repr(ufunc(x, 3)) == repr(getattr(x, operator)(3))
        assert isinstance(ufunc(3, x), arithmetic)
    for value in (np.float64(3), 3.0, Fraction(3), np.int32(3), np.array(3.0)):
        assert repr(x + 3) == repr(x + value)
        assert repr(3 + x) == repr(value + x)


REFUSALS: dict[str, tuple[Callable[[Any], object], str]] = {
    "if": (lambda x: 1 if x > 0 else 2, "may not branch"),
    "and": (lambda x: x > 0 and x < 1, "may not branch"),
    "not": (lambda x: not x, "may not branch"),
    "max": (lambda x: max(x, 0), "np.maximum"),
    "chain": (lambda x: 0 < x < 1, "may not branch"),
    "&": (lambda x: (x > 0) & (x < 1), "nest np.where"),
    "|": (lambda x: (x > 0) | (x < 1), "nest np.where"),
    "~": (lambda x: ~(x > 0), "nest np.where"),
    "logical_and": (lambda x: np.logical_and(x > 0, x < 1), "inside np.where only"),
    "truth * x": (lambda x: (x > 0) * x, "inside np.where only"),
    "2 * truth": (lambda x: 2 * (x > 0), "inside np.where only"),
    "-truth": (lambda x: -(x > 0), "inside np.where only"),
    "truth == truth": (lambda x: (x > 0) == (x > 1), "inside np.where only"),
    "float(truth)": (lambda x: float(x > 0), "inside np.where only"),
    "sqrt(truth)": (lambda x: np.sqrt(x > 0), "inside np.where only"),
    "where without truth": (lambda x: np.where(x, 1, 2), "needs a comparison"),
    "where of one": (lambda x: np.where(x > 0), "np.where is not in the vocabulary"),
    "math.sqrt": (math.sqrt, "use np.sqrt"),
    "float": (float, "may not call math functions"),
    "int": (int, "as an integer"),
    "round": (round, "as an integer"),
    "range": (range, "as an integer"),
    "index": (lambda x: [1, 2, 3][x], "as an integer"),
    "cube": (lambda x: x**3, "write products"),
    "root": (lambda x: x**0.5, "np.sqrt for a root"),
    "power": (lambda x: 0.9**x, r"exp\(y \* log\(x\)\)"),
    "np.power": (lambda x: np.power(x, 3), "write products"),
    "np.square": (np.square, r"write x \* x"),
    "np.tanh": (np.tanh, "use tanh from convcheck.arithmetic.elementary"),
    "np.exp": (np.exp, "use exp from convcheck.arithmetic.elementary"),
    "np.mean": (np.mean, "array rule and declares init"),
    "np.sum": (np.sum, "array rule and declares init"),
    "np.matmul": (lambda x: np.matmul(x, x), "array rule and declares init"),
    "np.floor": (np.floor, "np.floor is not in the vocabulary"),
    "np.fmax": (lambda x: np.fmax(x, 0), "write np.maximum"),
    "np.linalg": (np.linalg.norm, "np.norm is not in the vocabulary"),
    "reduce": (np.add.reduce, "np.add is not in the vocabulary"),
    "out": (lambda x: np.add(x, 1, out=np.empty(1)), "np.add is not in the vocabulary"),
    "NaN": (lambda x: x + np.nan, "nan cannot enter"),
    "bool": (lambda x: x + True, "truth value is not a number"),
    "text": (lambda x: x + "1", "'1' is no number"),
    "array": (lambda x: x * np.ones(3), "is no number"),
    "list": (lambda x: np.maximum(x, [1, 2]), "is no number"),
}  # fmt: skip


@pytest.mark.parametrize("arithmetic", [Symbolic, Exact, Ball, Tape])
@pytest.mark.parametrize("mistake", REFUSALS)
def test_what_lies_outside_is_refused_in_one_sentence(arithmetic: type[Number], mistake: str) -> None:
    compute, message = REFUSALS[mistake]
    with pytest.raises(RuleError, match=message) as caught:
        compute(number(arithmetic))
    assert "\n" not in str(caught.value)


def test_arithmetics_do_not_mix() -> None:
    with pytest.raises(RuleError, match="Ball and Exact numbers cannot be mixed"):
        Exact.of(1) + Ball.of(1)


def test_numbers_are_no_keys() -> None:
    for value in (Exact.of(1), Exact.of(1) > 0):
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)


def test_missing_operations_are_named() -> None:
    class Poor(Number):
        operations: ClassVar = {"add": lambda a, b: a + b}

        @classmethod
        def lift(cls, value: object) -> Any:
            return value

    assert (Poor(1) + 2).raw == 3
    with pytest.raises(RuleError, match="sqrt has no meaning in Poor arithmetic; it offers add"):
        np.sqrt(Poor(1))


def test_what_a_plain_number_denotes() -> None:
    assert as_decimal(0.1) == Fraction(1, 10)
    assert as_decimal(-0.0) == 0
    assert as_decimal(5e-324) == Fraction(5, 10**324)
    assert plain(np.float64(0.5)) == 0.5
    assert type(plain(np.int8(3))) is int
