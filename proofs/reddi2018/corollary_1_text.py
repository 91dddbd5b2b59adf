"""AMSGrad's Corollary 1 without the factors 1/α is false, from the first round on.

Printed, in the text of the conference paper as converted:

    R_T  ≤  D²√T/(1 - β₁) Σ_i √v̂_{T,i} + β₁D²G/(2(1 - β₁)(1 - λ)²)
        + α√(1 + log T)/((1 - β₁)²(1 - γ)√(1 - β₂)) Σ_i ‖g_{1:T,i}‖.

On [-1, 1] with the loss x, from 1 against -1: the regret is 2, whatever the step size, and the bound is 0.5 where
α = 1/100, β₁ = 0 and β₂ = 99/100.

Source
    Reddi, Kale & Kumar (2018), Corollary 1.
Assumptions
    Those of `corollary-1`.
"""

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from convcheck.assumptions import BoundedDomain, BoundedGradients, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.refute import write
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Corollary 1"),
    verdict="refuted",
    flags=("as-quoted", "repaired-by:reddi2018/corollary-1"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (1,)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=0.01), "beta1": 0.0, "beta2": 0.99},
            constants={
                "α": Fraction(1, 100),
                "β1": 0,
                "β2": Fraction(99, 100),
                "λ": Fraction(1, 2),
                "d": 1,
                "D": 2,
                "G": 1,
                "u": -1,
            },
            x0=(1.0,),
            certified=1,
        ),
    ),
)
counterexample = "corollary_1_text.json"

t, T, i, d = ints("t T i d")
α, β1, β2, λ, D, G = reals("α β1 β2 λ D G")
(u,) = vectors("u")

step, rate = lambda t: α / sqrt(t), lambda t: β1 * λ ** (t - 1)
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
game.given(Convex(), BoundedDomain(D, norm=inf), BoundedGradients(G, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
given(0 < λ)
given(λ < 1)
given(0 <= G)
given(0 < β2)
given(β1/sqrt(β2) < 1)

Λ, Γ = 1/(1 - β1), 1/(1 - β1/sqrt(β2))
fading = Λ*β1*D**2*G/2/(1 - λ)**2
lengths = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = Sum(Λ*D**2*sqrt(T)*h(T) + Λ**2*Γ*lengths(T), i, 1, d) + fading
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= bound)


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: one round, in which log T = 0."""
    played = write.Game(
        [1],
        amsgrad,
        hyper={"lr": Fraction(1, 100), "beta1": 0, "beta2": Fraction(99, 100)},
        start=1,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": write.regret, "S": lambda g: g * g},
    )
    return write.counterexample(
        "reddi2018/corollary-1-text",
        lambda D, lr, beta2, v_max_, S: D**2 * np.sqrt(v_max_) + lr / np.sqrt(1 - beta2) * np.sqrt(S),
        played,
        observed=lambda R: R,
        constants={"D": 2},
        note="T = 1",
    )
