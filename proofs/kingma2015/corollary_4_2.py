"""Adam's average regret need not tend to 0: projected onto [-1, 1], with both corrections of the bias, it stays above.

Printed, for convex losses with bounded gradients where iterates stay within a bounded distance of each other:

    R_T/T  =  O(1/√T),  that is,  R_T ≤ K√T for all T and some K.

On the losses Cx, -x, -x, Cx, -x, -x, … of Reddi, Kale & Kumar with C > 2, Adam with β₁ = 0, β₂(1 + C²) = 1 and steps
α/√t, α² ≤ 1 - β₂, is back at 1 after every period, and after n periods R_{3n} ≥ 2(C - 2)n.  So for every K the bound
fails at T = 3N, where N is any integer with 4(C - 2)²N > 3K².

Their theorem (reddi2018/theorem-1) is about the rule without corrections.  This one divides the mean of squares by
c_t = 1 - β₂ᵗ, which grows: the two steps back are lengthened more than the step away, and their argument holds.

What is not shown: the corollary takes its comparator from a feasible set, but the printed algorithm does not project.
Here it does, as in the criticism of Reddi, Kale & Kumar.

Source
    Kingma & Ba (2015), Corollary 4.2, of the arXiv text, read in conversions to plain text.
Assumptions
    None but the setting: the losses are linear, gradients are at most C, distances at most 2.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="rate",
    source=Source("kingma2015", "Corollary 4.2"),
    verdict="refuted",
    flags=("repaired-by:convcheck/adam-regret-sqrt-e",),
    audit=(
        Instance(
            "reddi",
            T=60,
            parameters={"C": 3},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=0.5), "beta1": 0.0, "beta2": 0.1, "eps": 0},
            constants={"α": Fraction(1, 2), "β": Fraction(1, 10), "C": 3, "K": 2, "N": 4},
        ),
    ),
)

k, t, n, T, N = ints("k t n T N")
C, α, β, y, K = reals("C α β y K")

game = play(adam, lr=lambda t: α / sqrt(t), beta1=0, beta2=β, eps=0, project=lambda y: clip(y, -1, 1))
x, g, v, c, f = game.x, game.g, game.v, game.c2, game.f

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

given(1 <= N)
far    = given(3*K**2 < 4*(C - 2)**2*N)

R = lambda T: Sum(f[t](x[t]) - f[t](-1), t, 1, T)
statement = forall(1 <= T, R(T) <= K*sqrt(T))
negation = negated(statement)


V = lambda t: v[t]/c[t]
length = lambda t: α/(sqrt(t)*sqrt(V(t)))


def proof() -> Fact:
    """Second moments of a period; pushed away and pulled back; the cost of a period."""
    C4, β_pos, β_small, above1, below2, below3, v2, v3 = _second_moments()
    c_up, moved, larger_ = _corrections()

    # one period: from 1 down by push and up by back2 ≥ (½ + β/12) push and back3 ≥ (½ - β/12) push
    a, b = Fraction(1, 2) + β/12, Fraction(1, 2) - β/12
    with induction(x[3*k+1] == 1, k, base=start) as at_one:
        s1, s2, s3 = 3*k+1, 3*k+2, 3*k+3
        push, back2, back3 = C*length(s1), length(s2), length(s3)
        always(have(v[s1] > 0,                                                           by=[above1(k), C4.times(1-β)]))
        always(have(v[s2] > 0, by=v2(k)), have(v[s3] > 0, by=v3(k)))
        room2 = have(a**2*s2*(2 - β + β**2 + 2*β**3) <= s1,            by=products(β_pos, β_small, nonneg(k), degree=6))
        room3 = have(b**2*s3*(1 + 2*β) <= s1,                          by=products(β_pos, β_small, nonneg(k), degree=6))
        gain2 = (calc(a**2*C**2*s2*v[s2])
            .le(a**2*C**2*s2*(1-β)*(2 - β + β**2 + 2*β**3),                            by=below2(k).times(a**2*C**2*s2))
            .le((1-β)*C**2*s1,                                                               by=room2.times((1-β)*C**2))
            .le(s1*v[s1],                                                                       by=above1(k).times(s1)))
        gain3 = (calc(b**2*C**2*s3*v[s3])
            .le(b**2*C**2*s3*(1-β)*(1 + 2*β),                                          by=below3(k).times(b**2*C**2*s3))
            .le((1-β)*C**2*s1,                                                               by=room3.times((1-β)*C**2))
            .le(s1*v[s1],                                                                       by=above1(k).times(s1)))
        grown2 = c_up(s1).times(a**2*C**2*s2*v[s2]/c[s1]/c[s2])
        grown3 = have(c[s1] <= c[s3], by=[c_up(s1), c_up(s2)]).times(b**2*C**2*s3*v[s3]/c[s1]/c[s3])
        half2 = by_squares(a*push <= back2,                            by=[gain2.times(α**2/c[s1]), grown2.times(α**2)])
        half3 = by_squares(b*push <= back3,                            by=[gain3.times(α**2/c[s1]), grown3.times(α**2)])
        short = by_squares(push <= 1,                   by=[rate.times(C**2), above1(k).times(s1), nonneg((1-β)*C**2*k),
            larger_(s1).times(s1)])
        x2 = have(x[s2] == 1 - push,                             by=[moved(s1), at_one, uphill(k), short, nonneg(push)])
        x3 = have(1 - back3 <= x[s3],                                         by=[moved(s2), x2, down(k), half2, half3])
        have(x[s3+1] == 1,                                                                 by=[moved(s3), x3, again(k)])
        low2 = have(x[s2] <= 1,                                                                   by=[x2, nonneg(push)])
        low3 = have(x[s3] <= 1,                                                                            by=moved(s2))

    # a period costs C·2 and gains at most 2 + 2
    cost = lambda t: [linear(t, x[t]), linear(t, -1)]
    with induction(2*(C - 2)*n <= R(3*n), n, base=empty(R(0))) as regret:
        first = have(f[3*n+1](x[3*n+1]) - f[3*n+1](-1) == 2*C,                  by=[*cost(3*n+1), uphill(n), at_one(n)])
        second = have(f[3*n+2](x[3*n+2]) - f[3*n+2](-1) >= -2,                      by=[*cost(3*n+2), down(n), low2(n)])
        third = have(f[3*n+3](x[3*n+3]) - f[3*n+3](-1) >= -2,                      by=[*cost(3*n+3), again(n), low3(n)])
        have(2*(C - 2)*(n+1) <= R(3*(n+1)),                            by=[unroll(R(3*(n+1)), 3), first, second, third])

    # at T = 3N that is more than K√T
    with let(statement) as published:
        above = have(2*(C - 2)*N <= K*sqrt(3*N),                                         by=[regret(N), published(3*N)])
        cost_, most = 2*(C - 2)*N, K*sqrt(3*N)
        always(have(0 <= most,                                                               by=[above, nonneg(cost_)]))
        squared = have(cost_**2 <= 3*K**2*N,                     by=[above.times(cost_), above.times(most), *root(3*N)])
        near = have(4*(C - 2)**2*N <= 3*K**2,                                                     by=squared.times(1/N))
        gap = 4*(C - 2)**2*N - 3*K**2
        always(have(0 < gap,                                                                                    by=far))
        contradiction = have(absurd,                                              by=[near.times(1/gap), *inverse(gap)])
    return contradiction


def _second_moments() -> tuple[Fact, ...]:
    """The second moments of a period, as in reddi2018/theorem-1."""
    # β₂ is at most 1/5
    C4 = have(C**2 >= 4,                                                                               by=square(C - 2))
    β_pos = always(have(β > 0,                                                    by=positive_factor(memory, 1 + C**2)))
    β_small = always(have(β <= Fraction(1, 5),                                                by=[memory, C4.times(β)]))

    # the second moments of one period
    with induction(v[t] >= 0, t, base=game.v_start) as v_nonneg:
        have(v[t+1] >= 0,                           by=[game.v_step(t+1), square(g[t+1]).times(1-β), v_nonneg.times(β)])
    always(v_nonneg)
    tiny = have(β + 2*β**2 <= 1,                                                  by=products(β_pos, β_small, degree=2))
    with induction(v[3*k] <= (1-β)*(1 + 2*β), k, base=[game.v_start, square(β), β_small.times(1-β)]) as v0:
        v1 = have(v[3*k+1] == β*v[3*k] + (1-β)*C**2,                                 by=[game.v_step(3*k+1), uphill(k)])
        v2 = have(v[3*k+2] == β**2*v[3*k] + (1-β)*(2-β),                   by=[game.v_step(3*k+2), down(k), v1, memory])
        v3 = have(v[3*k+3] == β**3*v[3*k] + (1-β)*(1 + 2*β - β**2),               by=[game.v_step(3*k+3), again(k), v2])
        above1 = have((1-β)*C**2 <= v[3*k+1],                                                                     by=v1)
        below2 = have(v[3*k+2] <= (1-β)*(2 - β + β**2 + 2*β**3),                                by=[v2, v0.times(β**2)])
        below3 = have(v[3*k+3] <= (1-β)*(1 + 2*β),                      by=[v3, v0.times(β**3), tiny.times(β**2*(1-β))])
    return C4, β_pos, β_small, above1, below2, below3, v2, v3


def _corrections() -> tuple[Fact, Fact, Fact]:
    """The corrections of the bias: c is at most 1 and grows; so the step is length·g, with v ≤ V."""
    with induction((0 <= c[t]) & (c[t] <= 1), t, base=game.c2_start) as share:
        c_nonneg, c_most = parts(share)
        c_pos = have(0 < c[t+1],                                              by=[game.c2_step(t+1), c_nonneg.times(β)])
        c_one = have(c[t+1] <= 1,                                               by=[game.c2_step(t+1), c_most.times(β)])
        c_up = have(c[t] <= c[t+1],                                         by=[game.c2_step(t+1), c_most.times(1 - β)])
        have((0 <= c[t+1]) & (c[t+1] <= 1),                                                           by=[c_pos, c_one])
    with let(1 <= t):
        always(have(0 < c[t],                                                                            by=c_pos(t-1)))
        unit = have(game.c1[t] == 1,                                                                 by=game.c1_step(t))
        always(have(0 < game.c1[t],                                                                            by=unit))
        same = have(game.m[t]/game.c1[t] == g[t],
            by=[image(lambda y: 1/y, unit).times(game.m[t]), game.m_step(t)])
        moved = have(x[t+1] == clip(x[t] - length(t)*g[t], -1, 1),
            by=[game.step(t), image(lambda y: clip(x[t] - length(t)*y, -1, 1), same)])
        larger_ = have(v[t] <= V(t),                                                     by=c_one(t-1).times(v[t]/c[t]))
    return c_up, moved, larger_
