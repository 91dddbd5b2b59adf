"""An explanation as a LaTeX document of its own: a page that says what was proved, and how."""

from collections.abc import Iterable, Iterator

from convcheck.report.derivation.lines import Line
from convcheck.report.explained_text import ENDED
from convcheck.report.explanation import Explanation
from convcheck.report.latex import latex_text

PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[a4paper,margin=2.4cm]{geometry}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb,graphicx}
\setlength{\parindent}{0pt}
\setlength{\parskip}{3pt plus 1pt}
% \because{reason}: at the right margin of the last line, or of the next if there is no room
\renewcommand{\because}[1]{{\unskip\nobreak\hfil\penalty50\hskip1.5em\null\nobreak\hfil
  {\small\itshape #1}\parfillskip=0pt \finalhyphendemerits=0 \par}}
% \fit{formula}: made smaller if it is wider than the line
\newsavebox{\fitted}
\newcommand{\fit}[1]{\sbox{\fitted}{#1}%
  \ifdim\wd\fitted>\linewidth\resizebox{\linewidth}{!}{\usebox{\fitted}}\else\usebox{\fitted}\fi}
\newcommand{\called}[1]{\makebox[0pt][r]{\footnotesize\textsf{#1}\quad}}
\newenvironment{inside}{\list{}{\leftmargin=1.6em\topsep=0pt\partopsep=0pt\itemsep=0pt}\item\relax}{\endlist}
\newenvironment{chained}{\list{}{\leftmargin=2.6em\topsep=0pt\partopsep=0pt\itemsep=0pt}\item\relax}{\endlist}
\sloppy
\begin{document}
"""
_OPENING = {
    "let": "Let ",
    "case": "Suppose ",
    "induction": "By induction ",
    "define": "Write ",
    "either": "In either case ",
}


def explained_latex(explanation: Explanation) -> str:
    """Return the document."""
    return PREAMBLE + "\n".join(_body(explanation)) + "\n\\end{document}\n"


def _body(explanation: Explanation) -> Iterator[str]:
    file = explanation.file
    yield rf"\section*{{{latex_text(file.title)}}}"
    foot = [str(file.claim.source), f"{file.claim.kind}", *map(str, file.claim.flags)]
    yield rf"\textsf{{{latex_text(file.id)}}}\quad {latex_text(' -- '.join(foot))}"
    yield ""
    yield rf"\textbf{{Verdict.}} {latex_text(explanation.verdict)}"
    yield ""
    yield r"\textbf{Statement.}"
    yield rf"\[ \fit{{$\displaystyle {file.latex}$}} \]" if file.latex else latex_text(file.text)
    yield from _listed("Assumptions", explanation.lines("assumption"))
    yield from _listed("The optimizer's code says", explanation.lines("code"))
    if explanation.story is not None:
        yield ""
        yield r"\medskip\textbf{Proof.}"
        yield ""
        yield from derivation_latex(explanation.story.lines)
        yield r"\hfill$\square$"
    if explanation.counterexample:
        yield ""
        yield r"\medskip\textbf{Counterexample.}"
        yield ""
        yield from (latex_text(line) + r"\\" for line in explanation.counterexample)
    yield from _listed("Axioms of the kernel", explanation.axioms)
    if explanation.checkers:
        yield ""
        yield rf"\medskip\textbf{{Checked by}} {latex_text(explanation.checkers)}."
    matrix = explanation.result.matrix
    if matrix is not None and matrix.cells:
        yield ""
        yield rf"\textbf{{Tightness.}} {latex_text(matrix.summary)}."
    if explanation.witness_text:
        yield ""
        yield rf"\textbf{{Runs.}} {latex_text(explanation.witness_text)}."


def _listed(head: str, lines: Iterable[Line]) -> Iterator[str]:
    known = [*lines]
    if known:
        yield ""
        yield rf"\medskip\textbf{{{latex_text(head)}.}}"
        for line in known:
            yield ""
            yield rf"\fit{{\makebox[10em][l]{{\small\textsf{{{latex_text(line.name)}}}}}{line.latex}}}"


def derivation_latex(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the lines of a derivation, deeper ones in environments of their own."""
    depth, chain = 0, False
    for line in lines:
        if chain and line.kind != "link":
            yield r"\end{chained}"
            chain = False
        while depth > line.depth:
            yield r"\end{inside}"
            depth -= 1
        while depth < line.depth:
            yield r"\begin{inside}"
            depth += 1
        if line.kind == "link" and not chain:
            yield r"\begin{chained}"
            chain = True
        yield _line(line)
        yield ""
    if chain:
        yield r"\end{chained}"
    yield from (r"\end{inside}" for _ in range(depth))


def _line(line: Line) -> str:
    called = rf"\called{{{latex_text(line.name)}}}" if line.name and line.kind not in ("link", "define") else ""
    formula = line.latex.strip()
    if line.kind in ("fact", "start", "link", "either", "define"):
        formula = rf"\fit{{{formula}}}"
    said = f"{called}{_OPENING.get(line.kind, '')}{formula}{'.' if line.kind in ENDED else ''}"
    if not line.because_latex:
        return said
    return rf"{said} \because{{{'at first: ' if line.kind == 'induction' else 'by '}{line.because_latex}}}"
