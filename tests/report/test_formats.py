"""Reports in the formats that other programs read."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from convcheck.cli.words import FORMATS
from convcheck.report.findings import remarks
from convcheck.report.formats import WRITERS
from convcheck.report.results import ClaimResult, Report

ROW: dict[str, Any] = {
    "id": "mine2026/a-square",
    "title": "A square is not <negative>",
    "source": {"key": "mine2026", "item": "Lemma 1"},
    "declared": "proved",
    "verdict": "proved",
    "flags": [],
    "statement": "∀x. 0 ≤ x² & 1 < 2",
    "axioms": ["sqrt_square"],
}


@pytest.fixture
def everything(report: Report) -> Report:
    """Return a report with claims: one as declared, one that is not, one that cannot be read, one undecided."""
    file = report.root / "proofs" / "mine2026" / "a_square.py"
    file.parent.mkdir(parents=True)
    file.write_text('"""A square."""\n\nclaim = Claim(…)\n', "utf-8")
    good = ClaimResult("mine2026/a-square", file, 0.5, ROW, ("kernel", "check.py"), "0" * 64)
    claims = (
        good,
        replace(good, id="mine2026/b", reason="a step\nfails: 0 < \x1b[1mx"),
        replace(good, id="mine2026/c", row={}, reason="the file cannot be read", checked_by=()),
        replace(good, id="mine2026/d", reason="a tool is missing", undecided=True),
    )
    return replace(report, claims=claims)


def test_the_command_line_knows_the_formats() -> None:
    assert tuple(WRITERS) == FORMATS


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_empty_report_can_be_written(suffix: str, tmp_path: Path) -> None:
    assert WRITERS[suffix](Report(tmp_path)).endswith("\n")


def test_junit_counts(everything: Report) -> None:
    top = ET.fromstring(WRITERS[".xml"](everything))  # noqa: S314  # our own
    suites = {suite.get("name", ""): suite for suite in top}
    assert [*suites][:4] == [f"claim.mine2026/{name}" for name in ("a-square", "b", "c", "d")]
    for suite in suites.values():
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases) > 0
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
        assert float(suite.get("time", "")) >= 0
    (failure,) = suites["claim.mine2026/b"].findall("testcase/failure")
    assert failure.text == "a step\nfails: 0 < \N{REPLACEMENT CHARACTER}[1mx"
    assert [case.get("name") for case in suites["experiment.line"]] == [
        e.name for e in everything.experiments[0].expectations
    ]
    assert suites["claim.mine2026/a-square"][0].get("file") == "proofs/mine2026/a_square.py"
    failed = sum(int(suite.get("failures", "")) for suite in suites.values())
    assert failed == sum(remark.level == "error" for remark in remarks(everything))


def test_sarif_points_to_lines(everything: Report) -> None:
    content = json.loads(WRITERS[".sarif"](everything))
    assert content["version"] == "2.1.0"
    (run,) = content["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len([*remarks(everything)])
    for result in run["results"]:
        assert result["level"] in {"error", "warning"}
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "proofs/mine2026/a_square.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert "file:///elsewhere/bad.py" in places


class _Balance(HTMLParser):
    """Checks that every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name in ("src", "href") for name, _ in attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_page_of_its_own(everything: Report) -> None:
    page = _Balance()
    page.feed(WRITERS[".html"](everything))
    assert page.open == []
    for piece in (
        "Not all is as declared.",
        "A square is not <negative>",
        "∀x. 0 ≤ x² & 1 < 2",
        "mine2026, Lemma 1 · proofs/mine2026/a_square.py",
        "checked by kernel and check.py",
        "axioms: sqrt_square",
        "the file cannot be read",
        "A straight line [through 0]",
        "the gradient is NaN at step 3",
        "tape: it differs",
    ):
        assert piece in page.text
