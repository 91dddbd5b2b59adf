"""Programs as LaTeX: each line as its author wrote it, in the same order, with named values by their names."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from convcheck.arithmetic.number import COMPARISONS, ELEMENTARY, as_decimal
from convcheck.arithmetic.program import Line, Program, is_literal

SUM, PRODUCT, ATOM = range(3)
"""How tightly a piece of LaTeX binds."""


class Tex(NamedTuple):
    """A piece of LaTeX, and how tightly it binds."""

    text: str
    binds: int = ATOM

    def within(self, binds: int) -> str:
        """Return the text, in parentheses if its surroundings bind more tightly."""
        return self.text if self.binds >= binds else rf"\left({self.text}\right)"


class _Form(NamedTuple):
    """How an operation is written: a pattern, how tightly each argument must bind, how tightly the whole does."""

    pattern: str
    args: tuple[int, ...]
    binds: int = ATOM


_FORMS: Mapping[str, _Form] = {
    "add": _Form("%s + %s", (SUM, SUM), SUM),
    "sub": _Form("%s - %s", (SUM, PRODUCT), SUM),
    "neg": _Form("-%s", (PRODUCT,), SUM),
    "div": _Form(r"\frac{%s}{%s}", (SUM, SUM)),
    "mod": _Form(r"%s \bmod %s", (PRODUCT, ATOM), PRODUCT),
    "abs": _Form(r"\left|%s\right|", (SUM,)),
    "sqrt": _Form(r"\sqrt{%s}", (SUM,)),
    "maximum": _Form(r"\max\left(%s, %s\right)", (SUM, SUM)),
    "minimum": _Form(r"\min\left(%s, %s\right)", (SUM, SUM)),
    "sign": _Form(r"\operatorname{sign}\left(%s\right)", (SUM,)),
    **{name: _Form(rf"\{name}\left(%s\right)", (SUM,)) for name in ELEMENTARY},
    "lt": _Form("%s < %s", (SUM, SUM), SUM),
    "le": _Form(r"%s \le %s", (SUM, SUM), SUM),
    "gt": _Form("%s > %s", (SUM, SUM), SUM),
    "ge": _Form(r"%s \ge %s", (SUM, SUM), SUM),
    "eq": _Form("%s = %s", (SUM, SUM), SUM),
    "ne": _Form(r"%s \ne %s", (SUM, SUM), SUM),
}


class Typesetter:
    """Writes the lines of a program; ``names`` holds the LaTeX of its inputs and of those lines that have a name.

    ``conventions`` tells whether a quotient has been written that is 0 by convention where its divisor is 0;
    ``written`` counts how often each line without a name has been.
    """

    def __init__(self, program: Program, names: Mapping[str, str]) -> None:
        """Start with nothing written."""
        self.lines = program.lines
        self.names = names
        self.conventions = False
        self.written: Counter[str] = Counter()

    def definition(self, argument: str) -> str:
        """Write what an argument is, even if it has a name."""
        return (self._line(self._at(argument)) if argument.startswith("%") else self._argument(argument)).text

    def _at(self, argument: str) -> Line:
        return self.lines[int(argument[1:])]

    def _argument(self, argument: str) -> Tex:
        if argument in self.names:
            return Tex(self.names[argument])
        if is_literal(argument):
            return _literal(argument)
        self.written[argument] += 1
        return self._line(self._at(argument))

    def size(self, argument: str) -> int:
        """Return how many operations it takes to write a number out; a comparison is none."""
        line = self._unnamed(argument)
        if line is None or line.operation in COMPARISONS:
            return 0
        return 1 + sum(self.size(arg) for arg in line.args)

    def _line(self, line: Line) -> Tex:
        if line.operation == "where":
            return self._cases(*line.args)
        if line.operation == "mul":
            return self._product(line)
        if line.operation == "exp" and (power := self._power(line.args[0])):
            return power
        form = _FORMS[line.operation]
        parts = [self._argument(arg).within(binds) for arg, binds in zip(line.args, form.args, strict=True)]
        return Tex((form.pattern % tuple(parts)).replace("+ -", "- "), form.binds)

    def _product(self, line: Line) -> Tex:
        """Write a product, equal neighbors as a power."""
        written = ""
        for text, equal in groupby(self._factors(line)):
            n = len(list(equal))
            power = text if n == 1 else f"{_base(text)}^{{{n}}}"
            written += (r" \cdot " if power[0].isdigit() and written else " ") + power
        return Tex(written.strip(), PRODUCT)

    def _factors(self, line: Line) -> list[str]:
        found: list[str] = []
        for arg in line.args:
            inner = self._unnamed(arg)
            product = inner if inner is not None and inner.operation == "mul" else None
            found += self._factors(product) if product else [self._argument(arg).within(PRODUCT)]
        return found

    def _power(self, exponent: str) -> Tex | None:
        """Write exp(y ln x) as x^y."""
        product = self._unnamed(exponent)
        if product is None or product.operation != "mul":
            return None
        for logarithm, other in (product.args, product.args[::-1]):
            line = self._unnamed(logarithm)
            if line is not None and line.operation == "log":
                base = _base(self._argument(line.args[0]).within(ATOM))
                return Tex(f"{base}^{{{self._argument(other).text}}}")
        return None

    def _unnamed(self, argument: str) -> Line | None:
        """Return the line that an argument is, if it has no name."""
        return self._at(argument) if argument.startswith("%") and argument not in self.names else None

    def _cases(self, condition: str, first: str, second: str) -> Tex:
        if quotient := self._guarded(condition, first, second):
            self.conventions = True
            return self._line(Line("div", quotient))
        a, c, b = (self._argument(arg).text for arg in (first, condition, second))
        return Tex(rf"\begin{{cases}} {a} & \text{{if }} {c} \\ {b} & \text{{otherwise}} \end{{cases}}")

    def _guarded(self, condition: str, first: str, second: str) -> tuple[str, str] | None:
        """Return (a, b) if the cases are ``convcheck.optimizers.base.ratio(a, b)``."""
        b = self._at(condition).args[0]
        if self._at(condition) != Line("le", (b, "0.0")) or first != "0.0" or not second.startswith("%"):
            return None
        operation, args = self._at(second).operation, self._at(second).args
        if operation != "div" or not args[1].startswith("%"):
            return None
        return (args[0], b) if self._at(args[1]) == Line("where", (condition, "1.0", b)) else None


def _literal(text: str) -> Tex:
    """Write a number, as a power of ten where that is shorter."""
    value = as_decimal(float(text))
    mantissa, _, exponent = f"{float(value):g}".partition("e")
    if exponent and Fraction(f"{mantissa}e{exponent}") == value:
        power = rf"10^{{{int(exponent)}}}"
        shown = power if mantissa == "1" else rf"{mantissa} \cdot {power}"
        return Tex(shown, PRODUCT if value > 0 else SUM)
    return Tex(str(value) if value.denominator == 1 else repr(float(value)), ATOM if value >= 0 else SUM)


def _base(text: str) -> str:
    """Return what may stand under an exponent: a symbol, or something in parentheses."""
    plain = "^" not in text and not text.startswith((r"\frac", r"\sqrt", r"\begin"))
    return text if plain or text.startswith(r"\left(") else rf"\left({text}\right)"
