"""AMSGrad's √v̂_t/(α_t(1 - β₁ₜ)) can decrease: a momentum that fades is enough.

The published derivation of AMSGrad's bound needs, with α_t = α/√t,

    √v̂_t/(α_t(1 - β₁ₜ))  ≤  √v̂_{t+1}/(α_{t+1}(1 - β₁,ₜ₊₁)).

For β₁ₜ = 9/(10t), β₂ = 0 and gradients that are all 1 it says in the first round 10 ≤ 2.572.  The bound is true
nevertheless: `reddi2018/theorem-4`.

Source
    Tran & Phong (2019), inequality (2), which they show to be false by an instance of their own.
Assumptions
    None but the optimizer's code; 0 < α, 0 ≤ β₂ < 1, and 0 ≤ β₁ₜ < 1 does not increase.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.refute import write
from convcheck.schedules.inverse import inverse as inverse_schedule
from convcheck.schedules.inverse_sqrt import inverse_sqrt

fading = inverse_schedule.with_parameters(alpha=0.9)
claim = Claim(
    kind="lemma",
    source=Source("tran2019", "Inequality (2)"),
    verdict="refuted",
    flags=("proof-step-false", "repaired-by:reddi2018/theorem-4"),
    audit=(
        Instance(
            "linear_box",
            T=2,
            parameters={"signs": (1,), "D": 100.0},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=1.0), "beta1": fading, "beta2": 0.0},
            constants={"α": 1, "β": fading, "β2": 0},
            x0=(0.0,),
            certified=2,
        ),
    ),
)
counterexample = "false_inequality.json"

t, i, d = ints("t i d")
α, β2 = reals("α β2")
(β,) = sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)

# fmt: off
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] < 1))
given(forall(1 <= t, β[t+1] <= β[t]))

weight = lambda t: sqrt(game.v_max[t][i])*sqrt(t)/(α*(1 - β[t]))
statement = forall(1 <= t, i, weight(t) <= weight(t+1))


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: two rounds with gradient 1."""
    played = write.Game(
        [1, 1],
        amsgrad,
        hyper={"lr": lambda alpha, t: alpha / np.sqrt(t), "beta1": lambda b, t: b / t, "beta2": 0},
        sums={"first": lambda t, v_max_: np.where(t <= 1, np.sqrt(v_max_), 0)},
    )
    return write.counterexample(
        "tran2019/false-inequality",
        lambda alpha, b, T, v_max_: np.sqrt(v_max_) * np.sqrt(T) / (alpha * (1 - b / T)),
        played,
        observed=lambda alpha, b, first: first / (alpha * (1 - b)),
        constants={"alpha": 1, "b": Fraction(9, 10)},
        note="t = 1, β₁ₜ = 9/(10t), β₂ = 0",
    )
