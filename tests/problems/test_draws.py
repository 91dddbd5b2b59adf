"""The distributions that problems may draw from: their laws, and the same bits in native kernels as in NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import convcheck as cc
from convcheck.assumptions import Linear
from convcheck.problems.base import Problem, define
from convcheck.problems.draws import Draw, normal, rademacher, student_t2, uniform
from convcheck.simulate import streams

Floats = NDArray[np.float64]

DRAWS = {draw.name: draw for draw in (uniform, rademacher, normal, student_t2)}
LAWS: dict[str, Callable[[Floats], Floats]] = {
    "uniform": stats.uniform.cdf,
    "normal": stats.norm.cdf,
    "student_t2": stats.t(2).cdf,
}
N = 20_000
SIGNIFICANCE = 1e-4
"""Of each test; its seeds are fixed, so that it can fail once, when the generators are changed, and not every night."""


def sample(draw: Draw, generator: str = "splitmix64", seed: int = 0, coordinate: int = 0) -> Floats:
    """Return the draws of a stream at the steps 1, …, N."""
    bits: Callable[..., Any] = getattr(streams, generator)
    keys = [np.uint64(streams.key(seed, f"noise.{k}", coordinate)) for k in range(draw.uniforms)]
    steps = np.arange(1, N + 1, dtype=np.uint64)
    return np.asarray(draw.transform(*(streams.uniform(bits(np.full(N, key), steps)) for key in keys)), dtype=float)


@pytest.mark.parametrize("generator", streams.GENERATORS)
@pytest.mark.parametrize("name", LAWS)
def test_draws_have_their_law(name: str, generator: str) -> None:
    assert stats.kstest(sample(DRAWS[name], generator), LAWS[name]).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("generator", streams.GENERATORS)
def test_signs_are_fair(generator: str) -> None:
    signs = sample(rademacher, generator)
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert stats.binomtest(int((signs > 0).sum()), N).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("name", DRAWS)
def test_successive_draws_other_seeds_and_other_coordinates_are_unrelated(name: str) -> None:
    ranks = stats.rankdata(sample(DRAWS[name]))
    others = [np.roll(ranks, 1), np.roll(ranks, 7)]
    others += [stats.rankdata(sample(DRAWS[name], seed=1)), stats.rankdata(sample(DRAWS[name], coordinate=1))]
    for other in others:
        assert abs(np.corrcoef(ranks, other)[0, 1]) < 4 / np.sqrt(N)


def test_the_normal_draw_has_its_moments() -> None:
    z = sample(normal)
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - moment) < 4 * np.sqrt(variance / N)


@pytest.mark.parametrize("u", [2.0**-53, 0.25, 0.5, 1 - 2.0**-53])
def test_extreme_uniforms_give_finite_draws(u: float) -> None:
    with np.errstate(all="raise"):
        results = [draw.transform(*([np.float64(u)] * draw.uniforms)) for draw in DRAWS.values()]
    assert np.isfinite(results).all()


@pytest.mark.parametrize(("p", "quantile"), [(0.5, 0.0), (0.75, 0.816496580927726), (0.975, 4.302652729749462)])
def test_the_t_distribution_has_its_quantiles(p: float, quantile: float) -> None:
    assert student_t2.transform(p) == pytest.approx(quantile, rel=1e-12)
    assert student_t2.transform(1 - p) == pytest.approx(-quantile, rel=1e-12)


def drift(draw: Draw) -> Problem:
    """Return a problem whose gradient is the draw, so that steps of length 1 add up the draws."""

    def gradient(x: Any, _t: Any, noise: Any = draw) -> Any:
        return noise + 0 * x

    return define(
        gradient, source="here", promises=lambda: (Linear(),), project=lambda x: np.clip(x, -1e9, 1e9), start=0.0
    )


@pytest.mark.parametrize("generator", streams.GENERATORS)
@pytest.mark.parametrize("name", DRAWS)
def test_native_kernels_draw_the_same_bits(name: str, generator: str) -> None:
    T = 300
    settings: dict[str, Any] = {"lr": 1, "record": T, "generator": generator}
    run = cc.run("sgd", drift(DRAWS[name]), T, x0=[0, 0, 0], seeds=[0, 3], **settings)
    for s, seed in enumerate((0, 3)):
        for i in range(3):
            added = np.cumsum(-sample(DRAWS[name], generator, seed, i)[:T])
            assert np.array_equal(run.x[s, 1:, i], added)
    alone = cc.run("sgd", drift(DRAWS[name]), T, x0=[0], seeds=[3], **settings)
    grid = cc.run("sgd", drift(DRAWS[name]), T, x0=[0], seeds=[5, 3], **(settings | {"lr": [0.5, 1, 2]}))
    assert np.array_equal(alone.x[0, :, 0], run.x[1, :, 0])
    assert np.array_equal(grid.x[1, 1, :, 0], run.x[1, :, 0])
    assert np.array_equal(grid.x[2, 1, :, 0], 2 * run.x[1, :, 0])  # doubling is exact
