"""Annotations that GitHub shows beside the lines of a change: one for everything that is not as declared."""

from collections.abc import Iterator
from pathlib import Path

from convcheck.claims.verdict import Verdict
from convcheck.report.paths import line_of_claim, shown
from convcheck.report.results import ExperimentResult, Report

_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def annotations(report: Report, workspace: Path) -> Iterator[str]:
    """Yield workflow commands; files below ``workspace``, the checkout on the runner, are named relative to it."""
    for claim in report.claims:
        if claim.reason:
            level = "warning" if claim.undecided else "error"
            yield _command(level, claim.file, line_of_claim(claim.file), workspace, claim.id, claim.reason)
    for rule in report.rules:
        for law in rule.broken:
            yield _command("error", rule.file, 1, workspace, f"{rule.id}: {law.name}", law.reason)
    for result in report.experiments:
        yield from _of(result, workspace)


def _of(result: ExperimentResult, workspace: Path) -> Iterator[str]:
    if result.reason:
        level = "warning" if result.undecided else "error"
        yield _command(level, result.file, 1, workspace, result.id, result.reason)
    for expectation in result.expectations:
        if not expectation.holds:
            level = "error" if expectation.verdict is Verdict.VIOLATED else "warning"
            title = f"{result.id}: {expectation.name} is {expectation.verdict}"
            yield _command(level, result.file, result.line, workspace, title, expectation.statement)


def _command(level: str, file: Path, line: int, workspace: Path, title: str, message: str) -> str:
    properties = f"file={shown(file, workspace).translate(_PROPERTY)},line={line},title={title.translate(_PROPERTY)}"
    return f"::{level} {properties}::{message.translate(_MESSAGE)}"
