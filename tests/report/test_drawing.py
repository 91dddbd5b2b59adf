"""Figure files: their bytes depend on the table alone."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from convcheck.evidence.experiment import Experiment
from convcheck.report.drawing import figures_folder, write_figure

SOURCE = '''"""A line."""

from dataclasses import dataclass

from matplotlib import pyplot as plt

from convcheck.evidence.table import Column, Table


@dataclass(frozen=True)
class Parameters:
    n: int = 5


presets = {"quick": Parameters(), "paper": Parameters()}


def compute(parameters, executor=None):
    return Table({"t": Column([0.0, 1.0, 4.0])})


def draw(table):
    figure, ax = plt.subplots()
    ax.plot(table["t"], label="line $x^2$")
    ax.legend()
    return figure


def expect(table): ...
def numbers(table): ...
'''
DRAW = """
import os, sys
os.environ["MPLBACKEND"] = "Agg"
from pathlib import Path
from convcheck.evidence.experiment import Experiment
from convcheck.report.drawing import write_figure
experiment = Experiment.load("line")
write_figure(experiment, experiment.compute("paper"), Path(sys.argv[1]))
"""


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """Load the experiment above."""
    mpl.use("Agg")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "line.py").write_text(SOURCE, "utf-8")
    return Experiment.load("line")


def test_settings_of_the_user_change_nothing_and_come_back(experiment: Experiment, tmp_path: Path) -> None:
    table = experiment.compute("paper")
    usual = write_figure(experiment, table, tmp_path / "usual")
    with mpl.rc_context({"lines.linewidth": 7.0, "font.size": 20.0, "savefig.dpi": 33, "pdf.fonttype": 3}):
        theirs = write_figure(experiment, table, tmp_path / "theirs")
        assert mpl.rcParams["lines.linewidth"] == 7.0
    assert [path.name for path in usual] == ["line.pdf", "line.png"]
    for one, other in zip(usual, theirs, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_another_table_is_another_figure(experiment: Experiment, tmp_path: Path) -> None:
    from convcheck.evidence.table import Column, Table

    first = write_figure(experiment, experiment.compute("paper"), tmp_path / "first")
    second = write_figure(experiment, Table({"t": Column([0.0, 1.0, 5.0])}), tmp_path / "second")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() != other.read_bytes()


def test_other_processes_write_the_same_bytes_without_date(experiment: Experiment, tmp_path: Path) -> None:
    here = write_figure(experiment, experiment.compute("paper"), tmp_path / "here")
    for seed, epoch in (("1", "0"), ("2", "1700000000")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch}
        folder = tmp_path / f"there-{seed}"
        subprocess.run([sys.executable, "-c", DRAW, str(folder)], cwd=tmp_path, env=environment, check=True)
        for path in here:
            assert path.read_bytes() == (folder / path.name).read_bytes()
    assert b"CreationDate" not in here[0].read_bytes()


def test_no_figure_stays_open(experiment: Experiment, tmp_path: Path) -> None:
    before = plt.get_fignums()
    write_figure(experiment, experiment.compute("paper"), tmp_path)
    assert plt.get_fignums() == before


def test_only_the_papers_preset_writes_to_the_paper(tmp_path: Path) -> None:
    folders = {preset: figures_folder(tmp_path, preset) for preset in ("quick", "paper", "full")}
    assert folders["paper"] == tmp_path / "paper" / "generated"
    assert len(set(folders.values())) == len(folders)
