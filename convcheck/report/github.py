"""Annotations that GitHub shows beside the lines of a change: one for everything that is not as declared."""

from collections.abc import Iterator
from pathlib import Path

from convcheck.report.findings import Remark, remarks
from convcheck.report.paths import shown
from convcheck.report.results import Report

_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def annotations(report: Report, workspace: Path) -> Iterator[str]:
    """Yield workflow commands; files below ``workspace``, the checkout on the runner, are named relative to it."""
    return (_command(remark, workspace) for remark in remarks(report))


def _command(remark: Remark, workspace: Path) -> str:
    file, title = (text.translate(_PROPERTY) for text in (shown(remark.file, workspace), remark.title))
    return f"::{remark.level} file={file},line={remark.line},title={title}::{remark.message.translate(_MESSAGE)}"
