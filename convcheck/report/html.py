"""A report as one HTML page that needs nothing else: no script, no font, no network."""

import platform
from collections.abc import Iterator
from html import escape

import convcheck
from convcheck.report.paths import shown
from convcheck.report.results import ClaimResult, ExperimentResult, Outcome, Report, RuleResult

_CLOSING = {
    Outcome.OK: "All as declared.",
    Outcome.FAILED: "Not all is as declared.",
    Outcome.UNDECIDED: "Undecided.",
}
_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;
margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.4rem} h2{font-size:1.15rem;margin-top:2rem}
code,.math{font-family:ui-monospace,monospace;font-size:.92em}
table{border-collapse:collapse;width:100%} td,th{padding:.35rem .6rem;text-align:left;vertical-align:top}
tr{border-top:1px solid #ddd} th{color:#666;font-weight:500} .ok{color:#00603f} .failed{color:#a3200d;font-weight:600}
.undecided{color:#8a5a00} small{color:#666} .math{white-space:pre-wrap}
"""


def html(report: Report) -> str:
    """Return the page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: Report) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>convcheck: {_CLOSING[report.outcome]}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f'<h1>convcheck <span class="{_word(report.outcome)}">{_CLOSING[report.outcome]}</span></h1>'
    yield f"<p><small>convcheck {convcheck.__version__}, Python {platform.python_version()}</small></p>"
    if report.claims:
        yield "<h2>Claims</h2>\n<table>\n<tr><th>claim</th><th>verdict</th><th>statement</th></tr>"
        yield from (_claim(result, report) for result in report.claims)
        yield "</table>"
    if report.experiments:
        yield "<h2>Experiments</h2>\n<table>\n<tr><th>experiment</th><th>verdict</th><th>what was seen</th></tr>"
        yield from (row for result in report.experiments for row in _experiment(result, report))
        yield "</table>"
    if report.rules:
        yield "<h2>Optimizers, schedules and problems</h2>\n<table>\n<tr><th>rule</th><th>laws</th><th>reason</th></tr>"
        yield from (row for result in report.rules for row in _rule(result, report))
        yield "</table>"
    yield "</body>\n</html>"


def _claim(result: ClaimResult, report: Report) -> str:
    row = result.row
    verdict = escape(row["verdict"]) if row and not result.reason else "not as declared"
    notes = [result.reason] if result.reason else [f"checked by {' and '.join(result.checked_by) or 'nothing'}"]
    notes += [f"axioms: {', '.join(row['axioms'])}"] if row.get("axioms") else []
    if result.audit is not None and result.audit.witness is not None:
        notes.append(f"witness: {result.audit.witness}")
    if result.matrix is not None and result.matrix.cells:
        notes.append(f"tightness: {result.matrix.summary}")
    notes += [f"flags: {', '.join(result.flags)}"] if result.flags else []
    named = f"<strong>{escape(result.id)}</strong><br>{escape(row.get('title', ''))}"
    source = f"{row['source']['key']}, {row['source']['item']} · " if row else ""
    where = f"<small>{escape(source + shown(result.file, report.root))}</small>"
    said = f'<span class="math">{escape(row.get("statement", ""))}</span>'
    return _row(f"{named}<br>{where}", _mark(verdict, result.outcome), said + _small(notes))


def _experiment(result: ExperimentResult, report: Report) -> Iterator[str]:
    where = escape(f"{shown(result.file, report.root)} ({result.preset})")
    named = f"<strong>{escape(result.id)}</strong><br>{escape(result.title)}<br><small>{where}</small>"
    if result.reason or not result.expectations:
        yield _row(named, _mark(_word(result.outcome), result.outcome), escape(result.reason))
    for expectation in result.expectations:
        seen = f"<code>{escape(expectation.name)}</code> {escape(expectation.statement)}"
        reason = [expectation.reason] if expectation.reason else []
        yield _row(named, _mark(str(expectation.verdict), result.outcome_of(expectation)), seen + _small(reason))
        named = ""


def _rule(result: RuleResult, report: Report) -> Iterator[str]:
    where = escape(f"{result.kind}, {shown(result.file, report.root)}")
    named = f"<strong>{escape(result.id)}</strong><br><small>{where}</small>"
    held = ", ".join(law.name for law in result.laws if not law.reason)
    if held:
        yield _row(named, _mark("holds", Outcome.OK), escape(held))
        named = ""
    for law in result.broken:
        yield _row(named, _mark("broken", Outcome.FAILED), escape(f"{law.name}: {law.reason}"))
        named = ""


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _mark(word: str, outcome: Outcome) -> str:
    return f'<span class="{_word(outcome)}">{word}</span>'


def _small(notes: list[str]) -> str:
    return "".join(f"<br><small>{escape(note)}</small>" for note in notes)


def _word(outcome: Outcome) -> str:
    return outcome.name.lower()
