"""The words of judgement, and how an experiment's expectations are decided."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcheck.claims.verdict import Expectation, Flag, FlagWord, Tolerance, Verdict, decide, within
from convcheck.errors import ParameterError, UnknownNameError

LIMIT = Tolerance("limit-tolerance", "the extrapolation's error is O(1/T)", relative=0.01)


def test_words() -> None:
    words = "proved refuted supported violated inconclusive open unchecked"
    assert [str(verdict) for verdict in Verdict] == words.split()
    assert Verdict("proved") is Verdict.PROVED
    assert pickle.loads(pickle.dumps(Verdict.OPEN)) is Verdict.OPEN  # noqa: S301  # our own bytes


@pytest.mark.parametrize("word", [*Verdict, *FlagWord])
def test_every_word_has_its_own_meaning(word: Verdict | FlagWord) -> None:
    assert word.meaning.endswith(".")
    assert word.meaning.count(".") == 1
    assert [other for other in (*Verdict, *FlagWord) if other.meaning == word.meaning] == [word]


@pytest.mark.parametrize(
    "text", ["vacuous-bound", "vacuous-hypothesis", "proof-step-false", "as-quoted", "repaired-by:reddi2018/theorem-4"]
)
def test_flags_read_back(text: str) -> None:
    assert str(Flag.parse(text)) == text


def test_flag_with_a_claim() -> None:
    assert Flag.parse("repaired-by:a/b") == Flag(FlagWord.REPAIRED_BY, "a/b")


@pytest.mark.parametrize("text", ["repaired-by", "repaired-by:", "as-quoted:a/b", "as-quoted:"])
def test_flag_with_or_without_a_claim_in_error(text: str) -> None:
    with pytest.raises(ParameterError):
        Flag.parse(text)


def test_unknown_flag() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'vacuous-bound'"):
        Flag.parse("vacous-bound")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_run_neither_proves_nor_refutes(verdict: Verdict) -> None:
    if verdict in {"supported", "violated", "inconclusive"}:
        assert Expectation("n", verdict, "s", 1.0).holds is (verdict == "supported")
    else:
        with pytest.raises(ParameterError, match=f"cannot make it {verdict}"):
            Expectation("n", verdict, "s", 1.0)


def test_expectation_is_named_and_stated() -> None:
    with pytest.raises(ParameterError):
        Expectation("", Verdict.SUPPORTED, "s", 1.0)
    with pytest.raises(ParameterError):
        Expectation("n", Verdict.SUPPORTED, "", 1.0)


def test_nan_supports_nothing() -> None:
    with pytest.raises(ParameterError, match="NaN"):
        Expectation("n", Verdict.SUPPORTED, "s", math.nan)
    assert decide("n", "s", holds=True, observed=math.nan).verdict is Verdict.INCONCLUSIVE
    assert within("n", math.nan, 1.0, LIMIT).verdict is Verdict.INCONCLUSIVE
    assert within("n", 1.0, 1.0, LIMIT, uncertainty=math.nan).verdict is Verdict.INCONCLUSIVE


def test_decide() -> None:
    verdicts = [decide("n", "s", holds=holds, observed="falling").verdict for holds in (True, False, None)]
    assert verdicts == ["supported", "violated", "inconclusive"]


@pytest.mark.parametrize(
    ("observed", "uncertainty", "verdict"),
    [
        (100.0, 0.0, "supported"),
        (101.0, 0.0, "supported"),
        (99.0, 0.0, "supported"),
        (101.001, 0.0, "violated"),
        (98.999, 0.0, "violated"),
        (100.5, 0.5, "supported"),
        (100.5, 0.6, "inconclusive"),
        (101.5, 0.6, "inconclusive"),
        (101.5, 0.4, "violated"),
        (100.0, math.inf, "inconclusive"),
        (math.inf, 0.0, "violated"),
        (-math.inf, 5.0, "violated"),
        (math.inf, math.inf, "inconclusive"),
    ],
)
def test_within(observed: float, uncertainty: float, verdict: str) -> None:
    expectation = within("limit", observed, 100.0, LIMIT, uncertainty=uncertainty)
    assert expectation.verdict == verdict
    assert expectation.observed == observed
    assert expectation.reason == LIMIT.reason


def test_sentence() -> None:
    expectation = within("limit", 0.19803, 20 / 101, LIMIT, quantity="the limit of R_T/T")
    assert expectation.statement == (
        "the limit of R_T/T is 0.19803, within 0.00198 (limit-tolerance) of 0.19802: they differ by 1.02e-05"
    )
    assert "not within" in within("limit", 0.3, 20 / 101, LIMIT).statement


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_uncertainty_never_decides_more(observed: float, target: float, first: float, more: float) -> None:
    sure = within("n", observed, target, LIMIT, uncertainty=first).verdict
    unsure = within("n", observed, target, LIMIT, uncertainty=first + more).verdict
    assert unsure in {sure, Verdict.INCONCLUSIVE}


def test_tolerances_add() -> None:
    assert Tolerance("t", "r", relative=0.1, absolute=0.5).width(-10.0) == 1.5
    assert within("zero", 0.4, 0.0, Tolerance("t", "r", absolute=0.5)).holds
    assert not within("zero", 0.6, 0.0, Tolerance("t", "r", absolute=0.5)).holds


@pytest.mark.parametrize("width", [-0.1, math.nan, math.inf])
def test_bad_numbers(width: float) -> None:
    with pytest.raises(ParameterError):
        Tolerance("t", "r", relative=width)
    with pytest.raises(ParameterError):
        Tolerance("t", "r", absolute=width)
    with pytest.raises(ParameterError):
        within("n", 1.0, 1.0, LIMIT, uncertainty=-0.1)
    if not math.isfinite(width):
        with pytest.raises(ParameterError):
            within("n", 1.0, width, LIMIT)


def test_a_tolerance_has_a_name_and_a_reason() -> None:
    with pytest.raises(ParameterError):
        Tolerance("", "r")
    with pytest.raises(ParameterError):
        Tolerance("t", "")
