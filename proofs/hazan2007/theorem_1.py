"""On strongly convex losses, online gradient descent with steps 1/(μt) has O(log T) regret.

Against every point u of a closed convex set, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  G²(1 + log T)/(2μ).

No diameter enters: what strong convexity gains in a round pays for the distance from u.

Source
    Hazan, Agarwal & Kale (2007), Theorem 1 (number and constant as remembered).
Assumptions
    The losses are μ-strongly convex; the gradients at the points that are played are at most G.
"""

from convcheck.assumptions import BoundedGradients, StronglyConvex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import inverses, telescope
from convcheck.optimizers.sgd import sgd
from convcheck.schedules.inverse import inverse as inverse_schedule

claim = Claim(
    kind="regret",
    source=Source("hazan2007", "Theorem 1"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(
        Instance(
            "quadratic",
            300,
            {"spectrum": (1, 4)},
            {"lr": inverse_schedule},
            {"μ": 1, "G": 60, "u": (0, 0)},
        ),
    ),
)

t, T = ints("t T")
μ, G = reals("μ G")
(u,) = vectors("u")
η = lambda t: 1 / (μ * t)

given(0 < μ)
game = play(sgd, lr=η, project=u)
x, g, f = game.x, game.g, game.f
convex, gradients = game.given(StronglyConvex(μ), BoundedGradients(G))

# fmt: off
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= G**2*(1 + log(T))/(2*μ))


def proof() -> Fact:
    """One step; the potential μ(t-1)‖x_t - u‖²/2 starts at 0; and the sum of 1/t."""
    Φ = lambda t: μ*(t-1)/2 * norm2(x[t] - u)

    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(inner(g[t], x[t] - u) - μ/2*norm2(x[t] - u),                                              by=convex(t))
            .le((norm2(x[t] - u) - norm2(x[t+1] - u))/(2*η(t)) + η(t)/2*norm2(g[t]) - μ/2*norm2(x[t] - u),
                                                                                                       by=game.step(t))
            .le(Φ(t) - Φ(t+1) + G**2/(2*μ)/t,                                           by=gradients(t).times(η(t)/2)))

    with let(1 <= T):
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1) + G**2/(2*μ)/t, t, 1, T),                              by=summed(one_round, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + G**2/(2*μ)*Sum(1/t, t, 1, T),                                       by=telescope(Φ, T))
            .le(G**2/(2*μ)*Sum(1/t, t, 1, T),                                       by=nonneg(T*norm2(x[T+1] - u)*μ/2))
            .le(G**2*(1 + log(T))/(2*μ),                                             by=inverses(T).times(G**2/(2*μ))))
    return regret
