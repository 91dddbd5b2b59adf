"""The kernel's text: what it contains, and that the width of its blocks does not matter."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.simulate.kernel import source
from convcheck.simulate.task import Failure, advance

Build = Callable[..., Any]


def texts(made: Any, **options: Any) -> str:
    lines = dict(zip(made.task.scheduled, made.task.timelines, strict=True))
    common = [name for name, line in lines.items() if line.rows == 1]
    return source(made.lane, common, [name for name in lines if name not in common], **options)


@pytest.mark.parametrize("width", [1, 5, 1000])
def test_the_width_of_a_block_does_not_matter(width: int, take_apart: Build) -> None:
    rates = {"lr": cc.schedule("inverse_sqrt", alpha=[0.5, 0.1, 0.2])}
    made = take_apart("sgd", "reddi_stochastic", 100, seeds=9, x0=[1.0, -0.5], record=100, **rates)
    assert texts(made) == made.task.text
    assert texts(made, width=width) != made.task.text
    usual, other = advance(made.task), advance(replace(made.task, text=texts(made, width=width)))
    assert not isinstance(usual, Failure)
    assert not isinstance(other, Failure)
    assert np.array_equal(usual.view(np.int64), other.view(np.int64))


def test_numbers_are_data_and_not_text(take_apart: Build) -> None:
    one = take_apart("amsgrad", cc.problem("periodic", P=5), 10, lr=0.1)
    two = take_apart("amsgrad", cc.problem("periodic", P=101, scale=7), 2000, lr=[0.3, 0.4], seeds=2, x0=0.5)
    assert one.task.text == two.task.text


def test_what_shapes_the_step_is_text(take_apart: Build) -> None:
    problems = [cc.problem("linear_box", signs=signs) for signs in ("random", "adversarial", (1.0, -1.0))]
    made = {take_apart("sgd", problem, 10).task.text for problem in problems}
    made |= {take_apart("sgd", problems[0], 10, generator="philox4x32").task.text}
    made |= {take_apart("sgd", problems[0], 10, lr=cc.schedule("inverse_sqrt")).task.text}
    assert len(made) == 5


def test_no_kernel_is_allowed_to_round_otherwise(take_apart: Build) -> None:
    text = take_apart("adam", "sine_well", 10).task.text
    assert "fastmath" not in text
    assert text.count('error_model="numpy"') == text.count("njit(")  # division by zero gives inf or NaN, as in NumPy
