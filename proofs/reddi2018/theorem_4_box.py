"""AMSGrad on a box, as its code clips it: the published regret bound is true, for every schedule of momentum.

With steps α/√t, any 0 ≤ β₁ₜ ≤ β₁ < 1 and γ = β₁/√β₂ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(α(1 - β₁)) + D²/(2(1 - β₁)) Σ_{t ≤ T} β₁ₜ √t √v̂_{t,i}/α
                                         + α√(1 + log T)/((1 - β₁)²(1 - γ)√(1 - β₂)) ‖g_{1:T,i}‖].

The statement is true, also where β₁ₜ goes up and down.  The printed derivation is not a proof: it puts 1/(1 - β₁) for
1/(1 - β₁ₜ) in front of differences without a sign, as Tran & Phong (2019) point out.

How the bound grows depends on the schedule, see reddi2018/theorem-4.

Source
    Reddi, Kale & Kumar (2018), Theorem 4, as quoted in Tran & Phong (2019), Theorem A, where the set is a box.
Assumptions
    The losses are convex; 0 ≤ β₁ₜ ≤ β₁ < 1; 0 < β₂ < 1, β₁ < √β₂.  Nothing is assumed about the projection.
"""

from fractions import Fraction
from typing import Any

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.boxes import Box
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
            constants={
                "α": 64,
                "β": alternating,
                "β1": HALF,
                "β2": HALF,
                "d": 2,
                "D": 2,
                "low": -1,
                "high": 1,
                "u": (-1, HALF),
            },
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2, D = reals("α β1 β2 D")
(u, low, high), (β,) = vectors("u low high"), sequences("β")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
clipped = lambda y: clip(y, low[i], high[i])
game = play(amsgrad, coordinates=(i, d), project=clipped, lr=step, beta1=rate, beta2=β2)
x, g, f = game.x, game.g, game.f
game.given(Convex(), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
around = [given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))]
start  = [given(forall(i, low[i] <= x[1][i])), given(forall(i, x[1][i] <= high[i]))]
width  = given(forall(i, high[i] - low[i] <= D))
given(0 < α)
given(0 <= β2)
given(β2 < 1)
given(0 <= β1)
given(β1 < 1)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] <= β1))
given(0 < β2)
given(β1/sqrt(β2) < 1)

Λ, Γ = 1/(1 - β1), 1/(1 - β1/sqrt(β2))
gradients = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = (Λ*D**2*sqrt(T)*h(T)/α
    + Λ*D**2/2*Sum(β[t]*sqrt(t)*h(t)/α, t, 1, T)
    + Λ**2*Γ*gradients(T))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The theorem for any convex set; clipping brings each coordinate closer to every point of the box."""
    top = game.v_max
    with let(i), induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
        have(0 <= top[t+1][i],                          by=[game.v_max_step(t+1, i), larger(top[t][i], game.v[t+1][i])])
    always(top_nonneg)
    box = Box(game, u, D, around, start, width)
    return instance(theorem("reddi2018/theorem-4"), {}, box.nearest_to_u(h(t)), box.diameter)
