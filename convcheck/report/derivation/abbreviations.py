"""Abbreviations: what a proof file names is shown under its name, Φ_t for √(t - 1)·….

An abbreviation is folded only where unfolding it gives the formula back, up to normal form, so that no line says
anything but what was proved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import FunctionType
from typing import Any

from convcheck.errors import ConvcheckError
from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.normal import canonical
from convcheck.kernel.terms import (
    BODY,
    KernelError,
    Symbol,
    Term,
    abstract,
    bound_sort,
    instantiate,
    make,
    number,
    substitute,
)
from convcheck.language.hints import hint, remember
from convcheck.language.terms import OUTCOME, Expression


@dataclass(frozen=True, eq=False)
class Abbreviation:
    """A name for a term, or for a function of an integer; of the outcome if the term is random."""

    head: Term
    """What is written: a variable, or a function of ``parameter``."""
    body: Term
    parameter: Term | None = None
    function: Callable[[Expression], Any] | None = None

    @property
    def definition(self) -> Term:
        """The equation that defines it."""
        return make("eq", self.head, self.body)

    def at(self, value: Term) -> tuple[Term, Term] | None:
        """Return the body and the head at a value of the parameter, as the file computes them."""
        if self.function is None or self.parameter is None:
            return self.body, self.head
        found = _called(self.function, value)
        return None if found is None else (found, make("app", self.head.args[0], value, *self.head.args[2:]))

    def unfold(self, term: Term) -> Term:
        """Return a term with the body in the place of the head."""
        if self.parameter is None:
            return substitute(term, {self.head: self.body})
        return self._unfold(term)

    def _unfold(self, term: Term) -> Term:
        if self.head.args[0] not in term.free:
            return term
        args = [self._unfold(arg) if isinstance(arg, Term) else arg for arg in term.args]
        if term.op != "app" or term.args[0] is not self.head.args[0]:
            return make(term.op, *args)
        body = self.body
        for parameter, value in zip(self.head.args[1:], args[1:], strict=True):
            body = instantiate(abstract(body, parameter), value)
        return body


def abbreviation(name: str, value: Any) -> Abbreviation | None:
    """Return the abbreviation that a name of a proof file is, or None if it is none worth having."""
    try:
        if isinstance(value, Expression):
            body = value.term
            if body.sort in ("R", "V") and not _is_value(body):
                if OUTCOME in body.free:
                    return Abbreviation(make("app", Symbol(name, ("W",), body.sort), OUTCOME), body, OUTCOME)
                return Abbreviation(make("var", name, body.sort), body)
        elif isinstance(value, FunctionType) and value.__code__.co_argcount == 1 and value.__name__ == "<lambda>":
            parameter = make("var", value.__code__.co_varnames[0], "Z")
            found = _called(value, parameter)
            if found is not None and found.sort in ("R", "V") and parameter in found.free and not _is_value(found):
                parameters = (parameter, OUTCOME) if OUTCOME in found.free else (parameter,)
                symbol = Symbol(name, tuple(p.sort for p in parameters), found.sort)
                return Abbreviation(make("app", symbol, *parameters), found, parameter, value)
    except KernelError:  # the name is none that the kernel has
        pass
    return None


def _is_value(term: Term) -> bool:
    """Tell whether a term is a variable, a number, or an entry of a sequence, which need no shorter name."""
    return term.op in ("q", "var") or (term.op == "app" and term.args[0] not in BUILTIN)


def _called(function: Callable[[Expression], Any], value: Term) -> Term | None:
    try:
        found = function(Expression(value))
    except (ConvcheckError, KernelError, TypeError, AttributeError, ValueError, KeyError):
        return None
    return found.term if isinstance(found, Expression) else None


@dataclass(eq=False)
class Abbreviations:
    """Those known at a place of a proof; ``taken`` are names that mean something else."""

    taken: frozenset[str]
    known: dict[str, Abbreviation] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    _seen: dict[str, int] = field(default_factory=dict)

    def learn(self, names: Mapping[str, Any]) -> None:
        """Take notice of what the names of a file mean now."""
        for name, value in names.items():
            if name in self.taken or self._seen.get(name) == id(value):
                continue
            self._seen[name] = id(value)
            found = abbreviation(name, value)
            if found is not None:
                self.known[name] = found
                self.shown.discard(name)
            else:
                self.known.pop(name, None)

    def new(self, *terms: Term) -> Iterator[Abbreviation]:
        """Yield what must be said before some folded terms are shown: definitions not shown yet, innermost first."""
        used = {thing.name if isinstance(thing, Symbol) else thing.args[0] for term in terms for thing in term.free}
        for name in self.known:
            if name in used and name not in self.shown:
                self.shown.add(name)
                found = self.known[name]
                yield from self.new(self.definition(found))
                yield found

    def definition(self, of: Abbreviation) -> Term:
        """Return the equation that defines an abbreviation, folded by the others that are smaller."""
        smaller = [a for a in self.known.values() if a is not of and len(a.body.key) < len(of.body.key)]
        return make("eq", of.head, _folded(of.body, smaller))

    def fold(self, term: Term) -> Term:
        """Return a term with abbreviations, or as it is where they would change what it says."""
        return _folded(term, [*self.known.values()])


def _folded(term: Term, by: list[Abbreviation]) -> Term:
    try:
        folded = _fold(term, by, _table(term, by))
    except KernelError:
        return term
    plain = folded
    for one in sorted(by, key=lambda a: -len(a.body.key)):
        plain = one.unfold(plain)
    return folded if _same(plain, term) else term


def _same(a: Term, b: Term) -> bool:
    if a is b:
        return True
    if a.sort != "B":
        return a.sort == b.sort and canonical(a) is canonical(b)
    parts = [*zip(a.args, b.args, strict=False)]
    return (
        a.op == b.op
        and len(a.args) == len(b.args)
        and all(_same(p, q) if isinstance(p, Term) and isinstance(q, Term) else p == q for p, q in parts)
    )


def _table(term: Term, by: Iterable[Abbreviation]) -> dict[Term, Term]:
    """Return what is to be replaced by what: each function at each integer that occurs."""
    table: dict[Term, Term] = {}
    integers = [*_integers(term)]
    for one in by:
        for value in integers if one.function is not None else integers[:1] or [term]:
            found = one.at(value)
            if found is not None and found[0].op not in ("q", "var"):
                table.setdefault(*found)
    return table


def _integers(term: Term) -> Iterator[Term]:
    """Yield the integer terms without loose variables that occur, each once."""
    seen: dict[Term, None] = {}
    waiting = [term]
    while waiting:
        u = waiting.pop()
        if u.sort == "Z" and not u.loose:
            seen[u] = None
        waiting.extend(arg for arg in u.args if isinstance(arg, Term))
    yield from seen


def _fold(term: Term, by: list[Abbreviation], table: Mapping[Term, Term]) -> Term:
    if term in table:
        return table[term]
    if term.op in BODY:
        return _fold_binder(term, by, table)
    args = [_fold(arg, by, table) if isinstance(arg, Term) else arg for arg in _grouped(term, table)]
    return args[0] if len(args) == 1 and term.op in ("add", "mul") and len(term.args) > 1 else make(term.op, *args)


def _grouped(term: Term, table: Mapping[Term, Term]) -> list[Any]:
    """Return the arguments, runs of terms or factors that a table has being one argument."""
    args = [*term.args]
    if term.op not in ("add", "mul"):
        return args
    for length in range(len(args) - 1, 1, -1):
        for start in range(len(args) - length + 1):
            part = make(term.op, *args[start : start + length])
            if part in table:
                args[start : start + length] = [part]
    return _without_sign(args, table) if term.op == "mul" and args[0].op == "q" else args


def _without_sign(args: list[Any], table: Mapping[Term, Term]) -> list[Any]:
    """Return factors that begin with a number, as -1 times what a table has, if that is so."""
    for length in range(len(args), 1, -1):
        part = make("mul", number(-args[0].args[0]), *args[1:length])
        if part in table:
            return [number(-1), part, *args[length:]]
    return args


def _fold_binder(term: Term, by: list[Abbreviation], table: Mapping[Term, Term]) -> Term:
    """Fold under a binder: open it, fold, close it; the author's name of the variable is kept."""
    position, sort = BODY[term.op], bound_sort(term.op, term.args)
    variable = OUTCOME
    if sort != "W" or OUTCOME in term.args[position].free:
        used = {v for part in (term, *(a.body for a in by)) for v in part.free}
        variable = next(v for v in (make("var", "k" * n, sort) for n in count(1)) if v not in used)
    opened = instantiate(term.args[position], variable)
    inside = abstract(_fold(opened, by, {**table, **_table(opened, by)}), variable)
    args = [
        inside if i == position else _fold(arg, by, table) if isinstance(arg, Term) else arg
        for i, arg in enumerate(term.args)
    ]
    made = make(term.op, *args)
    if (called := hint(term)) is not None:
        remember(made, called)
    return made
