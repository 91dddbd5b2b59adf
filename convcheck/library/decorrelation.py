"""The gradient against a denominator that knows it, after Défossez, Bottou, Bach & Usunier (2022), Lemma 5.1."""

from convcheck.language.fact import Fact
from convcheck.language.proof import calc, cases, have, let
from convcheck.language.symbols import reals
from convcheck.language.words import inverse, nonneg, square, square_zero
from convcheck.library.lemma import Lemma


@Lemma
def decorrelation() -> Fact:
    """ag/q - a²/(4q) - a²g²/(4sq) - 2Rg²/r² ≤ ag/r, if q² - r² = s - g², where 1/s may be 1/0 = 0.

    For a² ≤ s, 0 < q, 0 < r, 0 ≤ R, s ≤ q², s ≤ Rq and g² ≤ r².  When r = √(ε + v + g²) and s is the conditional mean
    of g², the denominator q = √(ε + v + s) is known before g is; in the mean the left side is a²/(2q) - 2R E[g²/r²].
    """
    a, g, s, q, r, R = reals("a g s q r R")
    k, w, z, h = 1 / q, 1 / r, 1 / s, 1 / (q + r)
    goal = a * g * k - a**2 * k / 4 - a**2 * g**2 * z * k / 4 - 2 * R * g**2 * w**2 <= a * g * w
    guards = (a**2 <= s, 0 < q, 0 < r, 0 <= R, q**2 - r**2 == s - g**2, s <= q**2, s <= R * q, g**2 <= r**2)
    with let(a, g, *guards) as (spread, _, _, _, gap, below_q, below_root, below_r):
        for calm in cases(s <= 0):
            if calm:
                flat = square_zero(a, by=[spread, calm])
                low = have(goal, by=[flat, nonneg(2 * R * g**2 * w**2)])
            else:
                one = have(h * (q + r) == 1, by=inverse(q + r))
                share_q, share_r = have(h * q <= 1, by=[one, nonneg(h * r)]), have(h * r <= 1, by=[one, nonneg(h * q)])
                differ = have(a * g * w - a * g * k == a * g * (s - g**2) * h * k * w, by=gap.times(a * g * h * k * w))
                s_small = (
                    calc(s**2 * h**2 * k)
                    .le(R * s * h**2, by=below_root.times(s * h**2 * k))
                    .le(R * (h * q) ** 2, by=below_q.times(R * h**2))
                    .le(R, by=[share_q.times(R * h * q), share_q.times(R)])
                )
                turn = inverse(r)[0]
                less = have(g**2 * w**2 <= 1, by=[below_r.times(w**2), turn.times(r * w), turn])
                shorter = have(h <= w, by=[share_r.times(w), turn.times(h)])
                smaller = have(h**2 <= w**2, by=[shorter.times(h), shorter.times(w)])
                g_small = (
                    calc(s * g**4 * h**2 * k * w**2)
                    .le(R * g**4 * h**2 * w**2, by=below_root.times(g**4 * h**2 * k * w**2))
                    .le(R * g**2 * h**2, by=less.times(R * g**2 * h**2))
                    .le(R * g**2 * w**2, by=smaller.times(R * g**2))
                )
                first = have(
                    -a * g * s * h * k * w <= a**2 * k / 4 + R * g**2 * w**2,
                    by=[square(a / 2 + g * s * h * w).times(k), s_small.times(g**2 * w**2)],
                )
                unit = inverse(s)[0]
                units = unit.times(a * g**3 * h * k * w), unit.times(s * g**4 * h**2 * k * w**2)
                other = have(
                    a * g**3 * h * k * w <= a**2 * g**2 * z * k / 4 + R * g**2 * w**2,
                    by=[square(a * g / 2 - s * g**2 * h * w).times(k * z), g_small, *units],
                )
                low = have(goal, by=[differ, first, other])
    return low


@Lemma
def shares() -> Fact:
    """∀x y r > 0. r² = x + y → y/r² = 1 - x/r²."""
    x, y, r = reals("x y r")
    with let(x, y, 0 < r, r**2 == x + y) as (_, whole):
        parts = have(y / r**2 == 1 - x / r**2, by=whole.times(1 / r**2))
    return parts
