"""E|S_T| of fair coins: by enumeration, by its closed form, and against the proved bounds from below."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

import convcheck as cc
from convcheck.errors import ParameterError
from convcheck.evidence.coins import LARGEST, enumerated, mean_distances

SIZES = range(1, 21)


@pytest.fixture(scope="module")
def exact() -> dict[int, Fraction]:
    return {T: enumerated(T) for T in (0, *SIZES)}


def test_enumeration_finds_the_closed_form(exact: dict[int, Fraction]) -> None:
    assert [exact[T] for T in range(6)] == [0, 1, 1, Fraction(3, 2), Fraction(3, 2), Fraction(15, 8)]
    for T in SIZES:
        assert exact[T] == Fraction(T * comb(T - 1, (T - 1) // 2), 2 ** (T - 1))


def test_the_recursion_of_the_proof(exact: dict[int, Fraction]) -> None:
    for n in range(19):
        assert exact[n + 2] == exact[n] + exact[n + 1] / (n + 1)


def test_the_proved_inequalities_are_met_and_how_tightly(exact: dict[int, Fraction]) -> None:
    squares = {T: exact[T] ** 2 / T for T in SIZES}
    assert all(square >= Fraction(1, 2) > Fraction(1, 3) for square in squares.values())
    assert [T for T in SIZES if squares[T] == Fraction(1, 2)] == [2]  # an equality at T = 2
    assert min(squares.values()) == Fraction(1, 2)
    proved = cc.claim("orabona2019/theorem-5-1").bound(T=[*SIZES], D=2, G=1)
    np.testing.assert_allclose(proved, [np.sqrt(T / 2) for T in SIZES], rtol=1e-15)


def test_many_coins(exact: dict[int, Fraction]) -> None:
    found = mean_distances(100_000)
    np.testing.assert_allclose(found[:20], [float(exact[T]) for T in SIZES], rtol=1e-14)
    assert found[-1] / np.sqrt(100_000) == pytest.approx(np.sqrt(2 / np.pi), rel=1e-5)
    assert mean_distances(1).tolist() == [1.0]


@pytest.mark.parametrize("T", [-1, LARGEST + 1])
def test_too_many_coins(T: int) -> None:
    with pytest.raises(ParameterError, match="not enumerated"):
        enumerated(T)
