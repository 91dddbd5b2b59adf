"""How free variables and symbols are called in print: by name, and by name and type where two share one."""

from collections import Counter
from collections.abc import Iterable, Mapping

from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.terms import Symbol, Term

RESERVED = frozenset({"Σ", "sqrt", "log", "exp", "abs", "max", "min", "power"})
"""Words of the printed language."""

Names = Mapping[str, Term | Symbol]


def names_of(*terms: Term) -> Names:
    """Return what the names in the text of some terms mean; the built-in functions are words of the language."""
    things = {thing for term in terms for thing in term.free} - BUILTIN
    count = Counter(_plain(thing) for thing in things)
    return {_plain(t) if count[_plain(t)] == 1 and _plain(t) not in RESERVED else typed(t): t for t in things}


def _plain(thing: Term | Symbol) -> str:
    return thing.name if isinstance(thing, Symbol) else str(thing.args[0])


def typed(thing: Term | Symbol) -> str:
    """Return a name with its type, as in x‹R› and x‹ZWR0›."""
    if isinstance(thing, Symbol):
        adapted = "" if thing.adapted is None else str(thing.adapted)
        return f"{thing.name}‹{''.join(thing.domain)}{thing.codomain}{adapted}›"
    return f"{thing.args[0]}‹{thing.sort}›"


def free_name(name: str, bound: Iterable[str], names: Names) -> str:
    """Return a name with as many primes as it takes to be neither bound nor free."""
    used = {*bound, *names, *(known.partition("‹")[0] for known in names)}
    while name in used:
        name += "'"
    return name
