"""Telescoping with weights, q_t(δ_t - δ_{t+1}), where δ is a bounded squared distance: what changing steps cost."""

from collections.abc import Callable

from convcheck.language.fact import Fact, Reason
from convcheck.language.proof import always, have, induction, let
from convcheck.language.symbols import Sum, forall, ints, maximum, reals, sequences
from convcheck.language.terms import Expression, Value
from convcheck.language.words import empty, larger, last, nonneg
from convcheck.library.lemma import Lemma

_n, _t = ints("n t")
(_B,) = reals("B")
_q, _δ, _r = sequences("q δ r")

# fmt: off
_NONNEG  = forall(1 <= _t, 0 <= _δ[_t])
_BOUNDED = forall(1 <= _t, _δ[_t] <= _B)
_WEIGHTS = forall(0 <= _t, 0 <= _q[_t])
_RISING  = forall(1 <= _t, _q[_t-1] <= _q[_t])


def _total(n: Value) -> Expression:
    return Sum(_q[_t]*(_δ[_t] - _δ[_t+1]), _t, 1, n)


def _fall(t: Expression) -> Expression:
    return maximum(_q[t-1] - _q[t], 0)


def _falls(n: Value) -> Expression:
    return Sum(_fall(_t), _t, 1, n)


@Lemma
def _any_weights() -> Fact:
    """∀B. 0 ≤ δ_t ≤ B, 0 ≤ q_t → ∀n ≥ 0. Σ_{t=1}^n q_t(δ_t - δ_{t+1}) ≤ B·(q_n + Σ_{t=1}^n (q_{t-1} - q_t)_+)."""
    with let(_B, _NONNEG, _BOUNDED, _WEIGHTS) as (δ_nonneg, bounded, q_nonneg):
        always(δ_nonneg, q_nonneg)
        start = [empty(_total(0)), empty(_falls(0)), bounded(1).times(_q[0])]
        kept = _total(_n) + _q[_n]*_δ[_n+1] <= _B*(_q[_n] + _falls(_n))
        with induction(kept, _n, base=start) as potential:
            falls_by, at_least = larger(_q[_n] - _q[_n+1], 0)
            always(have(0 <= _q[_n+1] - _q[_n] + _fall(_n + 1),                                            by=falls_by))
            have(_total(_n + 1) + _q[_n+1]*_δ[_n+2] <= _B*(_q[_n+1] + _falls(_n + 1)),
                 by=[potential, last(_total(_n + 1)), last(_falls(_n + 1)), at_least.times(_δ[_n+1]),
                     bounded(_n + 1).times(_q[_n+1] - _q[_n] + _fall(_n + 1))])
        with let(0 <= _n):
            bound = have(_total(_n) <= _B*(_q[_n] + _falls(_n)),           by=[potential(_n), nonneg(_q[_n]*_δ[_n+1])])
    return bound


@Lemma
def _rising_weights() -> Fact:
    """∀B. 0 ≤ δ_t ≤ B, 0 ≤ q_t, q_{t-1} ≤ q_t → ∀n ≥ 0. Σ_{t=1}^n q_t(δ_t - δ_{t+1}) ≤ B·q_n."""
    with let(_B, _NONNEG, _BOUNDED, _WEIGHTS, _RISING) as (δ_nonneg, bounded, q_nonneg, rising):
        always(δ_nonneg, q_nonneg)
        start = [empty(_total(0)), bounded(1).times(_q[0])]
        with induction(_total(_n) + _q[_n]*_δ[_n+1] <= _B*_q[_n], _n, base=start) as potential:
            always(have(0 <= _q[_n+1] - _q[_n],                                                      by=rising(_n + 1)))
            have(_total(_n + 1) + _q[_n+1]*_δ[_n+2] <= _B*_q[_n+1],
                 by=[potential, last(_total(_n + 1)), bounded(_n + 1).times(_q[_n+1] - _q[_n])])
        with let(0 <= _n):
            bound = have(_total(_n) <= _B*_q[_n],                         by=[potential(_n), nonneg(_q[_n]*_δ[_n+1])])
    return bound


Sequence = Callable[[Expression], Value]


def telescope_rising(weight: Sequence, distance: Sequence, bound: Value, n: Value, by: Reason = None) -> Fact:
    """Σ_{t=1}^n q_t(δ_t - δ_{t+1}) ≤ B·q_n, for weights that rise and distances from 0 to B.

    The reasons, or what is always known, are 0 ≤ δ_t and δ_t ≤ B and q_{t-1} ≤ q_t for t ≥ 1, 0 ≤ q_t for t ≥ 0.
    """
    return _rising_weights.of({_q: ([_t], weight(_t)), _δ: ([_t], distance(_t))}, bound, n, by=by)


def telescope_weighted(weight: Sequence, distance: Sequence, bound: Value, n: Value, by: Reason = None) -> Fact:
    """Σ_{t=1}^n q_t(δ_t - δ_{t+1}) ≤ B·(q_n + Σ_{t=1}^n (q_{t-1} - q_t)_+), for weights that may fall.

    The reasons are those of `telescope_rising`, without q_{t-1} ≤ q_t.
    """
    return _any_weights.of({_q: ([_t], weight(_t)), _δ: ([_t], distance(_t))}, bound, n, by=by)
