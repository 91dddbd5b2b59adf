"""What there is, as rows of plain values; ``convcheck list`` makes a table or JSON (schema ``list.json``) of them."""

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcheck.discovery import Entry, load
from convcheck.evidence.experiment import title
from convcheck.report.paths import shown

if TYPE_CHECKING:
    from convcheck.optimizers.base import Optimizer
    from convcheck.problems.base import Problem
    from convcheck.schedules.base import Schedule

Row = dict[str, Any]


def optimizer_row(entry: Entry, root: Path) -> Row:
    """Return name, kind, state (initial values), hyperparameters (usual values) and source."""
    found: Optimizer = load("optimizer", entry.name, root)
    return {
        "name": found.name,
        "kind": found.kind,
        "state": _plain(found.state),
        "hyperparameters": _plain(found.hyperparameters),
        "source": found.source,
    }


def problem_row(entry: Entry, root: Path) -> Row:
    """Return name, kind (separable or coupled), parameters, assumptions (name and statement) and source."""
    found: Problem = load("problem", entry.name, root)
    return {
        "name": found.name,
        "kind": "coupled" if found.coupled else "separable",
        "parameters": _plain(found.parameters),
        "assumptions": [{"name": repr(a), "statement": a.statement.text} for a in found.assumptions],
        "source": found.source,
    }


def schedule_row(entry: Entry, root: Path) -> Row:
    """Return name, parameters (usual values) and source."""
    found: Schedule = load("schedule", entry.name, root)
    return {"name": found.name, "parameters": _plain(found.parameters), "source": found.source}


def experiment_row(entry: Entry, root: Path) -> Row:
    """Return name, title and file (relative to the root where it lies below it), without executing the file."""
    path = entry.path
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"), str(path)))
    return {"name": entry.name, "title": title(docstring), "file": shown(path, root)}


ROWS: Mapping[str, Callable[[Entry, Path], Row]] = {
    "optimizer": optimizer_row,
    "problem": problem_row,
    "schedule": schedule_row,
    "experiment": experiment_row,
}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; a fraction as the text p/q."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) and not isinstance(value, Fraction) else str(value)
