"""Results as text: tables that say the same with and without colour, in a terminal of any width and in a file."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from convcheck.claims.verdict import Expectation, Verdict
from convcheck.report.paths import shown
from convcheck.report.results import ClaimResult, ExperimentResult, Outcome, Report, RuleResult

PIPE_WIDTH = 120
"""Columns where the output is no terminal and ``COLUMNS`` does not say how many."""
ROOMY = 110
"""Columns from which a statement stands beside its name instead of below it."""
VERDICT_WIDTH = len(Verdict.INCONCLUSIVE)

_STYLES: Mapping[str, str] = {
    Verdict.PROVED: "bold green",
    Verdict.REFUTED: "bold green",
    Verdict.OPEN: "dim",
    Verdict.SUPPORTED: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    "failed": "bold red",
    "broken": "bold red",
    "undecided": "yellow",
    "holds": "green",
}
_CLOSING: Mapping[Outcome, tuple[str, str]] = {
    Outcome.OK: ("All as declared.", "bold green"),
    Outcome.FAILED: ("Not all is as declared.", "bold red"),
    Outcome.UNDECIDED: ("Undecided.", "bold yellow"),
}


def console(stream: IO[str]) -> Console:
    """Return the console on which results are written to a stream; it adds nothing to the text but colour."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def write(out: Console, *texts: RenderableType) -> None:
    """Write texts below each other; where there is no terminal, without the blanks that fill the lines of a table."""
    if out.is_terminal:
        out.print(Group(*texts))
        return
    with out.capture() as captured:
        out.print(Group(*texts))
    out.file.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))
    out.file.flush()


def columns(heads: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """Return a table without rules; the last column takes what lines it needs, the others fold if they must."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def experiment_text(result: ExperimentResult, width: int) -> Iterator[RenderableType]:
    """Yield what there is to say about an experiment: its title, a table of verdicts, where the figure is."""
    head = Text(result.id, style="bold").append(f"  {result.title}", style="not bold")
    yield head.append(f"  ({result.preset}, {result.seconds:.1f} s)", style="dim not bold")
    if result.expectations:
        yield Padding(_verdicts(result.expectations, width), (0, 0, 0, 2))
    if result.reason:
        yield _indented(_word("undecided" if result.undecided else "failed"), result.reason)
    if result.figures:
        yield _indented(Text("figure"), ", ".join(shown(path) for path in result.figures))
    yield ""


def claim_text(result: ClaimResult) -> Iterator[RenderableType]:
    """Yield what there is to say about a claim: its verdict, what decided, what it rests on."""
    head = Text(result.id, style="bold").append(f"  {result.row.get('title', '')}", style="not bold")
    yield head.append(f"  ({result.seconds:.1f} s)", style="dim not bold")
    if result.reason:
        yield _indented(_word("undecided" if result.undecided else "failed"), result.reason)
    else:
        axioms = ", ".join(result.row["axioms"])
        checked = f"checked by {' and '.join(result.checked_by)}" if result.checked_by else "nothing is claimed of it"
        yield _indented(_word(result.row["verdict"]), checked + (f"; axioms: {axioms}" if axioms else ""))
    if result.audit is not None and result.audit.witness is not None:
        yield _indented(Text("witness"), str(result.audit.witness))
    if result.matrix is not None and result.matrix.cells:
        yield _indented(Text("tightness"), result.matrix.summary)
    if result.flags:
        yield _indented(Text("flags"), ", ".join(result.flags))
    yield ""


def rule_text(result: RuleResult) -> Iterator[RenderableType]:
    """Yield what there is to say about a rule: that its laws hold, or which do not."""
    head = Text(result.id, style="bold").append(f"  {result.kind}", style="not bold")
    yield head.append(f"  ({result.seconds:.1f} s)", style="dim not bold")
    if holding := [law.name for law in result.laws if not law.reason]:
        yield _indented(_word("holds"), ", ".join(holding))
    for law in result.broken:
        yield _indented(_word("broken"), f"{law.name}: {law.reason}")
    yield ""


def summary_text(report: Report) -> Iterator[RenderableType]:
    """Yield the last line: how many there are of what, and what follows."""
    count = report.summary
    sentences = []
    if not (report.rules or report.experiments or report.claims):
        sentences.append(f"There is nothing to verify in {report.root}.")
    if report.claims:
        sentences.append(f"{_counted(count['claims'], 'claim')}: {count['as_declared']} as declared.")
    if report.rules:
        broken = f", {count['broken']} broken" if count["broken"] else ""
        held = count["laws"] - count["broken"]
        sentences.append(f"{_counted(count['rules'], 'rule')}: {_counted(held, 'law')} held{broken}.")
    if report.experiments:
        words = ("supported", "violated", "inconclusive", "failed", "undecided")
        seen = ", ".join(f"{count[word]} {word}" for word in words if count[word])
        judged = f"{_counted(count['experiments'], 'experiment')}, {_counted(count['expectations'], 'expectation')}"
        sentences.append(f"{judged}: {seen}.")
    closing, style = _CLOSING[report.outcome]
    yield Text(" ".join(sentences)).append(f" {closing}", style=style)


def _verdicts(expectations: Sequence[Expectation], width: int) -> Table:
    if width >= ROOMY:
        beside = [(_word(e.verdict), e.name, _statement(e)) for e in expectations]
        table = columns(("verdict", "expectation", "what was seen"), beside)
    else:
        below = [
            (_word(e.verdict), Text(e.name, style="bold").append("\n").append(_statement(e))) for e in expectations
        ]
        table = columns(("verdict", "expectation"), below)
    table.columns[0].min_width = VERDICT_WIDTH
    return table


def _statement(expectation: Expectation) -> Text:
    statement = Text(expectation.statement, style="not bold")
    if not expectation.holds and expectation.reason:
        statement.append(f"\nreason: {expectation.reason}", style="dim not bold")
    return statement


def _indented(word: Text, sentence: str) -> Padding:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=VERDICT_WIDTH)
    table.add_column(overflow="fold")
    table.add_row(word, Text(sentence))
    return Padding(table, (0, 0, 0, 2))


def _word(word: str) -> Text:
    return Text(word, style=_STYLES[word])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
