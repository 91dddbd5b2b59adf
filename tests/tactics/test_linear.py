"""Linear arithmetic, signs, search and case distinctions: what they prove holds, and nothing false is proved."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcheck.kernel.rules import assume
from convcheck.kernel.terms import Term, make
from convcheck.language.symbols import clip, inner, ints, maximum, norm2, reals, sqrt, vectors
from convcheck.language.terms import Expression
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.linear import column, linear
from convcheck.tactics.prove import prove
from convcheck.tactics.sign import sign

x, y, z = reals("x y z")
t, n = ints("t n")
u, v = vectors("u v")


def proved(goal: Expression, *reasons: Expression, known: Sequence[Expression] = ()) -> bool:
    """Tell whether a goal is found to follow from reasons and a context."""
    context = Context().knowing(*(assume(p.term) for p in known))
    try:
        theorem = prove(goal.term, [assume(r.term) for r in reasons], context)
    except NotProvedError:
        return False
    assert theorem.conclusion is goal.term
    assert theorem.hypotheses <= {p.term for p in (*reasons, *known)}
    return True


TRUE = [
    (x <= z, [x <= y, y <= z], []),
    (x < z, [x <= y, y < z], []),
    (2 * x + 3 * y <= 5 * z, [x <= z, y <= z], []),
    (x == y, [x + z == y + z], []),
    (x * y <= z * y, [x <= z], [y > 0]),
    (x / y <= z, [x <= y * z], [y > 0]),
    (sqrt(x) * sqrt(x) == x, [], [x >= 0]),
    (x / sqrt(x) == sqrt(x), [], [x > 0]),
    (1 / (x + 1) <= 1, [], [x >= 0]),
    (x**2 * y <= z**2 * y, [x**2 <= z**2], [y >= 0]),
    (maximum(x, y) <= z, [x <= z, y <= z], []),
    (abs(x) <= y, [x <= y, -y <= x], []),
    ((clip(x, -1, 1) - y) ** 2 <= (x - y) ** 2, [], [y >= -1, y <= 1]),
    (norm2(u + v) == norm2(u) + 2 * inner(u, v) + norm2(v), [], []),
    (norm2(v) == 4 * norm2(u), [v == 2 * u], []),
    (sqrt(t) > 0, [], [t >= 1]),
    (sqrt(sqrt(x)) ** 4 == x, [], [x >= 0]),
    (x**n > 0, [], [x > 0, n >= 0]),
    (x**n >= 0, [], [x >= 0, n >= 0]),
    (x ** (n - 1) / x ** (n - 1) == 1, [], [x > 0, n >= 1]),
]
FALSE = [
    (x <= z, [x <= y], []),
    (x < z, [x <= y, y <= z], []),
    (x == y, [x <= y], []),
    (x * y <= z * y, [x <= z], []),
    (x / x == 1, [], []),
    (x / x == 1, [], [x >= 0]),
    (sqrt(x) * sqrt(x) == x, [], []),
    (sqrt(x * x) == x, [], []),
    (maximum(x, y) <= z, [x <= z], []),
    (abs(x) <= y, [x <= y], []),
    (x**2 <= y**2, [x <= y], []),
    (norm2(u + v) <= norm2(u) + norm2(v), [], []),
    (sqrt(t) > 0, [], [t >= 0]),
    (x**n > 0, [], [x >= 0, n >= 0]),
    (x**n > 0, [], [x > 0]),
    (x**n >= 0, [], [n >= 0]),
    (n + 1 <= n, [], []),
]


@pytest.mark.parametrize(("goal", "reasons", "known"), TRUE, ids=lambda value: repr(value)[:60])
def test_what_follows_is_proved(goal: Expression, reasons: list[Expression], known: list[Expression]) -> None:
    assert proved(goal, *reasons, known=known)


@pytest.mark.parametrize(("goal", "reasons", "known"), FALSE, ids=lambda value: repr(value)[:60])
def test_what_does_not_follow_is_not(goal: Expression, reasons: list[Expression], known: list[Expression]) -> None:
    assert not proved(goal, *reasons, known=known)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fractions(-4, 4, max_denominator=6), min_size=4, max_size=4), st.integers(0, 3))
def test_combinations_are_exact(weights: list[Fraction], loss: int) -> None:
    """Σ w·reason is found, whatever the rational weights are, and so is what is weaker."""
    reasons = [x <= y, y <= z, z <= x + 1, x + y <= 3 * z]
    positive = [abs(w) for w in weights]
    gaps = [Expression(r.term.args[1]) - Expression(r.term.args[0]) for r in reasons]
    total = sum((w * gap for w, gap in zip(positive, gaps, strict=True)), Expression(make("q", Fraction(0))))
    goal = total + loss >= 0
    theorem = linear(goal.term, [assume(r.term) for r in reasons])
    assert theorem.conclusion is goal.term


@pytest.mark.parametrize("difference", [Fraction(1, 10**12), Fraction(1, 10**400)])
def test_numbers_are_compared_exactly(difference: Fraction) -> None:
    assert proved(x * 0 + 1 < 1 + difference)
    assert not proved(x * 0 + 1 <= 1 - difference)


def test_an_inequality_is_not_taken_backwards() -> None:
    with pytest.raises(NotProvedError):
        linear((y <= x).term, [assume((x <= y).term)])


def test_products_of_reasons_count() -> None:
    low, high = assume((x >= 0).term), assume((x <= 1).term)
    goal: Term = (x**2 <= x).term
    assert linear(goal, [column(low, high)]).conclusion is goal


@pytest.mark.parametrize("e", [x**2, norm2(u), sqrt(x**2), 1 / (1 + x**2), abs(x), x**2 * norm2(v) + 1])
def test_obvious_signs_are_found(e: Expression) -> None:
    assert sign(e.term, Context()).conclusion.args[1] is e.term


@pytest.mark.parametrize("e", [x, x * y, x**3, sqrt(x), inner(u, v), x**2 - 1, 1 / x])
def test_other_signs_are_not(e: Expression) -> None:
    with pytest.raises(NotProvedError):
        sign(e.term, Context())
