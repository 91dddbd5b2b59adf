"""The lemma of `convcheck.drift`, tried on random displacements in exact arithmetic."""

from fractions import Fraction
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

moves = st.lists(st.integers(-20, 20), min_size=1, max_size=7)


def watched(bounds: list[int]) -> int:
    """The phase p of step 1 of the proof, counted from 1."""
    sums = list(accumulate(bounds))
    return sums.index(max(sums)) + 1


@settings(deadline=None)
@given(moves.filter(lambda d: sum(d) > 0))
def test_sums_that_end_in_the_phase_are_positive(bounds: list[int]) -> None:
    p, period = watched(bounds), len(bounds)
    unrolled = (bounds * 3)[: 2 * period + p]
    assert all(sum(unrolled[i:]) > 0 for i in range(len(unrolled)))


@settings(deadline=None, max_examples=50)
@given(
    moves.filter(lambda d: sum(d) > 0),
    st.lists(st.integers(0, 5), min_size=1, max_size=11),
    st.integers(-40, 40),
)
def test_constant_steps(bounds: list[int], extra: list[int], x: int) -> None:
    """Displacements may exceed their bounds; the feasible interval is [-40, 40], the step size 1."""
    p, period = watched(bounds), len(bounds)
    fall = -sum(min(move, 0) for move in bounds)
    for t in range(200 * period):
        x = min(max(x + bounds[t % period] + extra[t % len(extra)], -40), 40)
        if t >= 100 * period:
            assert x >= 40 - fall
            assert x == 40 or t % period + 1 != p


@settings(deadline=None, max_examples=50)
@given(moves.filter(lambda d: sum(d) > 0), st.lists(st.integers(0, 5), min_size=1, max_size=11), st.booleans())
def test_decreasing_steps(bounds: list[int], extra: list[int], top: bool) -> None:  # noqa: FBT001
    """The step size is 1/(t + c), in integers with 60 bits; c makes it vary little within a period from the start."""
    p, period, one = watched(bounds), len(bounds), 2**60
    x, c, reached = one if top else one - one // 50, 1000 * period, False
    for t in range(1000 * period):
        x = min(max(x + one // (t + c) * (bounds[t % period] + extra[t % len(extra)]), -one), one)
        if t % period + 1 == p and t >= period:
            assert x == one or not reached
            reached = x == one
    assert reached


def test_a_visit_needs_the_right_phase() -> None:
    bounds = [-3, 5, -1]
    assert watched(bounds) == 2
    x, seen = Fraction(0), set()
    for t in range(300):
        x = min(max(x + Fraction(1, 10) * bounds[t % 3], Fraction(-1)), Fraction(1))
        if t > 150:
            seen.add((t % 3 + 1, x))
    assert seen == {(1, Fraction(6, 10)), (2, Fraction(1)), (3, Fraction(9, 10))}
