"""The theorems about roots, inverses and powers that the search needs, each proved when it is first asked for."""

from functools import cache

from convcheck.kernel.arithmetic import absurd
from convcheck.kernel.axioms import POWER, SQRT
from convcheck.kernel.rules import antisym, assume, induction
from convcheck.kernel.terms import ONE, ZERO, Term, make
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.inference import apply, by_cases, from_axiom, generalize, nonnegative, positive, weaken
from convcheck.tactics.linear import column, linear

X, Y, N = make("var", "x", "R"), make("var", "y", "R"), make("var", "n", "Z")


def root(term: Term) -> Term:
    """Return √term."""
    return make("app", SQRT, term)


def refute(goal: Term, *products: Theorem | tuple[Theorem, ...]) -> Theorem:
    """Prove anything from relations that cannot hold together, products of which add up to 0 < 0."""
    columns = [column(*p) if isinstance(p, tuple) else column(p) for p in products]
    return absurd(linear(make("lt", ZERO, ZERO), columns), goal)


@cache
def root_of_zero() -> Theorem:
    """√0 = 0."""
    zero, at_zero = root(ZERO), linear(nonnegative(ZERO), [])
    squared = from_axiom("sqrt_square", [ZERO], at_zero)

    def below(case: Theorem) -> Theorem:
        return case if case.conclusion.op == "le" else refute(make("le", zero, ZERO), (case, case), squared)

    return antisym(by_cases(zero, ZERO, below), from_axiom("sqrt_nonneg", [ZERO], at_zero))


@cache
def root_positive() -> Theorem:
    """∀x. 0 < x → 0 < √x."""
    given = assume(positive(X))
    goal, small = positive(root(X)), weaken(given)
    nonneg, squared = from_axiom("sqrt_nonneg", [X], small), from_axiom("sqrt_square", [X], small)

    def above(case: Theorem) -> Theorem:
        return refute(goal, (case, nonneg), squared, given) if case.conclusion.op == "le" else case

    return generalize(by_cases(root(X), ZERO, above), [X], [given.conclusion])


@cache
def inverse_nonnegative() -> Theorem:
    """∀x. 0 ≤ x → 0 ≤ 1/x."""
    given, inverse = assume(nonnegative(X)), make("inv", X)

    def either(case: Theorem) -> Theorem:
        if case.conclusion.op == "lt":
            return weaken(from_axiom("inv_pos", [X], case))
        return linear(nonnegative(inverse), [], [antisym(case, given)])

    return generalize(by_cases(X, ZERO, either), [X], [given.conclusion])


@cache
def power_positive() -> Theorem:
    """∀x. 0 < x → ∀n. 0 ≤ n → 0 < xⁿ."""
    return _sign_of_powers("lt")


@cache
def power_nonnegative() -> Theorem:
    """∀x. 0 ≤ x → ∀n. 0 ≤ n → 0 ≤ xⁿ."""
    return _sign_of_powers("le")


def _sign_of_powers(relation: str) -> Theorem:
    given, counted = assume(make(relation, ZERO, X)), assume(nonnegative(N))
    power, following = make("app", POWER, X, N), make("app", POWER, X, make("add", N, ONE))
    here = assume(make(relation, ZERO, power))
    base = linear(make(relation, ZERO, make("app", POWER, X, ZERO)), [], [from_axiom("power_zero", [X])])
    factor = from_axiom("power_next", [X, N], counted)
    step = linear(make(relation, ZERO, following), [column(here, given)], [factor])
    return generalize(induction(base, step, N, ZERO, here.conclusion), [X], [given.conclusion])


@cache
def compare_squares() -> Theorem:
    """∀x y. 0 ≤ y → x² ≤ y² → x ≤ y."""
    nonneg, squares = assume(nonnegative(Y)), assume(make("le", make("pow", X, 2), make("pow", Y, 2)))
    goal = make("le", X, Y)

    def below(case: Theorem) -> Theorem:
        return case if case.conclusion.op == "le" else refute(goal, (case, case), (case, nonneg), squares)

    return generalize(by_cases(X, Y, below), [X, Y], [nonneg.conclusion, squares.conclusion])


@cache
def root_monotone() -> Theorem:
    """∀x y. 0 ≤ x → x ≤ y → √x ≤ √y."""
    nonneg, ordered = assume(nonnegative(X)), assume(make("le", X, Y))
    above = linear(nonnegative(Y), [nonneg, ordered])
    squares = [from_axiom("sqrt_square", [z], p) for z, p in ((X, nonneg), (Y, above))]
    squared = linear(make("le", make("pow", root(X), 2), make("pow", root(Y), 2)), [ordered, *squares])
    compared = apply(compare_squares(), [root(X), root(Y)], from_axiom("sqrt_nonneg", [Y], above), squared)
    return generalize(compared, [X, Y], [nonneg.conclusion, ordered.conclusion])


@cache
def zero_of_square() -> Theorem:
    """∀x. x² ≤ 0 → x = 0."""
    given = assume(make("le", make("pow", X, 2), ZERO))

    def below(case: Theorem) -> Theorem:
        return case if case.conclusion.op == "le" else refute(make("le", X, ZERO), (case, case), given)

    def above(case: Theorem) -> Theorem:
        return case if case.conclusion.op == "le" else refute(make("le", ZERO, X), (case, case), given)

    return generalize(antisym(by_cases(X, ZERO, below), by_cases(ZERO, X, above)), [X], [given.conclusion])
