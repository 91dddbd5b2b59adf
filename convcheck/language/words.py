"""Reasons: squares and signs, products, comparison of squares, sums."""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement

from convcheck.errors import ProofError, StepFailedError
from convcheck.kernel.arithmetic import square as square_
from convcheck.kernel.axioms import SQRT
from convcheck.kernel.rules import (
    assume,
    cong,
    expectation_mono,
    gen,
    integer,
    left,
    right,
    sum_empty,
    sum_last,
    sum_mono,
)
from convcheck.kernel.rules import both as both_
from convcheck.kernel.terms import KernelError, Term, instantiate, make, number
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact, Reason, theorems
from convcheck.language.proof import made, step
from convcheck.language.scope import current
from convcheck.language.terms import OUTCOME, Expression, Value, add, expression, lift
from convcheck.tactics import lemmas
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import apply, fresh, from_axiom, generalize, weaken
from convcheck.tactics.instances import instance
from convcheck.tactics.linear import Column, column, linear
from convcheck.tactics.polynomials import is_call
from convcheck.tactics.sign import sign
from convcheck.tactics.sos import sum_of_squares


def square(e: Value) -> Fact:
    """0 ≤ e², or 0 ≤ ‖e‖² of a vector."""
    return Fact(square_(lift(e)))


def nonneg(e: Value) -> Fact:
    """0 ≤ e or 0 < e, whichever is obvious."""
    return Fact(_sign(lift(e)))


def _sign(e: Term) -> Theorem:
    try:
        return sign(e, current().context)
    except NotProvedError as error:
        raise StepFailedError(f"{Expression(e)} has no obvious sign") from error


def products(*facts: Fact, degree: int) -> list[Column]:
    """All products of facts up to a degree: a polynomial inequality on a box is a combination of these (Handelman)."""
    known = [f.theorem for f in facts]
    chosen = (c for size in range(1, degree + 1) for c in combinations_with_replacement(known, size))
    return [column(*c) for c in chosen]


def sqrt_mono(a: Value, b: Value, by: Reason = None) -> Fact:
    """√a ≤ √b, if 0 ≤ a ≤ b."""
    x, y = lift(a), lift(b)
    return Fact(apply(lemmas.root_monotone(), [x, y], weaken(_sign(x)), step(make("le", x, y), by)))


def square_zero(e: Value, by: Reason = None) -> Fact:
    """E = 0, if e² ≤ 0."""
    x = lift(e)
    squared = step(make("le", make("pow", x, 2), lift(0)), by)
    return made(Fact(apply(lemmas.zero_of_square(), [x], squared)))


def larger(a: Value, b: Value) -> list[Fact]:
    """A ≤ max(a, b) and b ≤ max(a, b)."""
    return [Fact(from_axiom(name, [lift(a), lift(b)])) for name in ("max_left", "max_right")]


def root_of_zero() -> Fact:
    """√0 = 0."""
    return Fact(lemmas.root_of_zero())


def root(e: Value) -> list[Fact]:
    """√e·√e = e and 0 ≤ √e, if 0 ≤ e."""
    x = lift(e)
    nonnegative = weaken(_sign(x))
    return [Fact(from_axiom(name, [x], nonnegative)) for name in ("sqrt_square", "sqrt_nonneg")]


def whole(fact: Fact) -> Fact:
    """A + 1 ≤ b, if a < b between integers.

    Raises
    ------
    StepFailedError
        The fact is not one of these.
    """
    try:
        return made(Fact(integer(fact.theorem)))
    except KernelError as error:
        raise StepFailedError(f"{fact}: {error}") from error


def inverse(e: Value) -> list[Fact]:
    """e·(1/e) = 1 and 0 < 1/e, if 0 < e."""
    x = lift(e)
    return [Fact(from_axiom(name, [x], _sign(x))) for name in ("inv_mul", "inv_pos")]


def positive_factor(equation: Fact, b: Value) -> list[Fact]:
    """From a·b = c and 0 < b: a = c/b, as reasons."""
    return [equation.times(1 / expression(b)), *inverse(b)]


def by_squares(goal: Expression, by: Reason = None) -> Fact:
    """Prove A/(√e…) ≤ B/(√f…) with positive e, f and 0 ≤ B from A²·f… ≤ B²·e…: clear the roots, compare squares."""
    low, high = goal.term.args
    (a, es), (b, fs) = _parts(low), _parts(high)
    radicands = list(dict.fromkeys([*es, *fs]))
    positive = {e: _sign(e) for e in radicands}
    squares = [from_axiom("sqrt_square", [e], weaken(positive[e])) for e in radicands]
    p, q = _times(a, [lemmas.root(f) for f in fs]), _times(b, [lemmas.root(e) for e in es])
    a2, b2 = (_times(make("pow", side, 2), factors) for side, factors in ((a, fs), (b, es)))
    shown = step(make("le", a2, b2), by)
    crossed = linear(make("le", make("pow", p, 2), make("pow", q, 2)), [shown], squares)
    compared = apply(lemmas.compare_squares(), [p, q], weaken(_sign(q)), crossed)
    if not radicands:
        return made(Fact(linear(goal.term, [compared])))
    roots = [apply(lemmas.root_positive(), [e], positive[e]) for e in (*es, *fs)]
    inverses = [from_axiom("inv_pos", [r.conclusion.args[1]], r) for r in roots]
    cancel = [from_axiom("inv_mul", [r.conclusion.args[1]], r) for r in roots]
    return made(Fact(linear(goal.term, [column(compared, *inverses)], cancel)))


def _parts(side: Term) -> tuple[Term, list[Term]]:
    """Return the factors other than inverses of roots, and the radicands of those."""
    factors: list[Term] = []
    waiting = [side]
    while waiting:
        u = waiting.pop(0)
        if u.op == "mul":
            waiting = [*u.args, *waiting]
        elif u.op == "inv" and u.args[0].op == "mul":
            waiting = [*(make("inv", v) for v in u.args[0].args), *waiting]
        else:
            factors.append(u)
    under = [u.args[0].args[1] for u in factors if u.op == "inv" and is_call(u.args[0], SQRT.name)]
    others = [u for u in factors if not (u.op == "inv" and is_call(u.args[0], SQRT.name))]
    return _times(others[0], others[1:]) if others else lift(1), under


def _times(a: Term, factors: Sequence[Term]) -> Term:
    return make("mul", a, *factors) if factors else a


def by_sos(formula: Expression, by: Reason = None, order: int = 2) -> Fact:
    """Prove a polynomial inequality by sums of squares times products of up to ``order`` reasons.

    Raises
    ------
    StepFailedError
        No certificate was found.
    """
    known = [r for r in theorems(by) if isinstance(r, Theorem)]
    try:
        return made(Fact(sum_of_squares(formula.term, known, order=order)))
    except NotProvedError as error:
        raise StepFailedError(f"{formula} has no certificate by squares: {error}") from error


def both(first: Fact, second: Fact) -> Fact:
    """One fact and the other."""
    return Fact(both_(first.theorem, second.theorem))


def parts(fact: Fact) -> list[Fact]:
    """Return the parts of a fact p ∧ q ∧ …, in order."""
    if fact.formula.term.op != "and":
        return [made(fact)]
    return [part for half in (left, right) for part in parts(Fact(half(fact.theorem)))]


# ---- sums ----------------------------------------------------------------------------------------------------------


def summed(fact: Fact, index: Expression, low: Value, high: Value) -> Fact:
    """Add a relation that holds for each index from low to high."""
    limits = [assume((expression(low) <= index).term), assume((index <= expression(high)).term)]
    each = fact.theorem
    if each.conclusion.op == "all":
        context = current().context.knowing(*limits)
        try:
            each = instance(each, fact.variables or [index.term], context)
        except NotProvedError as error:
            raise StepFailedError(f"{fact} is not known for all indices from {low} to {high}: {error}") from error
    general = generalize(each, [index.term], [limit.conclusion for limit in limits])
    return Fact(sum_mono(general, lift(low), lift(high)))


def last(total: Expression) -> Fact:
    """Σ to n is Σ to n - 1, plus the last term."""
    s = _sum(total)
    low, high, body = s.args
    split = sum_last(s, step(make("le", low, high)))
    shorter = make("sum", low, add(high, number(-1)), body)
    return Fact(linear(make("eq", s, make("add", shorter, instantiate(body, high))), [split]))


def empty(total: Expression) -> Fact:
    """A sum without terms is 0."""
    s = _sum(total)
    return Fact(sum_empty(s, step(make("lt", s.args[1], s.args[0]))))


def unroll(total: Expression, count: int) -> list[Fact]:
    """Σ to n is Σ to n - count, plus the last terms one by one, as reasons."""
    found = [last(total)]
    for _ in range(count - 1):
        shorter = next(a for a in found[-1].theorem.conclusion.args[1].args if a.op == "sum")
        found.append(last(Expression(shorter)))
    goal = make("eq", total.term, _unrolled(found))
    return [Fact(linear(goal, [f.theorem for f in found]))]


def _unrolled(found: list[Fact]) -> Term:
    """Return the sum that is left, plus the last terms."""
    ends = [f.theorem.conclusion.args[1].args for f in found]
    return make("add", ends[-1][0], *(end[1] for end in reversed(ends)))


def _sum(total: Expression) -> Term:
    if total.term.op != "sum":
        raise ProofError(f"{total} is not a sum")
    return total.term


# ---- expectations --------------------------------------------------------------------------------------------------


def averaged(fact: Fact, given: Value | None = None) -> Fact:
    """Take expectations on both sides of a relation that holds for all outcomes, given F_t with ``given=t``."""
    relation = fact.theorem
    if relation.conclusion.op != "all":
        relation = gen(OUTCOME, relation)
    return Fact(expectation_mono(relation, None if given is None else (lift(given), OUTCOME)))


# ---- functions -----------------------------------------------------------------------------------------------------


def image(function: Callable[[Expression], Expression], equation: Fact) -> Fact:
    """f(a) = f(b), from a = b."""
    hole = fresh(equation.theorem.conclusion.args[0].sort, equation.theorem)
    return Fact(cong(equation.theorem, hole, function(Expression(hole)).term))


# ---- powers --------------------------------------------------------------------------------------------------------


def power_zero(base: Value) -> Fact:
    """x⁰ = 1."""
    return Fact(from_axiom("power_zero", [lift(base)]))


def power_next(base: Value, n: Value) -> Fact:
    """xⁿ⁺¹ = x·xⁿ, if 0 ≤ n."""
    k = lift(n)
    return Fact(from_axiom("power_next", [lift(base), k], step(make("le", lift(0), k))))
