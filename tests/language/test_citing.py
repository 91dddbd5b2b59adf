"""A theorem used elsewhere: its symbols mean something else, its hypotheses are met or remain."""

import pytest

from convcheck.errors import StepFailedError
from convcheck.language.citing import instance
from convcheck.language.fact import Fact
from convcheck.language.proof import given, have, let
from convcheck.language.symbols import forall, ints, reals, sequences
from convcheck.language.terms import Expression

t, n = ints("t n")
x, c = reals("x c")
(a,) = sequences("a")


def _theorem() -> Fact:
    """If a_t ≥ 0 for all t ≥ 1, and c ≥ 0, then c·a_n ≥ 0 for all n ≥ 1."""
    positive = given(forall(t >= 1, a[t] >= 0))
    given(c >= 0)
    with let(n >= 1):
        scaled = have(c * a[n] >= 0, by=positive(n).times(c))
    return scaled  # noqa: RET504  # general only after its scope


def test_hypotheses_that_are_met_disappear_and_others_remain() -> None:
    theorem = _theorem()
    with let(t >= 1):
        square = have(t**2 >= 0)
    found = instance(theorem, {a: ([t], t**2)}, square)
    assert repr(found) == "∀t. 1 ≤ t ⇒ 0 ≤ c·t²"
    assert {repr(Expression(h)) for h in found.theorem.hypotheses} == {"0 ≤ c"}


def test_a_hypothesis_that_says_nothing_in_its_new_meaning_disappears() -> None:
    given(forall(t >= 1, a[t] <= x))
    with let(t >= 1):
        bounded = have(a[t] <= c, by=[given(x <= c), given(forall(t >= 1, a[t] <= x))(t)])
    found = instance(bounded, {a: ([t], x)})
    assert {repr(Expression(h)) for h in found.theorem.hypotheses} == {"x ≤ c"}


def test_a_fact_may_meet_a_hypothesis_that_says_less() -> None:
    established = have(x**2 >= 0)
    found = instance(_theorem(), {a: ([t], x**2)}, established)
    assert {repr(Expression(h)) for h in found.theorem.hypotheses} == {"0 ≤ c"}


def test_a_fact_that_meets_no_hypothesis_is_refused() -> None:
    theorem = _theorem()
    with let(t >= 2):
        later = have(t**2 >= 0)
    with pytest.raises(StepFailedError, match="no hypothesis of the theorem reads"):
        instance(theorem, {a: ([t], t**2)}, later)


def test_a_meaning_of_another_type_is_refused() -> None:
    with pytest.raises(StepFailedError, match="no such instance"):
        instance(_theorem(), {a: ([t, n], t * n)})


def test_a_constant_gets_a_value_in_the_hypotheses_too() -> None:
    bounded = given(forall(t >= 1, a[t] <= c))
    with let(n >= 1):
        twice = have(2 * a[n] <= 2 * c, by=bounded(n))
    found = instance(twice, {c: x**2})
    assert repr(found) == "∀t. 1 ≤ t ⇒ 2·a_t ≤ 2·x²"
    assert {repr(Expression(h)) for h in found.theorem.hypotheses} == {"∀t. 1 ≤ t ⇒ a_t ≤ x²"}
