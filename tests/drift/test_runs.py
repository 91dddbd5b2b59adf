"""The drift beside orbits and runs of the same code on floats."""

from math import ceil, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.drift import drift
from convcheck.optimizers.base import Optimizer, optimizer, ratio
from convcheck.problems.base import Problem

# A rule's signature stays bare, as in the package.
# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN201, ARG001, PLR0913

REDDI = cc.problem("reddi", C=3)
ROUNDING = 1e-9
"""Error of a float orbit relative to the displacements it adds up: rounding, and the rest of the way to the orbit."""


@optimizer(source="after AdaBelief, with eps in the recursion")
def adabelief(x, g, t, m=0, s=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=0.0):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) * (g - m) + eps
    return x - lr * ratio(m, np.sqrt(s)), m, s


@optimizer(source="kingma2015, Algorithm 2")
def adamax(x, g, t, m=0, u=0, *, lr=1e-3, beta1=0.9, beta2=0.999):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, abs(g))
    return x - lr * m / u, m, u


@optimizer(source="after Adan, with rates of decay; its first step is apart")
def adan(x, g, t, m=0, v=0, n=0, g0=0, *, lr=1e-3, beta1=0.98, beta2=0.92, beta3=0.99):
    d = np.where(t > 1, g - g0, 0)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * d
    u = g + beta2 * d
    n = beta3 * n + (1 - beta3) * u * u
    return x - lr * ratio(m + beta2 * v, np.sqrt(n)), m, v, n, g


def float_orbit(rule: Optimizer, problem: Problem, **hyper: float) -> list[float]:
    """The displacements of a late period, by the rule on floats; every beta is at most 0.97."""
    assert problem.period is not None
    period = int(problem.call(problem.period))
    gradients = [float(problem.call(problem.gradient, 0.0, t)) for t in range(1, period + 1)]
    longest = max((value for name, value in hyper.items() if name.startswith("beta")), default=0.0)
    state: tuple[float, ...] = tuple(float(value) for value in rule.state.values())
    t, moves = 0, list[float]()
    for _ in range(1 + ceil(40 / period / -log(max(longest, 0.1)))):
        moves = []
        for g in gradients:
            t += 1
            x, *slots = rule(0.0, g, t, *state, lr=1.0, **hyper)
            state = tuple(slots)
            moves.append(float(x))
    return moves


hypers = st.fixed_dictionaries(
    {
        "beta1": st.floats(0, 0.97, allow_subnormal=False),
        "beta2": st.floats(0, 0.97, allow_subnormal=False),
    }
)
problems = st.one_of(
    st.builds(lambda C: cc.problem("reddi", C=C), st.floats(2.01, 50)),
    st.builds(lambda P, s: cc.problem("periodic", P=P, scale=s), st.integers(3, 12), st.floats(0.01, 100)),
)
rules = st.sampled_from([cc.optimizer("adam_undebiased"), cc.optimizer("adam"), adabelief, adamax, adan])


@settings(deadline=None, max_examples=60)
@given(rules, problems, hypers)
def test_float_orbit_lies_in_the_ball(rule: Optimizer, problem: Problem, hyper: dict[str, float]) -> None:
    if rule is adabelief:
        hyper = {**hyper, "beta1": min(max(hyper["beta1"], 0.01), 0.9), "eps": 1e-6}
    if rule is adan:
        hyper = {**hyper, "beta3": 0.9}
    found = drift(rule, problem, **hyper)
    moves = float_orbit(
        rule, problem, **{**{k: float(v) for k, v in rule.hyperparameters.items() if k != "lr"}, **hyper}
    )
    error = ROUNDING * (1 + sum(map(abs, moves)))
    for move, (low, high) in zip(moves, found.displacements, strict=True):
        assert low - error <= move <= high + error
    assert found.lower - error <= sum(moves) <= found.upper + error
    if found.sign == 0:
        assert abs(sum(moves)) <= error


def test_other_critical_periods() -> None:
    for rule, critical in ((adabelief, 75), (adamax, 55), (adan, 49)):
        signs = [drift(rule, cc.problem("periodic", P=P, scale=1)).sign for P in (critical - 1, critical)]
        assert signs == [-1, 1], rule.name


def test_maximum_of_decayed_gradients() -> None:
    beta2, P = 0.9, 11
    expected = sum(1 / max(beta2**j * P, 1) for j in range(1, P)) - 1
    found = drift(adamax, cc.problem("periodic", P=P, scale=1), beta1=0, beta2=beta2)
    assert found.lower == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("name", ["adam_undebiased", "amsgrad", "adam"])
@pytest.mark.parametrize(("beta1", "beta2"), [(0, 0.1), (0, 0.45), (0, 0.6), (0.3, 0.05), (0.9, 0.2), (0.2, 0.9)])
@pytest.mark.parametrize("C", [3, 10])
def test_runs_end_where_the_sign_says(name: str, beta1: float, beta2: float, C: float) -> None:
    problem = cc.problem("reddi", C=C)
    found = drift(name, problem, beta1=beta1, beta2=beta2)
    T, rate = 60_000, cc.schedule("inverse_sqrt", alpha=0.5)  # the field's name for the horizon
    run = cc.run(name, problem, T, lr=rate, x0=0.0, beta1=beta1, beta2=beta2)
    x, average = float(run.x[0, -1, 0]), float(run.regret[0, -1]) / T
    assert found.sign != 0
    assert found.ends is not None
    assert found.average_regret is not None
    assert x == pytest.approx(found.ends[found.sign > 0], abs=0.05)
    if abs(found.lower) > 0.1:  # otherwise the way to the end is still felt in the average
        assert average == pytest.approx(found.average_regret, abs=0.05 * C)


def test_constant_step_without_projection() -> None:
    found = drift("adam_undebiased", REDDI, beta1=0.5, beta2=0.7)
    x = cc.replay("adam_undebiased", np.tile([3.0, -1.0, -1.0], 60), np.float64(0.0), lr=0.25, beta1=0.5, beta2=0.7)
    steps = np.diff(x[::3])[40:]
    assert np.all(steps >= 0.25 * found.lower - ROUNDING)
    assert np.all(steps <= 0.25 * found.upper + ROUNDING)
