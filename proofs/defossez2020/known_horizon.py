"""Adam without momentum, its rates chosen for T rounds: 1 - β₂ = 1/T and α = a/√T give O(log T/√T).

    (1/T) Σ_{t ≤ T} E‖∇F(x_t)‖²  ≤  2R(E F(x_1) - F*)/(a√T) + (4dR² + adRL)(ln(1 + TR²/ε) + 2)/√T,   T ≥ 2.

With this β₂ Adam is AdaGrad with a known horizon: the bound is that of Theorem 1 for AdaGrad but for the 2.

Source
    Défossez, Bottou, Bach & Usunier (2022; preprint 2020), the rates that follow Theorem 2 (as quoted by others);
    the constants are this theorem's.
Assumptions
    As for `defossez2020/theorem-2`.
"""

from fractions import Fraction

from convcheck.assumptions import LowerBounded
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import log_of_one, log_rise
from convcheck.optimizers.adam_defossez import adam_defossez

claim = Claim(
    kind="stationarity",
    source=Source("defossez2020", "Theorem 2, for a known horizon"),
    verdict="proved",
    # After the first round roots are irrational: what is exact is the first.
    audit=(
        Instance(
            "noisy_quadratic",
            T=6,
            parameters={"sigma": 3.0},
            hyper={"lr": 0.5, "beta1": 0.0, "beta2": 0.75, "eps": 16.0},
            constants={"α": Fraction(1, 2), "β2": Fraction(3, 4), "ε": 16, "L": 1, "R": 16, "d": 1},
            x0=(0.0,),
            certified=1,
        ),
    ),
)

t, T, n, i, d = ints("t T n i d")
α, β2, ε, L, R, scale = reals("α β2 ε L R a")
F = objective("F")

given(1 <= d)
given(0 < α)
given(0 < β2)
given(β2 < 1)
given(0 < ε)
given(0 <= L)
wide = given(sqrt(ε) <= R)
game = play(adam_defossez, coordinates=(i, d), random=True, lr=α, beta1=0, beta2=β2, eps=ε)
X = game.x
x, g, m, v, c = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.m, game.v, game.c))
a = lambda t: F.gradient(X[t])[i]
second = function("s", "ZZW", adapted=0)
s = lambda t: second[t, i]

# fmt: off
below    = F.given(LowerBounded(F.least))
smooth   = given(forall(1 <= t, F(X[t+1]) <= F(X[t]) + Sum(a(t)*(x(t+1) - x(t)) + L/2*(x(t+1) - x(t))**2, i, 1, d)))
unbiased = given(forall(1 <= t, i, expect(g(t), given=t) == a(t)))
bounded  = given(forall(1 <= t, i, abs(g(t)) <= R - sqrt(ε)))
moment   = given(forall(1 <= t, i, expect(g(t)**2, given=t) == s(t)))

norm = lambda t: Sum(a(t)**2, i, 1, d)
Φ = expect(F(X[1]))
B = 4*d*R**2 + scale*d*R*L
claimed = (Sum(expect(norm(t)), t, 1, T)/T
    <= 2*R*(Φ - F.least)/(scale*sqrt(T)) + B*(log(1 + T*R**2/ε) + 2)/sqrt(T))
statement = forall(2 <= T, 1 - β2 == 1/T, α == scale/sqrt(T), claimed, over=[T, scale])


def proof() -> Fact:
    """Theorem 2 at these rates; -ln β₂ ≤ 1/β₂ - 1 = 1/(T-1) ≤ 2/T."""
    general = theorem("defossez2020/theorem-2")
    with let(i):
        with induction(0 <= v(t), t, base=game.v_start(i)) as v_low:
            have(0 <= v(t+1),                                                 by=[game.v_step(t+1, i), square(g(t+1))])
        with induction(0 <= c(t), t, base=game.c_start(i)) as c_low:
            have(0 <= c(t+1),                                              by=[game.c_step(t+1, i), c_low.times(β2)])
    always(v_low, c_low)
    with let(2 <= T, 1 - β2 == 1/T, α == scale/sqrt(T)) as (_, horizon, length):
        turn = inverse(1 - β2)[0]
        whole = have(1/(1 - β2) == T,                                    by=[turn.times(T), horizon.times(T/(1 - β2))])
        root_low  = by_squares(1 <= sqrt(1 - β2)*sqrt(T),                                          by=horizon.times(T))
        root_high = by_squares(sqrt(1 - β2)*sqrt(T) <= 1,                                          by=horizon.times(T))
        unit = [root_low.times(1/sqrt(1 - β2)), root_high.times(1/sqrt(1 - β2))]
        root_is = have(1/sqrt(1 - β2) == sqrt(T),                                                              by=unit)
        parts_of = [inverse((1 - β2)*ε)[0].times(T/ε), horizon.times(T/((1 - β2)*ε)), inverse(ε)]
        turned = have(1/((1 - β2)*ε) == T/ε,                                                               by=parts_of)
        same = image(log, have(1 + R**2/((1 - β2)*ε) == 1 + T*R**2/ε,                           by=turned.times(R**2)))
        least = have(1 <= β2*(1 + 2/T),                              by=[horizon.times(1 + 2/T), nonneg((T - 2)/T**2)])
        slow = have(-log(β2) <= 2/T,                             by=[log_rise(1, β2), log_of_one(), least.times(1/β2)])
        always(have(0 < R,                                                                 by=[wide, nonneg(sqrt(ε))]))
        far = have(α*T == scale*sqrt(T),                                                            by=length.times(T))
        always(have(0 < scale,                                          by=[length.times(sqrt(T)), nonneg(α*sqrt(T))]))
        first = image(lambda y: 1/y, far)
        factor = have(4*d*R**2/sqrt(1 - β2) + α*d*R*L/(1 - β2) == B*sqrt(T),
                                                  by=[root_is.times(4*d*R**2), whole.times(α*d*R*L), far.times(d*R*L)])
        start, before, logarithm = 2*R*(Φ - F.least), log(1 + R**2/((1 - β2)*ε)), log(1 + T*R**2/ε)
        result = (calc(Sum(expect(norm(t)), t, 1, T)/T)
            .le(start/(α*T) + B*sqrt(T)*(before/T - log(β2)),        by=[general(T), factor.times(before/T - log(β2))])
            .le(start/(scale*sqrt(T)) + B*sqrt(T)*(logarithm/T - log(β2)),
                                                                      by=[first.times(start), same.times(B*sqrt(T)/T)])
            .le(start/(scale*sqrt(T)) + B*(logarithm + 2)/sqrt(T),                           by=slow.times(B*sqrt(T))))
    return result
