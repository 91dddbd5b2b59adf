"""Gradient descent on a smooth function, convex or not: the smallest gradient of N steps.

    min_{t ≤ N} ‖∇f(x_t)‖²  ≤  2L(f(x_1) - f*)/N,

that is: every number below all the ‖∇f(x_t)‖² is at most the right-hand side.

Source
    Nesterov (2004), Section 1.2.3, for step 1/L; in the edition of 2018 inequality (1.2.24) (numbers as remembered).
Assumptions
    f is bounded below by f*, and lies below its tangents plus L/2‖y - x‖².
"""

from convcheck.assumptions import LowerBounded, Smooth
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, telescope
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="stationarity",
    source=Source("nesterov2004", "Section 1.2.3"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(Instance("quadratic", T=100_000, parameters={"spectrum": (1, 4)}, hyper={"lr": 0.25}, constants={"L": 4}),),
)

t, N = ints("t N")
L, m = reals("L m")
f = objective("f")

given(0 < L)
game = play(sgd, lr=1 / L, sort="V")
x = game.x
f.descended_by(game)
_, below = f.given(Smooth(L), LowerBounded(f.least))

# fmt: off
smallest = forall(1 <= t, t <= N, m <= norm2(f.gradient(x[t])), over=[t])
statement = forall(1 <= N, m, smallest, m <= 2*L*(f(x[1]) - f.least)/N)


def proof() -> Fact:
    """Each step decreases f by ‖∇f‖²/(2L), and f cannot fall below f*."""
    Φ = lambda t: 2*L*f(x[t])
    decrease = theorem("nesterov2004/descent-lemma")

    with let(1 <= t):
        paid = have(norm2(f.gradient(x[t])) <= Φ(t) - Φ(t+1),                                 by=decrease(t).times(2*L))

    with let(1 <= N, m, smallest) as (_, least):
        with let(1 <= t, t <= N):
            each = have(m <= Φ(t) - Φ(t+1),                                                      by=[least(t), paid(t)])
        total = (calc(m*N)
            .eq(Sum(m, t, 1, N),                                                                   by=count(N).times(m))
            .le(Sum(Φ(t) - Φ(t+1), t, 1, N),                                                   by=summed(each, t, 1, N))
            .eq(Φ(1) - Φ(N+1),                                                                       by=telescope(Φ, N))
            .le(2*L*(f(x[1]) - f.least),                                                   by=below(x[N+1]).times(2*L)))
        bound = have(m <= 2*L*(f(x[1]) - f.least)/N,                                                by=total.times(1/N))
    return bound
