"""AdamNC's Theorem 5 with √T for 1/α_T in its first term is false, from the first round on.

Printed, in the text of the conference paper as converted:

    R_T  ≤  D²√T/(2(1 - β₁)) Σ_i √v_{T,i} + D²/(2(1 - β₁)) Σ_i Σ_t β₁ₜ√v_{t,i}/α_t
        + 2ζ/(1 - β₁)³ Σ_i ‖g_{1:T,i}‖.

On [-1, 1] with the loss x, from 1 against -1: the regret is 2, whatever the step size, and the bound is 0.4 where
α_1 = 1/100, β₁ = 0, β₂₁ = 99/100 and ζ = 1/10.  Later rounds, with gradients 0, α_t = 1/(100t) and β₂ₜ = 1 - 1/(100t),
say, meet the conditions as well.

Source
    Reddi, Kale & Kumar (2018), Theorem 5.
Assumptions
    Those of `theorem-5`.
"""

from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam_undebiased import adam_undebiased
from convcheck.refute import write


def none(t: Any) -> Any:
    """No momentum."""
    return 0 * t


def short(t: Any) -> Any:
    """Short steps."""
    return 0.01 / t


def long(t: Any) -> Any:
    """A long memory."""
    return 1 - 0.01 / t


claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Theorem 5"),
    verdict="refuted",
    flags=("as-quoted", "repaired-by:reddi2018/theorem-5"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (1,)},
            hyper={"lr": short, "beta1": none, "beta2": long},
            constants={
                "α": short,
                "β": none,
                "β1": 0,
                "β2": long,
                "ζ": Fraction(1, 10),
                "d": 1,
                "D": 2,
                "u": -1,
            },
            x0=(1.0,),
            certified=1,
        ),
    ),
)
counterexample = "theorem_5_text.json"

t, T, i, d, k = ints("t T i d k")
ζ, β1, D = reals("ζ β1 D")
(u,), (α, β, β2) = vectors("u"), sequences("α β β2")

game = play(
    adam_undebiased,
    coordinates=(i, d),
    project=False,
    lr=lambda t: α[t],
    beta1=lambda t: β[t],
    beta2=lambda t: β2[t],
)
x, g, f = game.x, game.g, game.f
game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h, length = lambda t: sqrt(game.v[t][i]), lambda t: sqrt(Sum(g[k][i]**2, k, 1, t))
given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(forall(1 <= t, 0 < α[t]))
given(forall(1 <= t, 0 <= β2[t]))
given(forall(1 <= t, β2[t] <= 1))
given(0 < ζ)
given(forall(1 <= t, i, length(t) <= ζ*h(t)/α[t]))
given(forall(1 <= t, i, h(t)/α[t] <= h(t+1)/α[t+1]))
given(0 <= β1)
given(β1 < 1)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] <= β1))

Λ = 1/(1 - β1)
bound = Λ*D**2*sqrt(T)*h(T)/2 + Λ*D**2/2*Sum(β[t]*h(t)/α[t], t, 1, T) + 2*Λ**3*ζ*length(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: one round, in which log T = 0."""
    played = write.Game(
        [1],
        adam_undebiased,
        hyper={"lr": Fraction(1, 100), "beta1": 0, "beta2": Fraction(99, 100)},
        start=1,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": write.regret, "S": lambda g: g * g},
    )
    return write.counterexample(
        "reddi2018/theorem-5-text",
        lambda D, zeta, v_, S: D**2 / 2 * np.sqrt(v_) + 2 * zeta * np.sqrt(S),
        played,
        observed=lambda R: R,
        constants={"D": 2, "zeta": Fraction(1, 10)},
        note="T = 1",
    )
