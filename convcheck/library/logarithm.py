"""The logarithm: its value at 1, how it grows, of products and powers; and Euler's number."""

from fractions import Fraction
from math import ceil

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import ints, log, reals
from convcheck.language.terms import Expression, expression
from convcheck.language.words import image, inverse, nonneg, power_next, power_zero
from convcheck.library.lemma import Lemma
from convcheck.tactics.inference import from_axiom


def axiom(name: str, *values: Expression, by: tuple[Fact, ...] = ()) -> Fact:
    """Return an instance of an axiom of the kernel."""
    return Fact(from_axiom(name, [v.term for v in values], *(fact.theorem for fact in by)))


@Lemma
def log_of_one() -> Fact:
    """The logarithm of 1 is 0."""
    one = expression(1)
    positive = have(one > 0)
    return have(log(1) == 0, by=axiom("log_mul", one, one, by=(positive, positive)))


@Lemma
def log_increment() -> Fact:
    """∀n ≥ 1. 1/(n+1) ≤ log(n+1) - log n."""
    (n,) = ints("n")
    with let(1 <= n):
        quotient = n / (n + 1)
        positive = have(quotient > 0, by=nonneg(quotient))
        product = axiom("log_mul", quotient, n + 1, by=(positive, have(n + 1 > 0)))
        whole = have(quotient * (n + 1) == n, by=inverse(n + 1))
        same = image(log, whole)
        small = axiom("log_le", quotient, by=(positive,))
        grows = have(1 / (n + 1) <= log(n + 1) - log(n), by=[small, product, same, *inverse(n + 1)])
    return grows


@Lemma
def log_nonneg() -> Fact:
    """∀n ≥ 1. 0 ≤ log n."""
    (n,) = ints("n")
    with induction(log(n) >= 0, n, start=1, base=log_of_one()) as above:
        have(log(n + 1) >= 0, by=[log_increment(n), nonneg(1 / (n + 1))])
    return above


@Lemma
def log_rise() -> Fact:
    """∀x y > 0. 1 - x/y ≤ log y - log x."""
    x, y = reals("x y")
    with let(0 < x, 0 < y):
        positive = have(0 < x / y)
        whole = image(log, have(x / y * y == x))
        product = axiom("log_mul", x / y, y, by=(positive, have(0 < y)))
        grows = have(1 - x / y <= log(y) - log(x), by=[axiom("log_le", x / y, by=(positive,)), product, whole])
    return grows


@Lemma
def log_of_product() -> Fact:
    """∀x > 0 ∀y > 0. log(xy) = log x + log y."""
    x, y = reals("x y")
    with let(0 < x, 0 < y) as positive:
        total = have(log(x * y) == log(x) + log(y), by=axiom("log_mul", x, y, by=(*positive,)))
    return total


@Lemma
def log_below() -> Fact:
    """∀x > 0. log x ≤ x - 1."""
    (x,) = reals("x")
    with let(0 < x) as positive:
        below = have(log(x) <= x - 1, by=axiom("log_le", x, by=(positive,)))
    return below


@Lemma
def log_monotone() -> Fact:
    """∀x > 0 ∀y ≥ x. log x ≤ log y."""
    x, y = reals("x y")
    with let(0 < x, x <= y):
        share = have(x / y <= 1)
        grows = have(log(x) <= log(y), by=[log_rise(x, y), share])
    return grows


@Lemma
def log_of_power() -> Fact:
    """∀x > 0 ∀n ≥ 0. log xⁿ = n log x."""
    (x,), (n,) = reals("x"), ints("n")
    with let(0 < x):
        base = [image(log, power_zero(x)), log_of_one()]
        with induction(log(x**n) == n * log(x), n, base=base) as multiple:
            next_power = image(log, power_next(x, n))
            have(log(x ** (n + 1)) == (n + 1) * log(x), by=[multiple, next_power, log_of_product(x, x**n)])
    return multiple


@Lemma
def euler() -> Fact:
    """1 ≤ log 2.7188, by the twelfth square of 4096/4095, each rounded up; Euler's number is 2.71828…."""
    base, share = Fraction(4096, 4095), Fraction(1, 4096)
    above = have(log(base) >= share, by=[log_rise(1, base), log_of_one()])
    for _ in range(12):
        square, rounded = base**2, Fraction(ceil(base**2 * 10**8), 10**8)
        doubled = [log_of_product(base, base), log_monotone(square, rounded)]
        base, share = rounded, 2 * share
        above = have(log(base) >= share, by=[above, *doubled])
    return have(log(Fraction(27188, 10000)) >= 1, by=[above, log_monotone(base, Fraction(27188, 10000))])


@Lemma
def power_above() -> Fact:
    """∀e q > 0. 1 ≤ log e → ∀n ≥ 0. n(1 - q) ≤ q → 1 ≤ e·qⁿ."""
    (e, q), (n,) = reals("e q"), ints("n")
    with let(0 < e, 0 < q, 1 <= log(e)), let(0 <= n, n * (1 - q) <= q) as (_, slow):
        slope = have(1 - 1 / q <= log(q), by=[log_rise(1, q), log_of_one()])
        logs = [log_of_product(e, q**n), log_of_power(q, n), slope.times(n), slow.times(1 / q)]
        above = have(0 <= log(e * q**n), by=logs)
        large = have(1 <= e * q**n, by=[above, log_below(e * q**n)])
    return large
