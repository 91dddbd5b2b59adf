"""Annotations: where they point, how loud they are, and that no text can end them early."""

from dataclasses import replace
from pathlib import Path

from convcheck.report.github import annotations
from convcheck.report.results import LawResult, Report


def test_each_thing_that_is_not_as_declared_has_one(report: Report, tmp_path: Path) -> None:
    lines = list(annotations(report, tmp_path))
    assert [line.partition("::")[2].partition("::")[0] for line in lines] == [
        "error file=optimizers/mine.py,line=1,title=mine%3A tape",
        "error file=experiments/line.py,line=17,title=line%3A violated-limit is violated",
        "warning file=experiments/line.py,line=17,title=line%3A inconclusive-limit is inconclusive",
        "error file=/elsewhere/bad.py,line=1,title=bad",
        "warning file=experiments/line.py,line=1,title=tool",
    ]
    assert lines[3].endswith("::the gradient is NaN at step 3")


def test_lines_and_percent_signs_are_escaped(report: Report, tmp_path: Path) -> None:
    rule = replace(report.rules[0], laws=(LawResult("a,b:c", "5 %\nof ::error::it\r"),))
    (line,) = annotations(replace(report, rules=(rule,), experiments=()), tmp_path)
    assert line == "::error file=optimizers/mine.py,line=1,title=mine%3A a%2Cb%3Ac::5 %25%0Aof ::error::it%0D"


def test_what_is_as_declared_has_none(report: Report, tmp_path: Path) -> None:
    assert list(annotations(replace(report, rules=report.rules[1:], experiments=()), tmp_path)) == []
