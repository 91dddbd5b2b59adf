"""Terms: immutable, interned, locally nameless: two terms are the same up to bound names exactly if they are ``is``.

Sorts are Z (integers, contained in) R (reals), V (vectors of a real inner-product space), W (outcomes of a finite
probability space) and B (propositions).  Bound variables are de Bruijn indices.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from threading import Lock
from typing import Any, Self
from zlib import crc32

Argument = Any  # a Term, a Symbol, a Fraction, an int or a str: what an operation takes is checked by `_sort`

BODY: Mapping[str, int] = {"sum": 2, "E": 0, "CE": 1, "all": 1}
"""The binders, each with the position of the argument in which it binds."""

_GREEK = "αβγδεζηθλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"
_NAME = re.compile(f"[A-Za-z{_GREEK}][A-Za-z{_GREEK}0-9_]*")
"""Names in which no letter can be taken for another's: no Greek letter that looks like a Latin one."""


class KernelError(Exception):
    """The kernel refuses: a term is ill-formed, or a rule does not apply."""


def require(condition: object, *reason: object) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise KernelError(" ".join(map(str, reason)) or "refused")


def _is_sort(sort: object) -> bool:
    """Tell whether it is a sort of variables, and no string of another class, which might equal every other."""
    return type(sort) is str and sort in ("Z", "R", "V", "W")


class Symbol:
    """A function symbol; symbols are the same exactly if they are ``is``.

    ``adapted=k`` says that f(t, …, w), whose first argument is a time and whose last an outcome, is measurable at time
    t + k: a restriction on interpretations that is part of the symbol.
    """

    __slots__ = ("adapted", "codomain", "domain", "hash", "name")
    name: str
    domain: tuple[str, ...]
    codomain: str
    adapted: int | None
    hash: int

    def __new__(cls, name: str, domain: tuple[str, ...], codomain: str, adapted: int | None = None) -> Self:
        """Return the one symbol of this name and type."""
        require(type(name) is str and _NAME.fullmatch(name) is not None, "not a name:", repr(name))
        require(type(domain) is tuple and len(domain) > 0 and all(map(_is_sort, domain)), "domain")
        require(_is_sort(codomain) and codomain != "W", "codomain")
        require(adapted is None or type(adapted) is int, "adapted is an int or None")
        require(adapted is None or (len(domain) > 1 and domain[0] == "Z" and domain[-1] == "W"), "adapted: f(Z, …, W)")
        with _lock:
            key = (name, domain, codomain, adapted)
            if key not in _symbols:
                made = object.__new__(cls)
                values = (adapted, codomain, domain, crc32(repr(key).encode()), name)
                for slot, value in zip(Symbol.__slots__, values, strict=True):
                    object.__setattr__(made, slot, value)
                _symbols[key] = made
            known: Self = _symbols[key]
            return known

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: symbols are immutable."""
        raise AttributeError(name)

    def __hash__(self) -> int:
        """Return the same number in every run, so that sets have one order and derivations one form."""
        return self.hash

    def __eq__(self, other: object) -> bool:
        """Tell whether it is this very symbol."""
        return self is other

    def __repr__(self) -> str:
        """Show the name."""
        return self.name


class Term:
    """A term; make one with `make`.

    ``loose`` holds the indices and sorts of bound variables that no binder within the term binds, ``free`` the free
    variables and the function symbols; ``key`` is the term in writing, unambiguous, by which normal forms are ordered.
    """

    __slots__ = ("args", "free", "hash", "key", "loose", "op", "sort")
    op: str
    args: tuple[Argument, ...]
    sort: str
    loose: frozenset[tuple[int, str]]
    free: "frozenset[Term | Symbol]"
    key: str
    hash: int

    def __new__(cls) -> Self:
        """Refuse: terms are made by `make`, which checks and interns them."""
        raise KernelError("a term is made by make(op, …)")

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: terms are immutable."""
        raise AttributeError(name)

    def __hash__(self) -> int:
        """Return the same number in every run, so that sets have one order and derivations one form."""
        return self.hash

    def __eq__(self, other: object) -> bool:
        """Tell whether it is this very term."""
        return self is other

    def __repr__(self) -> str:
        """Show the key; readable printing is not the kernel's."""
        return self.key


_lock = Lock()
_symbols: dict[tuple[str, tuple[str, ...], str, int | None], Any] = {}
_terms: dict[tuple[str, tuple[Argument, ...]], Term] = {}


def make(op: str, *args: Argument) -> Term:
    """Return the one term ``op(args)``; refuse it if it is ill-formed.

    The types of the arguments are checked before the look-up, because ``0.5 == Fraction(1, 2)`` and ``True == 1``.
    """
    sort = _sort(op, args)
    with _lock:
        found = _terms.get((op, args))
        if found is not None:
            return found
        term = object.__new__(Term)
        key = f"({op} {' '.join(a.key if isinstance(a, Term) else _written(a) for a in args)})"
        object.__setattr__(term, "hash", crc32(key.encode()))
        own: set[Term | Symbol] = {term} if op == "var" else {a for a in args if isinstance(a, Symbol)}
        names = frozenset(own.union(*(a.free for a in args if isinstance(a, Term))))
        values = (args, names, term.hash, key, _loose(op, args), op, sort)
        for slot, value in zip(Term.__slots__, values, strict=True):
            object.__setattr__(term, slot, value)
        _terms[op, args] = term
        return term


def _written(argument: Argument) -> str:
    if isinstance(argument, Symbol):
        type_ = "".join(argument.domain) + argument.codomain
        return f"{argument.name}:{type_}{'' if argument.adapted is None else argument.adapted}"
    return str(argument)


def _loose(op: str, args: tuple[Argument, ...]) -> frozenset[tuple[int, str]]:
    """Return the unbound indices, after checking that a binder binds its own sort only."""
    if op == "bvar":
        return frozenset({(args[0], args[1])})
    found: set[tuple[int, str]] = set()
    for position, arg in enumerate(args):
        if isinstance(arg, Term):
            if BODY.get(op) == position:
                bound = bound_sort(op, args)
                require(all(sort == bound for index, sort in arg.loose if index == 0), "bound variable of another sort")
                found |= {(index - 1, sort) for index, sort in arg.loose if index > 0}
            else:
                found |= arg.loose
    return frozenset(found)


def bound_sort(op: str, args: tuple[Argument, ...]) -> str:
    """Return the sort of the variable that a binder binds."""
    return str(args[0]) if op == "all" else "Z" if op == "sum" else "W"


def _sort(op: str, args: tuple[Argument, ...]) -> str:
    """Return the sort of ``op(args)`` after checking the number, types and sorts of the arguments."""
    require(type(op) is str and op in _SORTS, "no operation", op)
    return _SORTS[op](args)


def _terms_of(args: tuple[Argument, ...], *allowed: str) -> None:
    require(len(args) == len(allowed) and all(isinstance(a, Term) for a in args), "wrong arguments", args)
    require(all(a.sort in sorts for a, sorts in zip(args, allowed, strict=True)), "wrong sorts", args)


def _sort_rational(args: tuple[Argument, ...]) -> str:
    require(len(args) == 1 and type(args[0]) is Fraction, "q takes a Fraction")
    return "Z" if args[0].denominator == 1 else "R"


def _sort_variable(args: tuple[Argument, ...]) -> str:
    require(len(args) == 2 and type(args[0]) is str and _NAME.fullmatch(args[0]) is not None, "not a name:", args)
    require(_is_sort(args[1]), "no sort of variables:", args[1])
    return str(args[1])


def _sort_index(args: tuple[Argument, ...]) -> str:
    require(len(args) == 2 and type(args[0]) is int and args[0] >= 0, "bvar takes an index")
    require(_is_sort(args[1]), "no sort of variables:", args[1])
    return str(args[1])


def _sort_add(args: tuple[Argument, ...]) -> str:
    require(len(args) > 0 and all(isinstance(a, Term) for a in args), "add takes terms")
    if all(a.sort == "V" for a in args):
        return "V"
    return _sort_mul(args)


def _sort_mul(args: tuple[Argument, ...]) -> str:
    require(len(args) > 0 and all(isinstance(a, Term) and a.sort in ("Z", "R") for a in args), "numbers wanted", args)
    return "Z" if all(a.sort == "Z" for a in args) else "R"


def _sort_power(args: tuple[Argument, ...]) -> str:
    require(len(args) == 2 and type(args[1]) is int and args[1] >= 0, "pow takes an exponent 0, 1, …")
    _terms_of(args[:1], "ZR")
    return str(args[0].sort)


def _sort_application(args: tuple[Argument, ...]) -> str:
    require(len(args) > 0 and isinstance(args[0], Symbol), "app takes a symbol")
    _terms_of(args[1:], *("ZR" if s == "R" else s for s in args[0].domain))
    return str(args[0].codomain)


def _sort_sum(args: tuple[Argument, ...]) -> str:
    _terms_of(args, "Z", "Z", "ZRV")
    return str(args[2].sort)


def _sort_expectation(args: tuple[Argument, ...]) -> str:
    _terms_of(args, "ZRV")
    return "V" if args[0].sort == "V" else "R"


def _sort_conditional(args: tuple[Argument, ...]) -> str:
    _terms_of(args, "Z", "ZRV", "W")
    require(not mentions_outcome(args[0]), "the time of a conditional expectation is not random")
    return "V" if args[1].sort == "V" else "R"


def _sort_equation(args: tuple[Argument, ...]) -> str:
    require(len(args) == 2 and all(isinstance(a, Term) for a in args), "eq takes two terms")
    _terms_of(args, *(("V", "V") if args[0].sort == "V" else ("ZR", "ZR")))
    return "B"


def _sort_for_all(args: tuple[Argument, ...]) -> str:
    require(len(args) == 2 and _is_sort(args[0]), "all takes a sort")
    _terms_of(args[1:], "B")
    return "B"


def _fixed(result: str, *allowed: str) -> Callable[[tuple[Argument, ...]], str]:
    def rule(args: tuple[Argument, ...]) -> str:
        _terms_of(args, *allowed)
        return result

    return rule


_SORTS: Mapping[str, Callable[[tuple[Argument, ...]], str]] = {
    "q": _sort_rational,
    "var": _sort_variable,
    "bvar": _sort_index,
    "add": _sort_add,
    "mul": _sort_mul,
    "pow": _sort_power,
    "inv": _fixed("R", "ZR"),
    "smul": _fixed("V", "ZR", "V"),
    "inner": _fixed("R", "V", "V"),
    "app": _sort_application,
    "sum": _sort_sum,
    "E": _sort_expectation,
    "CE": _sort_conditional,
    "le": _fixed("B", "ZR", "ZR"),
    "lt": _fixed("B", "ZR", "ZR"),
    "eq": _sort_equation,
    "imp": _fixed("B", "B", "B"),
    "and": _fixed("B", "B", "B"),
    "all": _sort_for_all,
}


def number(value: int | Fraction) -> Term:
    """Return a rational number as a term."""
    require(type(value) in (int, Fraction), "not a rational number:", repr(value))
    return make("q", Fraction(value))


ZERO, ONE = number(0), number(1)


def subterms(term: Term) -> Iterator[Term]:
    """Yield the term's arguments that are terms."""
    return (arg for arg in term.args if isinstance(arg, Term))


def mentions_outcome(term: Term) -> bool:
    """Tell whether something of sort W occurs in the term."""
    return term.sort == "W" or any(mentions_outcome(arg) for arg in subterms(term))


def rebuild(term: Term, leaf: Callable[[Term, int], Term | None], depth: int = 0) -> Term:
    """Return the term with each subterm u, under ``depth`` binders, replaced by ``leaf(u, depth)`` unless None."""
    new = leaf(term, depth)
    if new is not None:
        return new
    body = BODY.get(term.op)
    args = (rebuild(a, leaf, depth + (i == body)) if isinstance(a, Term) else a for i, a in enumerate(term.args))
    return make(term.op, *args)


def _closed(term: Term, depth: int) -> bool:
    return all(index < depth for index, _ in term.loose)


def shift(term: Term, by: int, above: int = 0) -> Term:
    """Add ``by`` to the loose indices from ``above`` on; a variable may not be lowered into its binder."""

    def leaf(u: Term, depth: int) -> Term | None:
        if _closed(u, depth):
            return u
        if u.op == "bvar":
            require(u.args[0] + by >= depth, "a bound variable would escape its binder")
            return make("bvar", u.args[0] + by, u.args[1])
        return None

    return rebuild(term, leaf, above)


def instantiate(body: Term, value: Term) -> Term:
    """Return the body of a binder with ``value`` in the place of the variable it binds."""

    def leaf(u: Term, depth: int) -> Term | None:
        if _closed(u, depth):
            return u
        if u.op != "bvar":
            return None
        if u.args[0] > depth:
            return make("bvar", u.args[0] - 1, u.args[1])
        require(value.sort == u.args[1] or (value.sort, u.args[1]) == ("Z", "R"), "instance of another sort")
        return shift(value, depth)

    return rebuild(body, leaf)


def abstract(term: Term, variable: Term) -> Term:
    """Return the body of a binder that binds the free ``variable`` of ``term``."""

    def leaf(u: Term, depth: int) -> Term | None:
        if u is variable:
            return make("bvar", depth, variable.args[1])
        if variable not in u.free and _closed(u, depth):
            return u
        if u.op == "bvar":
            return make("bvar", u.args[0] + 1, u.args[1])
        return None

    require(variable.op == "var", "only a free variable can be bound")
    return rebuild(term, leaf)


def substitute(term: Term, values: Mapping[Term, Term]) -> Term:
    """Return the term with free variables replaced simultaneously; nothing is captured, values are shifted."""
    for variable, value in values.items():
        require(variable.op == "var", "only free variables are substituted")
        require(value.sort == variable.sort or (value.sort, variable.sort) == ("Z", "R"), "a value of another sort")

    def leaf(u: Term, depth: int) -> Term | None:
        if u in values:
            return shift(values[u], depth)
        return u if values.keys().isdisjoint(u.free) else None

    return rebuild(term, leaf)


def depends_on_bound(term: Term, index: int = 0) -> bool:
    """Tell whether the bound variable ``index`` is loose in the term."""
    return any(loose == index for loose, _ in term.loose)
