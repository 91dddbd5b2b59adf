"""Powers of a number in [0, 1], and Bernoulli's inequality from both sides."""

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import ints, reals
from convcheck.language.words import nonneg, power_next, power_zero, square
from convcheck.library.lemma import Lemma

(_n,) = ints("n")
(_q,) = reals("q")


@Lemma
def power_falls() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0. qⁿ⁺¹ ≤ qⁿ."""
    with let(0 < _q, _q <= 1), let(0 <= _n):
        falls = have(_q ** (_n + 1) <= _q**_n, by=[power_next(_q, _n), nonneg(_q**_n * (1 - _q))])
    return falls


@Lemma
def power_at_most_one() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0. qⁿ ≤ 1."""
    with let(0 < _q, _q <= 1), induction(_q**_n <= 1, _n, base=power_zero(_q)) as bounded:
        have(_q ** (_n + 1) <= 1, by=[bounded, power_falls(_q, _n)])
    return bounded


@Lemma
def bernoulli() -> Fact:
    """∀q > 0 ∀n ≥ 0. 1 - n(1 - q) ≤ qⁿ."""
    with let(0 < _q), induction(1 - _n * (1 - _q) <= _q**_n, _n, base=power_zero(_q)) as below:
        convex = square(1 - _q).times(_n)
        have(1 - (_n + 1) * (1 - _q) <= _q ** (_n + 1), by=[power_next(_q, _n), below.times(_q), convex])
    return below


@Lemma
def bernoulli_inverse() -> Fact:
    """∀q ∈ (0, 1] ∀n ≥ 0. (n + 1)(1 - q)qⁿ ≤ 1 - qⁿ⁺¹: Bernoulli's inequality for 1/q."""
    with let(0 < _q, _q <= 1):
        base = [power_zero(_q), power_next(_q, 0)]
        with induction((_n + 1) * (1 - _q) * _q**_n <= 1 - _q ** (_n + 1), _n, base=base) as below:
            falls = power_falls(_q, _n).times((_n + 1) * (1 - _q))
            have((_n + 2) * (1 - _q) * _q ** (_n + 1) <= 1 - _q ** (_n + 2), by=[power_next(_q, _n + 1), below, falls])
    return below
