"""Interval runs: what they enclose, where they stay tight, and where they honestly give up."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic.ball import BinaryBall, precision
from convcheck.errors import NonFiniteError, ParameterError, RuleError
from convcheck.simulate import lane as lanes
from convcheck.simulate import streams
from convcheck.simulate.lane import Step
from convcheck.simulate.rigorous import Bounds, Enclosure, enclose

Build = Callable[..., Any]

ROUNDED = cc.schedule("inverse_sqrt", alpha=0.3)
BETAS: Mapping[str, Any] = {"beta1": 0.9, "beta2": 0.7}
CASES: list[tuple[str, Any, int, Mapping[str, Any]]] = [
    ("adam_undebiased", "reddi", 200, {"lr": 0.3, **BETAS}),
    ("adam", "reddi", 200, {"lr": ROUNDED, **BETAS}),
    ("amsgrad", "periodic", 250, {"lr": cc.schedule("inverse_sqrt", alpha=[0.1, 5.0]), **BETAS}),
    ("adagrad", "reddi_stochastic", 200, {"lr": [0.1, 0.5]}),
    ("rmsprop", "linear_box", 150, {"lr": 0.1, "beta2": 0.9, "eps": 1e-8}),
    ("adam_defossez", "sine_well", 25, {"lr": 0.05, **BETAS}),
    ("sgd", "quadratic", 12, {"lr": 0.1}),
]
NAMES = [f"{opt}-{problem}" for opt, problem, *_ in CASES]


def all_bounds(enclosure: Enclosure) -> dict[str, Bounds]:
    return {"x": enclosure.x, "loss": enclosure.loss, **enclosure.state}


@pytest.mark.parametrize(("opt", "problem", "T", "hyper"), CASES, ids=NAMES)
def test_the_float_run_lies_inside(opt: str, problem: str, T: int, hyper: Mapping[str, Any]) -> None:
    bounds = enclose(opt, problem, T, seeds=2, record=20, **hyper)
    run = cc.run(opt, problem, T, seeds=2, record=20, **hyper)
    assert bounds.x.lower.shape == run.x.shape
    assert bounds.loss.upper.shape == run.loss.shape
    assert (bounds.axes, bounds.seeds, bounds.t.tolist()) == (run.axes, run.seeds, run.t.tolist())
    for name, values in {"x": run.x, "loss": run.loss, **run.state}.items():
        found = all_bounds(bounds)[name]
        assert found.lower.shape == values.shape
        assert found.contain(values)
        assert np.isfinite(found.width).all()


@pytest.mark.parametrize(("opt", "problem", "T", "hyper"), CASES, ids=NAMES)
def test_the_exact_run_lies_inside(opt: str, problem: str, T: int, hyper: Mapping[str, Any], take_apart: Build) -> None:
    """Every carried value of every lane, as 200-bit balls around the same doubles, lies between its ends."""
    made = take_apart(opt, problem, T, seeds=2, record=[T], **hyper)
    bounds = enclose(opt, problem, T, seeds=2, record=[T], **hyper)
    inner = len(made.start) if not made.problem.coupled else 1
    for number in range(made.task.lanes):
        cell = np.unravel_index(number // inner, bounds.loss.lower.shape[:-1])
        with precision(200):
            exact = ball_run(made, number, T)
            for i in range(made.lane.dimension):
                at = (*cell, -1, number % inner if inner > 1 else i)
                assert inside(exact[f"x_{i}"], bounds.x, at)
                for name, slots in bounds.state.items():
                    assert inside(exact[f"s_{name}_{i}"], slots, at)
            if inner == 1:
                assert inside(exact["loss"], bounds.loss, (*cell, -1))


def ball_run(made: Any, number: int, T: int) -> dict[str, BinaryBall]:
    """Step one lane with balls that denote the very doubles that the kernel is given."""
    task, lane, names = made.task, made.lane, tuple(made.optimizer.state)
    held = [name for name in lane.constants if name not in task.scheduled]
    values: dict[str, Any] = {name: ball(row[number]) for name, row in zip(held, task.constants, strict=True)}
    carried = {name: ball(row[number]) for name, row in zip(lane.carried, task.carried, strict=True)}
    schedule = task.schedule(0, T)
    for t in range(1, T + 1):
        values["time"] = ball(t)
        values |= {n: ball(schedule[t - 1, row[number]]) for n, row in zip(task.scheduled, task.which, strict=True)}
        for drawn, keys in zip(lane.uniforms, task.keys, strict=True):
            values[lanes.uniform(*drawn)] = ball(streams.uniform(streams.splitmix64(keys, t))[number])
        x: list[Any] = [carried[f"x_{i}"] for i in range(lane.dimension)]
        slots: list[Any] = [[carried[f"s_{n}_{i}"] for n in names] for i in range(lane.dimension)]
        x, slots, loss, _ = Step(made.optimizer, made.problem, values.__getitem__).take(x, slots)
        carried |= {f"x_{i}": z for i, z in enumerate(x)} | {"loss": carried["loss"] + loss}
        carried |= {f"s_{n}_{i}": BinaryBall.of(slot[k]) for i, slot in enumerate(slots) for k, n in enumerate(names)}
    return carried


def ball(value: Any) -> BinaryBall:
    return BinaryBall.of(float(value))


def inside(exact: BinaryBall, bounds: Bounds, at: tuple[Any, ...]) -> bool:
    low, high = ball(bounds.lower[at]).raw, ball(bounds.upper[at]).raw
    return bool(exact.raw.lower() >= low) and bool(exact.raw.upper() <= high)


def test_a_ball_that_is_moved_a_little_is_outside() -> None:
    """The test above can fail: bounds are some hundred units in the last place wide, not more."""
    bounds = enclose("adam_undebiased", "reddi", 200, lr=0.3, **BETAS).state["m"]
    at = (0, -1, 0)
    with precision(200):
        assert inside(ball(bounds.upper[at]), bounds, at)
        assert not inside(ball(bounds.upper[at]) + ball(1e-30), bounds, at)
        assert not inside(ball(bounds.lower[at]) - ball(1e-30), bounds, at)
    assert bounds.width.max() < 1e-13


@pytest.mark.parametrize("opt", ["adam_undebiased", "amsgrad"])
def test_bounds_do_not_grow_where_gradients_do_not_depend_on_x(opt: str) -> None:
    """Errors of m and v die out as β^t, those of x at every clip."""
    found = enclose(opt, "reddi", 100_000, lr=0.3, beta1=0.9, beta2=0.999, record=[1000, 10_000, 100_000])
    assert found.x.width.max() <= 1e-11  # a few dozen steps between clips, each with a few units in the last place
    assert found.state["m"].width.max() <= 1e-13  # units in the last place of 3, over 1 - β_1
    assert found.state["v"].width.max() <= 1e-11  # units in the last place of 9, over 1 - β_2
    assert found.loss.width[0, -1] <= 100_000 * 1e-10  # the sum of the errors, each at most that of x and of the sum


def test_bounds_grow_and_say_so_where_gradients_depend_on_x() -> None:
    """On a quadratic x - α λ x is enclosed as if the two x were strangers: the width grows by 1 + α λ a step."""
    problem = cc.problem("quadratic", spectrum=(1.0,))
    found, run = enclose("sgd", problem, 300, lr=0.5, record=300), cc.run("sgd", problem, 300, lr=0.5, record=300)
    width = found.x.width[0, :, 0]
    assert found.x.contain(run.x)
    assert width[0] == 0
    assert np.allclose(width[101:] / width[100:-1], 1.5, rtol=1e-3)
    assert run.x[0, -1, 0] < 1e-30
    assert width[-1] > 1e30


def test_what_overflows_is_not_known() -> None:
    problem = "quadratic"
    found = enclose("sgd", problem, 5000, lr=3.0, record=50)
    last = Bounds(found.x.lower[0, -1], found.x.upper[0, -1])
    assert np.all(last.lower == -np.inf)
    assert np.all(last.upper == np.inf)
    assert not np.isnan(found.x.lower).any()
    with pytest.raises(NonFiniteError):
        cc.run("sgd", problem, 5000, lr=3.0)


def test_executors_and_splits_do_not_matter() -> None:
    rate = cc.schedule("inverse_sqrt", alpha=np.linspace(0.1, 2, 150))
    usual = enclose("amsgrad", "reddi", 60, record=10, lr=rate)
    with ThreadPoolExecutor(1) as pool:
        other = enclose("amsgrad", "reddi", 60, record=10, executor=pool, lr=rate)
    alone = enclose("amsgrad", "reddi", 60, record=10, lr=rate.with_parameters(alpha=2.0))
    for name, bounds in all_bounds(usual).items():
        assert np.array_equal(bounds.lower, all_bounds(other)[name].lower)
        assert np.array_equal(bounds.upper, all_bounds(other)[name].upper)
        assert np.array_equal(bounds.lower[-1], all_bounds(alone)[name].lower)
        assert np.array_equal(bounds.upper[-1], all_bounds(alone)[name].upper)


def test_several_coordinates_add_up() -> None:
    found = enclose("sgd", "reddi", 50, x0=[1.0, -0.5, 0.25], lr=0.01, record=50)
    alone = [enclose("sgd", "reddi", 50, x0=x, lr=0.01, record=50).loss for x in (1.0, -0.5, 0.25)]
    run = cc.run("sgd", "reddi", 50, x0=[1.0, -0.5, 0.25], lr=0.01, record=50)
    assert found.loss.contain(run.loss)
    assert np.all(found.loss.lower <= sum(a.lower for a in alone))
    assert np.all(found.loss.upper >= sum(a.upper for a in alone))
    assert found.loss.width.max() < 1e-11


def test_what_has_no_straight_line_program_is_refused() -> None:
    with pytest.raises(RuleError, match="cannot be run in intervals"):
        enclose("sgd", cc.problem("quadratic", spectrum=[1.0] * 17), 10, lr=0.1)
    with pytest.raises(ParameterError):
        enclose("sgd", "reddi", 10, lr=-1.0)
