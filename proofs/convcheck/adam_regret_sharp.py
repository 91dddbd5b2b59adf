"""Adam without momentum, for T rounds with T(1 - β₂) ≤ 1: AdaGrad's regret bound up to factors 1.3153 and 1.1181.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  (1.3153 D²/(2α) + 1.1181 α) Σ_i ‖g_{1:T,i}‖.

β₂ = 1 - 1/T is such a rate.  The factors bound √((9/8)√e - 1/8) = 1.31522… and √(5/4) = 1.11803…

Source
    Of this project; apparently unpublished.  Nearest: Défossez et al. (2022), who choose β₂ = 1 - 1/T for the same
    reason and bound gradient norms of smooth functions; Reddi, Kale & Kumar (2018), Corollary 2, has β₂ = 1 - 1/t.
Assumptions
    The losses are convex; interval i contains u_i and x_{1,i} and has length at most D; β₁ = 0, ε = 0, steps α/√t.
    Gradients may be of any size, also 0 from the beginning on (0/0 = 0).
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import (
    euler,
    power_above,
    power_at_most_one,
    power_falls,
    power_of_product,
    root_of_product,
    swap,
    telescope,
    weighted_increments,
)
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="regret",
    source=Source("convcheck", "Adam's regret, sharp"),
    verdict="proved",
    # The first gradient is 0; steps are so long that for twelve rounds points are corners, where losses are exact.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=20.0), "beta1": 0.0, "beta2": 0.99, "eps": 0.0},
            constants={"α": 20, "β2": Fraction(99, 100), "D": 2, "d": 2, "low": -1, "high": 1, "u": (-1, 1)},
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

a, b = Fraction(13153, 10000), Fraction(11181, 10000)
squares = lambda t: Sum(g(s)**2, s, 1, t)
G = lambda t: sqrt(squares(t))
statement = forall(1 <= T, T*(1 - β2) <= 1,
    Sum(f[t](game.x[t]) - f[t](u), t, 1, T) <= (a*D**2/(2*α) + b*α) * Sum(G(T), i, 1, d), over=[T])

S = lambda t: Sum(g(s)**2/β2**(s-1), s, 1, t)
Y = lambda t: sqrt(S(t))
w = lambda t: sqrt(t)*sqrt(v(t)/c2(t))
q = sqrt(β2)
z = lambda t: q**(t-1)
r = lambda t: x(t) - u[i]
X = lambda y: Sum(y(t)*(Y(t) - Y(t-1)), t, 1, T)


def proof() -> Fact:
    """Distance and step cost increments of Y with weights √qᵗ⁻¹ and qᵗ⁻¹; Cauchy and Schwarz compare them with g²."""
    always(have(q <= 1, by=by_squares(q <= 1, by=root(β2))))
    denominator, one_round = theorem("convcheck/adam-denominator"), theorem("convcheck/adam-round")
    with let(i):
        distance, step = _increments()

    Φ = lambda t: w(t-1)*r(t)**2/(2*α)
    pay = lambda t: D**2/(2*α)*sqrt(z(t))*(Y(t) - Y(t-1)) + α*z(t)*(Y(t) - Y(t-1))
    with let(i), let(1 <= t):
        c2_pos, v_nonneg, *_, growth, _ = parts(denominator(i, t))
        always(c2_pos, v_nonneg)
        always(have(0 <= Y(t) - Y(t-1), by=sqrt_mono(S(t-1), S(t), by=last(S(t)))))
        paid, far = parts(one_round(i, t))
        prices = growth.times(r(t)**2/(2*α)), far.times(sqrt(z(t))*(Y(t) - Y(t-1))/(2*α))
        falls = have(g(t)*r(t) <= Φ(t) - Φ(t+1) + pay(t),                                            by=[paid, *prices])

    with let(1 <= T, T*(1 - β2) <= 1):
        with let(i):
            regret_i = (calc(Sum(g(t)*r(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1) + pay(t), t, 1, T),                                  by=summed(falls(i), t, 1, T))
                .le(D**2/(2*α)*X(lambda t: sqrt(z(t))) + α*X(z),
                    by=[telescope(Φ, T), root_of_zero(), nonneg(Φ(T+1))])
                .le((a*D**2/(2*α) + b*α)*G(T),              by=[distance(i, T).times(D**2/(2*α)), step(i, T).times(α)]))
        regret = (calc(Sum(f[t](game.x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(g(t)*r(t), i, 1, d), t, 1, T),                                       by=summed(convex, t, 1, T))
            .eq(Sum(Sum(g(t)*r(t), t, 1, T), i, 1, d),                                   by=swap(g(t)*r(t), t, T, i, d))
            .le((a*D**2/(2*α) + b*α) * Sum(G(T), i, 1, d),                                by=summed(regret_i, i, 1, d)))
    return regret


def _increments() -> tuple[Fact, Fact]:
    """Σ √qᵗ⁻¹ (Y_t - Y_{t-1}) ≤ a G_T and Σ qᵗ⁻¹ (Y_t - Y_{t-1}) ≤ b G_T, at one i."""
    p, h, W = sqrt(q), lambda t: sqrt(z(t)), lambda t: β2**(t-1)
    K_h, K_z = lambda t: (1/z(t) - 1)/8, lambda t: (t-1)*(1-q)/(1+q)
    always(have(p <= 1, by=by_squares(p <= 1, by=root(q))))
    with let(1 <= t):
        squared = have(W(t) == z(t)**2,        by=[power_of_product(q, q, t-1), image(lambda y: y**(t-1), root(β2)[0])])
        rise = have(W(t)*(Y(t)**2 - Y(t-1)**2) == g(t)**2,
            by=[last(S(t)).times(W(t)), *root(S(t)), *root(S(t-1))])
        positive, falling = have(0 < W(t)), have(W(t+1) <= W(t),                             by=power_falls(β2, t-1, 1))
        least_h = have(0 <= K_h(t),                                          by=power_at_most_one(q, t-1).times(1/z(t)))
        least_z = have(0 <= K_z(t),                                                                   by=nonneg(K_z(t)))
        rising_h = have(K_h(t) <= K_h(t+1),                               by=[power_next(q, t-1), nonneg((1-q)/q/z(t))])
        rising_z = have(K_z(t) <= K_z(t+1),                                                      by=nonneg((1-q)/(1+q)))

    with let(1 <= t):
        now = [power_next(q, t-1), squared(t), squared(t+1)]
        next_h = have(h(t+1) == p*h(t),                  by=[image(sqrt, power_next(q, t-1)), root_of_product(q, z(t))])
        third = have(8*p**2 <= (1+p)**2*(1+p**2),                             by=[nonneg((1-p)**4), nonneg(p*(1-p)**2)])
        shape = have(8*q*(1-p)**2 <= (1-q)*(1-q**2),                                           by=third.times((1-p)**2))
        enough_h = have((h(t) - h(t+1))**2 <= (K_h(t+1) - K_h(t))*(W(t) - W(t+1)),
            by=[next_h, *now, *root(z(t)), shape.times(z(t)/(8*q))])
        enough_z = have((z(t) - z(t+1))**2 <= (K_z(t+1) - K_z(t))*(W(t) - W(t+1)),                               by=now)

    weights = have(Y(0) == 0,                                       by=[empty(S(0)), root_of_zero()]), positive, falling
    with let(1 <= T, T*(1 - β2) <= 1) as (_, horizon):
        X_h = weighted_increments(Y, h, W, K_h, T,                           by=[*weights, least_h, rising_h, enough_h])
        X_z = weighted_increments(Y, z, W, K_z, T,                           by=[*weights, least_z, rising_z, enough_z])
        large = power_above.of({}, Fraction(27188, 10000), β2, T-1,                                          by=euler())
        least = by_squares(1 <= Fraction(16489, 10000)*z(T),                       by=[large, squared(T)]).times(1/z(T))
        first = have(K_h(T) + h(T)**2/W(T) <= a**2,                                 by=[squared(T), least, *root(z(T))])
        slow = have((T-1)*(1-q)*(1+q) <= (1+q)**2/4,                   by=[horizon, root(β2)[0], nonneg((1-q)*(1+3*q))])
        quarter = have(K_z(T) <= Fraction(1, 4),                                           by=slow.times(1/(1+q)/(1+q)))
        second = have(K_z(T) + z(T)**2/W(T) <= b**2,                                           by=[squared(T), quarter])
        total, whole = summed(rise, t, 1, T), root(squares(T))[0]
        distance = by_squares(X(h) <= a*G(T),
            by=[X_h, total.times(K_h(T) + h(T)**2/W(T)), first.times(squares(T)), whole.times(a**2)])
        step = by_squares(X(z) <= b*G(T),
            by=[X_z, total.times(K_z(T) + z(T)**2/W(T)), second.times(squares(T)), whole.times(b**2)])
    return distance, step
