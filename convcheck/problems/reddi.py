r"""The three-round cycle of Reddi, Kale and Kumar, on which Adam does not converge.

.. math:: f_t(x) = C x \text{ if } t \equiv 1 \pmod 3, \text{ else } -x, \qquad x \in [-1, 1], \quad C > 2

Three rounds add up to (C - 2) x, so x = -1 is best; but Adam divides the rare large gradient by its own square root.

Parameters
----------
C
    The large gradient, C > 2; losses per unit of x.

Constants, by construction: gradients are at most C, the domain has length 2.

Source
    Reddi, Kale & Kumar (2018), Section 3 and Theorem 1.
"""

from math import inf

import numpy as np

from convcheck.assumptions import BoundedDomain, BoundedGradients, Box, ExactGradients, Linear
from convcheck.parameters import Range
from convcheck.problems.base import define


def gradient(x, t, *, C=3.0):
    """C in the first round of each cycle, -1 in the other two."""
    return np.where(t % 3 == 1, C, -1)


def project(x):
    """Clip to [-1, 1]."""
    return np.clip(x, -1, 1)


def period():
    """Three rounds."""
    return 3


def promises(*, C=3.0):
    """Linear losses on an interval of length 2, gradients at most C."""
    return (
        Linear(known="construction"),
        ExactGradients(known="construction"),
        Box(known="construction"),
        BoundedDomain(2, norm=inf, known="construction"),
        BoundedGradients(C, norm=inf, known="construction"),
    )


problem = define(
    gradient,
    project=project,
    period=period,
    promises=promises,
    start=1.0,
    ranges={"C": Range(2.0, open_low=True)},
    source="reddi2018, Section 3",
)
