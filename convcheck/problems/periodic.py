r"""A large gradient once a period and small ones of the other sign between: Reddi et al.'s Figure 1, online.

.. math::
    f_t(x) = \gamma_t x, \qquad x \in [-1, 1], \qquad
    \gamma_t = s P \text{ if } t \equiv 1 \pmod P, \text{ else } -s

A period adds up to s x, so x = -1 is best and the average regret of staying at 1 is 2 s / P.  With P = 101 and s = 10
the gradients are 1010 and -10, those of the figure; with P = 3 and s = 1 this is the problem ``reddi`` with C = 3.

Parameters
----------
P
    The period in rounds, an integer from 3 on.
scale
    s > 0, the size of the small gradients; losses per unit of x.

Constants, by construction: gradients are at most s P, the domain has length 2.

Source
    Reddi, Kale & Kumar (2018), Figure 1; for every P, with s = 1, Zhuang et al. (2021), equation (1).
"""

from math import inf

import numpy as np

from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import BoundedDomain, BoundedGradients, Box, ExactGradients, Linear
from convcheck.parameters import POSITIVE, Whole
from convcheck.problems.base import define


def gradient(x, t, *, P=101, scale=10.0):
    """Scale times P in the first round of each period, minus the scale in the others."""
    return np.where(t % P == 1, scale * P, -scale)


def project(x):
    """Clip to [-1, 1]."""
    return np.clip(x, -1, 1)


def period(*, P=101):
    """P rounds."""
    return int(P)


def promises(*, P=101, scale=10.0):
    """Linear losses on an interval of length 2, gradients at most scale times P."""
    return (
        Linear(known="construction"),
        ExactGradients(known="construction"),
        Box(known="construction"),
        BoundedDomain(2, norm=inf, known="construction"),
        BoundedGradients(as_decimal(scale) * as_decimal(P), norm=inf, known="construction"),
    )


problem = define(
    gradient,
    project=project,
    period=period,
    promises=promises,
    start=1.0,
    ranges={"P": Whole(3), "scale": POSITIVE},
    source="reddi2018, Figure 1",
)
