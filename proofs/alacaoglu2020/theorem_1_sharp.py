"""AMSGrad with constant momentum has O(√(T log T)) regret: the published bound with smaller constants.

With steps α/√t and γ = β₁²/β₂ < 1, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [(2 - β₁)/(4(1 - β₁)) D²√T √v̂_{T,i}/α
                                         + (1 + β₁)/2 α√(1 + log T)/√((1 - β₂)(1 - γ)) ‖g_{1:T,i}‖].

Source
    Alacaoglu, Malitsky, Mertikopoulos & Cevher (2020), Theorem 1, sharpened; its number as remembered.
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
from convcheck.library import over_roots, size_of_average, telescope
from convcheck.library.preconditioned import Q, regret_of_constant
from convcheck.library.second_moments import amsgrad_moments
from convcheck.optimizers.amsgrad import amsgrad
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
claim = Claim(
    kind="regret",
    source=Source("alacaoglu2020", "Theorem 1"),
    verdict="proved",
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
bound = (2 - β1)/4/(1 - β1)*D**2*sqrt(T)*h(T)/α + (1 + β1)/2*gradients(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """The core for Q_t = √t √v̂_t/α; (1 - β₂)(1 - γ)m² ≤ (1 - β₁)²v; and |m| is an average of |g|."""
    by = amsgrad_moments(game, α, β2)
    always(have(γ < 1,                                                   by=[momentum_short.times(1/β2), *inverse(β2)]))
    κ, q, v = β1/(1 - β1), by.Q(t), game.v
    core = instance(regret_of_constant(), {Q: ([t, i], q)}, game.m_step, game.m_start, by.start, by.growing, by.silent,
        *rates, diameter, convex, by.closer(to_u, u[i]), by.closer(to_x, x[t][i]))

    # the momentum is smaller than the root that divides it
    with let(i):
        base, c = [game.m_start(i), game.v_start(i)], β2 - β1**2
        with induction((1 - β2)*c*m[t][i]**2 <= (1 - β1)**2*β2*v[t][i], t, base=base) as bounded:
            have((1 - β2)*c*m[t+1][i]**2 <= (1 - β1)**2*β2*v[t+1][i], by=[game.m_step(t+1, i), game.v_step(t+1, i),
                bounded.times(β2), square(c*m[t][i] - β1*(1 - β1)*g[t+1][i]).times(1 - β2)])
    with let(1 <= t, i):
        whole = inverse(β2)[0]
        below = have(small*m[t][i]**2 <= (1 - β1)**2*game.v_max[t][i],
            by=[bounded(i, t).times(1/β2), whole.times((1 - β2)*m[t][i]**2), whole.times((1 - β1)**2*v[t][i]),
                by.above(t, i).times((1 - β1)**2)])
        price = by.price(m[t][i], small, 1 - β1, below)

    # Σ |m_t|/√t ≤ Σ |g_t|/√t: a potential
    Φ = lambda t: κ*abs(m[t-1][i])/sqrt(t)
    with let(1 <= t, i):
        average  = have(abs(m[t][i]) <= β1*abs(m[t-1][i]) + (1 - β1)*abs(g[t][i]),
            by=[game.m_step(t, i), size_of_average(β1, m[t-1][i], g[t][i])])
        slower   = have(1/sqrt(t+1) <= 1/sqrt(t),                                                  by=sqrt_mono(t, t+1))
        filtered = have(abs(m[t][i])/sqrt(t) <= Φ(t) - Φ(t+1) + abs(g[t][i])/sqrt(t),
            by=[average.times(1/(1 - β1)/sqrt(t)), slower.times(κ*abs(m[t][i])),
                *[inverse(1 - β1)[0].times(abs(e)/sqrt(t)) for e in (m[t][i], g[t][i])]])
    with let(1 <= T):
        with let(i):
            averaged = (calc(Sum(abs(m[t][i])/sqrt(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1) + abs(g[t][i])/sqrt(t), t, 1, T),                    by=summed(filtered, t, 1, T))
                .eq(Φ(1) - Φ(T+1) + Sum(abs(g[t][i])/sqrt(t), t, 1, T),                              by=telescope(Φ, T))
                .le(Sum(abs(g[t][i])/sqrt(t), t, 1, T),                           by=[game.m_start(i), nonneg(Φ(T+1))]))
            squares = (calc(Sum(m[t][i]**2/q, t, 1, T))
                .le(Sum(α*(1 - β1)/sqrt(small)*abs(m[t][i])/sqrt(t), t, 1, T),                by=summed(price, t, 1, T))
                .le((1 - β1)*gradients(T),
                    by=[r.times(α*(1 - β1)/sqrt(small)) for r in (averaged, over_roots(g[t][i], t, T))]))
            whole = inverse(1 - β1)[0]  # 1 + κ/2 = (1 - β₁/2)/(1 - β₁) and (1/2 + κ)(1 - β₁) = (1 + β₁)/2
            paid  = have((1 + κ/2)*D**2*by.Q(T)/2 + (HALF + κ)*Sum(m[t][i]**2/q, t, 1, T) <= bound,
                by=[squares.times(HALF + κ), whole.times(D**2*by.Q(T)/2), whole.times(β1*gradients(T))])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d),    by=[core(T), summed(paid, i, 1, d)])
    return regret
