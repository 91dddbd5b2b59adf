"""AMSGrad's momentum, if it does not grow, has the bound that its gradients have: the missing lemma without any factor.

For 0 ≤ β₁ₜ < 1 that does not increase, whatever the points and the losses, in each coordinate,

    Σ_{t ≤ T} α_t m_{t,i}²/√v̂_{t,i}  ≤  α√(1 + log T)/√(1 - β₂) ‖g_{1:T,i}‖,        α_t = α/√t.

The derivation passes through the same sum with g for m, which is never less.

Source
    Reddi, Kale & Kumar (2018), Lemma 2, sharpened; its number as remembered.
Assumptions
    0 < α, 0 ≤ β₂ < 1; 0 ≤ β₁ₜ < 1 does not increase.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, momentum_sum, p
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse import inverse as inverse_schedule
from convcheck.schedules.inverse_sqrt import inverse_sqrt

fading = inverse_schedule.with_parameters(alpha=0.5)
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
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": fading, "beta2": 0.5},
            constants={"α": 64, "β": fading, "β2": Fraction(1, 2)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β2 = reals("α β2")
(β,) = sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
g, m, h = game.g, game.m, lambda t: sqrt(game.v_max[t][i])

# fmt: off
given(0 < α)
given(0 <= β2)
given(β2 < 1)
rates   = given(forall(1 <= t, 0 <= β[t])), given(forall(1 <= t, β[t] < 1))
falling = given(forall(1 <= t, β[t+1] <= β[t]))

bound = α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
statement = forall(1 <= T, i, Sum(step(t)*m[t][i]**2/h(t), t, 1, T) <= bound)


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α and p_t = β₁ₜ/(1 - β₁ₜ)."""
    by = amsgrad_moments(game, α, β2)
    always(*rates)
    ratio = lambda t: β[t]/(1 - β[t])
    with let(1 <= t):
        less = have(ratio(t+1) <= ratio(t),                                                               by=falling(t))
    core = instance(momentum_sum(), {Q: ([t, i], by.Q(t)), p: ([t], ratio(t))},
        game.m_step, game.m_start, by.start, by.growing, by.silent, *rates, less)
    with let(1 <= t, i):
        cost  = g[t][i]**2/by.Q(t)
        price = have((1 + ratio(t))*(1 - β[t])*cost == cost)
    with let(1 <= T, i):
        paid = (calc(Sum(step(t)*m[t][i]**2/h(t), t, 1, T))
            .le(Sum((1 + ratio(t))*(1 - β[t])*cost, t, 1, T),                                             by=core(T, i))
            .eq(Sum(cost, t, 1, T),                                                           by=summed(price, t, 1, T))
            .le(bound,                                                                           by=by.gradients(T, i)))
    return paid
