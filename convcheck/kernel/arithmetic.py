"""The rules of arithmetic: squares, one rule for polynomial (in)equalities, and the absurd."""

from fractions import Fraction

from convcheck.kernel.normal import (
    Scalar,
    canonical,
    constant,
    order,
    plus,
    scalar,
    scalar_term,
    times,
    vector,
)
from convcheck.kernel.terms import ZERO, KernelError, Term, make, number, rebuild, require
from convcheck.kernel.theorem import Result, Theorem, hypotheses_of, rule

REWRITES = 1000
"""Rewriting by equations stops with an error after so many steps: an unlucky choice of equations need not end."""

Product = tuple[Fraction, tuple[Theorem, ...], Term | None]


@rule
def square(e: Term) -> Result:
    """The square of a number, and of a vector's norm, is not negative."""
    require(e.sort in ("Z", "R", "V"), "numbers and vectors have squares")
    return (), make("le", ZERO, make("inner", e, e) if e.sort == "V" else make("mul", e, e))


@rule
def polynomial(goal: Term, products: tuple[Product, ...], equations: tuple[Theorem, ...]) -> Result:
    """If, modulo the equations, rhs - lhs of the goal is Σ c·(product of slacks), then the goal holds.

    The slack of a ≤ b, a < b or a = b is b - a: not negative, positive, zero.  A product (c, theorems, multiplier) is
    not negative if c > 0, and positive if moreover all its theorems are strict; it is zero if one of them is an
    equation, and then c may have any sign and the multiplier may be any term.  So the sum is ≥ 0, > 0 or = 0 as the
    goal needs.
    """
    require(goal.op in ("le", "lt", "eq") and goal.args[0].sort != "V", "the goal is no relation between numbers")
    hypotheses = hypotheses_of(*equations, *(f for _, theorems, _ in products for f in theorems))
    rest, positive = _slack(goal), False
    for product in products:
        value, zero, strict = _product(product)
        require(goal.op != "eq" or zero, "an equation follows from equations only")
        rest, positive = plus(rest, value, Fraction(-1)), positive or strict
    for equation in equations:
        rest = _modulo(rest, equation)
    if set(rest) == {()} and rest[()] > 0 and goal.op != "eq":
        return hypotheses, goal
    require(not rest, "the two sides differ by", scalar_term(rest))
    require(goal.op != "lt" or positive, "strictness does not follow")
    return hypotheses, goal


def _slack(relation: Term) -> Scalar:
    require(relation.op in ("le", "lt", "eq") and relation.args[0].sort != "V", "not a relation between numbers")
    return plus(scalar(relation.args[1]), scalar(relation.args[0]), Fraction(-1))


def _product(product: Product) -> tuple[Scalar, bool, bool]:
    """Return the value of a product of slacks, whether it is zero, and whether it is positive."""
    coefficient, theorems, multiplier = product
    require(type(coefficient) is Fraction and coefficient != 0, "a coefficient is a Fraction other than 0")
    zero = any(f.conclusion.op == "eq" for f in theorems)
    require(zero or coefficient > 0, "only a product with an equation may have a negative coefficient")
    require(zero or multiplier is None, "only a product with an equation may have a multiplier")
    value = constant(coefficient)
    for f in theorems:
        value = times(value, _slack(f.conclusion))
    if multiplier is not None:
        require(multiplier.sort in ("Z", "R"), "a multiplier is a number")
        value = times(value, scalar(multiplier))
    return value, zero, not zero and all(f.conclusion.op == "lt" for f in theorems)


def _modulo(p: Scalar, equation: Theorem) -> Scalar:
    """Return p with an equation used from left to right: an atom is replaced wherever it stands, else a monomial.

    Both are replacements of equals by equals; atoms and equations are closed, so this may happen under binders.
    """
    require(equation.conclusion.op == "eq", "not an equation")
    left, right = equation.conclusion.args
    require(left.sort != "V", "an equation between numbers is wanted")
    atom = canonical(left)
    if atom.op not in ("q", "add", "mul", "pow"):
        return scalar(_replace(scalar_term(p), atom, right))
    difference = plus(scalar(left), scalar(right), Fraction(-1))
    source = scalar(left) if len(scalar(left)) == 1 else difference
    leading = max(source, key=lambda m: (sum(exponent for _, exponent in m), order(m)), default=())
    require(leading != () and leading in difference, "the equation has no monomial to replace")
    value = plus({}, plus(difference, {leading: difference[leading]}, Fraction(-1)), -1 / difference[leading])
    for _ in range(REWRITES):
        found = next((m for m in p if all(dict(m).get(a, 0) >= k for a, k in leading)), None)
        if found is None:
            return p
        remaining = tuple((a, k - dict(leading).get(a, 0)) for a, k in found if k > dict(leading).get(a, 0))
        coefficient = p[found]
        p = plus(plus(p, {found: coefficient}, Fraction(-1)), times({remaining: coefficient}, value))
    raise KernelError("rewriting does not end")


def _replace(term: Term, atom: Term, by: Term) -> Term:
    return rebuild(term, lambda u, _: by if u is atom else None)


@rule
def vector_equation(goal: Term, equations: tuple[Theorem, ...]) -> Result:
    """Two vectors are equal if their difference, equals replaced by equals, has the normal form 0."""
    require(goal.op == "eq" and goal.args[0].sort == "V", "the goal is no equation between vectors")
    hypotheses = hypotheses_of(*equations)
    difference = canonical(make("add", goal.args[1], make("smul", number(-1), goal.args[0])))
    for equation in equations:
        require(equation.conclusion.op == "eq", "not an equation")
        left, right = equation.conclusion.args
        difference = canonical(_replace(difference, canonical(left), right))
    require(not vector(difference), "the vectors differ by", difference)
    return hypotheses, goal


@rule
def absurd(f: Theorem, goal: Term) -> Result:
    """From a false relation between rational numbers everything follows."""
    hypotheses = hypotheses_of(f)
    slack = _slack(f.conclusion)
    require(set(slack) <= {()}, "not a relation between rational numbers")
    value = slack.get((), Fraction(0))
    false = {"eq": value != 0, "lt": value <= 0, "le": value < 0}[f.conclusion.op]
    require(false, "not absurd")
    return hypotheses, goal
