"""Results as JSON; the schemas lie in ``convcheck/report/schema``."""

import json
import math
import platform
from pathlib import Path
from typing import Any

import numpy as np

import convcheck
from convcheck.claims.audit import Audit, Finding
from convcheck.claims.verdict import Expectation
from convcheck.evidence.matrix import Cell
from convcheck.report.paths import line_of_claim, shown
from convcheck.report.results import ClaimResult, ExperimentResult, Outcome, Report, RuleResult

SCHEMA = "convcheck/report/1"


def report_json(report: Report) -> str:
    """Return the JSON text of a report: schema ``report.json``.  Files below the report's root are relative to it.

    JSON has no NaN and no infinities: an observed one is the string NaN, Infinity or -Infinity.
    """
    content = {
        "schema": SCHEMA,
        "tool": f"convcheck {convcheck.__version__}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "exit": int(report.outcome),
        "summary": dict(report.summary),
        "claims": [claim_json(result, report.root) for result in report.claims],
        "experiments": [_experiment(result, report.root) for result in report.experiments],
        "rules": [_rule(result, report.root) for result in report.rules],
    }
    return dumps(content)


def dumps(content: Any) -> str:
    """Return the JSON text of anything that consists of objects, lists, strings and numbers."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def claim_json(result: ClaimResult, root: Path) -> dict[str, Any]:
    """Return what a report says of a claim; its file is named relative to ``root``."""
    return {
        "id": result.id,
        **result.row,
        **({"flags": [*result.flags]} if result.row else {}),
        "file": shown(result.file, root),
        "ok": result.outcome is Outcome.OK,
        "reason": result.reason,
        "line": line_of_claim(result.file),
        "hypotheses_audited": [] if result.audit is None else [*map(_hypothesis, result.audit.assumed)],
        "nonvacuous_witness": None if result.audit is None else _witness(result.audit),
        "certificate_sha256": result.sha256,
        "checked_by": [*result.checked_by],
        "evidence": [] if result.matrix is None else [*map(_cell, result.matrix.cells)],
        "seconds": round(result.seconds, 3),
    }


def _hypothesis(finding: Finding) -> dict[str, Any]:
    return {
        "statement": finding.text,
        "met": finding.outcome.met,
        "points": finding.outcome.points,
        "certificate": finding.certificate,
        "reason": finding.outcome.reason,
    }


def _witness(audit: Audit) -> dict[str, Any] | None:
    witness = audit.witness
    if witness is None:
        return None
    return {
        "optimizer": witness.optimizer,
        "problem": witness.problem,
        "run": str(witness),
        "T": witness.T,
        "certified_rounds": witness.certified,
        "facts_evaluated": audit.evaluated,
        "facts_unevaluated": len(audit.unevaluated),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "optimizer": cell.optimizer,
        "problem": cell.problem,
        "hyper": cell.hyper,
        "T": cell.T,
        "seeds": cell.seeds,
        "ratio_min": _finite(cell.ratio_min),
        "ratio_max": _finite(cell.ratio_max),
        "verdict": str(cell.verdict),
    }


def _experiment(result: ExperimentResult, root: Path) -> dict[str, Any]:
    return {
        "id": result.id,
        "title": result.title,
        "preset": result.preset,
        "file": shown(result.file, root),
        "seconds": round(result.seconds, 3),
        "sha256": result.sha256,
        "figure": shown(result.figures[0], root) if result.figures else None,
        "ok": result.outcome is Outcome.OK,
        "reason": result.reason,
        "expectations": [_expectation(expectation) for expectation in result.expectations],
    }


def _expectation(expectation: Expectation) -> dict[str, Any]:
    return {
        "name": expectation.name,
        "verdict": str(expectation.verdict),
        "statement": expectation.statement,
        "observed": _finite(expectation.observed),
        "reason": expectation.reason,
        "ok": expectation.holds,
    }


def _rule(result: RuleResult, root: Path) -> dict[str, Any]:
    laws = [{"name": law.name, "ok": not law.reason, "reason": law.reason} for law in result.laws]
    return {
        "kind": result.kind,
        "id": result.id,
        "file": shown(result.file, root),
        "seconds": round(result.seconds, 3),
        "ok": result.outcome is Outcome.OK,
        "laws": laws,
    }


def _finite(observed: float | str) -> float | str:
    if isinstance(observed, str) or math.isfinite(observed):
        return observed
    return "NaN" if math.isnan(observed) else "Infinity" if observed > 0 else "-Infinity"
