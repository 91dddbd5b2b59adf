"""A regret bound of AdamX for momentum that may change at will, without a condition on β₁/√β₂.

With steps α/√t and any 0 ≤ β₁ₜ ≤ β₁ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α(1 - β₁,T)) + D²/(2α) Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) √t √v̂_{t,i}
                                         + (1 + β₁)/(2(1 - β₁)³) α√(1 + log T)/√(1 - β₂) ‖g_{1:T,i}‖].

As remembered, the published bound has β₁ for β₁ₜ in the denominators, and 1/((1 - β₁)²(1 - β₁/√β₂)) in its last term,
which is larger.  With bounded gradients both are O(√(T log T)) if Σ β₁ₜ√t is.

Source
    Tran & Phong (2019), the theorem on AdamX, sharpened; its constants as remembered.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ ≤ β₁ < 1, 0 ≤ β₂ < 1.
"""

from fractions import Fraction
from math import inf
from typing import Any

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import over_roots
from convcheck.library.preconditioned import Q
from convcheck.library.scaled import regret_of_scaled
from convcheck.library.second_moments import Rooted
from convcheck.optimizers.adamx import adamx
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)


def alternating(t: Any) -> Any:
    """Momentum that goes up and down."""
    return (1 + t % 2) / 4


claim = Claim(
    kind="regret",
    source=Source("tran2019", "AdamX"),
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
game = play(adamx, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
x, g, m, f = game.x, game.g, game.m, game.f
convex, diameter = game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_hat[t][i])
nearest = given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
rate_nonneg = given(forall(1 <= t, 0 <= β[t]))
rate_small  = given(forall(1 <= t, β[t] <= β1))

Λ = 1/(1 - β1)
bound = (D**2*sqrt(T)*h(T)/(2*α)/(1 - β[T])
    + D**2/(2*α)*Sum(β[t]/(1 - β[t])*sqrt(t)*h(t), t, 1, T)
    + (1 + β1)/2*Λ**3*α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T)))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


b = lambda t: game.beta1_last[t][i]
growth = lambda t: (1 - b(t+1))/(1 - b(t))


def signs() -> tuple[Fact, Fact]:
    """Make signs obvious; show what v̂_{t+1} is at least: v_{t+1}, and v̂_t times the square of the growth."""
    v, top = game.v, game.v_hat
    always(rate_nonneg, rate_small)
    with let(i):
        with induction(0 <= b(t), t, base=game.beta1_last_start(i)) as b_nonneg:
            have(0 <= b(t+1),                                                           by=game.beta1_last_step(t+1, i))
        with induction(b(t) <= β1, t, base=game.beta1_last_start(i)) as b_small:
            have(b(t+1) <= β1,                                       by=[game.beta1_last_step(t+1, i), rate_small(t+1)])
        with induction(0 <= v[t][i], t, base=game.v_start(i)) as v_nonneg:
            have(0 <= v[t+1][i],          by=[game.v_step(t+1, i), v_nonneg.times(β2), square(g[t+1][i]).times(1 - β2)])
    always(b_nonneg, b_small, v_nonneg)
    with let(i):
        with let(0 <= t):
            kept, above = larger(growth(t)*growth(t)*top[t][i], v[t+1][i])
            rises = have(growth(t)**2*top[t][i] <= top[t+1][i],                      by=[game.v_hat_step(t+1, i), kept])
            over  = have(v[t+1][i] <= top[t+1][i],                                  by=[game.v_hat_step(t+1, i), above])
        with induction(0 <= top[t][i], t, base=game.v_hat_start(i)) as top_nonneg:
            have(0 <= top[t+1][i],                                                                           by=over(t))
    always(top_nonneg)
    return rises, over


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/(α(1 - β₁ₜ)), which the code's maximum keeps from decreasing."""
    rises, over = signs()
    top, κ, q = game.v_hat, β1/(1 - β1), lambda t: h(t)*sqrt(t)/α/(1 - b(t))
    with let(0 <= t, i):
        longer  = by_squares(growth(t)*h(t) <= h(t+1),
            by=[rises(i, t), root(top[t][i])[0].times(growth(t)**2), *root(top[t+1][i])])
        weights = have(h(t)/(1 - b(t)) <= h(t+1)/(1 - b(t+1)),
            by=[longer.times(1/(1 - b(t+1))), inverse(1 - b(t+1))[0].times(h(t)/(1 - b(t)))])
        growing = have(q(t) <= q(t+1),
            by=[weights.times(sqrt(t)/α), sqrt_mono(t, t+1).times(h(t+1)/α/(1 - b(t+1)))])
    with let(i):
        start = have(0 <= q(0),                                                                         by=nonneg(q(0)))
    with let(1 <= t, i):
        same  = have(b(t) == β[t],                                                        by=game.beta1_last_step(t, i))
        mixed = have(m[t][i] == β[t]*m[t-1][i] + (1 - β[t])*g[t][i],                       by=[game.m_step(t, i), same])
        below = have((1 - β2)*g[t][i]**2 <= top[t][i],
            by=[game.v_step(t, i), over(i, t-1), nonneg(β2*game.v[t-1][i])])
        with let(q(t) <= 0) as unseen:
            none   = have(h(t) <= 0, by=[unseen.times(α*(1 - b(t))/sqrt(t))])
            still  = have((1 - β2)*g[t][i]**2 <= 0,                                        by=[below, none.times(h(t))])
            silent = square_zero(g[t][i],                                                    by=still.times(1/(1 - β2)))
        plain, clean = x[t][i] - 1/(1 - β[t])*m[t][i]/q(t), x[t][i] - α*m[t][i]/(sqrt(t)*h(t))
        equal = have(plain == clean,                    by=[same, inverse(1 - β[t])[0].times(α*m[t][i]/(sqrt(t)*h(t)))])
        moved = have(h(t)*(game.raw(t) - u[i])**2 == h(t)*(plain - u[i])**2,
            by=[game.raw_step(t, i).times(h(t)*(game.raw(t) + clean - 2*u[i])),
                equal.times(h(t)*(plain + clean - 2*u[i]))])
        plainly = g[t][i]**2/(h(t)*(sqrt(t)/α))
        price = Rooted(game, top, lambda t: sqrt(t)/α).price(g[t][i], 1 - β2, 1, below)
        cost  = have((1 + κ)*(1 - β[t])*g[t][i]**2/q(t) <= Λ*plainly,
            by=[same, nonneg(Λ*plainly*β[t]*(2 - β[t])), inverse(1 - β1)[0].times((1 - β[t])**2*plainly)])
        w     = sqrt(t)/α/(1 - β[t])
        after = have(q(t)*(x[t+1][i] - u[i])**2 == w*(h(t)*(x[t+1][i] - u[i])**2),                              by=same)
        ahead = have(q(t)*(plain - u[i])**2 == w*(h(t)*(game.raw(t) - u[i])**2),              by=[same, moved.times(w)])
    with let(1 <= t):
        closer = have(Sum(q(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(q(t)*(plain - u[i])**2, i, 1, d),
            by=[nearest(t).times(w), summed(after, i, 1, d), summed(ahead, i, 1, d)])
    core = instance(regret_of_scaled(), {Q: ([t, i], q(t))}, mixed, game.m_start, start, growing, silent, closer,
        diameter, convex, rate_nonneg, rate_small)
    with let(1 <= t, i):
        middle = have(β[t]*q(t) == β[t]/(1 - β[t])*sqrt(t)*h(t)/α,                                        by=same(t, i))
    with let(1 <= T):
        with let(i):
            prices = (calc(Sum((1 + κ)*(1 - β[t])*g[t][i]**2/q(t), t, 1, T))
                .le(Sum(Λ*plainly, t, 1, T),                                                   by=summed(cost, t, 1, T))
                .le(Sum(Λ/sqrt(1 - β2)*abs(g[t][i])/(sqrt(t)/α), t, 1, T),           by=summed(price, t, 1, T).times(Λ))
                .le(Λ*α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T)),
                    by=over_roots(g[t][i], t, T).times(Λ*α/sqrt(1 - β2))))
            looser = have(D**2*q(T)/2 + D**2/2*Sum(β[t]*q(t), t, 1, T)
                + (1 + β1)/2*Λ**2*Sum((1 + κ)*(1 - β[t])*g[t][i]**2/q(t), t, 1, T) <= bound,
                by=[same(T, i), summed(middle, t, 1, T).times(D**2/2), prices.times((1 + β1)/2*Λ**2)])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),  by=[core(T), summed(looser, i, 1, d)])
    return regret
