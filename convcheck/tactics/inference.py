"""Small steps that every tactic takes: instances, case distinctions, statements in another form."""

from collections.abc import Callable, Sequence

from convcheck.kernel.axioms import axiom
from convcheck.kernel.rules import assume as assume_
from convcheck.kernel.rules import both, discharge, gen, left, mp, right, spec
from convcheck.kernel.rules import cases as cases_
from convcheck.kernel.terms import ZERO, Term, instantiate, make
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import slack


def weaken(theorem: Theorem) -> Theorem:
    """From a < b conclude a ≤ b; leave other relations alone."""
    if theorem.conclusion.op != "lt":
        return theorem
    return linear(make("le", *theorem.conclusion.args), [theorem])


def apply(theorem: Theorem, values: Sequence[Term], *premises: Theorem) -> Theorem:
    """Return the instance of a theorem, its premises met one after the other by relations that say the same."""
    for value in values:
        theorem = spec(theorem, value)
    for premise in premises:
        theorem = mp(theorem, restate(premise, theorem.conclusion.args[0]))
    return theorem


def from_axiom(name: str, values: Sequence[Term], *premises: Theorem) -> Theorem:
    """Return an instance of an axiom."""
    return apply(axiom(name), values, *premises)


def by_cases(a: Term, b: Term, prove: Callable[[Theorem], Theorem]) -> Theorem:
    """Return what ``prove`` concludes both from a ≤ b and from b < a."""
    return cases_(prove(assume_(make("le", a, b))), prove(assume_(make("lt", b, a))), a, b)


def generalize(theorem: Theorem, variables: Sequence[Term], premises: Sequence[Term] = ()) -> Theorem:
    """Return ∀ variables. premises → conclusion."""
    for premise in reversed(premises):
        theorem = discharge(premise, theorem)
    for variable in reversed(variables):
        theorem = gen(variable, theorem)
    return theorem


def restate(theorem: Theorem, goal: Term) -> Theorem:
    """Return the theorem as ``goal``, which says the same up to normal forms, or less: a ≤ b for a < b, p → q for q.

    Raises
    ------
    NotProvedError
        It says something else.
    """
    found = theorem.conclusion
    if found is goal:
        return theorem
    if goal.op == "all":  # of a variable of which the theorem need not speak
        variable = fresh(goal.args[0], theorem, goal)
        same = found.op == "all" and found.args[0] == goal.args[0]
        return gen(variable, restate(spec(theorem, variable) if same else theorem, open_body(goal, variable)))
    if goal.op == "imp":  # from a premise that the theorem need not have
        premise = assume_(goal.args[0])
        inside = mp(theorem, restate(premise, found.args[0])) if found.op == "imp" else theorem
        return discharge(goal.args[0], restate(inside, goal.args[1]))
    if found.op == goal.op == "and":
        return both(restate(left(theorem), goal.args[0]), restate(right(theorem), goal.args[1]))
    if {found.op, goal.op} <= {"le", "lt", "eq"}:
        return linear(goal, [theorem], [theorem] if found.op == "eq" and found.args[0].sort == "V" else ())
    raise NotProvedError("the statement is another one")


def open_body(formula: Term, variable: Term) -> Term:
    """Return the body of ∀ with a free variable for the bound one."""
    return instantiate(formula.args[1], variable)


def fresh(sort: str, *used: Theorem | Term) -> Term:
    """Return a variable that occurs in none of the given theorems and terms."""
    names = {str(v.args[0]) for item in used for v in _free(item) if isinstance(v, Term)}
    index = next(k for k in range(len(names) + 1) if f"z{k}" not in names)
    return make("var", f"z{index}", sort)


def _free(item: Theorem | Term) -> set[object]:
    if isinstance(item, Term):
        return set(item.free)
    return set(item.conclusion.free).union(*(h.free for h in item.hypotheses))


def same(p: Term, q: Term) -> bool:
    """Tell whether two relations between numbers have the same slack."""
    return p.op == q.op and slack(p) == slack(q)


def nonnegative(term: Term) -> Term:
    """Return 0 ≤ term."""
    return make("le", ZERO, term)


def positive(term: Term) -> Term:
    """Return 0 < term."""
    return make("lt", ZERO, term)
