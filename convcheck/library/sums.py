"""Sums: telescoping, exchange, and comparison with integrals; all by induction on the number of terms."""

from collections.abc import Callable

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import Sum, arrays, ints, log, sequences, sqrt
from convcheck.language.terms import Expression, Value
from convcheck.language.words import empty, last, square, summed
from convcheck.library.lemma import Lemma
from convcheck.library.logarithm import log_increment, log_of_one

_n, _t, _i, _d = ints("n t i d")
(_a,), (_b,) = sequences("a"), arrays("b")


@Lemma
def _telescope() -> Fact:
    """∀n ≥ 0. Σ_{t=1}^n (a_t - a_{t+1}) = a_1 - a_{n+1}."""

    def S(n: Value) -> Expression:
        return Sum(_a[_t] - _a[_t + 1], _t, 1, n)

    with induction(S(_n) == _a[1] - _a[_n + 1], _n, base=empty(S(0))) as telescopes:
        have(S(_n + 1) == _a[1] - _a[_n + 2], by=last(S(_n + 1)))
    return telescopes


def telescope(potential: Callable[[Expression], Expression], n: Value) -> Fact:
    """Σ_{t=1}^n (Φ_t - Φ_{t+1}) = Φ_1 - Φ_{n+1}, for n ≥ 0."""
    return _telescope.of({_a: ([_t], potential(_t))}, n)


@Lemma
def count() -> Fact:
    """∀n ≥ 0. Σ_{t=1}^n 1 = n."""

    def S(n: Value) -> Expression:
        return Sum(1, _t, 1, n)

    with induction(S(_n) == _n, _n, base=empty(S(0))) as counts:
        have(S(_n + 1) == _n + 1, by=last(S(_n + 1)))
    return counts


@Lemma
def inverse_roots() -> Fact:
    """∀n ≥ 1. Σ_{t=1}^n 1/√t ≤ 2√n - 1."""

    def S(n: Value) -> Expression:
        return Sum(1 / sqrt(_t), _t, 1, n)

    one = have(sqrt(1) * sqrt(1) == 1)
    first = have(1 / sqrt(1) <= 2 * sqrt(1) - 1, by=[one, square(sqrt(1) - 1)])
    base = have(S(1) <= 2 * sqrt(1) - 1, by=[last(S(1)), empty(S(0)), first])
    with induction(S(_n) <= 2 * sqrt(_n) - 1, _n, start=1, base=base) as bounded:
        step = have(1 / sqrt(_n + 1) <= 2 * (sqrt(_n + 1) - sqrt(_n)), by=square(sqrt(_n + 1) - sqrt(_n)))
        have(S(_n + 1) <= 2 * sqrt(_n + 1) - 1, by=[last(S(_n + 1)), step])
    return bounded


@Lemma
def inverses() -> Fact:
    """∀n ≥ 1. Σ_{t=1}^n 1/t ≤ 1 + log n."""

    def S(n: Value) -> Expression:
        return Sum(1 / _t, _t, 1, n)

    first = have(S(1) <= 1 + log(1), by=[last(S(1)), empty(S(0)), log_of_one()])
    with induction(S(_n) <= 1 + log(_n), _n, start=1, base=first) as bounded:
        have(S(_n + 1) <= 1 + log(_n + 1), by=[last(S(_n + 1)), log_increment(_n)])
    return bounded


@Lemma
def _swap() -> Fact:
    """∀d ∀n ≥ 0. Σ_{t=1}^n Σ_{i=1}^d b_{t,i} = Σ_{i=1}^d Σ_{t=1}^n b_{t,i}."""

    def rows(n: Value) -> Expression:
        return Sum(Sum(_b[_t, _i], _i, 1, _d), _t, 1, n)

    def columns(n: Value) -> Expression:
        return Sum(Sum(_b[_t, _i], _t, 1, n), _i, 1, _d)

    with let(_d):
        none = summed(empty(Sum(_b[_t, _i], _t, 1, 0)), _i, 1, _d)
        with induction(rows(_n) == columns(_n), _n, base=[empty(rows(0)), none]) as exchanged:
            ends = summed(last(Sum(_b[_t, _i], _t, 1, _n + 1)), _i, 1, _d)
            have(rows(_n + 1) == columns(_n + 1), by=[last(rows(_n + 1)), ends])
    return exchanged


def swap(body: Value, t: Expression, n: Value, i: Expression, d: Value) -> Fact:
    """Σ_{t=1}^n Σ_{i=1}^d body = Σ_{i=1}^d Σ_{t=1}^n body, for n ≥ 0."""
    return _swap.of({_b: ([t, i], body)}, d, n)
