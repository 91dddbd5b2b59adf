"""Weighted telescoping: what is proved, that it holds in numbers, and that an instance needs its premises."""

from typing import Any

import numpy as np
import pytest

from convcheck.errors import StepFailedError
from convcheck.language.proof import always, given, have, let
from convcheck.language.symbols import forall, ints, reals, sequences, sqrt
from convcheck.language.terms import Expression
from convcheck.language.words import sqrt_mono
from convcheck.library import telescope_rising, telescope_weighted

t, n = ints("t n")
(D,) = reals("D")
x, q = sequences("x q")


def distance(t: Any) -> Expression:
    return x[t] ** 2


@pytest.fixture(autouse=True)
def _bounded() -> None:
    with let(t):
        always(have(distance(t) >= 0))
    always(given(forall(t >= 1, distance(t) <= D**2)))


def test_weights_that_rise_pay_for_the_largest_distance_once() -> None:
    with let(t >= 0):
        weight = have(sqrt(t) >= 0)
    with let(t >= 1):
        rises = have(sqrt(t - 1) <= sqrt(t), by=sqrt_mono(t - 1, t))
    with let(n >= 0):
        found = telescope_rising(sqrt, distance, D**2, n, by=[weight, rises])
    assert repr(found).endswith("√t·(x_t² - x_{t + 1}²) ≤ D²·√n")


def test_weights_that_fall_pay_for_their_falls() -> None:
    weight = given(forall(t >= 0, q[t] >= 0))
    with let(n >= 0):
        found = telescope_weighted(lambda t: q[t], distance, D**2, n, by=weight)
    assert repr(found).endswith("≤ D²·(q_n + Σ[t=1..n] max(q_{t - 1} - q_t, 0))")


def test_a_premise_that_is_missing_is_missed() -> None:
    weight = given(forall(t >= 0, q[t] >= 0))
    with let(n >= 0), pytest.raises(StepFailedError, match="does not apply"):
        telescope_rising(lambda t: q[t], distance, D**2, n, by=weight)


def test_the_bounds_hold_and_are_attained() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        weights, distances = rng.random(9), rng.random(9)
        total = np.sum(weights[1:] * (distances[:-1] - distances[1:]))
        falls = np.maximum(weights[:-1] - weights[1:], 0).sum()
        assert total <= weights[-1] + falls + 1e-12
        assert total <= weights[-1] + 1e-12 or not (np.diff(weights) >= 0).all()
    assert np.sum(np.array([1, 0]) * (np.array([1, 0]) - np.array([0, 0]))) == 1  # q = (0, 1, 0): B·(0 + 1)
