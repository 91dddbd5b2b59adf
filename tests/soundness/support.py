"""What the soundness tests share: short names for terms, certificates as data, attempts at wrong inferences."""

import json
import os
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from convcheck import check
from convcheck.kernel import RULES, KernelError, Symbol, Term, Theorem, certificate, derivation, make, number
from convcheck.kernel.certificate import FORMAT, _Writer
from convcheck.kernel.theorem import premises

FULL = os.environ.get("CONVCHECK_FULL", "") not in ("", "0")
"""Whether to run the long versions."""

REFUSED = (KernelError, TypeError, ValueError, AttributeError)
"""What the kernel raises: the last three when an argument is no term, no theorem, or a tuple of another length."""

Json = Any


# ---- terms ---------------------------------------------------------------------------------------------------------


def Z(name: str) -> Term:
    return make("var", name, "Z")


def R(name: str) -> Term:
    return make("var", name, "R")


def V(name: str) -> Term:
    return make("var", name, "V")


def W(name: str) -> Term:
    return make("var", name, "W")


def b(index: int, sort: str = "Z") -> Term:
    return make("bvar", index, sort)


def q(value: int | str | Fraction) -> Term:
    return number(Fraction(value))


def add(*terms: Term) -> Term:
    return make("add", *terms)


def mul(*terms: Term) -> Term:
    return make("mul", *terms)


def minus(left: Term, right: Term) -> Term:
    if left.sort == "V":
        return make("add", left, make("smul", q(-1), right))
    return make("add", left, make("mul", q(-1), right))


def le(left: Term, right: Term) -> Term:
    return make("le", left, right)


def lt(left: Term, right: Term) -> Term:
    return make("lt", left, right)


def eq(left: Term, right: Term) -> Term:
    return make("eq", left, right)


def imp(*propositions: Term) -> Term:
    *before, last = propositions
    for p in reversed(before):
        last = make("imp", p, last)
    return last


def every(sort: str, body: Term) -> Term:
    return make("all", sort, body)


def total(low: Term, high: Term, body: Term) -> Term:
    return make("sum", low, high, body)


def mean(body: Term) -> Term:
    return make("E", body)


def given(time: Term, body: Term, outcome: Term) -> Term:
    return make("CE", time, body, outcome)


def app(symbol: Symbol, *args: Term) -> Term:
    return make("app", symbol, *args)


f = Symbol("f", ("Z",), "R")
"""A sequence."""
h = Symbol("h", ("R",), "R")
k = Symbol("k", ("Z",), "Z")
f2 = Symbol("f2", ("Z", "Z"), "R")
fv = Symbol("fv", ("V",), "R")
gv = Symbol("gv", ("V",), "V")
xs = Symbol("xs", ("Z",), "V")
X = Symbol("X", ("Z", "W"), "R", 0)
"""A process that is known at its time."""
G = Symbol("G", ("Z", "W"), "R", 1)
"""A process that is known one step later."""
XV = Symbol("XV", ("Z", "W"), "V", 0)
GV = Symbol("GV", ("Z", "W"), "V", 1)
N = Symbol("N", ("Z", "W"), "R")
"""A random sequence without restriction."""
tau = Symbol("tau", ("W",), "Z")
"""A random time."""
w0 = b(0, "W")
i0 = b(0, "Z")

sqrt, log, exp, abs_ = (Symbol(name, ("R",), "R") for name in ("sqrt", "log", "exp", "abs"))
max_, min_ = (Symbol(name, ("R", "R"), "R") for name in ("max", "min"))
power_ = Symbol("power", ("R", "Z"), "R")


# ---- certificates --------------------------------------------------------------------------------------------------


def document(theorem: Theorem, **names: Any) -> dict[str, Json]:
    """Return a theorem's certificate as data that may be changed."""
    data: dict[str, Json] = json.loads(json.dumps(certificate(theorem, **names)))
    return data


def replay(theorem: Theorem, **names: Any) -> check.Result:
    """Have a theorem's certificate checked."""
    return check.check(json.dumps(certificate(theorem, **names)))


def into(terms: check.Terms, term: Term) -> int:
    """Return the checker's term for a kernel's."""
    args: list[Any] = []
    for arg in term.args:
        if isinstance(arg, Term):
            args.append(into(terms, arg))
        elif isinstance(arg, Symbol):
            args.append(check.Symbol(arg.name, "".join(arg.domain), arg.codomain, arg.adapted))
        else:
            args.append(arg)
    return terms.make(term.op, *args)


def agree(theorem: Theorem) -> None:
    """Require that the checker derives at every step what the kernel derived."""
    replayed = check.Replay(document(theorem))
    derived = derivation(theorem)
    assert len(derived) == len(replayed.facts)
    for mine, theirs in zip(derived, replayed.facts, strict=True):
        assert theirs.conclusion == into(replayed.terms, mine.conclusion), mine
        assert theirs.hypotheses == {into(replayed.terms, p) for p in mine.hypotheses}, mine
    replayed.compare(document(theorem))


# ---- attempts ------------------------------------------------------------------------------------------------------


def theorems_in(arguments: Iterable[object]) -> list[Theorem]:
    found: list[Theorem] = []
    for argument in arguments:
        found += premises(tuple(argument) if isinstance(argument, list | tuple) else argument)
    return found


def attempted(rule: str, *arguments: Any) -> dict[str, Json]:
    """Return a certificate whose last step is an inference that the kernel need not have made."""
    writer, known = _Writer(), dict[int, Theorem]()
    for premise in theorems_in(_frozen(arguments)):
        known.update((id(step), step) for step in derivation(premise))
    rows = writer.steps(list(known.values()))
    row = [rule, *(_argument(writer, a) for a in _frozen(arguments))]
    symbols = [[s.name, "".join(s.domain), s.codomain, s.adapted] for s in writer.symbols]
    claims: dict[str, Json] = {"conclusion": 0, "hypotheses": [], "axioms": [], "names": {}}
    return {"format": FORMAT, "symbols": symbols, "terms": writer.rows, "steps": [*rows, row], **claims}


def _frozen(argument: Any) -> Any:
    return tuple(map(_frozen, argument)) if isinstance(argument, list | tuple) else argument


def _argument(writer: _Writer, argument: Any) -> Json:
    if isinstance(argument, tuple):
        return ["list", [_argument(writer, part) for part in argument]]
    try:
        return writer.argument(argument)
    except KernelError:
        return argument


def kernel_accepts(rule: str, *arguments: Any) -> bool:
    """Tell whether the kernel makes an inference."""
    try:
        RULES[rule](*arguments)
    except REFUSED:
        return False
    return True


def checker_accepts(data: dict[str, Json]) -> bool:
    """Tell whether the checker carries out all steps of a certificate, whatever that claims."""
    try:
        check.Replay(check.parse(json.dumps(data).encode()))
    except check.CheckError:
        return False
    return True


# ---- wrong terms ---------------------------------------------------------------------------------------------------


def with_row(op: Any, *args: Any) -> dict[str, Json]:
    """Return a certificate with one more row in its table of terms, whose arguments stand in the table."""
    numbers = (arg for arg in args if isinstance(arg, Term) and arg.sort in ("Z", "R", "V") and not arg.loose)
    data = attempted("both", *(RULES["assume"](eq(arg, arg)) for arg in numbers))
    places = {id(arg): place(data, arg) for arg in args if isinstance(arg, Term | Symbol)}
    data["terms"].append([op, *(places.get(id(arg), plain(arg)) for arg in args)])
    data["steps"] = [["axiom", "inv_mul"]]
    return data


def place(data: dict[str, Json], thing: Term | Symbol) -> int:
    """Write a term or symbol into a certificate, and return its number."""
    if isinstance(thing, Symbol):
        row = [thing.name, "".join(thing.domain), thing.codomain, thing.adapted]
        data["symbols"].append(row)
        return len(data["symbols"]) - 1
    row = [thing.op, *(place(data, arg) if isinstance(arg, Term | Symbol) else plain(arg) for arg in thing.args)]
    data["terms"].append(row)
    return len(data["terms"]) - 1


def plain(value: Any) -> Any:
    """Return what stands in a certificate for something that is neither a term nor a symbol."""
    return value if isinstance(value, str | int | float | list | None) else str(value)
