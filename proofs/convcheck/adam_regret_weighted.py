"""Adam without momentum has AdaGrad's regret bound, recent gradients weighing more: one telescoping, every T at once.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  (D²/(2α) + α) Σ_i √(Σ_{t ≤ T} g_{t,i}² / β₂ᵗ⁻¹).

As β₂ → 1 this is AdaGrad's bound.  The optimizer is the one of Kingma & Ba (2015), Algorithm 1, with β₁ = 0, ε = 0 and
steps α/√t, and each coordinate clipped to an interval; β₂ is constant.

Source
    Of this project; apparently unpublished.  Nearest: Reddi, Kale & Kumar (2018), Corollary 2, for β₂ = 1 - 1/t; and
    Défossez et al. (2022), who show for smooth functions that Adam with β₂ = 1 - 1/T is AdaGrad with T known.
Assumptions
    The losses are convex; interval i contains u_i and x_{1,i} and has length at most D.  Gradients may be of any size,
    also 0 from the beginning on (0/0 = 0).
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import power_at_most_one, swap, telescope
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="regret",
    source=Source("convcheck", "Adam's regret, weighted"),
    verdict="proved",
    # The first gradient is 0; steps are so long that for twelve rounds points are corners, where losses are exact.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=20.0), "beta1": 0.0, "beta2": 0.75, "eps": 0.0},
            constants={"α": 20, "β2": Fraction(3, 4), "D": 2, "d": 2, "low": -1, "high": 1, "u": (-1, 1)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, T, s, i, d = ints("t T s i d")
α, D, β2 = reals("α D β2")
u, low, high = vectors("u low high")

clipped = lambda y: clip(y, low[i], high[i])
game = play(adam, coordinates=(i, d), project=clipped, lr=lambda t: α / sqrt(t), beta1=0, beta2=β2, eps=0)
x, g, v, c2 = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.v, game.c2))
f = game.f
convex = game.given(Convex(), u=u)

# fmt: off
given(0 < α)
given(0 < β2)
given(β2 < 1)
given(forall(i, low[i] <= u[i]))
given(forall(i, u[i] <= high[i]))
given(forall(i, low[i] <= x(1)))
given(forall(i, x(1) <= high[i]))
given(forall(i, high[i] - low[i] <= D))

S = lambda t: Sum(g(s)**2/β2**(s-1), s, 1, t)
Y = lambda t: sqrt(S(t))
statement = forall(1 <= T,
    Sum(f[t](game.x[t]) - f[t](u), t, 1, T) <= (D**2/(2*α) + α) * Sum(Y(T), i, 1, d))


def proof() -> Fact:
    """Adam divides by w, which grows by no more than Y does: a potential pays with Y for distance and step."""
    w = lambda t: sqrt(t)*sqrt(v(t)/c2(t))
    r = lambda t: x(t) - u[i]
    q = sqrt(β2)
    always(have(q <= 1, by=by_squares(q <= 1, by=root(β2))))
    denominator, one_round = theorem("convcheck/adam-denominator"), theorem("convcheck/adam-round")

    Φ = lambda t: (w(t-1)*r(t)**2 - D**2*Y(t-1))/(2*α) - α*Y(t-1)
    with let(i), let(1 <= t):
        c2_pos, v_nonneg, *_, growth, _ = parts(denominator(i, t))
        always(c2_pos, v_nonneg)
        always(have(0 <= Y(t) - Y(t-1), by=sqrt_mono(S(t-1), S(t), by=last(S(t)))))
        light = power_at_most_one(q, t-1)
        lighter = by_squares(sqrt(q**(t-1)) <= 1,                                           by=[*root(q**(t-1)), light])
        slower = have(w(t) - w(t-1) <= Y(t) - Y(t-1),                         by=[growth, lighter.times(Y(t) - Y(t-1))])
        paid, far = parts(one_round(i, t))
        falls = (calc(g(t)*r(t))
            .le(w(t)*(r(t)**2 - r(t+1)**2)/(2*α) + α*(Y(t) - Y(t-1)),         by=[paid, light.times(α*(Y(t) - Y(t-1)))])
            .le(Φ(t) - Φ(t+1),                      by=[slower.times(r(t)**2/(2*α)), far.times((Y(t) - Y(t-1))/(2*α))]))

    with let(1 <= T):
        with let(i):
            start = [empty(S(0)), root_of_zero()]
            regret_i = (calc(Sum(g(t)*r(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1), t, 1, T),                                           by=summed(falls(i), t, 1, T))
                .eq(Φ(1) - Φ(T+1),                                                                   by=telescope(Φ, T))
                .le((D**2/(2*α) + α)*Y(T),                                   by=[*start, nonneg(w(T)*r(T+1)**2/(2*α))]))
        regret = (calc(Sum(f[t](game.x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(g(t)*r(t), i, 1, d), t, 1, T),                                       by=summed(convex, t, 1, T))
            .eq(Sum(Sum(g(t)*r(t), t, 1, T), i, 1, d),                                   by=swap(g(t)*r(t), t, T, i, d))
            .le((D**2/(2*α) + α) * Sum(Y(T), i, 1, d),                                    by=summed(regret_i, i, 1, d)))
    return regret
