"""Ball arithmetic against exact fractions: whatever number lies in the ball, the result holds what comes of it."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest

from convcheck.arithmetic.ball import Ball, BinaryBall, enclose, precision
from convcheck.errors import RuleError

RANDOM = np.random.default_rng(3)


def fractions(count: int) -> list[Fraction]:
    """Return fractions of many sizes, zero and small integers among them."""
    pairs = RANDOM.integers(-50, 50, (count, 2)).tolist()
    powers = RANDOM.integers(-300, 300, count).tolist()
    made = [
        Fraction(a, abs(b) + 1) * (Fraction(2) ** k if k % 3 == 0 else 1)
        for (a, b), k in zip(pairs, powers, strict=True)
    ]
    return made + [Fraction(k) for k in range(-3, 4)]


def balls(count: int) -> list[tuple[Any, list[Fraction]]]:
    """Return balls, each with numbers that lie in it."""
    found = []
    for middle, radius, kind in zip(
        fractions(count), fractions(count), RANDOM.integers(0, 3, count + 7).tolist(), strict=True
    ):
        if kind == 0:
            found.append((Ball.of(middle), [middle]))
        else:
            low, high = sorted((middle, middle + radius))
            union = enclose(low).union(enclose(high))
            found.append(
                (
                    Ball(union),
                    [low, high, (low + high) / 2, low + (high - low) / 3] + ([Fraction(0)] if low <= 0 <= high else []),
                )
            )
    return found


def floor_mod(a: Fraction, b: Fraction) -> Fraction | None:
    return a - b * math.floor(a / b) if b else None


RATIONAL: dict[str, Callable[..., Fraction | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else None,
    "mod": floor_mod,
    "maximum": max,
    "minimum": min,
}
UNARY: dict[str, Callable[[Fraction], Fraction]] = {
    "neg": lambda a: -a,
    "abs": abs,
    "sign": lambda a: Fraction((a > 0) - (a < 0)),
}


def inside(ball: Any, value: Fraction) -> bool:
    with precision(2000):
        return bool(ball.raw.contains(enclose(value))) or not ball.raw.is_finite()


@pytest.mark.parametrize("name", RATIONAL)
def test_binary_operations_enclose(name: str) -> None:
    with precision(53):
        for (a, in_a), (b, in_b) in zip(balls(250), balls(250), strict=True):
            result = Ball.apply(name, a, b)
            for p in in_a:
                for q in in_b:
                    exact = RATIONAL[name](p, q)
                    assert exact is None or inside(result, exact), (name, a, b, p, q)


@pytest.mark.parametrize("name", UNARY)
def test_unary_operations_enclose(name: str) -> None:
    with precision(53):
        for a, in_a in balls(300):
            assert all(inside(Ball.apply(name, a), UNARY[name](p)) for p in in_a)


def test_squares_and_absolute_values_are_never_negative() -> None:
    with precision(53):
        for a, in_a in balls(300):
            assert all(inside(a * a, p * p) for p in in_a)
            for result in (a * a, abs(a)):
                assert result.raw.lower() >= -1e-8 * result.raw.upper()  # a ball around half its width, rounded outward


@pytest.mark.parametrize("name", ["sqrt", "exp", "log", "sin", "cos", "tanh"])
def test_irrational_operations_enclose(name: str) -> None:
    function: Any = getattr(flint.arb, name)
    for a, in_a in balls(150):
        with precision(53):
            result = Ball.apply(name, a)
        for p in in_a:
            if (name == "sqrt" and p < 0) or (name == "log" and p <= 0) or abs(p) > 10**6:
                continue
            with precision(2000):
                assert result.raw.contains(function(enclose(p))) or not result.raw.is_finite()


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_decisions_are_right_and_made_where_possible(name: str) -> None:
    truth: Callable[[Fraction, Fraction], bool] = getattr(Fraction, f"__{name}__")
    decided = set()
    with precision(53):
        for (a, in_a), (b, in_b) in zip(balls(400), balls(400), strict=True):
            decision = Ball.apply(name, a, b).raw
            outcomes = {truth(p, q) for p in in_a for q in in_b}
            assert decision is None or outcomes == {decision}
            decided.add(decision)
    assert decided == {True, False, None}


def test_where_takes_the_branch_or_both() -> None:
    wide: Any = Ball(flint.arb(0, 1))
    one: Any = Ball.of(1)
    first: Any = np.where(one > 0, 7, wide)
    both: Any = np.where(wide > 0, 7, 8)
    assert first.raw == 7
    assert both.raw.contains(7)
    assert both.raw.contains(8)
    assert not both.raw.contains(9)


def test_maximum_maps_a_box_into_itself() -> None:
    """The larger ball comes back as it is, so that an invariant box of AMSGrad stays invariant."""
    low, high = Ball(flint.arb(1, 0.25)), Ball(flint.arb(3, 0.5))
    assert Ball.apply("maximum", low, high).raw is high.raw
    assert Ball.apply("maximum", high, low).raw is high.raw
    assert Ball.apply("minimum", low, high).raw is low.raw


def test_roots_near_zero() -> None:
    assert Ball.apply("sqrt", 0).raw == 0
    slightly_negative = Ball(flint.arb(0).union(flint.arb(4)) - flint.arb(2.0**-80))
    root = Ball.apply("sqrt", slightly_negative).raw
    assert root.is_finite()
    assert root.contains(0)
    assert root.contains(2)
    assert not Ball.apply("sqrt", -1).raw.is_finite()


def test_nothing_is_known_of_what_is_undefined() -> None:
    nan: Any = Ball.of(0) / Ball.of(0)
    results: list[Any] = [
        nan,
        nan + 1,
        abs(nan),
        nan * nan,
        np.sign(nan),
        np.maximum(nan, 1),
        np.where(nan > 0, 1, nan),
    ]
    assert not any(result.raw.is_finite() for result in results)
    assert (nan > 0).raw is None


def test_a_float_is_a_decimal_or_a_double() -> None:
    with precision(200):
        assert Ball.of(0.1).raw.overlaps(enclose(Fraction(1, 10)))
        assert not Ball.of(0.1).raw.contains(enclose(Fraction(0.1)))
        assert BinaryBall.of(0.1).raw == flint.arb(0.1)
    with pytest.raises(RuleError, match="nan cannot enter"):
        Ball.of(math.nan)


def test_precision_is_set_back() -> None:
    before = flint.ctx.prec
    with pytest.raises(ZeroDivisionError), precision(777):
        raise ZeroDivisionError
    assert flint.ctx.prec == before
    with precision(99), precision(98):
        assert flint.ctx.prec == 98
    assert flint.ctx.prec == before


def test_more_precision_gives_smaller_balls_inside_the_larger() -> None:
    with precision(53):
        coarse = Ball.apply("sqrt", 2).raw / 3
    with precision(300):
        fine = Ball.apply("sqrt", 2).raw / 3
        assert coarse.contains(fine)
        assert fine.rad() < 1e-80 < coarse.rad()
