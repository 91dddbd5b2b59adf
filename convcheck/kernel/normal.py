"""Normal forms: scalars are polynomials over atoms, vectors are linear combinations of atoms.

A scalar normal form maps monomials to rational coefficients; a monomial is a tuple of pairs (atom, exponent >= 1)
sorted by the atoms' keys.  A vector normal form maps vector atoms to scalar normal forms.  Zero coefficients are not
stored.  An atom is a term that no rule below takes apart, with its own arguments in normal form.

Every step is an equation that holds in all interpretations: the ring laws; inv is multiplicative and involutive, since
inv 0 = 0; the inner product is bilinear and symmetric; sums and (conditional) expectations are linear, constants leave
them, and F_t-measurable factors leave E[· | F_t]; E⟨u, V⟩ = ⟨u, E V⟩ for u outside; E E[· | F_t] = E.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

from convcheck.kernel.terms import (
    BODY,
    ZERO,
    Symbol,
    Term,
    depends_on_bound,
    instantiate,
    make,
    number,
    shift,
    subterms,
)

Monomial = tuple[tuple[Term, int], ...]
Scalar = dict[Monomial, Fraction]
Vector = dict[Term, Scalar]


def plus(p: Scalar, q: Scalar, times: Fraction = Fraction(1)) -> Scalar:
    """Return p + times·q."""
    total = dict(p)
    for monomial, coefficient in q.items():
        value = total.pop(monomial, Fraction(0)) + times * coefficient
        if value != 0:
            total[monomial] = value
    return total


def times(p: Scalar, q: Scalar) -> Scalar:
    """Return p·q."""
    total: Scalar = {}
    for m, a in p.items():
        for n, b in q.items():
            total = plus(total, {_product(m, n): a * b})
    return total


def power(p: Scalar, exponent: int) -> Scalar:
    """Return p to a natural power."""
    result = constant(1)
    for _ in range(exponent):
        result = times(result, p)
    return result


def constant(value: int | Fraction) -> Scalar:
    """Return a rational number's normal form."""
    return {(): Fraction(value)} if value != 0 else {}


def atom(term: Term) -> Scalar:
    """Return the normal form of a scalar atom."""
    return {((term, 1),): Fraction(1)}


def vector_plus(u: Vector, v: Vector, times_scalar: Scalar) -> Vector:
    """Return u + times_scalar·v."""
    total = dict(u)
    for term, coefficient in v.items():
        value = plus(total.pop(term, {}), times(times_scalar, coefficient))
        if value:
            total[term] = value
    return total


def _product(m: Monomial, n: Monomial) -> Monomial:
    exponents = dict(m)
    for term, exponent in n:
        exponents[term] = exponents.get(term, 0) + exponent
    return tuple(sorted(exponents.items(), key=lambda pair: pair[0].key))


@cache
def scalar(term: Term) -> Scalar:
    """Return the normal form of a term of sort Z or R; nobody may change it, for it is kept."""
    return _SCALARS[term.op](term) if term.op in _SCALARS else atom(term)


@cache
def vector(term: Term) -> Vector:
    """Return the normal form of a term of sort V; nobody may change it, for it is kept."""
    return _VECTORS[term.op](term) if term.op in _VECTORS else {term: constant(1)}


def canonical(term: Term) -> Term:
    """Return the term that the normal form writes; propositions and outcomes stay as they are."""
    if term.sort == "V":
        return vector_term(vector(term))
    return scalar_term(scalar(term)) if term.sort in ("Z", "R") else term


def monomial_term(monomial: Monomial, coefficient: Fraction) -> Term:
    """Write a monomial with its coefficient."""
    factors = [make("pow", term, exponent) if exponent > 1 else term for term, exponent in monomial]
    if coefficient != 1 or not factors:
        factors.insert(0, number(coefficient))
    return factors[0] if len(factors) == 1 else make("mul", *factors)


def scalar_term(p: Scalar) -> Term:
    """Write a scalar normal form, monomials in order."""
    terms = [monomial_term(m, c) for m, c in sorted(p.items(), key=lambda pair: order(pair[0]))]
    return ZERO if not terms else terms[0] if len(terms) == 1 else make("add", *terms)


def vector_term(v: Vector) -> Term:
    """Write a vector normal form, atoms in order; the zero vector is 0 times a variable that nothing else uses."""
    terms = [
        a if p == constant(1) else make("smul", scalar_term(p), a) for a, p in sorted(v.items(), key=lambda x: x[0].key)
    ]
    if not terms:
        return make("smul", ZERO, make("var", "zero", "V"))
    return terms[0] if len(terms) == 1 else make("add", *terms)


def order(monomial: Monomial) -> list[tuple[str, int]]:
    """Return the sort key of a monomial."""
    return [(term.key, exponent) for term, exponent in monomial]


def _add(term: Term) -> Scalar:
    total: Scalar = {}
    for arg in subterms(term):
        total = plus(total, scalar(arg))
    return total


def _multiply(term: Term) -> Scalar:
    total = constant(1)
    for arg in subterms(term):
        total = times(total, scalar(arg))
    return total


def _inverse(term: Term) -> Scalar:
    """inv(c·Π a^e) = c⁻¹·Π inv(a)^e and inv(inv a) = a, also at 0; of a sum, the leading coefficient comes out."""
    p = scalar(term.args[0])
    if not p:
        return {}
    monomial, coefficient = min(p.items(), key=lambda pair: order(pair[0]))
    if len(p) > 1:
        return plus({}, atom(make("inv", scalar_term(plus({}, p, 1 / coefficient)))), 1 / coefficient)
    result = constant(1 / coefficient)
    for base, exponent in monomial:
        inverse = scalar(base.args[0]) if base.op == "inv" else atom(make("inv", base))
        result = times(result, power(inverse, exponent))
    return result


def _inner(term: Term) -> Scalar:
    total: Scalar = {}
    for u, p in vector(term.args[0]).items():
        for v, q in vector(term.args[1]).items():
            x, y = (u, v) if u.key <= v.key else (v, u)
            total = plus(total, times(times(p, q), atom(make("inner", x, y))))
    return total


def _application(term: Term) -> Term:
    return make("app", term.args[0], *map(canonical, term.args[1:]))


def _vector_add(term: Term) -> Vector:
    total: Vector = {}
    for arg in subterms(term):
        total = vector_plus(total, vector(arg), constant(1))
    return total


# ---- binders: sum, E and E[· | F_t] --------------------------------------------------------------------------------


def _linear_scalar(term: Term) -> Scalar:
    total: Scalar = {}
    for monomial, coefficient in scalar(term.args[BODY[term.op]]).items():
        inside, outside = _split(term, monomial)
        bound = constant(1) if not inside and term.op != "sum" else _bound_scalar(term, inside)
        total = plus(total, times(outside, bound), coefficient)
    return total


def _linear_vector(term: Term) -> Vector:
    total: Vector = {}
    for base, p in vector(term.args[BODY[term.op]]).items():
        for monomial, coefficient in p.items():
            inside, outside = _split(term, monomial)
            leaving = _image_outside(term, base)
            if not inside and leaving is not None and term.op != "sum":
                bound = vector(leaving)
            else:
                factors = monomial_term(inside, Fraction(1))
                bound = _rebind_vector(term, make("smul", factors, base) if inside else base)
            total = vector_plus(total, bound, plus({}, outside, coefficient))
    return total


def _split(term: Term, monomial: Monomial) -> tuple[Monomial, Scalar]:
    """Return the factors that stay under the binder, and the product of the images of those that leave it."""
    inside, outside = [], constant(1)
    for base, exponent in monomial:
        image = _image_outside(term, base)
        if image is None:
            inside.append((base, exponent))
        else:
            outside = times(outside, power(scalar(image), exponent))
    return tuple(inside), outside


def _image_outside(term: Term, factor: Term) -> Term | None:
    """Return what a factor is outside the binder, or None if it cannot leave.

    That is itself if it does not depend on the bound variable, and its value at the outer outcome if it is known at the
    time of a conditional expectation.
    """
    if not depends_on_bound(factor):
        return shift(factor, -1)
    if term.op == "CE" and _known_at(factor, canonical(term.args[0])):
        return instantiate(factor, term.args[2])
    return None


def _known_at(factor: Term, time: Term) -> bool:
    """Tell whether a factor, whose outcome is bound variable 0, is measurable at ``time`` (outside the binder)."""
    if not depends_on_bound(factor):
        return True
    if factor.op == "app":
        symbol, *args = factor.args
        if symbol.adapted is not None:
            if args[-1] is not make("bvar", 0, "W") or any(depends_on_bound(arg) for arg in args[:-1]):
                return False
            known = plus(scalar(shift(args[0], -1)), constant(symbol.adapted))
            later = plus(scalar(time), known, Fraction(-1))
            return not later or (set(later) == {()} and later[()] >= 0)
    if factor.op in ("app", "add", "mul", "pow", "inv", "smul", "inner"):
        return all(_known_at(arg, time) for arg in subterms(factor))
    return False


def _bound_scalar(term: Term, inside: Monomial) -> Scalar:
    """Return the binder over a product of scalar factors, none of which leaves it."""
    if len(inside) == 1 and inside[0][1] == 1 and inside[0][0].op == "inner":
        a, b = inside[0][0].args
        for u, v in ((a, b), (b, a)):  # ⟨u, ·⟩ is linear: it leaves the binder if u does
            image = _image_outside(term, u)
            if image is not None:
                return scalar(make("inner", image, vector_term(_rebind_vector(term, v))))
    body = monomial_term(inside, Fraction(1))
    bound = _rebind(term, body)
    return atom(bound) if body in bound.args else scalar(bound)


def _rebind_vector(term: Term, body: Term) -> Vector:
    bound = _rebind(term, body)
    return {bound: constant(1)} if body in bound.args else vector(bound)


def _rebind(term: Term, body: Term) -> Term:
    """Return the binder of ``term`` over another body; E of E[X | F_t] at its own outcome, t not random, is E X."""
    if term.op == "sum":
        return make("sum", canonical(term.args[0]), canonical(term.args[1]), body)
    if term.op == "CE":
        return make("CE", canonical(term.args[0]), body, term.args[2])
    if body.op == "CE" and body.args[2] is make("bvar", 0, "W"):
        time, inner, _ = body.args
        if not depends_on_bound(time) and not depends_on_bound(inner, 1):
            return make("E", shift(inner, -1, 1))
    return make("E", body)


_SCALARS: Mapping[str, Callable[[Term], Scalar]] = {
    "q": lambda t: constant(t.args[0]),
    "add": _add,
    "mul": _multiply,
    "pow": lambda t: power(scalar(t.args[0]), t.args[1]),
    "inv": _inverse,
    "inner": _inner,
    "app": lambda t: atom(_application(t)),
    "sum": _linear_scalar,
    "E": _linear_scalar,
    "CE": _linear_scalar,
}
_VECTORS: Mapping[str, Callable[[Term], Vector]] = {
    "add": _vector_add,
    "smul": lambda t: vector_plus({}, vector(t.args[1]), scalar(t.args[0])),
    "app": lambda t: {_application(t): constant(1)},
    "sum": _linear_vector,
    "E": _linear_vector,
    "CE": _linear_vector,
}

__all__ = ["Monomial", "Scalar", "Symbol", "Vector", "canonical", "scalar", "scalar_term", "vector", "vector_term"]
