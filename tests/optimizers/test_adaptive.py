"""Adaptive rules that nobody else was recorded computing: each against a literal transcription of its pseudo-code.

A transcription follows one coordinate with Python's own numbers, in the notation of its paper, and shares no line with
the rule: powers are powers, sums over the past are sums over the past.
"""

from collections.abc import Callable, Iterator, Sequence
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc

Array = NDArray[np.float64]
Numbers = Sequence[float]
RANDOM = np.random.default_rng(2019)
T = 50
G = RANDOM.normal(size=(T, 4)) * np.array([1e-2, 1.0, 3.0, 1e2])
G[:20, 2] = 0
X = np.array([1.0, -2.0, 0.5, 0.0])
ROUNDING = 1e-10
"""Relative difference that fifty steps may make in another order of operations, powers in place of products."""


def lr(t: int) -> float:
    return 0.05 / sqrt(t)


def over(a: float, b: float) -> float:
    """Return a/b, and 0/0 = 0."""
    return a / b if b else 0.0


def average(values: Numbers, beta: float) -> float:
    return sum((1 - beta) * beta ** (len(values) - k) * value for k, value in enumerate(values, 1))


def squares(values: Numbers) -> list[float]:
    return [value * value for value in values]


def delayed_adagrad(x: float, gs: Numbers) -> Iterator[float]:
    """Li & Orabona (2019): η_t = α / (β + Σ_{i<t} g_i²)^{1/2+ε}, with ε = 1/10."""
    for t, g in enumerate(gs, 1):
        eta = lr(t) / (2.0 + sum(squares(gs[: t - 1]))) ** (1 / 2 + 0.1)
        x = x - eta * g
        yield x


def delayed_adagrad_momentum(x: float, gs: Numbers) -> Iterator[float]:
    """Li & Orabona (2020): m_t = μ m_{t-1} + η_t g_t, x_{t+1} = x_t - m_t."""
    m = 0.0
    for t, g in enumerate(gs, 1):
        m = 0.8 * m + lr(t) / sqrt(2.0 + sum(squares(gs[: t - 1]))) * g
        x = x - m
        yield x


def rmsprop_centered(x: float, gs: Numbers) -> Iterator[float]:
    """Graves (2013), n and g averages of ε² and ε, Δ the displacement."""
    delta = 0.0
    for t, epsilon in enumerate(gs, 1):
        n, g = average(squares(gs[:t]), 0.95), average(gs[:t], 0.95)
        delta = 0.9 * delta - lr(t) * epsilon / sqrt(n - g * g + 0.0001)
        x = x + delta
        yield x


def rmsprop_momentum(x: float, gs: Numbers) -> Iterator[float]:
    """A sum of past steps of RMSProp with weights μ^{t-s}."""
    steps: list[float] = []
    for t, g in enumerate(gs, 1):
        steps.append(lr(t) * over(g, sqrt(average(squares(gs[:t]), 0.9))))
        x = x - sum(0.9 ** (t - s) * step for s, step in enumerate(steps, 1))
        yield x


def amsbound(x: float, gs: Numbers) -> Iterator[float]:
    """Luo et al. (2019), Algorithm 3: η̂ = clip(α/√v̂, η_l, η_u), η_t = η̂/√t."""
    for t in range(1, len(gs) + 1):
        m = average(gs[:t], 0.9)
        v_hat = max(average(squares(gs[:s]), 0.999) for s in range(1, t + 1))
        low, high = 0.1 - 0.1 / (1e-3 * t + 1), 0.1 + 0.1 / (1e-3 * t)
        clipped = min(max(0.05 / sqrt(v_hat), low), high) if v_hat else high
        x = x - clipped / sqrt(t) * m
        yield x


def padam(x: float, gs: Numbers) -> Iterator[float]:
    """Chen et al. (2020), Algorithm 1."""
    for t in range(1, len(gs) + 1):
        v_hat = max(average(squares(gs[:s]), 0.99) for s in range(1, t + 1))
        x = x - lr(t) * over(average(gs[:t], 0.9), v_hat ** (1 / 8))
        yield x


def yogi(x: float, gs: Numbers) -> Iterator[float]:
    """Zaheer et al. (2018), Algorithm 2."""
    v = 0.0
    for t, g in enumerate(gs, 1):
        sign = (v > g * g) - (v < g * g)
        v = v - (1 - 0.99) * sign * g**2
        x = x - lr(t) * average(gs[:t], 0.9) / (sqrt(v) + 1e-3)
        yield x


def adashift(x: float, gs: Numbers) -> Iterator[float]:
    """Zhou et al. (2019) with n = 10: squares up to t - n, gradients after that."""
    for t in range(1, len(gs) + 1):
        if t > 10:
            old, new = squares(gs[: t - 10]), gs[t - 10 : t]
            weights = [0.9 ** (9 - k) for k in range(10)]
            m = sum(w * g for w, g in zip(weights, new, strict=True)) / sum(weights)
            x = x - lr(t) * m / (sqrt(average(old, 0.99) / (1 - 0.99 ** (t - 10))) + 1e-10)
        yield x


def adashift_lag1(x: float, gs: Numbers) -> Iterator[float]:
    """Zhou et al. (2019) with n = 1."""
    for t, g in enumerate(gs, 1):
        v = average(squares(gs[: t - 1]), 0.99)
        if v:
            x = x - lr(t) * g / sqrt(v / (1 - 0.99 ** (t - 1)))
        yield x


def adamomentum(x: float, gs: Numbers) -> Iterator[float]:
    """Wang et al. (2021): v_t = β₂ v_{t-1} + (1-β₂) m_t² + ε."""
    v = 0.0
    for t in range(1, len(gs) + 1):
        m = average(gs[:t], 0.9)
        v = 0.99 * v + (1 - 0.99) * m**2 + 1e-10
        x = x - lr(t) * (m / (1 - 0.9**t)) / sqrt(v / (1 - 0.99**t))
        yield x


def deviations(gs: Numbers) -> list[float]:
    return [(g - average(gs[:t], 0.9)) ** 2 for t, g in enumerate(gs, 1)]


def acprop(x: float, gs: Numbers) -> Iterator[float]:
    """Zhuang et al. (2021): the update comes before that of s."""
    s = 0.0
    for t, (g, deviation) in enumerate(zip(gs, deviations(gs), strict=True), 1):
        if t > 1:
            x = x - lr(t) * g / sqrt(s / (1 - 0.99 ** (t - 1)))
        s = 0.99 * s + (1 - 0.99) * deviation + 1e-10
        yield x


def acprop_momentum(x: float, gs: Numbers) -> Iterator[float]:
    """Zhuang et al. (2021) with m̂ for g."""
    s = 0.0
    for t, deviation in enumerate(deviations(gs), 1):
        if t > 1:
            x = x - lr(t) * average(gs[:t], 0.9) / (1 - 0.9**t) / sqrt(s / (1 - 0.99 ** (t - 1)))
        s = 0.99 * s + (1 - 0.99) * deviation + 1e-10
        yield x


def generic_adam(x: float, gs: Numbers) -> Iterator[float]:
    """Zou et al. (2019): v_0 = ε; here with θ_t = 1 - 1/(t + 1)."""
    v, m = 1e-3, 0.0
    for t, g in enumerate(gs, 1):
        theta, beta = 1 - 1 / (t + 1), 0.9 / t
        v = theta * v + (1 - theta) * g**2
        m = beta * m + (1 - beta) * g
        x = x - lr(t) * m / sqrt(v)
        yield x


def adopt_unclipped(x: float, gs: Numbers) -> Iterator[float]:
    """Taniguchi et al. (2024), Algorithm 1, with their time t - 1."""
    first, *others = gs
    v, m = first**2, 0.0
    yield x
    for t, g in enumerate(others, 2):
        m = 0.9 * m + (1 - 0.9) * g / max(sqrt(v), 1e-6)
        x = x - lr(t) * m
        v = 0.99 * v + (1 - 0.99) * g**2
        yield x


def adopt(x: float, gs: Numbers) -> Iterator[float]:
    """Taniguchi et al. (2024) with clipping at the fourth root of their time."""
    first, *others = gs
    v, m = first**2, 0.0
    yield x
    for t, g in enumerate(others, 1):
        limit = t**0.25
        m = 0.9 * m + (1 - 0.9) * min(max(g / max(sqrt(v), 1e-6), -limit), limit)
        x = x - lr(t + 1) * m
        v = 0.99 * v + (1 - 0.99) * g**2
        yield x


def injections(x: float, gs: Numbers, move: Callable[[int, Numbers, Numbers], float]) -> Iterator[float]:
    """Dubey et al. (2022): the gradient with the last displacement injected, divided by k = 2, then a step."""
    before, injected = x, list[float]()
    for t, g in enumerate(gs, 1):
        injected.append(g if t == 1 else (g + (before - x) * g**2) / 2)
        before, x = x, x - lr(t) * move(t, gs[:t], injected)
        yield x


def adam_step(t: int, gs: Numbers, injected: Numbers) -> float:
    m, v = average(injected, 0.9), average(squares(gs), 0.99)
    return m / (1 - 0.9**t) / (sqrt(v / (1 - 0.99**t)) + 1e-8)


def diffgrad_step(t: int, gs: Numbers, injected: Numbers) -> float:
    change = abs(gs[-1] - (gs[-2] if t > 1 else 0.0))
    return adam_step(t, gs, injected) / (1 + exp(-change))


def radam_step(t: int, gs: Numbers, injected: Numbers) -> float:
    longest = 2 / (1 - 0.99) - 1
    length = longest - 2 * t * 0.99**t / (1 - 0.99**t)
    if length <= 5:
        return average(injected, 0.9) / (1 - 0.9**t)
    r = sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
    return r * adam_step(t, gs, injected)


def adabelief_step(t: int, gs: Numbers, injected: Numbers) -> float:
    s = 0.0
    for k, g in enumerate(gs, 1):
        s = 0.99 * s + (1 - 0.99) * (g - average(injected[:k], 0.9)) ** 2 + 1e-16
    return average(injected, 0.9) / (1 - 0.9**t) / (sqrt(s / (1 - 0.99**t)) + 1e-16)


Transcription = Callable[[float, Numbers], Iterator[float]]
PUBLISHED: list[tuple[str, dict[str, Any], Transcription]] = [
    ("delayed_adagrad", {"beta": 2.0, "p": 0.6}, delayed_adagrad),
    ("delayed_adagrad_momentum", {"beta": 2.0, "mu": 0.8}, delayed_adagrad_momentum),
    ("rmsprop_centered", {}, rmsprop_centered),
    ("rmsprop_momentum", {}, rmsprop_momentum),
    ("amsbound", {"lr": lambda t: 0.05 / np.sqrt(t), "final_lr": lambda t: 0.1 / np.sqrt(t)}, amsbound),
    ("padam", {"beta2": 0.99}, padam),
    ("yogi", {"beta2": 0.99}, yogi),
    ("adashift", {"beta2": 0.99}, adashift),
    ("adashift_lag1", {"beta2": 0.99}, adashift_lag1),
    ("adamomentum", {"beta2": 0.99, "eps": 1e-10}, adamomentum),
    ("acprop", {"beta2": 0.99, "eps": 1e-10}, acprop),
    ("acprop_momentum", {"beta2": 0.99, "eps": 1e-10}, acprop_momentum),
    ("generic_adam", {"theta": lambda t: 1 - 1 / (t + 1), "beta": lambda t: 0.9 / t, "eps": 1e-3}, generic_adam),
    ("adopt_unclipped", {"beta2": 0.99}, adopt_unclipped),
    ("adopt", {"beta2": 0.99}, adopt),
    ("adam_inject", {"beta2": 0.99}, lambda x, gs: injections(x, gs, adam_step)),
    ("diffgrad_inject", {"beta2": 0.99}, lambda x, gs: injections(x, gs, diffgrad_step)),
    ("radam_inject", {"beta2": 0.99}, lambda x, gs: injections(x, gs, radam_step)),
    ("adabelief_inject", {"beta2": 0.99}, lambda x, gs: injections(x, gs, adabelief_step)),
]


@pytest.mark.parametrize(("name", "hyper", "transcription"), PUBLISHED, ids=[name for name, *_ in PUBLISHED])
def test_a_rule_is_its_pseudo_code(name: str, hyper: dict[str, Any], transcription: Transcription) -> None:
    found = cc.replay(name, G, X, **{"lr": lambda t: 0.05 / np.sqrt(t), **hyper})
    wanted = np.array([list(transcription(x, gs)) for x, gs in zip(X.tolist(), G.T.tolist(), strict=True)]).T
    np.testing.assert_allclose(found[1:], wanted, rtol=ROUNDING, atol=ROUNDING)


def test_the_norm_of_adagrad_norm_is_that_of_all_coordinates() -> None:
    """Ward, Wu & Bottou (2019), Algorithm 1: b_t² = b_{t-1}² + ‖g_t‖²."""
    b, x = 0.7, X
    for t, g in enumerate(G, 1):
        b = float(np.hypot(b, np.linalg.norm(g)))
        x = x - lr(t) / b * g
    found = cc.replay("adagrad_norm", G, X, lr=lambda t: 0.05 / np.sqrt(t), b0=0.7)
    np.testing.assert_allclose(found[-1], x, rtol=ROUNDING)
    shaped = cc.replay("adagrad_norm", G.reshape(T, 2, 2), X.reshape(2, 2), b0=0.7)
    np.testing.assert_array_equal(shaped.reshape(T + 1, 4), cc.replay("adagrad_norm", G, X, b0=0.7))
