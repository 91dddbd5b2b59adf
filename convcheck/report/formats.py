"""How a report is written to a file: its suffix decides."""

from collections.abc import Callable, Mapping

from convcheck.report.html import html
from convcheck.report.json import report_json
from convcheck.report.junit import junit
from convcheck.report.results import Report
from convcheck.report.sarif import sarif

WRITERS: Mapping[str, Callable[[Report], str]] = {
    ".json": report_json,
    ".xml": junit,
    ".sarif": sarif,
    ".html": html,
}
