"""The AMSGrad family: the published step that is false, bounds that are too small."""

import json
from fractions import Fraction
from typing import Any

import pytest

from convcheck.claims import discovery
from convcheck.claims.following import certified
from convcheck.claims.instance import Instance
from convcheck.claims.meaning import Interpretation
from convcheck.claims.refutation import refute
from convcheck.errors import StepFailedError
from convcheck.kernel.terms import Symbol, Term, make, number, rebuild
from convcheck.language.files import ProofFile
from convcheck.language.play import Game
from convcheck.language.printing import text
from convcheck.language.proof import always, given, have
from convcheck.language.symbols import reals
from convcheck.refute.instances import check


def test_the_step_of_the_published_proof_is_rejected_with_numbers() -> None:
    """1/(1 - β₁ₜ) may not be replaced by 1/(1 - β₁) before a difference of distances, which has either sign."""
    β, β1, q, near, far = reals("β β1 q near far")
    for assumption in (β >= 0, β <= β1, β1 < 1, q > 0, near >= 0, far >= 0):
        given(assumption)
    smaller = always(have(1 / (1 - β) <= 1 / (1 - β1)))
    with pytest.raises(StepFailedError, match="it is false, with all its reasons true"):
        have(q * (far - near) / (2 * (1 - β)) <= q * (far - near) / (2 * (1 - β1)), by=smaller)
    given(near <= far)  # where the difference is not negative, it may be
    have(q / 2 * (far - near) / (1 - β) <= q / 2 * (far - near) / (1 - β1), by=smaller.times(q / 2 * (far - near)))


# ---- half of a bound is false: the loss x in one round, from one end of [-1, 1] against the other


def none(t: Any) -> Any:
    """No momentum, no memory."""
    return 0 * t


def two(t: Any) -> Any:
    """Steps of length 2."""
    return 2 + 0 * t


QUARTER = Fraction(1, 4)
TIGHT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "reddi2018/theorem-4-sharp": ({"beta2": 0.0}, {"β": none, "β2": 0}),
    "reddi2018/theorem-4-any-schedule": ({"beta2": 0.0}, {"β": none, "β1": 0, "β2": 0}),
    "reddi2018/theorem-4-sharp-box": ({"beta2": 0.0}, {"β": none, "β2": 0, "low": -1, "high": 1}),
    "reddi2018/lemma-2-sharp": ({"beta2": 0.0}, {"β": none, "β2": 0}),
    "reddi2018/lemma-2": ({"beta2": 0.0}, {"β": none, "β1": 0, "β2": 0}),
    "reddi2018/corollary-1-sharp": ({"beta2": 0.0}, {"β1": 0, "β2": 0, "λ": Fraction(1, 2), "G": 1}),
    "reddi2018/theorem-5-sharp": ({"beta2": 0.0}, {"α": two, "β": none, "β2": none, "ζ": 2}),
    "reddi2018/corollary-2-sharp": ({}, {"β": none}),
    "tran2019/adamx": ({"beta2": 0.0}, {"β": none, "β1": 0, "β2": 0}),
    "alacaoglu2020/theorem-1-unconditional": ({"beta2": 0.0}, {"β1": 0, "β2": 0}),
    "alacaoglu2020/theorem-1-sharp": ({"beta2": 0.75, "lr": 1.0}, {"β1": 0, "β2": 3 * QUARTER, "α": 1}),
    "alacaoglu2020/theorem-1": ({"beta2": 0.75, "lr": 0.5}, {"β1": 0, "β2": 3 * QUARTER, "α": 2 * QUARTER}),
}


def halved(statement: Term) -> Term:
    """Return a statement ∀ … premises → a ≤ b with b/2 for b."""
    relation = statement
    while relation.op in ("all", "imp"):
        relation = relation.args[1]
    small, large = relation.args
    return rebuild(
        statement, lambda u, _: make("le", small, make("mul", number(2 * QUARTER), large)) if u is relation else None
    )


@pytest.mark.parametrize("name", TIGHT)
def test_half_of_a_bound_is_refuted_by_a_run_that_meets_all_hypotheses(name: str) -> None:
    file = discovery.load(name)
    theorem = ProofFile(file.path, file.module, file.context).prove().theorem
    formulas = [theorem.conclusion, *sorted(theorem.hypotheses, key=lambda p: p.key)]
    names = {thing.name if isinstance(thing, Symbol) else str(thing.args[0]) for p in formulas for thing in p.free}
    hyper, own = TIGHT[name]
    constants = {key: value for key, value in ({"α": 2, "d": 1, "D": 2, "u": -1} | own).items() if key in names}
    settings = {"lr": 2.0, "beta1": 0.0} | hyper
    instance = Instance("linear_box", 1, {"signs": (1,)}, settings, constants, x0=(1.0,), certified=1)
    game = next(value for value in vars(file.module).values() if isinstance(value, Game))
    course = certified(game.optimizer, instance, random=False)
    run = Interpretation(course, game, [], formulas[1:], theorem.conclusion, instance)
    assert [text(p) for p in formulas[1:] if run.judge(p).status == "violated"] == []
    assert run.judge(theorem.conclusion).status == "holds"
    assert run.judge(halved(theorem.conclusion)).status == "violated"


REFUTED = [
    "reddi2018/theorem-4-text",
    "reddi2018/corollary-1-text",
    "reddi2018/theorem-5-text",
    "reddi2018/corollary-2-text",
    "tran2019/false-inequality",
]


@pytest.mark.parametrize("name", REFUTED)
def test_a_counterexample_is_what_its_file_writes_and_refutes_the_statement(name: str) -> None:
    file = discovery.load(name)
    assert file.counterexample is not None
    data = json.loads(file.counterexample.read_text("utf-8"))
    assert data == file.within(file.module.refutation)
    result = check(data)
    assert refute(file).matches(result.observed, result.bound)
