"""Search for multipliers: rhs - lhs = Σ c·μ·reason, where the μ are quotients of monomials that occur.

A reason helps if some μ times one of its monomials is a monomial still to be paid for; each factor of μ must have an
obvious sign (for an equation it may be anything).  Roots and inverses bring their own equations, √e·√e = e and
e·(1/e) = 1; with these no multiplier may be needed.  The relations are multiplied in pairs when they are few.  Two
rounds, then one linear program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement

from convcheck.kernel.arithmetic import square
from convcheck.kernel.axioms import SQRT
from convcheck.kernel.normal import Monomial, Scalar, scalar_term
from convcheck.kernel.terms import ONE, ZERO, Term, make
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import from_axiom, weaken
from convcheck.tactics.instances import suggested
from convcheck.tactics.lemmas import root_of_zero
from convcheck.tactics.linear import Column, column, linear
from convcheck.tactics.polynomials import ONE as UNIT
from convcheck.tactics.polynomials import atoms, canonical_relation, is_relation, multiply, reduce, slack
from convcheck.tactics.sign import sign

ROUNDS = 2
DEGREE = 8
"""No multiplier has more factors."""
PAIRED = 4
"""So many inequalities are still multiplied with each other."""
WIDTH = 20000
"""A round with more candidates is not begun."""
DENOMINATORS = 3

Powers = tuple[tuple[Term, int], ...]
"""A monomial with exponents of any sign."""


@dataclass(frozen=True, eq=False)
class Reason:
    """One or two relations, and their product up to the equations."""

    theorems: tuple[Theorem, ...]
    value: Scalar
    zero: bool


@dataclass(eq=False)
class _Search:
    """One search: what may be used, and what has been tried."""

    goal: Term
    equations: list[Theorem]
    reasons: list[Reason]
    context: Context
    columns: list[Column] = field(default_factory=list)
    tried: set[tuple[int, Powers]] = field(default_factory=set)

    def add(self, number: int, reason: Reason | None, mu: Powers) -> Scalar:
        """Try a multiplier of a reason, and return the product that it makes (empty if it cannot be used)."""
        if (number, mu) in self.tried or sum(abs(e) for _, e in mu) > DEGREE or (reason is None and not mu):
            return {}
        self.tried.add((number, mu))
        if reason is not None and reason.zero:
            self.columns.append(column(*reason.theorems, multiplier=_term(mu)))
        else:
            factors = self._factors(mu)
            if factors is None:
                return {}
            self.columns.append(column(*(() if reason is None else reason.theorems), *factors))
        return reduce(self.columns[-1].value, self.equations)

    def _factors(self, mu: Powers) -> list[Theorem] | None:
        """Return relations whose slacks multiply to μ."""
        found: list[Theorem] = []
        for atom, exponent in mu:
            base, size = make("inv", atom) if exponent < 0 else atom, abs(exponent)
            try:
                found += [sign(base, self.context)] * size
            except NotProvedError:
                if size % 2:
                    return None
                found.append(square(make("pow", base, size // 2) if size > 2 else base))
        return found


def search(goal: Term, reasons: Sequence[Theorem], definitions: Sequence[Theorem], context: Context) -> Theorem:
    """Prove a relation from reasons times multipliers, with definitions used as rewriting rules."""
    known = context.knowing(*(r for r in reasons if r.conclusion.op in ("le", "lt") and is_relation(r.conclusion)))
    here = _Search(goal, [], [], known)
    raw = reduce(slack(goal), definitions)
    used = [r for r in reasons if is_relation(r.conclusion) and r not in definitions]
    facts = [f for f in (*context.facts, *suggested([scalar_term(raw)], context)) if is_relation(f.conclusion)]
    values = [reduce(slack(r.conclusion), definitions) for r in used]
    natural = natural_equations([scalar_term(p) for p in (raw, *values)], known)
    here.equations = [*definitions, *natural]
    here.reasons = list(_reasons(goal, used, [f for f in facts if f not in used], natural, here.equations))
    try:
        return linear(goal, [*used, *facts], here.equations)
    except NotProvedError:
        pass
    target = reduce(raw, here.equations)
    frontier = set(target) | set(raw)
    common = _denominators([raw, *values])
    for turn in range(ROUNDS):
        new = _round(here, frontier, common if turn == 0 and len(here.reasons) < 40 else [()])
        try:
            return linear(goal, here.columns, here.equations)
        except NotProvedError:
            if len(new) * sum(len(r.value) for r in here.reasons) > WIDTH:
                break
        frontier = new - frontier
    raise NotProvedError("search")


def _round(here: _Search, frontier: set[Monomial], common: Sequence[tuple[Term, ...]]) -> set[Monomial]:
    """Try, for each reason, every multiplier with which it meets a monomial of the frontier."""
    new: set[Monomial] = set()
    start: list[Reason | None] = [None, *here.reasons]
    for number, reason in enumerate(start):
        for cleared in common if reason is not None else ():
            new |= set(here.add(number, reason, _cleared({}, cleared)))
        for n in UNIT if reason is None else reason.value:
            below = _powers(n)
            for m in frontier:
                quotient = _powers(m)
                for atom, exponent in below.items():
                    quotient[atom] = quotient.get(atom, 0) - exponent
                for cleared in [()] if reason is None else common:
                    new |= set(here.add(number, reason, _cleared(quotient, cleared)))
    return new


def _reasons(
    goal: Term,
    used: Sequence[Theorem],
    facts: Sequence[Theorem],
    natural: Sequence[Theorem],
    equations: Sequence[Theorem],
) -> Iterator[Reason]:
    def single(theorem: Theorem) -> Reason:
        return Reason((theorem,), reduce(slack(theorem.conclusion), equations), theorem.conclusion.op == "eq")

    everything = [single(f) for f in (*used, *facts)]
    everything += [Reason((f,), slack(f.conclusion), zero=True) for f in natural]
    if goal.op == "eq":
        yield from (r for r in everything if r.zero)
        return
    yield from everything
    unequal = [f for f in used if f.conclusion.op != "eq"]
    if len(unequal) <= PAIRED:
        for f, g in combinations_with_replacement(unequal, 2):
            yield Reason((f, g), reduce(multiply(slack(f.conclusion), slack(g.conclusion)), equations), zero=False)


def natural_equations(terms: Sequence[Term], context: Context) -> list[Theorem]:
    """Return √e·√e = e and e·(1/e) = 1 for the roots and inverses that occur, where e has the sign for it.

    Outer ones come first: they are used in this order, and what is under a root may be a root.
    """
    found = []
    for atom in sorted({a for term in terms for a in atoms(term)}, key=lambda a: (-len(a.key), a.key)):
        try:
            if atom.op == "app" and atom.args[0] is SQRT:
                if atom.args[1] is ZERO:
                    found.append(root_of_zero())
                else:
                    found.append(from_axiom("sqrt_square", [atom.args[1]], weaken(sign(atom.args[1], context))))
            elif atom.op == "inv":
                positive = sign(atom.args[0], context)
                if positive.conclusion.op == "lt":
                    found.append(from_axiom("inv_mul", [atom.args[0]], positive))
        except NotProvedError:
            continue
    return found


def definitions(reasons: Sequence[Theorem]) -> list[Theorem]:
    """Return the equations among the reasons that define an atom, to be used as rewriting rules."""
    rules = []
    for reason in reasons:
        if reason.conclusion.op == "eq":
            left, right = canonical_relation(reason.conclusion).args
            named = left.op in ("app", "sum", "E", "CE") and not (left.op == "app" and left.args[0] is SQRT)
            if named and left not in atoms(right):
                rules.append(reason)
    return rules


def _powers(monomial: Monomial) -> dict[Term, int]:
    """Return a monomial with inverses as negative exponents."""
    exponents: dict[Term, int] = {}
    for atom, e in monomial:
        base, exponent = (atom.args[0], -e) if atom.op == "inv" and atom.args[0].op != "add" else (atom, e)
        exponents[base] = exponents.get(base, 0) + exponent
    return exponents


def _cleared(powers: dict[Term, int], denominators: tuple[Term, ...]) -> Powers:
    result = dict(powers)
    for atom in denominators:
        result[atom] = result.get(atom, 0) + 1
    return tuple(sorted(((a, e) for a, e in result.items() if e), key=lambda pair: pair[0].key))


def _denominators(values: Sequence[Scalar]) -> list[tuple[Term, ...]]:
    """Return the sets of inverses of sums that occur, by which a product may have to be multiplied."""
    inverses = {a for p in values for m in p for a, _ in m if a.op == "inv" and a.args[0].op == "add"}
    first = sorted(inverses, key=lambda a: a.key)[:DENOMINATORS]
    return [chosen for size in range(len(first) + 1) for chosen in combinations(first, size)]


def _term(mu: Powers) -> Term:
    factors = [make("pow", make("inv", a) if e < 0 else a, abs(e)) for a, e in mu]
    return make("mul", ONE, *factors) if factors else ONE
