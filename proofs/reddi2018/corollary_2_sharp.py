"""AdamNC with the plain average of all squares and momentum that does not grow: AdaGrad's bound, plus one term.

With steps α/√t and v_t the mean of all squared gradients so far, in any dimension,

    Σ_{t ≤ T} f_t(x_t) - f_t(u)  ≤  Σ_i [(D²/(2α) + α)‖g_{1:T,i}‖ + D²/(2α) Σ_{t ≤ T} β₁ₜ/(1 - β₁ₜ) ‖g_{1:t,i}‖].

Without momentum it is the bound of `duchi2011/theorem-5`, which is about the same method then, on a box.

Source
    Reddi, Kale & Kumar (2018), Corollary 2, sharpened, with the 1/α that its first term needs.
Assumptions
    The losses are convex; the points are within D of u in each coordinate; the projection, in the norm of √v_t, brings
    the raw step no farther from u; 0 ≤ β₁ₜ < 1 does not increase.
"""

from fractions import Fraction
from math import inf

from convcheck.assumptions import BoundedDomain, Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import root_of_product
from convcheck.optimizers.adamnc import adamnc
from convcheck.schedules.inverse import inverse as inverse_schedule
from convcheck.schedules.inverse_sqrt import inverse_sqrt

HALF = Fraction(1, 2)
fading = inverse_schedule.with_parameters(alpha=0.5)
claim = Claim(
    kind="regret",
    source=Source("reddi2018", "Corollary 2"),
    verdict="proved",
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts.
    audit=(
        Instance(
            "linear_box",
            T=300,
            parameters={"signs": (0, *[3, -4] * 6)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=64.0), "beta1": fading},
            constants={"α": 64, "β": fading, "d": 2, "D": 2, "u": (-1, HALF)},
            x0=(1.0, 0.5),
        ),
    ),
)

t, T, i, d, k = ints("t T i d k")
α, D, ζ = reals("α D ζ")
(u,), (β, steps, memory) = vectors("u"), sequences("β α β2")

step, rate = lambda t: α / sqrt(t), lambda t: β[t]
game = play(adamnc, coordinates=(i, d), project=False, lr=step, beta1=rate)
x, g, v, f = game.x, game.g, game.v, game.f
game.given(Convex(), BoundedDomain(D, norm=inf), u=u)

# fmt: off
h, length = lambda t: sqrt(v[t][i]), lambda t: sqrt(Sum(g[k][i]**2, k, 1, t))
nearest = given(forall(1 <= t,
    Sum(h(t)*(x[t+1][i] - u[i])**2, i, 1, d) <= Sum(h(t)*(game.raw(t) - u[i])**2, i, 1, d)))
given(0 < α)
given(forall(1 <= t, 0 <= β[t]))
given(forall(1 <= t, β[t] < 1))
given(forall(1 <= t, β[t+1] <= β[t]))

ratio = lambda t: β[t]/(1 - β[t])
bound = D**2/(2*α)*length(T) + D**2/(2*α)*Sum(ratio(t)*length(t), t, 1, T) + α*length(T)
statement = forall(1 <= T, Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d))


def proof() -> Fact:
    """Theorem 5 for ζ = α: √t √v_t is the length of all gradients so far, which grows."""
    total = lambda t: Sum(g[k][i]**2, k, 1, t)
    with let(1 <= t):
        positive = have(0 < step(t))
        low      = have(0 <= 1 - 1/t, by=nonneg((t-1)/t))
        high     = have(1 - 1/t <= 1, by=nonneg(1/t))
    with let(i):
        with induction(t*v[t][i] == total(t), t, base=empty(total(0))) as mean:
            have((t+1)*v[t+1][i] == total(t+1),
                by=[mean, game.v_step(t+1, i).times(t+1), last(total(t+1)), *inverse(t+1)])
        with induction(0 <= v[t][i], t, base=game.v_start(i)) as v_nonneg:
            have(0 <= v[t+1][i],
                by=[mean(t+1).times(1/(t+1)), inverse(t+1)[0].times(v[t+1][i]), nonneg(total(t+1)/(t+1))])
    always(v_nonneg)
    with let(1 <= t, i):
        rooted   = have(sqrt(t)*h(t) == length(t),            by=[root_of_product(t, v[t][i]), image(sqrt, mean(i, t))])
        enough   = have(length(t) <= α*h(t)/step(t),                                                          by=rooted)
    with let(1 <= t, i):
        longer   = sqrt_mono(total(t), total(t+1),                             by=[last(total(t+1)), square(g[t+1][i])])
        monotone = have(h(t)/step(t) <= h(t+1)/step(t+1),
            by=[r.times(1/α) for r in (longer, rooted(t, i), rooted(t+1, i))])
    core = instance(theorem("reddi2018/theorem-5-sharp"), {steps: ([t], step(t)), memory: ([t], 1 - 1/t), ζ: α},
        nearest, game.v_step, positive, low, high, enough, monotone)
    with let(1 <= t, i):
        middle = have(ratio(t)*h(t)/step(t) == ratio(t)*length(t)/α,                  by=rooted(t, i).times(ratio(t)/α))
    with let(1 <= T):
        with let(i):
            same = have(D**2*h(T)/(2*step(T)) + D**2/2*Sum(ratio(t)*h(t)/step(t), t, 1, T) + α*length(T) == bound,
                by=[rooted(T, i).times(D**2/(2*α)), summed(middle, t, 1, T).times(D**2/2)])
        regret = have(Sum(f[t](x[t]) - f[t](u), t, 1, T) <= Sum(bound, i, 1, d), by=[core(T), summed(same, i, 1, d)])
    return regret
