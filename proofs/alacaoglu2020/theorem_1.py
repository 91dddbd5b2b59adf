"""AMSGrad with constant momentum has O(√(T log T)) regret.

With steps α/√t and γ = β₁²/β₂ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [D²√T √v̂_{T,i}/(2α(1 - β₁)) + α√(1 + log T)/√((1 - β₂)(1 - γ)) ‖g_{1:T,i}‖].

Source
    Alacaoglu, Malitsky, Mertikopoulos & Cevher (2020), Theorem 1; number and constants as remembered.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u and from x_t; 0 ≤ β₁ < 1, 0 < β₂ < 1, β₁² < β₂.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import log_nonneg
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
            constants={"α": 64, "β1": HALF, "β2": HALF, "d": 2, "D": 2, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d = ints("t T i d")
α, β1, β2, D = reals("α β1 β2 D")
(u,) = vectors("u")

game = play(amsgrad, coordinates=(i, d), project=False, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2)
x, g, m, f = game.x, game.g, game.m, game.f
convex, diameter = game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h = lambda t: sqrt(game.v_max[t][i])
nearest = lambda y: given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - y)**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - y)**2, i, 1, d)))
to_u, to_x = nearest(u[i]), nearest(x[t][i])
given(0 < α)
rates = given(0 <= β1), given(β1 < 1)
given(0 < β2)
given(β2 < 1)
momentum_short = given(β1**2 < β2)
γ = β1**2/β2

small = (1 - β2)*(1 - γ)
gradients = lambda T: α*sqrt(1 + log(T))/sqrt(small)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = D**2*sqrt(T)*h(T)/(2*α)/(1 - β1) + gradients(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The sharper bound has (2 - β₁)/2 ≤ 1 times the first term, and (1 + β₁)/2 ≤ 1 times the second."""
    sharper = theorem("alacaoglu2020/theorem-1-sharp")
    top = game.v_max
    with let(i), induction(0 <= top[t][i], t, base=game.v_max_start(i)) as top_nonneg:
        have(0 <= top[t+1][i],                          by=[game.v_max_step(t+1, i), larger(top[t][i], game.v[t+1][i])])
    short = have(γ < 1,                                                   by=[momentum_short.times(1/β2), *inverse(β2)])
    always(top_nonneg, short)
    with let(1 <= T):
        always(log_nonneg(T))
        with let(i):
            first  = nonneg(β1*D**2*sqrt(T)*h(T)/(4*α)/(1 - β1))
            second = rates[1].times(gradients(T)/2)
            looser = have((2 - β1)/4/(1 - β1)*D**2*sqrt(T)*h(T)/α + (1 + β1)/2*gradients(T) <= bound,
                by=[first, second])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),
            by=[sharper(T), summed(looser, i, 1, d)])
    return regret
