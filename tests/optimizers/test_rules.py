"""Each rule against its published pseudo-code in other words, and the relations that the cards state."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.discovery import entries

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(2014)
T = 50
G = RANDOM.normal(size=(T, 4)) * np.array([1e-3, 1.0, 1.0, 1e3])
G[:20, 2] = 0
G[RANDOM.random((T, 4)) < 0.1] = 0
X = np.array([1.0, -2.0, 0.5, 0.0])
ROUNDING = 1e-12
"""Relative difference that fifty steps in another order of operations may make."""


def iterates(step: Callable[[int, Array], Array]) -> Array:
    """Return the iterates for a function from t and the gradients up to it to the displacement."""
    moves = np.array([step(t, G[:t]) for t in range(1, T + 1)])
    return np.concatenate([[X], X + np.cumsum(moves, axis=0)])


def average(values: Array, beta: float) -> Array:
    weights = (1 - beta) * beta ** np.arange(len(values))[::-1]
    return np.asarray((weights[:, None] * values).sum(axis=0))


def over(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


def published() -> Iterator[tuple[str, dict[str, Any], Callable[[int, Array], Array]]]:
    """Yield rules with settings, and their displacements as explicit functions of all gradients."""

    def lr(t: Any) -> Any:
        return 0.5 / np.sqrt(t)

    def m(g: Array, beta: float = 0.9) -> Array:
        return average(g, beta)

    def v(g: Array, beta: float = 0.99) -> Array:
        return average(g * g, beta)

    def corrected(t: int, g: Array) -> Array:
        return np.asarray(-0.1 * (m(g) / (1 - 0.9**t)) / (np.sqrt(v(g) / (1 - 0.99**t)) + 1e-8))

    def largest(g: Array) -> Array:
        return np.asarray(np.max([v(g[: s + 1]) for s in range(len(g))], axis=0))

    def defossez(t: int, g: Array) -> Array:
        m, v = average(g, 0.9) / (1 - 0.9), average(g * g, 0.99) / (1 - 0.99)
        alpha = 0.1 * (1 - 0.9) * np.sqrt((1 - 0.99**t) / (1 - 0.99))
        return np.asarray(-alpha * m / np.sqrt(1e-8 + v))

    def ball(t: int, g: Array) -> Array:
        return np.asarray(-sum(0.1 * 0.8 ** (t - s) * g[s - 1] for s in range(1, t + 1)))

    yield "sgd", {"lr": lr}, lambda t, g: -lr(t) * g[-1]
    yield "signsgd", {"lr": lr}, lambda t, g: -lr(t) * np.sign(g[-1])
    yield "heavy_ball", {"lr": 0.1, "beta": 0.8}, ball
    yield "adagrad", {"lr": 0.3}, lambda _t, g: -0.3 * over(g[-1], np.sqrt((g * g).sum(axis=0)))
    yield "adagrad", {"lr": 0.3, "eps": 1e-3}, lambda _t, g: -0.3 * g[-1] / (np.sqrt((g * g).sum(axis=0)) + 1e-3)
    yield "rmsprop", {"lr": lr, "beta2": 0.99}, lambda t, g: -lr(t) * over(g[-1], np.sqrt(v(g)))
    yield "adam", {"lr": 0.1, "beta2": 0.99}, corrected
    yield "adam_undebiased", {"lr": lr, "beta2": 0.99}, lambda t, g: -lr(t) * over(m(g), np.sqrt(v(g)))
    yield "adam_defossez", {"lr": 0.1, "beta2": 0.99}, defossez
    yield "amsgrad", {"lr": lr, "beta2": 0.99}, lambda t, g: -lr(t) * over(m(g), np.sqrt(largest(g)))
    yield "adamnc", {"lr": lr}, lambda t, g: -lr(t) * over(m(g), np.sqrt((g * g).mean(axis=0)))
    yield "adamx", {"lr": lr, "beta2": 0.99}, lambda t, g: -lr(t) * over(m(g), np.sqrt(largest(g)))


@pytest.mark.parametrize(("name", "hyper", "step"), list(published()))
def test_a_rule_is_its_published_algorithm(
    name: str, hyper: dict[str, Any], step: Callable[[int, Array], Array]
) -> None:
    np.testing.assert_allclose(cc.replay(name, G, X, **hyper), iterates(step), rtol=ROUNDING, atol=ROUNDING)


@pytest.mark.parametrize("name", entries("optimizer"))
def test_every_rule_is_tested(name: str) -> None:
    """Some test beside this one names the rule: it has a recorded reference or a transcription of its source."""
    others = (path for path in Path(__file__).parent.glob("test_*.py") if path.stem not in {"test_base", "test_cards"})
    assert any(f'"{name}"' in path.read_text("utf-8") for path in others)


def adamx_maxima(betas: Array) -> Array:
    """Return v̂ of AdamX by its definition: v̂₁ = v₁, then the maximum of the scaled last one and v."""
    v = np.array([average(G[:t] ** 2, 0.99) for t in range(1, T + 1)])
    found = [v[0]]
    for t in range(1, T):
        found.append(np.maximum(((1 - betas[t]) / (1 - betas[t - 1])) ** 2 * found[-1], v[t]))
    return np.array(found)


def test_adamx_with_a_momentum_that_decays() -> None:
    def beta1(t: Any) -> Any:
        return 0.9 / t

    betas = beta1(np.arange(1.0, T + 1))
    m, averages = np.zeros(4), []
    for beta, g in zip(betas, G, strict=True):
        m = beta * m + (1 - beta) * g
        averages.append(m)
    maxima = adamx_maxima(betas)
    moves = [-0.1 * over(m, np.sqrt(v)) for m, v in zip(averages, maxima, strict=True)]
    found = cc.replay("adamx", G, X, lr=0.1, beta1=beta1, beta2=0.99)
    np.testing.assert_allclose(found[1:], X + np.cumsum(moves, axis=0), rtol=ROUNDING, atol=ROUNDING)
    growing = np.sqrt(maxima) / (1 - betas)[:, None]
    assert np.all(np.diff(growing, axis=0) >= -1e-15 * growing[1:])


def test_relations_that_the_cards_state() -> None:
    def lr(t: Any) -> Any:
        return 0.5 / np.sqrt(t)

    def replay(name: str, **hyper: Any) -> Array:
        return cc.replay(name, G, X, **hyper)

    pairs = [
        (replay("rmsprop", lr=lr, beta2=0.9), replay("adam_undebiased", lr=lr, beta1=0.0, beta2=0.9)),
        (replay("signsgd", lr=lr), replay("adam_undebiased", lr=lr, beta1=0.0, beta2=0.0)),
        (replay("adagrad", lr=0.5), replay("adamnc", lr=lr, beta1=0.0)),
        (replay("amsgrad", lr=lr), replay("adamx", lr=lr)),
        (replay("adamnc", lr=lr), replay("adam_undebiased", lr=lr, beta2=lambda t: 1 - 1 / t)),
        (replay("sgd", lr=lr), replay("heavy_ball", lr=lr, beta=0.0)),
        # Without ε, adam_defossez is adam whose m keeps its bias, and adam whose biases stay is adam_undebiased.
        (replay("adam_defossez", lr=lr, eps=0.0), replay("adam", lr=lambda t: lr(t) * (1 - 0.9**t), eps=0.0)),
        (
            replay("adam_undebiased", lr=lr),
            replay("adam", lr=lambda t: lr(t) * (1 - 0.9**t) / np.sqrt(1 - 0.999**t), eps=0.0),
        ),
    ]
    for first, second in pairs:
        np.testing.assert_allclose(first, second, rtol=1e-11, atol=1e-11)


def test_heavy_ball_is_polyaks_recursion() -> None:
    """x_{t+1} = x_t - α_t g_t + β (x_t - x_{t-1}), whatever the step sizes."""
    rates = 0.1 / np.arange(1.0, T + 1)
    x = [X, X]
    for alpha, g in zip(rates, G, strict=True):
        x.append(x[-1] - alpha * g + 0.8 * (x[-1] - x[-2]))
    np.testing.assert_allclose(
        cc.replay("heavy_ball", G, X, lr=cc.schedule("inverse", alpha=0.1), beta=0.8), x[1:], rtol=1e-11
    )


def test_adam_steps_first_by_the_rate() -> None:
    """The corrections make the first step α sign(g), whatever the size of the gradient."""
    first = cc.replay("adam", G[:1], X, lr=0.1, eps=0.0)[1] - X
    np.testing.assert_allclose(first, -0.1 * np.sign(G[0]), rtol=1e-12)


@pytest.mark.parametrize("name", ["signsgd", "adagrad", "rmsprop", "adam_undebiased", "amsgrad", "adamnc", "adamx"])
def test_rules_with_a_quotient_do_not_see_the_scale(name: str) -> None:
    """Multiplying all gradients by a power of two changes no bit of x."""
    np.testing.assert_array_equal(cc.replay(name, G, X), cc.replay(name, 2.0**20 * G, X))
