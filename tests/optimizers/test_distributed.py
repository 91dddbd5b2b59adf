"""Rules of several workers and of delays against literal transcriptions, and the identities that their cards state."""

from collections import deque
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.draws import normal
from convcheck.problems.base import Problem
from convcheck.simulate import streams

Array = NDArray[np.float64]

T, D, M = 24, 3, 4
CHANCE = np.random.default_rng(11)
G = CHANCE.normal(size=(T, D)) * np.array([1.0, 1e-2, 30.0])
G[CHANCE.random((T, D)) < 0.2] = 0
MANY = CHANCE.normal(size=(T, M, D)) + 0.3 * G[:, None]
X = CHANCE.normal(size=D)
SPECTRUM = (1.0, 4.0, 9.0)
ROUNDING = 1e-12
"""Relative error allowed to some dozens of steps in another order of operations."""


def same(found: Array, wanted: Any) -> None:
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(found, wanted, rtol=ROUNDING, atol=ROUNDING * float(np.max(np.abs(wanted))))


def exact() -> Problem:
    return cc.problem("quadratic", spectrum=SPECTRUM)


def gradient(x: Array) -> Array:
    return np.asarray(np.asarray(SPECTRUM) * x)


def run(opt: str, problem: str | Problem, steps: int = T, **hyper: Any) -> Any:
    return cc.run(opt, problem, steps, record=steps, **hyper)


def alone(gradients: Array) -> Array:
    """The gradients of one worker as those of the only worker."""
    return gradients[:, None]


def test_majority_vote_literally() -> None:
    x = [X]
    for gradients in MANY:
        votes = [np.sign(g) for g in gradients]
        x.append(x[-1] - 0.01 * np.sign(sum(votes)))
    np.testing.assert_array_equal(cc.replay("majority_vote", MANY, X, lr=0.01, workers=M), x)


def test_one_vote_is_signsgd() -> None:
    found = cc.replay("majority_vote", alone(G), X, lr=0.01, workers=1)
    np.testing.assert_array_equal(found, cc.replay("signsgd", G, X, lr=0.01))
    noisy = run("majority_vote", "reddi_stochastic", lr=0.01, workers=1, seeds=3)
    np.testing.assert_array_equal(noisy.x, run("signsgd", "reddi_stochastic", lr=0.01, seeds=3).x)
    np.testing.assert_array_equal(noisy.regret, run("signsgd", "reddi_stochastic", lr=0.01, seeds=3).regret)


def test_equal_votes_stand_still() -> None:
    votes = np.array([[[1.0], [-2.0]], [[3.0], [0.0]]])
    np.testing.assert_array_equal(cc.replay("majority_vote", votes, [0.0], lr=1.0, workers=2), [[0.0], [0.0], [-1.0]])


def test_a_majority_makes_skewed_noise_worse() -> None:
    """50 with probability 0.1, else -1: the mean is 4.1, and the more workers, the surer is the wrong sign."""
    skewed = cc.problem("reddi_stochastic", C=50.0, c=1.0, p=0.1)
    wrong = []
    for workers in (1, 5, 25):
        moves = np.diff(run("majority_vote", skewed, 150, lr=1e-3, workers=workers, x0=0.0, seeds=2).x, axis=1)
        wrong.append(float(np.mean(moves > 0)))
    assert wrong[0] == pytest.approx(0.9, abs=0.07)
    assert wrong[0] < wrong[1] < wrong[2] == 1.0


def test_distributed_adam_is_adam_on_the_mean() -> None:
    hyper: dict[str, Any] = {"lr": lambda t: 0.1 / np.sqrt(t), "beta2": 0.9, "eps": 1e-3}
    found = cc.replay("distributed_adam", MANY, X, workers=M, **hyper)
    same(found, cc.replay("adam", MANY.mean(axis=1), X, **hyper))
    np.testing.assert_array_equal(cc.replay("distributed_adam", alone(G), X, workers=1), cc.replay("adam", G, X))


def test_distributed_adam_literally() -> None:
    m, v, x = np.zeros(D), np.zeros(D), [X]
    for t, gradients in enumerate(MANY, start=1):
        g = sum(gradients) / M
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        x.append(x[-1] - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8))
    same(cc.replay("distributed_adam", MANY, X, lr=0.1, beta2=0.99, workers=M), x)


@pytest.mark.parametrize("delay", [0, 1, 3, T, 2 * T])
def test_delayed_sgd_literally(delay: int) -> None:
    """Algorithm 1: a queue of τ gradients; nothing moves until the first arrives."""
    queue, x = deque([np.zeros(D)] * delay), [np.ones(D)]
    for t in range(1, T + 1):
        queue.append(gradient(x[-1]))
        x.append(x[-1] - 0.05 / t * queue.popleft())
    same(run("delayed_sgd", exact(), lr=lambda t: 0.05 / t, delay=delay).x[0], x)


def test_without_delay_it_is_gradient_descent() -> None:
    np.testing.assert_array_equal(
        run("delayed_sgd", "reddi_stochastic", lr=0.01, delay=0, seeds=2).x,
        run("sgd", "reddi_stochastic", lr=0.01, seeds=2).x,
    )


@pytest.mark.parametrize("delay", [0, 5, 50])
def test_delayed_sgd_keeps_its_regret_bound(delay: int) -> None:
    """R ≤ |x_1 - u|² / (2 α) + α G² T (1/2 + τ) on linear losses, with the gradients that are never applied."""
    T, lr = 400, 1 / np.sqrt((1 + 2 * delay) * 400)
    problem = cc.problem("linear_box", signs=tuple(np.where(CHANCE.random(40) < 0.7, -1.0, 1.0).tolist()), D=1e3)
    found = cc.run("delayed_sgd", problem, T, lr=lr, delay=delay, x0=0.0)
    signs = np.resize(problem.parameters["signs"], T)
    u = np.array([-1.0, 1.0])
    regret = found.loss[0, -1] - signs.sum() * u
    assert np.all(regret <= u**2 / (2 * lr) + lr * T * (0.5 + delay))


def revision(delay: int, initial: float) -> list[Array]:
    """The update of the parameter server, coordinate by coordinate, on gradients that arrive τ rounds late."""
    x, applied = X.copy(), np.zeros(D)
    z, z_max = np.full(D, initial), np.full(D, initial)
    underway: deque[tuple[Array, Array]] = deque()
    iterates = [x.copy()]
    for g in G:
        underway.append((g, applied.copy()))
        if len(underway) > delay:
            arrived, then = underway.popleft()
            for i in range(D):
                since = applied[i] - then[i]
                old = 0.3 / np.sqrt(z_max[i]) if z_max[i] else 0.0
                z[i] += arrived[i] ** 2 + 2 * arrived[i] * since
                z_max[i] = max(z[i], z_max[i])
                new = 0.3 / np.sqrt(z_max[i]) if z_max[i] else 0.0
                x[i] += -new * arrived[i] + (old - new) * since
                applied[i] += arrived[i]
        iterates.append(x.copy())
    return iterates


@pytest.mark.parametrize("delay", [0, 1, 5])
@pytest.mark.parametrize("initial", [0.0, 1.0])
def test_adaptive_revision_literally(delay: int, initial: float) -> None:
    same(cc.replay("adaptive_revision", G, X, lr=0.3, delay=delay, initial=initial), revision(delay, initial))


def test_adaptive_revision_without_delay_is_adagrad() -> None:
    np.testing.assert_array_equal(
        cc.replay("adaptive_revision", G, X, lr=0.3, delay=0, initial=0.0), cc.replay("adagrad", G, X, lr=0.3)
    )


def test_adaptive_revision_takes_back_what_was_too_bold() -> None:
    """Under positive gradients x moves down; whatever is taken back moves it up, by the change of the rate."""
    gradients = np.abs(G) + 0.1
    found = cc.replay("adaptive_revision", gradients, X, lr=0.3, delay=2)
    rates = 0.3 / np.sqrt(adaptive_levels(gradients, 2))
    bold = -np.cumsum(rates[1:-2] * gradients[:-2], axis=0)  # every gradient at the rate of its arrival, for good
    assert np.all(found[3:] - X >= bold - 1e-12)
    assert np.any(found[3:] - X > bold + 1e-3)
    last = cc.replay("adaptive_revision", gradients, X, lr=0.3, delay=T - 1)
    same(last[-1], X - 0.3 * gradients[0] / np.sqrt(1 + gradients[0] ** 2))


def adaptive_levels(gradients: Array, delay: int) -> Array:
    """Levels z before the first arrival and after each, for gradients of one sign: z' = z + g² + 2 g h."""
    z, applied = [np.ones(D)], np.vstack([np.zeros((delay + 1, D)), np.cumsum(gradients, axis=0)])
    for s, g in enumerate(gradients):
        h = applied[s + delay] - applied[s]
        z.append(z[-1] + g * g + 2 * g * h)
    return np.array(z)


def test_easgd_literally() -> None:
    """Every worker by itself, old values on the right, and the centre moved by all of them."""
    alpha, eta, period = 0.9 / M, 0.05, 3
    points, centre, found = [np.ones(D) for _ in range(M)], np.ones(D), [np.ones(D)]
    noise = [worker_noise(i) for i in range(M)]
    for t in range(T):
        meet = alpha if t % period == 0 else 0.0
        pulls = [meet * (p - centre) for p in points]
        points = [p - eta * (p - 1 + 0.5 * n[t]) - q for p, n, q in zip(points, noise, pulls, strict=True)]
        centre = centre + sum(pulls)
        found.append(centre)
    same(run("easgd", bowl(D), lr=eta, period=period, workers=M).x[0], found)


def test_easgd_conserves_what_no_gradient_moves() -> None:
    """The centre plus all workers changes only by the gradients: the pulls cancel."""
    found = run("easgd", "reddi_stochastic", lr=1e-3, period=2, workers=M, x0=[0.2, -0.1, 0.0])
    masses = found.x[0] + found.state["points"][0].sum(axis=1)
    made = cc.optimizer("easgd")
    points = CHANCE.normal(size=(M, D))
    centre, pulled = made(X, np.zeros((M, D)), 1.0, points, lr=0.1, beta=0.9, period=1.0)
    same(centre + pulled.sum(axis=0), X + points.sum(axis=0))
    assert not np.allclose(centre, X)
    steps = np.diff(masses, axis=0) / 1e-3
    assert np.all(np.abs(steps - np.rint(steps)) < 1e-6)  # gradients are whole numbers


@pytest.mark.parametrize(("eta", "beta", "stable"), [(0.5, 0.9, True), (1.8, 0.55, True), (1.8, 0.6, False)])
def test_synchronous_easgd_is_stable_where_it_should_be(eta: float, beta: float, *, stable: bool) -> None:
    """On x²/2 with τ = 1: mean and centre, and the differences, contract or not as their two matrices say."""
    a = beta / M
    matrix = np.array([[1 - eta - a, a], [beta, 1 - beta]])
    radius = max(np.max(np.abs(np.linalg.eigvals(matrix))), abs(1 - eta - a))
    assert (radius < 1) == stable == (a < (4 - 2 * eta) / (2 + 2 * M - M * eta))
    found = cc.run("easgd", cc.problem("quadratic", spectrum=(1.0,)), 1000, lr=eta, beta=beta, period=1, workers=M)
    assert (abs(float(found.x[0, -1, 0])) < 1e-3) == stable


def bowl(d: int) -> Problem:
    """A parabola around 1 with normal noise of deviation 0.5 in each of d independent coordinates."""
    from convcheck.assumptions import FixedObjective
    from convcheck.problems.base import Minimum, define

    def answer(x: Any, _t: Any, noise: Any = normal) -> Any:
        return x - 1 + 0.5 * noise

    def loss(x: Any, _t: Any, _noise: Any = normal) -> Any:
        return 0.5 * (x - 1) * (x - 1)

    def minimum() -> Minimum:
        return Minimum((1.0,), 0.0, 0.0, "derived")

    def start() -> Array:
        return np.ones(d)

    return define(
        answer, loss=loss, minimum=minimum, promises=lambda: (FixedObjective(),), start=start, source="nobody1900"
    )


def worker_noise(worker: int, d: int = D, seed: int = 0) -> Array:
    """The noise of a worker: streams noise.0, noise.1 for the first, noise/w.0, noise/w.1 for each other one."""
    stream = f"noise/{worker}" if worker else "noise"
    pairs = [[streams.uniform(streams.splitmix64(streams.keys((seed,), f"{stream}.{k}", d)[0], t)) for k in (0, 1)]
             for t in range(1, T + 1)]  # fmt: skip
    return np.array([normal.transform(*pair) for pair in pairs])


@pytest.mark.parametrize("period", [1, 3, 8])
def test_local_sgd_literally(period: int) -> None:
    """Algorithm 1: local steps, and the mean for all where H divides t."""
    eta, noise = 0.1, [worker_noise(i) for i in range(M)]
    points, found = [np.ones(D) for _ in range(M)], [np.ones(D)]
    for t in range(1, T + 1):
        points = [p - eta * (p - 1 + 0.5 * n[t - 1]) for p, n in zip(points, noise, strict=True)]
        found.append(np.mean(points, axis=0))
        if t % period == 0:
            points = [found[-1]] * M
    same(run("local_sgd", bowl(D), lr=eta, period=period, workers=M).x[0], found)


def test_local_sgd_that_meets_in_every_round_is_mini_batch_sgd() -> None:
    found = run("local_sgd", bowl(D), lr=0.1, period=1, workers=M).x[0]
    x = [np.ones(D)]
    for g in np.mean([worker_noise(i) for i in range(M)], axis=0):
        x.append(x[-1] - 0.1 * (x[-1] - 1 + 0.5 * g))
    same(found, x)
    one = run("local_sgd", "reddi_stochastic", lr=0.01, period=1, workers=1, seeds=2)
    lone = run("sgd", "reddi_stochastic", lr=0.01, seeds=2)
    np.testing.assert_array_equal(one.x, lone.x)  # with its projection
    np.testing.assert_array_equal(one.loss, lone.loss)


def test_on_a_quadratic_the_meetings_change_nothing() -> None:
    """The mean of the local steps is the step of the mean, if the gradient is affine and the same for all."""
    rarely, often = (run("local_sgd", bowl(D), lr=0.1, period=h, workers=M).x for h in (8, 1))
    same(rarely, often)
    bent = [run("local_sgd", "sigmoid_sum", lr=0.5, period=h, workers=M).x for h in (8, 1)]
    assert not np.allclose(bent[0], bent[1], rtol=1e-4)


def test_local_sgd_projects_when_the_workers_meet() -> None:
    pushed = cc.problem("linear_box", signs=(-1.0,) * 4, D=2.0)
    found = run("local_sgd", pushed, 4, lr=1.0, period=2, workers=2, x0=0.0)
    assert found.x[0, :, 0].tolist() == [0, 1, 1, 1, 1]
    assert found.state["points"][0, :, 0, 0].tolist() == [0, 1, 2, 2, 3]  # unprojected, until they go on from x = 1


@pytest.mark.parametrize(("fetch", "push"), [(1, 1), (5, 1), (1, 3), (4, 3)])
def test_downpour_literally(fetch: int, push: int) -> None:
    """The client's loop, all clients one step a round, clocks one apart; the server applies what has been sent."""
    alpha, noise = 0.02, [worker_noise(i) for i in range(M)]
    server, found = np.ones(D), [np.ones(D)]
    replicas, accrued, clocks = [np.ones(D)] * M, [np.zeros(D)] * M, [*range(M)]
    for t in range(T):
        sent = []
        for i in range(M):
            if clocks[i] % fetch == 0:
                replicas[i] = server
            g = replicas[i] - 1 + 0.5 * noise[i][t]
            accrued[i] = accrued[i] + g
            replicas[i] = replicas[i] - alpha * g
            if clocks[i] % push == 0:
                sent.append(accrued[i])
                accrued[i] = np.zeros(D)
            clocks[i] += 1
        server = server - alpha * sum(sent, np.zeros(D))
        found.append(server)
    same(run("downpour", bowl(D), lr=alpha, fetch=fetch, push=push, workers=M).x[0], found)


def test_downpour_that_fetches_and_pushes_always_is_sgd_on_the_sum() -> None:
    found = run("downpour", bowl(D), lr=0.02, fetch=1, push=1, workers=M).x
    same(found, run("local_sgd", bowl(D), lr=0.02 * M, period=1, workers=M).x)
    np.testing.assert_array_equal(
        run("downpour", "reddi_stochastic", lr=1e-3, fetch=1, push=1, workers=1).x,
        run("sgd", "reddi_stochastic", lr=1e-3).x,
    )


@pytest.mark.parametrize("name", ["majority_vote", "distributed_adam", "easgd", "local_sgd", "downpour"])
def test_workers_draw_for_themselves_whatever_the_batching(name: str) -> None:
    """A setting and a seed give the same run in a grid of others, in another order, with another executor."""
    wide = run(name, bowl(2), lr=[0.01, 0.002], seeds=[4, 1, 7], workers=3)
    narrow = run(name, bowl(2), lr=0.002, seeds=[7], workers=3)
    for part in ("x", "loss", "regret"):
        np.testing.assert_array_equal(getattr(wide, part)[1, 2], getattr(narrow, part)[0])
    assert not np.array_equal(wide.x[1, 0], wide.x[1, 1])


def test_more_workers_see_less_noise() -> None:
    """The variance of the mean gradient, and of a step of mini-batch SGD, is one M-th."""
    spread = []
    for workers in (1, 16):
        found = run("local_sgd", bowl(200), 1, lr=1.0, period=1, workers=workers)
        spread.append(float(np.var(found.x[0, 1])))
    assert spread[0] / spread[1] == pytest.approx(16, rel=0.5)
