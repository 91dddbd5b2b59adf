"""Roots: of products, and sums of roots against integrals."""

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import Sum, ints, reals, sqrt
from convcheck.language.words import by_squares, empty, inverse, last, nonneg, root, square
from convcheck.library.lemma import Lemma

_n, _m, _k, _t = ints("n m k t")
_x, _y = reals("x y")


@Lemma
def root_of_product() -> Fact:
    """∀x y. 0 ≤ x → 0 ≤ y → √(x·y) = √x·√y."""
    with let(0 <= _x, _y >= 0):
        nonneg(_x * _y)
        squares = [*root(_x * _y), *root(_x), *root(_y)]
        below = by_squares(sqrt(_x * _y) <= sqrt(_x) * sqrt(_y), by=squares)
        above = by_squares(sqrt(_x) * sqrt(_y) <= sqrt(_x * _y), by=squares)
        equal = have(sqrt(_x * _y) == sqrt(_x) * sqrt(_y), by=[below, above])
    return equal


@Lemma
def sum_of_roots() -> Fact:
    """∀n ≥ 0. 2/3·n√n ≤ Σ_{t=1}^n √t."""
    with induction(2 * _n * sqrt(_n) / 3 <= Sum(sqrt(_t), _t, 1, _n), _n, base=empty(Sum(sqrt(_t), _t, 1, 0))) as above:
        a, b = sqrt(_n), sqrt(_n + 1)
        rise = square(b - a).times(b + 2 * a)
        step = have(2 * (_n + 1) * b / 3 <= 2 * _n * a / 3 + b, by=[rise, *root(_n), *root(_n + 1)])
        have(2 * (_n + 1) * b / 3 <= Sum(sqrt(_t), _t, 1, _n + 1), by=[last(Sum(sqrt(_t), _t, 1, _n + 1)), step])
    return above


@Lemma
def inverse_roots_between() -> Fact:
    """∀m ≥ 0 ∀k ≥ 0. Σ_{t=1}^{m+k} 1/√t - Σ_{t=1}^m 1/√t ≤ 2(√(m+k) - √m)."""
    S = Sum(1 / sqrt(_t), _t, 1, _m)
    with let(0 <= _m):
        more = Sum(1 / sqrt(_t), _t, 1, _m + _k)
        with induction(more - S <= 2 * (sqrt(_m + _k) - sqrt(_m)), _k) as bounded:
            a, b = sqrt(_m + _k), sqrt(_m + _k + 1)
            step = have(1 / b <= 2 * (b - a), by=square(b - a))
            longer = Sum(1 / sqrt(_t), _t, 1, _m + _k + 1)
            have(longer - S <= 2 * (b - sqrt(_m)), by=[last(longer), step])
    return bounded


@Lemma
def square_of_inverse_root() -> Fact:
    """∀x > 0. (1/√x)² = 1/x."""
    with let(0 < _x):
        r = sqrt(_x)
        whole, one = inverse(_x)[0], inverse(r)[0]
        ones = [one.times(r * (1 / r) / _x), one.times(1 / _x)]
        turned = [whole.times((1 / r) ** 2), *ones, root(_x)[0].times((1 / r) ** 2 / _x)]
        equal = have((1 / r) ** 2 == 1 / _x, by=turned)
    return equal
