r"""Linear losses on a box, given, random or adversarial: the game of online linear optimization.

.. math:: f_t(x) = \langle g_t, x \rangle, \qquad x \in [-D/2, D/2]^d

In every coordinate the gradient is G times a sign (or, if given, any number):

- ``signs="random"``: -1 or 1 with probability 1/2 each, independent over coordinates and rounds.  Whatever the player
  does, the expected loss is 0 and the expected regret d (D G / 2) E|S_T|, where S_T is a sum of T random signs; in one
  dimension no player can do better in the worst case.
- ``signs="adversarial"``: the sign of the iterate (1 at 0), the answer of size G that maximizes the loss of the round.
- a sequence of numbers: its entries in turn, the same in every coordinate, from the start again when they are used up.
  ``signs=(3, -1, -1)`` with D = 2 and G = 1 is the problem ``reddi`` with C = 3.

Parameters
----------
D
    The side of the box, D > 0; units of x.
G
    The size of the gradients, G > 0; losses per unit of x.
d
    The number of coordinates, a positive integer; a starting point of another length changes it.
signs
    ``"random"``, ``"adversarial"`` or a sequence of finite numbers.

Constants, by construction: the box has the diameter D in the maximum norm, in which gradients are at most G times the
largest sign.  The regret is against the best corner, which is known exactly.

Source
    Zinkevich (2003) for the game; Orabona (2019), Theorem 5.1, for the lower bound by random signs.
"""

from math import inf

import numpy as np

from convcheck.arithmetic.number import as_decimal
from convcheck.assumptions import BoundedDomain, BoundedGradients, Box, ExactGradients, Linear
from convcheck.parameters import POSITIVE, Whole
from convcheck.problems.base import Choice, Numbers, define
from convcheck.problems.draws import Given, rademacher

in_turn = Given("signs")


def gradient(x, t, coin=rademacher, entry=in_turn, *, G=1.0, signs="random"):
    """G times the sign of the round."""
    if signs == "random":
        return G * coin
    if signs == "adversarial":
        return np.where(x >= 0, G, -G)
    return G * entry


def project(x, *, D=2.0):
    """Clip to [-D/2, D/2]."""
    return np.clip(x, -D / 2, D / 2)


def period(*, signs="random"):
    """The length of the given sequence."""
    return None if isinstance(signs, str) else len(signs)


def start(*, D=2.0, d=1):
    """The upper corner."""
    return np.full(int(d), D / 2)


def promises(*, D=2.0, G=1.0, signs="random"):
    """Linear losses on a box of side D, gradients at most G times the largest sign."""
    largest = 1 if isinstance(signs, str) else max(abs(as_decimal(sign)) for sign in signs)
    return (
        Linear(known="construction"),
        ExactGradients(known="construction"),
        Box(known="construction"),
        BoundedDomain(D, norm=inf, known="construction"),
        BoundedGradients(as_decimal(G) * largest, norm=inf, known="construction"),
    )


problem = define(
    gradient,
    project=project,
    period=period,
    promises=promises,
    start=start,
    ranges={"D": POSITIVE, "G": POSITIVE, "d": Whole(1), "signs": Choice(("random", "adversarial"), Numbers())},
    source="zinkevich2003",
)
