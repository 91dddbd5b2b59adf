"""AMSGrad's regret bound is true as published, and for every schedule of momentum.

With steps α/√t, any 0 ≤ β₁ₜ ≤ β₁ < 1 and γ = β₁/√β₂ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(α(1 - β₁)) + D²/(2(1 - β₁)) Σ_{t ≤ T} β₁ₜ √t √v̂_{t,i}/α
                                         + α√(1 + log T)/((1 - β₁)²(1 - γ)√(1 - β₂)) ‖g_{1:T,i}‖].

The statement is true, also where β₁ₜ goes up and down.  The printed derivation is not a proof: it puts 1/(1 - β₁) for
1/(1 - β₁ₜ) in front of differences without a sign, as Tran & Phong (2019) point out.

With bounded gradients the bound is O(√(T log T)) if Σ β₁ₜ√t is.  For a constant β₁ₜ = β₁ > 0 its second term grows like
T√T, and it says nothing: see alacaoglu2020/theorem-1.

Source
    Reddi, Kale & Kumar (2018), Theorem 4, as quoted in Tran & Phong (2019), Theorem A.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ ≤ β₁ < 1; 0 < β₂ < 1, β₁ < √β₂.
"""

from fractions import Fraction
from math import inf
from typing import Any

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import log_nonneg
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
    flags=("proof-step-false", "as-quoted"),
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
given(0 < β2)
given(β1/sqrt(β2) < 1)

Λ, Γ = 1/(1 - β1), 1/(1 - β1/sqrt(β2))
gradients = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = (Λ*D**2*sqrt(T)*h(T)/α
    + Λ*D**2/2*Sum(β[t]*sqrt(t)*h(t)/α, t, 1, T)
    + Λ**2*Γ*gradients(T))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """It is weaker than what holds without a condition on γ: 1/2 ≤ 1 ≤ 1/(1 - β₁), and 1 ≤ 1/(1 - γ)."""
    sharper = theorem("reddi2018/theorem-4-any-schedule")
    with let(i):
        with induction(0 <= game.v_max[t][i], t, base=game.v_max_start(i)) as top_nonneg:
            have(0 <= game.v_max[t+1][i],
                by=[game.v_max_step(t+1, i), larger(game.v_max[t][i], game.v[t+1][i])])
    always(top_nonneg, rate_nonneg, rate_small)
    one   = have(1 <= Λ)
    other = have(1 <= Γ,                                                                         by=nonneg(β1/sqrt(β2)))
    with let(1 <= t, i):
        close = have(1/(1 - β[t]) <= Λ,                                                                by=rate_small(t))
        less  = have(β[t]/(1 - β[t])*sqrt(t)*h(t) <= Λ*β[t]*sqrt(t)*h(t),             by=close.times(β[t]*sqrt(t)*h(t)))
    with let(1 <= T):
        always(log_nonneg(T))
        with let(i):
            size   = D**2*sqrt(T)*h(T)/α
            first  = have(size/2 <= Λ*size,                                          by=[one.times(size), nonneg(size)])
            middle = summed(less, t, 1, T).times(D**2/(2*α))
            third  = have(Λ*gradients(T)/2 <= Λ**2*Γ*gradients(T),
                by=[one.times(Λ*Γ*gradients(T)), other.times(Λ*gradients(T)), nonneg(Λ*gradients(T))])
            weaker = have(size/2 + D**2/(2*α)*Sum(β[t]/(1 - β[t])*sqrt(t)*h(t), t, 1, T) + Λ*gradients(T)/2 <= bound,
                by=[first, middle, third])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[sharper(T), summed(weaker, i, 1, d)])
    return regret
