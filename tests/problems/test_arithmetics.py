"""Every bundled problem says the same in every arithmetic."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
import sympy as sp

import convcheck as cc
from convcheck.arithmetic.ball import BinaryBall, precision
from convcheck.arithmetic.elementary import FUNCTIONS
from convcheck.arithmetic.exact import Exact
from convcheck.arithmetic.interval import Interval
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.discovery import entries
from convcheck.errors import ArithmeticDomainError
from convcheck.problems.base import Problem
from convcheck.problems.vectors import vector

TRACED = [name for name in entries("problem") if cc.problem(name).layers is None]
"""Problems with layers run on arrays alone: tests/problems/test_networks.py."""
MEMBERS: dict[str, Problem] = {name: cc.problem(name) for name in TRACED} | {
    "linear_box, adversarial": cc.problem("linear_box", signs="adversarial"),
    "linear_box, given": cc.problem("linear_box", signs=(3, -1)),
    "quadratic, box": cc.problem("quadratic", spectrum=(0.5, 2, 7), rotated=True, shift=-0.25, radius=0.5),
}
ROUNDS = (1, 2, 5)
UNIFORM, GIVEN = 0.8125, -0.5


def evaluate(problem: Problem, x: list[Any], t: float, number: Callable[[str, Any], Any]) -> list[Any]:
    """Return gradient, loss and projection; ``number(name, value)`` is the number of an arithmetic for each input."""
    coordinates = [number(f"x{i}", x_i) for i, x_i in enumerate(x)]
    point = vector(coordinates) if problem.coupled else coordinates[0]
    values = {name: number(name, value) for name, value in problem.numeric.items()}
    drawn = problem.draws(lambda *_: number("u", UNIFORM), lambda _: number("q", GIVEN))
    results = [problem.call(problem.gradient, point, number("t", t), *drawn, **values)]
    if problem.loss is not None:
        results.append(problem.call(problem.loss, point, number("t", t), *drawn, **values))
    if problem.project is not None:
        results.append(problem.call(problem.project, point, **values))
    return [entry for r in results for entry in (r if isinstance(r, np.ndarray) and r.ndim else [r])]


def points(problem: Problem) -> list[list[float]]:
    rng = np.random.default_rng(0)
    d = len(problem.x0) if problem.coupled else 1
    return [[0.0] * d, problem.x0[:d].tolist(), *(rng.normal(size=(4, d)) * 1.5).tolist()]


def floats(problem: Problem, x: list[Any], t: int) -> list[float]:
    return [float(value) for value in evaluate(problem, x, t, lambda _, value: np.float64(value))]


@pytest.mark.parametrize("name", MEMBERS)
def test_floats_and_balls_lie_inside_intervals(name: str) -> None:
    problem = MEMBERS[name]
    for x, t in product(points(problem), ROUNDS):
        boxes = [Interval.of(result) for result in evaluate(problem, x, t, lambda _, value: Interval.of(value))]
        with precision(128):
            balls = [BinaryBall.of(result) for result in evaluate(problem, x, t, lambda _, value: BinaryBall.of(value))]
            for box, ball, value in zip(boxes, balls, floats(problem, x, t), strict=True):
                low, high = float(box.lower), float(box.upper)
                assert low <= value <= high
                assert BinaryBall.lift(low) <= ball.raw <= BinaryBall.lift(high)
                assert high - low < 1e-12 * (1 + abs(value))


@pytest.mark.parametrize("name", MEMBERS)
def test_the_tape_has_the_bits_of_floats(name: str) -> None:
    problem = MEMBERS[name]
    zeros = [0.0] * len(points(problem)[0])
    places = [f"x{i}" for i in range(len(zeros))]
    recorder = Recorder(["t", "u", "q", *places, *problem.numeric])
    results = evaluate(problem, zeros, 1, lambda name, _: recorder.number(name))
    program = recorder.program(Tape.of(result) for result in results)
    for x in points(problem):
        for t in ROUNDS:
            inputs = {"t": t, "u": UNIFORM, "q": GIVEN} | dict(zip(places, x, strict=True)) | problem.numeric
            found = program.evaluate({key: np.float64(value) for key, value in inputs.items()}, dict(FUNCTIONS))
            assert [float(value) for value in found] == floats(problem, x, t)


@pytest.mark.parametrize("name", MEMBERS)
def test_fractions_are_what_floats_round(name: str) -> None:
    problem = MEMBERS[name]
    x = [Fraction(k + 1, 4) for k in range(len(points(problem)[0]))]
    if name in {"sine_well", "sigmoid_sum"}:
        with pytest.raises(ArithmeticDomainError, match="irrational"):
            evaluate(problem, x, 1, lambda _, value: Exact.of(value))
        return
    for t in ROUNDS:
        exact = evaluate(problem, x, t, lambda _, value: Exact.of(value))
        assert [float(Exact.of(e).raw) for e in exact] == pytest.approx(floats(problem, x, t), rel=1e-14)


@pytest.mark.parametrize("name", MEMBERS)
def test_symbols_give_back_the_floats(name: str) -> None:
    problem = MEMBERS[name]
    symbols = sp.symbols(f"x:{len(points(problem)[0])}", real=True)
    for t in ROUNDS:
        formulas = evaluate(problem, list(symbols), t, lambda _, value: Symbolic.of(value))
        for x in points(problem):
            places = dict(zip(symbols, x, strict=True))
            found = [float(Symbolic.of(formula).raw.subs(places)) for formula in formulas]
            assert found == pytest.approx(floats(problem, x, t), rel=1e-12, abs=1e-13)
