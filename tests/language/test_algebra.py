"""To SymPy and back: the same term, the same value; and what SymPy does that the kernel does not."""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from math import exp as e_to
from math import isclose, isfinite, log, sqrt
from typing import Any

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convcheck.errors import AlgebraError, UnknownNameError
from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, POWER, SQRT
from convcheck.kernel.terms import ONE, ZERO, Symbol, Term, abstract, instantiate, make, number
from convcheck.language import symbols as words
from convcheck.language.algebra import from_sympy, to_sympy
from convcheck.language.names import names_of
from convcheck.language.symbols import Sum, expect, ints, norm2, processes, reals, sequences, vectors
from convcheck.language.terms import Expression

INTEGERS = [make("var", n, "Z") for n in ("t", "T", "x")]
REALS = [make("var", n, "R") for n in ("x", "α", "beta1")]
FUNCTIONS = [
    Symbol("x", ("Z",), "R"),
    Symbol("v_max", ("Z", "Z"), "R"),
    Symbol("h", ("R",), "R"),
    Symbol("n", ("Z",), "Z"),
]
BUILTIN: dict[Any, Any] = {SQRT: sqrt, LOG: log, EXP: e_to, ABS: abs, MAX: max, MIN: min}


@st.composite
def terms(draw: st.DrawFn, sort: str = "R", depth: int = 3, *, ordered: bool = True) -> Term:  # noqa: PLR0911  # a case per operation
    """Draw a number; ``ordered`` leaves out what SymPy does not keep apart."""
    leaves = [*INTEGERS, number(0), number(1), number(-2), number(3)]
    if sort == "R":
        leaves += [*REALS, number(Fraction(1, 2)), number(Fraction(-3, 4))]
    kinds = ["add", "mul", "pow", "leaf", "app"] + (["inv", "sum", "power"] if sort == "R" else [])
    kind = draw(st.sampled_from(kinds)) if depth else "leaf"

    def sub(s: str, least: int = 0) -> Term:
        return draw(terms(s, max(least, depth - 1), ordered=ordered))

    if kind in ("add", "mul"):
        return make(kind, *(sub(sort) for _ in range(draw(st.integers(2 if ordered else 1, 3)))))
    if kind == "pow":
        return make("pow", sub(sort), draw(st.integers(0, 4)))
    if kind == "inv":
        below = sub("R")
        return make("inv", ONE if _is_zero(below) else below)
    if kind == "sum":
        return make("sum", sub("Z"), sub("Z"), abstract(sub("R"), draw(st.sampled_from(INTEGERS))))
    if kind == "power":
        exponent = draw(st.sampled_from(INTEGERS if ordered else [*INTEGERS, *(number(k) for k in (-2, 0, 1, 2))]))
        return make("app", POWER, sub("R"), exponent)
    if kind == "app":
        own = [s for s in (SQRT, LOG, EXP, ABS) if sort == "R"] + ([MAX, MIN] if sort == "R" and not ordered else [])
        symbol = draw(st.sampled_from([*own, *(s for s in FUNCTIONS if s.codomain == sort)]))
        return make("app", symbol, *(sub(s) for s in symbol.domain))
    return draw(st.sampled_from(leaves))


def _is_zero(term: Term) -> bool:
    return bool(to_sympy(term) == 0)


@settings(max_examples=150, deadline=None)
@given(terms(), st.sampled_from(["le", "lt", "eq"]), terms(depth=2))
def test_what_goes_to_sympy_comes_back_as_the_same_term(term: Term, relation: str, other: Term) -> None:
    both = make(relation, term, other)
    assert from_sympy(to_sympy(term), names_of(term)) is term
    assert from_sympy(to_sympy(both), names_of(both)) is both


@settings(max_examples=80, deadline=None)
@given(terms(ordered=False))
def test_what_sympy_does_not_keep_apart_comes_back_in_one_form(term: Term) -> None:
    names = names_of(term)
    once = from_sympy(to_sympy(term), names)
    assert from_sympy(to_sympy(once), names) is once
    values = {v: Fraction(k + 2, 1 if v.sort == "Z" else 3) for k, v in enumerate([*INTEGERS, *REALS])}
    assert _same(_value(term, values), _value(once, values))


@settings(max_examples=80, deadline=None)
@given(terms(ordered=False))
def test_both_sides_have_the_same_value(term: Term) -> None:
    """Where the term is defined; SymPy's sums are evaluated term by term, without its closed forms."""
    names = names_of(term)
    assume(all(name.isidentifier() for name in names))
    try:
        expression = to_sympy(term, evaluate=True)
    except AlgebraError:  # a divisor turned out to be 0
        return
    values = {v: Fraction(k + 2, 1 if v.sort == "Z" else 3) for k, v in enumerate([*INTEGERS, *REALS])}
    free = [name for name, thing in names.items() if isinstance(thing, Term)]
    own: dict[str, Any] = {name: partial(_function, name) for name, s in names.items() if isinstance(s, Symbol)}
    function = sp.lambdify([sp.Symbol(n, **_assumed(names[n])) for n in free], expression, [own, "math"])
    wanted = _value(term, values)
    assume(isfinite(wanted))
    found = function(*(_number(values[names[n]]) for n in free))  # type: ignore[index]  # variables, as chosen above
    assert isclose(wanted, found, rel_tol=1e-6, abs_tol=1e-6)


def _assumed(thing: Term | Symbol) -> dict[str, bool]:
    return {"integer": True} if isinstance(thing, Term) and thing.sort == "Z" else {"real": True}


def _number(value: Fraction) -> float | int:
    return int(value) if value.denominator == 1 else float(value)


def _value(term: Term, values: Mapping[Term, Any]) -> float:
    """Return the value of a term as the kernel means it; nan where it is undefined or out of range."""
    try:
        found = _meaning(term, values)
        return float(found) if not isinstance(found, complex) else float("nan")
    except (ValueError, OverflowError, ZeroDivisionError):
        return float("nan")


def _meaning(term: Term, values: Mapping[Term, Any]) -> Any:  # noqa: PLR0911  # a case per operation
    if term.op == "q":
        return term.args[0]
    if term.op == "var":
        return values[term]
    if term.op == "sum":
        low, high = (_meaning(a, values) for a in term.args[:2])
        index = make("var", f"index{len(values)}", "Z")  # another in each of nested sums
        if high - low > 40:
            raise OverflowError
        rounds = range(int(low), int(high) + 1)
        return sum(_meaning(instantiate(term.args[2], index), {**values, index: Fraction(k)}) for k in rounds)
    if term.op == "pow":
        base = _meaning(term.args[0], values)
        return _small(base) ** term.args[1]
    symbol, *inside = term.args if term.op == "app" else (None, *term.args)
    numbers = [_small(_meaning(a, values)) for a in inside]
    if term.op == "inv":
        return 1 / numbers[0]
    if term.op in ("add", "mul"):
        return sum(numbers) if term.op == "add" else _product(numbers)
    if symbol is POWER:
        return numbers[0] ** int(numbers[1]) if abs(numbers[1]) < 50 else _too_large()
    if symbol in BUILTIN:
        return BUILTIN[symbol](*numbers)
    return _function(symbol.name, *numbers)


def _small(value: Any) -> Any:
    if abs(value) > 1e6 or (isinstance(value, Fraction) and value.denominator > 10**9):
        return float(value) if abs(value) < 1e30 else _too_large()
    return value


def _too_large() -> Any:
    raise OverflowError


def _product(numbers: list[Any]) -> Any:
    product: Any = Fraction(1)
    for factor in numbers:
        product *= factor
    return product


def _function(name: str, *arguments: Any) -> Any:
    """Some function of this name, with whole values at whole places."""
    return sum((k + 1) * a for k, a in enumerate(arguments)) + len(name)


def _same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-6, abs_tol=1e-6) or not (isfinite(one) and isfinite(other))


# What SymPy writes by itself


def names(*expressions: Expression) -> dict[str, Any]:
    return dict(names_of(*(e.term for e in expressions)))


def test_mathematics_reads_the_same_on_both_sides() -> None:
    (t, T), (α, D, G) = ints("t T"), reals("α D G")
    bound = D**2 * words.sqrt(T) / (2 * α) + α * G**2 * (words.sqrt(T) - Fraction(1, 2))
    S = {str(s): s for s in to_sympy(bound).free_symbols}
    direct = S["D"] ** 2 * sp.sqrt(S["T"]) / (2 * S["α"]) + S["α"] * S["G"] ** 2 * (sp.sqrt(S["T"]) - sp.Rational(1, 2))
    assert to_sympy(bound, evaluate=True) == direct
    (y,) = sequences("y")
    k, n = sp.Symbol("t", integer=True), sp.Symbol("T", integer=True)
    assert to_sympy(Sum(y[t + 1] / t, t, 1, T), evaluate=True) == sp.Sum(
        sp.Function("y", real=True)(k + 1) / k, (k, 1, n)
    )


def test_what_sympy_made_is_read() -> None:
    (T,), (α, D) = ints("T"), reals("α D")
    a, d, n = (to_sympy(v) for v in (α, D, T))
    known = names(α, D, T)

    def back(e: Any) -> str:
        return repr(Expression(from_sympy(e, known)))

    assert back(sp.sqrt(a) / d**2) == "(1/D²)·√α"
    assert back(a ** sp.Rational(-3, 2)) == "1/(√α)³"
    assert back(sp.E * sp.exp(a)) == "exp(1)·exp(α)"
    assert back(sp.E) == "exp(1)"
    assert back(a**n) == "α^{T}"
    m = sp.Symbol("m", integer=True, positive=True)
    assert repr(Expression(from_sympy(a**-m, {**known, "m": T}))) == "1/α^{T}"
    assert back(sp.Ge(a, d)) == "D ≤ α"
    assert back(sp.Gt(a, d)) == "D < α"
    assert back(sp.Max(a, d, 3).subs(d, 1)) == "max(3, α)"
    assert back(sp.Sum(a**n, (n, 1, n))) == "Σ[T'=1..T] α^{T'}"


def test_names_stand_for_expressions_and_sequences() -> None:
    (t,), (y,) = ints("t"), sequences("y")
    term = from_sympy(to_sympy(y[t] * 2), {"t": t, "y": y})
    assert term is make("mul", make("app", y.symbol, t.term), number(2))


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda a: a + 0.5, "Float"),
        (lambda a: sp.pi * a, "Pi"),
        (lambda a: sp.I * a, "ImaginaryUnit"),
        (lambda a: a ** sp.Rational(1, 3), "whole powers and square roots"),
        (lambda a: a**a, "not known to be an integer"),
        (lambda a: sp.Piecewise((a, a > 0), (0, True)), "Piecewise"),
        (lambda a: sp.Ne(a, 1), "relation !="),
        (lambda a: sp.Integral(a, a), "Integral"),
        (lambda _: sp.oo, "Infinity"),
        (lambda _: sp.zoo, "ComplexInfinity"),
        (lambda _: sp.nan, "NaN"),
        (lambda _: sp.true, "BooleanTrue"),
        (lambda a: sp.Matrix([a]), "Matrix"),
        (sp.sin, "sin"),
    ],
)
def test_what_the_kernel_does_not_have_is_refused(made: Any, sentence: str) -> None:
    (α,) = reals("α")
    with pytest.raises(AlgebraError, match=sentence):
        from_sympy(made(to_sympy(α)), names(α))


def test_unknown_names_get_advice() -> None:
    (α,) = reals("alpha")
    with pytest.raises(UnknownNameError, match="no variable 'alhpa'; did you mean 'alpha'"):
        from_sympy(sp.Symbol("alhpa"), names(α))
    with pytest.raises(UnknownNameError, match="no function 'f'"):
        from_sympy(sp.Function("f")(to_sympy(α)), names(α))
    with pytest.raises(AlgebraError, match="variable here, not a function"):
        from_sympy(sp.Function("alpha")(1), names(α))


def test_coordinates_are_functions_of_the_index_too() -> None:
    (t, i, T), (u,) = ints("t i T"), vectors("u")
    x = words.function("x", "Z", "V")
    formula = Sum((x[t][i] - u[i]) ** 2, t, 1, T).term
    k, index, last = sp.symbols("t i T", integer=True)
    shown = to_sympy(formula)
    gap = sp.Function("x", real=True)(k, index) - sp.Function("u", real=True)(index)
    assert (shown - sp.Sum(gap**2, (k, 1, last))).doit() == 0
    assert from_sympy(shown, names_of(formula)) is formula
    with pytest.raises(AlgebraError, match="a variable here"):
        from_sympy(sp.Function("u")(index, last), names_of(formula))


def test_vectors_and_expectations_and_connectives_are_refused() -> None:
    (t,), (a,), (u, w), (g,) = ints("t"), reals("a"), vectors("u w"), processes("g")
    refused = [
        norm2(u),
        u + w,
        expect(g[t]),
        g[t],
        words.forall(a <= 1, a <= 2),
        (a <= 1) & (a <= 2),
        words.implies(a <= 1, a <= 2),
    ]
    for term in [*refused, u == w, a + norm2(u)]:
        with pytest.raises(AlgebraError):
            to_sympy(term)
    with pytest.raises(AlgebraError, match="1/0 is 0 in the kernel"):
        to_sympy(make("inv", ZERO))


# What SymPy does that the kernel does not: why it proposes and never decides


def test_trap_the_root_of_a_square() -> None:
    """√x² is |x|; SymPy knows it for what it knows to be real, and calls it x where x is said to be positive."""
    (x,) = reals("x")
    root = words.sqrt(x**2)
    plain = to_sympy(x)
    assert to_sympy(root, evaluate=True) == sp.Abs(plain)
    positive = sp.Symbol("x", positive=True)
    assert to_sympy(root, evaluate=True, symbols={x.term: positive}) == positive
    assert sp.powdenest(sp.sqrt(sp.Symbol("x") ** 2), force=True) == sp.Symbol("x")
    assert from_sympy(to_sympy(root), names(x)) is root.term


def test_trap_the_square_of_a_root() -> None:
    """(√x)² is unspecified for negative x in the kernel; SymPy makes it x."""
    (x,) = reals("x")
    square = words.sqrt(x) ** 2
    assert to_sympy(square, evaluate=True) == to_sympy(x)
    assert to_sympy(square) != to_sympy(x)


def test_trap_cancelling_what_may_be_zero() -> None:
    """x/x is 0 at x = 0 in the kernel; SymPy makes it 1 and forgets where it divided."""
    (x,) = reals("x")
    assert to_sympy(x / x, evaluate=True) == 1
    assert to_sympy(x / x) != 1
    assert sp.simplify(to_sympy((x**2 - 1) / (x - 1))) == to_sympy(x) + 1


def test_trap_the_empty_sum() -> None:
    """Σ_{k=1}^{-2} is 0 in the kernel; for SymPy it is minus the sum from -1 to 0."""
    t, T = ints("t T")
    total = to_sympy(Sum(t, t, 1, T))
    n = to_sympy(T)
    assert total.subs(n, -2).doit() == 1
    assert total.doit().subs(n, -2) == 1
    assert [total.doit().subs(n, k) for k in (-1, 0, 1, 2)] == [0, 0, 1, 3]
    assert to_sympy(Sum(1, t, 1, T)).doit().subs(n, -5) == -5


def test_trap_one_name_with_two_assumptions_is_two_symbols() -> None:
    """The symbol x and a symbol x > 0 do not cancel, and look the same in print: so a sort has one kind of symbol."""
    (x,) = reals("x")
    difference = to_sympy(x) - sp.Symbol("x", positive=True)
    assert difference != 0
    assert str(difference) in ("-x + x", "x - x")


def test_trap_what_was_not_evaluated_is_printed_wrongly() -> None:
    """t·(1/(1/t)) is t²; SymPy's text of it, read again, is another number, as is the code that it makes of it."""
    (t,) = reals("t")
    nested = make("mul", t.term, make("inv", make("inv", t.term)))
    written = sp.lambdify([to_sympy(t)], to_sympy(nested), "math")
    assert written(2.0) == 1.0
    assert sp.lambdify([to_sympy(t)], to_sympy(nested, evaluate=True), "math")(2.0) == 4.0


def test_trap_a_decimal_is_no_number_of_the_kernel() -> None:
    """0.1 is not 1/10 for SymPy, unless it is asked."""
    assert sp.Float(0.1) != sp.Rational(1, 10)
    assert sp.nsimplify(0.1) == sp.Rational(1, 10)
