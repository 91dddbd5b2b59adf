"""The folder ``paper/generated``: figures, tables, numbers and verdicts, written from experiments and never edited."""

import filecmp
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from time import perf_counter

from convcheck.evidence.experiment import Experiment
from convcheck.report.drawing import write_figure
from convcheck.report.macros import ledger_tex, numbers_tex
from convcheck.report.results import ExperimentResult
from convcheck.simulate.folders import write_atomically


def write_experiment(name: str, executor: Executor, folder: Path) -> tuple[ExperimentResult, dict[str, str]]:
    """Compute an experiment with the paper's parameters; write figure and table; return its result and its numbers."""
    start = perf_counter()
    experiment = Experiment.load(name)
    table = experiment.compute("paper", executor)
    expectations, numbers = experiment.expect(table), experiment.numbers(table)
    table.to_json(folder / f"{name}.json")
    figures = write_figure(experiment, table, folder)
    seconds = perf_counter() - start
    result = ExperimentResult(
        name, experiment.title, experiment.path, experiment.line, "paper", seconds, table, figures, expectations
    )
    return result, numbers


def write_texts(results: Iterable[ExperimentResult], numbers: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Write ``numbers.tex`` and ``ledger.tex``; raises `CatalogError` as `numbers_tex` and `ledger_tex` do."""
    for name, text in (("numbers.tex", numbers_tex(numbers)), ("ledger.tex", ledger_tex(results))):
        write_atomically(folder / name, text.encode())


def install(made: Path, folder: Path) -> None:
    """Move the files of one folder to another of the same file system; each is replaced at once."""
    folder.mkdir(exist_ok=True)
    for file in sorted(made.iterdir()):
        file.replace(folder / file.name)


def differences(made: Path, folder: Path) -> list[str]:
    """Return a sentence for each file of one folder that is not the same, bit for bit, in the other."""
    found = []
    for file in sorted(made.iterdir()):
        other = folder / file.name
        if not other.is_file():
            found.append(f"{other} does not exist")
        elif not filecmp.cmp(file, other, shallow=False):
            found.append(f"{other} differs from what its experiment gives now")
    return found
