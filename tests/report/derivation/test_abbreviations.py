"""Abbreviations say what was proved, or are not used."""

from typing import Any

from convcheck.kernel.normal import canonical
from convcheck.kernel.terms import make
from convcheck.language import Sum, expect, function, ints, processes, reals, sequences, sqrt
from convcheck.language.printing import text
from convcheck.report.derivation.abbreviations import Abbreviations, abbreviation

t, T = ints("t T")
α, D = reals("α D")
x, y = sequences("x y")


def folded(value: object, **names: object) -> str:
    known = Abbreviations(frozenset({"α", "D", "x", "t", "T"}))
    known.learn(names)
    return text(known.fold(value.term))  # type: ignore[attr-defined]


def test_a_function_is_folded_at_every_index() -> None:
    names: dict[str, Any] = {"Φ": lambda t: sqrt(t - 1) * (x[t] - D) / (2 * α)}
    potential = names["Φ"]
    assert folded(potential(t) - potential(t + 1) + α, **names) == "Φ_t - Φ_{t + 1} + α"
    assert folded(Sum(potential(t) - potential(t + 1), t, 1, T), **names) == "Σ[t=1..T] (Φ_t - Φ_{t + 1})"
    assert folded(2 * potential(T) <= α, **names) == "2·Φ_T ≤ α"


def test_a_product_that_begins_with_a_number_is_folded_under_a_minus_sign() -> None:
    names = {"Φ": lambda t: 2 * α * x[t]}
    assert folded(names["Φ"](t) - names["Φ"](t + 1), **names) == "Φ_t - Φ_{t + 1}"


def test_what_only_looks_alike_is_left() -> None:
    assert folded(x[t] + y[t + 1], Φ=lambda t: x[t] + y[t]) == "x_t + y_{t + 1}"


def test_a_variable_of_the_scope_is_not_the_one_that_a_sum_binds() -> None:
    here = x[t] * y[t]
    assert folded(here * 2, here=here) == "here·2"
    assert folded(Sum(x[t] * y[t], t, 1, T), here=here) == "Σ[t=1..T] x_t·y_t"


def test_what_is_random_is_folded_under_the_mean() -> None:
    (g,) = processes("g")
    square = g[t] ** 2 + g[t]
    assert folded(expect(square, given=t) <= α, square=square) == "𝔼[square | F_{t}] ≤ α"


def test_a_random_function_is_folded_under_the_mean() -> None:
    (g,) = processes("g")
    names: dict[str, Any] = {"size": lambda t: g[t] ** 2 + g[t]}
    assert folded(expect(names["size"](t), given=t) <= α, **names) == "𝔼[size_t | F_{t}] ≤ α"
    total = Sum(expect(names["size"](t)), t, 1, T)
    assert folded(total, **names) == "Σ[t=1..T] 𝔼[size_t]"


def test_a_function_that_is_not_one_formula_is_not_believed() -> None:
    names = {"odd": lambda t: x[t] * y[t] if text(t.term) == "t" else x[t] + 2 * y[t]}
    assert folded(names["odd"](T) + α, **names) == "x_T + 2·y_T + α"


def test_names_that_mean_something_else_are_left() -> None:
    known = Abbreviations(frozenset({"x"}))
    known.learn({"x": α + D, "a b": α + D, "n": 3, "f": lambda t: [t], "ok": α + D})
    assert [*known.known] == ["ok"]


def test_definitions_come_before_they_are_used_and_once() -> None:
    known = Abbreviations(frozenset({"x", "α"}))
    known.learn({"Φ": lambda t: sqrt(x[t]) * α, "r": lambda t: sqrt(x[t])})
    term = known.fold((sqrt(x[t]) * α <= 1).term)
    assert [text(known.definition(a)) for a in known.new(term)] == ["r_t = √x_t", "Φ_t = r_t·α"]
    assert [*known.new(term)] == []


def test_unfolding_is_the_inverse() -> None:
    made = abbreviation("Φ", lambda t: sqrt(t - 1) * x[t])
    assert made is not None
    assert function("Φ", "Z").symbol is made.head.args[0]
    term = make("app", made.head.args[0], (T + 1).term)
    assert canonical(made.unfold(term)) is canonical((sqrt(T + 1 - 1) * x[T + 1]).term)
