"""Writing counterexamples: the data say what the formulas say, and the code is the optimizer's."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.errors import ParameterError, RuleError, UnknownNameError
from convcheck.refute.instances import InstanceError, check, read
from convcheck.refute.write import Formula, Game, code, counterexample, power, save

Data = dict[str, Any]


def test_the_code_is_the_optimizers(adam: Data) -> None:
    update = adam["game"]["update"]
    assert {key: update[key] for key in ("optimizer", "inputs", "lines", "outputs")} == code(cc.optimizer("adam"))
    assert [line[1] for line in update["lines"]] == [line.operation for line in cc.optimizer("adam").program.lines]


def test_a_file_is_small_readable_and_read_back(adam: Data, tmp_path: Path) -> None:
    save(adam, tmp_path / "adam.json")
    text = (tmp_path / "adam.json").read_text("utf-8")
    assert read(text) == adam == json.loads(text)
    assert max(map(len, text.splitlines())) < 120
    assert len(text) < 5000


def test_defaults_of_hyper_parameters_are_constants() -> None:
    data = counterexample("a/b", lambda x_: x_, Game([1], cc.optimizer("heavy_ball")), observed=lambda T: T)
    defaults = cc.optimizer("heavy_ball").hyperparameters
    assert {name: float(Fraction(value)) for name, value in data["constants"].items()} == dict(defaults)


def test_powers_schedules_and_equal_formulas() -> None:
    def decay(b: Any, t: Any) -> Any:
        return b * power(b, t - 1)

    hyper: dict[str, Formula] = {"lr": lambda alpha: alpha, "beta1": decay, "beta2": decay}
    game = Game([1, 1], cc.optimizer("amsgrad"), hyper=hyper, start=1)
    data = counterexample("a/b", lambda m_: m_, game, observed=lambda T: T, constants={"alpha": 1, "b": 0.5})
    # m_1 = 1/2 at β₁ = 1/2, m_2 = m_1/4 + 3/4 at β₁ = 1/4
    assert check(data).bound == Fraction(7, 8)


def test_a_number_is_what_is_written() -> None:
    data = counterexample("a/b", lambda T: 0 * T + 0.1, Game([1]), observed=lambda T: T * Fraction(1, 3))
    result = check(data)
    assert (result.observed, result.bound) == (Fraction(1, 3), Fraction(1, 10))


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        (lambda T: T * (1 / 3), "has more digits than one writes"),
        (lambda T: T <= 1, "must return a number"),
        (lambda T: np.exp(T + 1), "exp"),
        (lambda T: T**3, "the only power is"),
    ],
)
def test_a_formula_that_means_something_else_is_refused(formula: Any, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        counterexample("a/b", formula, Game([1]), observed=lambda T: T)


def test_a_hypothesis_compares() -> None:
    with pytest.raises(RuleError, match="must return a comparison"):
        counterexample("a/b", lambda T: T, Game([1]), observed=lambda T: T, require=[lambda T: T])


def test_settings_are_those_of_the_optimizer() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'lr'"):
        counterexample("a/b", lambda T: T, Game([1], cc.optimizer("sgd"), hyper={"lrr": 1}), observed=lambda T: T)
    with pytest.raises(ParameterError):
        counterexample("a/b", lambda T: T, Game([1], cc.optimizer("sgd"), hyper={"lr": -1}), observed=lambda T: T)
    with pytest.raises(RuleError, match="lr is 1 among the constants, and another number in the game"):
        counterexample(
            "a/b",
            lambda T: T,
            Game([1], cc.optimizer("sgd"), hyper={"lr": 2}),
            observed=lambda T: T,
            constants={"lr": 1},
        )


def test_a_quantity_that_nobody_defines_is_found_by_the_checker() -> None:
    data = counterexample("a/b", lambda nothing: nothing, Game([1]), observed=lambda T: T)
    with pytest.raises(InstanceError, match="nothing is not defined where it is used"):
        check(data)
