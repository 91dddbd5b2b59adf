"""Promises answer hypotheses exactly, with the best constants; assumptions state themselves and refuse nonsense."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from convcheck.assumptions import (
    AffineVariance,
    Assumption,
    BoundedDomain,
    BoundedGradients,
    BoundedNoise,
    BoundedSecondMoment,
    BoundedVariance,
    Constants,
    Convex,
    CriticalPoint,
    Dimension,
    ExactGradients,
    Linear,
    Lipschitz,
    LowerBounded,
    PolyakLojasiewicz,
    Smooth,
    StronglyConvex,
    UnbiasedGradients,
    consequences,
    constants,
)
from convcheck.errors import ParameterError


@given(st.integers(1, 10**6), st.fractions(0, 100))
@settings(deadline=None)
def test_roots_are_rounded_up_and_only_in_the_twentieth_decimal(d: int, G: Fraction) -> None:
    answer = constants([BoundedGradients(G, norm=inf)], BoundedGradients(norm=2), d)
    assert answer is not None
    assert answer["G"] ** 2 >= d * G**2
    assert (answer["G"] - G * Fraction(1, 10**20)) ** 2 <= d * G**2 or G == 0
    assert (answer["G"] == G * 7) == (d == 49 or G == 0)


@pytest.mark.parametrize(
    ("promises", "hypothesis", "d", "answer"),
    [
        ([BoundedGradients(3)], BoundedGradients("G"), None, {"G": 3}),
        ([BoundedGradients(3)], BoundedGradients(), None, {"G": 3}),
        ([BoundedGradients(3)], BoundedGradients(5), None, {}),
        ([BoundedGradients(3)], BoundedGradients(3), None, {}),
        ([BoundedGradients(3)], BoundedGradients(Fraction(299, 100)), None, None),
        ([BoundedGradients(0.1)], BoundedGradients(Fraction(1, 10)), None, {}),
        ([BoundedGradients(np.float32(0.1), norm=1)], BoundedGradients(0.1, norm=1), None, {}),
        ([BoundedGradients(0.1)], BoundedGradients(0.09999999999999999), None, None),
        ([BoundedGradients(3), BoundedGradients(2)], BoundedGradients("G"), None, {"G": 2}),
        ([BoundedGradients(3, norm=1)], BoundedGradients("G", norm=inf), None, {"G": 3}),
        ([BoundedGradients(3, norm=inf)], BoundedGradients("G", norm=1), None, None),
        ([BoundedGradients(3, norm=inf)], BoundedGradients("G", norm=1), 5, {"G": 15}),
        ([BoundedGradients(3, norm=inf), Dimension(9)], BoundedGradients("G"), None, {"G": 9}),
        ([StronglyConvex(2)], PolyakLojasiewicz("mu"), None, {"mu": 2}),
        ([StronglyConvex(2)], StronglyConvex(1), None, {}),
        ([StronglyConvex(2)], StronglyConvex(3), None, None),
        ([StronglyConvex(2)], StronglyConvex("mu", norm=1), 4, {"mu": Fraction(1, 2)}),
        ([StronglyConvex(2, norm=1)], Convex(), None, {}),
        ([PolyakLojasiewicz(2)], StronglyConvex("mu"), None, None),
        ([LowerBounded(-1)], LowerBounded(-2), None, {}),
        ([LowerBounded(-1)], LowerBounded(0), None, None),
        ([LowerBounded(-1), LowerBounded(-3)], LowerBounded(), None, {"value": -1}),
        ([Linear()], Convex(), None, {}),
        ([Linear()], Smooth("L", norm=1), None, {"L": 0}),
        ([Linear()], StronglyConvex("mu"), None, None),
        ([Convex()], Linear(), None, None),
        ([BoundedVariance(3)], AffineVariance("a", "b"), None, {"a": 0, "b": 9}),
        ([AffineVariance(1, 2)], AffineVariance("c", "c"), None, {"c": 2}),
        ([AffineVariance(2, 1)], AffineVariance("c", "c"), None, {"c": 2}),
        ([AffineVariance(1, 2)], AffineVariance(2, "b"), None, {"b": 2}),
        ([AffineVariance(1, 2)], AffineVariance(0, "b"), None, None),
        ([AffineVariance(1, 2)], BoundedVariance("sigma"), None, None),
        ([Smooth(2), BoundedDomain(3), CriticalPoint(), BoundedNoise(1)], BoundedGradients("G"), None, {"G": 7}),
        ([Smooth(2), BoundedDomain(3), CriticalPoint(), ExactGradients()], BoundedSecondMoment("G"), None, {"G": 6}),
        ([Smooth(2), BoundedDomain(3), ExactGradients()], BoundedGradients("G"), None, None),
        ([Convex(), BoundedGradients(2, norm=inf), ExactGradients()], Lipschitz("G", norm=1), None, {"G": 2}),
        ([Convex(), BoundedGradients(2, norm=inf)], Lipschitz("G", norm=1), None, None),
        ([BoundedSecondMoment(2), UnbiasedGradients()], BoundedVariance("sigma"), None, {"sigma": 2}),
        ([BoundedSecondMoment(2)], BoundedVariance("sigma"), None, None),
        ([], Convex(), None, None),
    ],
)
def test_answers(
    promises: list[Assumption], hypothesis: Assumption, d: int | None, answer: dict[str, Fraction] | None
) -> None:
    assert constants(promises, hypothesis, d) == answer


def test_an_answer_without_constants_is_true() -> None:
    assert Linear().implies(Convex())
    assert Linear().implies(Convex()) == Constants()
    assert Convex().implies(Linear()) is None


def test_a_hypothesis_may_be_about_terms() -> None:
    D = sympy.Symbol("D_inf")
    hypothesis = BoundedDomain(D, norm=inf)
    assert hypothesis.D is D
    assert dict(BoundedDomain(2, norm=inf).implies(hypothesis) or {}) == {"D_inf": 2}


def test_consequences_are_all_there_is_and_say_why() -> None:
    promises = (
        Linear(known="construction", why="given"),
        BoundedDomain(2, norm=inf, known="construction", why="an interval"),
        BoundedGradients(3, norm=inf, known="certified", why="two values"),
        ExactGradients(),
    )
    facts = consequences(promises, 4)
    assert set(promises) <= set(facts)
    assert set(consequences(facts)) == set(facts)
    (bound,) = (fact for fact in facts if fact == BoundedSecondMoment(6))
    assert (bound.known, bound.why) == ("derived", "two values; ‖v‖₂ ≤ √d ‖v‖∞; a mean is at most the largest value")
    (kept,) = (fact for fact in facts if fact == promises[2])
    assert (kept.known, kept.why) == ("certified", "two values")
    assert BoundedVariance(3) not in consequences([BoundedVariance(2), BoundedVariance(3)])


@pytest.mark.parametrize("first", ["this", "that"])
def test_reasons_are_those_of_the_promise_at_hand(first: str) -> None:
    for why in (first, "that", "this"):
        promise = BoundedVariance(2, known="certified", why=why)
        kept, *derived = consequences([promise])
        assert (kept.known, kept.why) == ("certified", why)
        assert derived
        assert all(fact.known == "derived" and fact.why.startswith(f"{why}; ") for fact in derived)


def test_how_it_is_known_does_not_count() -> None:
    assert Convex(known="derived", why="a sum of convex functions") == Convex()
    assert hash(BoundedGradients(0.5, why="…")) == hash(BoundedGradients(Fraction(1, 2)))
    assert BoundedGradients(1) != BoundedGradients(1, norm=1)
    assert len({BoundedGradients(1), BoundedNoise(1)}) == 2


def test_assumptions_are_frozen_and_keep_fractions() -> None:
    promise = BoundedGradients(np.float64(0.9), norm=np.inf)
    assert isinstance(promise.G, Fraction)
    assert promise.constants == {"G": Fraction(9, 10)}
    assert repr(promise) == "BoundedGradients(0.9, norm=inf)"
    with pytest.raises(FrozenInstanceError):
        promise.G = 1  # type: ignore[misc]


@pytest.mark.parametrize("number", [3, 3.0, Fraction(3), np.int8(3), np.float16(3), np.longdouble(3), sympy.Integer(3)])
def test_numbers_of_all_kinds_are_read(number: object) -> None:
    assert Smooth(number) == Smooth(3)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BoundedGradients(-1), "BoundedGradients: G = -1 is not a number ≥ 0"),
        (lambda: BoundedGradients(float("nan")), "G = nan is not a number ≥ 0"),
        (lambda: BoundedDomain(inf), "D = inf is not a number ≥ 0"),
        (lambda: Smooth(bool(1)), "L = True is not a number ≥ 0"),
        (lambda: Smooth(1j), "L = 1j is not a number ≥ 0"),
        (lambda: Smooth(np.True_), "L = np.True_ is not a number ≥ 0"),
        (lambda: Smooth("5 L"), "L = '5 L' is not a number ≥ 0"),
        (lambda: Smooth([1]), r"L = \[1\] is not a number ≥ 0"),
        (lambda: Smooth(np.array(1)), r"L = array\(1\) is not a number ≥ 0"),
        (lambda: StronglyConvex(0), "mu = 0 is not a number > 0"),
        (lambda: LowerBounded(-inf), "value = -inf is not a finite number"),
        (lambda: Dimension(0), "Dimension: d = 0 is not a positive integer"),
        (lambda: Dimension(2.5), "d = 2.5 is not a positive integer"),
        (lambda: BoundedGradients(1, norm=3), "there is no norm 3; use 1, 2 or inf"),
        (lambda: BoundedGradients(1, norm="max"), "there is no norm 'max'; use 1, 2 or inf"),  # type: ignore[arg-type]
        (lambda: constants([Convex()], Convex(), 0), "d = 0 is not a positive integer"),
        (lambda: BoundedGradients("G").implies(BoundedGradients(2)), "leaves a constant open"),
    ],
)
def test_a_mistake_is_told(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        make()


# ----------------------------------------------------------------------------------------------------- Statements


@pytest.mark.parametrize(
    ("assumption", "text", "latex"),
    [
        (Lipschitz(), "|f_t(u) - f_t(x)| ≤ G·‖u - x‖₂", r"|f_t(u) - f_t(x)| \le G \cdot \|u - x\| _2"),
        (Smooth(0.5, norm=1), "‖∇f_t(u) - ∇f_t(x)‖∞ ≤ 0.5·‖u - x‖₁", None),
        (BoundedGradients("G_inf", norm=inf), "‖g_t‖∞ ≤ G∞", r"\|g_t\| _\infty \le G_\infty"),
        (BoundedVariance(Fraction(1, 3)), "E_t ‖g_t - ∇f_t(x_t)‖₂² ≤ (1/3)²", None),
        (BoundedVariance(), "E_t ‖g_t - ∇f_t(x_t)‖₂² ≤ σ²", None),
        (PolyakLojasiewicz(1e-7), "‖∇f_t(x)‖₂² ≥ 2·(1/10000000)·(f_t(x) - inf f_t)", None),
        (BoundedDomain(10**30), f"‖u - x‖₂ ≤ {10**30}", None),
        (StronglyConvex("mu", norm=inf), "f_t(u) ≥ f_t(x) + ⟨∇f_t(x), u - x⟩ + ½·μ·‖u - x‖∞²", None),
    ],
)
def test_statements(assumption: Assumption, text: str, latex: str | None) -> None:
    assert assumption.statement.text == text
    if latex is not None:
        assert assumption.statement.latex.replace(" ", "") == latex.replace(" ", "")


def vocabulary() -> list[type[Assumption]]:
    return sorted(Assumption.__subclasses__(), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", vocabulary())
def test_every_assumption_states_itself(kind: type[Assumption]) -> None:
    statement = kind().statement
    assert kind.__doc__
    assert kind().constants.keys() == {f.name for f in fields(kind)} - {"known", "why", "norm"}
    assert not set("{}") & set(statement.text)
    assert statement.latex.isascii()
    assert statement.latex.count("{") == statement.latex.count("}")


def test_a_vocabulary_can_be_extended() -> None:
    class QuasiConvex(Assumption, text="⟨∇f_t(x), x - x*⟩ ≥ {rho}·(f_t(x) - f_t(x*))"):
        """The gradient points away from the minimizer."""

        rho: Any = None

    assert QuasiConvex(0.5).implies(QuasiConvex("rho")) == {"rho": Fraction(1, 2)}
    assert QuasiConvex(0.5).statement.text == "⟨∇f_t(x), x - x*⟩ ≥ 0.5·(f_t(x) - f_t(x*))"
