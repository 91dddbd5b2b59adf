"""Ranges: what lies in them, what is no number, and which range a name has."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcheck.errors import ParameterError
from convcheck.parameters import ANY, FRACTION, NONNEGATIVE, POSITIVE, Range, Whole, as_doubles, usual_range

ENDS = st.floats(-1e3, 1e3) | st.sampled_from([-math.inf, math.inf, 0.0])


@given(low=ENDS, high=ENDS, open_low=st.booleans(), open_high=st.booleans(), value=st.floats() | ENDS)
def test_what_lies_in_a_range(*, low: float, high: float, open_low: bool, open_high: bool, value: float) -> None:
    made = Range(low, high, open_low, open_high)
    above = value > low if open_low else value >= low
    below = value < high if open_high else value <= high
    inside = above and below and math.isfinite(value)
    assert made.outside(np.array([value])).tolist() == [not inside]
    if inside:
        made.check("a", value, owner="b")
    else:
        with pytest.raises(ParameterError, match=r"b: a = .* is outside its range"):
            made.check("a", value, owner="b")


@pytest.mark.parametrize(
    "value",
    [3, 0.5, Fraction(1, 3), np.float32(0.5), np.int8(3), [1, 2.5], (Fraction(1, 2), 3), np.ones((2, 2)), 10**30],
)
def test_numbers_are_numbers(value: Any) -> None:
    array = as_doubles(value)
    assert array is not None
    assert array.dtype == np.float64
    POSITIVE.check("a", value, owner="b")


@pytest.mark.parametrize(
    "value",
    ["a", "1", None, True, [True], 1j, {}, {1.0}, [[1], [1, 2]], [None], ["1"], 10**400, [Fraction(1), "1"], object()],
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    assert as_doubles(value) is None
    with pytest.raises(ParameterError, match=r"b: a = .* is not a number; it must lie in \(-inf, inf\)"):
        ANY.check("a", value, owner="b")


def test_one_wrong_entry_is_named() -> None:
    with pytest.raises(ParameterError, match=r"adam: lr = -2.0 is outside its range \(0, inf\)"):
        POSITIVE.check("lr", [1, 0.5, -2, 3], owner="adam")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lr", POSITIVE),
        ("alpha", POSITIVE),
        ("beta", FRACTION),
        ("beta1", FRACTION),
        ("beta_2", FRACTION),
        ("eps", NONNEGATIVE),
        ("weight_decay", NONNEGATIVE),
        ("momentum", ANY),
        ("betas", ANY),
    ],
)
def test_the_usual_range_of_a_name(name: str, expected: Range) -> None:
    assert usual_range(name) == expected


def test_a_schedule_may_reach_the_lower_end() -> None:
    assert POSITIVE.with_limit() == NONNEGATIVE
    assert FRACTION.with_limit() == FRACTION


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (POSITIVE, "(0, inf)"),
        (NONNEGATIVE, "[0, inf)"),
        (FRACTION, "[0, 1)"),
        (ANY, "(-inf, inf)"),
        (Range(-1, 2.5), "[-1, 2.5]"),
    ],
)
def test_ranges_are_written_as_mathematicians_do(given: Range, text: str) -> None:
    assert str(given) == text


def test_a_schedule_of_whole_numbers_stays_whole() -> None:
    assert POSITIVE.with_limit() == NONNEGATIVE
    limited = Whole(1, open_low=True).with_limit()
    assert limited == Whole(1)
    with pytest.raises(ParameterError, match=r"b: a = 1.5 is outside its range \[1, inf\) of integers"):
        limited.check("a", 1.5, owner="b")
