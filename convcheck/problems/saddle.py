r"""A saddle between two valleys: one coordinate is drawn in, the other is pushed out until a quartic wall holds it.

.. math:: f(x, y) = \tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4, \qquad |x|, |y| \le 2

The saddle is at 0, with f = 0 and the curvatures 1 and -1; f* = -1/4 at (0, ±1).  Gradient descent that starts on the
line y = 0 ends at the saddle, and how long a start near that line is held is what methods differ in.

Constants, derived on the box: f'' has the eigenvalues 1 and 3y² - 1, which lie in [-1, 11]; |∂f/∂x| ≤ 2 and
|∂f/∂y| = |y||y² - 1| ≤ 6.

Source
    Nesterov (2004), Section 1.2.3 (its number as remembered), without a box, and with the start (1, 0); here the start
    is 1/1024 beside it.
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
    WeaklyConvex,
)
from convcheck.problems.base import Minimum, define
from convcheck.problems.minimum import root_above
from convcheck.problems.vectors import assemble, components, coordinatewise

RADIUS = 2.0


def gradient(x, t):
    """(x, y³ - y)."""
    a, b = components(x)
    return assemble([a, b * (b * b - 1)], x)


def loss(x, t):
    """x²/2 - y²/2 + y⁴/4."""
    a, b = components(x)
    square = b * b
    return (a * a + square * (square / 2 - 1)) / 2


def project(x):
    """Clip both coordinates."""
    return coordinatewise(lambda x_i: np.clip(x_i, -RADIUS, RADIUS), x)


def minimum():
    """-1/4, at (0, 1) and (0, -1)."""
    return Minimum((0.0, 1.0), -0.25, -0.25, "derived")


def start():
    """Beside the line on which gradient descent ends at the saddle."""
    return np.array([1.0, 2.0**-10])


def promises():
    """A fixed objective with exact gradients, smooth and weakly convex on the box."""
    return (
        FixedObjective(known="construction"),
        ExactGradients(known="construction"),
        Box(known="construction"),
        BoundedDomain(2 * int(RADIUS), norm=inf, known="construction"),
        Smooth(11, norm=2, known="derived", why="the eigenvalues 1 and 3y² - 1 lie in [-1, 11]"),
        WeaklyConvex(1, known="derived", why="the least eigenvalue is -1"),
        BoundedGradients(6, norm=inf, known="derived", why="|x| ≤ 2 and |y³ - y| ≤ 6"),
        BoundedGradients(root_above(Fraction(40)), norm=2, known="derived", why="2² + 6²"),
        LowerBounded(-0.25, known="derived", why="-y²/2 + y⁴/4 = (y² - 1)²/4 - 1/4"),
        CriticalPoint(known="derived", why="the gradient vanishes at 0"),
    )


problem = define(
    gradient,
    loss=loss,
    project=project,
    minimum=minimum,
    promises=promises,
    start=start,
    coupled=True,
    source="nesterov2004, Section 1.2.3",
)
