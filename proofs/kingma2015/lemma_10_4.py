"""Adam's momentum is dearer than Lemma 10.4 says, by a logarithm at least.

Printed, for Adam with α_t = α/√t, bounded gradients and γ = β₁²/√β₂ < 1, in each coordinate:

    Σ_{t ≤ T} m̂_t²/√(t v̂_t)  ≤  2/((1 - γ)√(1 - β₂)) ‖g_{1:T}‖.

With β₁ = 0 and β₂ → 0 the terms are |g_t|/√t, whose sum is not at most 2‖g_{1:T}‖: see kingma2015/lemma-10-3-unit.  For
β₂ = 1/1000 and g_t about 1/√t it fails at T = 40, where 4.28 > 4.15.

What is proved in print is another bound, kingma2015/lemma-10-4-proved (break E3), by two false steps (E2): where sums
are exchanged √(t + j) stands for 1/√(t + j), and Σ_j tγ^j is then bounded as if it were Σ_j jγ^j.

Source
    Kingma & Ba (2015), Lemma 10.4, of the arXiv text, as stated.  The display is as quoted in a translation, since the
    conversions that were read spoil it; they differ in γ, which is 0 here.
Assumptions
    |g_t| ≤ G∞, 0 ≤ β₁ < 1, 0 < β₂ < 1, γ < 1; ε = 0.
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
    source=Source("kingma2015", "Lemma 10.4"),
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
gradients = given(forall(1 <= t, t <= T, abs(g[t]) <= G, over=[t]))

m_hat, v_hat = lambda t: m[t]/c1[t], lambda t: v[t]/c2[t]
statement = Sum(m_hat(t)**2/sqrt(t*v_hat(t)), t, 1, T) <= 2/((1 - γ)*sqrt(1 - β2))*sqrt(Sum(g[t]**2, t, 1, T))
# fmt: on

counterexample = "lemma_10_4.json"


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
        "kingma2015/lemma-10-4",
        lambda beta1, beta2, S: 2 / ((1 - beta1 * beta1 / np.sqrt(beta2)) * np.sqrt(1 - beta2)) * np.sqrt(S),
        game,
        observed=lambda A: A,
        constants={"G": 1},
        require=[lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2)],
        note="as stated",
    )
