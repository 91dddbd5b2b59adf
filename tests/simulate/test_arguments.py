"""What a call asks for: everything that is wrong is named before anything is run."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.errors import CatalogError, HorizonError, ParameterError, ShapeError, UnknownNameError
from convcheck.simulate import arguments
from convcheck.simulate import run as running
from convcheck.simulate.arguments import recorded_steps
from convcheck.simulate.result import Run


@settings(deadline=None, max_examples=60)
@given(T=st.integers(1, 10**15), record=st.integers(1, 2000))
def test_recorded_steps_are_geometric(T: int, record: int) -> None:
    steps = recorded_steps(T, record)
    assert steps[0] == 0
    assert steps[-1] == T
    assert np.all(np.diff(steps) > 0)
    assert len(steps) <= record + 2
    if record >= T:
        assert len(steps) == T + 1
    elif record > 2:
        ratio = T ** (1 / (record - 1))
        assert np.all(steps[2:] <= (steps[1:-1] + 0.5) * ratio * (1 + 1e-9) + 0.5)  # each rounded


def call(**given: Any) -> Run:
    usual: dict[str, Any] = {"opt": "amsgrad", "problem": "reddi", "T": 20}
    return cc.run(**usual | given)


NO_POINTS: list[Any] = [float("nan"), [0.0, float("inf")], "a", "0.5", [], [[1.0]], [[1], [1, 2]], 1j, {}]
BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"opt": "amsgrd"}, UnknownNameError, "no optimizer 'amsgrd'; did you mean 'amsgrad'"),
    ({"problem": "redi"}, UnknownNameError, "no problem 'redi'; did you mean 'reddi'"),
    ({"opt": 3}, CatalogError, "3 is no optimizer"),
    ({"problem": None}, CatalogError, "None is no problem"),
    ({"problem": cc.optimizer("sgd")}, CatalogError, "is no problem"),
    ({"beta3": 0.5}, UnknownNameError, "no hyper-parameter 'beta3' of amsgrad; did you mean 'beta"),
    ({"seed": 3}, UnknownNameError, "no hyper-parameter 'seed' of amsgrad; did you mean 'seeds'"),
    ({"lr": 0}, ParameterError, r"amsgrad: lr = 0.0 is outside its range \(0, inf\)"),
    ({"lr": float("nan")}, ParameterError, "amsgrad: lr = nan is outside"),
    ({"beta1": 1.0}, ParameterError, r"amsgrad: beta1 = 1.0 is outside its range \[0, 1\)"),
    ({"beta2": [0.5, -0.5]}, ParameterError, "amsgrad: beta2 = -0.5 is outside"),
    ({"eps": -1e-8}, ParameterError, "amsgrad: eps = -1e-08 is outside"),
    *(({"T": T}, HorizonError, "T = .* must be an integer of at least 1") for T in (0, -1, 1.5, 3.0, True, "a", None)),
    ({"T": 10**400}, HorizonError, "at most 2"),
    *(({"seeds": s}, HorizonError, "seeds = ") for s in (0, -1, [], (), True, [True], 1.5, [1.5], "a", "", None, {1})),
    *(({"seeds": s}, HorizonError, "seeds = ") for s in ([1, 1], np.array(3), np.array([[1]]), range(0))),
    *(({"record": r}, HorizonError, "record") for r in (0, -1, [], True, 1.5, [1.5], [21], [-1], "a", None, [[1]])),
    *(({"x0": x}, ShapeError, "x0 = ") for x in NO_POINTS),
    ({"x0": 1.5}, ParameterError, r"x0 = \[1.5\] is not feasible for the problem reddi; the nearest .*: \[1.0\]"),
    ({"x0": [0.0, -1.1]}, ParameterError, r"is not feasible .*: \[0.0, -1.0\]"),
    ({"problem": "quadratic", "x0": [1.0]}, ShapeError, "x0 has 1 coordinates, but the problem quadratic has 2"),
    ({"problem": "quadratic", "x0": 1.0}, ShapeError, "x0 has 1 coordinates, but the problem quadratic has 2"),
    ({"generator": "mt19937"}, ParameterError, "generator = 'mt19937' is unknown; use one of splitmix64, philox4x32"),
    ({"seeds": 10**10}, ParameterError, "GiB of memory: record fewer"),
    ({"T": 10**12, "record": 10**12}, ParameterError, "GiB of memory: record fewer"),
    ({"T": 10**5, "record": 10**5, "lr": np.linspace(0.1, 1, 10**4)}, ParameterError, "GiB of memory: record fewer"),
]


@pytest.mark.parametrize(("given", "error", "sentence"), BAD, ids=[str(given)[:40] for given, _, _ in BAD])
def test_bad_input_is_named_and_nothing_is_run(
    given: dict[str, Any], error: type[Exception], sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(running, "advance_parts", lambda *_: pytest.fail("something was run"))
    with pytest.raises(error, match=sentence):
        call(**given)
    assert not (tmp_path / "cache").exists()


def test_the_memory_that_is_refused_is_that_of_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 8 * 2 * 3 * 21 * 6  # settings, coordinates, records; x, loss, regret and three slots
    monkeypatch.setattr(arguments, "MEMORY", size)
    run = call(lr=[0.1, 0.2], x0=[1.0, 0.5, 0.0])
    assert run.x.nbytes + run.loss.nbytes + run.regret.nbytes + sum(s.nbytes for s in run.state.values()) <= size
    monkeypatch.setattr(arguments, "MEMORY", size - 1)
    with pytest.raises(ParameterError, match="GiB of memory"):
        call(lr=[0.1, 0.2], x0=[1.0, 0.5, 0.0])


def test_a_schedule_that_leaves_its_range_names_the_step() -> None:
    with pytest.raises(ParameterError, match=r"amsgrad: beta1 = 1.0 at step 11 is outside \[0, 1\)"):
        call(beta1=lambda t: (t - 1) / 10)
    with pytest.raises(ParameterError, match=r"amsgrad: lr = -1.0 at step 13 is outside \[0, inf\)"):
        call(lr=lambda t: 12.0 - float(t))


def test_seeds_may_be_any_different_integers() -> None:
    for seeds in ([7, -1, 2**70], (np.int64(3), 0), np.array([5, 4], np.uint8), range(3, 9, 2)):
        run = call(seeds=seeds)
        assert run.seeds == tuple(int(seed) for seed in seeds)
    assert call(seeds=np.int32(2)).seeds == (0, 1)


def test_counts_may_be_of_any_integer_type() -> None:
    run = call(T=np.int8(127), record=np.uint16(200), lr=lambda t: 0.1 if t < 5 else 0.2)
    assert (run.T, len(run.t)) == (127, 128)
    assert call(T=1, record=1).t.tolist() == [0, 1]
