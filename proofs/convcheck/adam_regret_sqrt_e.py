"""Adam's regret bound: AdaGrad's up to √e and a factor of β₁, for T rounds with T(1 - β₂) ≤ 1.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  √e (D²/(2α) + α(1 + β₁)/(1 - β₁)) Σ_i ‖g_{1:T,i}‖ + d ε D² √T/(2α).

β₂ = 1 - 1/T is such a rate, and so is the default β₂ = 0.999 up to T = 1000.  Here e is any number whose logarithm is
at least 1: Euler's number is the least.

On the periodic losses of Reddi, Kale & Kumar (2018), where Adam with smaller β₂ diverges (`reddi` with C = 3, D = 2),
with β₂ = 1 - 1/T, α = √2 and x_1 = 1, the bound is so many times the regret; the last row is the bound of
convcheck/adam-regret-sharp.

    T                   30      300     3000    30000
    β₁ = 0            2.74     3.28     3.51     3.59
    β₁ = 0.9         88.50   279.45   883.59  2794.12
    β₁ = 0, sharp     2.02     2.42     2.59     2.65

Source
    Of this project; apparently unpublished; nearest results as on the card of convcheck/adam-regret.  Défossez et al.
    (2022) choose β₂ = 1 - 1/T for the same reason, and bound
    gradient norms of smooth functions; Reddi, Kale & Kumar (2018), Corollary 2, has β₂ = 1 - 1/t.
Assumptions
    As for convcheck/adam-regret: convex losses, coordinates clipped to intervals of length at most D, any β₁ < 1.
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import power_above, power_of_product
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="regret",
    source=Source("convcheck", "Adam's regret, √e"),
    verdict="proved",
    # The first gradient is 0; steps are so long that for twelve rounds points are corners, where losses are exact.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=200.0), "beta1": 0.5, "beta2": 0.99, "eps": 0.0},
            constants={"α": 200, "β1": Fraction(1, 2), "β2": Fraction(99, 100), "ε": 0, "e": Fraction(27183, 10000)}
            | {"D": 2, "d": 2, "low": -1, "high": 1, "u": (-1, 1)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, T, s, i, d = ints("t T s i d")
α, D, β1, β2, ε, e = reals("α D β1 β2 ε e")
u, low, high = vectors("u low high")

clipped = lambda y: clip(y, low[i], high[i])
game = play(adam, coordinates=(i, d), project=clipped, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=ε)
x, g, f = game.x, game.g, game.f
game.given(Convex(), u=u)

# fmt: off
given(0 < α)
given(0 <= ε)
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(0 <= d)
given(forall(i, low[i] <= u[i]))
given(forall(i, u[i] <= high[i]))
given(forall(i, low[i] <= x[1][i]))
given(forall(i, x[1][i] <= high[i]))
given(forall(i, high[i] - low[i] <= D))
given(0 < e)
given(1 <= log(e))

G = lambda t: sqrt(Sum(g[s][i]**2, s, 1, t))
C = D**2/(2*α) + α*(1 + β1)/(1 - β1)
rest = d*ε*D**2*sqrt(T)/(2*α)
statement = forall(1 <= T, T*(1 - β2) <= 1,
    Sum(f[t](x[t]) - f[t](u), t, 1, T) <= sqrt(e) * C * Sum(G(T), i, 1, d) + rest, over=[T])


def proof() -> Fact:
    """1 ≤ e β₂ᵀ⁻¹, as its logarithm is at least 1 - (T - 1)(1 - β₂)/β₂ ≥ 0."""
    adam_regret = theorem("convcheck/adam-regret")
    with let(1 <= T, T*(1 - β2) <= 1):
        q = sqrt(β2)
        θ = q**(T-1)
        large = power_above(e, β2, T-1)
        squared = have(β2**(T-1) == θ**2,      by=[power_of_product(q, q, T-1), image(lambda b: b**(T-1), root(β2)[0])])
        factor = by_squares(1 <= sqrt(e)*θ,                                      by=[large, squared.times(e), *root(e)])
        bound = have(1/θ <= sqrt(e),                                                               by=factor.times(1/θ))
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(C/θ*Sum(G(T), i, 1, d) + rest,                                                        by=adam_regret(T))
            .le(sqrt(e)*C*Sum(G(T), i, 1, d) + rest,                              by=bound.times(C*Sum(G(T), i, 1, d))))
    return regret
