"""The game of online linear optimization: comparators, adversaries, the value of random signs."""

from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

import convcheck as cc

CLOSE = 1e-12
"""Relative rounding error granted to sums of some hundred terms."""


def test_the_comparator_is_that_of_a_linear_program() -> None:
    signs = tuple(np.random.default_rng(1).normal(size=11).tolist())
    run = cc.run("sgd", cc.problem("linear_box", D=3, G=0.7, d=2, signs=signs), 25, lr=0.1, record=25)
    for t in range(1, 26):
        total = 0.7 * sum(signs[s % 11] for s in range(t))
        best = linprog([total, total], bounds=[(-1.5, 1.5)] * 2)
        assert run.loss[0, t] - run.regret[0, t] == pytest.approx(best.fun, rel=1e-9, abs=CLOSE)


def test_random_signs_are_signs_and_differ_between_coordinates_and_seeds() -> None:
    T, wide = 200, 1e4
    run = cc.run("sgd", cc.problem("linear_box", D=wide, d=3), T, x0=np.zeros(3), lr=1, seeds=2, record=T)
    signs = -np.diff(run.x, axis=1)
    assert set(np.unique(signs)) == {-1.0, 1.0}
    sequences = np.moveaxis(signs, 1, -1).reshape(6, T)
    agreement = (sequences[:, None] * sequences).mean(axis=-1)[~np.eye(6, dtype=bool)]
    assert abs(agreement).max() < 4 / np.sqrt(T)
    best = -wide / 2 * abs(signs.sum(axis=1)).sum(axis=-1)
    assert (run.loss - run.regret)[:, -1] == pytest.approx(best, rel=CLOSE)


@pytest.mark.parametrize(("method", "hyper"), [("sgd", {"lr": 0.3}), ("amsgrad", {"lr": 0.7})])
def test_the_expected_regret_under_random_signs_is_the_same_for_every_player(method: str, hyper: Any) -> None:
    T, D, G = 6, 3.0, 0.5
    regrets = [
        cc.run(method, cc.problem("linear_box", D=D, G=G, signs=signs), T, **hyper).regret[0, -1]
        for signs in product((-1, 1), repeat=T)
    ]
    spread = sum(comb(T, k) * abs(T - 2 * k) for k in range(T + 1)) / 2**T  # E|S_T|
    assert np.mean(regrets) == pytest.approx(D * G / 2 * spread, rel=CLOSE)
    assert max(regrets) > np.mean(regrets)


def test_the_adversary_takes_the_side_of_the_iterate() -> None:
    problem = cc.problem("linear_box", D=4, G=3, d=2, signs="adversarial")
    x = np.array([-2.0, -1e-300, -0.0, 0.0, 1.5])
    assert problem.call(problem.gradient, x, 1.0, 1.0, 0.0).tolist() == [-3, -3, 3, 3, 3]
    run = cc.run("sgd", problem, 50, lr=0.1, record=50)
    assert np.diff(run.loss[0]) == pytest.approx(3 * abs(run.x[0, :-1]).sum(axis=1), rel=1e-9)


def test_a_sequence_begins_again_when_it_is_used_up() -> None:
    run = cc.run("sgd", cc.problem("linear_box", D=100, signs=(1, 2, -4)), 7, x0=0, lr=1, record=7)
    assert (-np.diff(run.x[0, :, 0])).tolist() == [1, 2, -4, 1, 2, -4, 1]


@pytest.mark.parametrize(("signs", "rounds"), [((1, 2, -4), 3), ("random", None), ("adversarial", None)])
def test_only_given_signs_have_a_period(signs: Any, rounds: int | None) -> None:
    problem = cc.problem("linear_box", signs=signs)
    assert problem.period is not None
    assert problem.call(problem.period) == rounds


def test_it_starts_in_the_upper_corner() -> None:
    assert cc.problem("linear_box", D=3, d=2).x0.tolist() == [1.5, 1.5]
    assert cc.problem("linear_box", D=3).ends == (-1.5, 1.5)
