"""Online gradient descent with a constant step, on an unbounded domain too.

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  ‖x_1 - u‖²/(2η) + η/2 Σ_{t ≤ T} ‖g_t‖²,

and with gradients at most G and points D apart at the start, η = D/(G√T) gives DG√T.

Source
    Orabona (2019), Theorem 2.13, with a constant step.
Assumptions
    The losses are convex.
"""

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.language import *
from convcheck.library import telescope
from convcheck.optimizers.sgd import sgd

claim = Claim(kind="regret", source=Source("orabona2019", "Theorem 2.13"), verdict="proved")

t, T = ints("t T")
(η,) = reals("η")
(u,) = vectors("u")

given(η > 0)
game = play(sgd, lr=η, project=u)
x, g, f = game.x, game.g, game.f
convex = game.given(Convex())

# fmt: off
statement = forall(T >= 1,
    Sum(f[t](x[t]) - f[t](u), t, 1, T) <= norm2(x[1] - u)/(2*η) + η/2*Sum(norm2(g[t]), t, 1, T))


def proof() -> Fact:
    """The squared distance from u is the potential."""
    Φ = lambda t: norm2(x[t] - u)/(2*η)

    with let(t >= 1):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(inner(g[t], x[t] - u),                                                     by=convex(t))
            .le(Φ(t) - Φ(t+1) + η/2*norm2(g[t]),                                           by=game.step(t)))

    with let(T >= 1):
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1) + η/2*norm2(g[t]), t, 1, T),                            by=summed(one_round, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + η/2*Sum(norm2(g[t]), t, 1, T),                             by=telescope(Φ, T))
            .le(Φ(1) + η/2*Sum(norm2(g[t]), t, 1, T),                             by=square(x[T+1] - u).times(1/(2*η))))
    return regret
