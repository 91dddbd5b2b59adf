"""Adam's regret bound: AdaGrad's up to β₂^(-(T-1)/2) and a factor of β₁, for all β₁ and β₂, and every T at once.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  (D²/(2α) + α(1 + β₁)/(1 - β₁)) / √β₂ᵀ⁻¹ · Σ_i ‖g_{1:T,i}‖ + d ε D² √T/(2α).

It takes the place of Theorem 4.1 of Kingma & Ba (2015), for the algorithm that they print: both corrections of the
bias, constant β₁ and β₂, any ε ≥ 0; with steps α/√t, as in their theorem, and each coordinate clipped to an interval.
As β₂ → 1 the bound is AdaGrad's but for the factor (1 + β₁)/(1 - β₁), which momentum puts before α, and the term of ε.

The factor 1/√β₂ᵀ⁻¹ is at most √e while T(1 - β₂) ≤ 1 (convcheck/adam-regret-sqrt-e).  For a constant β₂ it grows
exponentially, and in the end the bound says nothing; for β₂ < 1/5 none of order √T holds (kingma2015/corollary-4-2).

Source
    Of this project; apparently unpublished.  The nearest regret bounds change the rates or the algorithm: Reddi, Kale &
    Kumar (2018), Corollary 2 (β₂ = 1 - 1/t) and Theorem 4 (AMSGrad); Mukkamala & Hein (2017), RMSProp with β₂ that
    tends to 1 like 1 - 1/t.  Alacaoglu et al. (2020) have the identity for constant β₁.  Défossez et al. (2022) take
    β₂ = 1 - 1/T and bound gradient norms of smooth functions; Ahn, Zhang, Kook & Dai (2024) bound discounted regret of
    the steps.  That weights β₂⁻ˢ make discounted sums plain is common knowledge.
Assumptions
    The losses are convex; interval i contains u_i and x_{1,i} and has length at most D.  Nothing relates β₁ to β₂, and
    gradients may be of any size, also 0 from the beginning on (0/0 = 0).
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import (
    clip_below,
    clip_inside,
    clip_nearer,
    count,
    power_at_most_one,
    power_falls,
    swap,
    telescope,
)
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

half = Fraction(1, 2)
claim = Claim(
    kind="regret",
    source=Source("convcheck", "Adam's regret"),
    verdict="proved",
    # The first gradient is 0; steps are so long that for twelve rounds points are corners, where losses are exact.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=200.0), "beta1": 0.5, "beta2": 0.75, "eps": 0.0},
            constants={"α": 200, "β1": half, "β2": Fraction(3, 4), "ε": 0}
            | {"D": 2, "d": 2, "low": -1, "high": 1, "u": (-1, 1)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, T, s, i, d = ints("t T s i d")
α, D, β1, β2, ε = reals("α D β1 β2 ε")
u, low, high = vectors("u low high")

clipped = lambda y: clip(y, low[i], high[i])
game = play(adam, coordinates=(i, d), project=clipped, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=ε)
x, g, m, v, c1, c2 = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.m, game.v, game.c1, game.c2))
f, convex = game.f, game.given(Convex(), u=u)

# fmt: off
given(0 < α)
given(0 <= ε)
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(0 <= d)
u_low, u_high = given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))
x_low, x_high = given(forall(i, low[i] <= x(1))), given(forall(i, x(1) <= high[i]))
width = given(forall(i, high[i] - low[i] <= D))

squares = lambda t: Sum(g(s)**2, s, 1, t)
G = lambda t: sqrt(squares(t))
C = D**2/(2*α) + α*(1 + β1)/(1 - β1)
θ = sqrt(β2)**(T-1)
statement = forall(1 <= T,
    Sum(f[t](game.x[t]) - f[t](u), t, 1, T) <= C/θ * Sum(G(T), i, 1, d) + d*ε*D**2*sqrt(T)/(2*α))

# the step is α·a, and Ω·a = m
h = lambda t: sqrt(v(t)/c2(t))
a = lambda t: m(t)/c1(t)/(h(t) + ε)/sqrt(t)
w = lambda t: sqrt(t)*h(t)
Ω = lambda t: c1(t)*(w(t) + ε*sqrt(t))
# what pays for it
S = lambda t: Sum(g(s)**2/β2**(s-1), s, 1, t)
Y = lambda t: sqrt(S(t))
Z = lambda t: c1(t)*(Y(t) + ε*sqrt(t))
P = lambda t: m(t)**2/c1(t)/G(t)
q = sqrt(β2)
λ = β1/(1 - β1)
κ = (1 + β1)/(1 - β1)/2
r = lambda t: x(t) - u[i]
Φ = lambda t: (Ω(t-1)*r(t)**2 - D**2*Z(t-1))/(2*α) - λ*m(t-1)*r(t) + κ*α*(λ*P(t-1) - 2*G(t-1))/θ


def proof() -> Fact:
    """A potential: it pays for the distance with Z, for the step with G/θ, and momentum telescopes."""
    lemmas = theorem("convcheck/adam-denominator"), theorem("convcheck/adam-momentum")
    always(have(q <= 1, by=by_squares(q <= 1, by=root(β2))))
    gap, Z_up, Z_top = _distance(*lemmas)
    closer, nearby, far = _box()
    moved, cost, falls = _step(*lemmas)

    with let(1 <= T), let(i), let(1 <= t, t <= T):
        always(Z_up(i, t), have(0 <= Ω(t)))
        ahead, Ωa = x(t) - x(t+1), moved(T, i, t)
        split = have(g(t)*r(t) == m(t)*r(t) + λ*m(t)*ahead + λ*(m(t)*r(t+1) - m(t-1)*r(t)),
            by=game.m_step(t, i).times(r(t)/(1-β1)))
        descent = have(m(t)*r(t) <= Ω(t)/(2*α)*(r(t)**2 - r(t+1)**2) + α/2*m(t)*a(t),
            by=[closer(i, t).times(Ω(t)/(2*α)), Ωa.times(r(t)), Ωa.times(α*a(t))])
        pair = nearby(i, t).times(Ω(t)/(2*α)), square(α*a(t) - ahead).times(Ω(t)/(2*α))
        drift = have(m(t)*ahead <= α*m(t)*a(t),
            by=[*pair, Ωa.times(ahead), Ωa.times(α*a(t))])
        wider = have(Ω(t)*r(t)**2 - D**2*Z(t) <= Ω(t-1)*r(t)**2 - D**2*Z(t-1),
            by=[gap(i, t).times(r(t)**2), far(i, t).times(Z(t) - Z(t-1))])
        paid = cost(T, i, t).times(κ*α), falls(i, t).times(κ*α/θ)
        one_round = have(g(t)*r(t) <= Φ(t) - Φ(t+1),
            by=[split, descent, drift.times(λ), wider.times(1/(2*α)), *paid])

    each = C/θ*G(T) + ε*D**2*sqrt(T)/(2*α)
    with let(1 <= T):
        with let(i):
            always(have(0 <= Ω(T)))
            nothing, Ωa = have(G(0) == 0,                        by=[empty(squares(0)), root_of_zero()]), moved(T, i, T)
            end = have(λ*m(T)*r(T+1) <= Ω(T)*r(T+1)**2/(2*α) + λ**2*α/2*m(T)*a(T),
                by=[square(r(T+1) - λ*α*a(T)).times(Ω(T)/(2*α)), Ωa.times(λ*r(T+1)), Ωa.times(λ**2*α*a(T))])
            rest = [cost(T, i, T).times(λ**2*α/2), nonneg(λ*α*(1 + λ)*P(T)/(2*θ))]
            regret_i = (calc(Sum(g(t)*r(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1), t, 1, T),                                    by=summed(one_round(T, i), t, 1, T))
                .eq(Φ(1) - Φ(T+1),                                                                   by=telescope(Φ, T))
                .eq(-Φ(T+1),                             by=[game.m_start(i), game.c1_start(i), nothing.times(2*κ*α/θ)])
                .le(each,                                               by=[end, Z_top(T, i).times(D**2/(2*α)), *rest]))
        regret = (calc(Sum(f[t](game.x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(g(t)*r(t), i, 1, d), t, 1, T),                                       by=summed(convex, t, 1, T))
            .eq(Sum(Sum(g(t)*r(t), t, 1, T), i, 1, d),                                   by=swap(g(t)*r(t), t, T, i, d))
            .le(Sum(each, i, 1, d),                                                        by=summed(regret_i, i, 1, d))
            .eq(C/θ*Sum(G(T), i, 1, d) + d*ε*D**2*sqrt(T)/(2*α),               by=count(d).times(ε*D**2*sqrt(T)/(2*α))))
    return regret


def _distance(denominator: Fact, momentum: Fact) -> tuple[Fact, Fact, Fact]:
    """Ω grows by no more than Z, which grows, to at most G_T/θ + ε√T."""
    with let(i), let(1 <= t):
        c2_pos, v_nonneg, _, Y_small, _, w_small, growth, _ = parts(denominator(i, t))
        c1_pos, c1_small, c1_old, c1_up, _, _ = parts(momentum(i, t))
        always(c1_pos, c1_old, c1_up, c2_pos, v_nonneg)
        more, later = always(sqrt_mono(S(t-1), S(t),                                  by=last(S(t)))), sqrt_mono(t-1, t)
        lighter = by_squares(sqrt(q**(t-1)) <= 1,                       by=[*root(q**(t-1)), power_at_most_one(q, t-1)])
        slower = have(w(t) - w(t-1) <= Y(t) - Y(t-1),                         by=[growth, lighter.times(Y(t) - Y(t-1))])
        gap = have(Ω(t) - Ω(t-1) <= Z(t) - Z(t-1),           by=[slower.times(c1(t-1)), w_small.times(c1(t) - c1(t-1))])
        Z_up = have(Z(t-1) <= Z(t),     by=[more.times(c1(t-1)), later.times(ε*c1(t-1)), c1_up.times(Y(t) + ε*sqrt(t))])
    with let(1 <= T), let(i):
        Z_top = have(Z(T) <= G(T)/θ + ε*sqrt(T),  by=[Y_small(i, T).times(1/θ), c1_small(i, T).times(Y(T) + ε*sqrt(T))])
    return gap, Z_up, Z_top


def _box() -> tuple[Fact, Fact, Fact]:
    """The iterates stay in the box; clipping brings a step nearer to u, and does not lengthen it."""
    raw = lambda t: x(t) - α*a(t)
    with let(i):
        always(u_low(i), u_high(i), width(i))
        with let(1 <= t):
            step = have(x(t+1) == clip(raw(t), low[i], high[i]),                                     by=game.step(t, i))
        with induction(low[i] <= x(t), t, start=1, base=x_low(i)) as above:
            have(low[i] <= x(t+1),                                   by=[step(t), clip_inside(raw(t), low[i], high[i])])
        with induction(x(t) <= high[i], t, start=1, base=x_high(i)) as below:
            have(x(t+1) <= high[i],                                   by=[step(t), clip_below(raw(t), low[i], high[i])])
        with let(1 <= t):
            always(above(t), below(t))
            closer = have(r(t+1)**2 <= (raw(t) - u[i])**2,     by=[step(t), clip_nearer(raw(t), u[i], low[i], high[i])])
            nearby = have((x(t+1) - x(t))**2 <= (α*a(t))**2,   by=[step(t), clip_nearer(raw(t), x(t), low[i], high[i])])
            sides = have(0 <= D + r(t)), have(0 <= D - r(t))
            far = have(r(t)**2 <= D**2,                                                                        by=sides)
    return closer, nearby, far


def _step(denominator: Fact, momentum: Fact) -> tuple[Fact, Fact, Fact]:
    """Ω·a = m, where 0/0 = 0; and m·a is at most P/θ, which G pays."""
    with let(i), let(1 <= t):
        _, _, Y_large, _, w_large, *_ = parts(denominator(i, t))
        *_, small, falls = parts(momentum(i, t))
    with let(1 <= T), let(i), let(1 <= t, t <= T):
        later = have(θ <= q**(t-1),                                                         by=power_falls(q, t-1, T-t))
        heavy = have(θ*G(t) <= w(t),                      by=[w_large(i, t), later.times(Y(t)), Y_large(i, t).times(θ)])
        for silent in cases(squares(t) <= 0):
            if silent:
                still = square_zero(m(t),                            by=[small(i, t).times(c1(t)), silent.times(c1(t))])
                moved, cost = have(Ω(t)*a(t) == m(t), by=still), have(m(t)*a(t) <= P(t)/θ, by=still)
            else:
                always(have(0 < h(t),                              by=[heavy.times(1/sqrt(t)), nonneg(θ*G(t)/sqrt(t))]))
                wide = have(θ*G(t) <= sqrt(t)*(h(t) + ε),                                 by=[heavy, nonneg(ε*sqrt(t))])
                moved = have(Ω(t)*a(t) == m(t))
                cost = have(m(t)*a(t) <= P(t)/θ,                 by=wide.times(m(t)**2/c1(t)/sqrt(t)/(h(t) + ε)/θ/G(t)))
    return moved, cost, falls
