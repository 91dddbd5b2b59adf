"""Certified constants: rounding to the safe side, and minima by branch and bound."""

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcheck.arithmetic.elementary import cos, exp, sin
from convcheck.errors import CertificationError
from convcheck.problems.minimum import DECIMALS, above, below, certified_minimum, root_above, up

fractions = st.fractions(0, 10**6)
UNIT = Fraction(1, 10**DECIMALS)


@given(fractions)
def test_roots_are_rounded_up_and_no_further(value: Fraction) -> None:
    root = root_above(value)
    assert root**2 >= value
    assert root == 0 or (root - UNIT) ** 2 < value
    assert root_above(value**2) == value or isqrt(value.denominator) ** 2 != value.denominator or up(value) >= value


@pytest.mark.parametrize("value", [Fraction(0), Fraction(1, 4), Fraction(9), Fraction(81, 100)])
def test_roots_of_squares_are_exact(value: Fraction) -> None:
    assert root_above(value) ** 2 == value


@given(st.fractions())
def test_doubles_are_rounded_to_the_safe_side(value: Fraction) -> None:
    assert Fraction(below(value)) <= value <= Fraction(above(value))
    assert value < Fraction(np.nextafter(below(value), np.inf))
    assert Fraction(float(np.nextafter(above(value), -np.inf))) < value
    assert 0 <= up(value) - value < UNIT


def test_a_minimum_inside_is_enclosed() -> None:
    found = certified_minimum(lambda x: (x[0] - 1) ** 2 + (x[1] + 0.5) ** 2 + 3, (-4, -4), (5, 6), 1e-3)
    assert found.lower <= 3 <= found.upper <= found.lower + 1e-3
    assert np.allclose(found.point, (1, -0.5), atol=0.1)
    assert found.known == "certified"


def test_a_minimum_on_the_boundary_is_enclosed() -> None:
    found = certified_minimum(lambda x: x[0] + 2 * x[1], (-1, -3), (2, 1), 1e-6)
    assert found.lower <= -7 <= found.upper <= found.lower + 1e-6


def _camel(x: Any) -> Any:
    """Six-hump camel (Dixon & Szegő 1978): two global minima among six."""
    a, b = x[0] * x[0], x[1] * x[1]
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b


def _camel_gradient(x: Any) -> list[Any]:
    a, b = x[0] * x[0], x[1] * x[1]
    return [x[0] * (8 - 8.4 * a + 2 * a * a) + x[1], x[0] + x[1] * (16 * b - 8)]


def test_the_global_minimum_is_told_from_local_ones() -> None:
    found = certified_minimum(_camel, (-3, -2), (3, 2), 1e-9, gradient=_camel_gradient)
    assert found.lower <= -1.031628453489877 <= found.upper + 1e-15
    assert found.upper - found.lower <= 1e-9
    assert np.allclose(np.abs(found.point), (0.089842, 0.712656), atol=1e-4)


@given(st.floats(-3, 3), st.floats(0.5, 3), st.floats(0.1, 2))
def test_the_enclosure_is_below_the_function_everywhere(shift: float, rate: float, size: float) -> None:
    def f(x: Any) -> Any:
        return size * sin(rate * x[0]) + exp(-0.5 * x[0]) + (x[0] - shift) ** 2

    def slope(x: Any) -> list[Any]:
        return [size * rate * cos(rate * x[0]) - 0.5 * exp(-0.5 * x[0]) + 2 * (x[0] - shift)]

    found = certified_minimum(f, [-4.0], [4.0], 1e-6, gradient=slope)
    values = f([np.linspace(-4, 4, 4001)])
    assert found.lower <= values.min() + 1e-12
    assert found.upper >= values.min() - 1e-5
    assert f([np.array(found.point)])[0] <= found.upper


def test_what_cannot_be_certified_is_said() -> None:
    with pytest.raises(CertificationError, match="ask for less, or give the gradient"):
        certified_minimum(lambda x: x[0] * x[0] - x[0] * x[0], [-1.0], [1.0], 1e-12)
    with pytest.raises(CertificationError, match="the minimum is enclosed to within"):
        certified_minimum(lambda x: 1e9 * x[0] - 1e9 * (x[0] - 1), [1.0], [2.0], 1e-12)
