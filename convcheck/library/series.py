"""Geometric sums, shifted indices, triangular sums, and the sums that adaptive methods pay with."""

from convcheck.language.fact import Fact
from convcheck.language.proof import always, calc, cases, have, induction, let
from convcheck.language.symbols import Sum, arrays, ints, log, reals, sequences, sqrt
from convcheck.language.terms import Expression, Value
from convcheck.language.words import (
    by_squares,
    empty,
    image,
    inverse,
    last,
    nonneg,
    power_next,
    power_zero,
    root,
    sqrt_mono,
    square,
    square_zero,
    summed,
)
from convcheck.library.lemma import Lemma
from convcheck.library.logarithm import axiom
from convcheck.library.means import cauchy_schwarz
from convcheck.library.sums import inverses

_n, _t, _i, _k = ints("n t i k")
_q, _e = reals("q e")
(_a,), (_b,) = sequences("a"), arrays("b")


@Lemma
def geometric() -> Fact:
    """∀q ∀n ≥ 0. (1 - q)·Σ_{t=1}^n qᵗ = q·(1 - qⁿ)."""
    S = Sum(_q**_t, _t, 1, _n)
    base = [empty(Sum(_q**_t, _t, 1, 0)), power_zero(_q)]
    with let(_q), induction((1 - _q) * S == _q * (1 - _q**_n), _n, base=base) as closed:
        longer = Sum(_q**_t, _t, 1, _n + 1)
        have((1 - _q) * longer == _q * (1 - _q ** (_n + 1)), by=[last(longer), power_next(_q, _n)])
    return closed


@Lemma
def arithmetic_geometric() -> Fact:
    """∀q ∀n ≥ 0. (1 - q)²·Σ_{t=1}^n t·qᵗ = q·(1 - (n + 1)qⁿ + n·qⁿ⁺¹)."""

    def S(n: Value) -> Expression:
        return Sum(_t * _q**_t, _t, 1, n)

    def closed(n: Expression) -> Expression:
        return _q * (1 - (n + 1) * _q**n + n * _q * _q**n)

    with let(_q), induction((1 - _q) ** 2 * S(_n) == closed(_n), _n, base=[empty(S(0)), power_zero(_q)]) as total:
        have((1 - _q) ** 2 * S(_n + 1) == closed(_n + 1), by=[total, last(S(_n + 1)), power_next(_q, _n)])
    return total


@Lemma
def arithmetic_geometric_bound() -> Fact:
    """∀q ∈ (0, 1) ∀n ≥ 0. Σ_{t=1}^n t·qᵗ ≤ q/(1 - q)²."""
    S, rest = Sum(_t * _q**_t, _t, 1, _n), 1 - _q
    with let(0 < _q, _q < 1):
        always(have(0 < rest), nonneg(1 / rest))
        with let(0 <= _n):
            always(have(1 + _n * rest >= 0, by=nonneg(_n * rest)))
            tail = nonneg(_q * _q**_n * (1 + _n * rest))
            cleared = have(rest**2 * S <= _q, by=[arithmetic_geometric(_q, _n), tail])
            whole, _ = inverse(rest**2)
            bound = have(S <= _q / rest**2, by=[cleared.times(1 / rest**2), whole.times(S)])
    return bound


@Lemma
def _shift() -> Fact:
    """∀n ≥ 0. a_1 + Σ_{t=1}^n a_{t+1} = Σ_{t=1}^{n+1} a_t."""
    left, right = Sum(_a[_t + 1], _t, 1, _n), Sum(_a[_t], _t, 1, _n + 1)
    one = Sum(_a[_t], _t, 1, 1)
    base = [empty(Sum(_a[_t + 1], _t, 1, 0)), last(one), empty(Sum(_a[_t], _t, 1, 0))]
    with induction(_a[1] + left == right, _n, base=base) as shifted:
        ends = [last(Sum(_a[_t + 1], _t, 1, _n + 1)), last(Sum(_a[_t], _t, 1, _n + 2))]
        have(_a[1] + Sum(_a[_t + 1], _t, 1, _n + 1) == Sum(_a[_t], _t, 1, _n + 2), by=ends)
    return shifted


def shift(body: Value, t: Expression, n: Value) -> Fact:
    """body_1 + Σ_{t=1}^n body_{t+1} = Σ_{t=1}^{n+1} body_t, for n ≥ 0."""
    return _shift.of({_a: ([t], body)}, n)


@Lemma
def _triangular_swap() -> Fact:
    """∀n ≥ 0. Σ_{t=1}^n Σ_{i=1}^t b_{t,i} = Σ_{i=1}^n Σ_{t=i}^n b_{t,i}."""

    def rows(n: Value) -> Expression:
        return Sum(Sum(_b[_t, _i], _i, 1, _t), _t, 1, n)

    def columns(n: Expression | int, upto: Expression | int) -> Expression:
        return Sum(Sum(_b[_t, _i], _t, _i, n), _i, 1, upto)

    with induction(rows(_n) == columns(_n, _n), _n, base=[empty(rows(0)), empty(columns(0, 0))]) as exchanged:
        with let(1 <= _i, _i <= _n):
            column = have(
                Sum(_b[_t, _i], _t, _i, _n + 1) == Sum(_b[_t, _i], _t, _i, _n) + _b[_n + 1, _i],
                by=last(Sum(_b[_t, _i], _t, _i, _n + 1)),
            )
        longer = summed(column, _i, 1, _n)
        corner = Sum(_b[_t, _n + 1], _t, _n + 1, _n + 1)
        alone = [last(corner), empty(Sum(_b[_t, _n + 1], _t, _n + 1, _n))]
        row = last(Sum(_b[_n + 1, _i], _i, 1, _n + 1))
        ends = [last(rows(_n + 1)), last(columns(_n + 1, _n + 1)), longer, row, *alone]
        have(rows(_n + 1) == columns(_n + 1, _n + 1), by=ends)
    return exchanged


def triangular_swap(body: Value, t: Expression, n: Value, i: Expression) -> Fact:
    """Σ_{t=1}^n Σ_{i=1}^t body = Σ_{i=1}^n Σ_{t=i}^n body, for n ≥ 0."""
    return _triangular_swap.of({_b: ([t, i], body)}, n)


@Lemma
def _adagrad() -> Fact:
    """∀n ≥ 0. Σ_{t=1}^n a_t²/√(Σ_{i≤t} a_i²) ≤ 2√(Σ_{t=1}^n a_t²), where 0/0 = 0."""

    def s(n: Value) -> Expression:
        return Sum(_a[_i] ** 2, _i, 1, n)

    def paid(n: Value) -> Expression:
        return Sum(_a[_t] ** 2 / sqrt(s(_t)), _t, 1, n)

    base = [empty(paid(0)), empty(s(0)), nonneg(sqrt(s(0)))]
    with induction(paid(_n) <= 2 * sqrt(s(_n)), _n, base=base) as bounded:
        before, after = sqrt(s(_n)), sqrt(s(_n + 1))
        grows = last(s(_n + 1))
        for silent in cases(s(_n + 1) <= 0):
            if silent:
                still = square_zero(_a[_n + 1], by=[grows, silent, nonneg(s(_n))])
                same = have(s(_n) <= s(_n + 1), by=[grows, square(_a[_n + 1])])
                rise = sqrt_mono(s(_n), s(_n + 1), by=same)
                price = have(_a[_n + 1] ** 2 / after <= 2 * (after - before), by=[still, rise])
            else:
                price = have(_a[_n + 1] ** 2 / after <= 2 * (after - before), by=[grows, square(after - before)])
        have(paid(_n + 1) <= 2 * sqrt(s(_n + 1)), by=[last(paid(_n + 1)), price])
    return bounded


def adagrad_sum(body: Value, t: Expression, n: Value) -> Fact:
    """Σ_{t=1}^n a_t²/√(Σ_{i≤t} a_i²) ≤ 2√(Σ_{t=1}^n a_t²) for a = body, n ≥ 0; 0/0 = 0."""
    return _adagrad.of({_a: ([t], body)}, n)


@Lemma
def _logarithmic() -> Fact:
    """∀e > 0 ∀n ≥ 0. Σ_{t=1}^n a_t²/(e + Σ_{i≤t} a_i²) ≤ log(e + Σ_{t=1}^n a_t²) - log e."""

    def s(n: Value) -> Expression:
        return _e + Sum(_a[_i] ** 2, _i, 1, n)

    def paid(n: Value) -> Expression:
        return Sum(_a[_t] ** 2 / s(_t), _t, 1, n)

    with let(0 < _e):
        start = image(log, have(s(0) == _e, by=empty(Sum(_a[_i] ** 2, _i, 1, 0))))
        with induction(paid(_n) <= log(s(_n)) - log(_e), _n, base=[empty(paid(0)), start]) as bounded:
            always(have(s(_n) > 0))
            high = always(have(s(_n + 1) > 0))
            quotient = s(_n) / s(_n + 1)
            positive = have(quotient > 0, by=nonneg(quotient))
            product = axiom("log_mul", quotient, s(_n + 1), by=(positive, high))
            small = axiom("log_le", quotient, by=(positive,))
            grows = last(Sum(_a[_i] ** 2, _i, 1, _n + 1))
            whole = image(log, have(quotient * s(_n + 1) == s(_n), by=inverse(s(_n + 1))))
            price = have(
                _a[_n + 1] ** 2 / s(_n + 1) <= log(s(_n + 1)) - log(s(_n)),
                by=[small, product, whole, grows, *inverse(s(_n + 1))],
            )
            have(paid(_n + 1) <= log(s(_n + 1)) - log(_e), by=[last(paid(_n + 1)), price])
    return bounded


def logarithmic_sum(e: Value, body: Value, t: Expression, n: Value) -> Fact:
    """Σ_{t=1}^n a_t²/(e + Σ_{i≤t} a_i²) ≤ log(e + Σ_{t=1}^n a_t²) - log e for a = body, e > 0, n ≥ 0."""
    return _logarithmic.of({_a: ([t], body)}, e, n)


@Lemma
def _over_roots() -> Fact:
    """∀n ≥ 1. Σ_{t=1}^n |a_t|/√t ≤ √(Σ_{t=1}^n a_t²)·√(1 + log n)."""
    total, squares, harmonic = (Sum(e, _t, 1, _n) for e in (abs(_a[_t]) / sqrt(_t), _a[_t] ** 2, 1 / _t))
    with let(1 <= _n):
        logarithmic = inverses(_n)
        always(have(0 <= 1 + log(_n), by=[logarithmic, nonneg(harmonic)]))
        with let(1 <= _t):
            r, whole = 1 / sqrt(_t), inverse(sqrt(_t))[0]
            weight = (
                calc(r**2)
                .eq(r**2 * _t / _t, by=inverse(_t))
                .eq(r**2 * (sqrt(_t) * sqrt(_t)) / _t, by=root(_t)[0].times(r**2 / _t))
                .eq(1 / _t, by=[whole.times(r * sqrt(_t) / _t), whole.times(1 / _t)])
            )
            size = have(abs(_a[_t]) ** 2 == _a[_t] ** 2)
        parts = [summed(weight, _t, 1, _n), summed(size, _t, 1, _n), logarithmic.times(squares)]
        squared = have(total**2 <= squares * (1 + log(_n)), by=[cauchy_schwarz(abs(_a[_t]), r, _t, _n), *parts])
        bounded = by_squares(total <= sqrt(squares) * sqrt(1 + log(_n)), by=squared)
    return bounded


def over_roots(body: Value, t: Expression, n: Value) -> Fact:
    """Σ_{t=1}^n |a_t|/√t ≤ √(Σ_{t=1}^n a_t²)·√(1 + log n) for a = body, n ≥ 1."""
    return _over_roots.of({_a: ([t], body)}, n)
