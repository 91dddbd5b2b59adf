"""What a step by the rule ``polynomial`` rests on, made explicit: one identity between polynomials over atoms.

    rhs - lhs  =  Σ c·(product of slacks)  +  Σ cofactor·(left - right)  +  constant

The rule uses equations by rewriting; here each use becomes a multiple of ``left - right``, so that nothing is left to
search for.  An equation whose left side is an atom is used inside other atoms, too: for √(v + 1) with v = w that is
the equation √(v + 1) = √(w + 1), a congruence, which is listed apart.
"""

from dataclasses import dataclass
from fractions import Fraction

from convcheck.kernel import Term, Theorem, derivation
from convcheck.kernel.normal import (
    Monomial,
    Scalar,
    atom,
    canonical,
    constant,
    order,
    plus,
    power,
    scalar,
    scalar_term,
    times,
)
from convcheck.kernel.terms import rebuild, require


@dataclass(frozen=True, eq=False)
class Multiple:
    """A term of the identity: ``cofactor·(left - right)``, with left = right by a premise or by congruence."""

    cofactor: Scalar
    left: Scalar
    right: Scalar
    premise: Theorem | None
    """The equation, or None for a congruence: then the left side is one atom."""


@dataclass(frozen=True, eq=False)
class Identity:
    """A step: the goal, the products of slacks, the multiples of equations, and what is left over, at least 0."""

    goal: Term
    products: tuple[tuple[Fraction, tuple[Theorem, ...], Term | None], ...]
    multiples: tuple[Multiple, ...]
    constant: Fraction

    @property
    def premises(self) -> tuple[Theorem, ...]:
        """The theorems that the step uses, each once."""
        used = [f for _, theorems, _ in self.products for f in theorems]
        used += [m.premise for m in self.multiples if m.premise is not None]
        return tuple({id(f): f for f in used}.values())

    @property
    def congruences(self) -> tuple[Multiple, ...]:
        """The equations between atoms that differ inside."""
        return tuple(m for m in self.multiples if m.premise is None)


def identities(theorem: Theorem) -> list[Identity]:
    """Return the arithmetic of a derivation, step by step."""
    return [identity(step) for step in derivation(theorem) if step.how[0] == "polynomial"]


def identity(step: Theorem) -> Identity:
    """Return the identity behind a step by ``polynomial``.

    Raises
    ------
    KernelError
        The two sides differ by more than a constant that is not negative.
    """
    goal, products, equations = step.how[1]
    rest = _slack(goal)
    for coefficient, theorems, multiplier in products:
        value = constant(coefficient)
        for f in theorems:
            value = times(value, _slack(f.conclusion))
        rest = plus(rest, value if multiplier is None else times(value, scalar(multiplier)), Fraction(-1))
    multiples: list[Multiple] = []
    for equation in equations:
        rest = _use(rest, equation, multiples)
    left_over = rest.get((), Fraction(0))
    require(set(rest) <= {()} and left_over >= 0, "the step is no identity: its sides differ by", scalar_term(rest))
    require(left_over == 0 or goal.op != "eq", "the sides of an equation differ by", left_over)
    return Identity(goal, products, tuple(multiples), left_over)


def _slack(relation: Term) -> Scalar:
    return plus(scalar(relation.args[1]), scalar(relation.args[0]), Fraction(-1))


def _use(p: Scalar, equation: Theorem, multiples: list[Multiple]) -> Scalar:
    """Return p with an equation used as the kernel uses it, and append the multiples by which p has changed."""
    left, right = equation.conclusion.args
    name = canonical(left)
    if name.op in ("q", "add", "mul", "pow"):
        cofactor = _quotient(p, scalar(left), scalar(right))
        multiple = Multiple(cofactor, scalar(left), scalar(right), equation)
        multiples.append(multiple)
        return plus(p, times(cofactor, plus(multiple.left, multiple.right, Fraction(-1))), Fraction(-1))
    for inside in sorted({a for monomial in p for a, _ in monomial}, key=lambda a: a.key):
        image = scalar(rebuild(inside, lambda u, _: right if u is name else None))
        if image != atom(inside):
            cofactor = _difference(p, inside, image)
            multiples.append(Multiple(cofactor, atom(inside), image, equation if inside is name else None))
            p = plus(p, times(cofactor, plus(atom(inside), image, Fraction(-1))), Fraction(-1))
    return p


def _difference(p: Scalar, inside: Term, image: Scalar) -> Scalar:
    """Return (p - p[inside := image]) / (inside - image)."""
    total: Scalar = {}
    for monomial, coefficient in p.items():
        k = dict(monomial).get(inside, 0)
        others: Scalar = {tuple(pair for pair in monomial if pair[0] is not inside): coefficient}
        for j in range(k):  # A^k - B^k = (A - B) Σ A^j B^{k-1-j}
            total = plus(total, times(others, times(power(atom(inside), j), power(image, k - 1 - j))))
    return total


def _quotient(p: Scalar, left: Scalar, right: Scalar) -> Scalar:
    """Return the multiple of left - right by which p changes until the leading monomial of left divides none of it."""
    difference = plus(left, right, Fraction(-1))
    source = left if len(left) == 1 else difference
    leading: Monomial = max(source, key=lambda m: (sum(k for _, k in m), order(m)))
    total: Scalar = {}
    while (found := next((m for m in p if _divides(leading, m)), None)) is not None:
        exponents = dict(leading)
        remaining = tuple((a, k - exponents.get(a, 0)) for a, k in found if k > exponents.get(a, 0))
        piece: Scalar = {remaining: p[found] / difference[leading]}
        total = plus(total, piece)
        p = plus(p, times(piece, difference), Fraction(-1))
    return total


def _divides(leading: Monomial, monomial: Monomial) -> bool:
    exponents = dict(monomial)
    return all(exponents.get(a, 0) >= k for a, k in leading)
