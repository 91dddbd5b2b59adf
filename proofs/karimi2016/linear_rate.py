"""Gradient descent converges linearly under the Polyak-Łojasiewicz inequality, convex or not.

    f(x_n) - f*  ≤  (1 - μ/L)ⁿ (f(x_0) - f*).

Here the first point is x_1, so that x_{n+1} is the point after n steps.

Source
    Karimi, Nutini & Schmidt (2016), Theorem 1 (number as remembered).
Assumptions
    f lies below its tangents plus L/2‖y - x‖²; ½‖∇f‖² ≥ μ(f - f*); μ ≤ L.
"""

from convcheck.assumptions import PolyakLojasiewicz, Smooth
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="rate",
    source=Source("karimi2016", "Theorem 1"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(
        Instance(
            "quadratic", T=100_000, parameters={"spectrum": (1, 4)}, hyper={"lr": 0.25}, constants={"L": 4, "μ": 1}
        ),
    ),
)

t, n = ints("t n")
L, μ = reals("L μ")
f = objective("f")

given(0 < L)
given(μ <= L)
game = play(sgd, lr=1 / L, sort="V")
x = game.x
f.descended_by(game)
_, steep = f.given(Smooth(L), PolyakLojasiewicz(μ))

# fmt: off
q = 1 - μ/L
statement = forall(0 <= n, f(x[n+1]) - f.least <= q**n * (f(x[1]) - f.least))


def proof() -> Fact:
    """Each step removes the fraction μ/L of the gap."""
    decrease = theorem("nesterov2004/descent-lemma")
    with let(1 <= t):
        contraction = (calc(f(x[t+1]) - f.least)
            .le(f(x[t]) - f.least - norm2(f.gradient(x[t]))/(2*L),                                       by=decrease(t))
            .le(q*(f(x[t]) - f.least),                                                   by=steep(x[t]).times(1/(2*L))))

    always(have(q >= 0,                                                                              by=have(μ/L <= 1)))
    with induction(f(x[n+1]) - f.least <= q**n * (f(x[1]) - f.least), n, base=power_zero(q)) as rate:
        have(f(x[n+2]) - f.least <= q**(n+1) * (f(x[1]) - f.least),
             by=[contraction(n+1), rate.times(q), power_next(q, n)])
    return rate
