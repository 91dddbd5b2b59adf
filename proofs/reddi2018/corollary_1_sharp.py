"""AMSGrad with momentum that fades geometrically has O(√(T log T)) regret: momentum costs a constant.

With steps α/√t, β₁ₜ = β₁λ^(t-1) and gradients that are at most G in each coordinate, in any dimension d,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_{i ≤ d} [D²√T √v̂_{T,i}/(2α) + β₁D²G/(2α(1 - β₁)(1 - λ)²)
                                               + α√(1 + log T)/(2√(1 - β₂)) ‖g_{1:T,i}‖].

Source
    Reddi, Kale & Kumar (2018), Corollary 1, sharpened, with the 1/α and the sum that its second term needs.
Assumptions
    The losses are convex; the points are within D of u in each coordinate, the gradients at most G; the projection, in
    the norm of √v̂_t, brings the raw step no farther from u; 0 ≤ β₁ < 1, 0 ≤ β₂ < 1, 0 < λ < 1.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, BoundedGradients, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import arithmetic_geometric_bound, power_at_most_one, power_falls
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.exponential import exponential
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
halving = exponential.with_parameters(alpha=0.5, gamma=0.5)
claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Corollary 1"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; β₂ makes m_2/√v_2 a rational number.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": halving, "beta2": 0.4375},
            constants={"α": 64, "β1": HALF, "β2": Fraction(7, 16), "λ": HALF, "d": 2, "D": 2, "G": 4, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2, λ, D, G = reals("α β1 β2 λ D G")
(u,), (β,) = vectors("u"), sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β1 * λ ** (t - 1)
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
convex, diameter, gradients = game.given(Convex(), BoundedDomain(D, norm=inf), BoundedGradients(G, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
nearest = given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
given(0 < λ)
given(λ < 1)
given(0 <= G)

fading = 1/(1 - β1)*β1*D**2*G/(2*α)/(1 - λ)**2
bound = (D**2*sqrt(T)*h(T)/(2*α) + fading + α*sqrt(1 + log(T))/(2*sqrt(1 - β2))*sqrt(Sum(g[t][i]**2, t, 1, T)))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """Theorem 4 for this schedule; then √v̂ ≤ G, √t ≤ t, and Σ tλ^(t-1) ≤ 1/(1 - λ)²."""
    v, top, Λ = game.v, game.v_max, 1/(1 - β1)
    with let(1 <= t):
        fade = power_at_most_one(λ, t-1)
        low    = always(have(0 <= rate(t)))
        small  = have(rate(t) <= β1,                                                                  by=fade.times(β1))
        unity  = have(rate(t) < 1,                                                                             by=small)
        falls  = have(rate(t+1) <= rate(t),                                         by=power_falls(λ, t-1, 1).times(β1))
        ratio  = have(1/(1 - rate(t)) <= Λ,                                                           by=[small, unity])
        slower = by_squares(sqrt(t) <= t,                                                by=[*root(t), nonneg(t*(t-1))])
        powers = have(t*λ**(t-1) == t*λ**t/λ,                                      by=[power_next(λ, t-1), *inverse(λ)])
    with let(i):
        with induction(v[t][i] <= G**2, t, base=game.v_start(i)) as v_small:
            have(v[t+1][i] <= G**2,
                by=[game.v_step(t+1, i), v_small.times(β2), gradients(t+1, i).times(1 - β2)])
        with induction(top[t][i] <= G**2, t, base=game.v_max_start(i)) as top_small:
            have(top[t+1][i] <= G**2,                                        by=[game.v_max_step(t+1, i), v_small(t+1)])
        with induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
            have(0 <= top[t+1][i],                           by=[game.v_max_step(t+1, i), larger(top[t][i], v[t+1][i])])
    always(top_nonneg)
    core = instance(theorem("reddi2018/theorem-4-sharp"), {β: ([t], rate(t))}, game.m_step, low, falls, unity)
    with let(1 <= t, i):
        high = by_squares(h(t) <= G,                                             by=[*root(top[t][i]), top_small(i, t)])
        cost = (calc(rate(t)/(1 - rate(t))*sqrt(t)*h(t))
            .le(Λ*rate(t)*sqrt(t)*h(t),                                         by=ratio(t).times(rate(t)*sqrt(t)*h(t)))
            .le(Λ*rate(t)*sqrt(t)*G,                                                   by=high.times(Λ*rate(t)*sqrt(t)))
            .le(Λ*rate(t)*t*G,                                                          by=slower(t).times(Λ*rate(t)*G))
            .eq(Λ*β1*G/λ*(t*λ**t),                                                          by=powers(t).times(Λ*β1*G)))
    with let(1 <= T):
        with let(i):
            middle = have(D**2/(2*α)*Sum(rate(t)/(1 - rate(t))*sqrt(t)*h(t), t, 1, T) <= fading,
                by=[summed(cost, t, 1, T).times(D**2/(2*α)), inverse(λ)[0].times(fading),
                    arithmetic_geometric_bound(λ, T).times(Λ*β1*G/λ*D**2/(2*α))])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),  by=[core(T), summed(middle, i, 1, d)])
    return regret
