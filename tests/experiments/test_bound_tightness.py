"""The figure of bounds and regrets: what it shows is what was proved, and a bound that is false would be seen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.claims.verdict import Verdict
from convcheck.evidence.experiment import Experiment
from convcheck.evidence.table import Column, Table


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return Experiment.load("bound_tightness")


@pytest.fixture(scope="module")
def table(experiment: Experiment) -> Table:
    return experiment.compute("quick")


def changed(table: Table, name: str, values: Any) -> Table:
    columns = {key: Column(table[key], "", "") for key in table.columns}
    return Table({**columns, name: Column(values, "", "")}, dict(table.parameters))


def test_all_that_is_expected_shows(experiment: Experiment, table: Table) -> None:
    assert [e.statement for e in experiment.expect(table) if not e.holds] == []


def test_every_theorem_meets_every_problem(experiment: Experiment, table: Table) -> None:
    claims = {claim for method in experiment.module.METHODS.values() for claim in method.claims.values()}
    assert {(claim, problem) for claim, problem in zip(table["claim"], table["problem"], strict=True)} == {
        (claim, problem) for claim in claims for problem in experiment.module.PROBLEMS
    }
    assert all(cc.claim(claim).declared.verdict is Verdict.PROVED for claim in claims)


def test_the_bound_is_the_formula(table: Table) -> None:
    curve = table.where(method="adagrad", problem="reddi")
    slopes = np.where(np.arange(1, curve["T"].max() + 1) % 3 == 1, 3.0, -1.0)
    length = np.sqrt(np.cumsum(slopes**2))[curve["T"] - 1]
    assert curve["alpha"] == pytest.approx(np.sqrt(2))  # D/√2
    np.testing.assert_allclose(curve["bound"], 2 * np.sqrt(2) * length, rtol=1e-12)
    adam = table.where(method="adam", problem="adversarial")
    factor = 0.999 ** (-(adam["T"] - 1) / 2) * 2 * np.sqrt(2 * 19)
    assert adam["alpha"] == pytest.approx(np.sqrt(4 / 2 / 19))
    np.testing.assert_allclose(adam["bound"], factor * np.sqrt(adam["T"]), rtol=1e-9)


@pytest.mark.parametrize("column", ["regret", "least"])
def test_a_bound_that_is_false_is_seen(experiment: Experiment, table: Table, column: str) -> None:
    wrong = changed(table, "bound", np.minimum(table["bound"], 0.9 * table[column]))
    broken = {e.name for e in experiment.expect(wrong) if e.verdict is Verdict.VIOLATED}
    suffix = "-floor" if column == "least" else ""
    assert {f"sgd-zinkevich2003/theorem-1{suffix}", f"adamnc-reddi2018/corollary-2{suffix}"} <= broken


def test_it_is_pure(experiment: Experiment, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = replace(experiment.presets["quick"], T=40, points=4, own=2, seeds=2)
    compute: Any = experiment.module.compute
    assert compute(preset).sha256 == compute(preset).sha256
    monkeypatch.setattr(experiment.module.cc, "run", None)
    figure = experiment.draw(table)
    assert len(figure.axes) == len(experiment.module.PANELS)
    assert all(isinstance(text, str) for text in experiment.numbers(table).values())
