"""Beale's function and the saddle: minima, constants from second derivatives, and where gradient descent is held."""

import numpy as np
import pytest
import sympy as sp

import convcheck as cc
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.assumptions import BoundedGradients, LowerBounded, Smooth, WeaklyConvex, constants
from convcheck.problems.vectors import vector

ROUNDING = 1e-12
POINTS = np.linspace(-1, 1, 41)


def hessian(name: str, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return gradient and second derivatives of the loss on a grid of the box; SymPy derives them."""
    problem = cc.problem(name)
    assert problem.loss is not None
    x, y = sp.symbols("x y", real=True)
    loss = problem.call(problem.loss, vector([Symbolic(x), Symbolic(y)]), 1).raw
    u, v = np.meshgrid(radius * POINTS, radius * POINTS)
    slopes = [sp.diff(loss, s) for s in (x, y)]
    first = [np.broadcast_to(sp.lambdify((x, y), s)(u, v), u.shape) for s in slopes]
    second = [[np.broadcast_to(sp.lambdify((x, y), sp.diff(s, r))(u, v), u.shape) for r in (x, y)] for s in slopes]
    return np.moveaxis(np.array(first), 0, -1), np.moveaxis(np.array(second), (0, 1), (-2, -1))


@pytest.mark.parametrize(("name", "radius", "slack"), [("beale", 4.5, 1.5), ("saddle", 2.0, 1.0)])
def test_constants_bound_the_derivatives_and_are_of_their_size(name: str, radius: float, slack: float) -> None:
    promised = cc.problem(name).assumptions
    first, second = hessian(name, radius)
    curvature, slope = np.abs(np.linalg.eigvalsh(second)).max(), np.linalg.norm(first, axis=-1).max()
    smooth, bounded = constants(promised, Smooth("L", norm=2)), constants(promised, BoundedGradients("G", norm=2))
    assert smooth is not None
    assert bounded is not None
    for seen, bound in ((curvature, float(smooth["L"])), (slope, float(bounded["G"]))):
        assert seen * (1 - ROUNDING) <= bound <= slack * seen * (1 + ROUNDING)


def test_the_least_curvature_of_the_saddle_is_at_the_saddle() -> None:
    _, second = hessian("saddle", 2.0)
    weak = constants(cc.problem("saddle").assumptions, WeaklyConvex("rho"))
    assert weak is not None
    assert np.linalg.eigvalsh(second).min() == -weak["rho"] == -1


@pytest.mark.parametrize("name", ["beale", "saddle"])
def test_the_minimum_is_taken_where_it_is_said(name: str) -> None:
    problem = cc.problem(name)
    assert problem.minimum is not None
    assert problem.loss is not None
    least = problem.call(problem.minimum)
    point = np.array(least.point)
    assert problem.call(problem.loss, point, 1) == least.lower == least.upper
    np.testing.assert_array_equal(problem.call(problem.gradient, point, 1), [0, 0])
    bound = constants(problem.assumptions, LowerBounded("value"))
    assert bound is not None
    assert bound["value"] == least.lower
    nearby = np.random.default_rng(0).normal(size=(1000, 2)) / 10 + point
    assert np.all(problem.call(problem.loss, nearby, 1) > least.upper)


def test_on_its_line_gradient_descent_is_drawn_to_the_saddle_and_beside_it_is_not() -> None:
    on, beside = (cc.run("sgd", "saddle", 500, x0=[1.0, y], lr=0.25).x[0, -1] for y in (0.0, 2.0**-40))
    assert on[1] == 0
    assert abs(on[0]) < 1e-50
    np.testing.assert_allclose(beside, [0, 1], atol=1e-12)
