"""Theorems on runs: what holds is seen to hold, and what does not fit is seen, not passed over."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from convcheck.claims import discovery
from convcheck.claims.audit import Audit, audit
from convcheck.claims.fields import Certified, Doubles
from convcheck.claims.instance import Instance
from convcheck.claims.interpret import Evaluator, Outcome
from convcheck.claims.ledger import Ledger
from convcheck.claims.ranges import Samples
from convcheck.errors import AuditError, NonFiniteError, ParameterError, UnknownNameError
from convcheck.kernel import Symbol, Term, Theorem, make, number
from convcheck.kernel.axioms import SQRT
from convcheck.kernel.terms import abstract
from convcheck.language.files import ProofFile
from convcheck.language.terms import Expression
from convcheck.report.proving import judge_claim
from tests.sampling import some

ROOT = Path(__file__).resolve().parents[2]
FIELDS = pytest.mark.parametrize("field", [Doubles(), Certified()], ids=["doubles", "certified"])


@cache
def proved(name: str) -> tuple[discovery.ClaimFile, Theorem]:
    file = discovery.load(name)
    return file, ProofFile(file.path, file.module, file.context).prove().theorem


def declared(name: str) -> Instance:
    """Return the first run that a claim declares."""
    return proved(name)[0].claim.audit[0]


def audited(name: str, **changes: Any) -> Audit:
    return audit(*proved(name), [replace(declared(name), **changes)])


# ---- the bundled theorems


PROVED = [name for name, entry in discovery.entries(ROOT).items() if "def proof" in entry.path.read_text("utf-8")]


@pytest.mark.parametrize("name", some(PROVED, 12))  # `verify` audits all
def test_a_theorem_has_a_certified_witness_and_no_fact_of_it_is_false(name: str) -> None:
    file, theorem = proved(name)
    made = audit(file, theorem)
    if theorem.hypotheses:  # else there is nothing to be met
        assert made.witness is not None
        assert made.witness.certified == file.claim.audit[0].certified
    assert not made.violated
    for run in made.runs:
        assert len(run.hypotheses) == len(theorem.hypotheses)
        outcome = run.conclusion.outcome
        assert (
            outcome.status == "holds" if file.negation is None else outcome.vacuous
        )  # ¬p holds where p is seen to fail
    for finding in made.unevaluated:
        assert finding.outcome.vacuous, finding
        assert finding.outcome.reason == "its premises hold nowhere on this run"


def test_every_fact_of_a_derivation_is_listed() -> None:
    (run,) = audited("reddi2018/theorem-1", T=300).runs
    statuses = [f.outcome.status for f in run.facts]
    assert statuses.count("holds") > 400
    assert statuses.count("holds") + statuses.count("unevaluated") == len(statuses)


def test_a_running_sum_is_evaluated_on_the_whole_run_and_sums_of_two_indices_on_its_first_rounds() -> None:
    (run,) = audited("nesterov2004/min-gradient-norm").runs
    rounds = {f.text: f.rounds for f in run.facts if f.text.startswith("∀")}
    assert set(rounds.values()) == {300, 100_000}
    assert run.conclusion.rounds == 300  # every m below all ‖∇f(x_t)‖², t ≤ N, for all N
    (run,) = audited("zinkevich2003/theorem-1").runs
    assert run.conclusion.rounds == run.conclusion.outcome.points == 100_000


# ---- noise


@pytest.mark.parametrize("name", ["ghadimi2013/nonconvex-sgd", "karimi2016/sgd-constant-step"])
def test_theorems_on_random_gradients_are_audited_on_all_outcomes(name: str) -> None:
    file, theorem = proved(name)
    made = audit(file, theorem)
    assert made.witness is not None
    assert (made.witness.problem, made.witness.certified) == ("noisy_quadratic", 4)
    for run in made.runs:
        unbiased = next(h for h in run.hypotheses if "𝔼[g_t | F_{t}] = grad_f(x_t)" in h.text)
        assert unbiased.outcome.points == 12 * 4096
        assert all(f.outcome.status == "holds" for f in run.facts)


@pytest.mark.parametrize(
    ("constants", "which"), [({"σ": Fraction(99, 100)}, "‖g_t - grad_f(x_t)‖²"), ({"L": Fraction(1, 2)}, "f(y) ≤ f(x)")]
)
def test_noise_that_does_not_fit_violates_its_hypothesis(constants: Any, which: str) -> None:
    name = "ghadimi2013/nonconvex-sgd"
    made = audited(name, constants={**declared(name).constants, **constants})
    assert made.witness is None
    assert which in reasons(made)


def test_too_many_outcomes_are_refused() -> None:
    with pytest.raises(AuditError, match="13 rounds have 8192 outcomes"):
        audited("ghadimi2013/nonconvex-sgd", T=13)


def test_a_theorem_without_an_optimizer_takes_its_sequences_from_a_run() -> None:
    made = audit(*proved("orabona2019/fourth-moment"))
    assert made.witness is not None
    assert made.runs[0].conclusion.certified
    swapped = audited("orabona2019/fourth-moment", sequences={"ε": "-g", "S": "-x"})
    assert swapped.witness is None
    assert "S_{t + 1} = S_t + ε_t: violated" in reasons(swapped)
    with pytest.raises(UnknownNameError, match="sequence"):
        audited("orabona2019/fourth-moment", sequences={"R": "x"})
    with pytest.raises(AuditError, match="has 0 games"):
        audited("orabona2019/fourth-moment", optimizer="")
    with pytest.raises(AuditError, match="1 games and an optimizer besides"):
        audited("karimi2016/linear-rate", optimizer="sgd")
    with pytest.raises(ParameterError, match="one of x, -x, g, -g of a run, not 'y'"):
        Instance("reddi", 12, sequences={"S": "y"})


# ---- what does not fit


def reasons(made: Audit) -> str:
    (run,) = made.runs
    return "\n".join(f"{h.text}: {h.outcome.reason}" for h in run.hypotheses if not h.outcome.met)


def test_a_run_with_other_steps_than_the_theorem_s_is_no_witness() -> None:
    made = audited("karimi2016/linear-rate", hyper={"lr": 0.2})
    assert made.witness is None
    assert made.vacuous
    assert reasons(made).startswith("∀t. 1 ≤ t ⇒ x_{t + 1} = x_t - (1/L)·g_t: violated at variable 1 = 1")


@pytest.mark.parametrize(
    ("name", "constants", "which"),
    [
        ("zinkevich2003/theorem-1", {"D": 2}, "‖x_t - u‖² ≤ D²"),
        ("zinkevich2003/theorem-1", {"G": 4}, "‖g_t‖² ≤ G²"),
        ("zinkevich2003/theorem-1", {"u": (-2, -2)}, "Π(y)"),
        ("reddi2018/theorem-1", {"β": Fraction(1, 11)}, "β·(1 + C²) = 1"),
        ("reddi2018/theorem-1", {"C": 4}, "g_{3·k + 1} = C"),
        ("karimi2016/linear-rate", {"μ": 2}, "2·μ·(f(x) - f_min)"),
        ("nesterov2004/gd-convex", {"L": 3}, "f(y) ≤ f(x)"),
    ],
)
def test_a_constant_that_does_not_fit_violates_its_hypothesis(name: str, constants: Any, which: str) -> None:
    made = audited(name, constants={**declared(name).constants, **constants})
    assert made.witness is None
    assert which in reasons(made)
    assert "violated" in reasons(made)
    assert not made.alarms


def test_a_violation_in_the_last_digits_is_seen_in_exact_arithmetic_only() -> None:
    tiny = Fraction(1, 10) + Fraction(1, 10**14)
    made = audited("reddi2018/theorem-1", constants={"α": Fraction(1, 2), "β": tiny, "C": 3})
    assert made.witness is not None
    assert made.witness.certified is None
    assert "in doubles only" in str(made.witness)


def test_a_constant_without_a_value_is_listed() -> None:
    made = audited("zinkevich2003/theorem-1", constants={"α": 8, "D": 3, "u": (-1, -1)})
    assert made.witness is None
    assert any(f.outcome.reason == "the instance gives no value to the constant G" for f in made.unevaluated)


def test_a_constant_that_the_theorem_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="constant"):
        audited("karimi2016/linear-rate", constants={"L": 4, "μ": 1, "K": 1})


def test_a_theorem_that_no_run_is_declared_for_is_vacuous() -> None:
    made = audit(*proved("karimi2016/linear-rate"), [])
    assert made.vacuous
    assert made.witness is None


def test_without_hypotheses_nothing_is_vacuous(write_claim: Callable[..., Path]) -> None:
    write_claim()
    made = audit(*proved.__wrapped__("mine2026/a-square"))
    assert made.hypotheses == 0
    assert not made.vacuous


def test_contradictory_hypotheses_have_no_witness(write_claim: Callable[..., Path]) -> None:
    write_claim(
        more="""
from convcheck.claims.instance import Instance
from convcheck.language.play import play
from convcheck.language.proof import given, have

game = play(sgd, lr=1, sort="V")
low, high = given(1 <= x), given(x <= 0)
claim = Claim(kind="lemma", source=Source("zinkevich2003", "Lemma 1"), verdict="proved", audit=tuple(
    Instance("quadratic", 12, {}, {"lr": 1.0}, {"x": value}) for value in (-1, 0, 1)
))
statement = 1 <= 0 * x

def proof():
    return have(statement, by=[low, high])
"""
    )
    made = audit(*proved.__wrapped__("mine2026/a-square"))
    assert len(made.runs) == 3
    assert made.vacuous
    assert not made.alarms


def test_a_rule_that_asks_elsewhere_is_audited_where_it_asks(write_claim: Callable[..., Path]) -> None:
    """On a quadratic losses are convex at y_t, and g_t is the gradient there, not at x_t."""
    write_claim(
        more="""
from convcheck.assumptions import Convex
from convcheck.claims.instance import Instance
from convcheck.language.play import play
from convcheck.language.proof import given, have, let
from convcheck.language.symbols import forall, ints, reals
from convcheck.optimizers.nesterov import nesterov

t, = ints("t")
u, = reals("u")
β = lambda t: 1 / (t + 1)
game = play(nesterov, lr=1 / 10, beta=β)
convex = game.given(Convex(), u=u)
y, g, f = game.asked, game.g, game.f
audit = (Instance("quadratic", 60, {"spectrum": (2.0,)}, {"lr": 0.1, "beta": β}, {"u": 3}),)
claim = Claim(kind="lemma", source=Source("zinkevich2003", "Lemma 1"), verdict="proved", audit=audit)
gap = f[t](y[t]) - f[t](u) <= g[t] * (game.x[t] + β(t) * game.d[t - 1] - u)
statement = forall(1 <= t, gap)

def proof():
    with let(1 <= t):
        return have(gap, by=[convex(t), game.y_step(t)])
"""
    )
    made = audit(*proved.__wrapped__("mine2026/a-square"))
    assert made.witness is not None
    assert not made.violated
    assert made.runs[0].conclusion.outcome.status == "holds"


def test_a_false_fact_on_a_witness_raises_an_alarm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A kernel that derives 2 ≤ 1 is caught, here and by verify."""
    false = SimpleNamespace(conclusion=make("le", number(2), number(1)), hypotheses=frozenset(), how=("axiom", ()))
    monkeypatch.setattr("convcheck.claims.audit.derivation", lambda theorem: [false, theorem])
    made = audited("karimi2016/linear-rate")
    assert [f.text for f in made.alarms] == ["2 ≤ 1"]
    entry = discovery.entries()["karimi2016/linear-rate"]
    result = judge_claim(entry, ROOT, tmp_path, Ledger(tmp_path))
    assert "this fact of the proof is false: 2 ≤ 1 (violated)" in result.reason


def test_verify_flags_a_theorem_without_a_witness(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("convcheck.report.proving.audit", lambda file, theorem: audit(file, theorem, []))
    entry = discovery.entries()["karimi2016/linear-rate"]
    result = judge_claim(entry, ROOT, tmp_path, Ledger(tmp_path))
    assert (result.reason, result.row["verdict"]) == ("", "proved")
    assert "vacuous-hypothesis" in result.flags


@pytest.mark.parametrize("rounds", [0, 11, True, 1.5])
def test_an_instance_certifies_some_of_its_rounds(rounds: Any) -> None:
    with pytest.raises(ParameterError, match="certifies"):
        Instance("reddi", 10, certified=rounds)


def test_an_instance_has_outcomes() -> None:
    with pytest.raises(ParameterError, match="values of a uniform number"):
        Instance("reddi", 12, outcomes=0)


def test_a_rule_that_divides_by_zero_has_no_witness(write_claim: Callable[..., Path]) -> None:
    """1/0 = 0 makes x_2 = x_1 a theorem about terms; its hypothesis that the rule divides by no zero is never met."""
    write_claim(
        more="""
from convcheck.claims.instance import Instance
from convcheck.language.play import play
from convcheck.language.proof import have
from convcheck.optimizers.base import optimizer

@optimizer(source="zinkevich2003, Algorithm 1")
def late(x, g, t, *, lr=1.0):
    return (x - lr * g / (t - 1),)

game = play(late, lr=1, sort="V")
claim = Claim(kind="lemma", source=Source("zinkevich2003", "Lemma 1"), verdict="proved", audit=(
    Instance("quadratic", 12, {}, {"lr": 1.0}),
))
statement = game.x[2] == game.x[1]

def proof():
    return have(statement, by=game.step(1))
"""
    )
    file, theorem = proved.__wrapped__("mine2026/a-square")
    assert "∀t. 1 ≤ t ⇒ 0 < (t - 1)²" in {repr(Expression(h)) for h in theorem.hypotheses}
    with pytest.raises(NonFiniteError, match="not finite at step 1"):
        audit(file, theorem)


# ---- formulas

T, N, X = make("var", "t", "Z"), make("var", "n", "Z"), make("var", "x", "R")
A = Symbol("a", ("Z",), "R")
VALUES = [Fraction(k * k - 7, 3) for k in range(1, 13)]


def judge(field: Any, p: Term, *premises: Term) -> Outcome:
    table = np.concatenate([np.atleast_1d(field.lift(v)) for v in VALUES])

    def a(index: Any) -> Any:
        inside = (index >= 1) & (index <= len(VALUES))
        return np.where(inside, table[np.clip(index - 1, 0, len(VALUES) - 1)], field.missing)

    reals = np.concatenate([np.atleast_1d(field.lift(v)) for v in (-1, 0, Fraction(1, 2), 3)])
    samples = Samples(len(VALUES), reals, (reals,), 10_000, 100_000)
    free = {v for q in (p, *premises) for v in q.free if isinstance(v, Term)}
    return Evaluator(field, {A: a}, {}, samples, 1).judge(p, premises, sorted(free, key=lambda v: v.key))


def at(index: Term) -> Term:
    return make("app", A, index)


def total(low: Term, high: Term, body: Term, index: Term = T) -> Term:
    return make("sum", low, high, abstract(body, index))


def equation(left: Term, right: int | Fraction) -> Term:
    return make("eq", left, number(right))


@FIELDS
@pytest.mark.parametrize(("low", "high"), [(1, 12), (3, 5), (4, 4), (5, 4), (7, 1)])
def test_a_sum_is_what_it_says(field: Any, low: int, high: int) -> None:
    wanted = sum(VALUES[low - 1 : high], Fraction(0)) if low <= high else 0
    assert judge(field, equation(total(number(low), number(high), at(T)), wanted)).status == "holds"
    assert judge(field, equation(total(number(low), number(high), at(T)), wanted + 1)).status == "violated"


@FIELDS
def test_running_sums_from_either_end_agree(field: Any) -> None:
    inside = make("le", number(1), N), make("le", N, number(12))
    parts = [total(number(1), N, at(T)), total(make("add", N, number(1)), number(12), at(T))]
    outcome = judge(field, equation(make("add", *parts), sum(VALUES)), *inside)
    assert (outcome.status, outcome.points, outcome.open) == ("holds", 12, 0)


@FIELDS
def test_a_nested_sum_depends_on_the_outer_index(field: Any) -> None:
    inner = total(number(1), T, make("mul", at(N), T), N)
    wanted = sum(t * sum(VALUES[:t]) for t in range(1, 13))
    assert judge(field, equation(total(number(1), number(12), inner), wanted)).status == "holds"


@FIELDS
def test_the_inverse_of_zero_is_zero(field: Any) -> None:
    assert judge(field, equation(make("inv", number(0)), 0)).status == "holds"


@FIELDS
def test_a_root_is_certified_on_both_sides(field: Any) -> None:
    root = make("app", SQRT, number(2))
    assert judge(field, make("lt", number(Fraction(141421, 100000)), root)).status == "holds"
    assert judge(field, make("lt", number(Fraction(141422, 100000)), root)).status == "violated"


@FIELDS
def test_two_numbers_are_compared_as_they_are(field: Any) -> None:
    near = make("lt", number(Fraction(1)), number(1 + Fraction(1, 10**15)))
    assert judge(field, make("imp", near, make("le", number(0), at(T)))).points > 0


def test_balls_do_not_decide_an_equation_of_irrational_numbers() -> None:
    root = make("app", SQRT, number(2))
    outcome = judge(Certified(), equation(make("mul", root, root), 2))
    assert (outcome.status, outcome.open) == ("unevaluated", 1)
    assert judge(Doubles(), equation(make("mul", root, root), 2)).status == "holds"


@FIELDS
def test_what_was_not_recorded_decides_nothing(field: Any) -> None:
    outcome = judge(field, make("lt", number(-3), at(T)))
    assert (outcome.status, outcome.points, outcome.open) == ("holds", 12, 0)
    assert judge(field, equation(at(number(13)), 0)).status == "unevaluated"


@FIELDS
def test_a_violation_says_where(field: Any) -> None:
    outcome = judge(field, make("lt", at(T), number(0)))
    assert (outcome.status, outcome.reason) == ("violated", "violated at t = 3")


@FIELDS
def test_what_a_sampled_premise_implies_is_not_called_false(field: Any) -> None:
    everywhere = make("all", "R", abstract(make("le", X, number(3)), X))  # true of the samples, and false
    assert judge(field, make("imp", everywhere, make("lt", number(1), number(0)))).status == "unevaluated"
    assert judge(field, make("lt", number(1), number(0)), everywhere).status == "unevaluated"


@FIELDS
def test_premises_that_fail_everywhere_are_told_apart(field: Any) -> None:
    never = make("lt", X, make("add", X, number(-1)))
    outcome = judge(field, make("imp", never, make("lt", number(1), number(0))))
    assert outcome.vacuous
    assert outcome.met
    assert outcome.status == "unevaluated"


OMEGA = make("var", "ω", "W")
COIN = Symbol("coin", ("Z", "W"), "R", 1)


def coins(field: Any, p: Term) -> Outcome:
    """Judge a formula about three tosses of a coin that shows 0 or 1; what toss t shows is known at time t + 1."""

    def coin(index: Any, outcome: Any) -> Any:
        inside = (index >= 1) & (index <= 3)
        return np.where(inside, field.lift(outcome // 2 ** (3 - np.clip(index, 1, 3)) % 2), field.missing)

    samples = Samples(3, field.lift([1]), (field.lift([1]),), 1000, 10_000, base=2)
    free = sorted((v for v in p.free if isinstance(v, Term)), key=lambda v: v.key)
    return Evaluator(field, {COIN: coin}, {}, samples, 1).judge(p, [], free)


def mean(body: Term, given: Term | None = None) -> Term:
    inside = abstract(body, OMEGA)
    return make("E", inside) if given is None else make("CE", given, inside, OMEGA)


TOSS = make("app", COIN, T, OMEGA)
BOTH = make("mul", TOSS, make("app", COIN, make("add", T, number(1)), OMEGA))


@FIELDS
@pytest.mark.parametrize(
    ("formula", "points"),
    [
        (equation(mean(number(Fraction(1, 2))), Fraction(1, 2)), 1),
        (equation(mean(TOSS), Fraction(1, 2)), 3),
        (equation(mean(TOSS, T), Fraction(1, 2)), 24),  # a toss is not known before
        (make("eq", mean(TOSS, make("add", T, number(1))), TOSS), 24),  # and is known after
        (make("eq", mean(BOTH, make("add", T, number(1))), make("mul", number(Fraction(1, 2)), TOSS)), 16),
        (equation(mean(mean(BOTH, T)), Fraction(1, 4)), 2),
    ],
)
def test_expectations_are_means_over_the_outcomes_that_agree(field: Any, formula: Term, points: int) -> None:
    outcome = coins(field, formula)
    assert (outcome.status, outcome.points) == ("holds", points)


@FIELDS
def test_what_is_said_of_the_future_is_seen_to_be_false(field: Any) -> None:
    assert coins(field, make("eq", mean(TOSS, T), TOSS)).status == "violated"
    assert coins(field, equation(mean(BOTH), Fraction(1, 2))).status == "violated"


@FIELDS
def test_a_symbol_that_the_run_does_not_know_is_named(field: Any) -> None:
    unknown = make("app", Symbol("h", ("R",), "R"), X)
    assert judge(field, equation(unknown, 0)).reason == "the run does not say what h is"


def test_a_sequence_of_a_theorem_is_given_as_a_function_of_t() -> None:
    name = "reddi2018/theorem-4-sharp"
    assert "β = inverse(alpha=0.5)" in str(audit(*proved(name)).witness)
    with pytest.raises(UnknownNameError, match="sequence 'γ'"):
        audited(name, constants={"γ": lambda t: 1 / t})
