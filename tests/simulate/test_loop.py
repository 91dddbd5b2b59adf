"""The native kernels have the bits of the NumPy loop, however lanes are cut, blocked and spread over threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import convcheck as cc
from convcheck.simulate import task as tasks
from convcheck.simulate.loop import run_columns
from convcheck.simulate.task import Failure, Task, advance

Floats = NDArray[np.float64]
Build = Callable[..., Any]

T = 200
CASES: dict[str, dict[str, Any]] = {
    "a column for all lanes, many lanes": {
        "opt": "amsgrad",
        "problem": "reddi",
        "x0": [1.0, -0.5],
        "beta2": np.linspace(0.1, 0.999, 41),
        "lr": ("inverse_sqrt", {"alpha": 0.3}),
    },
    "columns of their own, beside one for all": {
        "opt": "adam_undebiased",
        "problem": "reddi_stochastic",
        "seeds": 3,
        "x0": [1.0, 0.0, -1.0],
        "lr": ("inverse_sqrt", {"alpha": [0.5, 0.1, 0.5]}),
        "beta1": ("exponential", {"alpha": 0.9}),
        "record": T,
    },
    "Philox": {"opt": "sgd", "problem": "linear_box", "seeds": [7, -1], "generator": "philox4x32", "lr": [0.1, 0.2]},
    "a given sequence": {
        "opt": "adam_defossez",
        "problem": ("linear_box", {"signs": (3.0, -1.0, -0.5, 1e-3, -2.0)}),
        "x0": [0.25] * 5,
        "lr": 0.07,
        "record": [3, 150, 199],
    },
    "normal draws, an objective": {"opt": "adam", "problem": "bowl", "seeds": 5, "lr": 0.01, "record": T},
    "coupled, unrolled": {
        "opt": "adamnc",
        "problem": ("quadratic", {"spectrum": (1.0, 10.0, 0.1), "rotated": True, "shift": 0.3, "radius": 2.0}),
        "lr": [0.01, 0.02],
        "record": T,
    },
    "coupled, with chance": {"opt": "amsgrad", "problem": "crowd", "seeds": 4, "lr": ("cosine", {"T": 150})},
    "sin, and schedules for all": {"opt": "rmsprop", "problem": "sine_well", "seeds": 3, "lr": lambda t: 0.1 / t},
}


def bits(numbers: Floats) -> NDArray[np.int64]:
    """Return the bits, so that equality means equality: 0 is not -0."""
    return np.ascontiguousarray(numbers).view(np.int64)


@pytest.fixture(params=CASES, scope="module")
def arguments(request: pytest.FixtureRequest, toy: Build) -> dict[str, Any]:
    case = dict(CASES[request.param])
    name, parameters = case["problem"] if isinstance(case["problem"], tuple) else (case["problem"], {})
    case["problem"] = toy(name, **parameters) if name in {"bowl", "crowd"} else cc.problem(name, **parameters)
    for key, value in case.items():
        if isinstance(value, tuple):
            case[key] = cc.schedule(value[0], **value[1])
    return case


@pytest.fixture(scope="module")
def expected(arguments: dict[str, Any], take_apart: Build) -> Floats:
    made = take_apart(T=T, **arguments)
    return run_columns(made.optimizer, made.problem, made.lane, made.task, arguments.get("generator", "splitmix64"))


@pytest.fixture(scope="module")
def task(arguments: dict[str, Any], take_apart: Build) -> Task:
    made: Task = take_apart(T=T, **arguments).task
    return made


def native(task: Task) -> Floats:
    outcome = advance(task)
    assert not isinstance(outcome, Failure)
    return outcome


def test_native_and_numpy_have_the_same_bits(task: Task, expected: Floats) -> None:
    assert np.isfinite(expected).all()
    assert np.ptp(expected[:, 0]) > 0  # something moves
    assert np.array_equal(bits(native(task)), bits(expected))


def test_the_length_of_schedule_blocks_does_not_matter(
    task: Task, expected: Floats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_BLOCK_STEPS", 1)
    assert np.array_equal(bits(native(task)), bits(expected))


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_any_split_has_the_same_bits(task: Task, expected: Floats, data: st.DataObject) -> None:
    lanes = data.draw(st.permutations(range(task.lanes)))
    cut = data.draw(st.integers(0, task.lanes - 1))
    for some in (lanes[:cut], lanes[cut:]):
        if some:
            index = np.array(some)
            assert np.array_equal(bits(native(task.part(index))), bits(expected[:, :, index]))


def test_threads_do_not_matter(
    arguments: dict[str, Any], expected: Floats, take_apart: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "WIDTH", 1)  # so that few lanes are many parts
    runs = [cc.run(T=T, **arguments)]
    for workers in (1, 2):
        with ThreadPoolExecutor(workers) as pool:
            runs.append(cc.run(T=T, executor=pool, **arguments))
    made = take_apart(T=T, **arguments)
    d = len(made.start)
    names = [f"x_{i}" for i in range(d)] if made.problem.coupled else ["x_0"]
    columns = np.stack([expected[:, made.lane.carried.index(name)] for name in names], axis=-1)  # (stops, lanes, …)
    x = np.moveaxis(columns.reshape(-1, made.grid.cells, len(made.seeds), d), 0, 2)
    for run in runs:
        assert np.array_equal(bits(run.x[..., 1:, :]).ravel(), bits(x).ravel())
        assert np.array_equal(run.x[..., 0, :], np.broadcast_to(made.start, run.x[..., 0, :].shape))
        for name in ("x", "loss", "regret"):
            assert np.array_equal(bits(getattr(run, name)), bits(getattr(runs[0], name)))
        for name, slot in run.state.items():
            assert np.array_equal(bits(slot), bits(runs[0].state[name]))
