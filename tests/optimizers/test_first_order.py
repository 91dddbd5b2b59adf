"""First-order rules against literal transcriptions of their sources, and the identities that their cards state."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.draws import normal
from convcheck.optimizers.base import Optimizer
from convcheck.simulate import streams

Array = NDArray[np.float64]

T = 30
CHANCE = np.random.default_rng(7)
G = CHANCE.normal(size=(T, 4)) * np.array([1.0, 1e-3, 1e3, 1.0])
G[:, 3] = 0
X = CHANCE.normal(size=4)
SPECTRUM = (1.0, 4.0, 9.0)
ROUNDING = 1e-12
"""Relative error allowed to sixty steps in another order of operations."""


def gradient(x: Array) -> Array:
    """The gradient of Σ h_i x_i² / 2."""
    return np.asarray(SPECTRUM) * x


def run(opt: str | Optimizer, steps: int = T, **hyper: Any) -> Any:
    return cc.run(opt, cc.problem("quadratic", spectrum=SPECTRUM), steps, record=steps, **hyper)


def same(found: Array, wanted: Any) -> None:
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(found, wanted, rtol=ROUNDING, atol=ROUNDING * float(np.max(np.abs(wanted))))


def test_nesterov_is_the_scheme_with_two_sequences() -> None:
    """x_{k+1} = y_k - α ∇f(y_k), y_{k+1} = x_{k+1} + β_{k+1} (x_{k+1} - x_k), β_k of the accelerated scheme."""
    a = [1.0]
    for _ in range(T + 1):
        a.append((1 + np.sqrt(1 + 4 * a[-1] ** 2)) / 2)
    beta = [(a[k] - 1) / a[k + 1] for k in range(T + 1)]
    x = [np.ones(3)]
    y = x[0]
    for k in range(T):
        x.append(y - 0.1 * gradient(y))
        y = x[-1] + beta[k + 1] * (x[-1] - x[-2])
    found = run("nesterov", lr=0.1, beta=lambda t: np.float64(beta[int(t) - 1]))
    same(found.x[0], x)


def test_nesterov_keeps_its_rate() -> None:
    """f(x_{k+1}) - f* ≤ 2 L |x_1 - x*|² / (k + 1)², with steps 1/L."""
    a = [1.0]
    for _ in range(401):
        a.append((1 + np.sqrt(1 + 4 * a[-1] ** 2)) / 2)
    problem = cc.problem("quadratic", spectrum=(1e-4, 1e-2, 1.0))
    found = cc.run(
        "nesterov", problem, 400, record=400, lr=1.0, beta=lambda t: np.float64((a[int(t) - 1] - 1) / a[int(t)])
    )
    k = found.t[1:]
    gap = 0.5 * (found.x[0, 1:] ** 2 @ np.array([1e-4, 1e-2, 1.0]))
    assert np.all(gap <= 2 * 3 / (k + 1) ** 2)
    plain = cc.run("sgd", problem, 400, record=400, lr=1.0)
    assert gap[-1] < 0.5 * (0.5 * (plain.x[0, -1] ** 2 @ np.array([1e-4, 1e-2, 1.0])))


def test_heavy_ball_and_nesterov_differ_only_in_where_they_ask() -> None:
    same(cc.replay("nesterov", G, X, lr=0.1, beta=0.8), cc.replay("heavy_ball", G, X, lr=0.1, beta=0.8))
    assert not np.allclose(run("nesterov").x, run("heavy_ball").x, rtol=1e-3)


def test_agd_is_nesterov_at_a_constant_rate() -> None:
    same(run("agd", lr=0.05, beta=0.7).x, run("nesterov", lr=0.05, beta=0.7).x)

    def rate(t: Any) -> Any:
        return 0.05 / np.sqrt(t)

    assert not np.allclose(run("agd", lr=rate).x, run("nesterov", lr=rate).x, rtol=1e-3)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.98])
def test_agd_reformulated_goes_through_the_points_at_which_agd_asks(beta: float) -> None:
    """Lemma 1: y_t of one are the points of the other, and so is the momentum, m_t = n_t + β (n_t - n_{t-1})."""
    first, second = run("agd", lr=0.05, beta=beta), run("agd_reformulated", lr=0.05, beta=beta)
    n = first.state["m"][0]
    same(second.x[0], first.x[0] - 0.05 * beta * n)
    same(second.state["m"][0, 1:], n[1:] + beta * (n[1:] - n[:-1]))


def test_agd_reformulated_is_the_momentum_of_the_libraries() -> None:
    """They keep n = β n + g, x = x - α (g + β n), as torch and optax take a look-ahead without asking elsewhere."""
    n, x = np.zeros(4), [X]
    for g in G:
        n = 0.9 * n + g
        x.append(x[-1] - 0.1 * (g + 0.9 * n))
    same(cc.replay("agd_reformulated", G, X), x)


def test_agd_literally() -> None:
    """Both forms of Lemma 1, line by line; β₁ of the source is 1 - β."""
    b1, eta = 0.1, 0.05
    theta, m, first = np.ones(3), np.zeros(3), [np.ones(3)]
    for _ in range(T):
        m = (1 - b1) * m + gradient(theta - eta * (1 - b1) * m)
        theta = theta - eta * m
        first.append(theta)
    same(run("agd", lr=eta, beta=1 - b1).x[0], first)
    theta, m, last, second = np.ones(3), np.zeros(3), np.zeros(3), [np.ones(3)]
    for _ in range(T):
        g = gradient(theta)
        m = (1 - b1) * m + (g + (1 - b1) * (g - last))
        theta, last = theta - eta * m, g
        second.append(theta)
    same(run("agd_reformulated", lr=eta, beta=1 - b1).x[0], second)


def test_dual_averaging_is_gradient_descent_at_a_constant_rate() -> None:
    same(cc.replay("dual_averaging", G, X, lr=0.1), cc.replay("sgd", G, X, lr=0.1))
    unbounded = cc.problem("quadratic", spectrum=SPECTRUM)
    same(cc.run("dual_averaging", unbounded, T, lr=0.1).x, cc.run("sgd", unbounded, T, lr=0.1).x)


def test_dual_averaging_minimises_its_model() -> None:
    """x_{t+1} = argmin ⟨s_t, x⟩ + |x - x_1|² / (2 α_t): nowhere around is the model smaller."""

    def rate(t: Any) -> Any:
        return 0.5 / np.sqrt(t)

    iterates, s = cc.replay("dual_averaging", G, X, lr=rate), np.cumsum(G, axis=0)
    for t in (1, 7, T):
        slope = s[t - 1] + (iterates[t] - X) / rate(t)
        assert np.all(np.abs(slope) <= 1e-12 * (1 + np.abs(s[t - 1])))


def test_dual_averaging_projects_lazily() -> None:
    """After ten pushes against the wall it takes ten pulls to leave it; gradient descent leaves at once."""
    push = cc.problem("linear_box", signs=(-1.0,) * 10 + (1.0,) * 10, D=2.0)
    lazy = cc.run("dual_averaging", push, 20, lr=0.5, record=20, x0=0.0).x[0, :, 0]
    greedy = cc.run("sgd", push, 20, lr=0.5, record=20, x0=0.0).x[0, :, 0]
    np.testing.assert_array_equal(lazy, np.clip(0.5 * np.r_[0:11, 9:-1:-1], -1, 1))
    assert greedy[11] == 0.5
    assert greedy[-1] == -1.0


def test_dual_averaging_needs_no_bounded_domain() -> None:
    """Regret against 0 of both with rates 1/√t on R, -1 then +1: ∓(√2 - 4/3) T^{3/2} to first order."""
    half, c = 2000, (np.sqrt(2) - 4 / 3) * 4000**1.5
    signs = (-1.0,) * half + (1.0,) * half
    problem = cc.problem("linear_box", signs=signs, D=1e6)
    rate = cc.schedule("inverse_sqrt", alpha=1.0)
    suffered = {n: float(cc.run(n, problem, 2 * half, lr=rate, x0=0.0).loss[0, -1]) for n in ("sgd", "dual_averaging")}
    assert suffered["sgd"] == pytest.approx(c, rel=0.05)
    assert suffered["dual_averaging"] == pytest.approx(-c, rel=0.05)


def test_ftrl_momentum_averages_the_leader() -> None:
    """x_{t+1} is the mean of w_1, …, w_{t+1}, w_{t+1} = x_1 - α_t Σ g: the algorithm line by line, gradients at x."""
    c, x, s, points = 0.3, np.ones(3), np.zeros(3), []
    w = [np.ones(3)]
    for t in range(1, T + 1):
        points.append(x)
        s = s + gradient(x)
        w.append(np.ones(3) - c / np.sqrt(t + 1) * s)
        x = np.mean(w, axis=0)
    found = run("ftrl_momentum", lr=lambda t: c / np.sqrt(t + 1))
    same(found.x[0], [*points, x])
    leader = cc.replay("dual_averaging", G, X, lr=0.1)
    same(cc.replay("ftrl_momentum", G, X, lr=0.1), np.cumsum(leader, axis=0) / np.arange(1, T + 2)[:, None])


def test_ftrl_momentum_is_momentum_with_shrinking_steps() -> None:
    """x_{t+1} = x_t + (t-1)/(t+1) · (x_t - x_{t-1}) - α g_t / (t + 1) for a constant α."""
    x = [X, X]
    for t, g in enumerate(G, start=1):
        x.append(x[-1] + ((t - 1) / (t + 1)) * (x[-1] - x[-2]) - 0.1 * g / (t + 1))
    same(cc.replay("ftrl_momentum", G, X, lr=0.1), x[1:])


def drawn(step: int, seed: int, coordinates: int) -> Array:
    """The noise that the documentation of streams promises to a rule: stream 0xi, uniforms 0 and 1."""
    u, v = (
        streams.uniform(streams.splitmix64(streams.keys((seed,), f"0xi.{k}", coordinates)[0], step)) for k in (0, 1)
    )
    return np.asarray(normal.transform(u, v))


def test_noisy_sgd_adds_what_its_stream_holds() -> None:
    def sigma(t: Any) -> Any:
        return np.sqrt(0.3 / (1 + t) ** 0.55)

    x = [X]
    for t, g in enumerate(G, start=1):
        x.append(x[-1] - 0.1 * (g + sigma(t) * drawn(t, 3, 4)))
    np.testing.assert_array_equal(cc.replay("noisy_sgd", G, X, seed=3, lr=0.1, sigma=sigma), x)


@pytest.mark.parametrize("spectrum", [(1.0, 2.0), tuple(np.linspace(0.1, 2, 20).tolist())])
def test_the_noise_of_a_rule_is_the_same_in_kernels_loops_and_replays(spectrum: tuple[float, ...]) -> None:
    problem = cc.problem("quadratic", spectrum=spectrum)
    found = cc.run("noisy_sgd", problem, T, lr=0.1, sigma=0.5, seeds=[5, 2], record=T)
    for seed, points in zip((5, 2), found.x, strict=True):
        x = [np.ones(len(spectrum))]
        for t in range(1, T + 1):
            x.append(x[-1] - 0.1 * (np.asarray(spectrum) * x[-1] + 0.5 * drawn(t, seed, len(spectrum))))
        np.testing.assert_array_equal(points, x)


def test_noise_neither_depends_on_the_grid_nor_repeats() -> None:
    wide = cc.run("noisy_sgd", "reddi_stochastic", 50, lr=[0.01, 0.1], sigma=[0.0, 1.0], seeds=3, record=50)
    for i, lr in enumerate((0.01, 0.1)):
        one = cc.run("noisy_sgd", "reddi_stochastic", 50, lr=lr, sigma=1.0, seeds=[2], record=50)
        np.testing.assert_array_equal(wide.x[i, 1, 2], one.x[0])
    np.testing.assert_array_equal(wide.x[0, 0], cc.run("sgd", "reddi_stochastic", 50, lr=0.01, seeds=3, record=50).x)
    noise = np.array([drawn(t, seed, 50) for t in range(1, 201) for seed in (0, 1)])
    assert np.unique(noise).size == noise.size
    assert abs(float(noise.mean())) < 4 / np.sqrt(noise.size)
    assert float(noise.var()) == pytest.approx(1, abs=4 * np.sqrt(2 / noise.size))


def test_noise_leaves_a_saddle() -> None:
    """At a strict saddle gradient descent stands still for ever."""
    x0 = np.zeros(3)
    assert np.array_equal(run("sgd", x0=x0).x[0, -1], x0)
    assert not np.any(run("noisy_sgd", x0=x0).x[0, -1] == 0)


def test_signum_literally() -> None:
    m, x = np.zeros(4), [X]
    for g in G:
        m = 0.9 * m + 0.1 * g
        x.append(x[-1] - 0.01 * np.sign(m))
    np.testing.assert_array_equal(cc.replay("signum", G, X, lr=0.01), x)
    np.testing.assert_array_equal(cc.replay("signum", G, X, lr=0.01, beta=0.0), cc.replay("signsgd", G, X, lr=0.01))


def scaled_sign(p: Array) -> Array:
    return np.asarray(np.abs(p).sum() / p.size * np.sign(p))


def test_ef_signsgd_literally() -> None:
    e, x = np.zeros(4), [X]
    for g in G:
        p = 0.1 * g + e
        step = scaled_sign(p)
        x.append(x[-1] - step)
        e = p - step
    same(cc.replay("ef_signsgd", G, X, lr=0.1), x)


def test_without_its_error_ef_signsgd_is_gradient_descent() -> None:
    """x_t - e_{t-1} are the points of gradient descent on the same gradients, whatever the rates."""
    e, rates = np.zeros(4), 0.1 / np.arange(1.0, T + 1)
    points = cc.replay("ef_signsgd", G, X, lr=lambda t: 0.1 / t)
    made, x = cc.optimizer("ef_signsgd"), X
    for t, (g, rate) in enumerate(zip(G, rates, strict=True), start=1):
        x, e = made(x, g, t, e, lr=rate)
        same(points[t], x)
        same(x - e, X - np.cumsum(rates[:t, None] * G[:t], axis=0)[-1])


def test_error_feedback_leaves_the_line_on_which_the_sign_stays() -> None:
    """F = ⟨a_1, x⟩² + ⟨a_2, x⟩², a = ±(1, -1) + (1, 1)/2: every sign is ±(1, -1), so that x_1 + x_2 never changes."""
    a = np.array([[1.5, -0.5], [-0.5, 1.5]])
    chosen = np.random.default_rng(1).integers(0, 2, 1000)

    def followed(step: Callable[[Array, Array, float], Array]) -> Array:
        x = np.ones(2)
        for t, k in enumerate(chosen):
            x = step(x, 2 * (a[k] @ x) * a[k], 0.05 / np.sqrt(t + 1))
        return x

    e = [np.zeros(2)]

    def fed_back(x: Array, g: Array, rate: float) -> Array:
        moved, e[0] = cc.optimizer("ef_signsgd")(x, g, 1, e[0], lr=rate)
        return np.asarray(moved)

    stuck = followed(lambda x, g, rate: np.asarray(cc.optimizer("signsgd")(x, g, 1, lr=rate)[0]))
    free = followed(fed_back)
    assert float(stuck.sum()) == pytest.approx(2, abs=1e-9)
    assert float(((a @ free) ** 2).sum()) < 0.7 * float(((a @ stuck) ** 2).sum())
