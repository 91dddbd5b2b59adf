"""An explanation as text: a page with the reasons at the right margin."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from convcheck.report.derivation.lines import Line
from convcheck.report.explanation import Explanation

INDENT = 2
ENDED = ("let", "case", "define")
"""Kinds of lines that are sentences."""
_OPENING = {"let": "Let ", "case": "If ", "induction": "By induction ", "define": "Write ", "either": "In either case "}


def explained_text(explanation: Explanation, width: int) -> Iterator[RenderableType]:
    """Yield the page for a terminal of some width."""
    file = explanation.file
    yield Text(file.id, style="bold").append(f"  {file.title}", style="not bold")
    for head, lines in _parts(explanation, width):
        if lines:
            yield Text(f"\n{head}", style="dim")
            yield from (Padding(Text(line), (0, 0, 0, INDENT)) for line in lines)


def _parts(explanation: Explanation, width: int) -> Iterator[tuple[str, list[str]]]:
    """Yield headings and the lines below them."""
    file, result = explanation.file, explanation.result
    flags = [f"{flag}: {flag.word.meaning}" for flag in file.claim.flags]
    yield "source", [str(file.claim.source)]
    yield "verdict", [explanation.verdict, *flags]
    yield "optimizers", [", ".join(file.optimizers)] if file.optimizers else []
    yield "statement", [file.text]
    yield "conditions", [*map(str, file.claim.conditions)]
    yield "assumptions", [*_named(explanation.lines("assumption"), width)]
    yield "what the optimizer's code says", [*_named(explanation.lines("code"), width)]
    if explanation.story is not None:
        yield "derivation", [*derivation_text(explanation.story.lines, width - INDENT)]
    yield "counterexample", [*explanation.counterexample]
    yield "axioms of the kernel", [*_named(explanation.axioms, width)]
    yield "checked by", [explanation.checkers] if explanation.checkers else []
    yield "runs", [explanation.witness_text] if explanation.witness_text else []
    yield "tightness", [*_tightness(explanation)]
    yield "certificate", [result.row["certificate"]] if result.row.get("certificate") else []
    yield "card", file.card.splitlines()


def _tightness(explanation: Explanation) -> Iterator[str]:
    """Yield a line for each problem: the run with the least ratio."""
    matrix = explanation.result.matrix
    if matrix is None:
        return
    yield matrix.summary
    for problem in dict.fromkeys(cell.problem for cell in matrix.cells):
        own = [cell for cell in matrix.cells if cell.problem == problem]
        yield str(min(own, key=lambda cell: cell.ratio_min)) + (f" ({len(own)} runs)" if len(own) > 1 else "")


def _named(lines: Iterable[Line], width: int) -> Iterator[str]:
    """Yield formulas beside their names."""
    known = [*lines]
    column = max((len(line.name) for line in known), default=0)
    for line in known:
        said = f"{line.name:<{column}}  {line.text}" if column else line.text
        yield from _wrapped(said, width - INDENT, " " * (column + 2 * INDENT))


def derivation_text(lines: Iterable[Line], width: int) -> Iterator[str]:
    """Yield the lines of a derivation."""
    before: Line | None = None
    for line in lines:
        if before is not None and line.depth == 0 and line.kind in ("let", "induction", "define") and before.depth > 0:
            yield ""
        margin = " " * (INDENT * line.depth + (2 * INDENT if line.kind == "link" else 0))
        label = f"{line.name}: " if line.name and line.kind not in ("link", "induction") else ""
        said = f"{margin}{label}{_OPENING.get(line.kind, '')}{line.text.strip()}"
        said += "." if line.kind in ENDED else ""
        if line.kind == "induction":
            said += f"   [{line.name}]" if line.name else ""
        yield from _beside(said, _because(line), width, f"{margin}{' ' * 2 * INDENT}")
        before = line


def _because(line: Line) -> str:
    if not line.because:
        return ""
    return f"{'at first: ' if line.kind == 'induction' else 'by '}{line.because}"


def _beside(said: str, because: str, width: int, deeper: str) -> Iterator[str]:
    """Yield a line with its reason at the right margin, or below it if there is no room; what is too long continues."""
    *before, last = _wrapped(said, width, deeper)
    yield from before
    if not because:
        yield last
    elif len(last) + len(because) + 3 <= width:
        yield f"{last}{because:>{width - len(last)}}"
    else:
        yield last
        reasons = _wrapped(because, width - 2 * INDENT, "")
        yield from (f"{part:>{width}}" for part in reasons)


def _wrapped(text: str, width: int, deeper: str) -> list[str]:
    if len(text) <= width:
        return [text]
    return wrap(text, width, subsequent_indent=deeper, break_on_hyphens=False, drop_whitespace=True) or [text]
