"""Tasks: plain data, cut into parts in any way, and exact about where a run fails."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.errors import NonFiniteError
from convcheck.simulate import streams
from convcheck.simulate import task as tasks
from convcheck.simulate.kernel import WIDTH
from convcheck.simulate.task import Failure, advance

Build = Callable[..., Any]

T = 200
BOUNDARIES = (1, 2, 64, 65, 66, 130, 131, 199, T)
"""Around the ends of the blocks in which schedules are evaluated, where these are as short as can be."""


@pytest.fixture(autouse=True)
def _short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_BLOCK_STEPS", 1)


def test_a_task_is_plain_data(take_apart: Build) -> None:
    rates = {"lr": lambda t: [0.1, 0.2][int(t) % 2], "beta1": cc.schedule("exponential", alpha=[0.5, 0.9])}
    task = take_apart("amsgrad", "reddi", 300, **rates).task
    copy = pickle.loads(pickle.dumps(task))  # noqa: S301  # what executors do
    one, other = advance(copy), advance(task)
    assert not isinstance(one, Failure)
    assert not isinstance(other, Failure)
    assert np.array_equal(one, other)


@settings(deadline=None, max_examples=20)
@given(lanes=st.one_of(st.integers(1, 200), st.integers(1, 20_000)))
def test_parts_are_few_and_hold_every_lane_once(lanes: int, take_apart: Build) -> None:
    task = take_apart("sgd", "reddi", 10, lr=np.linspace(0.1, 1, lanes)).task
    parts = list(task.parts())
    assert len(parts) <= 64
    assert all(part.lanes % WIDTH == 0 for part in parts[:-1])
    assert np.array_equal(np.concatenate([part.constants for part in parts], axis=1), task.constants)
    assert task.lanes == lanes


def expected_failure(at: int, x0: list[float], rates: list[float]) -> tuple[float, int] | None:
    """Return the rate and the coordinate of the first lane of the problem `faulty` that fails."""
    for rate in rates:
        for coordinate, start in enumerate(x0):
            x = start
            for _ in range(1, at):
                x = max(x - rate, -1.0)
            if x < 0:
                return rate, coordinate
    return None


@pytest.mark.parametrize("top", [0.0, 1e-300], ids=["NaN", "inf"])
@pytest.mark.parametrize("at", BOUNDARIES)
def test_the_step_and_the_lane_of_a_gradient_that_is_not_finite(at: int, top: float, toy: Build) -> None:
    x0, rates = [1.0, 0.3, 0.45], [1e-4, 0.0023, 0.0047, 0.02]
    expected = expected_failure(at, x0, rates)
    problem = toy("faulty", at=at, top=top)
    if expected is None:
        cc.run("sgd", problem, T, lr=rates, x0=x0)
        return
    rate, coordinate = expected
    sentence = rf"gradient is not finite at step {at} in the lane lr={rate}, seed 0, coordinate {coordinate};"
    with pytest.raises(NonFiniteError, match=sentence):
        cc.run("sgd", problem, T, lr=rates, x0=x0)


def test_the_failures_above_are_of_all_sorts() -> None:
    found = [expected_failure(at, [1.0, 0.3, 0.45], [1e-4, 0.0023, 0.0047, 0.02]) for at in BOUNDARIES]
    assert len(set(found)) >= 4
    assert None in found


@pytest.mark.parametrize("at", BOUNDARIES)
def test_with_schedules_of_their_own_too(at: int, toy: Build) -> None:
    problem, rates = toy("faulty", at=at), [1e-4, 0.02]
    lr = cc.schedule("constant", alpha=rates)
    expected = expected_failure(at, [0.5], rates)
    if expected is None:
        cc.run("sgd", problem, T, lr=lr, x0=0.5)
        return
    with pytest.raises(NonFiniteError, match=rf"at step {at} in the lane lr.alpha={expected[0]}, seed 0;"):
        cc.run("sgd", problem, T, lr=lr, x0=0.5)


@pytest.mark.parametrize("at", BOUNDARIES)
def test_the_seed_of_a_failure_by_chance(at: int, toy: Build) -> None:
    seeds, p = [5, 3, 11, 2], 0.5
    drawn = {s: streams.uniform(streams.splitmix64(streams.keys((s,), "u.0", 2)[0], at)) for s in seeds}
    expected = next(((s, i) for s, row in drawn.items() for i, u in enumerate(row) if u < p), None)
    assert expected is not None  # with these seeds and this p some lane fails at each of these steps
    sentence = rf"at step {at} in the lane seed {expected[0]}, coordinate {expected[1]};"
    with pytest.raises(NonFiniteError, match=sentence):
        cc.run("amsgrad", toy("fickle", at=at, p=p), T, seeds=seeds, x0=[1.0, 0.5], lr=lambda t: 1 / t)


def test_the_first_failure_is_reported_whatever_the_parts(toy: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lanes that diverge at different steps: the earliest of them all is named, though it is in another part."""
    monkeypatch.setattr(tasks, "WIDTH", 2)
    rates = [3.0, 2.5, 5.0, 1e3, 1e4, 20.0]
    with pytest.raises(NonFiniteError) as caught:
        cc.run("sgd", toy("bowl", sigma=0), 3000, lr=rates)
    assert "lr=10000.0" in str(caught.value)


def test_overflow_is_not_a_result(toy: Build) -> None:
    x, loss, step = 0.0, 0.0, 0
    while np.isfinite(loss):
        step, loss, x = step + 1, loss + 0.5 * (x - 1) * (x - 1) - 2.0, x - 1e10 * (x - 1)
    with pytest.raises(NonFiniteError, match=rf"the loss is not finite at step {step} in"):
        cc.run("sgd", toy("bowl", sigma=0), T, lr=1e10)
    with pytest.raises(NonFiniteError, match=r"the iterate is not finite at step 1 in"):
        cc.run("sgd", toy("bowl", sigma=0), T, lr=1e308, x0=100.0)


def test_a_slot_that_overflows_is_not_hidden_by_the_iterate() -> None:
    """Where v is infinite, Adam stands still for ever: that is no result."""
    with pytest.raises(NonFiniteError, match="the state slot v is not finite at step 1 in the lane"):
        cc.run("adam_undebiased", cc.problem("linear_box", G=1e200), 10, lr=0.1)


def test_advance_returns_the_failure_as_data(take_apart: Build, toy: Build) -> None:
    made = take_apart("sgd", toy("faulty", at=70), T, lr=[0.001, 0.02], x0=0.5)
    outcome = advance(made.task)
    assert isinstance(outcome, Failure)
    assert (outcome.lane, outcome.step, made.lane.carried[outcome.row]) == (1, 70, "health")
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301  # what executors do
