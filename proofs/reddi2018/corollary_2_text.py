"""AdamNC's Corollary 2 without the factor 1/α in its first term is false, from the first round on.

Printed, in the text of the conference paper as converted:

    R_T  ≤  D²/(2(1 - β₁)) Σ_i ‖g_{1:T,i}‖ + D²/(2(1 - β₁)) Σ_i Σ_t β₁ₜ‖g_{1:t,i}‖/α + 2α/(1 - β₁)³ Σ_i ‖g_{1:T,i}‖.

On [-1/2, 1/2] with the loss x, from 1/2 against -1/2: the regret is 1, whatever the step size, and the bound is 7/10
where α = 1/10 and β₁ = 0.

Source
    Reddi, Kale & Kumar (2018), Corollary 2.
Assumptions
    Those of `corollary-2`.
"""

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adamnc import adamnc
from convcheck.refute import write
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)


def none(t: Any) -> Any:
    """No momentum."""
    return 0 * t


claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Corollary 2"),
    verdict="refuted",
    flags=("as-quoted", "repaired-by:reddi2018/corollary-2"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (1,), "D": 1.0},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=0.1), "beta1": none},
            constants={"α": Fraction(1, 10), "β": none, "β1": 0, "d": 1, "D": 1, "u": -HALF},
            x0=(0.5,),
            certified=1,
        ),
    ),
)
counterexample = "corollary_2_text.json"

t, T, i, d, k = ints("t T i d k")
α, β1, D = reals("α β1 D")
(u,), (β,) = vectors("u"), sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(adamnc, coordinates=(i, d), project=False, lr=step, beta1=rate)
x, g, v, f = game.x, game.g, game.v, game.f
game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h, length = lambda t: sqrt(v[t][i]), lambda t: sqrt(Sum(g[k][i]**2, k, 1, t))
given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β1)
given(β1 < 1)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] <= β1))

Λ = 1/(1 - β1)
bound = Λ*D**2/2*length(T) + Λ*D**2/2*Sum(β[t]/α*length(t), t, 1, T) + 2*Λ**3*α*length(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: one round, in which log T = 0."""
    played = write.Game(
        [1],
        adamnc,
        hyper={"lr": Fraction(1, 10), "beta1": 0},
        start=HALF,
        feasible=(-HALF, HALF),
        comparator=-HALF,
        sums={"R": write.regret, "S": lambda g: g * g},
    )
    return write.counterexample(
        "reddi2018/corollary-2-text",
        lambda D, lr, S: D**2 / 2 * np.sqrt(S) + 2 * lr * np.sqrt(S),
        played,
        observed=lambda R: R,
        constants={"D": 1},
        note="T = 1",
    )
