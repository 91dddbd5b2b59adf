"""A user's repository in a temporary folder, and the command line called in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from convcheck.cli import main

EXPERIMENT = '''"""A straight line through 0.

A second paragraph.
"""

from concurrent.futures import Executor
from dataclasses import asdict, dataclass

import numpy as np
from matplotlib.figure import Figure

from convcheck.claims.verdict import Expectation, Verdict
from convcheck.errors import MissingToolError, NonFiniteError
from convcheck.evidence.table import Column, Table


@dataclass(frozen=True)
class Parameters:
    n: int = 5


presets = {"quick": Parameters(3), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    #COMPUTE
    assert executor is not None
    pieces = [executor.submit(float, k) for k in range(parameters.n)]
    return Table({"t": Column(np.array([piece.result() for piece in pieces]))}, asdict(parameters))


def draw(table: Table) -> Figure:
    figure = Figure()
    figure.subplots().plot(table["t"], label="line")
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    last = float(table["t"][-1])
    return (Expectation("last", Verdict("VERDICT"), f"the last is {last:g}, α ≤ 1", last, "it is a line"),)


def numbers(table: Table) -> dict[str, str]:
    return {"last": f"{table['t'][-1]:g}"}
'''


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line left behind."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]
WriteExperiment = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def write_experiment(repository: Path) -> WriteExperiment:
    """Return what writes an experiment: its name, the verdict it comes to, a line at the beginning of ``compute``."""

    def write(name: str = "line", verdict: str = "supported", compute: str = "") -> Path:
        path = repository / "experiments" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(EXPERIMENT.replace("VERDICT", verdict).replace("#COMPUTE", compute), "utf-8")
        return path

    return write


@pytest.fixture
def cli(repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return what calls the command line in the repository, within this process."""
    assert Path.cwd() == repository
    monkeypatch.setenv("MPLBACKEND", "Agg")  # the command line sets it; the test takes it back
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert isinstance(left.value.code, int | None)
        return Outcome(left.value.code or 0, captured.out, captured.err)

    return call
