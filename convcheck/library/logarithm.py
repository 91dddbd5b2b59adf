"""The logarithm: its value at 1, and how it grows from one integer to the next."""

from convcheck.kernel.rules import cong
from convcheck.kernel.terms import make
from convcheck.language.fact import Fact
from convcheck.language.proof import have, let
from convcheck.language.terms import Expression, expression, ints, log
from convcheck.language.words import inverse, nonneg
from convcheck.library.lemma import Lemma
from convcheck.tactics.inference import from_axiom


def axiom(name: str, *values: Expression, by: tuple[Fact, ...] = ()) -> Fact:
    """Return an instance of an axiom of the kernel."""
    return Fact(from_axiom(name, [v.term for v in values], *(fact.theorem for fact in by)))


@Lemma
def log_of_one() -> Fact:
    """Log 1 = 0."""
    one = expression(1)
    positive = have(one > 0)
    return have(log(1) == 0, by=axiom("log_mul", one, one, by=(positive, positive)))


@Lemma
def log_increment() -> Fact:
    """∀n ≥ 1. 1/(n+1) ≤ log(n+1) - log n."""
    (n,) = ints("n")
    z = make("var", "z", "R")
    with let(n >= 1):
        quotient = n / (n + 1)
        positive = have(quotient > 0, by=nonneg(quotient))
        product = axiom("log_mul", quotient, n + 1, by=(positive, have(n + 1 > 0)))
        whole = have(quotient * (n + 1) == n, by=inverse(n + 1))
        same = Fact(cong(whole.theorem, z, log(Expression(z)).term))
        small = axiom("log_le", quotient, by=(positive,))
        grows = have(1 / (n + 1) <= log(n + 1) - log(n), by=[small, product, same, *inverse(n + 1)])
    return grows  # noqa: RET504  # general only after the scope
