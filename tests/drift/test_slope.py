"""Slopes enclose difference quotients, and boxes are held against rounding."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convcheck.arithmetic import elementary
from convcheck.arithmetic.ball import Ball, precision
from convcheck.drift.orbit import contracting, radii
from convcheck.drift.slope import LINE, Raw, SlopeBall, larger

Function = Callable[[Any, Any], Any]

FUNCTIONS: dict[str, Function] = {
    "arithmetic": lambda p, q: p * q - q / (p * p + 1) + 3 - (2 - p),
    "kinks": lambda p, q: np.maximum(p, q) + abs(p) - np.minimum(p * q, 0.5) + abs(-q),
    "elementary": lambda p, q: elementary.exp(p) * elementary.sin(q) + elementary.tanh(p * q) - elementary.cos(p),
    "roots": lambda p, q: np.sqrt(p * p + 0.1) - elementary.log(1 + q * q),
    "jumps": lambda p, q: np.where(p > 0.25, q, -q) + np.sign(q) * p + q % 1,
    "sign": lambda p, q: np.sign(q) * p + q,
    "one jump": lambda p, q: np.where(p > 0, 1, 2) * q,
    "exact": lambda p, q: (1 - 0.9) / (1 - 0.9) * p + q * 0,
}

points = st.fractions(-2, 2, max_denominator=64)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(FUNCTIONS)), st.tuples(points, points), st.tuples(points, points))
def test_difference_quotients_lie_in_the_slopes(name: str, a: tuple[Any, Any], b: tuple[Any, Any]) -> None:
    with precision(128):
        low = [Ball.of(value).raw for value in a]
        high = [Ball.of(value).raw for value in b]
        box = [p.union(q) for p, q in zip(low, high, strict=True)]
        sides = [Raw(side, tuple(arb(i == j) for j in range(2))) for i, side in enumerate(box)]
        enclosed = SlopeBall.of(FUNCTIONS[name](*map(SlopeBall, sides))).raw
        values = [Ball.of(FUNCTIONS[name](*map(Ball, point))).raw for point in (low, high)]
        change = sum((s * (p - q) for s, p, q in zip(enclosed.slopes, low, high, strict=True)), arb(0))
        assert all(enclosed.value.overlaps(value) for value in values)
        assert change.overlaps(values[0] - values[1])


def test_slopes_are_sharp_where_they_can_be() -> None:
    p: Any = SlopeBall(Raw(arb(1, 0.5), (arb(1), arb(0))))
    q: Any = SlopeBall(Raw(arb(3), (arb(0), arb(1))))
    assert (p + 0.25 * (q - p)).raw.slopes[0].contains(arb(3) / 4)
    assert (p + 0.25 * (q - p)).raw.slopes[0].rad() < 1e-9
    assert np.maximum(p, q).raw.slopes == q.raw.slopes
    assert (0 * p).raw.slopes[1].is_zero()
    jump: Any = np.where(p > 1, 1, 2)
    assert jump.raw.slopes[0].contains(arb(10) ** 9)
    assert jump.raw.slopes[1].is_zero()
    assert np.where(p > 5, q, p).raw.slopes == p.raw.slopes
    assert ((1 - SlopeBall.of(0.9)) / (1 - SlopeBall.of(0.9)) * p).raw is p.raw
    assert SlopeBall.of(LINE).raw.exact is None


@settings(deadline=None, max_examples=100)
@given(points, points, points, points)
def test_larger_encloses_and_does_not_leave(a: Any, b: Any, c: Any, d: Any) -> None:
    left, right = (Ball.of(p).raw.union(Ball.of(q).raw) for p, q in ((a, b), (c, d)))
    most = larger(left, right)
    assert most.contains(Ball.of(max(a, c)).raw)
    assert most.contains(Ball.of(max(b, d)).raw)
    assert left.contains(most) or right.contains(most) or most.upper() <= max(left.upper(), right.upper())


def test_what_is_not_known_stays_unknown() -> None:
    unknown, one = arb("nan"), arb(1)
    assert not larger(unknown, one).is_finite()
    assert not larger(one, unknown).is_finite()
    assert not larger(LINE, one).is_finite()
    hidden: Any = SlopeBall(Raw(unknown, (one,)))
    values: list[Any] = [
        np.minimum(hidden, 1),
        abs(hidden),
        np.sqrt(hidden),
        np.where(hidden > 0, 1, hidden),
        hidden / 0,
    ]
    for value in values:
        assert not value.raw.value.is_finite()


def test_contraction() -> None:
    half, line, zero, one = arb(0.5), LINE, arb(0), arb(1)
    assert contracting(((half, zero), (zero, half))) == (0, 1)
    assert contracting(((half, arb(1000)), (zero, half))) == (0, 1)  # triangular: the corner does not matter
    assert contracting(((half, half), (half, half))) == ()  # an eigenvalue is 1
    assert contracting(((half, zero), (one, one))) == (0,)  # a maximum or a sum that feeds on a contracting slot
    assert contracting(((one, zero), (zero, zero))) == (1,)
    assert contracting(((half, line), (zero, half))) == (1,)
    assert contracting(((zero, one), (arb(0.25), zero))) == (0, 1)  # in two steps
    assert contracting(((arb(-1), zero), (zero, arb(-0.5)))) == (1,)
    assert contracting(()) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.floats(1e-9, 1), st.floats(1e-9, 1))
def test_radii_hold_what_comes(entries: list[float], first: float, second: float) -> None:
    slopes = tuple(tuple(arb(x) for x in entries[i : i + 2]) for i in (0, 2))
    rho = radii(slopes, (0, 1), [arb(first), arb(second)])
    assume(rho is not None)
    assert rho is not None
    matrix = np.abs(np.reshape(entries, (2, 2)))
    assert np.max(np.abs(np.linalg.eigvals(matrix))) < 1
    limit = np.linalg.solve(np.eye(2) - matrix, [first, second])
    assert np.all(limit <= [float(r) for r in rho])


def test_a_slope_that_is_not_known_contracts_nothing() -> None:
    assert radii(((LINE,),), (0,), [arb(1)]) is None
    assert radii(((arb("nan"),),), (0,), [arb(1)]) is None
    assert radii(((arb(1),),), (0,), [arb(1)]) is None
    assert radii((), (), []) == []
    with pytest.raises(IndexError):
        radii((), (0,), [arb(1)])
