"""Tours: step sizes by the stated rule, courses that are those of runs, and the two experiments made of them."""

import dataclasses
from functools import cache

import numpy as np
import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.errors import NonFiniteError, ParameterError, UnknownNameError
from convcheck.evidence.experiment import Experiment
from convcheck.evidence.families import FAMILIES, family
from convcheck.evidence.table import Table
from convcheck.evidence.tour import (
    COLUMNS,
    best_course,
    elementwise,
    gap,
    methods,
    powers_of_two,
    rates_inside,
    tour,
)

FEW = ("sgd", "heavy_ball", "nesterov", "agd", "dual_averaging", "signsgd", "adam", "noisy_sgd")
BEALE = cc.problem("beale")


def test_all_elementwise_rules_take_part_family_by_family() -> None:
    rules = elementwise()
    kinds = {name for name in entries("optimizer") if cc.optimizer(name).kind == "elementwise"}
    assert {rule.name for rule in rules} == kinds
    places = [list(FAMILIES).index(family(rule)) for rule in rules]
    assert places == sorted(places)


def test_array_rules_are_left_out_and_unknown_names_are_named() -> None:
    assert [rule.name for rule in elementwise(["muon", "sgd"])] == ["sgd"]
    with pytest.raises(UnknownNameError, match="did you mean 'sgd'"):
        elementwise(["sgdd"])


def test_the_step_size_is_that_of_least_regret() -> None:
    rates = powers_of_two((-8, -3))
    run = cc.run("sgd", BEALE, 50, record=50, lr=rates)
    course = best_course(cc.optimizer("sgd"), BEALE, 50, rates, None)
    best = int(np.argmin(run.regret[:, 0, -1]))
    assert course.rate == rates[best] not in {rates[0], rates[-1]}
    np.testing.assert_array_equal(course.points, run.x[best, 0])
    np.testing.assert_allclose(np.cumsum(course.gaps[:-1])[-1], run.regret[best, 0, -1], rtol=1e-12)


def test_a_step_that_leaves_the_numbers_loses() -> None:
    rates = [0.01, 2.0**900]
    with pytest.raises(NonFiniteError):
        cc.run("nesterov", BEALE, 50, lr=rates)
    assert best_course(cc.optimizer("nesterov"), BEALE, 50, rates, None).rate == 0.01
    with pytest.raises(NonFiniteError):
        best_course(cc.optimizer("nesterov"), BEALE, 50, rates[1:], None)


def test_the_gap_is_the_loss_above_the_least() -> None:
    saddle = cc.problem("saddle")
    np.testing.assert_array_equal(gap(saddle, np.array([[0.0, 1.0], [0.0, 0.0]])), [0, 0.25])
    with pytest.raises(ParameterError, match="a tour needs an objective with a known minimum"):
        gap(cc.problem("reddi"), np.zeros((1, 1)))


def test_an_end_of_the_grid_is_found_out() -> None:
    wide, narrow = powers_of_two((-8, -3)), powers_of_two((-12, -8))
    inside, end = (Table(tour(BEALE, 50, rates, ["sgd"], None), {}) for rates in (wide, narrow))
    assert rates_inside(inside, wide).verdict == "supported"
    outside = rates_inside(end, narrow)
    assert (outside.verdict, outside.observed) == ("violated", 1)
    assert "at its ends: sgd" in outside.statement


@cache
def computed(name: str) -> tuple[Experiment, Table]:
    experiment = Experiment.load(name)
    parameters = dataclasses.replace(experiment.presets["paper"], methods=FEW)
    return experiment, experiment.module.compute(parameters)


@pytest.mark.parametrize("name", ["tour_surface", "tour_saddle"])
def test_the_experiments_show_what_they_expect(name: str) -> None:
    experiment, table = computed(name)
    assert [e.statement for e in experiment.expect(table) if e.verdict != "supported"] == []
    assert set(COLUMNS) <= set(table)
    assert sorted(methods(table)) == sorted(FEW)
    assert experiment.numbers(table)["Methods"] == str(len(FEW))


@pytest.mark.parametrize("name", ["tour_surface", "tour_saddle"])
def test_a_table_that_shows_something_else_is_found_out(name: str) -> None:
    experiment, table = computed(name)
    slow = table.columns["gap"].values[::-1], table.columns["y"].values + 1e-6
    columns = {n: dataclasses.replace(c) for n, c in table.columns.items()}
    columns["gap"] = dataclasses.replace(columns["gap"], values=slow[0])
    columns["y"] = dataclasses.replace(
        columns["y"], values=np.where(table["method"] == "agd", *reversed((columns["y"].values, slow[1])))
    )
    if "held" in columns:
        columns["held"] = dataclasses.replace(columns["held"], values=2 * columns["held"].values + table["t"])
    changed = Table(columns, table.parameters)
    violated = {e.name for e in experiment.expect(changed) if e.verdict == "violated"}
    wanted = {"tour_surface": {"nesterov-is-agd", "sgd-tail"}, "tour_saddle": {"sgd-held-26", "line"}}
    assert wanted[name] <= violated


def test_curvatures_at_the_minimum_are_those_of_the_gradient() -> None:
    experiment, _ = computed("tour_surface")
    step = 1e-6
    point, units = np.array([3.0, 0.5]), np.eye(2)
    rows = [
        (BEALE.call(BEALE.gradient, point + step * e, 1) - BEALE.call(BEALE.gradient, point - step * e, 1)) / (2 * step)
        for e in units
    ]
    np.testing.assert_allclose(experiment.module.curvatures(), np.linalg.eigvalsh(np.array(rows)), rtol=1e-6)
