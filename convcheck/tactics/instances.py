"""Instances of general theorems: at given terms, or at those that the atoms of a goal suggest."""

from collections.abc import Iterable, Iterator, Sequence

from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.normal import canonical
from convcheck.kernel.rules import mp, spec
from convcheck.kernel.terms import KernelError, Term, instantiate, make, number, subterms
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import restate
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import is_relation

Matching = dict[Term, Term]


def instance(theorem: Theorem, values: Sequence[Term], context: Context, reasons: Iterable[Theorem] = ()) -> Theorem:
    """Return a theorem at some values of its variables, the premises among them met from the context.

    Raises
    ------
    NotProvedError
        There are more values than variables, or a premise is not known to hold here.
    """
    remaining, outcome, known = list(values), make("var", "ω", "W"), list(reasons)
    while theorem.conclusion.op in ("all", "imp"):
        if theorem.conclusion.op == "imp":
            theorem = mp(theorem, guard(theorem.conclusion.args[0], context, known))
        elif theorem.conclusion.args[0] == "W" and not (remaining and remaining[0].sort == "W"):
            theorem = spec(theorem, outcome)
        elif remaining:
            try:
                theorem = spec(theorem, remaining.pop(0))
            except KernelError as error:
                raise NotProvedError(str(error)) from error
        else:
            break
    if remaining:
        raise NotProvedError("there are more values than variables")
    return theorem


def guard(premise: Term, context: Context, reasons: Sequence[Theorem] = ()) -> Theorem:
    """Prove a premise from what is known without search: it is linear, or an obvious sign, or known word for word."""
    for known in (*reasons, *context.facts, *context.rules):
        if known.conclusion is premise:
            return known
    for known in (*reasons, *context.rules):
        if known.conclusion.op == premise.op == "all":
            try:
                return restate(known, premise)
            except NotProvedError:
                continue
    if not is_relation(premise):
        raise NotProvedError(premise)
    try:
        return linear(premise, [*reasons, *context.facts])
    except NotProvedError:
        return _by_sign(premise, context)


def _by_sign(premise: Term, context: Context) -> Theorem:
    from convcheck.tactics.sign import sign

    low, high = premise.args
    if premise.op == "eq" or (low.op, low.args) != ("q", (0,)):
        raise NotProvedError(premise)
    return restate(sign(high, context), premise)


def suggested(terms: Iterable[Term], context: Context) -> list[Theorem]:
    """Return the instances of the context's rules at the atoms of some terms."""
    if not context.rules:
        return []
    places = {atom for term in terms for atom in _places(term)}
    found: dict[Term, Theorem] = {}
    plain = Context(context.facts)
    for rule in context.rules:
        for values in _matches(rule.conclusion, sorted(places, key=lambda place: place.key)):
            try:
                theorem = instance(rule, values, plain)
            except NotProvedError:
                continue
            found.setdefault(theorem.conclusion, theorem)
    return list(found.values())


def _places(term: Term) -> Iterator[Term]:
    if term.op == "app" and not term.loose and term.args[0] not in BUILTIN:
        yield canonical(term)
    for part in subterms(term):
        yield from _places(part)


def _matches(rule: Term, places: Sequence[Term]) -> Iterator[list[Term]]:
    holes: list[Term] = []
    while rule.op in ("all", "imp"):
        if rule.op == "all":
            holes.append(make("var", f"hole{len(holes)}", rule.args[0]))
            rule = instantiate(rule.args[1], holes[-1])
        else:
            rule = rule.args[1]
    seen = set()
    for pattern in sorted(set(_places(rule)), key=lambda place: place.key):
        if pattern.free >= set(holes):
            for place in places:
                found = match(pattern, place, {}, holes)
                if found is not None and (values := tuple(found[hole] for hole in holes)) not in seen:
                    seen.add(values)
                    yield list(values)


def match(pattern: Term, term: Term, found: Matching, holes: Sequence[Term]) -> Matching | None:
    """Return values of the holes for which the pattern is the term, or None."""
    if pattern in holes:
        if pattern in found:
            return found if found[pattern] is term else None
        return {**found, pattern: term} if (term.sort, pattern.sort) in _FITS else None
    if pattern is term:
        return found
    if _is_successor(pattern) and term.sort == "Z":
        return match(pattern.args[1], canonical(make("add", term, number(-pattern.args[0].args[0]))), found, holes)
    return _match_parts(pattern, term, found, holes)


def _is_successor(pattern: Term) -> bool:
    """Tell whether the pattern is k + n, which matches any integer."""
    return pattern.op == "add" and pattern.sort == "Z" and len(pattern.args) == 2 and pattern.args[0].op == "q"


def _match_parts(pattern: Term, term: Term, found: Matching, holes: Sequence[Term]) -> Matching | None:
    if pattern.op != term.op or len(pattern.args) != len(term.args):
        return None
    for a, b in zip(pattern.args, term.args, strict=True):
        if isinstance(a, Term) and isinstance(b, Term):
            deeper = match(a, b, found, holes)
            if deeper is None:
                return None
            found = deeper
        elif a is not b and a != b:
            return None
    return found


_FITS = {("Z", "Z"), ("R", "R"), ("Z", "R"), ("V", "V")}
