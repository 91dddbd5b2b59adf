r"""A parabola with two-point noise: all of it is rational, so that its outcomes can be followed exactly.

.. math:: f(x) = \tfrac{\lambda}{2} x^2, \qquad g_t = \lambda x + \sigma \varepsilon_t, \quad \varepsilon_t = \pm 1

In several coordinates the objective is the sum, with independent noise.  f* = 0 at 0.

Parameters
----------
curvature
    λ > 0; losses per squared unit of x.
sigma
    The size of the noise in each coordinate, σ ≥ 0; losses per unit of x.

Constants, derived: f'' = λ is the constant of smoothness, of strong convexity and of the Polyak-Łojasiewicz inequality.

Source
    Nesterov (2018), Section 2.1, for the objective; the noise is that of `sine_well`.
"""

from math import inf

from convcheck.assumptions import (
    BoundedNoise,
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    Smooth,
    StronglyConvex,
    UnbiasedGradients,
    Unconstrained,
)
from convcheck.parameters import NONNEGATIVE, POSITIVE
from convcheck.problems.base import Minimum, define
from convcheck.problems.draws import rademacher


def gradient(x, t, coin=rademacher, *, curvature=1.0, sigma=1.0):
    """f'(x) plus or minus sigma."""
    return curvature * x + sigma * coin


def loss(x, t, coin=rademacher, *, curvature=1.0):
    """f(x), without noise."""
    return curvature / 2 * (x * x)


def minimum():
    """0, at 0."""
    return Minimum((0.0,), 0.0, 0.0, "derived")


def promises(*, curvature=1.0, sigma=1.0):
    """Smooth and strongly convex; unbiased gradients with bounded noise."""
    return (
        FixedObjective(known="construction"),
        Unconstrained(known="construction"),
        Smooth(curvature, norm=2, known="derived", why="f'' = λ"),
        StronglyConvex(curvature, norm=2, known="derived", why="f'' = λ"),
        LowerBounded(0, known="derived", why="a square"),
        CriticalPoint(known="derived", why="f'(0) = 0"),
        UnbiasedGradients(known="construction") if sigma else ExactGradients(known="construction"),
        BoundedNoise(sigma, norm=inf, known="construction"),
    )


problem = define(
    gradient,
    loss=loss,
    minimum=minimum,
    promises=promises,
    start=1.0,
    ranges={"curvature": POSITIVE, "sigma": NONNEGATIVE},
    source="nesterov2018, Section 2.1",
)
