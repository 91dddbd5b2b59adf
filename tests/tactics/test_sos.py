"""Sums of squares: true polynomial inequalities get exact certificates, false ones none."""

from fractions import Fraction

import pytest

from convcheck.kernel.rules import assume
from convcheck.language.symbols import reals
from convcheck.language.terms import Expression
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.sos import sum_of_squares

a, b, c, w, β, x, y = reals("a b c w β x y")

TRUE = [
    ("square of a sum", (a + b) ** 2 <= 2 * a**2 + 2 * b**2, []),
    ("AM-GM of three", 3 * a * b * c <= a**3 + b**3 + c**3, [a >= 0, b >= 0, c >= 0]),
    ("Cauchy-Schwarz in the plane", (a * x + b * y) ** 2 <= (a**2 + b**2) * (x**2 + y**2), []),
    ("Bernoulli", 1 + 4 * x <= (1 + x) ** 4, [x >= -1]),
    ("a box, tight in a corner", x + y - x * y <= 1, [x >= 0, x <= 1, y >= 0, y <= 1]),
    (
        "Reddi's room for two pulls",
        (Fraction(1, 2) + β / 12) ** 2 * 2 * (2 - β + β**2 + 2 * β**3) <= 1,
        [β >= 0, β <= Fraction(1, 5)],
    ),
    (
        "Motzkin times a square, on the boundary of the cone",
        (x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1) * (x**2 + y**2 + 1) >= 0,
        [],
    ),
]
FALSE = [
    ("the other way round", 2 * a**2 + 2 * b**2 <= (a + b) ** 2, []),
    ("a constant too small", (a + b) ** 2 <= Fraction(19, 10) * (a**2 + b**2), []),
    ("AM-GM without signs", 3 * a * b * c <= a**3 + b**3 + c**3, []),
    ("outside the box", x <= Fraction(1, 2), [x >= 0, x <= 1]),
    ("strict where equality holds", 2 * a * b < a**2 + b**2, []),
]


@pytest.mark.parametrize(("goal", "reasons"), [case[1:] for case in TRUE], ids=[case[0] for case in TRUE])
def test_true_inequalities_are_proved_exactly(goal: Expression, reasons: list[Expression]) -> None:
    theorem = sum_of_squares(goal.term, [assume(r.term) for r in reasons])
    assert theorem.conclusion is goal.term
    assert theorem.hypotheses <= {r.term for r in reasons}


@pytest.mark.parametrize(("goal", "reasons"), [case[1:] for case in FALSE], ids=[case[0] for case in FALSE])
def test_false_inequalities_are_not(goal: Expression, reasons: list[Expression]) -> None:
    with pytest.raises(NotProvedError):
        sum_of_squares(goal.term, [assume(r.term) for r in reasons])
