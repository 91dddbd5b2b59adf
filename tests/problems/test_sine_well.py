"""The certificate of the Polyak-Łojasiewicz constant of x² + 3 sin² x, and its other constants."""

from fractions import Fraction
from math import pi
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic.elementary import cos
from convcheck.assumptions import PolyakLojasiewicz, constants
from convcheck.problems.minimum import certified_minimum

WELL = cc.problem("sine_well", sigma=0)


def loss(x: Any) -> Any:
    assert WELL.loss is not None
    return WELL.call(WELL.loss, x, 1, 1)


def slope(x: Any) -> Any:
    return WELL.call(WELL.gradient, x, 1, 1, sigma=0)


def test_the_polyak_lojasiewicz_constant_is_certified_on_all_of_the_line() -> None:
    promised = constants(WELL.assumptions, PolyakLojasiewicz("mu"))
    assert promised is not None
    mu = promised["mu"]
    assert mu > Fraction(1, 32)
    # On [1/2, 8] by intervals (f is even).
    between = certified_minimum(lambda x: slope(x[0]) * slope(x[0]) / (2 * loss(x[0])), [0.5], [8.0], 1e-7)
    assert Fraction(between.lower) >= mu
    assert between.upper < float(mu) + 1e-5  # to five digits the best constant
    # On [0, 1/2]: f'' >= m there, so f' >= m x, and f <= x² + 3x²; hence f'² >= (m²/8) 2 f.
    m = certified_minimum(lambda x: 2 + 6 * cos(2 * x[0]), [0.0], [0.5], 1e-3).lower
    assert m > 5
    assert Fraction(m) ** 2 / 8 >= mu
    # From 8 on: |f'| >= 2x - 3 and f <= x² + 3, and q(x) = (2x - 3)² - 2 mu (x² + 3) is positive at 8 and grows.
    at_8, growth, curvature = 13**2 - 2 * mu * 67, 4 * 13 - 4 * mu * 8, 8 - 4 * mu
    assert min(at_8, growth, curvature) > 0


def test_the_curvature_is_attained() -> None:
    for x, curvature in ((0.0, 8), (pi / 2, -4)):
        low, high = slope(np.array([x - 1e-5, x + 1e-5]))
        assert (high - low) / 2e-5 == pytest.approx(curvature, rel=1e-6)


def test_the_noise_has_two_values() -> None:
    answers = [WELL.call(WELL.gradient, 1.0, 1.0, coin, sigma=0.25) for coin in (-1, 1)]
    assert answers == pytest.approx([2 + 3 * np.sin(2) - 0.25, 2 + 3 * np.sin(2) + 0.25], rel=1e-15)


def test_descent_finds_the_minimum_from_beyond_the_ripples() -> None:
    run = cc.run("sgd", WELL, 400, x0=[-7.0, 3.0], lr=1 / 8)
    assert run.x[0, -1] == pytest.approx([0, 0], abs=1e-6)
    assert run.loss[0, 1] == pytest.approx(loss(-7.0) + loss(3.0))
