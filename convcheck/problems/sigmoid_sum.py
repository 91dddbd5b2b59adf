r"""The error rate of a linear classifier, made smooth by sigmoids: a nonconvex finite sum with several local minima.

.. math::
    F(x) = \tfrac18 \sum_{i=1}^8 \sigma(c_i^T x) + \lambda \sum_{j=1}^2 \left(\sqrt{1 + x_j^2} - 1\right), \qquad
    \sigma(z) = \frac{1}{1 + e^{-z}}, \qquad x \in R^2

c_i = -y_i a_i for a point a_i with label y_i, so that a sigmoid is near 1 where x puts its point on the wrong side.
The oracle draws one of the eight uniformly and answers with the gradient of its sigmoid and of the penalty; the loss is
F.

The gradient of this penalty is bounded, unlike that of the square: so are the answers on all of R², as theorems on
adaptive methods ask.  With the default λ there are four local minima; the start leads to one that is not global.

Parameters
----------
penalty
    λ, 0.001 ≤ λ ≤ 1; losses per unit of x.

Constants, derived from |σ'| ≤ 1/4, |σ''| ≤ 1/(6√3) and the eight integer vectors: every eigenvalue of F'' lies between
-M and M + λ, where M is 1/(6√3) times the largest eigenvalue of the mean of c_i c_iᵀ; the noise is a convex function of
the eight values σ'(c_iᵀx), hence largest at a corner of [0, 1/4]^8.  The minimum is certified by intervals on the
square |x_j| ≤ 1 + 1/(2λ); outside, the penalty alone exceeds F(0) = 1/2.

Source
    Mason, Baxter, Bartlett & Frean (1999) for the sigmoid loss, as 1 - tanh; Charbonnier et al. (1997) for the penalty.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import inf

import numpy as np

from convcheck.arithmetic.elementary import tanh
from convcheck.arithmetic.interval import Interval
from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import (
    BoundedGradients,
    BoundedNoise,
    BoundedVariance,
    CriticalPoint,
    FixedObjective,
    LowerBounded,
    Smooth,
    UnbiasedGradients,
    Unconstrained,
    WeaklyConvex,
)
from convcheck.parameters import Range
from convcheck.problems.base import Minimum, define
from convcheck.problems.draws import uniform
from convcheck.problems.minimum import above, certified_minimum, root_above, up
from convcheck.problems.vectors import assemble, components, inner, total

VECTORS = ((1, 3), (-4, 2), (-3, -1), (-3, -2), (0, 1), (2, -4), (4, 0), (-4, 1))
"""c_1, …, c_8: integers, and a power of two of them, so that the draw is exactly uniform."""

TOLERANCE = 1e-12
"""Width of the certified enclosure of the minimum: a hundred times the rounding errors of F."""


def gradient(x, t, u=uniform, *, penalty=0.02):
    """σ'(cᵀx) c, with one of the eight vectors for c, and the gradient of the penalty."""
    drawn = [draw(u, column) for column in zip(*VECTORS, strict=True)]
    points = components(x)
    steepness = slope(total(c_j * x_j for c_j, x_j in zip(drawn, points, strict=True)))
    return assemble([steepness * c_j + pull(x_j, penalty) for c_j, x_j in zip(drawn, points, strict=True)], x)


def loss(x, t, u=uniform, *, penalty=0.02):
    """F(x), whatever was drawn."""
    sigmoids = total(1 + tanh(inner(c, x) / 2) for c in VECTORS) / 16
    return sigmoids + penalty * total(np.sqrt(1 + x_j * x_j) - 1 for x_j in components(x))


def full_gradient(x, *, penalty=0.02):
    """The gradient of F: the mean of the eight answers of the oracle."""
    slopes = [slope(inner(c, x)) for c in VECTORS]
    means = [
        total(steepness * c_j for steepness, c_j in zip(slopes, column, strict=True)) / 8
        for column in zip(*VECTORS, strict=True)
    ]
    return assemble([mean + pull(x_j, penalty) for mean, x_j in zip(means, components(x), strict=True)], x)


def minimum(*, penalty=0.02):
    """The certified global minimum."""
    return _certified(as_decimal(penalty))


def promises(*, penalty=0.02):
    """Smooth, weakly convex, bounded below, with unbiased and bounded gradients."""
    penalty = as_decimal(penalty)
    curvature = up(root_above(Fraction(1, 108)) * _largest_eigenvalue())
    largest = max(abs(c_j) for c in VECTORS for c_j in c)
    longest = max(sum(c_j * c_j for c_j in c) for c in VECTORS)
    slopes = "|σ'| ≤ 1/4, and the gradient of the penalty is at most λ in each coordinate"
    corners = "convex in the values of σ', largest at a corner of [0, 1/4]^8"
    return (
        FixedObjective(known="construction"),
        Unconstrained(known="construction"),
        Smooth(
            curvature + penalty,
            norm=2,
            known="derived",
            why="|σ''| ≤ 1/(6√3), and the penalty's curvature is at most λ",
        ),
        WeaklyConvex(curvature, known="derived", why="|σ''| ≤ 1/(6√3), and the penalty is convex"),
        LowerBounded(
            -up(-Fraction(minimum(penalty=penalty).lower)), known="certified", why="branch and bound on intervals"
        ),
        CriticalPoint(known="derived", why="the penalty makes F grow without bound, so the minimum is taken"),
        UnbiasedGradients(known="construction"),
        BoundedGradients(
            root_above(Fraction(longest)) / 4 + root_above(Fraction(2)) * penalty, known="derived", why=slopes
        ),
        BoundedGradients(Fraction(largest, 4) + penalty, norm=inf, known="derived", why=slopes),
        BoundedNoise(root_above(_noise()), known="derived", why=corners),
        BoundedVariance(root_above(_variance()), known="derived", why=corners),
    )


def draw(u, entries):
    """The entry of a sequence of eight that the uniform number names."""
    chosen = entries[-1]
    for k in range(len(entries) - 1, 0, -1):
        chosen = np.where(u < k / len(entries), entries[k - 1], chosen)
    return chosen


def slope(z):
    """σ' = σ (1 - σ), through the hyperbolic tangent, which cannot overflow."""
    s = tanh(z / 2)
    return (1 - s * s) / 4


def pull(x_j, penalty):
    """The derivative of the penalty."""
    return penalty * (x_j / np.sqrt(1 + x_j * x_j))


def _square(c: Sequence[Fraction]) -> Fraction:
    return sum((c_j * c_j for c_j in c), Fraction(0))


@cache
def _certified(penalty: Fraction) -> Minimum:
    exact, side = Interval(Interval.lift(penalty)), above(1 + 1 / (2 * penalty))
    return certified_minimum(
        lambda x: loss(x, 1, 0.5, penalty=exact),
        (-side, -side),
        (side, side),
        TOLERANCE,
        gradient=lambda x: full_gradient(x, penalty=exact),
    )


@cache
def _largest_eigenvalue() -> Fraction:
    """Of the mean of c cᵀ, rounded up."""
    a, b, d = (Fraction(sum(c[i] * c[j] for c in VECTORS), 8) for i, j in ((0, 0), (0, 1), (1, 1)))
    return (a + d) / 2 + root_above((a - d) ** 2 / 4 + b * b)


def _deviations() -> Iterator[list[tuple[Fraction, Fraction]]]:
    """For each corner s of {0, 1}^8, the eight vectors s_i c_i less their mean."""
    for s in product((0, 1), repeat=8):
        answers = [(on * c[0], on * c[1]) for on, c in zip(s, VECTORS, strict=True)]
        mean = [Fraction(sum(column), 8) for column in zip(*answers, strict=True)]
        yield [(a - mean[0], b - mean[1]) for a, b in answers]


@cache
def _noise() -> Fraction:
    """The largest ‖g - F'‖²."""
    return max(_square(deviation) for corner in _deviations() for deviation in corner) / 16


@cache
def _variance() -> Fraction:
    """The largest mean of ‖g - F'‖²."""
    return max(sum(map(_square, corner), Fraction(0)) for corner in _deviations()) / (8 * 16)


def start():
    """In the basin of a local minimum."""
    return 3.0, 3.0


problem = define(
    gradient,
    loss=loss,
    minimum=minimum,
    promises=promises,
    start=start,
    coupled=True,
    ranges={"penalty": Range(0.001, 1.0)},
    source="mason1999",
)
