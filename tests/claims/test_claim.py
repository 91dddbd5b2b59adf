"""What a claim declares, and what it may not."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from convcheck.claims.claim import Claim, Kind, Source
from convcheck.claims.instance import Instance
from convcheck.claims.verdict import Flag, FlagWord, Verdict
from convcheck.conditions import hyper, sqrt
from convcheck.errors import ParameterError, UnknownNameError

SOURCE = Source("reddi2018", "Theorem 4")


def test_words_become_what_they_name() -> None:
    made = Claim(kind="regret", source=SOURCE, verdict="refuted", flags=("proof-step-false", "repaired-by:a2026/b"))
    assert (made.kind, made.verdict) == (Kind.REGRET, Verdict.REFUTED)
    assert made.flags == (Flag(FlagWord.PROOF_STEP_FALSE), Flag(FlagWord.REPAIRED_BY, "a2026/b"))
    assert made == Claim(kind="regret", source=SOURCE, verdict="refuted", flags=made.flags)
    assert str(made.source) == "reddi2018, Theorem 4"


def test_a_claim_is_frozen() -> None:
    made = Claim(kind="regret", source=SOURCE, verdict="open")
    with pytest.raises(FrozenInstanceError):
        made.verdict = Verdict.PROVED  # type: ignore[misc]


def test_conditions_and_audits_are_kept() -> None:
    beta1, beta2 = hyper("beta1 beta2")
    condition, audit = beta1 < sqrt(beta2), Instance("reddi", 100, {"C": 3}, {"lr": 0.1})
    made = Claim(kind="regret", source=SOURCE, verdict="proved", conditions=(condition,), audit=(audit,))
    assert made.conditions == (condition,)
    assert made.audit == (audit,)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"kind": "regrets"}, UnknownNameError, "did you mean 'regret'"),
        ({"verdict": "prooved"}, UnknownNameError, "did you mean 'proved'"),
        ({"verdict": "unchecked"}, ParameterError, "write verdict='open'"),
        ({"flags": ("proof-step-fals",)}, UnknownNameError, "did you mean 'proof-step-false'"),
        ({"flags": ("repaired-by",)}, ParameterError, "write repaired-by:ID"),
        ({"flags": "proof-step-false"}, ParameterError, "the flags of a claim are a tuple"),
        ({"conditions": ["β₁ < 1"]}, ParameterError, "the conditions of a claim are a tuple"),
        ({"audit": (1,)}, ParameterError, "the audit of a claim are a tuple"),
        ({"source": "reddi2018, Theorem 4"}, ParameterError, "the source of a claim is a Source"),
    ],
)
def test_what_is_no_claim_is_refused(changes: dict[str, Any], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        Claim(**{"kind": "regret", "source": SOURCE, "verdict": "proved", **changes})


@pytest.mark.parametrize(("key", "item"), [("Reddi 2018", "Theorem 4"), ("", "Theorem 4"), ("reddi2018", " ")])
def test_a_source_has_a_key_and_an_item(key: str, item: str) -> None:
    with pytest.raises(ParameterError):
        Source(key, item)


@pytest.mark.parametrize("rounds", [0, -1, 1.5, True])
def test_an_audit_has_a_number_of_rounds(rounds: Any) -> None:
    with pytest.raises(ParameterError, match="give an integer"):
        Instance("reddi", rounds)
