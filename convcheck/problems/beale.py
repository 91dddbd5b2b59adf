r"""Beale's function on a box: a curved valley between steep walls, which leads to one minimum.

.. math::
    f(x, y) = \sum_{k=1}^3 (c_k - x (1 - y^k))^2, \qquad c = (1.5, 2.25, 2.625), \qquad |x|, |y| \le 4.5

f* = 0 at (3, 1/2): c is chosen so.  On the line y = 1 the loss does not depend on x.

Constants, derived on the box by the triangle inequality from |x|, |y| ≤ 9/2: of the residuals, of their derivatives, of
the gradient, and of the rows of the matrix of second derivatives.  They are large, because the corners are steep, and
not the best ones.

Source
    Beale (1958); start, minimum and numbering as remembered from problem 5 of Moré, Garbow & Hillstrom (1981), which
    has no box.
"""

from fractions import Fraction
from math import inf

import numpy as np

from convcheck.assumptions import (
    BoundedDomain,
    BoundedGradients,
    Box,
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    Smooth,
)
from convcheck.problems.base import Minimum, define
from convcheck.problems.minimum import root_above
from convcheck.problems.vectors import assemble, components, coordinatewise

TARGETS = (1.5, 2.25, 2.625)
RADIUS = 4.5


def residuals(x, y):
    """c_k - x (1 - y^k) for k = 1, 2, 3, and the powers y, y², y³."""
    powers = (y, y * y, y * y * y)
    return [c - x * (1 - power) for c, power in zip(TARGETS, powers, strict=True)], powers


def gradient(x, t):
    """The sums of the residuals times their derivatives, twice."""
    a, b = components(x)
    (r1, r2, r3), (p1, p2, p3) = residuals(a, b)
    along_a = -2 * (r1 * (1 - p1) + r2 * (1 - p2) + r3 * (1 - p3))
    along_b = 2 * a * (r1 + 2 * r2 * p1 + 3 * r3 * p2)
    return assemble([along_a, along_b], x)


def loss(x, t):
    """The sum of the squares of the residuals."""
    (r1, r2, r3), _ = residuals(*components(x))
    return r1 * r1 + r2 * r2 + r3 * r3


def project(x):
    """Clip both coordinates."""
    return coordinatewise(lambda x_i: np.clip(x_i, -RADIUS, RADIUS), x)


def minimum():
    """0, where all residuals vanish."""
    return Minimum((3.0, 0.5), 0.0, 0.0, "construction")


def start():
    """On the line y = 1."""
    return np.array([1.0, 1.0])


def promises():
    """A fixed objective with exact gradients, smooth on the box."""
    r = Fraction(RADIUS)
    along_x, along_y, xx, xy, yy = (Fraction(0) for _ in range(5))
    for k, c in enumerate(TARGETS, start=1):
        # of 1 - y^k and its derivatives
        flat, steep, bent = 1 + r**k, k * r ** (k - 1), k * (k - 1) * r ** max(k - 2, 0)
        residual = Fraction(c) + r * flat
        along_x += 2 * residual * flat
        along_y += 2 * residual * r * steep
        xx += 2 * flat**2
        xy += 2 * (flat * r * steep + residual * steep)
        yy += 2 * ((r * steep) ** 2 + residual * r * bent)
    why = "the triangle inequality with |x|, |y| ≤ 9/2"
    return (
        FixedObjective(known="construction"),
        ExactGradients(known="construction"),
        Box(known="construction"),
        BoundedDomain(2 * r, norm=inf, known="construction"),
        Smooth(max(xx + xy, xy + yy), norm=2, known="derived", why=f"{why}; no eigenvalue exceeds the largest row sum"),
        BoundedGradients(max(along_x, along_y), norm=inf, known="derived", why=why),
        BoundedGradients(root_above(along_x**2 + along_y**2), norm=2, known="derived", why=why),
        LowerBounded(0, known="derived", why="squares"),
        CriticalPoint(known="construction", why="the residuals vanish at (3, 1/2)"),
    )


problem = define(
    gradient,
    loss=loss,
    project=project,
    minimum=minimum,
    promises=promises,
    start=start,
    coupled=True,
    source="more1981, problem 5",
)
