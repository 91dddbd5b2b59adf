"""What the proof of Lemma 10.4 arrives at is false as well, also where gradients are at most G∞ = 1.

The last line of the printed proof, for Adam with α_t = α/√t and γ = β₁²/√β₂ < 1, in each coordinate:

    Σ_{t ≤ T} m̂_t²/√(t v̂_t)  ≤  2G∞/((1 - γ)²√(1 - β₂)) ‖g_{1:T}‖,

which is the form that the regret bound uses.  It is read with G∞ ≥ 1: under g → cg the left side grows like c, the
right one like c², so that small gradients break it as they break Lemma 10.3.  With β₁ = 0, β₂ = 1/1000 and g_t about
1/√t it fails at T = 40, where 4.28 > 4.15.

The breaks are E2, as in kingma2015/lemma-10-4, and E1, the use of Lemma 10.3.

Source
    Kingma & Ba (2015), proof of Lemma 10.4, of the arXiv text; the power of 1 - γ as remembered, of which nothing
    depends here, where γ = 0.
Assumptions
    |g_t| ≤ G∞, 1 ≤ G∞, 0 ≤ β₁ < 1, 0 < β₂ < 1, γ < 1; ε = 0.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam import adam
from convcheck.refute import write
from convcheck.schedules.inverse_sqrt import inverse_sqrt

GRADIENTS = tuple(round(1 / math.sqrt(t), 2) for t in range(1, 41))
"""1/√t, in hundredths."""
β2_ = Fraction(1, 1000)

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.4, as proved"),
    verdict="refuted",
    flags=("as-quoted", "proof-step-false", "repaired-by:kingma2015/lemma-10-4-repaired"),
    audit=(
        Instance(
            "linear_box",
            T=40,
            parameters={"signs": GRADIENTS, "D": 1000},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=1.0), "beta1": 0, "beta2": β2_, "eps": 0},
            constants={"α": 1, "β1": 0, "β2": β2_, "G": 1, "T": 40},
            x0=(0.0,),
            certified=40,
        ),
    ),
)

t, T = ints("t T")
α, β1, β2, G = reals("α β1 β2 G")

game = play(adam, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=0)
g, m, v, c1, c2 = game.g, game.m, game.v, game.c1, game.c2

# fmt: off
γ = β1**2/sqrt(β2)
given(1 <= T)
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(γ < 1)
given(1 <= G)
gradients = given(forall(1 <= t, t <= T, abs(g[t]) <= G, over=[t]))

m_hat, v_hat = lambda t: m[t]/c1[t], lambda t: v[t]/c2[t]
statement = Sum(m_hat(t)**2/sqrt(t*v_hat(t)), t, 1, T) <= 2*G/((1 - γ)**2*sqrt(1 - β2))*sqrt(Sum(g[t]**2, t, 1, T))
# fmt: on

counterexample = "lemma_10_4_proved.json"


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: forty rounds, g_t about 1/√t, β₁ = 0."""
    game = write.Game(
        [Fraction(str(gradient)) for gradient in GRADIENTS],
        adam,
        hyper={"lr": lambda t: 1 / np.sqrt(t), "eps": 0, "beta1": 0, "beta2": β2_},
        sums={
            "A": lambda m_, v_, c1_, c2_, t: (m_ / c1_) ** 2 / np.sqrt(t * v_ / c2_),
            "S": lambda g: g * g,
        },
        require=[lambda g, G: abs(g) <= G],
    )
    return write.counterexample(
        "kingma2015/lemma-10-4-proved",
        lambda beta1, beta2, G, S: (
            2 * G / ((1 - beta1 * beta1 / np.sqrt(beta2)) ** 2 * np.sqrt(1 - beta2)) * np.sqrt(S)
        ),
        game,
        observed=lambda A: A,
        constants={"G": 1},
        require=[lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2), lambda G: G >= 1],
        note="as proved, G >= 1",
    )
