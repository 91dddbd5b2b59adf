"""Powers with integer exponents: of numbers in (0, 1], Bernoulli's inequality, the mean of powers, of products."""

from convcheck.language.fact import Fact
from convcheck.language.proof import always, have, induction, let
from convcheck.language.symbols import ints, reals
from convcheck.language.words import nonneg, power_next, power_zero, square
from convcheck.library.lemma import Lemma

_n, _k = ints("n k")
_q, _x, _y = reals("q x y")


@Lemma
def power_falls() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0 ∀k ≥ 0. qⁿ⁺ᵏ ≤ qⁿ."""
    with let(0 < _q, _q <= 1), let(0 <= _n), induction(_q ** (_n + _k) <= _q**_n, _k) as falls:
        here = nonneg(_q ** (_n + _k) * (1 - _q))
        have(_q ** (_n + _k + 1) <= _q**_n, by=[falls, power_next(_q, _n + _k), here])
    return falls


@Lemma
def power_at_most_one() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0. qⁿ ≤ 1."""
    with let(0 < _q, _q <= 1), let(0 <= _n):
        bounded = have(_q**_n <= 1, by=[power_falls(_q, 0, _n), power_zero(_q)])
    return bounded


@Lemma
def bernoulli() -> Fact:
    """∀q > 0 ∀n ≥ 0. 1 - n(1 - q) ≤ qⁿ."""
    with let(0 < _q), induction(1 - _n * (1 - _q) <= _q**_n, _n, base=power_zero(_q)) as below:
        convex = square(1 - _q).times(_n)
        have(1 - (_n + 1) * (1 - _q) <= _q ** (_n + 1), by=[power_next(_q, _n), below.times(_q), convex])
    return below


@Lemma
def mean_of_powers() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0. (n + 1)(1 - q²)qⁿ ≤ 1 - (qⁿ⁺¹)²: the mean of 1, q², …, q²ⁿ is at least qⁿ."""
    with let(0 < _q, _q <= 1):
        base = [power_zero(_q), power_next(_q, 0)]
        with induction((_n + 1) * (1 - _q**2) * _q**_n <= 1 - (_q ** (_n + 1)) ** 2, _n, base=base) as below:
            now, following = 1 - _q ** (_n + 1), 1 - _q ** (_n + 2)
            always(have(now >= 0, by=power_at_most_one(_q, _n + 1)))
            always(have(following >= 0, by=power_at_most_one(_q, _n + 2)))
            more = nonneg((1 - _q) * now * following)
            powers = [power_next(_q, _n), power_next(_q, _n + 1)]
            have(
                (_n + 2) * (1 - _q**2) * _q ** (_n + 1) <= 1 - (_q ** (_n + 2)) ** 2,
                by=[*powers, below.times(_q), more],
            )
    return below


@Lemma
def power_of_product() -> Fact:
    """∀x ∀y ∀n ≥ 0. (xy)ⁿ = xⁿyⁿ."""
    with let(_x, _y):
        base = [power_zero(_x * _y), power_zero(_x), power_zero(_y)]
        with induction((_x * _y) ** _n == _x**_n * _y**_n, _n, base=base) as equal:
            factors = [power_next(_x * _y, _n), power_next(_x, _n), power_next(_y, _n)]
            have((_x * _y) ** (_n + 1) == _x ** (_n + 1) * _y ** (_n + 1), by=[*factors, equal])
    return equal
