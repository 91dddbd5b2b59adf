"""A sum of gradients over √t is not bounded by 2G∞ times their norm, also where G∞ = 1.

The inequality of Lemma 10.3 of Kingma & Ba (2015), for gradients with |g_t| ≤ G∞,

    Σ_{t ≤ T} √(g_t²/t)  ≤  2 G∞ ‖g_{1:T}‖,

read with G∞ ≥ 1, where the two sides may well have different units.  By Cauchy and Schwarz their quotient is greatest
for g_t = 1/√t, where it is √(1 + 1/2 + … + 1/T)/(2G∞): more than 1 from T = 31 on if G∞ = 1, and in the end for every
G∞.  The counterexample has T = 40 and 1/√t rounded to hundredths.

The break (E1): the last step of the induction takes |g_T|/√T for at most g_T²/√T, which needs |g_T| ≥ 1.

Source
    Kingma & Ba (2015), Lemma 10.3, of the arXiv text, read in conversions to plain text; see kingma2015/lemma-10-3.
Assumptions
    |g_t| ≤ G∞ and 1 ≤ G∞.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.refute import write

GRADIENTS = tuple(round(1 / math.sqrt(t), 2) for t in range(1, 41))
"""1/√t, in hundredths."""

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.3"),
    verdict="refuted",
    flags=("proof-step-false", "repaired-by:kingma2015/lemma-10-3-repaired"),
    audit=(
        Instance(
            "linear_box",
            T=40,
            parameters={"signs": GRADIENTS},
            constants={"G": 1, "T": 40},
            certified=40,
            optimizer="sgd",
            sequences={"g": "g"},
        ),
    ),
)

t, T = ints("t T")
(G,) = reals("G")
(g,) = sequences("g")

given(1 <= T)
given(1 <= G)
given(forall(1 <= t, t <= T, abs(g[t]) <= G, over=[t]))

statement = Sum(sqrt(g[t] ** 2 / t), t, 1, T) <= 2 * G * sqrt(Sum(g[t] ** 2, t, 1, T))

counterexample = "lemma_10_3_unit.json"


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: forty rounds, g_t about 1/√t, G∞ = 1."""
    game = write.Game(
        [Fraction(str(gradient)) for gradient in GRADIENTS],
        sums={"A": lambda g, t: np.sqrt(g * g / t), "S": lambda g: g * g},
        require=[lambda g, G: abs(g) <= G],
    )
    return write.counterexample(
        "kingma2015/lemma-10-3-unit",
        lambda G, S: 2 * G * np.sqrt(S),
        game,
        observed=lambda A: A,
        constants={"G": 1},
        require=[lambda G: G >= 1],
        note="G >= 1",
    )
