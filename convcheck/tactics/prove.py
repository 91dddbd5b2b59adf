"""One step of a proof: a relation from its reasons and from what is known here, by the cheapest means that works."""

from collections.abc import Callable, Sequence

from convcheck.kernel.rules import antisym, assume, both, discharge, gen
from convcheck.kernel.terms import KernelError, Term, make
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import fresh, open_body
from convcheck.tactics.instances import guard, suggested
from convcheck.tactics.linear import Column, linear
from convcheck.tactics.polynomials import is_relation
from convcheck.tactics.search import definitions, search
from convcheck.tactics.split import corners, split
from convcheck.tactics.vectors import substitute_in, substituted, substitutions


def prove(goal: Term, given: Sequence[Theorem | Column], context: Context) -> Theorem:
    """Prove a formula from reasons (relations, or products of them) and the context.

    Raises
    ------
    NotProvedError
        No tactic found a derivation.
    """
    reasons = [r for r in given if not isinstance(r, Column)]
    known = next((f for f in (*reasons, *context.facts) if f.conclusion is goal), None)
    if known is not None:
        return known
    if goal.op in ("imp", "all", "and"):
        return _composite(goal, given, context)
    if not is_relation(goal):
        return linear(goal, [], definitions_of_vectors(reasons))
    return _relation(goal, reasons, [r for r in given if isinstance(r, Column)], context)


def _composite(goal: Term, given: Sequence[Theorem | Column], context: Context) -> Theorem:
    """Prove p → q from p, ∀x p for a new x, p ∧ q part by part, unless it is known as it stands."""
    try:
        return guard(goal, context, [r for r in given if not isinstance(r, Column)])
    except NotProvedError:
        pass
    if goal.op == "and":
        return both(*(prove(part, given, context) for part in goal.args))
    if goal.op == "imp":
        premise = assume(goal.args[0])
        return discharge(goal.args[0], prove(goal.args[1], given, context.knowing(premise)))
    used = [r for r in (*given, *context.facts, *context.rules) if not isinstance(r, Column)]
    variable = fresh(goal.args[0], goal, *used)
    return gen(variable, prove(open_body(goal, variable), given, context))


def _relation(goal: Term, reasons: Sequence[Theorem], products: Sequence[Column], context: Context) -> Theorem:
    """Prove a relation between numbers."""
    vectors = substitutions(reasons)
    if vectors:
        return _with_vectors(goal, reasons, products, vectors, context)
    rules = definitions(reasons) * 2  # twice, because one definition may bring in another
    here: list[Theorem | Column] = [*reasons, *products, *context.facts]

    def rest(part: Term, known: Sequence[Theorem]) -> Theorem:
        return search(part, known, definitions(known) * 2, context)

    def halves() -> Theorem:
        if goal.op != "eq":
            raise NotProvedError(goal)
        both = (make("le", *goal.args), make("le", *goal.args[::-1]))
        return antisym(*(search(half, reasons, rules, context) for half in both))

    attempts: list[Callable[[], Theorem]] = [
        lambda: linear(goal, here),
        lambda: linear(goal, here, rules),
        lambda: linear(goal, [*here, *suggested([goal], context)], rules),
        lambda: split(goal, reasons, context.facts, lambda known: definitions(known) * 2, rest),
        lambda: split(goal, [*reasons, *context.facts], (), lambda known: definitions(known) * 2, rest),
        lambda: _without_corners(goal, reasons, rules, context),
        halves,
    ]
    return _first(attempts, goal)


def _first(attempts: Sequence[Callable[[], Theorem]], goal: Term) -> Theorem:
    for attempt in attempts:
        try:
            return attempt()
        except (NotProvedError, KernelError):
            continue
    raise NotProvedError(goal)


def _with_vectors(
    goal: Term,
    reasons: Sequence[Theorem],
    products: Sequence[Column],
    vectors: Sequence[Theorem],
    context: Context,
) -> Theorem:
    """Use definitions of vectors in the goal and the reasons, and prove what results."""
    equations = [*vectors, *vectors]  # twice, because one definition may bring in another
    other, changes = substituted(goal, equations)
    rest = [substitute_in(r, equations) for r in reasons if r not in vectors]
    shown = prove(other, [*(r for r in reasons if r not in vectors), *rest, *products], context)
    return linear(goal, [shown, *changes])


def _without_corners(goal: Term, reasons: Sequence[Theorem], rules: Sequence[Theorem], context: Context) -> Theorem:
    if corners(goal, rules):
        raise NotProvedError(goal)
    try:
        return search(goal, reasons, [], context)
    except NotProvedError:
        return search(goal, reasons, rules, context)


def definitions_of_vectors(reasons: Sequence[Theorem]) -> list[Theorem]:
    """Return the equations between vectors, by which another one is rewritten."""
    return [r for r in reasons if r.conclusion.op == "eq" and r.conclusion.args[0].sort == "V"] * 2
