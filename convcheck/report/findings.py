"""What is not as declared, as machines that read code want it: where, how bad, and one sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convcheck.claims.verdict import Verdict
from convcheck.report.paths import line_of_claim
from convcheck.report.results import ExperimentResult, Report


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is not as declared (``error``), or undecided (``warning``).

    ``about`` says what kind of thing it is: ``claim``, ``law``, ``experiment`` or ``expectation``.
    """

    level: str
    about: str
    file: Path
    line: int
    title: str
    message: str


def remarks(report: Report) -> Iterator[Remark]:
    """Yield everything in a report that is not as declared."""
    for claim in report.claims:
        if claim.reason:
            level = "warning" if claim.undecided else "error"
            yield Remark(level, "claim", claim.file, line_of_claim(claim.file), claim.id, claim.reason)
    for rule in report.rules:
        for law in rule.broken:
            yield Remark("error", "law", rule.file, 1, f"{rule.id}: {law.name}", law.reason)
    for result in report.experiments:
        yield from _of(result)


def _of(result: ExperimentResult) -> Iterator[Remark]:
    if result.reason:
        yield Remark("warning" if result.undecided else "error", "experiment", result.file, 1, result.id, result.reason)
    for expectation in result.expectations:
        if not expectation.holds:
            level = "error" if expectation.verdict is Verdict.VIOLATED else "warning"
            title = f"{result.id}: {expectation.name} is {expectation.verdict}"
            yield Remark(level, "expectation", result.file, result.line, title, expectation.statement)
