"""Results as they might be."""

from pathlib import Path

import pytest

from convcheck.claims.verdict import Expectation, Verdict
from convcheck.evidence.table import Column, Table
from convcheck.report.results import ExperimentResult, LawResult, Report, RuleResult


@pytest.fixture
def expectations() -> dict[str, Expectation]:
    """Return one expectation of each verdict."""
    return {
        word: Expectation(
            f"{word}-limit",
            Verdict(word),
            f"the limit of [R_T]/T is 0.198, {word} within 1 % of β₁ = 0.2",
            0.198,
            f"why {word}",
        )
        for word in ("supported", "violated", "inconclusive")
    }


@pytest.fixture
def report(tmp_path: Path, expectations: dict[str, Expectation]) -> Report:
    """Return a report with everything that there can be."""
    file = tmp_path / "experiments" / "line.py"
    table = Table({"t": Column([1.0, 2.0])})
    figures = (tmp_path / "paper" / "generated" / "line.pdf", Path("/elsewhere/line.png"))
    judged = ExperimentResult(
        "line", "A straight line [through 0]", file, 17, "paper", 1.25, table, figures, tuple(expectations.values())
    )
    failed = ExperimentResult(
        "bad", "", Path("/elsewhere/bad.py"), 1, "paper", 0.5, reason="the gradient is NaN at step 3"
    )
    undecided = ExperimentResult("tool", "A tool", file, 1, "quick", 0.5, reason="this needs pandas", undecided=True)
    optimizer = RuleResult(
        "optimizer",
        "mine",
        tmp_path / "optimizers" / "mine.py",
        (LawResult("runs"), LawResult("tape", "it differs")),
        2.0,
    )
    schedule = RuleResult("schedule", "falls", tmp_path / "schedules" / "falls.py", (LawResult("runs"),), 0.0)
    return Report(tmp_path, (optimizer, schedule), (judged, failed, undecided))
