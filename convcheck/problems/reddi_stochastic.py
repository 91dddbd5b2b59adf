r"""A large gradient at random, small ones of the other sign else: Reddi et al.'s Theorem 3 and Figure 1, stochastic.

.. math::
    g_t = C \text{ with probability } p, \text{ else } -c, \qquad
    f(x) = E[g_t] x = \delta x, \quad \delta = p C - (1 - p) c, \qquad x \in [-1, 1]

The objective is the expected loss: with δ > 0 it is least at x = -1, f* = -|δ|.  In Theorem 3, c = 1 and
p = (1 + δ) / (C + 1): for every β₁ < √β₂ and δ > 0 there is a C from which on Adam does not converge to -1.  With the
defaults the gradients are those of Figure 1, and δ = 0.2.  Coordinates, should there be several, are independent.

Parameters
----------
C, c
    The gradient is C > 0 or -c < 0; losses per unit of x.
p
    The probability of C, 0 < p < 1 (the draw realizes it to within 2^-53).

Constants, derived: with the noise n = g - δ, which is (1 - p)(C + c) or -p (C + c), E n² = p (1 - p) (C + c)².

Source
    Reddi, Kale & Kumar (2018), Theorem 3 and Figure 1.
"""

from math import inf

import numpy as np

from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import (
    BoundedCoordinateVariance,
    BoundedDomain,
    BoundedGradients,
    BoundedNoise,
    Box,
    FixedObjective,
    Linear,
    Lipschitz,
    UnbiasedGradients,
)
from convcheck.parameters import POSITIVE, Range
from convcheck.problems.base import Minimum, define
from convcheck.problems.draws import uniform
from convcheck.problems.minimum import below, root_above


def gradient(x, t, u=uniform, *, C=1010.0, c=10.0, p=0.01):
    """C with probability p, else -c."""
    return np.where(u < p, C, -c)


def loss(x, t, u=uniform, *, C=1010.0, c=10.0, p=0.01):
    """The mean gradient times x, whatever was drawn."""
    return (p * C - (1 - p) * c) * x


def project(x):
    """Clip to [-1, 1]."""
    return np.clip(x, -1, 1)


def mean(*, C=1010.0, c=10.0, p=0.01):
    """The mean gradient δ, a fraction."""
    C, c, p = as_decimal(C), as_decimal(c), as_decimal(p)
    return p * C - (1 - p) * c


def minimum(*, C=1010.0, c=10.0, p=0.01):
    """-|δ|, at the end of the interval that the sign of δ points away from."""
    slope = mean(C=C, c=c, p=p)
    return Minimum((1.0 if slope < 0 else -1.0,), below(-abs(slope)), -below(abs(slope)), "derived")


def promises(*, C=1010.0, c=10.0, p=0.01):
    """A fixed linear objective on an interval of length 2, and unbiased gradients that are bounded with their noise."""
    C, c, p = as_decimal(C), as_decimal(c), as_decimal(p)
    size = "the two values of the gradient"
    noise = "the noise is (1 - p)(C + c) with probability p, else -p (C + c)"
    return (
        Linear(known="construction"),
        FixedObjective(known="construction"),
        Lipschitz(abs(mean(C=C, c=c, p=p)), norm=1, known="derived", why="the objective is δ x in each coordinate"),
        Box(known="construction"),
        BoundedDomain(2, norm=inf, known="construction"),
        BoundedGradients(max(C, c), norm=inf, known="construction", why=size),
        UnbiasedGradients(known="derived", why="p C - (1 - p) c = δ"),
        BoundedNoise(max(p, 1 - p) * (C + c), norm=inf, known="derived", why=noise),
        BoundedCoordinateVariance(root_above(p * (1 - p)) * (C + c), known="derived", why=noise),
    )


problem = define(
    gradient,
    loss=loss,
    project=project,
    minimum=minimum,
    promises=promises,
    start=1.0,
    ranges={"C": POSITIVE, "c": POSITIVE, "p": Range(0.0, 1.0, open_low=True, open_high=True)},
    source="reddi2018, Theorem 3",
)
