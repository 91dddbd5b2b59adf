"""A sum of gradients over √t is not bounded by 2G∞ times their norm: the lemma fails in the first round.

Printed for gradients with |g_t| ≤ G∞, in each coordinate:

    Σ_{t ≤ T} √(g_t²/t)  ≤  2 G∞ ‖g_{1:T}‖.

Under g → cg the left side grows like c, the right one like c²: for G∞ < 1/2 one gradient g_1 = G∞ breaks it, here
1/10 > 1/50.  Nor is it a matter of units: see kingma2015/lemma-10-3-unit, where G∞ = 1.

The break (E1): the base case g_1 ≤ 2G∞g_1 needs G∞ ≥ 1/2; the last step of the induction takes |g_T|/√T for at most
g_T²/√T, which needs |g_T| ≥ 1.

Source
    Kingma & Ba (2015), Lemma 10.3, of the arXiv text, read in conversions to plain text.  They differ in the display:
    base case and induction have √(g²/t), as here.  With g²/√t in its place, as one of them shows it, the inequality is
    true (kingma2015/lemma-10-3-squares), and is not what the proof of Lemma 10.4 needs.
Assumptions
    |g_t| ≤ G∞.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.refute import write

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.3"),
    verdict="refuted",
    flags=("proof-step-false", "repaired-by:kingma2015/lemma-10-3-repaired"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (0.1,)},
            constants={"G": Fraction(1, 10), "T": 1},
            certified=1,
            optimizer="sgd",
            sequences={"g": "g"},
        ),
    ),
)

t, T = ints("t T")
(G,) = reals("G")
(g,) = sequences("g")

given(1 <= T)
given(forall(1 <= t, t <= T, abs(g[t]) <= G, over=[t]))

statement = Sum(sqrt(g[t] ** 2 / t), t, 1, T) <= 2 * G * sqrt(Sum(g[t] ** 2, t, 1, T))

counterexample = "lemma_10_3.json"


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: one round, g_1 = G∞ = 1/10."""
    game = write.Game(
        [Fraction(1, 10)],
        sums={"A": lambda g, t: np.sqrt(g * g / t), "S": lambda g: g * g},
        require=[lambda g, G: abs(g) <= G],
    )
    return write.counterexample(
        "kingma2015/lemma-10-3",
        lambda G, S: 2 * G * np.sqrt(S),
        game,
        observed=lambda A: A,
        constants={"G": Fraction(1, 10)},
        note="T = 1; the left side is linear in g, the right one quadratic",
    )
