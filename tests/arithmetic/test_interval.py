"""Interval arithmetic against exact fractions and 400-bit balls, on ordinary numbers and on the worst ones."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from numpy.typing import NDArray

from convcheck.arithmetic import elementary, interval
from convcheck.arithmetic.interval import TINY, Interval
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError
from convcheck.simulate import native
from convcheck.simulate.kernel import source
from convcheck.simulate.lane import Lane

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(20261121)
LARGEST = float(np.finfo(np.float64).max)
NORMAL = 2.0**-1022
SMALL = (0.0, TINY, 3 * TINY, NORMAL - TINY, NORMAL, 2.0**-540, 2.0**-500, 1e-9)
ENDS = np.array([*SMALL, 0.5, 1.0, 1.5, 3.0, 2.0**500, 2.0**540, LARGEST])


def point(value: object) -> Any:
    return Interval.of(value)


def between(low: Any, high: Any) -> Any:
    return Interval(low, high)


def pool(count: int) -> Array:
    """Return doubles of all sizes and signs, extreme ones among them."""
    some = np.ldexp(RANDOM.uniform(1.0, 2.0, count), RANDOM.integers(-1074, 1024, count))
    near = RANDOM.uniform(0.0, 4.0, count)
    chosen = np.concatenate([some, near, RANDOM.choice(ENDS, 2 * count)])
    return RANDOM.permutation(chosen * RANDOM.choice([-1.0, 1.0], len(chosen)))[:count]


def intervals(count: int) -> tuple[Array, Array]:
    """Return the ends of intervals: points, neighbors, narrow and wide ones, some without an end."""
    first, second = pool(count), pool(count)
    kind = RANDOM.integers(0, 6, count)
    with np.errstate(over="ignore"):
        second = np.select(
            [kind == 0, kind == 1, kind == 2],
            [first, np.nextafter(first, np.inf), first * (1 + RANDOM.uniform(0, 1e-6, count))],
            second,
        )
    second = np.where(np.isfinite(second), second, first)
    low, high = np.minimum(first, second), np.maximum(first, second)
    return np.where(kind == 4, -np.inf, low), np.where(kind == 5, np.inf, high)


A, B = intervals(1600), intervals(1600)


def points(low: float, high: float) -> Iterator[Fraction]:
    """Return exact numbers that lie in an interval: its ends, numbers between that are no doubles, and zero."""
    bottom = Fraction(low) if math.isfinite(low) else Fraction(min(high, 0.0)) - 3 * Fraction(LARGEST)
    top = Fraction(high) if math.isfinite(high) else Fraction(max(low, 0.0)) + 3 * Fraction(LARGEST)
    inside = {bottom, top, bottom + (top - bottom) / 3, bottom + (top - bottom) * Fraction(2, 7)}
    yield from inside | ({Fraction(0)} if bottom <= 0 <= top else set())


def floor_mod(a: Fraction, b: Fraction) -> Fraction | None:
    return a - b * math.floor(a / b) if b else None


EXACT: dict[str, Callable[..., Fraction | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else None,
    "mod": floor_mod,
    "maximum": max,
    "minimum": min,
    "neg": lambda a: -a,
    "abs": abs,
    "sign": lambda a: Fraction((a > 0) - (a < 0)),
}


def holds(lower: float, value: Fraction, upper: float) -> bool:
    below = lower == -math.inf or Fraction(lower) <= value
    return below and (upper == math.inf or value <= Fraction(upper))


def check_rational(name: str) -> None:
    unary = name in {"neg", "abs", "sign"}
    args = [between(*A)] if unary else [between(*A), between(*B)]
    result = Interval.apply(name, *args)
    lower, upper = result.lower, result.upper
    for k in range(len(A[0])):
        for p in points(A[0][k], A[1][k]):
            for q in points(B[0][k], B[1][k]) if not unary else [None]:
                exact = EXACT[name](p) if q is None else EXACT[name](p, q)
                if exact is not None:
                    assert holds(lower[k], exact, upper[k]), (name, A[0][k], A[1][k], B[0][k], B[1][k], p, q)


@pytest.mark.parametrize("name", EXACT)
def test_rational_operations_enclose(name: str) -> None:
    check_rational(name)


def check_square() -> None:
    number = between(*A)
    result = number * number
    for k in range(len(A[0])):
        for p in points(A[0][k], A[1][k]):
            assert holds(result.lower[k], p * p, result.upper[k])
    known = (abs(A[0]) < 1e150) & (abs(A[1]) < 1e150)
    assert np.all(result.lower[known] >= 0)


def test_squares_enclose_and_are_never_negative() -> None:
    check_square()


def check_irrational(name: str) -> None:
    function: Any = getattr(flint.arb, name)
    low, high = A
    if name in {"sin", "cos"}:
        low, high = np.clip(low, -1e6, 1e6), np.clip(high, -1e6, 1e6)
    result = Interval.apply(name, Interval(low, high))
    with flint.ctx.workprec(400):
        for k in range(len(low)):
            for p in points(low[k], high[k]):
                if (name == "sqrt" and p < 0) or (name == "log" and p <= 0) or (name == "exp" and abs(p) > 10**6):
                    continue
                exact = function(flint.arb(flint.fmpq(p.numerator, p.denominator)))
                lower, upper = flint.arb(float(result.lower[k])), flint.arb(float(result.upper[k]))
                assert not exact < lower, (name, low[k], high[k], p)
                assert not exact > upper, (name, low[k], high[k], p)


@pytest.mark.parametrize("name", ["sqrt", "exp", "log", "sin", "cos", "tanh"])
def test_irrational_operations_enclose(name: str) -> None:
    check_irrational(name)


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_decisions_are_right(name: str) -> None:
    truth: Callable[[Fraction, Fraction], bool] = getattr(Fraction, f"__{name}__")
    surely, never = Interval.apply(name, between(*A), between(*B)).raw
    assert not np.any(surely & never)
    for k in range(len(A[0])):
        outcomes = {truth(p, q) for p in points(A[0][k], A[1][k]) for q in points(B[0][k], B[1][k])}
        assert not (surely[k] and False in outcomes), (A[0][k], A[1][k], B[0][k], B[1][k])
        assert not (never[k] and True in outcomes), (A[0][k], A[1][k], B[0][k], B[1][k])


def test_decisions_are_made() -> None:
    one, two, wide = point(1.0), point(2.0), between(0.0, 3.0)
    assert (one < two).raw == (True, False)
    assert (two <= one).raw == (False, True)
    assert (one == point(1.0)).raw == (True, False)
    assert (one != two).raw == (True, False)
    assert (wide > one).raw == (False, False)
    assert (between(1.0, 2.0) >= one).raw == (True, False)


def test_where_takes_the_branch_or_both() -> None:
    x = between(np.array([1.0, -2.0, -1.0]), np.array([2.0, -1.0, 1.0]))
    chosen = np.where(x > 0, x, 10 * x)
    assert chosen.lower[0] == 1.0
    assert chosen.upper[0] == 2.0
    assert chosen.upper[1] < -9.9
    assert chosen.lower[2] <= -10.0
    assert chosen.upper[2] >= 10.0
    nested: Any = np.where(x > 0, np.where(x > 1.5, 7, 8), 9)
    np.testing.assert_array_equal(nested.lower, [7, 9, 8])
    np.testing.assert_array_equal(nested.upper, [8, 9, 9])


def test_clip_and_sign() -> None:
    x = between(np.array([-3.0, 0.5, 2.0, 0.0]), np.array([-2.0, 4.0, 3.0, 0.0]))
    clipped = np.clip(x, -1, 1)
    np.testing.assert_array_equal(clipped.lower, [-1, 0.5, 1, 0])
    np.testing.assert_array_equal(clipped.upper, [-1, 1, 1, 0])
    np.testing.assert_array_equal(np.sign(x - x).lower, [-1, -1, -1, 0])


def test_zeros_stay_exact() -> None:
    """A coordinate without gradient has an exactly known second moment, so that 0/0 is decided."""
    zero, x = point(0.0), between(-3.0, 5.0)
    for result in (zero * x, x * zero, zero / between(1.0, 2.0), zero * zero, np.sqrt(zero), zero + zero, abs(zero)):
        assert result.lower == result.upper == 0.0
    underflow = point(1e-200) * point(1e-200)
    assert underflow.lower <= 0.0 < underflow.upper


def test_points_stay_narrow() -> None:
    a, b = RANDOM.uniform(0.1, 10.0, 500), RANDOM.uniform(0.1, 10.0, 500)
    for result in (
        point(a) + point(b),
        point(a) * point(b),
        point(a) / point(b),
        np.sqrt(point(a)),
    ):
        assert np.all(result.upper - result.lower <= 4 * np.spacing(result.upper))


def test_the_undefined_spreads_and_decides_nothing() -> None:
    undefined = [
        point(1.0) / between(-1.0, 1.0),
        point(0.0) / point(0.0),
        np.sqrt(point(-1.0)),
    ]
    undefined += [
        elementary.log(point(-1.0)),
        point(1.0) % between(-1.0, 2.0),
        point(np.array(np.nan)),
    ]
    one = point(1.0)
    for x in undefined:
        results = [
            x + 1,
            1 - x,
            x * 2,
            0 * x,
            x * x,
            x / 2,
            2 / x,
            -x,
            abs(x),
            np.sqrt(x),
            np.sign(x),
            elementary.exp(x),
        ]
        results += [np.maximum(x, one), np.minimum(x, one), np.where(x > 0, x, x), elementary.cos(x), x % one]
        for result in [x, *results]:
            assert (result.lower, result.upper) == (-np.inf, np.inf)
        for decision in (x < one, x >= one, x == one, x != one, one < x):
            assert decision.raw == (False, False)


def test_overflow_bounds_one_side_at_most() -> None:
    big = point(LARGEST)
    for result in (big + big, big * big, big / point(0.5), elementary.exp(point(1e6))):
        assert result.upper == np.inf
        assert result.lower == -np.inf
    assert (big * big > 0).raw[1] == np.False_


def test_lifting() -> None:
    third = point(Fraction(1, 3))
    assert Fraction(float(third.lower)) < Fraction(1, 3) < Fraction(float(third.upper))
    least = point(Fraction(1, 10**400))
    assert least.lower < 0 < least.upper
    assert point(0.1).lower == point(0.1).upper == 0.1
    with pytest.raises(RuleError, match="401 digits"):
        point(10**400)
    with pytest.raises(RuleError, match="ndarray"):
        point(np.array([1, 2]))


MUTANTS: dict[str, tuple[str, Any, Callable[[], None]]] = {
    "sums rounded to nearest": ("_down", lambda a: a, lambda: check_rational("add")),
    "quotients rounded to nearest": ("_up", lambda a: a, lambda: check_rational("div")),
    "no allowance for underflow": ("TINY", 0.0, lambda: check_rational("mul")),
    "the lesser of two": ("_lesser", lambda a, b: np.where(a > b, a, b), lambda: check_rational("mul")),
    "half a unit": ("UNIT", 2.0**-55, lambda: check_irrational("sqrt")),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_these_tests_notice(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, replacement, check = MUTANTS[mutant]
    monkeypatch.setattr(interval, name, replacement)
    with pytest.raises(AssertionError):
        check()


def everything(a: Any, b: Any) -> list[Any]:
    """Return every operation but the elementary functions."""
    results = [
        a + b,
        a - b,
        a * b,
        a / b,
        a % b,
        -a,
        abs(a),
        a * a,
        np.sqrt(a),
        np.sign(a),
        np.maximum(a, b),
        np.minimum(a, b),
    ]
    results += [np.where(c, a, b) for c in (a < b, a <= b, a > b, a >= b, a == b, a != b)]
    return [*results, np.clip(a, -1, 1), 3 * a + 1 / b]


def rigorous_program() -> Program:
    names = ("a_low", "a_high", "b_low", "b_high")
    recorder = Recorder(names)
    a_low, a_high, b_low, b_high = (recorder.number(name) for name in names)
    ends = [end for number in everything(between(a_low, a_high), between(b_low, b_high)) for end in number.raw]
    return recorder.program(Tape.of(end) for end in ends)


def test_tapes_and_native_code_compute_the_same_ends() -> None:
    a, b = between(*A), between(*B)
    wanted = np.array([end for number in everything(a, b) for end in number.raw])
    program = rigorous_program()
    inputs = dict(zip(program.inputs, (*A, *B), strict=True))
    with np.errstate(all="ignore"):
        traced = np.array(program.evaluate(inputs))
    np.testing.assert_array_equal(traced, wanted)
    carried = (*program.inputs, *(f"end_{k}" for k in range(len(program.outputs) - 4)))
    lane = Lane(program, carried, (), (), (), 1)
    columns = np.zeros((len(carried), len(A[0])))
    columns[:4] = [*A, *B]
    records = np.empty((1, *columns.shape))
    none = np.empty((0, len(A[0])))
    args = (np.empty((1, 1)), none.astype(np.uint32), none.astype(np.uint64), none, columns, records)
    native.call(source(lane, [], []), 0, np.array([1]), *args)
    np.testing.assert_array_equal(records[0], wanted)
