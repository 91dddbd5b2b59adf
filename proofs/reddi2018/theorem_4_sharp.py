"""AMSGrad with momentum that does not grow: momentum costs one term, and no factor 1/(1 - β₁) in the others.

With steps α/√t, where ‖g_{1:T,i}‖² = Σ_{t ≤ T} g_{t,i}², in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α) + D²/(2α) Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) √t √v̂_{t,i}
                                         + α√(1 + log T)/(2√(1 - β₂)) ‖g_{1:T,i}‖].

No condition relates β₁ to β₂, and a coordinate may see its first gradient late (0/0 = 0).

Source
    Reddi, Kale & Kumar (2018), Theorem 4, sharpened.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ < 1 does not increase.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, p, regret_of_schedule
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse import inverse as inverse_schedule
from convcheck.schedules.inverse_sqrt import inverse_sqrt

half = inverse_schedule.with_parameters(alpha=0.5)
claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Theorem 4"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; β₁ₜ = 1/(2t).
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=8.0), "beta1": half, "beta2": 0.5},
            constants={"α": 8, "β": half, "β2": Fraction(1, 2), "d": 2, "D": 2, "u": (-1, Fraction(1, 2))},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β2, D = reals("α β2 D")
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
rates   = given(forall(1 <= t, 0 <= β[t])), given(forall(1 <= t, β[t] < 1))
falling = given(forall(1 <= t, β[t+1] <= β[t]))

bound = (D**2*sqrt(T)*h(T)/(2*α)
    + D**2/(2*α)*Sum(β[t]/(1 - β[t])*sqrt(t)*h(t), t, 1, T)
    + α*sqrt(1 + log(T))/(2*sqrt(1 - β2))*sqrt(Sum(g[t][i]**2, t, 1, T)))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α and p_t = β₁ₜ/(1 - β₁ₜ), with which gradients cost what they do without momentum."""
    by = amsgrad_moments(game, α, β2)
    always(*rates)
    ratio = lambda t: β[t]/(1 - β[t])
    with let(1 <= t):
        less = have(ratio(t+1) <= ratio(t),                                                               by=falling(t))
    core = instance(regret_of_schedule(), {Q: ([t, i], by.Q(t)), p: ([t], ratio(t))}, game.m_step, game.m_start,
        by.start, by.growing, by.silent, by.closer(nearest, u[i]), diameter, convex, *rates, less)
    with let(1 <= t, i):
        price = have((1 + ratio(t))*(1 - β[t])*g[t][i]**2/by.Q(t) == g[t][i]**2/by.Q(t))
    with let(1 <= T):
        prices = summed(summed(price, t, 1, T), i, 1, d)
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[core(T), prices, summed(by.gradients, i, 1, d)])
    return regret
