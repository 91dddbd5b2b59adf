r"""x² + 3 sin² x with two-point noise: not convex, yet without stationary points besides the minimizer.

.. math:: f(x) = x^2 + 3 \sin^2 x, \qquad g_t = f'(x) + \sigma \varepsilon_t, \quad \varepsilon_t = \pm 1, \quad x \in R

In several coordinates the objective is the sum, with independent noise.  f* = 0 at 0; f'' = 2 + 6 cos 2x is in [-4, 8].

Parameters
----------
sigma
    The size of the noise in each coordinate, σ ≥ 0; losses per unit of x.

Constants: L = 8 and the weak convexity 4 are derived from f''.  The Polyak-Łojasiewicz constant is quoted as 1/32 from
Karimi et al.; 0.17553 is certified on all of R.  The least f'² / 2f on [1/2, 8] is 0.1755309..., by interval arithmetic
in ``tests/problems/test_sine_well.py``; within 1/2 of 0, f'' > 5 and f ≤ 4x² give more, and beyond 8, |f'| ≥ 2|x| - 3
and f ≤ x² + 3 do.

Source
    Karimi, Nutini & Schmidt (2016), Section 2.2.
"""

from math import inf

from convcheck.arithmetic.elementary import sin
from convcheck.assumptions import (
    BoundedNoise,
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    PolyakLojasiewicz,
    Smooth,
    UnbiasedGradients,
    Unconstrained,
    WeaklyConvex,
)
from convcheck.parameters import NONNEGATIVE
from convcheck.problems.base import Minimum, define
from convcheck.problems.draws import rademacher


def gradient(x, t, coin=rademacher, *, sigma=1.0):
    """f'(x) plus or minus sigma."""
    return 2 * x + 3 * sin(2 * x) + sigma * coin


def loss(x, t, coin=rademacher):
    """f(x), without noise."""
    s = sin(x)
    return x * x + 3 * (s * s)


def minimum():
    """0, at 0."""
    return Minimum((0.0,), 0.0, 0.0, "derived")


def promises(*, sigma=1.0):
    """Smooth, weakly convex and with a Polyak-Łojasiewicz constant; unbiased gradients with bounded noise."""
    return (
        FixedObjective(known="construction"),
        Unconstrained(known="construction"),
        Smooth(8, norm=2, known="derived", why="f'' = 2 + 6 cos 2x ≤ 8 and ≥ -8"),
        WeaklyConvex(4, known="derived", why="f'' = 2 + 6 cos 2x ≥ -4"),
        PolyakLojasiewicz(0.17553, known="certified", why="interval arithmetic on [1/2, 8], by hand elsewhere"),
        LowerBounded(0, known="derived", why="squares"),
        CriticalPoint(known="derived", why="f'(0) = 0"),
        UnbiasedGradients(known="construction") if sigma else ExactGradients(known="construction"),
        BoundedNoise(sigma, norm=inf, known="construction"),
    )


problem = define(
    gradient,
    loss=loss,
    minimum=minimum,
    promises=promises,
    start=3.0,
    ranges={"sigma": NONNEGATIVE},
    source="karimi2016, Section 2.2",
)
