"""Schedules: their closed forms, their limits, and the same value in every arithmetic."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import convcheck as cc
from convcheck.arithmetic.ball import Ball, precision
from convcheck.arithmetic.exact import Exact
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.discovery import entries
from convcheck.errors import LawError, ParameterError, RuleError, UnknownNameError
from convcheck.evidence.laws import schedule_is_one_function
from convcheck.schedules.base import Schedule, schedule

t = np.arange(1.0, 3001.0)
ROUNDING = 1e-12


def doubling(first: int) -> Any:
    """Return how much of its period each of 3000 steps has behind it."""
    lengths = [first * 2**k for k in range(13)]
    return np.concatenate([np.arange(length) / length for length in lengths])[:3000]


SETTINGS: list[tuple[str, dict[str, float], Any]] = [
    ("constant", {"alpha": 0.3}, 0.3 + 0 * t),
    ("inverse", {"alpha": 0.3}, 0.3 / t),
    ("inverse_sqrt", {"alpha": 0.3}, 0.3 * t**-0.5),
    ("exponential", {"alpha": 0.3, "gamma": 0.995}, 0.3 * 0.995 ** (t - 1)),
    ("exponential", {"alpha": 0.3, "gamma": 1.0}, 0.3 + 0 * t),
    ("cosine", {"alpha": 0.3, "T": 100.0}, 0.15 * (1 + np.cos(np.pi * np.minimum(t - 1, 100) / 100))),
    ("cosine", {"alpha": 0.3, "alpha_min": 0.1, "T": 1.0}, np.where(t == 1, 0.3, 0.1)),
    ("sgdr", {"alpha": 0.3, "T": 100.0}, 0.15 * (1 + np.cos(np.pi * (np.arange(3000) % 100) / 100))),
    ("sgdr", {"alpha": 0.3, "alpha_min": 0.1, "T": 1.0}, 0.3 + 0 * t),
    ("sgdr_doubling", {"alpha": 0.3, "T": 100.0}, 0.15 * (1 + np.cos(np.pi * doubling(100)))),
    ("sgdr_doubling", {"alpha": 0.3, "alpha_min": 0.1, "T": 1.0}, 0.2 + 0.1 * np.cos(np.pi * doubling(1))),
    ("step_decay", {"alpha": 0.3, "gamma": 0.5, "T": 700.0}, np.repeat(0.3 * 0.5 ** np.arange(5), 700)[:3000]),
    ("noam", {"alpha": 1.0, "d": 1.0, "T": 1.0}, t**-0.5),
    ("noam", {"alpha": 2.0, "d": 64.0, "T": 400.0}, 2 * 64**-0.5 * np.minimum(t**-0.5, t * 400**-1.5)),
    ("growing_batches", {"first": 3.0, "gamma": 1.5, "T": 500.0}, np.repeat([3, 5, 7, 10, 15, 23], 500)),
    ("growing_batches", {"T": 100.0, "largest": 1000.0}, np.minimum(32 * 2.0 ** np.minimum((t - 1) // 100, 9), 1000)),
]


@pytest.mark.parametrize(("name", "parameters", "wanted"), SETTINGS)
def test_closed_forms(name: str, parameters: dict[str, float], wanted: Any) -> None:
    made = cc.schedule(name, **parameters)
    np.testing.assert_allclose(np.broadcast_to(made(t), t.shape), wanted, rtol=ROUNDING, atol=1e-15)
    if name not in {"noam", "growing_batches"}:
        assert made(1.0) == parameters["alpha"]


@pytest.mark.parametrize(("name", "parameters"), [(name, parameters) for name, parameters, _ in SETTINGS])
def test_one_function_in_every_arithmetic(name: str, parameters: dict[str, float]) -> None:
    schedule_is_one_function(cc.schedule(name, **parameters))


def test_every_schedule_is_tested() -> None:
    assert {name for name, *_ in SETTINGS} == set(entries("schedule"))


def test_a_run_follows_a_schedule() -> None:
    g = np.ones((5, 1))
    x = cc.replay("sgd", g, np.zeros(1), lr=cc.schedule("inverse", alpha=0.5))
    np.testing.assert_allclose(-np.diff(x[:, 0]), 0.5 / np.arange(1, 6), rtol=ROUNDING)


def test_cosine_falls_and_stays() -> None:
    values = cc.schedule("cosine", alpha=1.0, alpha_min=0.25, T=50)(np.arange(1.0, 201.0))
    assert np.all(np.diff(values[:51]) < 0)
    assert np.all(values[50:] == 0.25)


def test_restarts() -> None:
    """SGDR's rate jumps up at its restarts only, after T, 3 T, 7 T, … steps where periods double."""
    for name, restarts in (("sgdr", [50, 100, 150, 200, 250, 300]), ("sgdr_doubling", [50, 150])):
        values = cc.schedule(name, alpha=1.0, alpha_min=0.25, T=50)(np.arange(1.0, 350.0))
        assert [k + 1 for k, jump in enumerate(np.diff(values)) if jump > 0] == restarts
        assert np.all(values[restarts] == 1.0)


def test_batches_are_whole_numbers_that_grow_to_the_largest() -> None:
    values = cc.schedule("growing_batches", first=10, gamma=1.1, T=3, largest=500)(np.arange(1.0, 2001.0))
    assert np.all(values == np.round(values))
    assert np.all(np.diff(values) >= 0)
    assert (values[0], values[-1]) == (10, 500)


def test_exponential_underflows_to_zero_and_never_below() -> None:
    values = cc.schedule("exponential", gamma=0.5)(np.array([1.0, 1023.0, 1070.0, 1080.0, 1e9]))
    assert values[0] == 1.0
    assert np.all(np.diff(values) <= 0)
    assert values[-1] == 0.0


def test_exact_and_symbolic_values() -> None:
    inverse: Any = cc.schedule("inverse", alpha=0.1)(Exact.of(3))
    assert inverse.raw == Fraction(1, 30)
    root: Any = cc.schedule("inverse_sqrt", alpha=0.1)(Symbolic(sp.Integer(2)))
    assert root.raw == sp.sqrt(2) / 20
    with precision(100):
        decay: Any = cc.schedule("exponential", gamma=0.9)(Ball.of(3))
        assert decay.raw.overlaps(Ball.of(Fraction(81, 100)).raw)
        assert decay.raw.rad() < 1e-25


def test_parameters_are_checked() -> None:
    made = cc.schedule("cosine")
    assert made.name == "cosine"
    assert made.parameters == {"alpha": 1.0, "alpha_min": 0.0, "T": 1000.0}
    assert "restarts" in made.card
    with pytest.raises(UnknownNameError, match="no parameter 'alpa' of the schedule cosine; did you mean 'alpha'"):
        made.with_parameters(alpa=1)
    with pytest.raises(ParameterError, match=r"the schedule exponential: gamma = 1.5 is outside its range \(0, 1\]"):
        cc.schedule("exponential", gamma=1.5)
    for name, value in (("alpha", 0.0), ("alpha_min", -0.1), ("T", 0.0), ("T", np.nan)):
        with pytest.raises(ParameterError, match=f"the schedule cosine: {name}"):
            made.with_parameters(**{name: value})
    with pytest.raises(UnknownNameError, match="did you mean 'inverse_sqrt'"):
        cc.schedule("inverse_sqr")


def test_mistakes_get_one_sentence() -> None:
    def steps(t: Any, *, alpha: float = 1.0) -> Any:
        return alpha if t < 100 else alpha / 10

    def powers(t: Any, *, alpha: float = 1.0, gamma: float = 0.9) -> Any:
        return alpha * gamma**t

    def state(t: Any, m: float = 0, *, alpha: float = 1.0) -> Any:
        return alpha / t + m

    def nameless(step: Any, *, alpha: float = 1.0) -> Any:
        return alpha / step

    def negative(t: Any, *, alpha: float = -1.0) -> Any:
        return alpha / t

    for rule, error, message in [
        (steps, RuleError, "the schedule steps: a rule may not branch on a value"),
        (powers, RuleError, r"the schedule powers: .* exp\(y \* log\(x\)\)"),
        (state, RuleError, "the schedule state must take t and keyword-only parameters"),
        (nameless, RuleError, r"nameless must begin \(t, …\)"),
        (negative, ParameterError, "the schedule negative: alpha = -1.0 is outside its range"),
    ]:
        with pytest.raises(error, match=message):
            schedule(source="nobody1900")(rule)


def test_a_schedule_that_is_not_one_function_is_caught() -> None:
    def double(t: Any, *, alpha: float = 1.0) -> Any:
        return (2 if isinstance(t, np.ndarray) else 1) * alpha / t

    made: Schedule = schedule(source="nobody1900")(double)
    with pytest.raises(
        LawError, match="double breaks a law: the array, the program and the single value disagree at t = 1"
    ):
        schedule_is_one_function(made)
