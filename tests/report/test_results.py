"""`Report`: which exit code follows from what, and what is counted."""

from dataclasses import replace
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from convcheck.claims.verdict import Expectation
from convcheck.report.results import ExperimentResult, LawResult, Outcome, Report, RuleResult


def result(*expectations: Expectation, reason: str = "", undecided: bool = False) -> ExperimentResult:
    return ExperimentResult("e", "", Path("e.py"), 1, "paper", 0.0, None, (), expectations, reason, undecided)


def test_a_failure_beats_what_is_undecided_and_that_beats_success() -> None:
    for outcomes in combinations_with_replacement(Outcome, 3):
        expected = 1 if Outcome.FAILED in outcomes else 3 if Outcome.UNDECIDED in outcomes else 0
        assert Outcome.worst(*outcomes) == expected
    assert Outcome.worst() == Outcome.OK


@pytest.mark.parametrize(("word", "code"), [("supported", 0), ("violated", 1), ("inconclusive", 3)])
def test_a_verdict_has_its_exit_code(expectations: dict[str, Expectation], word: str, code: int) -> None:
    assert result(expectations[word]).outcome == code
    assert result(expectations["supported"], expectations[word]).outcome == code


def test_what_could_not_be_judged_failed_unless_a_tool_was_missing(expectations: dict[str, Expectation]) -> None:
    assert result(expectations["supported"], reason="it broke").outcome is Outcome.FAILED
    assert result(reason="needs pandas", undecided=True).outcome is Outcome.UNDECIDED


def test_a_rule_fails_with_one_broken_law() -> None:
    rule = RuleResult("optimizer", "mine", Path("mine.py"), (LawResult("runs"), LawResult("tape")), 0.0)
    assert (rule.outcome, rule.broken) == (Outcome.OK, ())
    broken = replace(rule, laws=(*rule.laws, LawResult("prints", "it does not")))
    assert broken.outcome is Outcome.FAILED
    assert [law.name for law in broken.broken] == ["prints"]


def test_a_report_is_as_bad_as_the_worst_part(report: Report) -> None:
    assert report.outcome is Outcome.FAILED
    line, bad, tool = report.experiments
    mine, falls = report.rules
    assert replace(report, experiments=(), rules=(falls,)).outcome is Outcome.OK
    assert replace(report, experiments=(tool,), rules=(falls,)).outcome is Outcome.UNDECIDED
    assert replace(report, experiments=(tool, line), rules=()).outcome is Outcome.FAILED
    assert replace(report, experiments=(tool, bad), rules=()).outcome is Outcome.FAILED
    assert replace(report, experiments=(), rules=(mine,)).outcome is Outcome.FAILED


def test_looking_at_nothing_decides_nothing() -> None:
    assert Report(Path()).outcome is Outcome.UNDECIDED


def test_the_summary_counts(report: Report) -> None:
    assert report.summary == {
        "claims": 0,
        "as_declared": 0,
        "experiments": 3,
        "expectations": 3,
        "supported": 1,
        "violated": 1,
        "inconclusive": 1,
        "failed": 1,
        "undecided": 1,
        "rules": 2,
        "laws": 3,
        "broken": 1,
    }
