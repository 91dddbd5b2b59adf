"""The lemmas of the library say what their docstrings say, without hypotheses; and their words give instances."""

from collections.abc import Callable
from contextvars import Context

import pytest

from convcheck.errors import StepFailedError
from convcheck.kernel import Theorem, axioms_of
from convcheck.language.printing import text
from convcheck.language.proof import let
from convcheck.language.symbols import Sum, ints, reals, sequences, sqrt
from convcheck.library import (
    adagrad_sum,
    increments,
    inverse_roots,
    logarithm,
    means,
    powers,
    preconditioned,
    projection,
    roots,
    scaled,
    series,
    shift,
    sums,
    telescope,
    telescoping,
    young,
)
from convcheck.library.lemma import Lemma

NEAREST = "∀r∈ℝ. 0 ≤ r ⇒ r ≤ 1 ⇒ ‖y - y'‖² ≤ ‖y - (y' + r·(y'' - y'))‖²"
BOUNDED = "(∀t. 1 ≤ t ⇒ 0 ≤ δ_t) ⇒ (∀t. 1 ≤ t ⇒ δ_t ≤ r) ⇒ (∀t. 0 ≤ t ⇒ 0 ≤ q_t)"
WEIGHTED = "Σ[t'=1..t] q_{t'}·(δ_{t'} - δ_{t' + 1})"
LEMMAS = [
    (logarithm.log_rise, "∀r∈ℝ. ∀r'∈ℝ. 0 < r ⇒ 0 < r' ⇒ 1 - r/r' ≤ log(r') - log(r)"),
    (logarithm.log_of_product, "∀r∈ℝ. ∀r'∈ℝ. 0 < r ⇒ 0 < r' ⇒ log(r·r') = log(r) + log(r')"),
    (logarithm.log_below, "∀r∈ℝ. 0 < r ⇒ log(r) ≤ r - 1"),
    (logarithm.log_monotone, "∀r∈ℝ. ∀r'∈ℝ. 0 < r ⇒ r ≤ r' ⇒ log(r) ≤ log(r')"),
    (logarithm.log_of_power, "∀r∈ℝ. 0 < r ⇒ ∀t. 0 ≤ t ⇒ log(r^{t}) = t·log(r)"),
    (
        logarithm.power_above,
        "∀r∈ℝ. ∀r'∈ℝ. 0 < r ⇒ 0 < r' ⇒ 1 ≤ log(r) ⇒ ∀t. 0 ≤ t ⇒ t·(1 - r') ≤ r' ⇒ 1 ≤ r·r'^{t}",
    ),
    (logarithm.euler, "1 ≤ log(6797/2500)"),
    (logarithm.log_of_one, "log(1) = 0"),
    (logarithm.log_nonneg, "∀t. 1 ≤ t ⇒ 0 ≤ log(t)"),
    (logarithm.log_increment, "∀t. 1 ≤ t ⇒ 1/(t + 1) ≤ log(t + 1) - log(t)"),
    (sums._telescope, "∀t. 0 ≤ t ⇒ Σ[t'=1..t] (a_{t'} - a_{t' + 1}) = a_1 - a_{t + 1}"),
    (sums.count, "∀t. 0 ≤ t ⇒ Σ[t'=1..t] 1 = t"),
    (sums.inverse_roots, "∀t. 1 ≤ t ⇒ Σ[t'=1..t] 1/√t' ≤ 2·√t - 1"),
    (sums.inverses, "∀t. 1 ≤ t ⇒ Σ[t'=1..t] 1/t' ≤ 1 + log(t)"),
    (sums._swap, "∀t. ∀t'. 0 ≤ t' ⇒ Σ[t''=1..t'] Σ[t'''=1..t] b_{t'',t'''} = Σ[t''=1..t] Σ[t'''=1..t'] b_{t''',t''}"),
    (roots.root_of_product, "∀r∈ℝ. ∀r'∈ℝ. 0 ≤ r ⇒ 0 ≤ r' ⇒ √(r·r') = √r·√r'"),
    (roots.square_of_inverse_root, "∀r∈ℝ. 0 < r ⇒ (1/√r)² = 1/r"),
    (roots.sum_of_roots, "∀t. 0 ≤ t ⇒ 2·t·√t/3 ≤ Σ[t'=1..t] √t'"),
    (
        roots.inverse_roots_between,
        "∀t. 0 ≤ t ⇒ ∀t'. 0 ≤ t' ⇒ Σ[t''=1..t + t'] 1/√t'' - (Σ[t''=1..t] 1/√t'') ≤ 2·(√(t + t') - √t)",
    ),
    (
        increments.two_terms,
        (
            "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. ∀r'''∈ℝ. ∀r''''∈ℝ. ∀r'''''∈ℝ. 0 ≤ r'' ⇒ 0 ≤ r''' ⇒ 0 ≤ r'''' ⇒ 0 ≤ r''''' ⇒ "
            "r² ≤ r''·r'''' ⇒ r'² ≤ r'''·r''''' ⇒ (r + r')² ≤ (r'' + r''')·(r'''' + r''''')"
        ),
    ),
    (
        increments._increments,
        (
            "y_0 = 0 ⇒ (∀t. 1 ≤ t ⇒ 0 < w_t) ⇒ (∀t. 1 ≤ t ⇒ w_{t + 1} ≤ w_t) ⇒ (∀t. 1 ≤ t ⇒ 0 ≤ K_t) ⇒ "
            "(∀t. 1 ≤ t ⇒ K_t ≤ K_{t + 1}) ⇒ "
            "(∀t. 1 ≤ t ⇒ (h_t - h_{t + 1})² ≤ (K_{t + 1} - K_t)·(w_t - w_{t + 1})) ⇒ "
            "∀t. 1 ≤ t ⇒ (Σ[t'=1..t] h_{t'}·(y_{t'} - y_{t' - 1}))² ≤ "
            "(K_t + h_t²/w_t)·(Σ[t'=1..t] w_{t'}·(y_{t'}² - y_{t' - 1}²))"
        ),
    ),
    (means.young, "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. 0 < r'' ⇒ r·r' ≤ r''·(1/2)·r² + r'²/(2·r'')"),
    (means.young_vectors, "∀y∈V. ∀y'∈V. ∀r∈ℝ. 0 < r ⇒ ⟨y, y'⟩ ≤ r·(1/2)·‖y‖² + ‖y'‖²/(2·r)"),
    (means._cauchy_schwarz, "∀t. (Σ[t'=1..t] a_{t'}·b_{t'})² ≤ (Σ[t'=1..t] a_{t'}²)·(Σ[t'=1..t] b_{t'}²)"),
    (
        means.size_of_average,
        "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. 0 ≤ r ⇒ r ≤ 1 ⇒ abs(r·r' + (1 - r)·r'') ≤ r·abs(r') + (1 - r)·abs(r'')",
    ),
    (means.cauchy_schwarz_vectors, "∀y∈V. ∀y'∈V. ⟨y, y'⟩² ≤ ‖y‖²·‖y'‖²"),
    (means._jensen, "(𝔼[X])² ≤ 𝔼[X²]"),
    (powers.power_falls, "∀r∈ℝ. 0 < r ⇒ r ≤ 1 ⇒ ∀t. 0 ≤ t ⇒ ∀t'. 0 ≤ t' ⇒ r^{t + t'} ≤ r^{t}"),
    (powers.power_at_most_one, "∀r∈ℝ. 0 < r ⇒ r ≤ 1 ⇒ ∀t. 0 ≤ t ⇒ r^{t} ≤ 1"),
    (powers.bernoulli, "∀r∈ℝ. 0 < r ⇒ ∀t. 0 ≤ t ⇒ 1 - t·(1 - r) ≤ r^{t}"),
    (powers.mean_of_powers, "∀r∈ℝ. 0 < r ⇒ r ≤ 1 ⇒ ∀t. 0 ≤ t ⇒ (t + 1)·(1 - r²)·r^{t} ≤ 1 - (r^{t + 1})²"),
    (powers.power_of_product, "∀r∈ℝ. ∀r'∈ℝ. ∀t. 0 ≤ t ⇒ (r·r')^{t} = r^{t}·r'^{t}"),
    (series.geometric, "∀r∈ℝ. ∀t. 0 ≤ t ⇒ (1 - r)·(Σ[t'=1..t] r^{t'}) = r·(1 - r^{t})"),
    (series._shift, "∀t. 0 ≤ t ⇒ a_1 + Σ[t'=1..t] a_{t' + 1} = Σ[t'=1..t + 1] a_{t'}"),
    (series._triangular_swap, "∀t. 0 ≤ t ⇒ Σ[t'=1..t] Σ[t''=1..t'] b_{t',t''} = Σ[t'=1..t] Σ[t''=t'..t] b_{t'',t'}"),
    (series._adagrad, "∀t. 0 ≤ t ⇒ Σ[t'=1..t] a_{t'}²/√(Σ[t''=1..t'] a_{t''}²) ≤ 2·√(Σ[t'=1..t] a_{t'}²)"),
    (
        series._over_roots,
        "∀t. 1 ≤ t ⇒ Σ[t'=1..t] abs(a_{t'})/√t' ≤ √(Σ[t'=1..t] a_{t'}²)·√(1 + log(t))",
    ),
    (
        series._logarithmic,
        "∀r∈ℝ. 0 < r ⇒ ∀t. 0 ≤ t ⇒ Σ[t'=1..t] a_{t'}²/(r + Σ[t''=1..t'] a_{t''}²) ≤ LOG",
    ),
    (
        series.arithmetic_geometric,
        "∀r∈ℝ. ∀t. 0 ≤ t ⇒ (1 - r)²·(Σ[t'=1..t] t'·r^{t'}) = r·(1 - (t + 1)·r^{t} + t·r·r^{t})",
    ),
    (series.arithmetic_geometric_bound, "∀r∈ℝ. 0 < r ⇒ r < 1 ⇒ ∀t. 0 ≤ t ⇒ Σ[t'=1..t] t'·r^{t'} ≤ r/(1 - r)²"),
    (
        telescoping._rising_weights,
        f"∀r∈ℝ. {BOUNDED} ⇒ (∀t. 1 ≤ t ⇒ q_{{t - 1}} ≤ q_t) ⇒ ∀t. 0 ≤ t ⇒ {WEIGHTED} ≤ r·q_t",
    ),
    (
        telescoping._any_weights,
        f"∀r∈ℝ. {BOUNDED} ⇒ ∀t. 0 ≤ t ⇒ {WEIGHTED} ≤ r·(q_t + Σ[t'=1..t] max(q_{{t' - 1}} - q_{{t'}}, 0))",
    ),
    (projection.clip_inside, "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. r' ≤ r'' ⇒ r' ≤ min(max(r, r'), r'')"),
    (projection.clip_below, "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. min(max(r, r'), r'') ≤ r''"),
    (
        projection.clip_nearer,
        "∀r∈ℝ. ∀r'∈ℝ. ∀r''∈ℝ. ∀r'''∈ℝ. r'' ≤ r' ⇒ r' ≤ r''' ⇒ (min(max(r, r''), r''') - r')² ≤ (r - r')²",
    ),
    (projection._obtuse, "∀y∈V. ∀y'∈V. (∀r∈ℝ. 0 ≤ r ⇒ r ≤ 1 ⇒ ‖y‖² ≤ ‖y - r·y'‖²) ⇒ ⟨y, y'⟩ ≤ 0"),
    (
        projection.nearest_point,
        f"∀y∈V. ∀y'∈V. ∀y''∈V. ({NEAREST}) ⇒ ‖y - y'‖² + ‖y' - y''‖² ≤ ‖y - y''‖²",
    ),
]


@pytest.mark.parametrize(("lemma", "statement"), LEMMAS, ids=[lemma.proof.__name__ for lemma, _ in LEMMAS])
def test_a_lemma_says_what_it_should(lemma: Lemma, statement: str) -> None:
    shown = Context().run(text, lemma.theorem.conclusion)  # without names that other tests gave to bound variables
    assert shown == statement.replace("LOG", "log(r + Σ[t'=1..t] a_{t'}²) - log(r)")
    assert not lemma.theorem.hypotheses


def test_every_lemma_is_in_the_list() -> None:
    modules = (increments, logarithm, means, powers, projection, roots, series, sums, telescoping)
    found = {id(thing) for module in modules for thing in vars(module).values() if isinstance(thing, Lemma)}
    assert found == {id(lemma) for lemma, _ in LEMMAS}


def test_sums_need_no_axiom_but_those_of_roots_and_inverses() -> None:
    assert axioms_of(sums.count.theorem) == []
    assert axioms_of(sums.inverse_roots.theorem) == ["inv_mul", "inv_pos", "sqrt_nonneg", "sqrt_square"]


def test_words_give_instances() -> None:
    (t, n), (x,), (a,) = ints("t n"), reals("x"), sequences("a")
    with let(n >= 1):
        assert repr(inverse_roots(n)) == "Σ[t=1..n] 1/√t ≤ 2·√n - 1"
        assert repr(telescope(lambda t: t * x, n)) == "Σ[t=1..n] (t·x - ((t + 1)·x)) = 1·x - ((n + 1)·x)"
        assert repr(shift(a[t], t, n)) == "a_1 + Σ[t=1..n] a_{t + 1} = Σ[t=1..n + 1] a_t"
        assert adagrad_sum(a[t], t, n).formula.term.args[1] is (2 * sqrt(Sum(a[t] ** 2, t, 1, n))).term


def test_a_premise_that_is_not_known_is_named() -> None:
    x, y, w = reals("x y w")
    with pytest.raises(StepFailedError, match="does not apply"):
        young(x, y, w)


REGRET = "∀t. 1 ≤ t ⇒ Σ[t'=1..t] (f_{t'}(x_{t'}) - f_{t'}(u)) ≤ Σ[t'=1..d] "
MIDDLE = "D²·(1/2)·(Σ[t''=1..t] β_{t''}·(1/(1 - β_{t''}))·Q_{t'',t'})"
SQUARES = "Σ[t''=1..t] m_{t'',t'}²/Q_{t'',t'}"
PRICES = "Σ[t''=1..t] (1 + p_{t''})·(1 - β_{t''})·g_{t'',t'}²/Q_{t'',t'}"
κ = "β1/(1 - β1)"
PAID = f"Σ[t''=1..t] (1 + {κ})·(1 - β_{{t''}})·g_{{t'',t'}}²/Q_{{t'',t'}}"
RATED = "D²·(1/2)·(Σ[t''=1..t] β_{t''}·Q_{t'',t'})"
SCALED = f"{REGRET}(D²·Q_{{t,t'}}/2 + {RATED} + (1 + β1)·(1/2)·(1/(1 - β1))²·({PAID}))"
CORES = [
    (preconditioned.momentum_sum, f"∀t. ∀t'. 1 ≤ t ⇒ {SQUARES} ≤ {PRICES}", 9),
    (preconditioned.regret_of_schedule, f"{REGRET}(D²·Q_{{t,t'}}/2 + {MIDDLE} + ({PRICES})/2)", 12),
    (
        preconditioned.regret_of_constant,
        f"{REGRET}((1 + β1·(1/(1 - β1))/2)·D²·Q_{{t,t'}}/2 + (1/2 + {κ})·({SQUARES}))",
        11,
    ),
    (scaled.regret_of_scaled, SCALED, 12),
]


@pytest.mark.parametrize(("core", "statement", "hypotheses"), CORES, ids=["momentum", "schedule", "constant", "scaled"])
def test_a_core_says_what_it_should_of_any_preconditioner(
    core: Callable[[], Theorem], statement: str, hypotheses: int
) -> None:
    assert Context().run(text, core().conclusion) == statement
    assert len(core().hypotheses) == hypotheses
    assert axioms_of(core()) == ["inv_mul", "inv_pos"]
