"""AMSGrad on a box, as its code clips it, with momentum that does not grow.

With steps α/√t, in any dimension, on a box whose sides are at most D,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α) + D²/(2α) Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) √t √v̂_{t,i}
                                         + α√(1 + log T)/(2√(1 - β₂)) ‖g_{1:T,i}‖].

Source
    Reddi, Kale & Kumar (2018), Theorem 4, sharpened: `theorem-4-sharp`, where the set is a box.
Assumptions
    The losses are convex; 0 ≤ β₁ₜ < 1 does not increase.  Nothing is assumed about the projection.
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.boxes import Box
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
            constants={
                "α": 8,
                "β": half,
                "β2": Fraction(1, 2),
                "d": 2,
                "D": 2,
                "low": -1,
                "high": 1,
                "u": (-1, Fraction(1, 2)),
            },
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β2, D = reals("α β2 D")
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
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] < 1))
given(forall(1 <= t, β[t+1] <= β[t]))

bound = (D**2*sqrt(T)*h(T)/(2*α)
    + D**2/(2*α)*Sum(β[t]/(1 - β[t])*sqrt(t)*h(t), t, 1, T)
    + α*sqrt(1 + log(T))/(2*sqrt(1 - β2))*sqrt(Sum(g[t][i]**2, t, 1, T)))
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The theorem for any convex set; clipping brings each coordinate closer to u."""
    top = game.v_max
    with let(i), induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
        have(0 <= top[t+1][i],                          by=[game.v_max_step(t+1, i), larger(top[t][i], game.v[t+1][i])])
    always(top_nonneg)
    box = Box(game, u, D, around, start, width)
    return instance(theorem("reddi2018/theorem-4-sharp"), {}, box.nearest_to_u(h(t)), box.diameter)
