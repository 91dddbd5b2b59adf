"""AMSGrad with constant momentum on a box, as its code clips it, has O(√(T log T)) regret.

With steps α/√t and γ = β₁²/β₂ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α(1 - β₁)) + α√(1 + log T)/√((1 - β₂)(1 - γ)) ‖g_{1:T,i}‖].

Source
    Alacaoglu, Malitsky, Mertikopoulos & Cevher (2020), Theorem 1, on a box; number and constants as remembered.
Assumptions
    The losses are convex; 0 ≤ β₁ < 1, 0 < β₂ < 1, β₁² < β₂.  Nothing is assumed about the projection.
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.boxes import Box
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
claim = Claim(
    kind="regret",
    source=Source("alacaoglu2020", "Theorem 1"),
    verdict="proved",
    flags=("as-quoted",),
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": 0.5, "beta2": 0.5},
            constants={"α": 64, "β1": HALF, "β2": HALF, "d": 2, "D": 2, "low": -1, "high": 1, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2, D = reals("α β1 β2 D")
u, low, high = vectors("u low high")

clipped = lambda y: clip(y, low[i], high[i])
game = play(amsgrad, coordinates=(i, d), project=clipped, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2)
x, g, f = game.x, game.g, game.f
game.given(Convex(), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
around = [given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))]
start  = [given(forall(i, low[i] <= x[1][i])), given(forall(i, x[1][i] <= high[i]))]
width  = given(forall(i, high[i] - low[i] <= D))
given(0 < α)
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(β1**2 < β2)
γ = β1**2/β2

small = (1 - β2)*(1 - γ)
gradients = lambda T: α*sqrt(1 + log(T))/sqrt(small)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = D**2*sqrt(T)*h(T)/(2*α)/(1 - β1) + gradients(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The theorem for any convex set; clipping brings each coordinate closer to every point of the box."""
    top = game.v_max
    with let(i), induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
        have(0 <= top[t+1][i],                          by=[game.v_max_step(t+1, i), larger(top[t][i], game.v[t+1][i])])
    always(top_nonneg)
    box = Box(game, u, D, around, start, width)
    domain = [box.nearest_to_u(h(t)), box.nearest_to_x(h(t)), box.diameter]
    return instance(theorem("alacaoglu2020/theorem-1"), {}, *domain)
