"""The text says the same with and without colour, and at any width."""

import io
import re

import pytest

from convcheck.report import terminal
from convcheck.report.results import Report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Stream(io.StringIO):
    """A file, or a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        """Remember which."""
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        """Say which."""
        return self.terminal


def written(report: Report, *, colour: bool) -> str:
    stream = Stream(terminal=colour)
    console = terminal.console(stream)
    for rule in report.rules:
        terminal.write(console, *terminal.rule_text(rule))
    for result in report.experiments:
        terminal.write(console, *terminal.experiment_text(result, console.width))
    terminal.write(console, *terminal.summary_text(report))
    return stream.getvalue()


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("width", [50, 80, 109, 110, 200])
def test_colour_adds_nothing_but_colour(report: Report, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    coloured, plain = written(report, colour=True), written(report, colour=False)
    assert coloured != plain
    assert "\x1b" not in plain
    stripped = [line.rstrip() for line in ANSI.sub("", coloured).splitlines()]
    assert stripped == plain.splitlines()


@pytest.mark.parametrize("width", [30, 50, 80, 120])
def test_no_line_is_longer_than_the_terminal_and_no_word_is_lost(
    report: Report, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    plain = written(report, colour=False)
    assert max(map(len, plain.splitlines())) <= width
    text = "".join(plain.split())
    for result in report.experiments:
        assert "".join(result.title.split()) in text
        for expectation in result.expectations:
            letters = sorted("".join((expectation.name + expectation.statement).split()))
            assert not set(letters) - set(text)
    if width >= 80:
        for word in (
            "why violated",
            "why inconclusive",
            "the gradient is NaN at step 3",
            "this needs pandas",
            "tape: it differs",
        ):
            assert word in " ".join(plain.split())
        assert "why supported" not in plain  # what holds needs no reason


def test_a_file_gets_lines_of_a_fixed_width(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = written(report, colour=False).splitlines()
    assert max(map(len, lines)) <= terminal.PIPE_WIDTH
    assert any(line.startswith("  violated      violated-limit") and "[R_T]/T is 0.198" in line for line in lines)


def test_the_last_line_counts_and_concludes(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert written(report, colour=False).splitlines()[-1] == (
        "2 rules: 2 laws held, 1 broken. 3 experiments, 3 expectations: "
        "1 supported, 1 violated, 1 inconclusive, 1 failed, 1 undecided. Not all is as declared."
    )
