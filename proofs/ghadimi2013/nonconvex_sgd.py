"""Stochastic gradient descent finds small gradients of a smooth function that need not be convex.

    Σ_{t ≤ T} E‖∇f(x_t)‖²  ≤  2(E f(x_1) - f*)/α + Lασ²T.

Source
    Ghadimi & Lan (2013), Theorem 2.1 (number as remembered, statement as quoted by others), for a constant step
    α ≤ 1/L and a little weaker: there the sum is divided by 2α - Lα², which is at least the α that divides here.
Assumptions
    f is bounded below by f* and lies below its tangents plus L/2‖y - x‖²; given the past, gradients are unbiased and
    have variance at most σ².
"""

from fractions import Fraction

from convcheck.assumptions import BoundedVariance, LowerBounded, Smooth, UnbiasedGradients
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, telescope
from convcheck.optimizers.sgd import sgd

claim = Claim(
    kind="stationarity",
    source=Source("ghadimi2013", "Theorem 2.1"),
    verdict="proved",
    flags=("as-quoted",),
    audit=(
        Instance(
            "noisy_quadratic", T=12, hyper={"lr": 0.25}, constants={"α": Fraction(1, 4), "L": 1, "σ": 1}, certified=4
        ),
        Instance("sine_well", T=12, hyper={"lr": 0.125}, constants={"α": Fraction(1, 8), "L": 8, "σ": 1}, certified=4),
    ),
)

t, T = ints("t T")
α, L, σ = reals("α L σ")
f = objective("f")

given(0 < α)
given(0 <= L)
short = given(α * L <= 1)
game = play(sgd, lr=α, sort="V", random=True)
x, g = game.x, game.g
smooth, below = f.given(Smooth(L), LowerBounded(f.least))
unbiased, variance = f.estimated_by(game, UnbiasedGradients(), BoundedVariance(σ))

# fmt: off
statement = forall(1 <= T,
    Sum(expect(norm2(f.gradient(x[t]))), t, 1, T) <= 2*(expect(f(x[1])) - f.least)/α + L*α*σ**2*T)


def proof() -> Fact:
    """One step, its mean given the past, its mean; then the values telescope."""
    Φ = lambda t: 2/α*expect(f(x[t]))

    with let(1 <= t):
        slope = f.gradient(x[t])
        quadratic = f(x[t]) - α*inner(slope, g[t]) + L*α**2/2*norm2(g[t])
        descent = have(f(x[t+1]) <= quadratic,                                  by=[smooth(x[t], x[t+1]), game.step(t)])
        noise = have(expect(norm2(g[t]), given=t) <= norm2(slope) + σ**2,                 by=[variance(t), unbiased(t)])
        step = (calc(expect(f(x[t+1]), given=t))
            .le(expect(quadratic, given=t),                                               by=averaged(descent, given=t))
            .le(f(x[t]) - α*norm2(slope) + L*α**2/2*(norm2(slope) + σ**2), by=[noise.times(L*α**2/2), unbiased(t)])
            .le(f(x[t]) - α/2*norm2(slope) + L*α**2/2*σ**2,                           by=short.times(α/2*norm2(slope))))
        mean = have(expect(f(x[t+1])) <= expect(f(x[t])) - α/2*expect(norm2(slope)) + L*α**2/2*σ**2,  by=averaged(step))
        one_step = have(expect(norm2(slope)) <= Φ(t) - Φ(t+1) + L*α*σ**2,                            by=mean.times(2/α))

    with let(1 <= T):
        lowest = averaged(below(x[T+1]))
        total = (calc(Sum(expect(norm2(f.gradient(x[t]))), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1) + L*α*σ**2, t, 1, T),                                    by=summed(one_step, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + L*α*σ**2*T,                              by=[telescope(Φ, T), count(T).times(L*α*σ**2)])
            .le(2*(expect(f(x[1])) - f.least)/α + L*α*σ**2*T,                                     by=lowest.times(2/α)))
    return total
