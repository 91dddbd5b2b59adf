"""Judging what an experiment shows, and whether a rule obeys the laws of its kind."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from convcheck.discovery import load
from convcheck.errors import CacheNotWritableError, ConvcheckError, MissingToolError, RuleError
from convcheck.evidence.experiment import Experiment
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.report.drawing import figures_folder, write_figure
from convcheck.report.results import ExperimentResult, LawResult, RuleResult
from convcheck.schedules.base import Schedule
from convcheck.simulate.run import run

STEPS = 1000
"""How long a rule runs to show that it does."""


def judge(name: str, path: Path, preset: str, *, executor: Executor | None, output: Path) -> ExperimentResult:
    """Compute the experiment of this name, judge its table and write its figure.

    What is wrong with the experiment becomes the result's reason.  Raises `CacheNotWritableError`, which is not the
    experiment's fault, and whatever is not one of convcheck's own errors.

    Parameters
    ----------
    name, path
        The experiment and its file.
    preset
        Which of its parameters to run with; those without such a preset run with ``paper``.
    executor
        Where the runs go.
    output
        The folder below which the figure goes (`figures_folder`).
    """
    start = perf_counter()
    result = ExperimentResult(name, "", path, 1, preset, 0.0)
    try:
        experiment = Experiment.load(name)
        preset = preset if preset in experiment.presets else "paper"
        result = replace(result, title=experiment.title, line=experiment.line, preset=preset)
        table = experiment.compute(preset, executor)
        result = replace(result, table=table, expectations=experiment.expect(table))
        result = replace(result, figures=write_figure(experiment, table, figures_folder(output, preset)))
    except CacheNotWritableError:
        raise
    except ConvcheckError as error:
        result = replace(result, reason=str(error), undecided=isinstance(error, MissingToolError))
    return replace(result, seconds=perf_counter() - start)


def check_rule(kind: str, name: str, path: Path) -> RuleResult:
    """Load the optimizer, schedule or problem of this name and hold it to the laws of its kind; a broken one says why.

    Raises `CacheNotWritableError`, which is not the rule's fault, and whatever is not one of convcheck's own errors.
    """
    start = perf_counter()
    results = [_law("loads", lambda: load(kind, name))]
    if not results[0].reason:
        made = load(kind, name)
        results += [_law(law, partial(check, made)) for law, check in _LAWS[kind](made)]
    return RuleResult(kind, name, path, tuple(results), perf_counter() - start)


def _law(name: str, check: Callable[[], object]) -> LawResult:
    try:
        with np.errstate(all="ignore"):  # what is not finite is the law's to find, not a warning
            check()
    except CacheNotWritableError:
        raise
    except ConvcheckError as error:
        return LawResult(name, str(error))
    return LawResult(name)


def _optimizer_laws(optimizer: Optimizer) -> Iterator[tuple[str, Callable[[Optimizer], object]]]:
    from convcheck.evidence import laws

    yield "runs", lambda made: run(made, "reddi", STEPS)
    for law in laws.LAWS if optimizer.kind == "elementwise" else (laws.keeps_still,):
        yield law.__name__.replace("_", " "), law


def _schedule_laws(_: Schedule) -> Iterator[tuple[str, Callable[[Schedule], object]]]:
    from convcheck.evidence import laws

    yield "is finite", _is_finite
    yield "is one function", laws.schedule_is_one_function


def _problem_laws(_: Problem) -> Iterator[tuple[str, Callable[[Problem], object]]]:
    yield "runs", lambda problem: run("sgd", problem, STEPS)


def _is_finite(schedule: Schedule) -> None:
    values = np.asarray(schedule(np.arange(1.0, STEPS + 1)))
    if values.shape not in {(), (STEPS,)} or not np.isfinite(values).all():
        raise RuleError(f"the schedule {schedule.name} must return one finite number for each step from 1 to {STEPS}")


_LAWS: Mapping[str, Callable[[Any], Iterator[tuple[str, Callable[[Any], object]]]]] = {
    "optimizer": _optimizer_laws,
    "schedule": _schedule_laws,
    "problem": _problem_laws,
}
