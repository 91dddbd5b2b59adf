"""A report as SARIF 2.1.0, which code hosts show beside the lines that they concern."""

from typing import Any
from urllib.parse import quote

import convcheck
from convcheck.report.findings import Remark, remarks
from convcheck.report.json import dumps
from convcheck.report.paths import shown
from convcheck.report.results import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "claim": "A claim does not come out as its file declares.",
    "law": "An optimizer, schedule or problem breaks a law of its kind.",
    "experiment": "An experiment cannot be judged.",
    "expectation": "A figure does not show what its experiment expects.",
}


def sarif(report: Report) -> str:
    """Return the JSON text: one result for everything that is not as declared.

    Files below the report's root are named relative to it, which is what hosts take for the top of the repository.
    """
    rules = [{"id": name, "shortDescription": {"text": sentence}} for name, sentence in _RULES.items()]
    driver = {"name": "convcheck", "version": convcheck.__version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "exitCode": int(report.outcome)}],
        "results": [_result(remark, report) for remark in remarks(report)],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(remark: Remark, report: Report) -> dict[str, Any]:
    name = shown(remark.file, report.root)
    below = remark.file.is_relative_to(report.root)
    place = {"uri": quote(name), "uriBaseId": "%SRCROOT%"} if below else {"uri": remark.file.absolute().as_uri()}
    region = {"startLine": remark.line}
    return {
        "ruleId": remark.about,
        "ruleIndex": [*_RULES].index(remark.about),
        "level": remark.level,
        "message": {"text": f"{remark.title}: {remark.message}"},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": region}}],
    }
