r"""A convex quadratic with a chosen spectrum, along the coordinate axes or rotated against them.

.. math::
    f(x) = \tfrac12 (x - x^*)^T H (x - x^*), \qquad
    H = \Lambda \text{ or } R \Lambda R, \quad \Lambda = \operatorname{diag}(\lambda_1, \dots, \lambda_d)

Rotated means R = I - 2 v vᵀ / vᵀv with v = (1, 2, …, d): this Householder reflector has rational entries, so that H is
known exactly, is dense, and has exactly the chosen eigenvalues.

Parameters
----------
spectrum
    The eigenvalues, d numbers > 0; losses per squared unit of x.
rotated
    Whether H = R Λ R.
shift
    Every coordinate of the minimizer x*; units of x.
radius
    The feasible set is the box [-radius, radius]^d, which must contain x*; None for all of R^d.

Constants, derived: L = max λ and μ = min λ in the Euclidean norm; f* = 0.  Up to 16 coordinates are unrolled into a
native kernel; more run in the NumPy loop, with the same order of operations.

Source
    Nesterov (2018), Section 2.1, for L and μ of a quadratic; Householder (1958) for R.
"""

from fractions import Fraction
from functools import cache
from math import inf

import numpy as np

from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import (
    BoundedDomain,
    BoundedGradients,
    Box,
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    Smooth,
    StronglyConvex,
    Unconstrained,
)
from convcheck.errors import ParameterError
from convcheck.parameters import ANY, POSITIVE
from convcheck.problems.base import Choice, Minimum, Numbers, define
from convcheck.problems.minimum import root_above
from convcheck.problems.vectors import coordinatewise, inner, reflect, vector


def rotation(x, *, rotated=False):
    """R x, or x itself."""
    return reflect(range(1, x.shape[-1] + 1), x) if rotated else x


def gradient(x, t, *, spectrum=(1.0, 10.0), rotated=False, shift=0.0):
    """H (x - x*)."""
    z = rotation(coordinatewise(lambda x_i: x_i - shift, x), rotated=rotated)
    return rotation(coordinatewise(lambda eigenvalue, z_i: eigenvalue * z_i, spectrum, z), rotated=rotated)


def loss(x, t, *, spectrum=(1.0, 10.0), rotated=False, shift=0.0):
    """Half the sum of the eigenvalues times the squared coordinates in the eigenbasis."""
    z = rotation(coordinatewise(lambda x_i: x_i - shift, x), rotated=rotated)
    return 0.5 * inner(spectrum, coordinatewise(lambda z_i: z_i * z_i, z))


def project(x, *, radius=None):
    """Clip every coordinate to [-radius, radius], if there is a radius."""
    return x if radius is None else coordinatewise(lambda x_i: np.clip(x_i, -radius, radius), x)


def minimum(*, spectrum=(1.0, 10.0), shift=0.0):
    """0, at x*."""
    return Minimum((float(shift),) * len(spectrum), 0.0, 0.0, "construction")


def start(*, spectrum=(1.0, 10.0), shift=0.0, radius=None):
    """One unit above x* in every coordinate, or as far as the box reaches."""
    return np.full(len(spectrum), shift + 1 if radius is None else min(shift + 1, radius))


def hessian(*, spectrum=(1.0, 10.0), rotated=False):
    """The rows of H, as fractions."""
    units = [vector([Fraction(int(i == j)) for j in range(len(spectrum))]) for i in range(len(spectrum))]
    exact = tuple(as_decimal(eigenvalue) for eigenvalue in spectrum)
    return tuple(tuple(gradient(unit, 1, spectrum=exact, rotated=rotated, shift=0)) for unit in units)


def promises(*, spectrum=(1.0, 10.0), rotated=False, shift=0.0, radius=None):
    """A fixed objective with exact gradients, strongly convex and smooth with the extreme eigenvalues."""
    eigenvalues = [as_decimal(eigenvalue) for eigenvalue in spectrum]
    made = (
        FixedObjective(known="construction"),
        ExactGradients(known="construction"),
        Smooth(max(eigenvalues), norm=2, known="derived", why="the largest eigenvalue of H"),
        StronglyConvex(min(eigenvalues), norm=2, known="derived", why="the smallest eigenvalue of H"),
        LowerBounded(0, known="derived", why="H is positive definite"),
        CriticalPoint(known="construction", why="at x*"),
    )
    if radius is None:
        return (*made, Unconstrained(known="construction"))
    radius, shift = as_decimal(radius), as_decimal(shift)
    if abs(shift) > radius:
        msg = f"the problem quadratic: the box of radius {radius} does not contain x*; it must be at least {abs(shift)}"
        raise ParameterError(msg)
    reach = radius + abs(shift)
    away = max(eigenvalues) * root_above(Fraction(len(spectrum))) * reach
    return (
        *made,
        Box(known="construction"),
        BoundedDomain(2 * radius, norm=inf, known="construction"),
        BoundedGradients(away, norm=2, known="derived", why="L times the distance of the farthest corner from x*"),
        BoundedGradients(
            _largest_row(spectrum, rotated) * reach, norm=inf, known="derived", why="the largest row sum of |H|"
        ),
    )


@cache
def _largest_row(spectrum: tuple[float, ...], rotated: bool) -> Fraction:  # noqa: FBT001  # a parameter's value
    """The largest sum of absolute values in a row of H: its norm from the maximum norm to the maximum norm."""
    return max(sum(map(abs, row), Fraction(0)) for row in hessian(spectrum=spectrum, rotated=rotated))


problem = define(
    gradient,
    loss=loss,
    project=project,
    minimum=minimum,
    promises=promises,
    start=start,
    coupled=True,
    ranges={
        "spectrum": Numbers(POSITIVE),
        "rotated": Choice((True, False)),
        "shift": ANY,
        "radius": Choice((None,), POSITIVE),
    },
    source="nesterov2018, Section 2.1",
)
