"""AdamNC's regret bound for any momentum, as published but for α_t, 1/α_T where they belong.

With any steps α_t and averages β₂ₜ under the two conditions below, and any 0 ≤ β₁ₜ ≤ β₁ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√v_{T,i}/(2α_T(1 - β₁)) + D²/(2(1 - β₁)) Σ_{t ≤ T} β₁ₜ√v_{t,i}/α_t
                                         + 2ζ/(1 - β₁)³ ‖g_{1:T,i}‖].

In print the first condition has α_T for α_t, and the first term √T for 1/α_T.

Source
    Reddi, Kale & Kumar (2018), Theorem 5, with these two corrections.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ ≤ β₁ < 1; 0 ≤ β₂ₜ ≤ 1, 0 < α_t; in each coordinate
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
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
steps = inverse_sqrt.with_parameters(alpha=64.0)


def alternating(t: Any) -> Any:
    """Momentum that goes up and down."""
    return (1 + t % 2) / 4


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
            hyper={"lr": steps, "beta1": alternating, "beta2": averages},
            constants={
                "α": steps,
                "β": alternating,
                "β2": averages,
                "β1": HALF,
                "ζ": 128,
                "d": 2,
                "D": 2,
                "u": (-1, HALF),
            },
            x0=(1.0, 0.5),
        ),
    ),
)

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
given(0 <= β1)
given(β1 < 1)
rate_nonneg = given(forall(1 <= t, 0 <= β[t]))
rate_small  = given(forall(1 <= t, β[t] <= β1))

Λ = 1/(1 - β1)
bound = Λ*D**2*h(T)/(2*α[T]) + Λ*D**2/2*Sum(β[t]*h(t)/α[t], t, 1, T) + 2*Λ**3*ζ*length(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √v_t/α_t and the constant p = β₁/(1 - β₁), and 1/2 ≤ 1 ≤ 1/(1 - β₁)."""
    always(*memory, steps_positive, rate_nonneg, rate_small)
    with let(i), induction(0 <= game.v[t][i], t, base=game.v_start(i)) as v_nonneg:
        have(0 <= game.v[t+1][i],
            by=[game.v_step(t+1, i), v_nonneg.times(β2[t+1]), square(g[t+1][i]).times(1 - β2[t+1])])
    always(v_nonneg)
    by = LargeMoments(game, lambda t: α[t], enough, monotone, ζ)
    κ, one = β1/(1 - β1), have(1 <= Λ)
    with let(1 <= t):
        below  = have(β[t] < 1,                                                                        by=rate_small(t))
        close  = have(1/(1 - β[t]) <= Λ,                                                               by=rate_small(t))
        covers = have(β[t]/(1 - β[t]) <= κ,                                                            by=rate_small(t))
    core = instance(regret_of_schedule(), {Q: ([t, i], by.Q(t)), p: ([t], κ)}, game.m_step, game.m_start,
        by.start, by.growing, by.silent, by.closer(nearest, u[i]), diameter, convex, rate_nonneg, below, covers)
    with let(1 <= t, i):
        cost  = g[t][i]**2/by.Q(t)
        price = have((1 + κ)*(1 - β[t])*cost <= Λ*cost,                                 by=rate_nonneg(t).times(Λ*cost))
        less  = have(β[t]/(1 - β[t])*by.Q(t) <= Λ*β[t]*h(t)/α[t],                       by=close(t).times(β[t]*by.Q(t)))
    with let(1 <= T):
        with let(i):
            first = have(D**2*by.Q(T)/2 <= Λ*D**2*h(T)/(2*α[T]),                           by=one.times(D**2*by.Q(T)/2))
            third = have(Sum((1 + κ)*(1 - β[t])*cost, t, 1, T)/2 <= 2*Λ**3*ζ*length(T),
                by=[summed(price, t, 1, T), by.gradients(T, i).times(Λ/2), one.times(Λ*ζ*length(T)),
                    one.times(Λ**2*ζ*length(T)), nonneg(Λ**3*ζ*length(T))])
            looser = have(D**2*by.Q(T)/2 + D**2/2*Sum(β[t]/(1 - β[t])*by.Q(t), t, 1, T)
                + Sum((1 + κ)*(1 - β[t])*cost, t, 1, T)/2 <= bound,
                    by=[first, third, summed(less, t, 1, T).times(D**2/2)])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d), by=[core(T), summed(looser, i, 1, d)])
    return regret
