"""AMSGrad's Theorem 4 without the factor 1/α in its first term is false, from the first round on.

Printed, in the text of the conference paper as converted:

    R_T  ≤  D²√T/(1 - β₁) Σ_i √v̂_{T,i} + D²/(2(1 - β₁)) Σ_i Σ_t β₁ₜ√v̂_{t,i}/α_t
        + α√(1 + log T)/((1 - β₁)²(1 - γ)√(1 - β₂)) Σ_i ‖g_{1:T,i}‖.

On [-1, 1] with the loss x, from 1 against -1: the regret is 2, whatever the step size, and the bound is 0.5 where
α = 1/100, β₁ = 0 and β₂ = 99/100.

Source
    Reddi, Kale & Kumar (2018), Theorem 4.
Assumptions
    Those of `theorem-4-box`.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.refute import write
from convcheck.schedules.inverse_sqrt import inverse_sqrt


def none(t: Any) -> Any:
    """No momentum."""
    return 0 * t


claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Theorem 4"),
    verdict="refuted",
    flags=("as-quoted", "repaired-by:reddi2018/theorem-4"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (1,)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=0.01), "beta1": none, "beta2": 0.99},
            constants={
                "α": Fraction(1, 100),
                "β": none,
                "β1": 0,
                "β2": Fraction(99, 100),
                "d": 1,
                "D": 2,
                "low": -1,
                "high": 1,
                "u": -1,
            },
            x0=(1.0,),
            certified=1,
        ),
    ),
)
counterexample = "theorem_4_text.json"

t, T, i, d = ints("t T i d")
α, β1, β2, D = reals("α β1 β2 D")
(u, low, high), (β,) = vectors("u low high"), sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
clipped = lambda y: clip(y, low[i], high[i])
game = play(amsgrad, coordinates=(i, d), project=clipped, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
game.given(Convex(), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
around = [given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))]
start  = [given(forall(i, low[i] <= x[1][i])), given(forall(i, x[1][i] <= high[i]))]
width  = given(forall(i, high[i] - low[i] <= D))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] <= β1))
given(0 < β2)
given(β1/sqrt(β2) < 1)

Λ, Γ = 1/(1 - β1), 1/(1 - β1/sqrt(β2))
gradients = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = (Λ*D**2*sqrt(T)*h(T)
    + Λ*D**2/2*Sum(β[t]*sqrt(t)*h(t)/α, t, 1, T)
    + Λ**2*Γ*gradients(T))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


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
        "reddi2018/theorem-4-text",
        lambda D, lr, beta2, v_max_, S: D**2 * np.sqrt(v_max_) + lr / np.sqrt(1 - beta2) * np.sqrt(S),
        played,
        observed=lambda R: R,
        constants={"D": 2},
        note="T = 1",
    )
