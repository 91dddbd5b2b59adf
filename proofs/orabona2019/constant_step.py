"""Online gradient descent with a constant step, on an unbounded domain too.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  ‖x_1 - u‖²/(2η) + η/2 Σ_{t ≤ T} ‖g_t‖²,

and if the first point is within D of u and gradients are at most G, the step η = D/(G√T) gives DG√T.

Source
    Orabona (2019), Theorem 2.13 (number as remembered), with a constant step.
Assumptions
    The losses are convex.
"""

from fractions import Fraction

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, telescope
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="regret",
    source=Source("orabona2019", "Theorem 2.13"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(
        Instance(
            "linear_box",
            T=100_000,
            parameters={"signs": (3, -1, -1)},
            hyper={"lr": 0.25},
            constants={"η": Fraction(1, 4), "u": (-1, Fraction(1, 2))},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T = ints("t T")
η, D, G = reals("η D G")
(u,) = vectors("u")

given(0 < η)
game = play(sgd, lr=η, project=u)
x, g, f = game.x, game.g, game.f
convex = game.given(Convex())

# fmt: off
regret = Sum(f[t](x[t]) - f[t](u), t, 1, T)
any_step  = forall(1 <= T, regret <= norm2(x[1] - u)/(2*η) + η/2*Sum(norm2(g[t]), t, 1, T))
near      = norm2(x[1] - u) <= D**2
gradients = forall(1 <= t, norm2(g[t]) <= G**2)
best_step = forall(1 <= T, 0 < D, 0 < G, near, gradients, η == D/(G*sqrt(T)), regret <= D*G*sqrt(T), over=[T, D, G])
statement = any_step & best_step


def proof() -> Fact:
    """The squared distance from u is the potential; then both terms of the bound are equal."""
    Φ = lambda t: norm2(x[t] - u)/(2*η)

    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(inner(g[t], x[t] - u),                                                                     by=convex(t))
            .le(Φ(t) - Φ(t+1) + η/2*norm2(g[t]),                                                       by=game.step(t)))

    with let(1 <= T):
        bound = (calc(regret)
            .le(Sum(Φ(t) - Φ(t+1) + η/2*norm2(g[t]), t, 1, T),                            by=summed(one_round, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + η/2*Sum(norm2(g[t]), t, 1, T),                                       by=telescope(Φ, T))
            .le(Φ(1) + η/2*Sum(norm2(g[t]), t, 1, T),                             by=square(x[T+1] - u).times(1/(2*η))))

    with let(1 <= T, D, G, 0 < D, 0 < G, near, gradients, η == D/(G*sqrt(T))) as (*_, close, small, step):
        with let(1 <= t):
            length = have(norm2(g[t]) <= G**2,                                                              by=small(t))
        inverse_step = have(1/η == G*sqrt(T)/D,                       by=[step.times(1/η), step.times(G*sqrt(T)/(D*η))])
        tuned = (calc(regret)
            .le(Φ(1) + η/2*Sum(norm2(g[t]), t, 1, T),                                                       by=bound(T))
            .le(Φ(1) + η/2*Sum(G**2, t, 1, T),                                    by=summed(length, t, 1, T).times(η/2))
            .eq(Φ(1) + η/2*G**2*T,                                                          by=count(T).times(η/2*G**2))
            .le(D**2/(2*η) + η/2*G**2*T,                                                        by=close.times(1/(2*η)))
            .eq(D*G*sqrt(T),                                                                   by=[inverse_step, step]))
    return both(bound, tuned)
