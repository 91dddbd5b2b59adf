"""Weighted increments of a sequence against those of its squares: Σ h_t(y_t - y_{t-1}), Σ w_t(y_t² - y_{t-1}²)."""

from collections.abc import Callable
from typing import TypeAlias

from convcheck.language.fact import Fact, Reason
from convcheck.language.proof import always, have, induction, let
from convcheck.language.symbols import Sum, forall, ints, reals, sequences
from convcheck.language.terms import Expression, Value
from convcheck.language.words import by_squares, empty, image, last, parts, square
from convcheck.library.lemma import Lemma

_n, _t = ints("n t")
_a, _b, _p, _q, _r, _s = reals("a b p q r s")
_y, _h, _w, _K = sequences("y h w K")

# fmt: off
_POSITIVE = forall(1 <= _t, 0 < _w[_t])
_FALLING  = forall(1 <= _t, _w[_t+1] <= _w[_t])
_NONNEG   = forall(1 <= _t, 0 <= _K[_t])
_RISING   = forall(1 <= _t, _K[_t] <= _K[_t+1])
_ENOUGH   = forall(1 <= _t, (_h[_t] - _h[_t+1])**2 <= (_K[_t+1] - _K[_t])*(_w[_t] - _w[_t+1]))


def _total(n: Value) -> Expression:
    return Sum(_h[_t]*(_y[_t] - _y[_t-1]), _t, 1, n)


def _squares(n: Value) -> Expression:
    return Sum(_w[_t]*(_y[_t]**2 - _y[_t-1]**2), _t, 1, n)


def _left(n: Expression | int) -> Expression:
    return _total(n) - _h[n]*_y[n]


def _right(n: Expression | int) -> Expression:
    return _squares(n) - _w[n]*_y[n]**2


def _below(n: Expression) -> Expression:
    return (0 <= _right(n)) & (_left(n)**2 <= _K[n]*_right(n))


@Lemma
def two_terms() -> Fact:
    """∀a b, p q r s ≥ 0. a² ≤ pr → b² ≤ qs → (a + b)² ≤ (p + q)(r + s): Cauchy and Schwarz for two terms."""
    with let(_a, _b, 0 <= _p, 0 <= _q, 0 <= _r, 0 <= _s, _a**2 <= _p*_r, _b**2 <= _q*_s) as (*_, first, second):
        both = [first.times(4*_b**2), second.times(4*_p*_r), square(_p*_s - _q*_r)]
        mixed = by_squares(2*_a*_b <= _p*_s + _q*_r, by=both)
        bound = have((_a + _b)**2 <= (_p + _q)*(_r + _s), by=[first, second, mixed])
    return bound


@Lemma
def _increments() -> Fact:
    """y_0 = 0, w > 0 falls, K ≥ 0 rises, (h_t - h_{t+1})² ≤ (K_{t+1} - K_t)(w_t - w_{t+1}) → ….

    ∀n ≥ 1. (Σ_{t=1}^n h_t(y_t - y_{t-1}))² ≤ (K_n + h_n²/w_n) Σ_{t=1}^n w_t(y_t² - y_{t-1}²).
    """
    with let(_y[0] == 0, _POSITIVE, _FALLING, _NONNEG, _RISING, _ENOUGH) as (start, *known, rising, enough):
        positive, falling, K_nonneg = known
        none = have(_left(1) == 0, by=[start, last(_total(1)), empty(_total(0))])
        nothing = have(_right(1) == 0, by=[start, last(_squares(1)), empty(_squares(0))])
        base = [image(lambda e: e**2, none), nothing, nothing.times(_K[1])]
        with induction(_below(_n), _n, start=1, base=base) as bounded:
            always(rising(_n), *parts(bounded))
            a, p, q = (_h[_n] - _h[_n+1])*_y[_n], _K[_n+1] - _K[_n], (_w[_n] - _w[_n+1])*_y[_n]**2
            always(K_nonneg(_n), have(0 <= p), have(0 <= q, by=falling(_n).times(_y[_n]**2)))
            longer = two_terms.of({}, _left(_n), a, _K[_n], p, _right(_n), q, by=enough(_n).times(_y[_n]**2))
            one = have(_left(_n+1) == _left(_n) + a, by=last(_total(_n+1)))
            other = have(_right(_n+1) == _right(_n) + q, by=last(_squares(_n+1)))
            again = have(0 <= _right(_n+1), by=other)
            grown = have(_left(_n+1)**2 <= _K[_n+1]*_right(_n+1),
                by=[longer, image(lambda e: e**2, one), other.times(_K[_n+1])])
            have(_below(_n+1), by=[again, grown])
        with let(1 <= _n):
            always(positive(_n), K_nonneg(_n), *parts(bounded(_n)))
            end = have((_h[_n]*_y[_n])**2 <= _h[_n]**2/_w[_n]*(_w[_n]*_y[_n]**2))
            q, s = _h[_n]**2/_w[_n], _w[_n]*_y[_n]**2
            whole = two_terms.of({}, _left(_n), _h[_n]*_y[_n], _K[_n], q, _right(_n), s, by=end)
            bound = have(_total(_n)**2 <= (_K[_n] + _h[_n]**2/_w[_n])*_squares(_n), by=whole)
    return bound


Sequence: TypeAlias = Callable[[Expression], Value]


def weighted_increments(y: Sequence, h: Sequence, w: Sequence, K: Sequence, n: Value, by: Reason) -> Fact:
    """(Σ_{t=1}^n h_t(y_t - y_{t-1}))² ≤ (K_n + h_n²/w_n) Σ_{t=1}^n w_t(y_t² - y_{t-1}²), for n ≥ 1.

    The reasons must say that y_0 = 0 and, for all t ≥ 1, that w_t > 0, which falls, that 0 ≤ K_t, which rises, and that
    (h_t - h_{t+1})² ≤ (K_{t+1} - K_t)(w_t - w_{t+1}).
    """
    return _increments.of({_y: ([_t], y(_t)), _h: ([_t], h(_t)), _w: ([_t], w(_t)), _K: ([_t], K(_t))}, n, by=by)
