"""The logarithm: its value at 1, and how it grows from one integer to the next."""

from convcheck.language.fact import Fact
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import ints, log, reals
from convcheck.language.terms import Expression, expression
from convcheck.language.words import image, inverse, nonneg
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
