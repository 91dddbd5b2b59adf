"""A report as JUnit XML, which CI servers read: one test case for each claim, law and expectation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from convcheck.report.paths import shown
from convcheck.report.results import ClaimResult, ExperimentResult, Outcome, Report, RuleResult

_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    outcome: Outcome
    message: str = ""
    seconds: float = 0.0


def junit(report: Report) -> str:
    """Return the XML text; what is undecided counts as skipped."""
    top = Element("testsuites", name="convcheck")
    for result in report.claims:
        _suite(top, f"claim.{result.id}", shown(result.file, report.root), [*_claim(result)])
    for experiment in report.experiments:
        _suite(top, f"experiment.{experiment.id}", shown(experiment.file, report.root), [*_experiment(experiment)])
    for rule in report.rules:
        _suite(top, f"{rule.kind}.{rule.id}", shown(rule.file, report.root), [*_rule(rule)])
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(top: Element, name: str, file: str, cases: list[_Case]) -> None:
    failures = sum(case.outcome is Outcome.FAILED for case in cases)
    skipped = sum(case.outcome is Outcome.UNDECIDED for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    seconds = sum(case.seconds for case in cases)
    suite = SubElement(top, "testsuite", {"name": _legal(name), **counts, "time": f"{seconds:.3f}"})
    for case in cases:
        known = {"classname": _legal(name), "name": _legal(case.name), "file": file, "time": f"{case.seconds:.3f}"}
        element = SubElement(suite, "testcase", known)
        if case.outcome is not Outcome.OK:
            word = "failure" if case.outcome is Outcome.FAILED else "skipped"
            SubElement(element, word, message=_legal(case.message)).text = _legal(case.message)


def _claim(result: ClaimResult) -> Iterator[_Case]:
    declared = result.row.get("declared", "read")
    yield _Case(f"is {declared}", result.outcome, result.reason, result.seconds)


def _experiment(result: ExperimentResult) -> Iterator[_Case]:
    if result.reason or not result.expectations:
        yield _Case("runs", result.outcome, result.reason, result.seconds)
        return
    share = result.seconds / len(result.expectations)
    for e in result.expectations:
        outcome = result.outcome_of(e)
        yield _Case(e.name, outcome, f"{e.verdict}: {e.statement}", share)


def _rule(result: RuleResult) -> Iterator[_Case]:
    share = result.seconds / max(1, len(result.laws))
    for law in result.laws:
        yield _Case(law.name, Outcome.FAILED if law.reason else Outcome.OK, law.reason, share)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
