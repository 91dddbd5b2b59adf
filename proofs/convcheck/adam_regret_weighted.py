"""Adam without momentum has AdaGrad's regret, recent gradients weighing more: one telescoping, every T at once.

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

game = play(
    adam,
    coordinates=(i, d),
    lr=lambda t: α / sqrt(t),
    beta1=0,
    beta2=β2,
    eps=0,
    project=lambda y: clip(y, low[i], high[i]),
)
f = game.f
x, g, m, v, c1, c2 = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.m, game.v, game.c1, game.c2))
convex = game.given(Convex(), u=u)

# fmt: off
given(0 < α)
given(0 < β2)
given(β2 < 1)
u_low, u_high = given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))
x_low, x_high = given(forall(i, low[i] <= x(1))), given(forall(i, x(1) <= high[i]))
width = given(forall(i, high[i] - low[i] <= D))

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
    denominator = theorem("convcheck/adam-denominator")

    # what the lemma says, each qᵗ⁻¹ being at most 1
    with let(i), let(1 <= t):
        c2_pos, v_nonneg, *_, growth, price = parts(denominator(i, t))
        always(c2_pos, v_nonneg, have(0 < c1(t),                                                 by=game.c1_step(t, i)))
        more = have(Y(t-1) <= Y(t), by=sqrt_mono(S(t-1), S(t), by=last(S(t))))
        always(more)
        light = power_at_most_one(q, t-1)
        lighter = by_squares(sqrt(q**(t-1)) <= 1,                                           by=[*root(q**(t-1)), light])
        slower = have(w(t) - w(t-1) <= Y(t) - Y(t-1),                         by=[growth, lighter.times(Y(t) - Y(t-1))])
        cheaper = have(g(t)**2 <= 2*w(t)*(Y(t) - Y(t-1)),               by=[price, light.times(2*w(t)*(Y(t) - Y(t-1)))])

    # the iterates stay in the box
    with let(i):
        with let(1 <= t):
            state = [game.m_step(t, i), game.c1_step(t, i)]
            step = have(x(t+1) == clip(x(t) - α*g(t)/w(t), low[i], high[i]),               by=[game.step(t, i), *state])
        with induction(low[i] <= x(t), t, start=1, base=x_low(i)) as above:
            have(low[i] <= x(t+1),                                                    by=[step(t), u_low(i), u_high(i)])
        with induction(x(t) <= high[i], t, start=1, base=x_high(i)) as below:
            have(x(t+1) <= high[i],                                                   by=[step(t), u_low(i), u_high(i)])

    # one round
    Φ = lambda t: (w(t-1)*r(t)**2 - D**2*Y(t-1))/(2*α) - α*Y(t-1)
    with let(i), let(1 <= t):
        always(more(i, t))
        left = have(0 <= D + r(t),                                                by=[above(i, t), u_high(i), width(i)])
        right = have(0 <= D - r(t),                                                by=[below(i, t), u_low(i), width(i)])
        far = have(r(t)**2 <= D**2,                                                                    by=[left, right])
        closer = have(r(t+1)**2 <= (x(t) - α*g(t)/w(t) - u[i])**2,                 by=[step(i, t), u_low(i), u_high(i)])
        claimed = g(t)*r(t) <= w(t)*(r(t)**2 - r(t+1)**2)/(2*α) + α*(Y(t) - Y(t-1))
        for silent in cases(v(t) <= 0):
            if silent:  # no gradient so far: 0/0 = 0, and nothing moves
                no_weight = square_zero(sqrt(v(t)/c2(t)),                                      by=silent.times(1/c2(t)))
                no_gradient = square_zero(g(t),          by=[cheaper(i, t), no_weight.times(2*sqrt(t)*(Y(t) - Y(t-1)))])
                paid = have(claimed,                                                        by=[no_gradient, no_weight])
            else:
                paid = have(claimed,                         by=[closer.times(w(t)/(2*α)), cheaper(i, t).times(1/w(t))])
        one_round = (calc(g(t)*r(t))
            .le(w(t)*(r(t)**2 - r(t+1)**2)/(2*α) + α*(Y(t) - Y(t-1)),                                           by=paid)
            .le(Φ(t) - Φ(t+1),                by=[slower(i, t).times(r(t)**2/(2*α)), far.times((Y(t) - Y(t-1))/(2*α))]))

    # all rounds, all coordinates
    with let(1 <= T):
        with let(i):
            regret_i = (calc(Sum(g(t)*r(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1), t, 1, T),                                       by=summed(one_round(i), t, 1, T))
                .eq(Φ(1) - Φ(T+1),                                                                   by=telescope(Φ, T))
                .le((D**2/(2*α) + α)*Y(T),              by=[empty(S(0)), root_of_zero(), nonneg(w(T)*r(T+1)**2/(2*α))]))
        regret = (calc(Sum(f[t](game.x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(g(t)*r(t), i, 1, d), t, 1, T),                                       by=summed(convex, t, 1, T))
            .eq(Sum(Sum(g(t)*r(t), t, 1, T), i, 1, d),                                   by=swap(g(t)*r(t), t, T, i, d))
            .le((D**2/(2*α) + α) * Sum(Y(T), i, 1, d),                                    by=summed(regret_i, i, 1, d)))
    return regret
