"""Formulas in LaTeX, by the same writer as the text."""

from collections.abc import Sequence
from typing import ClassVar

from convcheck.kernel.terms import Term
from convcheck.language.printing import Writer

_GREEK = """
alpha beta gamma delta varepsilon zeta eta theta lambda mu xi pi rho sigma tau varphi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
_LETTERS = dict(zip("αβγδεζηθλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ", _GREEK.split(), strict=True))


def letters(name: str) -> str:
    r"""Return a name as LaTeX: Greek letters by their commands, digits and what follows _ as a subscript."""
    primes = "'" * name.count("'")
    stem, _, rest = name.rstrip("'").partition("_")
    body = "".join(f"\\{_LETTERS[c]} " if c in _LETTERS else c for c in stem).strip()
    head = body.rstrip("0123456789")
    below = [part for part in (body[len(head) :], rest.replace("_", " ")) if part]
    if len(head) > 1 and head[0] != "\\":
        head = rf"\mathrm{{{head}}}"
    subscript = f"_{{{','.join(below)}}}" if below else ""
    return f"{head}{subscript}{primes}"


class LatexWriter(Writer):
    """Writes terms in LaTeX."""

    DOT: ClassVar[str] = r" \, "

    def _for_all(self, variable: tuple[str, str], body: str) -> str:
        sort = {"Z": "", "R": r"\in\mathbb{R}", "V": r"\in V", "W": r"\in\Omega"}[variable[1]]
        return rf"\forall {letters(variable[0])}{sort}.\ {body}"

    def _connective(self, op: str) -> str:
        return {"imp": r" \implies ", "and": r" \wedge "}[op]

    def _relation(self, op: str) -> str:
        return {"le": r"\le", "lt": "<", "eq": "="}[op]

    def _quotient(self, top: str, below: Term, above: Sequence[Term] = ()) -> str:
        if len(above) == 1 and above[0].op == "add":
            top = self.write(above[0])
        return rf"\frac{{{top}}}{{{self._term(below) if below.op != 'add' else self.write(below)}}}"

    def _term(self, term: Term) -> str:
        if term.op == "q" and term.args[0].denominator != 1:
            value = term.args[0]
            return rf"{'-' if value < 0 else ''}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"
        return super()._term(term)

    def _leaf(self, term: Term) -> str:
        return super()._leaf(term) if term.op == "q" else letters(self._name(term))

    def _group(self, term: Term) -> str:
        return rf"\left({self.write(term)}\right)"

    def _power(self, base: Term, exponent: str) -> str:
        number = {"²": "2", "³": "3"}.get(exponent, exponent.lstrip("^").strip("{}"))
        return (self._factor(base) if self._simple(base) else self._group(base)) + f"^{{{number}}}"

    def _inner(self, a: Term, b: Term) -> str:
        if a is b:
            return rf"\left\|{self.write(a)}\right\|^2"
        return rf"\left\langle {self.write(a)}, {self.write(b)}\right\rangle"

    def _summation(self, index: str, low: str, high: str, body: str) -> str:
        return rf"\sum_{{{letters(index)}={low}}}^{{{high}}} {body}"

    def _indexed(self, name: str, indices: list[str]) -> str:
        head = letters(name.partition("‹")[0])
        if not indices:
            return head
        if "_" in head:
            stem, _, below = head.partition("_")
            return f"{stem}_{{{below.strip('{}')},{','.join(indices)}}}"
        return f"{head}_{{{','.join(indices)}}}"

    def _builtin(self, name: str) -> str:
        return r"\operatorname{abs}" if name == "abs" else rf"\{name}"

    def _root(self, e: Term) -> str:
        return rf"\sqrt{{{self.write(e)}}}"

    def _mean(self, body: str, condition: str) -> str:
        return rf"\mathbb{{E}}\left[{body}{condition}\right]"

    def _filtration(self, time: str) -> str:
        return rf" \mid \mathcal{{F}}_{{{time}}}"
