"""Polynomials as the kernel writes them, and the rewriting that the kernel's rule ``polynomial`` will do.

The kernel decides; what is computed here only tells the search what the kernel is going to see.
"""

from collections.abc import Iterable
from fractions import Fraction

from convcheck.kernel.normal import Monomial, Scalar, canonical, order, plus, scalar, scalar_term
from convcheck.kernel.terms import Term, make, rebuild, subterms
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.errors import NotProvedError

ONE: Scalar = {(): Fraction(1)}
STEPS = 1000
"""The kernel's limit on rewriting by one equation."""


def is_relation(p: Term) -> bool:
    """Tell whether a formula is ≤, < or = between numbers."""
    return p.op in ("le", "lt", "eq") and p.args[0].sort != "V"


def slack(relation: Term) -> Scalar:
    """Return rhs - lhs of a relation between numbers."""
    if not is_relation(relation):
        raise NotProvedError("not a relation between numbers")
    return plus(scalar(relation.args[1]), scalar(relation.args[0]), Fraction(-1))


def multiply(p: Scalar, q: Scalar) -> Scalar:
    """Return p·q."""
    if p == ONE:
        return q
    if q == ONE:
        return p
    total: Scalar = {}
    for m, a in p.items():
        for n, b in q.items():
            product = join(m, n)
            value = total.get(product, 0) + a * b
            if value:
                total[product] = value
            else:
                del total[product]
    return total


def join(m: Monomial, n: Monomial) -> Monomial:
    """Return the product of two monomials."""
    exponents = dict(m)
    for atom, exponent in n:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return tuple(sorted(exponents.items(), key=lambda pair: pair[0].key))


def reduce(p: Scalar, equations: Iterable[Theorem]) -> Scalar:
    """Return p with the equations used from left to right, one after the other, as the kernel uses them."""
    for equation in equations:
        p = _modulo(p, *equation.conclusion.args)
    return p


def _modulo(p: Scalar, left: Term, right: Term) -> Scalar:
    atom = canonical(left)
    if atom.op not in ("q", "add", "mul", "pow"):
        if not any(occurs(atom, base) for m in p for base, _ in m):
            return p
        return scalar(rebuild(scalar_term(p), lambda u, _: right if u is atom else None))
    difference = plus(scalar(left), scalar(right), Fraction(-1))
    source = scalar(left) if len(scalar(left)) == 1 else difference
    leading = max(source, key=lambda m: (sum(exponent for _, exponent in m), order(m)), default=())
    if leading == () or leading not in difference:
        raise NotProvedError("the equation has no monomial to replace")
    value = plus({}, plus(difference, {leading: difference[leading]}, Fraction(-1)), -1 / difference[leading])
    for _ in range(STEPS):
        found = next((m for m in p if divides(leading, m)), None)
        if found is None:
            return p
        rest = tuple((a, k - dict(leading).get(a, 0)) for a, k in found if k > dict(leading).get(a, 0))
        p = plus(plus(p, {found: p[found]}, Fraction(-1)), multiply({rest: p[found]}, value))
    raise NotProvedError("rewriting does not end")


def divides(m: Monomial, n: Monomial) -> bool:
    """Tell whether the monomial m divides n."""
    exponents = dict(n)
    return all(exponents.get(atom, 0) >= k for atom, k in m)


def occurs(part: Term, term: Term) -> bool:
    """Tell whether ``part`` is a subterm of the term."""
    if part is term:
        return True
    return part.free <= term.free and any(occurs(part, argument) for argument in subterms(term))


def atoms(term: Term) -> set[Term]:
    """Return the subterms that a polynomial cannot take apart: inverses, applications, inner products, sums, E."""
    found: set[Term] = set()
    waiting = [term]
    while waiting:
        u = waiting.pop()
        if u.op in ("inv", "app", "inner", "sum", "E", "CE") and not u.loose:
            found.add(u)
        waiting.extend(subterms(u))
    return found


def canonical_relation(p: Term) -> Term:
    """Return a relation with both sides in normal form, any other formula unchanged."""
    return make(p.op, *map(canonical, p.args)) if p.op in ("le", "lt", "eq") else p


def is_call(term: Term, *names: str) -> bool:
    """Tell whether a term applies one of the functions with these names."""
    return term.op == "app" and term.args[0].name in names
