"""What there is, as rows of plain values; ``convcheck list`` makes a table or JSON (schema ``list.json``) of them."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from numbers import Integral, Real
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from convcheck.claims import discovery as claims
from convcheck.claims.ledger import Ledger
from convcheck.discovery import Entry, entries, load
from convcheck.errors import ConvcheckError
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


def claim_row(entry: Entry, root: Path, ledger: Ledger) -> Row:
    """Return what a claim file declares, and what the last verification found if nothing has changed since."""
    found = claims.read(entry.path)
    record = ledger.record(found)
    return {
        "id": found.id,
        "title": found.title,
        "source": {"key": found.claim.source.key, "item": found.claim.source.item},
        "optimizers": [*found.optimizers],
        "kind": str(found.claim.kind),
        "declared": str(found.claim.verdict),
        "verdict": str(record.verdict),
        "flags": [*map(str, found.claim.flags)],
        "statement": found.text,
        "latex": found.latex,
        "assumptions": [*record.assumptions],
        "axioms": [*record.axioms],
        "certificate": record.certificate,
        "file": shown(found.path, root),
    }


def rows(kind: str, root: Path, output: Path) -> list[Row]:
    """Return the rows of a kind, sorted by name; the verdicts on claims are those kept below ``output``."""
    if kind != "claim":
        files = entries(kind, root)
        return [ROWS[kind](files[file], root) for file in sorted(files)]
    found = claims.entries(root).values()
    if not found:
        return []
    ledger = Ledger(output)
    return [_claim_or_error(entry, root, ledger) for entry in found]


def _claim_or_error(entry: Entry, root: Path, ledger: Ledger) -> Row:
    """Return a claim's row; of a file that cannot be read the id, the file and the error, so that the others show."""
    try:
        return claim_row(entry, root, ledger)
    except ConvcheckError as error:
        return {"id": entry.name, "file": shown(entry.path, root), "error": str(error)}


def claim_lines(found: Sequence[Row], width: int) -> Iterator[str]:
    """Yield claims as lines: verdict, kind and source beside the id, the title below it.

    A verdict that is not the declared one is followed by that.  Of a file that cannot be read the error is shown.
    """
    sound = [row for row in found if "error" not in row]
    cells = [("claim", "verdict", "kind"), *((row["id"], _verdict(row), row["kind"]) for row in sound)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    heads = ["  ".join(f"{cell:<{size}}" for cell, size in zip(row, widths, strict=True)) for row in cells]
    sources = ["source", *(f"{row['source']['key']}, {row['source']['item']}" for row in sound)]
    beside = all(len(head) + 2 + len(source) <= width for head, source in zip(heads, sources, strict=True))
    titles = ["", *(row["title"] for row in sound)]
    flags = ["", *(", ".join(row["flags"]) for row in sound)]
    for head, said, source, flag in zip(heads, titles, sources, flags, strict=True):
        yield from _below(f"{head}  {source}" if beside else head.rstrip(), width, 0)
        for more in (said, "" if beside else source, f"flags: {flag}" if flag else ""):
            yield from _below(more, width, 2) if more else ()
    for row in found:
        if "error" in row:
            yield from _below(f"{row['id']} cannot be read: {row['error']}", width, 0)


def optimizer_lines(found: Sequence[Row], width: int) -> Iterator[str]:
    """Yield optimizers as lines: kind and source beside the name; hyper-parameters and state, with values, below it."""
    cells = [("name", "kind", "source"), *((row["name"], row["kind"], row["source"]) for row in found)]
    names, kinds = (max(map(len, column)) for column in list(zip(*cells, strict=True))[:2])
    below = ["hyperparameters; state", *map(_signature, found)]
    for (name, kind, source), values in zip(cells, below, strict=True):
        yield from _below(f"{name:<{names}}  {kind:<{kinds}}  {source}", width, 0)
        yield from _below(values, width, 2)


def _signature(row: Row) -> str:
    values, state = (
        ", ".join(
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in part.items()
        )
        for part in (row["hyperparameters"], row["state"])
    )
    return f"{values}; state {state}" if state else values


def _verdict(row: Row) -> str:
    return row["verdict"] if row["verdict"] == row["declared"] else f"{row['verdict']}, declared {row['declared']}"


def _below(text: str, width: int, indent: int) -> list[str]:
    if len(text) + indent <= width:
        return [" " * indent + text]
    return wrap(text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))


ROWS: Mapping[str, Callable[[Entry, Path], Row]] = {
    "optimizer": optimizer_row,
    "problem": problem_row,
    "schedule": schedule_row,
    "experiment": experiment_row,
}

LINES: Mapping[str, Callable[[Sequence[Row], int], Iterator[str]]] = {
    "optimizer": optimizer_lines,
    "claim": claim_lines,
}
"""How rows of a kind are written, of kinds that no table has room for."""


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
