"""Equations between vectors as substitutions: equals replace equals in relations between numbers."""

from collections.abc import Sequence

from convcheck.kernel.normal import canonical
from convcheck.kernel.rules import cong
from convcheck.kernel.terms import Term, make, rebuild
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.inference import fresh
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import is_relation, occurs


def substitutions(reasons: Sequence[Theorem]) -> list[Theorem]:
    """Return the equations that define a vector, x = …, where x is a variable or a value of a function."""
    found = []
    for reason in reasons:
        if reason.conclusion.op == "eq" and reason.conclusion.args[0].sort == "V":
            left, right = map(canonical, reason.conclusion.args)
            if left.op in ("var", "app", "sum", "E", "CE") and not occurs(left, right):
                found.append(reason)
    return found


def substituted(relation: Term, equations: Sequence[Theorem]) -> tuple[Term, list[Theorem]]:
    """Return a relation with definitions of vectors used, and what each side is equal to."""
    sides, changes = [], []
    for side in relation.args:
        current = canonical(side)
        for equation in equations:
            atom = canonical(equation.conclusion.args[0])
            if occurs(atom, current):
                hole = fresh("V", equation, current)
                pattern = _with_hole(current, atom, hole)
                changes.append(cong(equation, hole, pattern))
                current = canonical(changes[-1].conclusion.args[1])
        sides.append(current)
    return make(relation.op, *sides), changes


def _with_hole(term: Term, atom: Term, hole: Term) -> Term:
    return rebuild(term, lambda u, _: hole if u is atom else None)


def substitute_in(reason: Theorem, equations: Sequence[Theorem]) -> Theorem:
    """Return a relation between numbers with definitions of vectors used."""
    if not is_relation(reason.conclusion):
        return reason
    goal, changes = substituted(reason.conclusion, equations)
    return linear(goal, [reason, *changes]) if changes else reason
