"""Projected online gradient descent has O(√T) regret.

Against every point u of a closed convex set, with steps α/√t, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  D²√T/(2α) + αG²(√T - ½).

Source
    Zinkevich (2003), Theorem 1 (as remembered), where α = 1.
Assumptions
    The losses are convex, the points are within D of u, the gradients are at most G.
"""

from fractions import Fraction

from convcheck.assumptions import BoundedDomain, BoundedGradients, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import inverse_roots, telescope
from convcheck.optimizers.sgd import sgd
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="regret",
    source=Source("zinkevich2003", "Theorem 1"),
    verdict="proved",
    flags=("as-quoted",),
    # Large steps: for twelve rounds every point is a corner of the box, so that the losses are known exactly.
    audit=(
        Instance(
            "linear_box",
            T=100_000,
            parameters={"signs": (3, -1, -1)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=8.0)},
            constants={"α": 8, "D": 3, "G": 5, "u": (-1, -1)},
            x0=(1.0, 1.0),
        ),
    ),
)

t, T = ints("t T")
α, D, G = reals("α D G")
(u,) = vectors("u")
η = lambda t: α / sqrt(t)

given(0 < α)
game = play(sgd, lr=η, project=u)
x, g, f = game.x, game.g, game.f
convex, diameter, gradients = game.given(Convex(), BoundedDomain(D), BoundedGradients(G))

# fmt: off
statement = forall(1 <= T,
    Sum(f[t](x[t]) - f[t](u), t, 1, T) <= D**2*sqrt(T)/(2*α) + α*G**2*(sqrt(T) - Fraction(1, 2)))


def proof() -> Fact:
    """Convexity, one step, and a potential that pays for the distance from u."""
    Φ = lambda t: sqrt(t-1) * (norm2(x[t] - u) - D**2) / (2*α)

    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(inner(g[t], x[t] - u),                                                        by=convex(t))
            .le((norm2(x[t] - u) - norm2(x[t+1] - u))/(2*η(t)) + η(t)/2*norm2(g[t]),          by=game.step(t))
            .le((norm2(x[t] - u) - norm2(x[t+1] - u))/(2*η(t)) + η(t)/2*G**2,                 by=gradients(t))
            .le(Φ(t) - Φ(t+1) + η(t)/2*G**2,                               by=[diameter(t), sqrt_mono(t-1, t)]))

    with let(1 <= T):
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1) + η(t)/2*G**2, t, 1, T),                             by=summed(one_round, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + α*G**2/2*Sum(1/sqrt(t), t, 1, T),                             by=telescope(Φ, T))
            .le(sqrt(T)*D**2/(2*α) + α*G**2/2*Sum(1/sqrt(t), t, 1, T),                        by=square(x[T+1] - u))
            .le(D**2*sqrt(T)/(2*α) + α*G**2*(sqrt(T) - Fraction(1, 2)),                       by=inverse_roots(T)))
    return regret
