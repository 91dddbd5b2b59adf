"""Grids: axes in the order in which they are given, and a value for every hyper-parameter in every cell."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.errors import ParameterError, UnknownNameError
from convcheck.simulate.grid import make_grid

AXIS = st.lists(st.floats(0.0, 0.99), min_size=1, max_size=4)


def test_grid_returns_what_run_takes() -> None:
    made = cc.grid(lr=[0.1, 1], beta2=np.array([0.9, 0.99]), beta1=(Fraction(1, 2),))
    assert made == {"lr": (0.1, 1.0), "beta2": (0.9, 0.99), "beta1": (0.5,)}
    assert list(made) == ["lr", "beta2", "beta1"]


@settings(deadline=None, max_examples=50)
@given(beta1=AXIS, alpha=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=4), beta2=AXIS, first=st.booleans())
def test_cells_are_in_c_order(beta1: list[float], alpha: list[float], beta2: list[float], first: bool) -> None:  # noqa: FBT001
    lr = {"lr": cc.schedule("inverse_sqrt", alpha=alpha)}
    betas = {"beta1": beta1, "beta2": beta2}
    hyper: dict[str, Any] = lr | betas if first else betas | lr
    made = make_grid(cc.optimizer("amsgrad"), hyper, 10)
    assert list(made.axes) == (["lr.alpha", "beta1", "beta2"] if first else ["beta1", "beta2", "lr.alpha"])
    assert made.shape == tuple(len(values) for values in made.axes.values())
    values = made.timelines["lr"].values(3, 4)[0]
    for cell, where in enumerate(np.ndindex(*made.shape)):
        setting = {name: made.axes[name][i] for name, i in zip(made.axes, where, strict=True)}
        assert made.constants["beta1"][cell] == setting["beta1"]
        assert made.constants["beta2"][cell] == setting["beta2"]
        assert made.constants["eps"][cell] == 0.0
        assert values[made.rows["lr"][cell]] == setting["lr.alpha"] / 2.0  # at t = 4
        assert made.describe(cell, 7, 2) == ", ".join(
            [f"{n}={v}" for n, v in setting.items()] + ["seed 7", "coordinate 2"]
        )
    assert made.cells == len(alpha) * len(beta1) * len(beta2)


def test_equal_schedules_are_evaluated_once() -> None:
    hyper = {"lr": cc.schedule("inverse_sqrt", alpha=[0.1, 0.5, 0.1]), "beta1": [0.0, 0.5]}
    made = make_grid(cc.optimizer("amsgrad"), hyper, 10)
    assert made.timelines["lr"].rows == 2
    assert made.rows["lr"].tolist() == [0, 0, 1, 1, 0, 0]


def test_without_axes_there_is_one_cell() -> None:
    made = make_grid(cc.optimizer("sgd"), {"lr": Fraction(1, 4)}, 10)
    assert (made.shape, made.cells, made.constants["lr"].tolist()) == ((), 1, [0.25])
    assert made.describe(0, 3) == "seed 3"


@pytest.mark.parametrize(
    "axis", [3, [], "ab", ["a"], [None], [[1.0, 2.0]], [[1.0], [1.0, 2.0]], [True, "x"], {}, None, 0.5], ids=repr
)
def test_an_axis_is_a_sequence_of_numbers(axis: Any) -> None:
    with pytest.raises(ParameterError, match="axis lr must be a sequence of numbers"):
        cc.grid(lr=axis)


@pytest.mark.parametrize(
    "value",
    [0, -1, -0.0, float("nan"), float("inf"), "a", "0.1", None, True, 1j, {}, 10**400, [0.1, -1], [0.1, float("nan")]],
    ids=lambda value: repr(value)[:20],
)
def test_a_rate_is_a_positive_number(value: Any) -> None:
    with pytest.raises(ParameterError, match=r"lr .*(range|number)"):
        make_grid(cc.optimizer("sgd"), {"lr": value}, 10)


@pytest.mark.parametrize("value", [1.0, -0.1, 1, float("nan"), [0.5, 1.0]], ids=repr)
def test_beta_lies_in_its_range(value: Any) -> None:
    with pytest.raises(ParameterError, match=r"amsgrad: beta1 = .* is outside its range \[0, 1\)"):
        make_grid(cc.optimizer("amsgrad"), {"beta1": value}, 10)


def test_an_unknown_hyperparameter_gets_advice() -> None:
    with pytest.raises(UnknownNameError, match=r"no hyper-parameter 'beta' of amsgrad; did you mean 'beta[12]'"):
        make_grid(cc.optimizer("amsgrad"), {"beta": 0.5}, 10)


@pytest.mark.parametrize("alpha", [[], [[0.1]], [[0.1], [0.1, 0.2]], ["a"], [0.1, -1.0], None, "a", 0.0], ids=repr)
def test_the_axis_of_a_schedule_is_checked_as_well(alpha: Any) -> None:
    with pytest.raises(ParameterError, match="alpha"):
        make_grid(cc.optimizer("sgd"), {"lr": cc.schedule("inverse_sqrt", alpha=alpha)}, 10)


def test_a_grid_too_large_for_memory_is_refused_before_it_is_made() -> None:
    axis = np.linspace(0.1, 0.9, 3000)
    with pytest.raises(ParameterError, match="GiB of memory"):
        make_grid(cc.optimizer("amsgrad"), {"lr": axis, "beta1": axis, "beta2": axis}, 10)
