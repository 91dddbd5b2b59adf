"""Expectations of conditional expectations and of sums; the mean size of what has a second moment."""

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import Sum, expect, function, ints
from convcheck.language.terms import OUTCOME, Expression, Value
from convcheck.language.words import averaged, empty, last
from convcheck.library.lemma import Lemma

_t, _i, _n = ints("t i n")
_X, _Y = function("X", "W"), function("Y", "ZW")


@Lemma
def _tower() -> Fact:
    """∀t. E E[X | F_t] = E X."""
    with let(_t):
        same = have(expect(expect(_X(), given=_t)) == expect(_X()))
    return same


def tower(body: Value, t: Value) -> Fact:
    """E E[body | F_t] = E body, also where factors of the body are known at time t."""
    return _tower.of({_X: ([OUTCOME], body)}, t)


@Lemma
def _expected_sum() -> Fact:
    """∀n ≥ 0. E Σ_{i=1}^n Y_i = Σ_{i=1}^n E Y_i."""

    def inside(n: Value) -> Expression:
        return Sum(_Y[_i], _i, 1, n)

    def outside(n: Value) -> Expression:
        return Sum(expect(_Y[_i]), _i, 1, n)

    with induction(expect(inside(_n)) == outside(_n), _n, base=[averaged(empty(inside(0))), empty(outside(0))]) as same:
        have(expect(inside(_n + 1)) == outside(_n + 1), by=[averaged(last(inside(_n + 1))), last(outside(_n + 1))])
    return same


@Lemma
def _expected_sum_given() -> Fact:
    """∀t ∀n ≥ 0. E[Σ_{i=1}^n Y_i | F_t] = Σ_{i=1}^n E[Y_i | F_t]."""

    def inside(n: Value) -> Expression:
        return Sum(_Y[_i], _i, 1, n)

    def outside(n: Value) -> Expression:
        return Sum(expect(_Y[_i], given=_t), _i, 1, n)

    base = [averaged(empty(inside(0)), given=_t), empty(outside(0))]
    with let(_t), induction(expect(inside(_n), given=_t) == outside(_n), _n, base=base) as same:
        ends = [averaged(last(inside(_n + 1)), given=_t), last(outside(_n + 1))]
        have(expect(inside(_n + 1), given=_t) == outside(_n + 1), by=ends)
    return same


def expected_sum(body: Value, i: Expression, n: Value, given: Value | None = None) -> Fact:
    """E Σ_{i=1}^n body = Σ_{i=1}^n E body, for n ≥ 0; given F_t with ``given=t``."""
    if given is None:
        return _expected_sum.of({_Y: ([i, OUTCOME], body)}, n)
    return _expected_sum_given.of({_Y: ([i, OUTCOME], body)}, given, n)
