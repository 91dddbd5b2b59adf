"""Adafactor: its pseudo-code, the divergence that its second moment minimizes, its decay and its clipping."""

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import ShapeError

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(2018)
T = 40
G = RANDOM.normal(size=(T, 3, 4)) * np.geomspace(0.01, 100, 4)
X = RANDOM.normal(size=(3, 4))


def published(shown: Floats, x: Floats, largest: float = 1e-2, d: float = 1.0, c: float = 0.8) -> Floats:
    """Follow the pseudo-code of the source for matrices, entry by entry."""
    n, m = x.shape
    rows, columns, course = [0.0] * n, [0.0] * m, [x]
    for t, g in enumerate(shown, start=1):
        beta = 1 - t**-c
        alpha = max(1e-3, np.sqrt(sum(x[i, j] ** 2 for i in range(n) for j in range(m)) / (n * m)))
        alpha *= min(largest, 1 / np.sqrt(t))
        for i in range(n):
            rows[i] = beta * rows[i] + (1 - beta) * sum(g[i, j] ** 2 + 1e-30 for j in range(m))
        for j in range(m):
            columns[j] = beta * columns[j] + (1 - beta) * sum(g[i, j] ** 2 + 1e-30 for i in range(n))
        u = np.array([[g[i, j] / np.sqrt(rows[i] * columns[j] / sum(rows)) for j in range(m)] for i in range(n)])
        x = x - alpha * u / max(1.0, np.sqrt(np.mean(u**2)) / d)
        course.append(x)
    return np.array(course)


@pytest.mark.parametrize(("largest", "d", "c"), [(1e-2, 1.0, 0.8), (1.0, 0.3, 0.8), (0.5, 2.0, 1.0)])
def test_the_published_algorithm(largest: float, d: float, c: float) -> None:
    ours = cc.replay("adafactor", G, X, lr=largest, clip=d, decay=c)
    np.testing.assert_allclose(ours, published(G, X, largest, d, c), rtol=1e-10)


def test_a_vector_keeps_its_whole_second_moment() -> None:
    x, v, g = X[0], np.zeros(4), G[:, 0]
    course = [x]
    for t in range(1, T + 1):
        beta = 1 - t**-0.8
        v = beta * v + (1 - beta) * (g[t - 1] ** 2 + 1e-30)
        u = g[t - 1] / np.sqrt(v)
        x = x - max(1e-3, np.sqrt(np.mean(x**2))) * min(1e-2, t**-0.5) * u / max(1, np.sqrt(np.mean(u**2)))
        course.append(x)
    np.testing.assert_allclose(cc.replay("adafactor", g, X[0]), course, rtol=1e-10)


def moment(v: Floats) -> Floats:
    """Return what the rule makes of the moment v: G / U for the gradient √v at t = 1, with nothing clipped."""
    g = np.sqrt(v)
    moved, *_ = cc.optimizer("adafactor")(np.ones_like(v), g, 1.0, 0.0, 0.0, lr=1e-2, clip=1e9)
    return np.asarray((g / ((1 - moved) / 1e-2)) ** 2)


def divergence(p: Floats, q: Floats) -> float:
    return float(np.sum(p * np.log(p / q) - p + q))


def test_the_factored_moment_is_the_nearest_of_rank_one() -> None:
    """It minimizes Σ p log(p/q) - p + q over q = r sᵀ, and keeps the sums of rows and columns."""
    v = RANDOM.uniform(0.1, 3, size=(3, 4))
    best = moment(v)
    np.testing.assert_allclose(best, np.outer(v.sum(1), v.sum(0)) / v.sum(), rtol=1e-10)
    np.testing.assert_allclose([*best.sum(0), *best.sum(1)], [*v.sum(0), *v.sum(1)], rtol=1e-10)
    for size in (1e-3, 1e-1, 1.0):
        for _ in range(50):
            r, s = np.exp(size * RANDOM.normal(size=3)), np.exp(size * RANDOM.normal(size=4))
            assert divergence(v, best * np.outer(r, s)) > divergence(v, best)


def test_a_moment_of_rank_one_is_kept_and_the_identity_is_not() -> None:
    v = np.outer([1.0, 2, 3], [4.0, 0.5, 1])
    np.testing.assert_allclose(moment(v), v, rtol=1e-10)
    spread = moment(np.eye(3) + 1e-12)
    np.testing.assert_allclose(spread, np.full((3, 3), 1 / 3), rtol=1e-6)


def test_decay_one_is_the_plain_average() -> None:
    """With c = 1 the average forgets nothing: x moves as AdaGrad does with the rate α √t."""
    course = cc.replay("adafactor", G[:, 0], X[0], decay=1.0, clip=1e9, lr=1e-9, eps2=1e9)
    averages = np.cumsum(G[:, 0] ** 2, axis=0) / np.arange(1, T + 1)[:, None]
    np.testing.assert_allclose(np.diff(course, axis=0), -G[:, 0] / np.sqrt(averages), atol=1e-9)


def test_the_size_of_a_step_is_bounded() -> None:
    course = cc.replay("adafactor", G * 10.0 ** np.arange(T)[:, None, None] / 1e20, X, lr=1.0, clip=0.5)
    sizes = np.sqrt(np.mean(course**2, axis=(1, 2)))
    steps = np.sqrt(np.mean(np.diff(course, axis=0) ** 2, axis=(1, 2)))
    assert np.all(steps <= 0.5 * np.maximum(1e-3, sizes[:-1]) / np.sqrt(np.arange(1, T + 1)) * (1 + 1e-12))


def test_the_schedule_alone_does_not_bound_an_update() -> None:
    """Under growing gradients the root lags behind; only clipping holds."""
    rows = columns = np.zeros(1)
    for t in range(1, 61):
        free, clipped = (
            cc.optimizer("adafactor")(np.ones(1), np.exp(0.2 * t * np.ones(1)), float(t), rows, columns, lr=1.0, clip=d)
            for d in (1e9, 1.0)
        )
        _, rows, columns = free
    update, bounded = ((1 - moved[0][0]) * np.sqrt(60) for moved in (free, clipped))
    assert update == pytest.approx(3.0, abs=0.1)
    assert bounded == pytest.approx(1.0)


def test_it_runs_on_each_layer_by_itself() -> None:
    problem = cc.problem("mlp")
    run = cc.run("adafactor", problem, 50, lr=0.1, record=50)
    assert problem.layers is not None
    shapes = [layer.shape for layer in problem.call(problem.layers)]
    begin = 0
    shown = np.array([problem.call(problem.gradient, x, 1, 0.5) for x in run.x[0, :-1]])
    for shape in shapes:
        part = slice(begin, begin := begin + shape[0] * shape[1])
        alone = cc.replay("adafactor", shown[:, part].reshape(-1, *shape), run.x[0, 0, part].reshape(shape), lr=0.1)
        np.testing.assert_array_equal(alone.reshape(51, -1), run.x[0, :, part])
    assert np.diff(run.loss[0])[-1] < 0.1 * np.diff(run.loss[0])[0]
    assert run.state["rows"].shape == (1, 51, 9)


def test_other_shapes() -> None:
    with pytest.raises(ShapeError, match="not on an array of shape"):
        cc.replay("adafactor", np.zeros((2, 2, 2, 2)), np.zeros((2, 2, 2)))
