"""Certificates replayed by a kernel: by convcheck's own, or by a mutant of it in modules of its own."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import ModuleType
from typing import Any

from convcheck.kernel import normal, rules, terms, theorem
from convcheck.kernel.certificate import FORMAT
from tests.soundness.support import Json

KEYS = {"format", "symbols", "terms", "steps", "conclusion", "hypotheses", "axioms", "names"}
BINDERS = ("sum", "E", "CE", "all")


class Kernel:
    """What a replay needs of a kernel."""

    def __init__(self, modules: Mapping[str, ModuleType]) -> None:
        self.modules = modules
        self.make: Callable[..., Any] = modules["terms"].make
        self.number: Callable[..., Any] = modules["terms"].number
        self.Symbol: Callable[..., Any] = modules["terms"].Symbol
        self.Term: Any = modules["terms"].Term
        self.Theorem: Any = modules["theorem"].Theorem
        self.canonical: Callable[..., Any] = modules["normal"].canonical
        self.rules: Mapping[str, Callable[..., Any]] = modules["theorem"].RULES


OURS = Kernel({"terms": terms, "normal": normal, "theorem": theorem, "rules": rules})


class DocumentError(Exception):
    """The data is no certificate."""


def entry(table: Sequence[Any], index: Any) -> Any:
    """Return an entry of a table; an index is a natural number."""
    if type(index) is not int or not 0 <= index < len(table):
        raise DocumentError(index)
    return table[index]


def fraction(text: Any) -> Fraction:
    """Return a rational number written in lowest terms."""
    if type(text) is not str or str(Fraction(text)) != text:
        raise DocumentError(text)
    return Fraction(text)


class Reader:
    """The tables of a certificate in a kernel's own terms; steps are carried out one by one."""

    def __init__(self, kernel: Kernel, symbols: Sequence[Any], rows: Sequence[Any]) -> None:
        self.kernel = kernel
        self.symbols = [self._symbol(*row) for row in symbols]
        self.terms: list[Any] = []
        for row in rows:
            self.terms.append(self._term(*row))
        self.facts: list[Any] = []

    def _symbol(self, name: Any, domain: Any, codomain: Any, adapted: Any) -> Any:
        if type(domain) is not str:
            raise DocumentError(domain)
        return self.kernel.Symbol(name, tuple(domain), codomain, adapted)

    def _term(self, op: Any, *row: Any) -> Any:
        args = list(row)
        if op == "q":
            args = [fraction(a) for a in args]
        elif op not in ("var", "bvar"):
            first = 1 if op in ("app", "all") else 0
            last = 1 if op == "pow" else len(args)
            args[first:last] = [entry(self.terms, a) for a in args[first:last]]
            if op == "app":
                args[0] = entry(self.symbols, args[0])
        return self.kernel.make(op, *args)

    def argument(self, value: Json) -> Any:
        """Return the argument of a rule that is written as data."""
        if value is None or type(value) is str:
            return value
        if type(value) is not list or len(value) != 2:
            raise DocumentError(value)
        kind, content = value
        if kind == "list":
            return tuple(self.argument(part) for part in content)
        if kind == "rational":
            return fraction(content)
        tables = {"theorem": self.facts, "term": self.terms, "symbol": self.symbols}
        if kind not in tables:
            raise DocumentError(kind)
        return entry(tables[kind], content)

    def step(self, row: Json) -> Any:
        """Carry out one step."""
        rule, *arguments = row
        if rule not in self.kernel.rules:
            raise DocumentError(rule)
        return self.kernel.rules[rule](*map(self.argument, arguments))


def replay(data: Mapping[str, Json], kernel: Kernel = OURS) -> Any:
    """Return the theorem that a certificate proves, after comparing it with the claims; raise whatever is wrong."""
    if data.keys() != KEYS or data["format"] != FORMAT:
        raise DocumentError(sorted(data))
    reader = Reader(kernel, data["symbols"], data["terms"])
    used: list[frozenset[str]] = []
    for row in data["steps"]:
        reader.facts.append(reader.step(row))
        names = frozenset(row[1:]) if row[0] == "axiom" else frozenset[str]()
        used.append(names.union(*(used[i] for i in _references(row[1:]))))
    last = entry(reader.facts, len(reader.facts) - 1)
    claimed = [entry(reader.terms, i) for i in data["hypotheses"]]
    same = entry(reader.terms, data["conclusion"]) is last.conclusion and data["axioms"] == sorted(used[-1])
    if not same or len(claimed) != len(last.hypotheses) or set(claimed) != last.hypotheses:
        raise DocumentError("the claims differ")
    for row, name in data["names"].items():
        if type(name) is not str or entry(reader.terms, int(row)).op not in BINDERS:
            raise DocumentError(row)
    return last


def _references(value: Json) -> list[int]:
    if type(value) is not list:
        return []
    if len(value) == 2 and value[0] == "theorem":
        return [value[1]]
    return [i for part in value for i in _references(part)]
