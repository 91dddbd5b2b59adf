"""`Line`: one line of a derivation, as text and in LaTeX."""

from collections.abc import Callable
from dataclasses import dataclass, field

from convcheck.kernel.terms import Term
from convcheck.language.printing import latex, text
from convcheck.report.latex import latex_text

Words = list[str | Term]
"""A sentence of words and formulas."""
_SIGNS = {" ≤ ": r"${}\le{}$ ", " < ": "${}<{}$ ", " = ": "${}={}$ "}


@dataclass(frozen=True, slots=True)
class Line:
    """A line: words before a formula, the formula, and why it holds.

    Parameters
    ----------
    kind
        ``define`` an abbreviation; ``let``, ``case`` and ``induction`` open a part whose lines are one deeper; ``fact``
        is a step, ``start`` begins a chain of relations and ``link`` continues it; ``either`` holds in both cases.
    depth
        How many parts it lies in.
    name
        What the proof file calls it; empty if nothing.
    text, latex
        What it says.
    because, because_latex
        The reason, in words; empty if there is none.
    source
        The reason as the proof file writes it.
    """

    kind: str
    depth: int
    name: str = ""
    text: str = ""
    latex: str = ""
    because: str = ""
    because_latex: str = ""
    source: str = ""


@dataclass(frozen=True)
class Typesetter:
    """Sets words and formulas, the formulas after ``fold``."""

    fold: Callable[[Term], Term] = field(default=lambda term: term)

    def text(self, words: Words) -> str:
        """Return a sentence as text."""
        return "".join(word if isinstance(word, str) else text(self.fold(word)) for word in words)

    def latex(self, words: Words) -> str:
        """Return a sentence in LaTeX, formulas between dollars."""
        return "".join(self._latex(word) for word in words)

    def _latex(self, word: str | Term) -> str:
        if isinstance(word, str):
            if word in _SIGNS:
                return _SIGNS[word]
            head, tail = (" " if word[:1] == " " else ""), (" " if word[-1:] == " " else "")
            return word if not word.strip() else head + latex_text(word) + tail
        return f"${latex(self.fold(word))}$"

    def formula(self, term: Term) -> tuple[str, str]:
        """Return a formula as text and in LaTeX, without dollars."""
        folded = self.fold(term)
        return text(folded), latex(folded)
