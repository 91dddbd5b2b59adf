"""AMSGrad with constant momentum has O(√(T log T)) regret for all β₁ and β₂ below 1.

With steps α/√t, in any dimension, whether or not β₁² < β₂,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [(2 - β₁)/(4(1 - β₁)) D²√T √v̂_{T,i}/α
                                         + (1 + β₁)/(2(1 - β₁)) α√(1 + log T)/√(1 - β₂) ‖g_{1:T,i}‖].

Source
    Alacaoglu, Malitsky, Mertikopoulos & Cevher (2020), Theorem 1, without its condition; its number as remembered.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v̂_t, brings
    the raw step no farther from u and from x_t; 0 ≤ β₁ < 1, 0 ≤ β₂ < 1.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library.preconditioned import Q, momentum_sum, p, regret_of_constant, β
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
claim = Claim(
    kind="regret",
    source=Source("alacaoglu2020", "Theorem 1"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; β₁² > β₂.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": 0.5, "beta2": 0.125},
            constants={"α": 64, "β1": HALF, "β2": HALF**3, "d": 2, "D": 2, "u": (-1, HALF)},
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
given(0 <= β2)
given(β2 < 1)

gradients = lambda T: α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T))
bound = (2 - β1)/4/(1 - β1)*D**2*sqrt(T)*h(T)/α + (1 + β1)/2/(1 - β1)*gradients(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α: the regret is paid by the squares of momentum, these by those of the gradients."""
    by = amsgrad_moments(game, α, β2)
    κ, q = β1/(1 - β1), by.Q(t)
    played = [game.m_step, game.m_start, by.start, by.growing, by.silent]
    core = instance(regret_of_constant(), {Q: ([t, i], q)}, *played, *rates, diameter, convex,
        by.closer(to_u, u[i]), by.closer(to_x, x[t][i]))
    costs = instance(momentum_sum(), {Q: ([t, i], q), β: ([t], β1), p: ([t], κ)}, *played, *rates)
    with let(1 <= t, i):
        price = have((1 + κ)*(1 - β1)*g[t][i]**2/q == g[t][i]**2/q)
    with let(1 <= T):
        with let(i):
            squares = (calc(Sum(m[t][i]**2/q, t, 1, T))
                .le(Sum((1 + κ)*(1 - β1)*g[t][i]**2/q, t, 1, T),                                         by=costs(T, i))
                .eq(Sum(g[t][i]**2/q, t, 1, T),                                              by=summed(price, t, 1, T)))
            whole = inverse(1 - β1)[0]  # 1 + κ/2 = (1 - β₁/2)/(1 - β₁) and 1/2 + κ = (1 + β₁)/2/(1 - β₁)
            paid  = have((1 + κ/2)*D**2*by.Q(T)/2 + (HALF + κ)*Sum(m[t][i]**2/q, t, 1, T) <= bound,
                by=[squares.times(HALF + κ), by.gradients(T, i).times(HALF + κ),
                    whole.times(D**2*by.Q(T)/2), whole.times(gradients(T)/2)])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),    by=[core(T), summed(paid, i, 1, d)])
    return regret
