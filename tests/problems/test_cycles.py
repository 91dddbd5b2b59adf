"""The sequences of Reddi, Kale and Kumar: three rounds, P rounds, and at random."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.problems import reddi_stochastic
from convcheck.problems.base import Minimum, Problem

CLOSE = 1e-12
"""Relative rounding error granted to sums of some hundred terms."""


def gradients(problem: Problem, rounds: int) -> list[float]:
    """Return what the oracle answers in the first rounds, where it depends neither on x nor on chance."""
    return [float(problem.call(problem.gradient, 1.0, t)) for t in range(1, rounds + 1)]


def mean(**parameters: float) -> Fraction:
    found: Fraction = reddi_stochastic.mean(**parameters)  # type: ignore[no-untyped-call]
    return found


def minimum(problem: Problem) -> Minimum:
    assert problem.minimum is not None
    found: Minimum = problem.call(problem.minimum)
    return found


def test_figure_1_has_gradients_1010_and_minus_10() -> None:
    assert gradients(cc.problem("periodic"), 202) == [1010.0, *[-10.0] * 100] * 2


@pytest.mark.parametrize(("P", "scale"), [(3, 1.0), (7, 0.5), (11.0, 2.0)])
def test_a_period_adds_up_to_the_scale(P: int, scale: float) -> None:
    problem = cc.problem("periodic", P=P, scale=scale)
    assert problem.period is not None
    period = problem.call(problem.period)
    assert isinstance(period, int)
    assert period == P
    assert sum(gradients(problem, period)) == scale
    assert gradients(problem, 2 * period) == gradients(problem, period) * 2


def test_the_cycle_has_three_rounds() -> None:
    problem = cc.problem("reddi", C=7)
    assert problem.period is not None
    assert problem.call(problem.period) == 3
    assert gradients(problem, 7) == [7, -1, -1, 7, -1, -1, 7]


def test_the_cycle_has_three_names() -> None:
    settings: dict[str, Any] = {"lr": cc.schedule("inverse_sqrt", alpha=0.5), "beta1": 0.0, "beta2": 0.1}
    cycle, period, box = (
        cc.run("adam_undebiased", problem, 501, record=501, **settings)
        for problem in (
            cc.problem("reddi", C=3),
            cc.problem("periodic", P=3, scale=1),
            cc.problem("linear_box", signs=(3, -1, -1)),
        )
    )
    assert cycle.x[0, -1, 0] == 1
    for other in (period, box):
        assert np.array_equal(cycle.x, other.x)
        assert np.array_equal(cycle.regret, other.regret)


@pytest.mark.parametrize(("C", "delta"), [(10, Fraction(1, 10)), (4, Fraction(1, 4)), (99, Fraction(1))])
def test_theorem_3_has_mean_delta(C: int, delta: Fraction) -> None:
    assert mean(C=C, c=1, p=float((1 + delta) / (C + 1))) == delta


def test_the_mean_of_figure_1_is_a_fifth() -> None:
    found = minimum(cc.problem("reddi_stochastic"))
    assert mean() == Fraction(1, 5)
    assert found.point == (-1.0,)
    assert Fraction(found.lower) <= Fraction(-1, 5) <= Fraction(found.upper)
    assert found.upper - found.lower <= 2**-54


def test_a_negative_mean_puts_the_minimum_at_1() -> None:
    assert minimum(cc.problem("reddi_stochastic", C=2, c=3, p=0.5)) == Minimum((1.0,), -0.5, -0.5, "derived")


def test_the_regret_is_that_of_the_expected_loss() -> None:
    run = cc.run("sgd", "reddi_stochastic", 300, lr=0.001, seeds=3, record=300)
    visited = run.x[:, :-1, 0]
    assert run.regret[:, -1] == pytest.approx(0.2 * (visited + 1).sum(axis=1), rel=CLOSE)
    assert np.diff(run.regret, axis=1).min() > -CLOSE


def test_the_large_gradient_is_as_rare_as_it_should_be() -> None:
    seeds, T, lr = 100, 2000, 2.0**-17
    run = cc.run("sgd", cc.problem("reddi_stochastic", C=1, c=2.0**-30), T, lr=lr, seeds=seeds, record=1)
    hits = (run.x[:, 0, 0] - run.x[:, -1, 0]).sum() / lr
    assert abs(hits - 0.01 * seeds * T) < 4 * np.sqrt(seeds * T * 0.01 * 0.99)
