"""Sizes of states: formulas, and the counts that they come from."""

from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.optimizers.base import optimizer
from convcheck.report.state_size import state_size


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("sgd", "none"),
        ("amsgrad", "3 per parameter"),
        ("adam", "2 per parameter, 2 numbers"),
        ("generic_adam", "2 per parameter, 1 number"),
        ("adafactor", "n + m for a matrix n × m"),
        ("shampoo", "n² + m² for a matrix n × m"),
        ("adagrad_norm", "1 for d parameters"),
        ("majority_vote", "none"),
        ("easgd", "d·workers for d parameters"),
        ("delayed_sgd", "d·delay for d parameters"),
        ("kfac", "2·n² + n·m + 2·m² + 2 for one layer n × m"),
    ],
)
def test_sizes(name: str, size: str) -> None:
    assert state_size(cc.optimizer(name)) == size


def test_what_is_no_polynomial_is_not_said_to_be_one() -> None:
    @optimizer(source="nobody1900", init=lambda x: (np.zeros(2 ** len(x)),))
    def subsets(x: Any, g: Any, t: Any, s: float = 0, *, lr: float = 0.1) -> Any:  # noqa: ARG001  # a rule takes t
        return x - lr * g, s

    assert state_size(subsets) == "no polynomial in d for d parameters"
