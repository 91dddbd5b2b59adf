"""One gradient step of length 1/L decreases a smooth function by at least ‖∇f‖²/(2L).

    f(x_{t+1})  ≤  f(x_t) - ‖∇f(x_t)‖²/(2L).

Source
    Nesterov (2004), Section 1.2.3, as quoted elsewhere; in the edition of 2018 inequality (1.2.20) (number as
    remembered).
Assumptions
    f lies below its tangents plus L/2‖y - x‖², which is what a gradient that is L-Lipschitz gives.
"""

from convcheck.assumptions import Smooth
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="lemma",
    source=Source("nesterov2004", "Section 1.2.3"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(Instance("quadratic", T=100_000, parameters={"spectrum": (1, 4)}, hyper={"lr": 0.25}, constants={"L": 4}),),
)

(t,) = ints("t")
(L,) = reals("L")
f = objective("f")

given(0 < L)
game = play(sgd, lr=1 / L, sort="V")
x, g = game.x, game.g
gradient = f.descended_by(game)
smooth = f.given(Smooth(L))

# fmt: off
statement = forall(1 <= t, f(x[t+1]) <= f(x[t]) - norm2(f.gradient(x[t]))/(2*L))


def proof() -> Fact:
    """The quadratic above f at x_t, at the point that minimizes it."""
    with let(1 <= t):
        decrease = (calc(f(x[t+1]))
            .le(f(x[t]) + inner(f.gradient(x[t]), x[t+1] - x[t]) + L/2*norm2(x[t+1] - x[t]),   by=smooth(x[t], x[t+1]))
            .eq(f(x[t]) - norm2(f.gradient(x[t]))/(2*L),                                by=[game.step(t), gradient(t)]))
    return decrease
