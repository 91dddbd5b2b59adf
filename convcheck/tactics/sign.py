"""Obvious signs: of products, powers, roots, inverses, norms, sums of such; else linear in what is known here."""

from collections.abc import Sequence
from fractions import Fraction

from convcheck.kernel.arithmetic import polynomial, square
from convcheck.kernel.axioms import POWER, SQRT
from convcheck.kernel.normal import canonical, scalar
from convcheck.kernel.rules import assume, mp, spec, sum_mono
from convcheck.kernel.terms import ZERO, Term, instantiate, make
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import apply, fresh, from_axiom, generalize, nonnegative, weaken
from convcheck.tactics.instances import suggested
from convcheck.tactics.lemmas import inverse_nonnegative, power_nonnegative, power_positive, root_positive
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import is_relation, slack


def sign(term: Term, context: Context, reasons: Sequence[Theorem] = ()) -> Theorem:
    """Prove 0 < term or else 0 ≤ term.

    Raises
    ------
    NotProvedError
        Neither is obvious; its argument is the term.
    """
    if reasons:
        context = context.knowing(*(r for r in reasons if is_relation(r.conclusion) and r.conclusion.op != "eq"))
    if term not in context.signs:
        context.signs[term] = None  # a sign that hangs on itself is not obvious
        context.signs[term] = _first(term, context)
    found = context.signs[term]
    if found is None:
        raise NotProvedError(term)
    return found


def _first(term: Term, context: Context) -> Theorem | None:
    if term.sort not in ("Z", "R"):
        return None
    for attempt in (_known, _as_written, _as_polynomial, _as_atom, _linearly):
        try:
            return attempt(term, context)
        except NotProvedError:
            continue
    return None


def _known(term: Term, context: Context) -> Theorem:
    """The sign is stated in the context, in the best case strictly."""
    p = scalar(term)
    for op in ("lt", "le"):
        for fact in context.facts:
            if fact.conclusion.op == op and fact.conclusion.args[0].sort != "V" and slack(fact.conclusion) == p:
                return linear(make(op, ZERO, term), [fact])
    raise NotProvedError(term)


def _as_written(term: Term, context: Context) -> Theorem:
    """A product factor by factor, a power by its base: expanded, they would have no obvious sign."""
    if term.op == "mul":
        return _product(term, [sign(factor, context) for factor in term.args])
    if term.op == "pow" and term.args[1] > 0:
        base, exponent = term.args
        try:
            return _product(term, [sign(base, context)] * exponent)
        except NotProvedError:
            if exponent % 2:
                raise
            return _product(term, [square(make("pow", base, exponent // 2))])
    if term.op == "inv":
        return _of_inverse(term, context)
    if term.op == "app" and term.args[0] is SQRT:
        return _of_root(term, context)
    if term.op == "app" and term.args[0] is POWER:
        return _of_power(term, context)
    raise NotProvedError(term)


def _product(term: Term, factors: Sequence[Theorem]) -> Theorem:
    strict = all(f.conclusion.op == "lt" for f in factors)
    return polynomial(make("lt" if strict else "le", ZERO, term), [(Fraction(1), tuple(factors), None)], [])


def _as_polynomial(term: Term, context: Context) -> Theorem:
    """Every monomial is a product of obvious signs."""
    p, products, strict = scalar(term), [], False
    if not p or p == scalar(term) == {((canonical(term), 1),): 1}:
        raise NotProvedError(term)
    for monomial, coefficient in p.items():
        if coefficient < 0:
            raise NotProvedError(term)
        factors: list[Theorem] = []
        for atom, exponent in monomial:
            factors += _power(atom, exponent, context)
        strict = strict or all(f.conclusion.op == "lt" for f in factors)
        products.append((coefficient, tuple(factors), None))
    return polynomial(make("lt" if strict else "le", ZERO, term), products, [])


def _power(atom: Term, exponent: int, context: Context) -> list[Theorem]:
    try:
        return [sign(atom, context)] * exponent
    except NotProvedError:
        if exponent % 2:
            raise
        return [square(make("pow", atom, exponent // 2) if exponent > 2 else atom)]


def _as_atom(term: Term, context: Context) -> Theorem:
    """Norms, inverses, roots and sums have signs by their nature."""
    if term.op == "inner" and canonical(term.args[0]) is canonical(term.args[1]):
        return linear(nonnegative(term), [square(term.args[0])])
    if term.op == "sum":
        return _of_sum(term, context)
    if term.op == "app" and term.args[0].name == "abs":
        value = term.args[1]
        halves = [from_axiom("abs_ge", [value]), from_axiom("abs_ge_minus", [value])]
        return linear(nonnegative(term), halves)
    raise NotProvedError(term)


def _of_inverse(term: Term, context: Context) -> Theorem:
    found = sign(term.args[0], context)
    if found.conclusion.op == "lt":
        return from_axiom("inv_pos", [term.args[0]], found)
    return apply(inverse_nonnegative(), [term.args[0]], found)


def _of_root(term: Term, context: Context) -> Theorem:
    found = sign(term.args[1], context)
    if found.conclusion.op == "lt":
        return apply(root_positive(), [term.args[1]], found)
    return from_axiom("sqrt_nonneg", [term.args[1]], found)


def _of_power(term: Term, context: Context) -> Theorem:
    base, exponent = term.args[1:]
    found, counted = sign(base, context), weaken(sign(exponent, context))
    lemma = power_positive() if found.conclusion.op == "lt" else power_nonnegative()
    return mp(spec(apply(lemma, [base], found), exponent), counted)


def _of_sum(term: Term, context: Context) -> Theorem:
    """A sum whose terms are not negative within the limits is not negative."""
    low, high, body = term.args
    index = fresh("Z", term, *context.facts)
    within = [assume(make("le", low, index)), assume(make("le", index, high))]
    each = weaken(sign(instantiate(body, index), context.knowing(*within)))
    total = sum_mono(generalize(each, [index], [w.conclusion for w in within]), low, high)
    return linear(nonnegative(term), [total])


def _linearly(term: Term, context: Context) -> Theorem:
    """A difference: linear in the facts, the instances of rules, and the obvious factors."""
    reasons = [*context.facts, *suggested([term], context)]
    for monomial in scalar(term):
        for atom, _ in monomial:
            if atom is not term and atom.op in ("inner", "app", "inv", "sum"):
                try:
                    reasons.append(sign(atom, context))
                except NotProvedError:
                    continue
    for op in ("lt", "le"):
        try:
            return linear(make(op, ZERO, term), reasons)
        except NotProvedError:
            continue
    raise NotProvedError(term)
