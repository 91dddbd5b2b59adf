"""The table of E|S_T|, and that a mean which is too small would be seen."""

from fractions import Fraction

import numpy as np
import pytest

from convcheck.claims.verdict import Verdict
from convcheck.evidence.coins import enumerated
from convcheck.evidence.experiment import Experiment
from convcheck.evidence.table import Column, Table


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return Experiment.load("lower_bound")


@pytest.fixture(scope="module")
def table(experiment: Experiment) -> Table:
    return experiment.compute("paper")


def test_all_that_is_expected_shows(experiment: Experiment, table: Table) -> None:
    assert [e.statement for e in experiment.expect(table) if not e.holds] == []


def test_the_table_is_exact(experiment: Experiment, table: Table) -> None:
    assert [
        Fraction(int(p), int(q)) for p, q in zip(table["numerator"][:20], table["denominator"][:20], strict=True)
    ] == [enumerated(T) for T in range(1, 21)]
    rows = experiment.numbers(table)["Rows"].split(r" \\ ")
    assert len(rows) == 10
    assert rows[1] == "2 & 1 & 0.7071 & 12 & 693/256 & 0.7815"


def test_a_mean_that_is_too_small_is_seen(experiment: Experiment, table: Table) -> None:
    smaller = table["numerator"].copy()
    smaller[10] = smaller[10] * 5 // 6
    columns = {name: Column(table[name], "", "") for name in table.columns}
    wrong = Table({**columns, "numerator": Column(smaller, "", "")}, dict(table.parameters))
    broken = {e.name for e in experiment.expect(wrong) if e.verdict is Verdict.VIOLATED}
    assert {"half", "recursion"} <= broken
    low = Table({**columns, "mean": Column(np.sqrt(table["T"] / 3), "", "")}, dict(table.parameters))
    assert {"recursion", "all", "limit"} <= {e.name for e in experiment.expect(low) if not e.holds}


def test_it_is_drawn(experiment: Experiment, table: Table) -> None:
    assert len(experiment.draw(table).axes) == 1
