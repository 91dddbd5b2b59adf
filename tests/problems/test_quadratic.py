"""Quadratics with a chosen spectrum."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import convcheck as cc
from convcheck.problems import quadratic
from convcheck.problems.base import Problem
from convcheck.problems.vectors import vector

CLOSE = 1e-11
"""Relative rounding error granted to sums of a few hundred terms that cancel a little."""

hessian: Callable[..., Any] = quadratic.hessian
rotation: Callable[..., Any] = quadratic.rotation


def loss(problem: Problem, x: Any) -> Any:
    assert problem.loss is not None
    return problem.call(problem.loss, x, 1.0)


@pytest.mark.parametrize("rotated", [False, True])
@pytest.mark.parametrize("spectrum", [(2.0,), (1, 10), (0.1, 0.3, 7), tuple(range(1, 18))])
def test_the_hessian_has_exactly_the_spectrum(spectrum: tuple[float, ...], rotated: Any) -> None:
    H, d = hessian(spectrum=spectrum, rotated=rotated), len(spectrum)
    axes = [[Fraction(int(i == j)) for j in range(d)] for i in range(d)]
    for axis, eigenvalue in zip(axes, spectrum, strict=True):
        v = list(rotation(vector(axis), rotated=rotated))
        image = [sum(h * c for h, c in zip(row, v, strict=True)) for row in H]
        assert image == [Fraction(str(eigenvalue)) * c for c in v]
    assert all(H[i][j] == H[j][i] for i in range(d) for j in range(d))
    if d > 1:
        assert all((H[i][j] != 0) == rotated for i in range(d) for j in range(i))


@pytest.mark.parametrize("d", [3, 16, 17])
def test_gradient_and_loss_are_those_of_the_hessian(d: int) -> None:
    spectrum = tuple(float(k) for k in range(1, d + 1))
    problem = cc.problem("quadratic", spectrum=spectrum, rotated=True, shift=0.5)
    H = np.array([[float(h) for h in row] for row in hessian(spectrum=spectrum, rotated=True)])
    x = np.random.default_rng(d).normal(size=(5, d))
    away = x - 0.5
    assert problem.call(problem.gradient, x, 1.0) == pytest.approx(away @ H, rel=CLOSE, abs=CLOSE)
    assert loss(problem, x) == pytest.approx(0.5 * ((away @ H) * away).sum(axis=1), rel=CLOSE)


def test_smoothness_and_strong_convexity_are_attained() -> None:
    problem = cc.problem("quadratic", spectrum=(2, 3, 11), rotated=True)
    axes = [rotation(np.eye(3)[k], rotated=True) for k in (0, 2)]
    assert [np.linalg.norm(problem.call(problem.gradient, v, 1.0)) for v in axes] == pytest.approx([2, 11], rel=CLOSE)


def test_gradient_descent_contracts_as_the_constants_say() -> None:
    problem = cc.problem("quadratic", spectrum=(1, 4, 10), rotated=True)
    run = cc.run("sgd", problem, 60, lr=0.1, record=60)
    x = run.x[0]
    gaps = loss(problem, x)
    assert np.all(gaps[1:] <= gaps[:-1] * (1 - 1 / 10) ** 2 * (1 + CLOSE))
    assert gaps[-1] < 1e-4 * gaps[0]
    assert np.array_equal(run.loss, run.regret)
    assert run.loss[0, -1] == pytest.approx(gaps[:-1].sum(), rel=CLOSE)


def test_the_minimizer_is_the_shift() -> None:
    problem = cc.problem("quadratic", spectrum=(1, 5), rotated=True, shift=1, radius=1)
    found = minimize(lambda x: loss(problem, x), (0.0, 0.0), bounds=[(-1, 1)] * 2)
    assert problem.minimum is not None
    certain = problem.call(problem.minimum)
    assert (certain.point, certain.lower, certain.upper) == ((1.0, 1.0), 0, 0)
    assert found.fun == pytest.approx(0, abs=1e-9)
    assert found.x == pytest.approx([1, 1], abs=1e-4)


def test_the_box_confines_the_iterates() -> None:
    problem = cc.problem("quadratic", spectrum=(1, 5), rotated=True, shift=1, radius=1)
    run = cc.run("sgd", problem, 20, x0=(-1, 1), lr=0.39, record=20)
    assert abs(run.x).max() == 1
    assert problem.ends == (-1.0, 1.0)
    assert problem.x0.tolist() == [1, 1]
    assert cc.problem("quadratic", shift=3).x0.tolist() == [4, 4]


def test_large_boxes_keep_their_constants_at_hand() -> None:
    problem = cc.problem("quadratic", spectrum=tuple(range(1, 101)), rotated=True, radius=1)
    assert problem.assumptions == problem.assumptions
    assert quadratic._largest_row.cache_info().hits >= 1
