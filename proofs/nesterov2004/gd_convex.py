"""Gradient descent on a smooth convex function: f(x_N) - f(u) ≤ L‖x_0 - u‖²/(2N).

Here the first point is x_1, so that x_{N+1} is the point after N steps; u may be any point.

Source
    Nesterov (2004), Section 2.1.5, where the printed bound is 2L‖x_0 - x*‖²/(N + 4) (both as remembered); this one is
    the textbooks'.
Assumptions
    f is convex, and lies below its tangents plus L/2‖y - x‖².
"""

from convcheck.assumptions import Convex, Smooth
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="rate",
    source=Source("nesterov2004", "Section 2.1.5"),
    verdict="proved",
    audit=(
        Instance(
            "quadratic", T=100_000, parameters={"spectrum": (1, 4)}, hyper={"lr": 0.25}, constants={"L": 4, "u": (0, 0)}
        ),
    ),
)

t, N = ints("t N")
(L,) = reals("L")
(u,) = vectors("u")
f = objective("f")

given(0 < L)
game = play(sgd, lr=1 / L, sort="V")
x, g = game.x, game.g
gradient = f.descended_by(game)
convex, _ = f.given(Convex(), Smooth(L))

# fmt: off
statement = forall(1 <= N, f(x[N+1]) - f(u) <= L*norm2(x[1] - u)/(2*N))


def proof() -> Fact:
    """N times the gap, plus L/2 times the squared distance from u, never grows."""
    Φ = lambda t: (t-1)*(f(x[t]) - f(u)) + L/2*norm2(x[t] - u)
    decrease = theorem("nesterov2004/descent-lemma")

    with let(1 <= t):
        move = [game.step(t), gradient(t)]
        never_up = have(f(x[t+1]) <= f(x[t]),                 by=[decrease(t), square(f.gradient(x[t])).times(1/(2*L))])
        nearer = (calc(f(x[t+1]) - f(u))
            .le(inner(f.gradient(x[t]), x[t] - u) - norm2(f.gradient(x[t]))/(2*L),    by=[decrease(t), convex(x[t], u)])
            .eq(L/2*(norm2(x[t] - u) - norm2(x[t+1] - u)),                                                     by=move))
        one_step = have(Φ(t+1) <= Φ(t),                                                by=[never_up.times(t-1), nearer])

    with induction(Φ(N+1) <= Φ(1), N, base=[]) as potential:
        have(Φ(N+2) <= Φ(1),                                                              by=[potential, one_step(N+1)])

    with let(1 <= N):
        gap = have(N*(f(x[N+1]) - f(u)) <= L/2*norm2(x[1] - u),        by=[potential(N), square(x[N+1] - u).times(L/2)])
        bound = have(f(x[N+1]) - f(u) <= L*norm2(x[1] - u)/(2*N),                                     by=gap.times(1/N))
    return bound
