"""AdamNC with momentum that does not grow: momentum costs one term, and no factor 1/(1 - β₁) in the others.

With any steps α_t and averages β₂ₜ under the two conditions below, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√v_{T,i}/(2α_T) + D²/2 Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) √v_{t,i}/α_t + ζ‖g_{1:T,i}‖].

Source
    Reddi, Kale & Kumar (2018), Theorem 5, sharpened; its first condition with α_t, where α_T is printed.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ < 1 does not increase; 0 ≤ β₂ₜ ≤ 1, 0 < α_t; in each coordinate
    ‖g_{1:t}‖ ≤ ζ√v_t/α_t for all t, and √v_t/α_t does not decrease.
"""

from fractions import Fraction
from math import inf
from typing import Any

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, p, regret_of_schedule
from convcheck.library.second_moments import LargeMoments
from convcheck.optimizers.adam_undebiased import adam_undebiased
from convcheck.schedules.inverse import inverse as inverse_schedule
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
steps, fading = inverse_sqrt.with_parameters(alpha=64.0), inverse_schedule.with_parameters(alpha=0.5)


def averages(t: Any) -> Any:
    """The weights with which v is the plain average of all squares."""
    return 1 - 1 / t


claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Theorem 5"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, *[3, -4] * 6)},
            hyper={"lr": steps, "beta1": fading, "beta2": averages},
            constants={"α": steps, "β": fading, "β2": averages, "ζ": 128, "d": 2, "D": 2, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d, k = ints("t T i d k")
ζ, D = reals("ζ D")
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
convex, diameter = game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h, length = lambda t: sqrt(game.v[t][i]), lambda t: sqrt(Sum(g[k][i]**2, k, 1, t))
nearest = given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
steps_positive = given(forall(1 <= t, 0 < α[t]))
memory   = given(forall(1 <= t, 0 <= β2[t])), given(forall(1 <= t, β2[t] <= 1))
given(0 < ζ)
enough   = given(forall(1 <= t, i, length(t) <= ζ*h(t)/α[t]))
monotone = given(forall(1 <= t, i, h(t)/α[t] <= h(t+1)/α[t+1]))
momentum = given(forall(1 <= t, 0 <= β[t])), given(forall(1 <= t, β[t] < 1))
falling  = given(forall(1 <= t, β[t+1] <= β[t]))

bound = D**2*h(T)/(2*α[T]) + D**2/2*Sum(β[t]/(1 - β[t])*h(t)/α[t], t, 1, T) + ζ*length(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √v_t/α_t and p_t = β₁ₜ/(1 - β₁ₜ), with which gradients cost what they do without momentum."""
    always(*memory, steps_positive, *momentum)
    with let(i), induction(0 <= game.v[t][i], t, base=game.v_start(i)) as v_nonneg:
        have(0 <= game.v[t+1][i],
            by=[game.v_step(t+1, i), v_nonneg.times(β2[t+1]), square(g[t+1][i]).times(1 - β2[t+1])])
    always(v_nonneg)
    by = LargeMoments(game, lambda t: α[t], enough, monotone, ζ)
    ratio = lambda t: β[t]/(1 - β[t])
    with let(1 <= t):
        less = have(ratio(t+1) <= ratio(t), by=falling(t))
    core = instance(regret_of_schedule(), {Q: ([t, i], by.Q(t)), p: ([t], ratio(t))}, game.m_step, game.m_start,
        by.start, by.growing, by.silent, by.closer(nearest, u[i]), diameter, convex, *momentum, less)
    with let(1 <= t, i):
        price = have((1 + ratio(t))*(1 - β[t])*g[t][i]**2/by.Q(t) == g[t][i]**2/by.Q(t))
    with let(1 <= T):
        prices = summed(summed(price, t, 1, T), i, 1, d)
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[core(T), prices, summed(by.gradients, i, 1, d)])
    return regret
