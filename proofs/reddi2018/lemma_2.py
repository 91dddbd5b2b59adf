"""AMSGrad's momentum is not much dearer than its gradients: the missing lemma, without a condition on β₁/√β₂.

For any 0 ≤ β₁ₜ ≤ β₁ < 1, whatever the points and the losses, in each coordinate,

    Σ_{t ≤ T} α_t m_{t,i}²/√v̂_{t,i}  ≤  α√(1 + log T)/((1 - β₁)√(1 - β₂)) ‖g_{1:T,i}‖,        α_t = α/√t.

The published bound is this one times 1/(1 - β₁/√β₂).  No sum over past gradients is rearranged: a potential pays.

Source
    Reddi, Kale & Kumar (2018), Lemma 2, sharpened; its number as remembered.
Assumptions
    0 < α, 0 ≤ β₂ < 1, 0 ≤ β₁ₜ ≤ β₁ < 1.
"""

from fractions import Fraction
from typing import Any

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, momentum_sum, p
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse_sqrt import inverse_sqrt


def alternating(t: Any) -> Any:
    """Momentum that goes up and down."""
    return (1 + t % 2) / 4


claim = Claim(
    kind="lemma",
    source=Source("reddi2018", "Lemma 2"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": alternating, "beta2": 0.5},
            constants={"α": 64, "β": alternating, "β1": Fraction(1, 2), "β2": Fraction(1, 2)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2 = reals("α β1 β2")
(β,) = sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
g, m, h = game.g, game.m, lambda t: sqrt(game.v_max[t][i])

# fmt: off
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
rate_nonneg = given(forall(1 <= t, 0 <= β[t]))
rate_small  = given(forall(1 <= t, β[t] <= β1))

statement = forall(1 <= T, i, Sum(step(t)*m[t][i]**2/h(t), t, 1, T)
    <= 1/(1 - β1)*α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T)))


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α and the constant p = β₁/(1 - β₁)."""
    by = amsgrad_moments(game, α, β2)
    always(rate_nonneg, rate_small)
    κ = β1/(1 - β1)
    with let(1 <= t):
        below  = have(β[t] < 1,                                                                        by=rate_small(t))
        enough = have(β[t]/(1 - β[t]) <= κ,                                                            by=rate_small(t))
    core = instance(momentum_sum(), {Q: ([t, i], by.Q(t)), p: ([t], κ)},
        game.m_step, game.m_start, by.start, by.growing, by.silent, rate_nonneg, below, enough)
    with let(1 <= t, i):
        cost  = g[t][i]**2/by.Q(t)
        price = have((1 + κ)*(1 - β[t])*cost <= cost/(1 - β1),                   by=rate_nonneg(t).times(cost/(1 - β1)))
    with let(1 <= T, i):
        paid = (calc(Sum(step(t)*m[t][i]**2/h(t), t, 1, T))
            .le(Sum((1 + κ)*(1 - β[t])*cost, t, 1, T),                                                    by=core(T, i))
            .le(Sum(cost/(1 - β1), t, 1, T),                                                  by=summed(price, t, 1, T))
            .le(1/(1 - β1)*α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T)),
                by=by.gradients(T, i).times(1/(1 - β1))))
    return paid
