"""The tape: straight-line programs in the written order, each value once, and their evaluation."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcheck.arithmetic.elementary import FUNCTIONS, exp
from convcheck.arithmetic.exact import Exact
from convcheck.arithmetic.program import Line, Program, is_literal
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError


def record(function: Any, *names: str) -> Program:
    recorder = Recorder(names)
    results = function(*(recorder.number(name) for name in names))
    return recorder.program(results)


def test_lines_stand_in_the_written_order_and_once() -> None:
    program = record(lambda x, g: (x - 0.1 * g * g, g * g, x, 3), "x", "g")
    assert str(program) == (
        "inputs x, g\n%0 = mul(0.1, g)\n%1 = mul(%0, g)\n%2 = sub(x, %1)\n%3 = mul(g, g)\noutputs %2, %3, x, 3.0"
    )
    repeated = record(lambda x: ((x + 1) * (x + 1), x + 1), "x")
    assert repeated.lines == (Line("add", ("x", "1.0")), Line("mul", ("%0", "%0")))
    assert repeated.outputs == ("%1", "%0")


def test_sides_are_not_exchanged() -> None:
    assert record(lambda x: (1 + x, x + 1), "x").lines == (Line("add", ("1.0", "x")), Line("add", ("x", "1.0")))


def test_a_square_is_a_product() -> None:
    assert record(lambda x: (x**2, np.power(x, 2)), "x").lines == (Line("mul", ("x", "x")),)


def test_literals_are_doubles() -> None:
    program = record(lambda x: (x * Fraction(1, 3), x + 10**20, x * np.float32(0.5), x * -0.0), "x")
    assert [line.args[1] for line in program.lines] == ["0.3333333333333333", "1e+20", "0.5", "-0.0"]
    assert all(is_literal(text) for text in ("1.0", "-2.5", ".5", "1e-08"))
    assert not any(is_literal(text) for text in ("x", "%3", "inf", "nan"))
    with pytest.raises(RuleError, match="inf cannot enter"):
        record(lambda x: (x * np.inf,), "x")


def test_a_condition_that_is_known_picks_its_branch() -> None:
    assert record(lambda x: (np.where(np.bool_(1), x, 2 * x),), "x").outputs == ("x",)


def test_evaluation_in_any_arithmetic() -> None:
    program = record(lambda x, y: (np.where(x < y, x / y, -abs(x) % 3), np.maximum(x, y)), "x", "y")
    x, y = np.array([1.0, 5.0]), np.array([2.0, 2.0])
    first, second = program.evaluate({"x": x, "y": y})
    np.testing.assert_array_equal(first, [0.5, 1.0])
    np.testing.assert_array_equal(second, [2.0, 5.0])
    fraction, _ = program.evaluate({"x": Exact.of(1), "y": Exact.of(3)})
    assert fraction.raw == Fraction(1, 3)
    seen: dict[str, Any] = {}

    def at_line(name: str, value: Any) -> Any:
        seen[name] = value
        return 10 * value if name == "%1" else value

    assert program.evaluate({"x": 1.0, "y": 2.0}, at_line=at_line)[0] == 10 * seen["%1"] == 5.0
    assert list(seen) == [f"%{k}" for k in range(len(program.lines))]


def test_elementary_functions_are_given_by_name() -> None:
    program = record(lambda x: (exp(x),), "x")
    assert program.evaluate({"x": 0.0}, FUNCTIONS) == (1.0,)
    with pytest.raises(KeyError, match="exp"):
        program.evaluate({"x": 0.0})


def test_what_depends_on_what() -> None:
    program = record(lambda x, t: (x * (1 / np.sqrt(t)),), "x", "t")
    assert program.depends_only_on(["t"]) == {0, 1}
    assert program.depends_only_on(["x"]) == frozenset()
    wasteful = record(lambda x, t: (x + 0 * (t := t + 1), x * 2)[1:], "x", "t")
    assert "t" not in wasteful.needed()
    assert "x" in wasteful.needed()


def test_a_program_is_data() -> None:
    first, second = (record(lambda x: (x + 1,), "x") for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    with pytest.raises(AttributeError):
        first.inputs = ()  # type: ignore[misc]


def test_numbers_show_what_they_are() -> None:
    assert "x" in repr(Recorder(["x"]).number("x"))
    assert Tape.of(2).raw == (None, "2.0")
