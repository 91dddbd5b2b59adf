"""The figure of a tour: a panel for each method, all with the same window, and a strip for each family."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from convcheck.evidence.experiment import Experiment
from convcheck.evidence.table import Table
from convcheck.evidence.tour import methods
from convcheck.report.drawing import write_figure
from convcheck.report.tours import DARK

FEW = ("sgd", "heavy_ball", "signsgd", "rmsprop", "adam")


@pytest.fixture(params=["tour_surface", "tour_saddle"], scope="module")
def drawn(request: pytest.FixtureRequest) -> tuple[Experiment, Table, list[Axes]]:
    experiment = Experiment.load(request.param)
    table = experiment.module.compute(dataclasses.replace(experiment.presets["quick"], T=64, methods=FEW))
    return experiment, table, experiment.draw(table).axes


def test_each_method_has_its_panel_and_all_panels_show_the_same_window(
    drawn: tuple[Experiment, Table, list[Axes]],
) -> None:
    _, table, axes = drawn
    names, families = methods(table), set(map(str, table["family"]))
    panels, strips = axes[: len(names)], axes[len(names) :]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in panels}) == 1
    assert [ax.get_title(loc="left") for ax in panels] == ["heavy ball", "SGD", "signSGD", "RMSProp", "Adam"]
    assert len(strips) % len(families) == 0
    assert len(strips) > 0


def test_the_path_in_a_panel_is_that_of_the_table(drawn: tuple[Experiment, Table, list[Axes]]) -> None:
    experiment, table, axes = drawn
    usual = table.where(distance=float(table["distance"][0])) if "distance" in table else table
    for ax, name in zip(axes, methods(table), strict=False):
        course = usual.where(method=name)
        right, up = ("y", "x") if experiment.name == "tour_saddle" else ("x", "y")
        paths = [line for line in ax.lines if len(line.get_xdata()) == len(course)]  # type: ignore[arg-type]  # arrays
        np.testing.assert_array_equal(paths[-1].get_xdata(), course[right])
        np.testing.assert_array_equal(paths[-1].get_ydata(), course[up])
        assert np.dot(to_rgb(paths[-1].get_color()), (0.299, 0.587, 0.114)) <= DARK + 1e-9


def test_the_figure_is_the_same_bytes_each_time(drawn: tuple[Experiment, Table, list[Axes]], tmp_path: Path) -> None:
    experiment, table, _ = drawn
    once, twice = (write_figure(experiment, table, tmp_path / name) for name in "ab")
    assert [file.read_bytes() for file in once] == [file.read_bytes() for file in twice]
