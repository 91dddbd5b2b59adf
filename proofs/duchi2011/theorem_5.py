"""AdaGrad on a box: regret at most D²/(2α) + α times the sum of the norms of the coordinates' gradients.

With ‖g_{1:T,i}‖² = Σ_{t ≤ T} g_{t,i}², in any dimension, and with the best step α = D/√2,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  (D²/(2α) + α) Σ_i ‖g_{1:T,i}‖  =  √2 D Σ_i ‖g_{1:T,i}‖.

No bound on the gradients, no ε: a coordinate that has seen no gradient does not move (0/0 = 0).

Source
    Duchi, Hazan & Singer (2011), Theorem 5 (number as remembered), for diagonal matrices; its corollary for α = D/√2.
Assumptions
    The losses are convex; interval i contains u_i and x_{1,i} and has length at most D.
"""

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import swap, telescope
from convcheck.optimizers.adagrad import adagrad

claim = Claim(
    kind="regret",
    source=Source("duchi2011", "Theorem 5"),
    verdict="proved",
    flags=("as-quoted",),
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; for twelve rounds points are corners.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": 8.0},
            constants={"α": 8, "d": 2, "low": -1, "high": 1, "D": 2, "u": (-1, 1)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, T, k, i, d = ints("t T k i d")
α, D = reals("α D")
u, low, high = vectors("u low high")

game = play(adagrad, coordinates=(i, d), lr=α, project=lambda y: clip(y, low[i], high[i]))
f = game.f
x, g, v = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.v))
convex = game.given(Convex(), u=u)

# fmt: off
given(0 < α)
given(0 < D)
u_low, u_high = given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))
x_low, x_high = given(forall(i, low[i] <= x(1))), given(forall(i, x(1) <= high[i]))
width = given(forall(i, high[i] - low[i] <= D))

norm = lambda T: sqrt(Sum(g(t)**2, t, 1, T))
regret = Sum(f[t](game.x[t]) - f[t](u), t, 1, T)
any_step  = forall(1 <= T, regret <= (D**2/(2*α) + α) * Sum(norm(T), i, 1, d))
best_step = forall(1 <= T, implies(α == D/sqrt(2), regret <= sqrt(2)*D * Sum(norm(T), i, 1, d)))
statement = any_step & best_step


def proof() -> Fact:
    """In each coordinate the root of the sum of squares is a step size that grows; a potential pays for it."""
    r = lambda t: sqrt(v(t))
    e = lambda t: x(t) - u[i]
    total = lambda n: Sum(g(t)**2, t, 1, n)
    Φ = lambda t: r(t-1)*(e(t)**2 - D**2)/(2*α) - α*r(t-1)

    with let(i):
        with induction(v(k) == total(k), k, base=[game.v_start(i), empty(total(0))]) as v_sum:
            have(v(k+1) == total(k+1), by=[game.v_step(k+1, i), last(total(k+1))])
        with induction(0 <= v(t), t, base=game.v_start(i)) as v_nonneg:
            have(0 <= v(t+1), by=[game.v_step(t+1, i), square(g(t+1))])
        always(v_nonneg)
        with induction(low[i] <= x(t), t, start=1, base=x_low(i)) as above:
            have(low[i] <= x(t+1), by=[game.step(t, i), u_low(i), u_high(i)])
        with induction(x(t) <= high[i], t, start=1, base=x_high(i)) as below:
            have(x(t+1) <= high[i], by=[game.step(t, i), u_low(i), u_high(i)])

        with let(1 <= t):
            grows = have(v(t-1) <= v(t), by=[game.v_step(t, i), square(g(t))])
            wider = sqrt_mono(v(t-1), v(t), by=grows)
            left = have(0 <= D + e(t),                                              by=[above(t), u_high(i), width(i)])
            right = have(0 <= D - e(t),                                              by=[below(t), u_low(i), width(i)])
            far = have(e(t)**2 <= D**2, by=[left, right])
            closer = have(e(t+1)**2 <= (x(t) - α*g(t)/r(t) - u[i])**2, by=[game.step(t, i), u_low(i), u_high(i)])
            claimed = g(t)*e(t) <= r(t)*(e(t)**2 - e(t+1)**2)/(2*α) + α*(r(t) - r(t-1))
            for dead in cases(v(t) <= 0):
                if dead:  # no gradient so far, and nothing to pay
                    no_gradient = square_zero(g(t), by=[game.v_step(t, i), dead])
                    no_root, no_past = square_zero(r(t), by=dead), square_zero(r(t-1), by=[grows, dead])
                    step = have(claimed, by=[no_gradient, no_root, no_past])
                else:
                    price = have(g(t)**2/r(t) <= 2*(r(t) - r(t-1)), by=[game.v_step(t, i), square(r(t) - r(t-1))])
                    step = have(claimed, by=[closer.times(r(t)/(2*α)), price.times(α/2)])
            one_round = have(g(t)*e(t) <= Φ(t) - Φ(t+1), by=[step, far, wider])
        with let(1 <= T):
            one_coordinate = (calc(Sum(g(t)*e(t), t, 1, T))
                .le(Sum(Φ(t) - Φ(t+1), t, 1, T), by=summed(one_round, t, 1, T))
                .eq(Φ(1) - Φ(T+1), by=telescope(Φ, T))
                .le((D**2/(2*α) + α)*r(T), by=[game.v_start(i), root_of_zero(), nonneg(r(T)*e(T+1)**2/(2*α))])
                .eq((D**2/(2*α) + α)*norm(T), by=v_sum(T)))

    with let(1 <= T):
        bounded = (calc(regret)
            .le(Sum(Sum(g(t)*e(t), i, 1, d), t, 1, T), by=summed(convex, t, 1, T))
            .eq(Sum(Sum(g(t)*e(t), t, 1, T), i, 1, d), by=swap(g(t)*e(t), t, T, i, d))
            .le((D**2/(2*α) + α) * Sum(norm(T), i, 1, d), by=summed(one_coordinate(i, T), i, 1, d)))
        with let(α == D/sqrt(2)) as best:
            factor = have(D**2/(2*α) + α == sqrt(2)*D,                                                         by=best)
            tuned = have(regret <= sqrt(2)*D * Sum(norm(T), i, 1, d),                             by=[bounded, factor])
    return both(bounded, tuned)
