"""The JSON report is what its schema says, and the schema is narrow enough to notice what is not."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from convcheck.claims.verdict import Expectation, Verdict
from convcheck.report.json import report_json
from convcheck.report.results import Report

SCHEMA: dict[str, Any] = json.loads(files("convcheck.report").joinpath("schema", "report.json").read_text("utf-8"))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_report_is_as_its_schema_says(report: Report) -> None:
    text = report_json(report)
    content = json.loads(text)
    jsonschema.validate(content, SCHEMA)
    assert text.endswith("}\n")
    assert (content["exit"], content["summary"]) == (1, dict(report.summary))
    line, bad, tool = content["experiments"]
    assert report.experiments[0].table is not None
    assert line["sha256"] == report.experiments[0].table.sha256
    assert (line["file"], line["figure"]) == ("experiments/line.py", "paper/generated/line.pdf")
    assert [expectation["ok"] for expectation in line["expectations"]] == [True, False, False]
    assert (bad["file"], bad["sha256"], bad["figure"]) == ("/elsewhere/bad.py", None, None)
    assert (bad["ok"], bad["reason"]) == (False, "the gradient is NaN at step 3")
    assert (tool["ok"], tool["preset"]) == (False, "quick")
    assert content["rules"][0]["laws"] == [
        {"name": "runs", "ok": True, "reason": ""},
        {"name": "tape", "ok": False, "reason": "it differs"},
    ]
    assert [rule["ok"] for rule in content["rules"]] == [False, True]


def test_an_empty_report_is_one(tmp_path: Path) -> None:
    content = json.loads(report_json(Report(tmp_path)))
    jsonschema.validate(content, SCHEMA)
    assert content["exit"] == 3


@pytest.mark.parametrize(
    ("observed", "written"),
    [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (0.1, 0.1), ("worst", "worst"), (3, 3)],
)
def test_what_json_has_no_number_for_is_a_string(report: Report, observed: float | str, written: float | str) -> None:
    expectation = Expectation("e", Verdict.INCONCLUSIVE, "something was seen", observed)
    seen = replace(report, experiments=(replace(report.experiments[0], expectations=(expectation,)),))
    content = json.loads(report_json(seen), parse_constant=_refuse)
    jsonschema.validate(content, SCHEMA)
    assert content["experiments"][0]["expectations"][0]["observed"] == written


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "schema": lambda content: content.update(schema="convcheck/report/2"),
    "exit": lambda content: content.update(exit=2),
    "no-summary": lambda content: content.pop("summary"),
    "negative": lambda content: content["summary"].update(supported=-1),
    "no-failed": lambda content: content["summary"].pop("failed"),
    "more": lambda content: content.update(more=1),
    "no-preset": lambda content: content["experiments"][0].pop("preset"),
    "hash": lambda content: content["experiments"][0].update(sha256="0"),
    "proved": lambda content: content["experiments"][0]["expectations"][0].update(verdict="proved"),
    "claim": lambda content: content["rules"][0].update(kind="claim"),
    "no-laws": lambda content: content["rules"][0].update(laws=[]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_the_schema_notices(report: Report, damage: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(report_json(report))
    damage(content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)
