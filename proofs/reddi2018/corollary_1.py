"""AMSGrad with momentum that fades geometrically has O(√(T log T)) regret: the published bound, but for 1/α and a sum.

With steps α/√t, β₁ₜ = β₁λ^(t-1), γ = β₁/√β₂ < 1 and gradients at most G in each coordinate, in any dimension d,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_{i ≤ d} [D²√T √v̂_{T,i}/(α(1 - β₁)) + β₁D²G/(2α(1 - β₁)(1 - λ)²)
                                               + α√(1 + log T)/((1 - β₁)²(1 - γ)√(1 - β₂)) ‖g_{1:T,i}‖].

In print the second term has neither 1/α nor the sum over the coordinates, and in one text the first has no 1/α either
(reddi2018/corollary-1-text).

Source
    Reddi, Kale & Kumar (2018), Corollary 1, in the form that its Theorem 4 gives.
Assumptions
    The losses are convex; the points are within D of u in each coordinate, the gradients at most G; the projection, in
    the norm of √v̂_t, brings the raw step no farther from u; 0 ≤ β₁ < 1, 0 < β₂ < 1, β₁ < √β₂,
    0 < λ < 1.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, BoundedGradients, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import log_nonneg
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.exponential import exponential
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
halving = exponential.with_parameters(alpha=0.5, gamma=0.5)
claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Corollary 1"),
    verdict="proved",
    flags=("as-quoted",),
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
(u,) = vectors("u")

step, rate = lambda t: α / sqrt(t), lambda t: β1 * λ ** (t - 1)
game = play(amsgrad, coordinates=(i, d), project=False, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
game.given(Convex(), BoundedDomain(D, norm=inf), BoundedGradients(G, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
given(0 < λ)
given(λ < 1)
given(0 <= G)
given(0 < β2)
given(β1/sqrt(β2) < 1)

Λ, Γ = 1/(1 - β1), 1/(1 - β1/sqrt(β2))
fading = Λ*β1*D**2*G/(2*α)/(1 - λ)**2
lengths = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = Λ*D**2*sqrt(T)*h(T)/α + fading + Λ**2*Γ*lengths(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """It is weaker than what holds without a condition on γ: 1/2 ≤ 1 ≤ 1/(1 - β₁), and 1 ≤ 1/(1 - γ)."""
    sharper, top = theorem("reddi2018/corollary-1-sharp"), game.v_max
    with let(i), induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
        have(0 <= top[t+1][i],                          by=[game.v_max_step(t+1, i), larger(top[t][i], game.v[t+1][i])])
    always(top_nonneg)
    one   = have(1 <= Λ)
    other = have(1 <= Γ,                                                                         by=nonneg(β1/sqrt(β2)))
    with let(1 <= T):
        always(log_nonneg(T))
        with let(i):
            size   = D**2*sqrt(T)*h(T)/α
            first  = have(size/2 <= Λ*size,                                          by=[one.times(size), nonneg(size)])
            third  = have(lengths(T)/2 <= Λ**2*Γ*lengths(T),
                by=[one.times(lengths(T)), one.times(Λ*lengths(T)), other.times(Λ**2*lengths(T)), nonneg(lengths(T))])
            weaker = have(size/2 + fading + lengths(T)/2 <= bound,                                    by=[first, third])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[sharper(T), summed(weaker, i, 1, d)])
    return regret
