"""AdaGrad on an interval: regret at most (D²/(2α) + α) times the root of the sum of all squared gradients.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  (D²/(2α) + α) √(Σ_{t ≤ T} g_t²).

No bound on the gradients, no ε: while all gradients are 0 nothing moves (0/0 = 0).

Source
    Duchi, Hazan & Singer (2011), Theorem 5 (number as remembered), for the diagonal matrix, in one coordinate.
Assumptions
    The losses are convex; the interval has length at most D.
"""

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import telescope
from convcheck.optimizers.adagrad import adagrad

claim = Claim(
    kind="regret",
    source=Source("duchi2011", "Theorem 5"),
    verdict="proved",
    flags=("as-quoted",),
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; for twelve rounds points are ends.
    audit=(
        Instance(
            "linear_box",
            T=100_000,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": 8.0},
            constants={"α": 8, "low": -1, "high": 1, "D": 2, "u": -1},
        ),
    ),
)

t, T, k = ints("t T k")
α, D, u, low, high = reals("α D u low high")

game = play(adagrad, lr=α, project=lambda y: clip(y, low, high))
x, g, v, f = game.x, game.g, game.v, game.f
convex = game.given(Convex(), u=u)

# fmt: off
given(0 < α)
u_low, u_high = given(low <= u), given(u <= high)
x_low, x_high = given(low <= x[1]), given(x[1] <= high)
width = given(high - low <= D)

statement = forall(1 <= T,
    Sum(f[t](x[t]) - f[t](u), t, 1, T) <= (D**2/(2*α) + α) * sqrt(Sum(g[t]**2, t, 1, T)))


def proof() -> Fact:
    """The root of the sum of squares is a step size that grows; a potential pays for it."""
    r = lambda t: sqrt(v[t])
    d = lambda t: x[t] - u
    total = lambda n: Sum(g[t]**2, t, 1, n)

    with induction(v[k] == total(k), k, base=[game.v_start, empty(total(0))]) as v_sum:
        have(v[k+1] == total(k+1),                                              by=[game.v_step(k+1), last(total(k+1))])
    with induction(0 <= v[t], t, base=game.v_start) as v_nonneg:
        have(0 <= v[t+1],                                                         by=[game.v_step(t+1), square(g[t+1])])
    always(v_nonneg)
    with induction(low <= x[t], t, start=1, base=x_low) as above:
        have(low <= x[t+1],                                                            by=[game.step(t), u_low, u_high])
    with induction(x[t] <= high, t, start=1, base=x_high) as below:
        have(x[t+1] <= high,                                                           by=[game.step(t), u_low, u_high])

    with let(1 <= t):
        grows  = have(v[t-1] <= v[t],                                                 by=[game.v_step(t), square(g[t])])
        wider  = sqrt_mono(v[t-1], v[t], by=grows)
        left   = have(0 <= D + d(t),                                                              by=[above(t), u_high])
        right  = have(0 <= D - d(t),                                                               by=[below(t), u_low])
        far    = have(d(t)**2 <= D**2,                                                                 by=[left, right])
        closer = have(d(t+1)**2 <= (x[t] - α*g[t]/r(t) - u)**2,                        by=[game.step(t), u_low, u_high])
        claimed = g[t]*d(t) <= r(t)*(d(t)**2 - d(t+1)**2)/(2*α) + α*(r(t) - r(t-1))
        for dead in cases(v[t] <= 0):
            if dead:  # no gradient so far, and nothing to pay
                no_gradient = square_zero(g[t],                                               by=[game.v_step(t), dead])
                no_root     = square_zero(r(t),                                                                 by=dead)
                no_past     = square_zero(r(t-1),                                                      by=[grows, dead])
                step = have(claimed,                                                 by=[no_gradient, no_root, no_past])
            else:
                price = have(g[t]**2/r(t) <= 2*(r(t) - r(t-1)),              by=[game.v_step(t), square(r(t) - r(t-1))])
                step = have(claimed,                                    by=[closer.times(r(t)/(2*α)), price.times(α/2)])

    Φ = lambda t: r(t-1)*(d(t)**2 - D**2)/(2*α) - α*r(t-1)
    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(g[t]*d(t),                                                                                 by=convex(t))
            .le(r(t)*(d(t)**2 - d(t+1)**2)/(2*α) + α*(r(t) - r(t-1)),                                        by=step(t))
            .le(Φ(t) - Φ(t+1),                                                                      by=[far(t), wider]))
    with let(1 <= T):
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1), t, 1, T),                                              by=summed(one_round, t, 1, T))
            .eq(Φ(1) - Φ(T+1),                                                                       by=telescope(Φ, T))
            .le((D**2/(2*α) + α)*r(T),                  by=[game.v_start, root_of_zero(), nonneg(r(T)*d(T+1)**2/(2*α))])
            .eq((D**2/(2*α) + α)*sqrt(total(T)),                                                           by=v_sum(T)))
    return regret
