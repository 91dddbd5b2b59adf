"""Formulas as text, such that ``parse(text(p), names_of(p)) is p``; brackets never make a term, they only group.

A division is written with / only at the end of a product, so that nobody need know how a/b·c is read.  Bound variables
have their authors' names if these are free to use.  What is random is written without its outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from convcheck.kernel.axioms import BUILTIN, POWER, SQRT
from convcheck.kernel.terms import ONE, Symbol, Term, make, number
from convcheck.language.hints import hint
from convcheck.language.names import Names, free_name, names_of
from convcheck.language.terms import COORDINATE, OUTCOME

SORTS = {"Z": "", "R": "∈ℝ", "V": "∈V", "W": "∈Ω"}
RELATIONS = {"le": "≤", "lt": "<", "eq": "="}
POWERS = {2: "²", 3: "³"}
_DEFAULT = {"Z": "t", "R": "r", "V": "y", "W": "ω"}


def text(term: Term, names: Names | None = None) -> str:
    """Return a term as text."""
    return Writer(names_of(term) if names is None else names).write(term)


def latex(term: Term) -> str:
    """Return a term in LaTeX."""
    from convcheck.language.latex import LatexWriter

    return LatexWriter(names_of(term)).write(term)


@dataclass(frozen=True)
class Writer:
    """Writes terms under binders whose variables are called ``bound`` (innermost last), with their sorts."""

    names: Names
    bound: tuple[tuple[str, str], ...] = ()
    called: dict[Term | Symbol, str] = field(default_factory=dict)

    DOT: ClassVar[str] = "·"

    def __post_init__(self) -> None:
        self.called.update({thing: name for name, thing in self.names.items()})

    def write(self, term: Term) -> str:
        """Return a formula or a sum."""
        if term.sort == "B":
            return self._formula(term)
        return self._sum(term) if term.op == "add" and len(term.args) > 1 else self._term(term)

    # ---- formulas

    def _formula(self, p: Term) -> str:
        if p.op == "all":
            inside = self._under(p, str(p.args[0]))
            return self._for_all(inside.bound[-1], inside.write(p.args[1]))
        if p.op in ("imp", "and"):
            low = ("imp", "all") if p.op == "imp" else ("imp", "all", "and")
            a, b = p.args
            right = self._group(b) if p.op == "and" and b.op in ("imp", "all") else self.write(b)
            return f"{self._group(a) if a.op in low else self.write(a)}{self._connective(p.op)}{right}"
        return f"{self.write(p.args[0])} {self._relation(p.op)} {self.write(p.args[1])}"

    def _for_all(self, variable: tuple[str, str], body: str) -> str:
        return f"∀{variable[0]}{SORTS[variable[1]]}. {body}"

    def _connective(self, op: str) -> str:
        return {"imp": " ⇒ ", "and": " ∧ "}[op]

    def _relation(self, op: str) -> str:
        return RELATIONS[op]

    def _under(self, binder: Term, sort: str) -> "Writer":
        wanted = _DEFAULT[sort] if binder.op in ("E", "CE") else hint(binder) or _DEFAULT[sort]
        name = free_name(wanted, (n for n, _ in self.bound), self.names)
        return type(self)(self.names, (*self.bound, (name, sort)), self.called)

    # ---- sums and products

    def _sum(self, term: Term) -> str:
        written = ""
        for part in term.args:
            piece = self._group(part) if part.op == "add" else self._term(part)
            if not written:
                written = piece
            else:
                written += f" - {piece[1:]}" if piece.startswith("-") else f" + {piece}"
        return written

    def _term(self, term: Term) -> str:
        """Return what may stand in a sum: a product, or what is simpler."""
        if (term.op == "mul" and len(term.args) > 1) or term.op == "smul":
            return self._product(_factors(term))
        if term.op == "q":
            return str(term.args[0])
        if _is_divisor(term):
            return self._quotient("1", term.args[0])
        return self._big_sum(term) if term.op == "sum" else self._factor(term)

    def _product(self, factors: Sequence[Term]) -> str:
        first = factors[0]
        if first.op == "q" and first.args[0] < 0:
            positive = number(-first.args[0])
            rest = list(factors[1:])
            if positive is not ONE:
                return "-" + self._positive_product([positive, *rest])
            if not (rest[0].op == "q" and rest[0].args[0] >= 0):
                return "-" + (self._positive_product(rest) if len(rest) > 1 else self._alone(rest[0]))
        return self._positive_product(factors)

    def _alone(self, factor: Term) -> str:
        """Return the one factor that follows a minus sign."""
        return self._quotient("1", factor.args[0]) if _is_divisor(factor) else self._factor(factor)

    def _positive_product(self, factors: Sequence[Term]) -> str:
        *before, last = factors
        if not _can_divide(before, last):
            return self.DOT.join(map(self._factor, factors))
        top = self.DOT.join(map(self._factor, before))
        if last.op == "q":
            return self._quotient(top, make("q", Fraction(last.args[0].denominator)), before)
        return self._quotient(top, last.args[0], before)

    def _quotient(self, top: str, below: Term, _above: Sequence[Term] = ()) -> str:
        return f"{top}/{self._factor(below)}"

    def _factor(self, term: Term) -> str:
        """Return what may stand in a product; anything else in brackets."""
        if self._simple(term) and term.op != "app":
            return self._leaf(term)
        if term.op in ("app", "E", "CE"):
            return self._application(term) if term.op == "app" else self._expectation(term)
        if term.op == "pow":
            return self._power(term.args[0], POWERS.get(term.args[1], f"^{term.args[1]}"))
        if term.op == "inner":
            return self._inner(*term.args)
        odd = (term.op in ("add", "mul") and len(term.args) == 1) or (term.op == "inv" and term.args[0].op == "q")
        return f"@{term.op}({self.write(term.args[0])})" if odd else self._group(term)

    def _leaf(self, term: Term) -> str:
        return str(term.args[0]) if term.op == "q" else self._name(term)

    def _name(self, variable: Term) -> str:
        return self.called[variable] if variable.op == "var" else self.bound[-1 - variable.args[0]][0]

    def _group(self, term: Term) -> str:
        return f"({self.write(term)})"

    def _power(self, base: Term, exponent: str) -> str:
        bare = self._simple(base) or (base.op == "inner" and base.args[0] is not base.args[1])
        return (self._factor(base) if bare else self._group(base)) + exponent

    def _simple(self, term: Term) -> bool:
        if term.op == "q":
            return bool(term.args[0].denominator == 1 and term.args[0] >= 0)
        return term.op in ("var", "bvar") or (term.op == "app" and term.args[0] not in (SQRT, POWER))

    def _inner(self, a: Term, b: Term) -> str:
        return f"‖{self.write(a)}‖²" if a is b else f"⟨{self.write(a)}, {self.write(b)}⟩"

    def _big_sum(self, term: Term) -> str:
        low, high, body = term.args
        inside = self._under(term, "Z")
        return self._summation(inside.bound[-1][0], self.write(low), self.write(high), inside.summand(body))

    def summand(self, body: Term) -> str:
        """Return what is summed, in brackets if it is a sum itself or begins with a minus."""
        return self._group(body) if _opens_badly(body) else self._term(body)

    def _summation(self, index: str, low: str, high: str, body: str) -> str:
        return f"Σ[{index}={low}..{high}] {body}"

    # ---- functions

    def _application(self, term: Term) -> str:
        symbol, *arguments = term.args
        if symbol is SQRT:
            return self._root(arguments[0])
        if symbol is POWER:
            return self._power(arguments[0], "^{" + self.write(arguments[1]) + "}")
        if symbol in BUILTIN:
            return f"{self._builtin(symbol.name)}({', '.join(map(self.write, arguments))})"
        if symbol is COORDINATE and self._has_indices(arguments[0]):
            return self._coordinate(*arguments)
        outcome = ""
        if symbol.domain[-1] == "W":
            last = arguments.pop()
            outcome = "" if self.is_current(last) else f"[{self.write(last)}]"
        leading = leading_indices(symbol)
        indices, rest = arguments[:leading], arguments[leading:]
        inside = f"({', '.join(map(self.write, rest))})" if rest else ""
        return self._indexed(self.called[symbol], [self.write(i) for i in indices]) + inside + outcome

    def _has_indices(self, vector: Term) -> bool:
        """Tell whether a vector is a variable, or an entry of a sequence, so that v_i and x_{t,i} can be written."""
        if vector.op != "app":
            return vector.op in ("var", "bvar")
        symbol, *arguments = vector.args
        return is_sequence(symbol) and (symbol.domain[-1] != "W" or self.is_current(arguments[-1]))

    def _coordinate(self, vector: Term, index: Term) -> str:
        if vector.op != "app":
            return self._indexed(self._name(vector), [self.write(index)])
        symbol, *arguments = vector.args
        indices = (*arguments[: leading_indices(symbol)], index)
        return self._indexed(self.called[symbol], [self.write(i) for i in indices])

    def _indexed(self, name: str, indices: list[str]) -> str:
        if not indices:
            return name
        if len(indices) == 1 and len(indices[0]) == 1 and f"{name}_{indices[0]}" not in self.names:
            return f"{name}_{indices[0]}"
        return f"{name}_{{{','.join(indices)}}}"

    def _builtin(self, name: str) -> str:
        return name

    def _root(self, e: Term) -> str:
        return f"√{self._factor(e)}" if self._simple(e) else f"√{self._group(e)}"

    def is_current(self, outcome: Term) -> bool:
        """Tell whether an outcome is the one that need not be written: the innermost, or else ω."""
        depth = next((k for k, (_, sort) in enumerate(reversed(self.bound)) if sort == "W"), None)
        return outcome is OUTCOME if depth is None else outcome is make("bvar", depth, "W")

    def _expectation(self, term: Term) -> str:
        inside = self._under(term, "W")
        if term.op == "E":
            return self._mean(inside.write(term.args[0]), "")
        time, body, outcome = term.args
        where = "" if self.is_current(outcome) else f"[{self.write(outcome)}]"
        return self._mean(inside.write(body), self._filtration(self.write(time))) + where

    def _mean(self, body: str, condition: str) -> str:
        return f"𝔼[{body}{condition}]"

    def _filtration(self, time: str) -> str:
        return f" | F_{{{time}}}"


def leading_indices(symbol: Symbol) -> int:
    """Return how many arguments of a symbol are written as indices."""
    return next((k for k, sort in enumerate(symbol.domain) if sort != "Z"), len(symbol.domain))


def is_sequence(symbol: Symbol) -> bool:
    """Tell whether a symbol has indices and no other arguments, the outcome apart."""
    return 0 < leading_indices(symbol) >= len(symbol.domain) - (symbol.domain[-1] == "W")


def _factors(term: Term) -> Sequence[Term]:
    if term.op == "mul":
        factors: Sequence[Term] = term.args
        return factors
    scalar, vector = term.args
    return (*(scalar.args if scalar.op == "mul" and len(scalar.args) > 1 else (scalar,)), vector)


def _is_divisor(factor: Term) -> bool:
    return factor.op == "inv" and factor.args[0].op != "q"


def _can_divide(before: Sequence[Term], last: Term) -> bool:
    """Tell whether the last factor of a product can be written with /."""
    if len(before) == 1 and before[0].op == "q":
        return _is_divisor(last) and before[0] is not ONE
    if last.op == "q":
        return bool(last.args[0].numerator == 1 and last.args[0].denominator > 1)
    return _is_divisor(last)


def _opens_badly(body: Term) -> bool:
    negative = body.op in ("q", "mul", "smul") and _leading(body) < 0
    return negative or (body.op == "add" and len(body.args) > 1)


def _leading(term: Term) -> Fraction:
    while term.op in ("mul", "smul"):
        term = term.args[0]
    return term.args[0] if term.op == "q" else Fraction(1)


__all__ = ["Names", "Writer", "is_sequence", "latex", "leading_indices", "names_of", "text"]
