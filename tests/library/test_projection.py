"""The nearest point of a convex set, proved and in numbers."""

from fractions import Fraction

import numpy as np
import pytest

from convcheck.errors import StepFailedError
from convcheck.language.proof import given, have, let
from convcheck.language.symbols import forall, norm2, reals, vectors
from convcheck.language.words import square
from convcheck.library import clip_below, clip_inside, clip_nearer, nearest_point

y, u, s = reals("y u s")
(a, b), (Y, P, U) = reals("a b"), vectors("y p u")


def test_a_clip_lies_in_its_interval_and_nearer_to_its_points() -> None:
    with let(y, a <= u, u <= b):
        have(a <= b)
        assert repr(clip_below(y, a, b)) == "min(max(y, a), b) ≤ b"
        assert repr(clip_nearer(y, u, a, b)) == "(min(max(y, a), b) - u)² ≤ (y - u)²"
    with let(y, a <= b):
        assert repr(clip_inside(y, a, b)) == "a ≤ min(max(y, a), b)"


def test_a_clip_is_no_nearer_to_points_outside() -> None:
    with let(y, a <= u), pytest.raises(StepFailedError, match="does not apply"):
        clip_nearer(y, u, a, b)
    assert (np.clip(3, -1, 1) - 3) ** 2 > 0


def test_the_nearest_point_of_a_segment_is_at_a_right_or_obtuse_angle() -> None:
    nearest = given(forall(s >= 0, s <= 1, norm2(Y - P) <= norm2(Y - (P + s * (U - P))), over=[s]))
    found = nearest_point.of({}, Y, P, U, by=nearest)
    assert repr(found) == "‖y - p‖² + ‖p - u‖² ≤ ‖y - u‖²"
    closer = have(norm2(P - U) <= norm2(Y - U), by=[found, square(Y - P)])  # what `play` assumes of a projection
    assert len(closer.theorem.hypotheses) == 1


def test_half_of_the_segment_is_not_enough() -> None:
    half = given(forall(s >= 0, s <= Fraction(1, 2), norm2(Y - P) <= norm2(Y - (P + s * (U - P))), over=[s]))
    with pytest.raises(StepFailedError, match="does not apply"):
        nearest_point.of({}, Y, P, U, by=half)


def test_pythagoras_in_numbers() -> None:
    rng = np.random.default_rng(7)
    points, inside = 3 * rng.standard_normal((500, 3)), rng.uniform(-1, 1, (500, 3))
    nearest = np.clip(points, -1, 1)
    squared = [np.sum((p - q) ** 2, axis=1) for p, q in ((points, nearest), (nearest, inside), (points, inside))]
    assert np.all(squared[0] + squared[1] <= squared[2] + 1e-12)
