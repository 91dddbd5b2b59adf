"""min, max and | |: one case for each side."""

from collections.abc import Callable, Sequence

from convcheck.kernel.axioms import ABS, MAX, MIN
from convcheck.kernel.normal import scalar_term
from convcheck.kernel.rules import antisym
from convcheck.kernel.terms import ZERO, Term, make, number
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import by_cases, from_axiom, weaken
from convcheck.tactics.lemmas import refute
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import atoms, reduce, slack

Prover = Callable[[Term, Sequence[Theorem]], Theorem]
DEPTH = 4
"""Nested case distinctions go no deeper."""


def corners(goal: Term, equations: Sequence[Theorem]) -> list[Term]:
    """Return the terms min, max and | | of a goal, equations used, innermost first."""
    found = atoms(scalar_term(reduce(slack(goal), equations)))
    return sorted((a for a in found if a.op == "app" and a.args[0] in (MIN, MAX, ABS)), key=lambda a: len(a.key))


def split(
    goal: Term,
    reasons: Sequence[Theorem],
    facts: Sequence[Theorem],
    definitions: Callable[[Sequence[Theorem]], list[Theorem]],
    prove: Prover,
    depth: int = DEPTH,
) -> Theorem:
    """Prove a goal in each case of the innermost min, max or | | in it.

    ``facts`` are known besides the reasons; ``definitions`` says which of these are used as rewriting rules; ``prove``
    does what has no corner left.
    """
    if goal.op == "eq":
        halves = (make("le", *goal.args), make("le", *goal.args[::-1]))
        return antisym(*(split(half, reasons, facts, definitions, prove, depth) for half in halves))
    found = corners(goal, definitions(reasons))
    if not found or not depth:
        raise NotProvedError("nothing to split")
    corner = found[0]

    def within(case: Theorem) -> Theorem:
        known = [*reasons, _value(corner, case), case]
        try:
            return linear(goal, [*known, *facts], definitions(known))
        except NotProvedError:
            pass
        try:
            return refute_from(goal, [*reasons, case, *facts], definitions(reasons))
        except NotProvedError:
            pass
        if corners(goal, definitions(known)):
            return split(goal, known, facts, definitions, prove, depth - 1)
        return prove(goal, known)

    a, b = corner.args[1:] if corner.args[0] is not ABS else (ZERO, corner.args[1])
    return by_cases(a, b, within)


def refute_from(goal: Term, reasons: Sequence[Theorem], equations: Sequence[Theorem]) -> Theorem:
    """Prove anything where the reasons contradict each other linearly."""
    return refute(goal, linear(make("lt", ZERO, ZERO), reasons, equations))


def _value(corner: Term, case: Theorem) -> Theorem:
    """Return what the corner is where ``case`` holds: a ≤ b, or b < a."""
    below, weak = case.conclusion.op == "le", weaken(case)
    if corner.args[0] is MIN:
        return from_axiom("min_is_left" if below else "min_is_right", corner.args[1:], weak)
    if corner.args[0] is MAX:
        return from_axiom("max_is_right" if below else "max_is_left", corner.args[1:], weak)
    return _absolute(corner, weak)


def _absolute(corner: Term, case: Theorem) -> Theorem:
    """|y| = y where 0 ≤ y, and |y| = -y where y ≤ 0."""
    y = corner.args[1]
    bounds = [from_axiom("abs_ge", [y]), from_axiom("abs_ge_minus", [y])]
    squares = from_axiom("abs_square", [y])
    value = y if case.conclusion.args[0] is ZERO else make("mul", number(-1), y)

    def below(other: Theorem) -> Theorem:
        if other.conclusion.op == "le":
            return other
        return refute(make("le", corner, value), squares, (other, other), (other, case))

    return antisym(by_cases(corner, value, below), linear(make("le", value, corner), bounds))
