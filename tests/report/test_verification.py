"""Rules that are loaded and held to their laws."""

from pathlib import Path

import pytest

from convcheck.discovery import entries
from convcheck.report.results import Outcome
from convcheck.report.verification import check_rule


@pytest.mark.parametrize(
    ("kind", "name"), [("optimizer", "amsgrad"), ("schedule", "inverse_sqrt"), ("problem", "reddi")]
)
def test_bundled_rules_obey(kind: str, name: str) -> None:
    result = check_rule(kind, name, entries(kind)[name].path)
    assert (result.kind, result.id, result.outcome) == (kind, name, Outcome.OK)
    assert result.laws[0].name == "loads"
    assert len(result.laws) > 1


OPTIMIZER = """
from convcheck.optimizers.base import optimizer

@optimizer(source="nowhere")
def rule(x, g, t, m=0, *, lr=0.1):
    {body}
"""
SCHEDULE = """
import numpy as np
from convcheck.schedules.base import schedule

@schedule(source="nowhere")
def rule(t, *, alpha=1.0):
    {body}
"""


@pytest.mark.parametrize(
    ("kind", "text", "body", "law", "reason"),
    [
        ("optimizer", OPTIMIZER, "return x - lr * g", "loads", "must return the tuple (x, m)"),
        ("optimizer", OPTIMIZER, "return x - lr * (g + 1), m", "keeps still", "zero gradients move x"),
        ("optimizer", OPTIMIZER, "return x - lr * g * (m / (1 + m) - m), 2 + m * m", "runs", "not finite"),
        ("schedule", SCHEDULE, "return alpha / (t - 3)", "is finite", "one finite number for each step"),
        ("schedule", SCHEDULE, "return np.round(alpha * t)", "loads", "np.round"),
    ],
)
def test_a_rule_that_does_not_obey_says_which_law_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: str, body: str, law: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"{kind}s" / "rule.py"
    path.parent.mkdir()
    path.write_text(text.format(body=body), "utf-8")
    result = check_rule(kind, "rule", path)
    assert result.outcome is Outcome.FAILED
    broken = {broken.name: broken.reason for broken in result.broken}
    assert law in broken
    assert reason in broken[law]
