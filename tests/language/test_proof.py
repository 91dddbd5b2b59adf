"""Scopes generalize what is proved in them, and a failed step says what is missing."""

from collections.abc import Callable
from fractions import Fraction
from math import inf

import pytest

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.errors import ProofError, StepFailedError, UnknownNameError
from convcheck.language.play import play
from convcheck.language.proof import always, calc, cases, have, induction, let
from convcheck.language.proof import given as assumed
from convcheck.language.scope import current
from convcheck.language.symbols import Sum, clip, forall, ints, reals, sequences, sqrt, vectors
from convcheck.language.terms import Expression
from convcheck.language.words import (
    by_sos,
    by_squares,
    empty,
    last,
    nonneg,
    parts,
    products,
    square,
    square_zero,
    summed,
    unroll,
)
from convcheck.optimizers.adagrad import adagrad
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.optimizers.sgd import sgd
from convcheck.optimizers.signsgd import signsgd

t, n, k = ints("t n k")
x, y, α = reals("x y α")
(a,) = sequences("a")


def test_what_is_proved_under_let_holds_for_all() -> None:
    with let(t >= 1):
        positive = have(sqrt(t) > 0)
    assert repr(positive) == "∀t. 1 ≤ t ⇒ 0 < √t"
    assert repr(positive(5)) == "0 < √5"


def test_an_instance_needs_its_guard() -> None:
    with let(t >= 1):
        positive = have(sqrt(t) > 0)
    with pytest.raises(StepFailedError, match="no instance"):
        positive(0)


def test_both_cases_together_are_unconditional() -> None:
    for small in cases(x <= y):
        have(abs(x - y) >= y - x, by=small)
        bound = have(abs(x - y) >= 0)
    assert not bound.theorem.hypotheses


def test_a_conjunction_has_parts_in_order() -> None:
    with let(x <= y, y <= 2 * x):
        every = have((x <= y) & (y <= 2 * x) & (x * 0 == 0))
        assert [repr(part) for part in parts(every)] == ["x ≤ y", "y ≤ 2·x", "x·0 = 0"]


def test_what_is_obvious_of_a_variable_is_forgotten_with_it() -> None:
    (b,) = sequences("b")
    with let(t):
        always(nonneg(abs(b[t])))
    with let(t):
        bound = have(b[t] <= abs(b[t]))
    assert repr(bound) == "∀t. b_t ≤ abs(b_t)"


def test_one_case_alone_is_conditional() -> None:
    for small in cases(x <= y):
        if small:
            bound = have(x - y <= 0)
    assert {repr(Expression(h)) for h in bound.theorem.hypotheses} == {"x ≤ y"}


def test_induction_keeps_its_invariant_and_its_steps() -> None:
    def total(n: Expression | int) -> Expression:
        return Sum(2 * t - 1, t, 1, n)

    with induction(total(n) == n**2, n, base=empty(total(0))) as squares:
        odd = have(total(n + 1) == total(n) + 2 * n + 1, by=last(total(n + 1)))
        have(total(n + 1) == (n + 1) ** 2, by=odd)
    assert repr(squares) == "∀n. 0 ≤ n ⇒ Σ[t=1..n] (2·t - 1) = n²"
    assert repr(odd) == "∀n. 0 ≤ n ⇒ Σ[t=1..n + 1] (2·t - 1) = Σ[t=1..n] (2·t - 1) + 2·n + 1"
    assert not squares.theorem.hypotheses
    assert not odd.theorem.hypotheses


def test_induction_without_its_step_fails() -> None:
    with pytest.raises(StepFailedError), induction(a[n] <= 0, n, base=assumed(a[0] <= 0)):
        pass


def test_a_chain_is_the_fact_from_its_first_to_its_last_term() -> None:
    with let(x > 0):
        chain = calc(x).le(x + x**2).lt(x + x**2 + 1).eq(1 + x + x**2)
    assert repr(chain) == "∀x∈ℝ. 0 < x ⇒ x < 1 + x + x²"


def test_a_failed_step_shows_what_is_missing_and_where_it_is_false() -> None:
    with pytest.raises(StepFailedError) as failed:
        have(x * y <= x**2 / 2 + y**2 / 3, by=square(x - y))
    message = str(failed.value)
    assert "0 ≤ -(1/6)·y²" in message or "0 ≤ (-1/6)·y²" in message
    assert "it is false" in message


def test_multiplying_by_what_has_no_sign_is_refused() -> None:
    with pytest.raises(StepFailedError, match="x has no obvious sign"):
        square(y).times(x)


def test_words_for_sums() -> None:
    with let(n >= 1):
        assert repr(unroll(Sum(a[t], t, 1, n + 1), 2)[0]) == "Σ[t=1..n + 1] a_t = Σ[t=1..n - 1] a_t + a_n + a_{n + 1}"
        with let(t >= 1, t <= n):
            grows = have(a[t] <= a[t] + 1)
        total = summed(grows, t, 1, n)
    assert repr(total) == "Σ[t=1..n] a_t ≤ Σ[t=1..n] (a_t + 1)"


def test_squares_decide() -> None:
    with let(x > 0, x <= y):
        falls = by_squares(1 / sqrt(y) <= 1 / sqrt(x))
    assert repr(falls) == "∀x∈ℝ. ∀y∈ℝ. 0 < x ⇒ x ≤ y ⇒ 1/√y ≤ 1/√x"
    with let(x**2 <= 0):
        none = square_zero(x)
    assert repr(none) == "∀x∈ℝ. x² ≤ 0 ⇒ x = 0"


def test_a_polynomial_by_squares() -> None:
    assert repr(by_sos(2 * x * y <= x**2 + y**2)) == "2·x·y ≤ x² + y²"
    with pytest.raises(StepFailedError, match="no certificate"):
        by_sos(3 * x * y <= x**2 + y**2)


def test_a_polynomial_on_a_box() -> None:
    with let(x >= 0, x <= Fraction(1, 2)) as (low, high):
        bound = have(x + 2 * x**2 <= 1, by=products(low, high, degree=2))
    assert not bound.theorem.hypotheses


@pytest.mark.parametrize(
    "wrong", [bool, lambda p: p + 0.5, lambda p: p == "y", lambda p: p != y], ids=["bool", "float", "text", "unequal"]
)
def test_what_has_no_meaning_is_refused(wrong: Callable[[Expression], object]) -> None:
    with pytest.raises(ProofError):
        wrong(x)


def test_a_float_is_refused_with_the_fraction_to_write() -> None:
    with pytest.raises(ProofError, match=r"use Fraction\(1, 2\)"):
        x * 0.5  # type: ignore[operator]


# ---- the game ------------------------------------------------------------------------------------------------------


def test_the_game_is_the_optimizers_own_code() -> None:
    game = play(adagrad, lr=α, project=lambda y: clip(y, -1, 1))
    assert repr(game.v_step) == "∀t. 1 ≤ t ⇒ v_t = v_{t - 1} + g_t·g_t"
    assert repr(game.v_start) == "v_0 = 0"
    assert repr(game.step) == "∀t. 1 ≤ t ⇒ 0 ≤ √v_t ⇒ x_{t + 1} = min(max(x_t - α·(g_t/√v_t), -1), 1)"
    assert [repr(Expression(p)) for p in current().defined] == ["∀t. 1 ≤ t ⇒ 0 ≤ v_t"]


def test_states_are_folded_and_played_by_coordinate() -> None:
    (i, d), (u,) = ints("i d"), vectors("u")
    β = sequences("β")[0]
    game = play(
        amsgrad,
        coordinates=(i, d),
        project=lambda y: clip(y, -1, u[i]),
        lr=lambda t: α / sqrt(t),
        beta1=lambda t: β[t],
        beta2=Fraction(1, 2),
    )
    assert repr(game.v_max_step) == "∀t. ∀i. 1 ≤ t ⇒ v_max_{t,i} = max(v_max_{t - 1,i}, v_{t,i})"
    assert repr(game.m_start) == "∀i. m_{0,i} = 0"
    assert "x_{t + 1,i} = min(max(x_{t,i} - α·(1/√t)·(m_{t,i}/√v_max_{t,i}), -1), u_i)" in repr(game.step)
    convex, near, far = game.given(Convex(), BoundedDomain(3, norm=inf), BoundedDomain(4), u=u)
    assert repr(convex) == "∀t. 1 ≤ t ⇒ f_t(x_t) - f_t(u) ≤ Σ[i=1..d] g_{t,i}·(x_{t,i} - u_i)"
    assert repr(near) == "∀t. ∀i. 1 ≤ t ⇒ (x_{t,i} - u_i)² ≤ 3²"
    assert repr(far) == "∀t. 1 ≤ t ⇒ Σ[i=1..d] (x_{t,i} - u_i)² ≤ 4²"


def test_what_follows_the_raw_step_may_be_left_to_a_hypothesis() -> None:
    (i, d) = ints("i d")
    game = play(adagrad, coordinates=(i, d), project=False, lr=α)
    assert repr(game.raw(t)) == "x_{t,i} - α·choice2_{t,i}"
    shown = "x_{t,i} - α·choice2_{t,i} = x_{t,i} - α·(g_{t,i}/√v_{t,i})"
    assert repr(game.raw_step) == f"∀t. ∀i. 1 ≤ t ⇒ 0 ≤ √v_{{t,i}} ⇒ {shown}"
    assert "step" not in game.facts


def test_a_sum_of_vectors_is_not_asked_for_a_coordinate() -> None:
    u, v = vectors("u v")
    with pytest.raises(ProofError, match=r"u\[i\] - v\[i\]"):
        (u - v)[t]
    with pytest.raises(TypeError):
        iter(u)


def test_a_case_distinction_becomes_a_sequence_with_two_hypotheses() -> None:
    game = play(signsgd, lr=α)
    assert repr(game.choice1_yes) == "∀t. 1 ≤ t ⇒ 0 ≤ g_t ⇒ choice1_t = 0"
    assert repr(game.choice2_no) == "∀t. 1 ≤ t ⇒ 0 < g_t ⇒ choice2_t = 1"


def test_vectors_and_projection() -> None:
    (u,) = vectors("u")
    game = play(sgd, lr=α, project=u)
    assert repr(game.step) == "∀t. 1 ≤ t ⇒ ‖x_{t + 1} - u‖² ≤ ‖(x_t - α·g_t) - u‖²"


def test_two_games_have_names_of_their_own() -> None:
    play(sgd, lr=α)
    with pytest.raises(ProofError, match="second game"):
        play(sgd, lr=α)
    other = play(adagrad, lr=α, suffix="2")
    assert repr(other.v_step) == "∀t. 1 ≤ t ⇒ v2_t = v2_{t - 1} + g2_t·g2_t"


def test_unknown_hyper_parameters_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="learning_rate"):
        play(sgd, learning_rate=α)


def test_what_is_obvious_is_used_silently() -> None:
    growth = assumed(forall(t >= 1, a[t] >= 0))
    always(growth)
    with let(k >= 1):
        assert repr(nonneg(a[k] * x**2)) == "0 ≤ a_k·x²"
