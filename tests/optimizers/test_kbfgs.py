"""K-BFGS: the secant equation, what double damping guarantees, and the pseudo-code on a network."""

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import RuleError
from convcheck.optimizers import kbfgs

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(2006)


def positive(n: int) -> Floats:
    root = RANDOM.normal(size=(n, n))
    return np.asarray(root @ root.T + 0.1 * np.eye(n))


def bfgs(h: Floats, s: Floats, y: Floats) -> Floats:
    return np.asarray(kbfgs.bfgs(h, s, y))  # type: ignore[no-untyped-call]  # a rule's signature is bare


def damped(h: Floats, s: Floats, y: Floats, mu1: float, mu2: float) -> tuple[Floats, Floats]:
    first, second = kbfgs.damped(h, s, y, mu1, mu2)  # type: ignore[no-untyped-call]  # a rule's signature is bare
    return first, second


def test_the_secant_equation() -> None:
    """The new inverse maps y to s, stays positive definite, and is the product form of the textbooks."""
    for _ in range(20):
        h, s, y = positive(4), RANDOM.normal(size=4), RANDOM.normal(size=4)
        y = y * np.sign(s @ y)
        new, rho = bfgs(h, s, y), 1 / (s @ y)
        np.testing.assert_allclose(new @ y, s, rtol=1e-9, atol=1e-9 * np.abs(new).max())
        left = np.eye(4) - rho * np.outer(s, y)
        np.testing.assert_allclose(new, left @ h @ left.T + rho * np.outer(s, s), atol=1e-9 * np.abs(new).max())
        assert np.linalg.eigvalsh(new)[0] > 0
        np.testing.assert_allclose(bfgs(h, h @ y, y), h, atol=1e-10)  # what is true already stays


@pytest.mark.parametrize("mu1", [0.2, 0.9])
def test_double_damping_guarantees_curvature(mu1: float) -> None:
    seen = set()
    for _ in range(300):
        h, s, y = positive(4), RANDOM.normal(size=4), RANDOM.normal(size=4) * 10 ** RANDOM.uniform(-2, 2)
        s1, _ = damped(h, s, y, mu1, 1e-300)
        assert s1 @ y >= mu1 * y @ h @ y * (1 - 1e-9)
        assert np.array_equal(s1, s) == (s @ y > mu1 * y @ h @ y)
        s2, y2 = damped(h, s, y, mu1, 0.1)
        np.testing.assert_array_equal(s2, s1)
        assert s2 @ y2 >= 0.1 * s2 @ s2 * (1 - 1e-9)
        seen.add((np.array_equal(s2, s), np.array_equal(y2, y)))
        assert np.linalg.eigvalsh(bfgs(h, s2, y2))[0] > 0
    assert len(seen) == 4  # each damping has acted and has not


def published(T: int, secant: float) -> tuple[list[Floats], list[Floats], int]:
    """Follow the algorithm with dense inverses and textbook formulas; also return H_g's and how often a pair moved."""
    problem = cc.problem("mlp", widths=(2, 3, 3), model="gaussian", examples=8)
    assert problem.network is not None
    shown = problem.call(problem.network, problem.x0, 1, 0.5)
    layers = range(2)
    a: list[Floats] = [np.zeros((w.shape[1],) * 2) for w in shown.x]
    ha: list[Floats] = list(a)
    hg = [np.eye(w.shape[0]) for w in shown.x]
    m, s = [np.zeros_like(w) for w in shown.x], [np.zeros(w.shape[0]) for w in shown.x]
    y, course, moves = list(s), [problem.x0], 0
    for t in range(1, T + 1):
        weight = min(1 - 1 / t, 0.9)
        for k in layers:
            a[k] = weight * a[k] + (1 - weight) * shown.activations[k].T @ shown.activations[k] / 8
            m[k] = 0.9 * m[k] + 0.1 * shown.gradient[k]
            if t == 1:
                ha[k] = np.asarray(np.linalg.inv(a[k] + 0.1 * np.eye(len(a[k]))), dtype=np.float64)
        after = shown.at(tuple(shown.x[k] - 0.5 * hg[k] @ m[k] @ ha[k] for k in layers))
        for k in layers:
            s[k] = secant * s[k] + (1 - secant) * (shown.sums[k] - after.sums[k]).mean(axis=0)
            y[k] = secant * y[k] + (1 - secant) * (shown.signals[k] - after.signals[k]).mean(axis=0)
            ds, dy = s[k], y[k]
            quadratic = dy @ hg[k] @ dy
            if ds @ dy <= 0.2 * quadratic:
                theta = 0.8 * quadratic / (quadratic - ds @ dy)
                ds, moves = theta * ds + (1 - theta) * hg[k] @ dy, moves + 1
            if ds @ dy <= 0.1 * ds @ ds:
                theta = 0.9 * (ds @ ds) / (ds @ ds - ds @ dy)
                dy, moves = theta * dy + (1 - theta) * ds, moves + 1
            if ds @ dy > 1e-4 * (ds @ ds) * np.linalg.norm(shown.signals[k].mean(axis=0)):
                left = np.eye(len(ds)) - np.outer(ds, dy) / (ds @ dy)
                hg[k] = left @ hg[k] @ left.T + np.outer(ds, ds) / (ds @ dy)
            v = ha[k] @ shown.activations[k].mean(axis=0)
            u = (a[k] + 0.1 * np.eye(len(a[k]))) @ v
            left = np.eye(len(v)) - np.outer(v, u) / (v @ u)
            ha[k] = left @ ha[k] @ left.T + np.outer(v, v) / (v @ u)
        shown = after
        course.append(np.concatenate([w.ravel() for w in shown.x]))
    return course, hg, moves


@pytest.mark.parametrize("secant", [0.0, 0.9])
def test_the_published_algorithm(secant: float) -> None:
    problem = cc.problem("mlp", widths=(2, 3, 3), model="gaussian", examples=8)
    run = cc.run("kbfgs", problem, 25, record=25, lr=0.5, secant=secant)
    course, hg, moves = published(25, secant)
    np.testing.assert_allclose(run.x[0], course, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(run.state["outer"][0, -1], np.concatenate([h.ravel() for h in hg]), rtol=1e-6, atol=1e-8)
    assert (moves > 3) == (secant == 0)
    for h in hg:
        assert np.linalg.eigvalsh(h)[0] > 0


def test_the_inverse_of_the_activations_follows_their_moment() -> None:
    """Its pairs are exact, (A + λ I) v, so on a fixed batch it stays (A + λ I)⁻¹ in the first layer."""
    problem = cc.problem("mlp", widths=(3, 4, 2))
    assert problem.network is not None
    run = cc.run("kbfgs", problem, 20)
    inputs = problem.call(problem.network, problem.x0, 1, 0.5).activations[0]
    expected = np.linalg.inv(inputs.T @ inputs / len(inputs) + 0.1 * np.eye(4))
    np.testing.assert_allclose(run.state["inner"][0, -1, :16].reshape(4, 4), expected, atol=1e-8)


def test_where_it_does_not_run() -> None:
    with pytest.raises(RuleError, match="a layer of this network is a convolution"):
        cc.run("kbfgs", "convnet", 2)
