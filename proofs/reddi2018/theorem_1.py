"""Adam need not converge: for every C > 2 its regret grows linearly, from the first period on.

On [-1, 1] the losses C·x, -x, -x, C·x, -x, -x, … are least, in total, at -1.  Adam with β₁ = 0 and β₂(1 + C²) = 1
starts at 1 and is back at 1 after every period: the large gradient is divided by the root of its own square, the two
small ones are not.  After n periods

    Σ_{t ≤ 3n} f_t(x_t) - f_t(-1)  ≥  2(C - 2)n.

Source
    Reddi, Kale & Kumar (2018), Theorem 1, with steps α/√t, α² ≤ 1 - β₂ (this condition as remembered), for every
    real C > 2 and every n.
Assumptions
    None but the setting: the optimizer is the rule without bias correction, which is the one that the theorem is about.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam_undebiased import adam_undebiased
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="divergence",
    source=Source("reddi2018", "Theorem 1"),
    verdict="proved",
    audit=(
        Instance(
            "reddi",
            T=100_000,
            parameters={"C": 3},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=0.5), "beta1": 0.0, "beta2": 0.1},
            constants={"α": Fraction(1, 2), "β": Fraction(1, 10), "C": 3},
        ),
    ),
)

k, t, n = ints("k t n")
C, α, β, y = reals("C α β y")

game = play(adam_undebiased, lr=lambda t: α / sqrt(t), beta1=0, beta2=β, project=lambda y: clip(y, -1, 1))
x, g, v, f = game.x, game.g, game.v, game.f

# fmt: off
large  = given(2 < C)
memory = given(β*(1 + C**2) == 1)
given(0 < α)
rate   = given(α**2 <= 1 - β)
start  = given(x[1] == 1)
linear = given(forall(1 <= t, y, f[t](y) == g[t]*y))
uphill = given(forall(0 <= k, g[3*k+1] == C))
down   = given(forall(0 <= k, g[3*k+2] == -1))
again  = given(forall(0 <= k, g[3*k+3] == -1))

statement = forall(0 <= n, 2*(C - 2)*n <= Sum(f[t](x[t]) - f[t](-1), t, 1, 3*n))


def proof() -> Fact:
    """Second moments of a period; pushed away and pulled back; the cost of a period."""
    # β₂ is at most 1/5
    C4 = have(C**2 >= 4,                                              by=square(C - 2))
    β_pos = always(have(β > 0,                                        by=positive_factor(memory, 1 + C**2)))
    β_small = always(have(β <= Fraction(1, 5),                        by=[memory, C4.times(β)]))

    # the second moments of one period
    with induction(v[t] >= 0, t, base=game.v_start) as v_nonneg:
        have(v[t+1] >= 0,                           by=[game.v_step(t+1), square(g[t+1]).times(1-β), v_nonneg.times(β)])
    always(v_nonneg)
    tiny = have(β + 2*β**2 <= 1,                                      by=products(β_pos, β_small, degree=2))
    with induction(v[3*k] <= (1-β)*(1 + 2*β), k, base=[game.v_start, square(β), β_small.times(1-β)]) as v0:
        v1 = have(v[3*k+1] == β*v[3*k] + (1-β)*C**2,                  by=[game.v_step(3*k+1), uphill(k)])
        v2 = have(v[3*k+2] == β**2*v[3*k] + (1-β)*(2-β),              by=[game.v_step(3*k+2), down(k), v1, memory])
        v3 = have(v[3*k+3] == β**3*v[3*k] + (1-β)*(1 + 2*β - β**2),   by=[game.v_step(3*k+3), again(k), v2])
        above1 = have((1-β)*C**2 <= v[3*k+1],                         by=v1)
        below2 = have(v[3*k+2] <= (1-β)*(2 - β + β**2 + 2*β**3),      by=[v2, v0.times(β**2)])
        below3 = have(v[3*k+3] <= (1-β)*(1 + 2*β),                    by=[v3, v0.times(β**3), tiny.times(β**2*(1-β))])

    # one period: from 1 down by push and up by back2 ≥ (½ + β/12) push and back3 ≥ (½ - β/12) push
    length = lambda t: α/(sqrt(t)*sqrt(v[t]))
    a, b = Fraction(1, 2) + β/12, Fraction(1, 2) - β/12
    with induction(x[3*k+1] == 1, k, base=start) as at_one:
        s1, s2, s3 = 3*k+1, 3*k+2, 3*k+3
        push, back2, back3 = C*length(s1), length(s2), length(s3)
        always(have(v[s1] > 0,                                        by=[above1(k), C4.times(1-β)]))
        always(have(v[s2] > 0, by=v2(k)), have(v[s3] > 0, by=v3(k)))
        room2 = have(a**2*s2*(2 - β + β**2 + 2*β**3) <= s1,           by=products(β_pos, β_small, nonneg(k), degree=6))
        room3 = have(b**2*s3*(1 + 2*β) <= s1,                         by=products(β_pos, β_small, nonneg(k), degree=6))
        gain2 = (calc(a**2*C**2*s2*v[s2])
            .le(a**2*C**2*s2*(1-β)*(2 - β + β**2 + 2*β**3),           by=below2(k).times(a**2*C**2*s2))
            .le((1-β)*C**2*s1,                                        by=room2.times((1-β)*C**2))
            .le(s1*v[s1],                                             by=above1(k).times(s1)))
        gain3 = (calc(b**2*C**2*s3*v[s3])
            .le(b**2*C**2*s3*(1-β)*(1 + 2*β),                         by=below3(k).times(b**2*C**2*s3))
            .le((1-β)*C**2*s1,                                        by=room3.times((1-β)*C**2))
            .le(s1*v[s1],                                             by=above1(k).times(s1)))
        half2 = by_squares(a*push <= back2,                           by=gain2.times(α**2))
        half3 = by_squares(b*push <= back3,                           by=gain3.times(α**2))
        short = by_squares(push <= 1,                  by=[rate.times(C**2), above1(k).times(s1), nonneg((1-β)*C**2*k)])
        x2 = have(x[s2] == 1 - push,        by=[game.step(s1), game.m_step(s1), at_one, uphill(k), short, nonneg(push)])
        x3 = have(1 - back3 <= x[s3],                    by=[game.step(s2), game.m_step(s2), x2, down(k), half2, half3])
        have(x[s3+1] == 1,                                            by=[game.step(s3), game.m_step(s3), x3, again(k)])
        low2 = have(x[s2] <= 1,                                       by=[x2, nonneg(push)])
        low3 = have(x[s3] <= 1,                                       by=game.step(s2))

    # a period costs C·2 and gains at most 2 + 2
    cost = lambda t: [linear(t, x[t]), linear(t, -1)]
    R = lambda n: Sum(f[t](x[t]) - f[t](-1), t, 1, 3*n)
    with induction(2*(C - 2)*n <= R(n), n, base=empty(R(0))) as regret:
        first = have(f[3*n+1](x[3*n+1]) - f[3*n+1](-1) == 2*C,        by=[*cost(3*n+1), uphill(n), at_one(n)])
        second = have(f[3*n+2](x[3*n+2]) - f[3*n+2](-1) >= -2,        by=[*cost(3*n+2), down(n), low2(n)])
        third = have(f[3*n+3](x[3*n+3]) - f[3*n+3](-1) >= -2,         by=[*cost(3*n+3), again(n), low3(n)])
        have(2*(C - 2)*(n+1) <= R(n+1),                               by=[unroll(R(n+1), 3), first, second, third])
    return regret
