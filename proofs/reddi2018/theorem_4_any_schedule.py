"""AMSGrad with momentum that may change at will: one factor 1/(1 - β₁), and no condition on β₁/√β₂.

With steps α/√t and any 0 ≤ β₁ₜ ≤ β₁ < 1, going up and down as it likes, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α) + D²/(2α) Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) √t √v̂_{t,i}
                                         + α√(1 + log T)/(2(1 - β₁)√(1 - β₂)) ‖g_{1:T,i}‖].

Source
    Reddi, Kale & Kumar (2018), Theorem 4, sharpened: it is the weakening of this one that `theorem-4` shows.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ ≤ β₁ < 1.
"""

from fractions import Fraction
from math import inf
from typing import Any

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, p, regret_of_schedule
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)


def alternating(t: Any) -> Any:
    """Momentum that goes up and down."""
    return (1 + t % 2) / 4


claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Theorem 4"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; β₁ₜ goes up and down.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": alternating, "beta2": 0.5},
            constants={"α": 64, "β": alternating, "β1": HALF, "β2": HALF, "d": 2, "D": 2, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2, D = reals("α β1 β2 D")
(u,), (β,) = vectors("u"), sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
convex, diameter = game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
nearest = given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
rate_nonneg = given(forall(1 <= t, 0 <= β[t]))
rate_small  = given(forall(1 <= t, β[t] <= β1))

bound = (D**2*sqrt(T)*h(T)/(2*α)
    + D**2/(2*α)*Sum(β[t]/(1 - β[t])*sqrt(t)*h(t), t, 1, T)
    + 1/(1 - β1)*α*sqrt(1 + log(T))/(2*sqrt(1 - β2))*sqrt(Sum(g[t][i]**2, t, 1, T)))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α and the constant p = β₁/(1 - β₁)."""
    by = amsgrad_moments(game, α, β2)
    always(rate_nonneg, rate_small)
    κ = β1/(1 - β1)
    with let(1 <= t):
        below  = have(β[t] < 1,                                                                        by=rate_small(t))
        enough = have(β[t]/(1 - β[t]) <= κ,                                                            by=rate_small(t))
    core = instance(regret_of_schedule(), {Q: ([t, i], by.Q(t)), p: ([t], κ)}, game.m_step, game.m_start,
        by.start, by.growing, by.silent, by.closer(nearest, u[i]), diameter, convex, rate_nonneg, below, enough)
    with let(1 <= t, i):
        cost  = g[t][i]**2/by.Q(t)
        price = have((1 + κ)*(1 - β[t])*cost <= cost/(1 - β1),                   by=rate_nonneg(t).times(cost/(1 - β1)))
    with let(1 <= T):
        with let(i):
            prices = have(Sum((1 + κ)*(1 - β[t])*cost, t, 1, T)/2
                <= 1/(1 - β1)*α*sqrt(1 + log(T))/(2*sqrt(1 - β2))*sqrt(Sum(g[t][i]**2, t, 1, T)),
                by=[summed(price, t, 1, T), by.gradients(T, i).times(1/(1 - β1))])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[core(T), summed(prices, i, 1, d)])
    return regret
