"""Stochastic gradient descent under the Polyak-Łojasiewicz inequality: linear, up to a term that the step pays for.

    E f(x_n) - f*  ≤  (1 - 2μα)ⁿ (E f(x_0) - f*) + LαC²/(4μ).

Here the first point is x_1, so that x_{n+1} is the point after n steps.

Source
    Karimi, Nutini & Schmidt (2016), Theorem 4 (number as remembered), constant step α ≤ 1/(2μ).
Assumptions
    f lies below its tangents plus L/2‖y - x‖²; ½‖∇f‖² ≥ μ(f - f*); gradients are unbiased, of second moment ≤ C².
"""

from fractions import Fraction

from convcheck.assumptions import BoundedSecondMoment, PolyakLojasiewicz, Smooth, UnbiasedGradients
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="rate",
    source=Source("karimi2016", "Theorem 4"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(
        Instance(
            "noisy_quadratic",
            T=12,
            hyper={"lr": 0.25},
            constants={"α": Fraction(1, 4), "L": 1, "μ": 1, "C": Fraction(3, 2)},
            certified=4,
        ),
        Instance(
            "sine_well",
            T=12,
            hyper={"lr": 0.125},
            constants={"α": Fraction(1, 8), "L": 8, "μ": Fraction(17, 100), "C": 6},
            certified=4,
        ),
    ),
)

t, n = ints("t n")
α, L, μ, C = reals("α L μ C")
f = objective("f")

given(0 < α)
given(0 < L)
given(0 < μ)
short = given(2 * μ * α <= 1)
game = play(sgd, lr=α, sort="V", random=True)
x, g = game.x, game.g
smooth, steep = f.given(Smooth(L), PolyakLojasiewicz(μ))
unbiased, bounded = f.estimated_by(game, UnbiasedGradients(), BoundedSecondMoment(C))

# fmt: off
q = 1 - 2*μ*α
gap = lambda t: expect(f(x[t])) - f.least
statement = forall(0 <= n, gap(n+1) <= q**n * gap(1) + L*α*C**2/(4*μ))


def proof() -> Fact:
    """The mean of one step; what is left over adds up to a geometric series."""
    with let(1 <= t):
        slope = f.gradient(x[t])
        quadratic = f(x[t]) - α*inner(slope, g[t]) + L*α**2/2*norm2(g[t])
        descent = have(f(x[t+1]) <= quadratic,                                  by=[smooth(x[t], x[t+1]), game.step(t)])
        step = (calc(expect(f(x[t+1]), given=t))
            .le(expect(quadratic, given=t),                                               by=averaged(descent, given=t))
            .le(f(x[t]) - α*norm2(slope) + L*α**2/2*C**2,                  by=[bounded(t).times(L*α**2/2), unbiased(t)])
            .le(f(x[t]) - 2*μ*α*(f(x[t]) - f.least) + L*α**2/2*C**2,                           by=steep(x[t]).times(α)))
        contraction = have(gap(t+1) <= q*gap(t) + L*α**2/2*C**2,                                      by=averaged(step))

    always(have(q >= 0,                                                                                       by=short))
    rest = L*α*C**2/(4*μ)
    with induction(gap(n+1) <= q**n * gap(1) + rest, n, base=[power_zero(q), nonneg(rest)]) as rate:
        have(gap(n+2) <= q**(n+1) * gap(1) + rest,               by=[contraction(n+1), rate.times(q), power_next(q, n)])
    return rate
