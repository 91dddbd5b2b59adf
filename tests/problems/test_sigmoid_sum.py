"""The sum of sigmoids: its certified minimum, its constants, its oracle."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import isqrt
from time import process_time
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import convcheck as cc
from convcheck.assumptions import LowerBounded, Smooth, constants
from convcheck.problems import sigmoid_sum
from convcheck.problems.base import Minimum
from convcheck.problems.minimum import certified_minimum

CLOSE = 1e-12
"""Relative rounding error granted to sums of some ten terms."""

PROBLEM = cc.problem("sigmoid_sum")
gradient: Callable[..., Any] = sigmoid_sum.gradient
full_gradient: Callable[..., Any] = sigmoid_sum.full_gradient
draw: Callable[..., Any] = sigmoid_sum.draw
objective: Callable[..., Any] = sigmoid_sum.loss


def F(x: Any) -> Any:
    return objective(np.asarray(x), 1.0)


def minimum() -> Minimum:
    assert PROBLEM.minimum is not None
    found: Minimum = PROBLEM.call(PROBLEM.minimum)
    return found


def test_the_objective_is_the_formula() -> None:
    x = np.random.default_rng(0).normal(size=(20, 2))
    z = x @ np.array(sigmoid_sum.VECTORS).T
    formula = (1 / (1 + np.exp(-z))).mean(axis=1) + 0.02 * (np.sqrt(1 + x**2) - 1).sum(axis=1)
    assert F(x) == pytest.approx(formula, rel=CLOSE)


def test_the_certified_minimum_is_the_best_of_many_descents() -> None:
    found = minimum()
    starts = np.random.default_rng(0).normal(size=(40, 2)) * 3
    descents = [minimize(F, start, method="BFGS", jac=full_gradient) for start in starts]
    best = min(descents, key=lambda descent: float(descent.fun))
    assert found.known == "certified"
    assert found.upper - found.lower <= sigmoid_sum.TOLERANCE
    assert found.lower <= best.fun <= found.upper + 1e-9
    assert np.allclose(best.x, found.point, atol=1e-3)
    assert len({tuple(np.round(descent.x, 2)) for descent in descents if np.linalg.norm(descent.jac) < 1e-4}) == 4


def test_the_start_leads_to_a_minimum_that_is_not_global() -> None:
    lowest = constants(PROBLEM.assumptions, LowerBounded("value"))
    assert lowest is not None
    assert Fraction(minimum().lower) >= lowest["value"]
    assert minimize(F, PROBLEM.x0, method="BFGS", jac=full_gradient).fun > float(lowest["value"]) + 0.05


def test_the_certificate_is_quick_and_made_once() -> None:
    sigmoid_sum._certified.cache_clear()
    before = process_time()
    cc.problem("sigmoid_sum", penalty=0.001)
    first = process_time() - before
    assert first < 2  # seconds of processor time; it takes 0.3
    cc.problem("sigmoid_sum", penalty=0.001)
    assert sigmoid_sum._certified.cache_info().misses == 1


def test_outside_the_certified_square_the_objective_exceeds_its_value_at_0() -> None:
    side = 1 + 1 / (2 * 0.02)
    rim = np.linspace(-2 * side, 2 * side, 401)
    assert F([0.0, 0.0]) == 0.5
    assert F(np.stack([rim, np.full(401, side)], axis=-1)).min() > 0.5
    assert F(np.stack([np.full(401, -side), rim], axis=-1)).min() > 0.5


def test_the_curvature_of_the_sigmoid_is_certified() -> None:
    # With T = tanh(z/2), σ'' = -T (1 - T²)/4: odd, and at most 1/(6√3) in absolute value.
    steepest = certified_minimum(lambda T: (T[0] * T[0] * T[0] - T[0]) / 4, [0.0], [1.0], 1e-9)
    assert -1e-8 < Fraction(steepest.lower) ** 2 - Fraction(1, 108) < 1e-8
    assert Fraction(steepest.upper) ** 2 <= Fraction(1, 108)


def test_the_largest_eigenvalue_is_rounded_up() -> None:
    squares = [[sum(c[i] * c[j] for c in sigmoid_sum.VECTORS) for j in (0, 1)] for i in (0, 1)]
    trace, det = squares[0][0] + squares[1][1], squares[0][0] * squares[1][1] - squares[0][1] ** 2
    largest = 8 * sigmoid_sum._largest_eigenvalue()
    assert (2 * largest - trace) ** 2 >= trace**2 - 4 * det
    assert largest < Fraction(trace + isqrt(trace**2 - 4 * det) + 1, 2)
    smooth = constants(PROBLEM.assumptions, Smooth("L", norm=2))
    assert smooth is not None
    expected = np.linalg.eigvalsh(np.array(squares) / 8)[-1] / (6 * np.sqrt(3)) + 0.02
    assert float(smooth["L"]) == pytest.approx(expected, rel=CLOSE)


def test_the_noise_bounds_are_those_of_the_worst_corner() -> None:
    corners = np.array(list(product((0, 0.25), repeat=8)))
    answers = corners[:, :, None] * np.array(sigmoid_sum.VECTORS, dtype=float)
    squares = ((answers - answers.mean(axis=1, keepdims=True)) ** 2).sum(axis=-1)
    assert float(sigmoid_sum._noise()) == pytest.approx(squares.max(), rel=CLOSE)
    assert float(sigmoid_sum._variance()) == pytest.approx(squares.mean(axis=1).max(), rel=CLOSE)


def test_the_full_gradient_is_the_mean_of_the_eight_answers() -> None:
    x = np.random.default_rng(3).normal(size=(9, 2)) * 2
    cells = [(k + 0.5) / 8 for k in range(8)]
    answers = [gradient(x, 1.0, u) for u in cells]
    assert np.mean(answers, axis=0) == pytest.approx(full_gradient(x), rel=CLOSE, abs=CLOSE)
    columns = list(zip(*sigmoid_sum.VECTORS, strict=True))
    assert tuple(tuple(int(draw(u, column)) for column in columns) for u in cells) == sigmoid_sum.VECTORS


def test_far_out_nothing_overflows() -> None:
    x = np.array([[1e8, -1e8], [1e150, 1e3]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(gradient(x, 1.0, 0.3)).all()
        assert np.isfinite(F(x)).all()
