"""Conditions are decided exactly, at points and on arrays, and say the same in text, LaTeX and SymPy."""

import operator
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from convcheck.conditions import Comparison, Condition, Expression, Hyper, Logic, Operation, Rational, hyper, sqrt
from convcheck.errors import ConditionError, ConvcheckError, ParameterError, ShapeError

a, b = hyper("a b")
beta1, beta2, lr = hyper("beta1 beta2 lr")
reddi = (beta1 >= 0) & (beta1 < sqrt(beta2))

numbers = st.fractions(-3, 3, max_denominator=4)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Expression:
    """Draw a term: mostly + - * /, then leaves, roots and signs."""
    kind = draw(st.integers(0, 9)) if depth else 0
    if kind < 2:
        return draw(st.sampled_from([a, b]) | numbers.map(Rational))
    if kind > 7:
        return (sqrt, operator.neg)[kind - 8](draw(trees(depth - 1)))
    return Operation(draw(st.sampled_from("+-*/")), (draw(trees(depth - 1)), draw(trees(depth - 1))))


terms = trees()
comparisons = st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">="]), st.tuples(terms, terms))
conditions = st.recursive(
    comparisons, lambda c: c.map(lambda x: ~x) | st.builds(Logic, st.sampled_from("&|"), st.tuples(c, c)), max_leaves=3
)


# ----------------------------------------------------------------------------------------------------- Decisions


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (
            beta1 < sqrt(beta2),
            False,
        ),  # 0.9 = √0.81 as decimals; the doubles have 0.9 < √0.81 or not, as luck will have it
        (beta1 <= sqrt(beta2), True),
        (beta1 * beta1 < beta2, False),
        (beta1**2 / sqrt(beta2) < beta1, False),
        (beta1**2 / sqrt(beta2) >= beta1, True),
        (beta1 + Fraction(1, 10**400) > sqrt(beta2), True),
        (beta1 - Fraction(1, 10**400) < sqrt(beta2), True),
        (np.float64(0.9) <= beta1, True),
        (np.float32(0.9) <= beta1, True),
        (beta1 * 10**400 > 1, True),
    ],
)
def test_the_boundary_is_decided_by_the_decimals(condition: Condition, *, holds: bool) -> None:
    assert condition(beta1=0.9, beta2=0.81) is holds
    assert (~condition)(beta1=0.9, beta2=0.81) is not holds
    assert condition(beta1=np.array([0.9, 0.9]), beta2=0.81).tolist() == [holds, holds]


@given(st.fractions(0, 9), st.fractions(0, 9))
@settings(max_examples=40, deadline=None)
def test_equal_radicals_are_equal(x: Fraction, y: Fraction) -> None:
    def equal(left: Expression, right: Expression) -> bool:
        return bool(((left <= right) & (left >= right) & ~(left < right) & ~(left > right))(a=x, b=y))

    assert equal(sqrt(a) * sqrt(b), sqrt(a * b))
    assert equal(sqrt(a) + sqrt(b), sqrt(a + b + 2 * sqrt(a * b)))
    assert equal(sqrt(2 * a) * sqrt(8), 4 * sqrt(a))
    assert equal(sqrt((1 - a) ** 2), 1 - a) == (x <= 1)
    assert equal(1 / (sqrt(a + 1) + sqrt(a)), sqrt(a + 1) - sqrt(a))
    assert equal(sqrt(a) - sqrt(b), a - b) == (x == y or _roots_add_to_one(x, y))


def _roots_add_to_one(x: Fraction, y: Fraction) -> bool:
    """√x - √y = x - y = (√x - √y)(√x + √y) also if √x + √y = 1."""
    return bool(sympy.sqrt(sympy.Rational(x)) + sympy.sqrt(sympy.Rational(y)) == 1)


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "sqrt": Decimal.sqrt,
}
CLEAR = Decimal("1e-40")  # what is nearer to zero, but not zero, may be an error of rounding to 90 digits


@given(comparisons, numbers, numbers)
@settings(max_examples=150, deadline=None)
def test_decisions_agree_with_ninety_digits(condition: Comparison, x: Fraction, y: Fraction) -> None:
    def number(value: Fraction) -> Decimal:
        return Decimal(value.numerator) / Decimal(value.denominator)

    def surely(op: str, *operands: Decimal) -> Decimal:
        value: Decimal = OPERATORS[op](*operands)
        assume(value == 0 or abs(value) > CLEAR)
        return value

    with localcontext(prec=90):
        try:
            gap = condition.args[0] - condition.args[1]
            value = gap.fold({"a": number(x), "b": number(y)}.__getitem__, number, surely)
        except (InvalidOperation, DivisionByZero):
            with pytest.raises(ParameterError, match="makes no sense at"):
                condition(a=x, b=y)
            return
    assert condition(a=x, b=y) is OPERATORS[condition.op](value, 0)


@given(conditions, st.lists(st.floats(-3, 3) | st.sampled_from([0.0, 0.25, 1.0, -1.0]), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_arrays_are_decided_as_their_points_are(condition: Condition, values: list[float]) -> None:
    def exactly(x: float, y: float) -> bool | None:
        try:
            return condition._at({"a": x, "b": y})
        except ParameterError:
            return None

    x, y = np.meshgrid(values, values)
    wanted = np.vectorize(exactly, otypes=[object])(x, y)
    if None in wanted.flat:
        with pytest.raises(ParameterError):
            _points(condition, x, y)
    else:
        assert np.array_equal(_points(condition, x, y), wanted.astype(bool))


def _points(condition: Condition, x: Any, y: Any) -> Any:
    """Call a condition such that it sees both arrays, even if it names neither."""
    return ((condition & (a > -9)) & (b > -9))(a=x, b=y)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_floats_of_every_size_denote_their_decimals(kind: type[np.floating]) -> None:
    values = [kind("0.9"), np.nextafter(kind("0.9"), kind(1))]
    assert (a > 0.9)(a=np.array(values)).tolist() == [False, True]
    assert [(a > 0.9)(a=value) for value in values] == [False, True]
    assert (a < 0.9)(a=np.array(values)).tolist() == [False, False]


def test_integers_and_fractions_are_numbers_too() -> None:
    assert (a < Fraction(1, 3))(a=[Fraction(1, 3), Fraction(333, 1000)]).tolist() == [False, True]
    assert (a <= 2**60)(a=np.array([2**60, 2**60 + 1])).tolist() == [True, False]


def test_huge_fractions_are_numbers() -> None:
    huge = Fraction(10**400)
    assert (a < b)(a=[huge, huge], b=[huge, huge + 1]).tolist() == [False, True]


def test_a_divisor_that_only_looks_like_zero_is_told_from_zero() -> None:
    looks = 1 / (a + b - Fraction(3, 10)) > 24 * 10**15  # 1/4e-17, of a sum that floats know to 1e-16
    with pytest.raises(ParameterError, match=r"makes no sense at a = 0\.1, b = 0\.2"):
        looks(a=0.1, b=0.2)
    assert looks(a=0.1, b=np.nextafter(0.2, 1)) is True
    assert looks(a=0.1, b=np.nextafter(0.2, 0)) is False
    assert (sqrt(a / b) >= 0.5)(a=-1, b=-4) is True


def test_a_guard_decides_where_the_rest_makes_no_sense() -> None:
    guarded = (a < 1) & (1 / (1 - a) < 10)
    assert guarded(a=[0.5, 1.0, 0.95]).tolist() == [True, False, False]
    assert ((sqrt(a) < 1) | (a < 0))(a=-1) is True
    assert (~((sqrt(a) >= 1) & (a >= 0)))(a=-1) is True


def test_names_beyond_the_needed_are_ignored_and_shapes_broadcast() -> None:
    holds = reddi(beta1=np.array([[0.1], [0.9]]), beta2=np.array([0.5, 0.81, 0.99]), lr=1e-3, eps="unused")
    assert np.array_equal(holds, [[True, True, True], [False, False, True]])
    assert (sqrt(Rational(Fraction(2))) < 2)() is True


# -------------------------------------------------------------------------------------------------------- Errors


@pytest.mark.parametrize(
    ("mistake", "error", "advice"),
    [
        ("0 <= a < 1", ConditionError, r"write \(0 <= beta\) & \(beta < 1\), not 0 <= beta < 1"),
        ("(a < 1) and (b < 1)", ConditionError, "neither true nor false"),
        ("not (a < 1)", ConditionError, "neither true nor false"),
        ("0 <= a & a < 1", ConditionError, "put each comparison in brackets"),
        ("(a == 0) & (b < 1)", ConditionError, "== compares formulas"),
        ("(b < 1) | (a == 0)", ConditionError, "== compares formulas"),
        ("a**3", ConditionError, "the only power is"),
        ("a + 'b'", ConditionError, "no part of a condition"),
        ("a < nan", ConditionError, "no part of a condition"),
        ("a < True", ConditionError, "no part of a condition"),
        ("a < 1j", ConditionError, "no part of a condition"),
        ("hyper('a-b')", ConditionError, "cannot name a hyper-parameter"),
        ("reddi(beta1=0.5)", ParameterError, "depends on beta2 too"),
        ("reddi()", ParameterError, "depends on beta1 and beta2 too"),
        ("reddi(beta1=0.5, beta2=inf)", ParameterError, "beta2 = inf is not a finite number"),
        ("reddi(beta1=[0.5, nan], beta2=1)", ParameterError, "beta1 = .* is not a finite number"),
        ("reddi(beta1='0.5', beta2=1)", ParameterError, "beta1 = '0.5' is not a finite number"),
        ("reddi(beta1=True, beta2=1)", ParameterError, "beta1 = True is not a finite number"),
        ("reddi(beta1=[[1], [1, 2]], beta2=1)", ParameterError, "beta1 = .* is not a finite number"),
        ("reddi(beta1=None, beta2=1)", ParameterError, "beta1 = None is not a finite number"),
        ("reddi(beta1=0.5, beta2=-1)", ParameterError, "makes no sense at beta1 = 0.5, beta2 = -1"),
        ("(1 / a < 1)(a=[1, 0])", ParameterError, "makes no sense at a = 0"),
        ("(1 / (1 / a) < 1)(a=0)", ParameterError, "makes no sense at a = 0"),
        ("(sqrt(1 / a) < 1)(a=0)", ParameterError, "makes no sense at a = 0"),
        ("reddi(beta1=[1, 2], beta2=[1, 2, 3])", ShapeError, "do not broadcast"),
        ("reddi.region(beta1=[[1, 2]], beta2=1)", ShapeError, "an axis of a region is a 1-d array"),
        ("reddi.plot(beta1=[0, 1], beta2=0.5)", ShapeError, "a plot needs two arrays"),
    ],
)
def test_a_mistake_is_told(mistake: str, error: type[ConvcheckError], advice: str) -> None:
    words = {"a": a, "b": b, "reddi": reddi, "hyper": hyper, "sqrt": sqrt, "inf": float("inf"), "nan": float("nan")}
    with pytest.raises(error, match=advice):
        eval(mistake, words)  # noqa: S307  # the texts above


# ------------------------------------------------------------------------------------------------- Trees and words


def test_trees_are_frozen_data() -> None:
    wanted = Logic(
        "&",
        (
            Comparison(">=", (Hyper("beta1"), Rational(Fraction(0)))),
            Comparison("<", (Hyper("beta1"), Operation("sqrt", (Hyper("beta2"),)))),
        ),
    )
    assert reddi == wanted
    assert hash(reddi) == hash(wanted)
    assert reddi != wanted.args[0]
    assert ((beta2 > 0) & reddi).names == ("beta2", "beta1")
    with pytest.raises(FrozenInstanceError):
        beta1.name = "beta3"  # type: ignore[misc]
    assert 0.1 + a == Operation("+", (Rational(Fraction(1, 10)), a))
    assert np.float64(0.1) * a == Operation("*", (Rational(Fraction(1, 10)), a))


def test_folding_visits_leaves_and_then_nodes() -> None:
    assert (a + 2 < b).fold(str.upper, int, lambda op, *parts: [op, *parts]) == ["<", ["+", "A", 2], "B"]


@pytest.mark.parametrize(
    ("tree", "text", "latex"),
    [
        (reddi, "β₁ ≥ 0 and β₁ < √β₂", r"\beta_{1} \geq 0 \wedge \beta_{1} < \sqrt{\beta_{2}}"),
        (~(lr > 0.1) | (a <= b), "not (lr > 0.1) or a ≤ b", r"\neg \left(\mathrm{lr} > 0.1\right) \vee a \leq b"),
        ((a < 1) & ((b < 1) | (a < b)), "a < 1 and (b < 1 or a < b)", r"a < 1 \wedge \left(b < 1 \vee a < b\right)"),
        (a - (b - 1), "a - (b - 1)", r"a - \left(b - 1\right)"),
        (sqrt(a**2) + sqrt(sqrt(b)), "√(a²) + √(√b)", r"\sqrt{a^2} + \sqrt{\sqrt{b}}"),
        (a / (b * a) / b, "a/(b·a)/b", r"\frac{\frac{a}{b \cdot a}}{b}"),
        (sqrt(1 - a) ** 2, "(√(1 - a))²", r"\left(\sqrt{1 - a}\right)^2"),
        ((-a) ** 2 * -b, "(-a)²·(-b)", r"\left(-a\right)^2 \cdot \left(-b\right)"),
        (a * Fraction(-1, 3), "a·(-1/3)", r"a \cdot \left(-\frac{1}{3}\right)"),
        (10**30 * a + 1e-7, "1" + 30 * "0" + "·a + 1/10000000", "1" + 30 * "0" + r" \cdot a + \frac{1}{10000000}"),
        (hyper("lambda_2 eps gamma")[0] + 0, "λ₂ + 0", r"\lambda_{2} + 0"),
    ],
)
def test_formulas_read_as_they_were_meant(tree: Expression | Condition, text: str, latex: str) -> None:
    assert str(tree) == text
    assert tree.latex == latex
    assert tree._repr_latex_() == f"${latex}$"


@given(terms, numbers, numbers)
@settings(max_examples=100, deadline=None)
def test_text_has_one_reading(tree: Expression, x: Fraction, y: Fraction) -> None:
    """By Python's rules of precedence, with √ as a sign like ~, the text reads as the tree."""
    text = str(tree).replace("√", "~").replace("·", "*").replace("²", "**2")
    text = re.sub(r"(?<!\*\*)\b\d+(\.\d+)?", lambda number: f"number('{number[0]}')", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Expression, "__invert__", sqrt, raising=False)
        read = eval(text, {"a": a, "b": b, "number": lambda digits: Rational(Fraction(digits))})  # noqa: S307  # our text
    try:
        assert ((read <= tree) & (read >= tree))(a=x, b=y)
    except ParameterError:
        with pytest.raises(ParameterError):
            (tree <= 0)(a=x, b=y)


@given(conditions, numbers, numbers)
@settings(max_examples=100, deadline=None)
def test_sympy_says_the_same(condition: Condition, x: Fraction, y: Fraction) -> None:
    try:
        holds = condition(a=x, b=y)
    except ParameterError:
        return
    symbols = {sympy.Symbol("a", real=True): sympy.Rational(x), sympy.Symbol("b", real=True): sympy.Rational(y)}
    try:
        decided = condition.sympy().subs(symbols)
    except TypeError:  # SymPy refuses complex numbers, also where a guard decides
        reject()
    assume(decided in {sympy.true, sympy.false})
    assert bool(decided) is holds


# -------------------------------------------------------------------------------------------------------- Regions


def test_a_region_has_one_axis_for_each_array_in_order() -> None:
    x, y = np.array([0.0, 0.5, 0.9]), np.array([0.81, 0.9])
    wanted = np.array([[True, True], [True, True], [False, True]])
    assert np.array_equal(reddi.region(beta1=x, beta2=y), wanted)
    assert np.array_equal(reddi.region(beta2=y, beta1=x), wanted.T)
    assert np.array_equal(reddi.region(beta1=x, beta2=Fraction(81, 100)), wanted[:, 0])
    assert np.array_equal((beta1 < 0.9).region(beta1=x, beta2=y), [[True, True], [True, True], [False, False]])
    assert (beta1 < 0.9).region(beta2=y, beta1=0.5).tolist() == [True, True]


def test_a_plot_shows_the_region() -> None:
    from matplotlib import pyplot as plt

    plt.switch_backend("Agg")
    x, y = np.linspace(0, 1, 11), np.linspace(0, 1, 7)
    ax = reddi.plot(beta1=x, beta2=y)
    try:
        (mesh,) = ax.collections
        shown = np.asarray(mesh.get_array()).reshape(7, 11).astype(bool)
        assert np.array_equal(shown, reddi.region(beta1=x, beta2=y).T)
        assert (ax.get_xlabel(), ax.get_ylabel()) == (r"$\beta_{1}$", r"$\beta_{2}$")
        ax.figure.canvas.draw()  # the title's formula is one that Matplotlib can set
        assert reddi.plot(ax, beta1=x, beta2=y) is ax
    finally:
        plt.close("all")


def test_importing_loads_numpy_alone() -> None:
    program = (
        "import sys, convcheck.conditions, convcheck.assumptions; "
        "print({'sympy', 'matplotlib', 'scipy', 'numba'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
