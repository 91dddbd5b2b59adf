"""LARS and LAMB: their pseudo-code, and that the size of gradients does not matter."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.linalg import norm
from numpy.typing import NDArray

import convcheck as cc

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(2020)
T = 30
G = RANDOM.normal(size=(T, 3, 2)) * 10.0 ** RANDOM.uniform(-3, 3, size=(T, 1, 1))
X = RANDOM.normal(size=(3, 2))


def lars(decay: float) -> list[Floats]:
    x, v, course = X, np.zeros_like(X), [X]
    for g in G:
        local = 0.01 * norm(x) / (norm(g) + decay * norm(x))
        v = 0.9 * v + 0.5 * local * (g + decay * x)
        x = x - v
        course.append(x)
    return course


def lamb(decay: float) -> list[Floats]:
    x, m, v, course = X, np.zeros_like(X), np.zeros_like(X), [X]
    for t, g in enumerate(G, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        r = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-6)
        u = r + decay * x
        x = x - 0.5 * norm(x) / norm(u) * u
        course.append(x)
    return course


CASES: dict[str, tuple[Callable[[float], list[Floats]], dict[str, Any]]] = {
    "lars": (lars, {"lr": 0.5, "beta": 0.9, "coefficient": 0.01}),
    "lamb": (lamb, {"lr": 0.5, "beta1": 0.9, "beta2": 0.99}),
}


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", CASES)
def test_the_published_algorithm(name: str, decay: float) -> None:
    published, hyper = CASES[name]
    ours = cc.replay(name, G, X, weight_decay=decay, **hyper)
    np.testing.assert_allclose(ours, published(decay), rtol=1e-10)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("c", [1e-20, 3.0, 1e20])
def test_the_size_of_gradients_does_not_matter(name: str, c: float) -> None:
    hyper = CASES[name][1] | ({"eps": 0.0} if name == "lamb" else {})
    np.testing.assert_allclose(cc.replay(name, c * G, X, **hyper), cc.replay(name, G, X, **hyper), rtol=1e-10)


def test_the_length_of_a_step_is_that_of_the_weights_times_the_rate() -> None:
    course = cc.replay("lamb", G, X, lr=0.25)
    np.testing.assert_allclose(norm(np.diff(course, axis=0), axis=(1, 2)), 0.25 * norm(course[:-1], axis=(1, 2)))
    plain = cc.replay("lars", G, X, lr=1.0, beta=0.0, coefficient=0.25)
    np.testing.assert_allclose(norm(np.diff(plain, axis=0), axis=(1, 2)), 0.25 * norm(plain[:-1], axis=(1, 2)))


@pytest.mark.parametrize("name", CASES)
def test_weights_and_gradients_that_vanish(name: str) -> None:
    """Without weights the ratio is 1, else a layer of zeros would stay for ever; without a gradient nothing moves."""
    lr = 0.5
    beta: dict[str, Any] = {"lars": {"beta": 0.0}, "lamb": {"beta1": 0.0, "beta2": 0.0, "eps": 0.0}}[name]
    step = {"lars": G[0], "lamb": np.sign(G[0])}[name]
    np.testing.assert_allclose(cc.replay(name, G[:1], 0 * X, lr=lr, **beta)[1], -lr * step, rtol=1e-14)
    np.testing.assert_array_equal(cc.replay(name, 0 * G[:3], X, lr=lr)[-1], X)


@pytest.mark.parametrize("name", CASES)
def test_it_descends_on_a_network_layer_by_layer(name: str) -> None:
    hyper: dict[str, Any] = {"coefficient": 1.0} if name == "lars" else {}
    run = cc.run(name, "mlp", 200, lr=lambda t: 0.1 / np.sqrt(t), record=200, **hyper)
    losses = np.diff(run.loss[0])
    assert losses[-1] < losses[0] / 4
    if name == "lamb":
        for part in (slice(0, 20), slice(20, 44)):  # the two layers
            steps = norm(np.diff(run.x[0, :, part], axis=0), axis=1)
            np.testing.assert_allclose(steps, 0.1 / np.sqrt(np.arange(1, 201)) * norm(run.x[0, :-1, part], axis=1))
