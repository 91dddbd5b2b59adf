"""Every promise of every bundled problem, and all that follows from it, holds where it is tried."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import inf
from typing import Any

import numpy as np
import pytest
import sympy as sp
from numpy.typing import NDArray

import convcheck as cc
from convcheck import assumptions as said
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.assumptions import Assumption, consequences, constants
from convcheck.discovery import entries
from convcheck.problems.base import Problem
from convcheck.problems.vectors import vector

Floats = NDArray[np.float64]

TRACED = [name for name in entries("problem") if cc.problem(name).layers is None]
"""Problems with layers run on arrays alone: tests/problems/test_networks.py."""
MEMBERS: dict[str, Problem] = {name: cc.problem(name) for name in TRACED} | {
    "reddi, C=10": cc.problem("reddi", C=10),
    "periodic, P=5": cc.problem("periodic", P=5, scale=2.5),
    "reddi_stochastic, Theorem 3": cc.problem("reddi_stochastic", C=10, c=1, p=0.1),
    "reddi_stochastic, downhill": cc.problem("reddi_stochastic", C=2, c=3, p=0.5),
    "linear_box, random": cc.problem("linear_box", D=3, G=2, d=2),
    "linear_box, adversarial": cc.problem("linear_box", D=0.5, G=4, d=3, signs="adversarial"),
    "linear_box, given": cc.problem("linear_box", G=0.1, signs=(3, -1, -0.5, 0)),
    "quadratic, rotated": cc.problem("quadratic", spectrum=(1, 4, 9), rotated=True, shift=0.5),
    "quadratic, box": cc.problem("quadratic", spectrum=(0.5, 1, 2, 7), rotated=True, shift=-0.25, radius=2),
    "sine_well, exact": cc.problem("sine_well", sigma=0),
    "sigmoid_sum, steep": cc.problem("sigmoid_sum", penalty=0.2),
}
POINTS = 40
OUTCOMES = 1000
"""Equally likely values of a uniform number; the probabilities of the members above are multiples of 1/1000."""
ROUNDING = 1e-11
"""Relative rounding error granted: some hundred operations on terms that cancel to a hundredth of their size."""


@cache
def derivative(name: str, parameters: tuple[tuple[str, Any], ...]) -> Callable[..., list[Any]]:
    """Return the gradient of the loss as SymPy derives it from the problem's own lines."""
    problem = cc.problem(name, **dict(parameters))
    assert problem.loss is not None
    symbols = sp.symbols(f"x:{len(problem.x0) if problem.coupled else 1}", real=True)
    points = [Symbolic(symbol) for symbol in symbols]
    drawn = problem.draws(lambda *_: 0.5, lambda _: 0.0)
    loss = problem.call(problem.loss, vector(points) if problem.coupled else points[0], 1, *drawn)
    made: Callable[..., list[Any]] = sp.lambdify(symbols, [sp.diff(loss.raw, symbol) for symbol in symbols], "numpy")
    return made


@dataclass(frozen=True)
class Round:
    """Round t of a problem at pairs of feasible points (x, u); axes: outcomes of the draw, points, coordinates."""

    problem: Problem
    t: int
    x: Floats
    u: Floats

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return int(self.x.shape[-1])

    @property
    def _drawn(self) -> tuple[Any, ...]:
        """Return the values of the streams for all outcomes at once, along an axis in front of the points."""

        def given(name: str) -> float:
            sequence = self.problem.parameters[self.problem.streams[name].parameter]  # type: ignore[union-attr]  # a Given
            return 0.0 if isinstance(sequence, str) else float(sequence[(self.t - 1) % len(sequence)])

        uniforms = (np.arange(OUTCOMES) + 0.5) / OUTCOMES
        outcomes = uniforms[:, None] if self.problem.coupled else uniforms[:, None, None]
        return self.problem.draws(lambda *_: outcomes, given)

    def oracle(self, points: Floats) -> Floats:
        """Return the answers at the points, for each outcome."""
        answers = self.problem.call(self.problem.gradient, points, np.float64(self.t), *self._drawn)
        random = any(hasattr(stream, "uniforms") for stream in self.problem.streams.values())
        return np.broadcast_to(answers, (OUTCOMES if random else 1, *points.shape))

    @cached_property
    def answer(self) -> Floats:
        """The answers at x."""
        return self.oracle(self.x)

    def gradient(self, points: Floats) -> Floats:
        """Return ∇f_t, shape (outcomes or 1, points, d): of what the oracle answers with if the loss is linear."""
        if self.problem.loss is None:
            return self.answer
        coordinates = np.moveaxis(points, -1, 0)
        slope = derivative(self.problem.name, tuple(self.problem.parameters.items()))
        parts = slope(*coordinates) if self.problem.coupled else [slope(x_i)[0] for x_i in coordinates]
        return np.stack(np.broadcast_arrays(*parts, coordinates[0])[:-1], axis=-1)[None]

    def loss(self, points: Floats) -> Floats:
        """Return f_t, shape (outcomes or 1, points)."""
        if self.problem.loss is None:
            return np.asarray((self.answer * points).sum(axis=-1))
        values = self.problem.call(self.problem.loss, points, np.float64(self.t), *self._drawn)
        return np.asarray(values if self.problem.coupled else values.sum(axis=-1))[None]

    @cached_property
    def noise(self) -> Floats:
        """The answers less the gradient."""
        return self.answer - self.gradient(self.x)

    @property
    def least(self) -> float:
        """A lower bound of inf f."""
        assert self.problem.minimum is not None
        lower = float(self.problem.call(self.problem.minimum).lower)
        return lower if self.problem.coupled else lower * self.dimension

    def largest(self, vectors: Floats, norm: float) -> Floats:
        """Return the largest norm over outcomes; coordinates of separable problems are drawn independently."""
        if self.problem.coupled:
            return np.asarray(np.linalg.norm(vectors, norm, axis=-1).max(axis=0))
        return np.asarray(np.linalg.norm(np.abs(vectors).max(axis=0), norm, axis=-1))


def sampled(problem: Problem, dimension: int, rng: np.random.Generator) -> Floats:
    """Return feasible points: the start, corners of the box, random ones of several scales."""
    low, high = problem.ends
    if np.isfinite(high):
        points = rng.uniform(low, high, (POINTS, dimension))
        points[: POINTS // 2] = np.where(rng.random((POINTS // 2, dimension)) < 0.5, low, high)
    else:
        points = rng.normal(size=(POINTS, dimension)) * np.resize([0.1, 1, 3, 30], POINTS)[:, None]
    points[0] = np.resize(problem.x0, dimension)
    if problem.minimum is not None:
        points[1] = np.resize(problem.call(problem.minimum).point, dimension)
    return points


def at_most(small: Any, large: Any, size: Any = 1.0) -> bool:
    """Compare, granting rounding errors relative to the numbers and to ``size``."""
    return bool(np.all(small <= large + ROUNDING * (np.abs(small) + np.abs(large) + size)))


def norm_of(vectors: Floats, norm: float) -> Floats:
    return np.asarray(np.linalg.norm(vectors, norm, axis=-1))


def curves(r: Round, most: Any = inf, least: Any = -inf) -> bool:
    """Tell whether least ≤ f(u) - f(x) - ⟨∇f(x), u - x⟩ ≤ most."""
    change, tangent = r.loss(r.u) - r.loss(r.x), r.gradient(r.x) * (r.u - r.x)
    bend, terms = change - tangent.sum(axis=-1), abs(r.loss(r.u)) + abs(r.loss(r.x)) + abs(tangent).sum(axis=-1)
    return bool(np.all(bend <= most + ROUNDING * terms) and np.all(bend >= least - ROUNDING * terms))


def critical(r: Round) -> bool:
    """Tell whether ∇f vanishes at the minimizer, as far as that is known: ‖∇f‖² ≤ 2 L (f - f*)."""
    found = r.problem.call(r.problem.minimum or (lambda: None))
    smooth = constants(r.problem.assumptions, said.Smooth("L", norm=2)) or {"L": inf}
    slope = r.gradient(np.resize(np.array(found.point), (1, r.dimension)))
    return bool((slope**2).sum() <= 2 * float(smooth["L"]) * (found.upper - found.lower) + ROUNDING**2)


def clips(r: Round) -> bool:
    """Tell whether the projection is that onto a box, one and the same in every coordinate."""
    y = 3 * r.x + r.u
    if r.problem.project is None:
        return r.problem.ends == (-inf, inf)
    return np.array_equal(r.problem.call(r.problem.project, y), np.clip(y, *r.problem.ends))


def holds(fact: Assumption, r: Round) -> bool:  # noqa: C901, PLR0911, PLR0912  # a table with a row for each fact
    """Tell whether a fact is true of a round, as far as that shows at its points."""
    dual = {1: inf, 2: 2, inf: 1}
    square_noise = (r.noise**2).mean(axis=0)
    match fact:
        case said.Linear():
            return curves(r, most=0, least=0)
        case said.Convex():
            return curves(r, least=0)
        case said.StronglyConvex(mu=mu, norm=p):
            return curves(r, least=float(mu) / 2 * norm_of(r.u - r.x, p) ** 2)
        case said.WeaklyConvex(rho=rho):
            return curves(r, least=-float(rho) / 2 * norm_of(r.u - r.x, 2) ** 2)
        case said.Smooth(L=L, norm=p):
            at_u, at_x = r.gradient(r.u), r.gradient(r.x)
            change, terms = norm_of(at_u - at_x, dual[p]), (abs(at_u) + abs(at_x)).sum(axis=-1)
            return at_most(change, float(L) * norm_of(r.u - r.x, p), terms)
        case said.Lipschitz(G=G, norm=p):
            at_u, at_x = r.loss(r.u), r.loss(r.x)
            return at_most(abs(at_u - at_x), float(G) * norm_of(r.u - r.x, p), abs(at_u) + abs(at_x))
        case said.PolyakLojasiewicz(mu=mu):
            return at_most(2 * float(mu) * (r.loss(r.x) - r.least), (r.gradient(r.x) ** 2).sum(axis=-1))
        case said.LowerBounded(value=value):
            return at_most(float(value), r.loss(r.x))
        case said.FixedObjective():
            return np.array_equal(r.loss(r.x), Round(r.problem, 1, r.x, r.u).loss(r.x))
        case said.CriticalPoint():
            return critical(r)
        case said.BoundedDomain(D=D, norm=p):
            low, high = r.problem.ends
            return at_most(norm_of(np.full(r.dimension, high - low), p), float(D))
        case said.Box():
            return clips(r)
        case said.Unconstrained():
            return clips(r) and r.problem.ends == (-inf, inf)
        case said.Dimension(d=d):
            return bool(r.dimension <= d)
        case said.BoundedGradients(G=G, norm=p):
            return at_most(r.largest(r.answer, p), float(G))
        case said.ExactGradients():
            return at_most(abs(r.noise), 0.0, 1 + abs(r.answer))
        case said.UnbiasedGradients():
            return at_most(abs(r.noise.mean(axis=0)), 0.0, 1 + abs(r.answer).max(axis=0))
        case said.BoundedNoise(S=S, norm=p):
            return at_most(r.largest(r.noise, p), float(S), 1 + abs(r.answer).max())
        case said.BoundedVariance(sigma=sigma):
            return at_most(square_noise.sum(axis=-1), float(sigma) ** 2)
        case said.BoundedCoordinateVariance(sigma=sigma):
            return at_most(square_noise, float(sigma) ** 2)
        case said.AffineVariance(a=a, b=b):
            slope = (r.gradient(r.x) ** 2).sum(axis=-1)
            return at_most(square_noise.sum(axis=-1), float(a) * slope + float(b))
        case said.BoundedSecondMoment(G=G):
            return at_most((r.answer**2).mean(axis=0).sum(axis=-1), float(G) ** 2)
        case _:
            pytest.fail(f"there is no check for {fact}")


@pytest.mark.parametrize("name", MEMBERS)
def test_what_a_problem_promises_and_what_follows_is_true(name: str) -> None:
    problem, rng = MEMBERS[name], np.random.default_rng(0)
    d = len(problem.x0)
    for dimension in {d} if problem.coupled else {d, 3}:
        facts = consequences(problem.assumptions, dimension)
        for t in (1, 2, 3, 6):
            x, u = sampled(problem, dimension, rng), sampled(problem, dimension, rng)
            here = Round(problem, t, x, u)
            near = Round(problem, t, x, x + 1e-3 * (u - x))
            for fact in facts:
                assert holds(fact, here), f"{fact} at t = {t}, {dimension} coordinate(s)"
                assert holds(fact, near), f"{fact} at t = {t}, {dimension} coordinate(s), near by"


@pytest.mark.parametrize("name", MEMBERS)
def test_each_promise_says_how_it_is_known(name: str) -> None:
    for promise in MEMBERS[name].assumptions:
        assert promise.known is not None, promise
        assert promise.why or promise.known == "construction", promise


@pytest.mark.parametrize("name", MEMBERS)
def test_each_problem_says_where_it_lives_and_how_its_oracle_answers(name: str) -> None:
    kinds = [type(promise) for promise in MEMBERS[name].assumptions]
    assert (said.Box in kinds) != (said.Unconstrained in kinds)
    assert (said.ExactGradients in kinds) != (said.UnbiasedGradients in kinds)
    assert (said.FixedObjective in kinds) == (MEMBERS[name].minimum is not None)


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("reddi", said.BoundedGradients(2.999, norm=inf)),
        ("reddi", said.BoundedDomain(1.999, norm=inf)),
        ("reddi", said.Lipschitz(2.999, norm=1)),
        ("reddi", said.FixedObjective()),
        ("reddi", said.Unconstrained()),
        ("linear_box, random", said.BoundedGradients(2, norm=2)),
        ("reddi_stochastic", said.ExactGradients()),
        ("reddi_stochastic", said.BoundedNoise(1009, norm=inf)),
        ("reddi_stochastic", said.BoundedVariance(101)),
        ("reddi_stochastic", said.BoundedCoordinateVariance(101)),
        ("reddi_stochastic", said.Lipschitz(0.199, norm=1)),
        ("reddi_stochastic", said.BoundedSecondMoment(101)),
        ("quadratic, rotated", said.Linear()),
        ("quadratic, rotated", said.Smooth(8, norm=2)),
        ("quadratic, rotated", said.StronglyConvex(1.5, norm=2)),
        ("quadratic, rotated", said.PolyakLojasiewicz(4)),
        ("quadratic, rotated", said.LowerBounded(0.1)),
        ("quadratic, box", said.BoundedGradients(5, norm=inf)),
        ("sine_well", said.Convex()),
        ("sine_well", said.WeaklyConvex(3)),
        ("sine_well", said.BoundedNoise(0.99, norm=inf)),
        ("sine_well", said.AffineVariance(0, 0.99)),
        ("sigmoid_sum", said.Convex()),
        ("sigmoid_sum", said.LowerBounded(0.34)),
        ("sigmoid_sum", said.BoundedNoise(0.5)),
        ("sigmoid_sum", said.BoundedVariance(0.5)),
    ],
)
def test_a_stronger_claim_is_found_out(name: str, claim: Assumption) -> None:
    assert not holds_in_all_rounds(claim, MEMBERS[name])


def holds_in_all_rounds(claim: Assumption, problem: Problem) -> bool:
    rng, d = np.random.default_rng(0), len(problem.x0)
    return all(
        holds(claim, Round(problem, t, sampled(problem, d, rng), sampled(problem, d, rng))) for t in (1, 2, 3, 6)
    )


def test_an_oracle_that_forgets_a_summand_is_biased() -> None:
    def forgetful(x: Any, t: Any, u: Any = None, *, penalty: float = 0.02) -> Any:
        return problem.gradient(x, t, np.where(u < 1 / 8, 0.9, u), penalty=penalty)

    problem = MEMBERS["sigmoid_sum"]
    assert holds_in_all_rounds(said.UnbiasedGradients(), problem)
    assert not holds_in_all_rounds(said.UnbiasedGradients(), replace(problem, gradient=forgetful))


@pytest.mark.parametrize(
    ("name", "hypothesis", "dimension", "expected"),
    [
        ("linear_box, random", said.BoundedGradients("G", norm=2), 4, {"G": 4.0}),
        ("linear_box, random", said.BoundedDomain("D", norm=2), 4, {"D": 6.0}),
        ("linear_box, random", said.Convex(), None, {}),
        ("linear_box, given", said.BoundedGradients("G", norm=inf), None, {"G": 0.3}),
        ("linear_box, adversarial", said.Lipschitz("G", norm=2), 4, {"G": 8.0}),
        ("reddi", said.UnbiasedGradients(), None, {}),
        ("reddi", said.StronglyConvex("mu"), None, None),
        ("periodic", said.BoundedGradients("G", norm=2), 1, {"G": 1010.0}),
        ("periodic", said.FixedObjective(), None, None),
        ("reddi_stochastic", said.BoundedVariance("sigma"), 1, {"sigma": 1020 * np.sqrt(0.0099)}),
        ("reddi_stochastic", said.BoundedVariance("sigma"), 4, {"sigma": 2040 * np.sqrt(0.0099)}),
        ("reddi_stochastic", said.BoundedVariance("sigma"), None, None),
        ("reddi_stochastic", said.ExactGradients(), None, None),
        ("quadratic, rotated", said.PolyakLojasiewicz("mu"), None, {"mu": 1.0}),
        ("quadratic, rotated", said.BoundedGradients("G", norm=2), 3, None),
        ("quadratic, box", said.BoundedGradients("G", norm=2), 4, {"G": 7 * 2 * 2.25}),
        ("quadratic, box", said.BoundedVariance("sigma"), None, {"sigma": 0.0}),
        ("sine_well", said.BoundedVariance("sigma"), 4, {"sigma": 2.0}),
        ("sine_well", said.Convex(), None, None),
        ("sigmoid_sum", said.AffineVariance("a", "b"), None, {"a": 0.0, "b": 100.875 / 128}),
    ],
)
def test_promises_answer_hypotheses(
    name: str, hypothesis: Assumption, dimension: int | None, expected: dict[str, float] | None
) -> None:
    answer = constants(MEMBERS[name].assumptions, hypothesis, dimension)
    if expected is None:
        assert answer is None
    else:
        assert answer is not None
        assert {key: float(value) for key, value in answer.items()} == pytest.approx(expected, rel=ROUNDING)
