"""Writing a derivation as data, to be replayed by an independent program (`convcheck.check`).

The certificate is JSON with

symbols
    a list of [name, domain, codomain, adapted], the domain a string of sorts;
terms
    a list of [op, argument, …]; an argument is the number of an earlier term, for ``app`` the first is the number of a
    symbol, and names, sorts, indices and exponents stand as they are; a rational is written "3/4";
steps
    a list of [rule, argument, …]; an argument is ["theorem", number of an earlier step], ["term", n], ["symbol", n],
    ["rational", "3/4"], ["list", [argument, …]], a string, or null; the last step is the theorem;
conclusion, hypotheses, axioms
    what the certificate claims to prove: numbers of terms, and names of axioms; the checker recomputes them;
names
    {number of a binder term: name}: how a reader may call its bound variable; nobody trusts them.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from convcheck.kernel.terms import Symbol, Term, require
from convcheck.kernel.theorem import Theorem, premises

FORMAT = "convcheck/certificate/1"

Json = Any


def derivation(theorem: Theorem) -> list[Theorem]:
    """Return the theorems from which ``theorem`` was derived and itself, premises first, each once."""
    order: dict[int, Theorem] = {}
    waiting: list[tuple[Theorem, bool]] = [(theorem, False)]
    while waiting:
        f, ready = waiting.pop()
        if id(f) in order:
            continue
        if ready:
            order[id(f)] = f
            continue
        waiting.append((f, True))
        waiting.extend((premise, False) for premise in premises(f.how[1]))
    return list(order.values())


def axioms_of(theorem: Theorem) -> list[str]:
    """Return the names of the axioms that a derivation uses, sorted."""
    return sorted({f.how[1][0] for f in derivation(theorem) if f.how[0] == "axiom"})


def certificate(theorem: Theorem, names: Mapping[Term, str] | None = None) -> dict[str, Json]:
    """Return the certificate of a theorem; ``names`` are how a reader may call the variables that binder terms bind."""
    writer = _Writer()
    steps = writer.steps(derivation(theorem))
    conclusion = writer.term(theorem.conclusion)
    hypotheses = sorted(writer.term(h) for h in theorem.hypotheses)
    return {
        "format": FORMAT,
        "symbols": [[s.name, "".join(s.domain), s.codomain, s.adapted] for s in writer.symbols],
        "terms": writer.rows,
        "steps": steps,
        "conclusion": conclusion,
        "hypotheses": hypotheses,
        "axioms": axioms_of(theorem),
        "names": {str(writer.terms[t]): name for t, name in (names or {}).items() if t in writer.terms},
    }


class _Writer:
    """The tables being written."""

    def __init__(self) -> None:
        self.symbols: dict[Symbol, int] = {}
        self.terms: dict[Term, int] = {}
        self.rows: list[Json] = []
        self.numbers: dict[int, int] = {}

    def steps(self, theorems: list[Theorem]) -> list[Json]:
        rows: list[Json] = []
        for f in theorems:
            rows.append([f.how[0], *(self.argument(a) for a in f.how[1])])
            self.numbers[id(f)] = len(rows) - 1
        return rows

    def argument(self, argument: object) -> Json:
        if isinstance(argument, Theorem):
            return ["theorem", self.numbers[id(argument)]]
        if isinstance(argument, Term):
            return ["term", self.term(argument)]
        if isinstance(argument, Symbol):
            return ["symbol", self.symbols.setdefault(argument, len(self.symbols))]
        if isinstance(argument, Fraction):
            return ["rational", str(argument)]
        if isinstance(argument, tuple):
            return ["list", [self.argument(part) for part in argument]]
        require(argument is None or type(argument) is str, "not an argument of a rule:", argument)
        return argument

    def term(self, term: Term) -> int:
        if term not in self.terms:
            row = [term.op, *self.parts(term)]
            self.terms[term] = len(self.rows)
            self.rows.append(row)
        return self.terms[term]

    def parts(self, term: Term) -> Iterator[Json]:
        for arg in term.args:
            if isinstance(arg, Term):
                yield self.term(arg)
            elif isinstance(arg, Symbol):
                yield self.symbols.setdefault(arg, len(self.symbols))
            else:
                yield str(arg) if isinstance(arg, Fraction) else arg
