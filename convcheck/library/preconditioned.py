"""Momentum with a preconditioner that never decreases: x_{t+1} = Π(x_t - m_t/Q_t), m_t = β_t m_{t-1} + (1 - β_t) g_t.

AMSGrad is Q_t = √t √v̂_t/α, AdamNC is Q_t = √v_t/α_t: of Q the theorems ask only that it is never negative and does not
decrease, coordinate by coordinate, and is 0 only where no gradient has been seen.  No sum over past gradients appears:
each theorem is one potential, and rests on the identities

    g = m + β/(1-β)·(m - m'),        m² + β/(1-β)·(m - m')² = βm'² + (1-β)g²,        where m' = m_{t-1}.

Each is a theorem about symbols Q, p, β, x, …, with hypotheses; a proof says with `instance` what Q is and shows these.
"""

from collections.abc import Callable
from contextvars import Context
from fractions import Fraction
from functools import cache

from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.proof import always, calc, cases, given, have, induction, let
from convcheck.language.symbols import Sum, arrays, family, forall, ints, reals, sequences, vectors
from convcheck.language.terms import Expression, Value
from convcheck.language.words import last, nonneg, square, summed
from convcheck.library.sums import swap, telescope

t, T, i, d = ints("t T i d")
D, β1 = reals("D β1")
(u,), (Q,) = vectors("u"), arrays("Q")
x, g, m = sequences("x g m", "V")
β, p = sequences("β p")
f = family("f")

# fmt: off


def error(t: Value) -> Expression:
    """x_{t,i} - u_i."""
    return x[t][i] - u[i]


# ---- what is assumed

AT_REST  = forall(i, m[0][i] == 0)
RATES    = (forall(1 <= t, 0 <= β[t]), forall(1 <= t, β[t] < 1))
FALLING  = forall(1 <= t, p[t+1] <= p[t])
ENOUGH   = forall(1 <= t, β[t]/(1 - β[t]) <= p[t])
START    = forall(i, 0 <= Q[0, i])
GROWING  = forall(0 <= t, i, Q[t, i] <= Q[t+1, i])
SILENT   = forall(1 <= t, i, Q[t, i] <= 0, g[t][i] == 0)
DIAMETER = forall(1 <= t, i, error(t)**2 <= D**2)
CONVEX   = forall(1 <= t, f[t](x[t]) - f[t](u) <= Sum(g[t][i]*error(t), i, 1, d))
CLOSER   = forall(1 <= t, Sum(Q[t, i]*error(t+1)**2, i, 1, d)
                          <= Sum(Q[t, i]*(x[t][i] - m[t][i]/Q[t, i] - u[i])**2, i, 1, d))
SHORT    = forall(1 <= t, Sum(Q[t, i]*(x[t+1][i] - x[t][i])**2, i, 1, d) <= Sum(Q[t, i]*(m[t][i]/Q[t, i])**2, i, 1, d))


def momentum(rate: Expression) -> Expression:
    """∀t ≥ 1 ∀i. m_t = β_t m_{t-1} + (1 - β_t) g_t."""
    return forall(1 <= t, i, m[t][i] == rate*m[t-1][i] + (1 - rate)*g[t][i])


def price(t: Value) -> Expression:
    """What a round pays for its gradient."""
    return (1 + p[t])*(1 - β[t])*g[t][i]**2/Q[t, i]


def core(proof: Callable[[], Fact]) -> Callable[[], Theorem]:
    """Make a proof a theorem, hypotheses and all, that is proved when it is first asked for."""

    @cache
    def theorem() -> Theorem:
        return Context().run(lambda: proof().theorem)

    theorem.__doc__ = proof.__doc__
    return theorem


class Division:
    """Dividing by Q is harmless: Q·(1/Q)·y = y for y = m_t, m_{t-1}, g_t, and m_t²/Q_{t+1} ≤ m_t²/Q_t; 0/0 = 0."""

    def __init__(self, rate: Expression) -> None:
        self.at_rest, self.momentum = given(AT_REST), given(momentum(rate))
        self.start, self.growing, self.silent = given(START), given(GROWING), given(SILENT)
        with let(i):
            with induction(0 <= Q[t, i], t, base=self.start(i)) as Q_nonneg:
                have(0 <= Q[t+1, i],                                                              by=self.growing(t, i))
            always(Q_nonneg)
            with induction(Q[t, i]*(1/Q[t, i])*m[t][i] == m[t][i], t, base=self.at_rest(i)) as self.m:
                for unseen in cases(Q[t+1, i] <= 0):
                    claimed = Q[t+1, i]*(1/Q[t+1, i])*m[t+1][i] == m[t+1][i]
                    if unseen:
                        now    = have(Q[t+1, i] == 0)
                        before = have(Q[t, i] == 0,                                               by=self.growing(t, i))
                        still  = have(m[t][i] == 0,                                                 by=[self.m, before])
                        have(claimed,                       by=[now, self.momentum(t+1, i), still, self.silent(t+1, i)])
                    else:
                        have(claimed)
        with let(1 <= t, i):
            for unseen in cases(Q[t, i] <= 0):
                old   = Q[t, i]*(1/Q[t, i])*m[t-1][i] == m[t-1][i]
                new   = Q[t, i]*(1/Q[t, i])*g[t][i] == g[t][i]
                fades = m[t][i]**2/Q[t+1, i] <= m[t][i]**2/Q[t, i]
                if unseen:
                    now    = have(Q[t, i] == 0)
                    before = have(Q[t-1, i] == 0,                                               by=self.growing(t-1, i))
                    self.m_before = have(old,                                          by=[now, before, self.m(i, t-1)])
                    self.g        = have(new,                                               by=[now, self.silent(t, i)])
                    self.fades    = have(fades,                                                  by=[now, self.m(i, t)])
                else:
                    self.m_before, self.g = have(old), have(new)
                    self.fades            = have(fades,                                           by=self.growing(t, i))


class _Schedule:
    """Momentum that changes, with p above β/(1-β): the identity, and what a round costs."""

    def __init__(self, by: Division) -> None:
        rates = [given(rate) for rate in RATES]
        falling, enough = given(FALLING), given(ENOUGH)
        always(*rates)
        with let(1 <= t):
            always(have(0 <= p[t],                                             by=[enough(t), nonneg(β[t]/(1 - β[t]))]))
            covers = have((1 + p[t])*β[t] <= p[t],                                         by=enough(t).times(1 - β[t]))
        with let(1 <= t, i):
            change, ratio, q = m[t][i] - m[t-1][i], β[t]/(1 - β[t]), Q[t, i]
            mean = β[t]*m[t-1][i]**2 + (1 - β[t])*g[t][i]**2
            self.identity = have(m[t][i]**2 + ratio*change**2 == mean,                             by=by.momentum(t, i))
            self.jensen   = have(m[t][i]**2 <= mean,                        by=[self.identity, nonneg(ratio*change**2)])
            self.decay = (calc(p[t+1]*m[t][i]**2/Q[t+1, i])
                .le(p[t]*m[t][i]**2/Q[t+1, i],                                by=falling(t).times(m[t][i]**2/Q[t+1, i]))
                .le(p[t]*m[t][i]**2/q,                                                    by=by.fades(t, i).times(p[t]))
                .le((1 + p[t])*mean/q - mean/q,                                            by=self.jensen.times(p[t]/q))
                .le(p[t]*m[t-1][i]**2/q + price(t) - mean/q,                        by=covers(t).times(m[t-1][i]**2/q)))


@core
def momentum_sum() -> Fact:
    """∀T ≥ 1 ∀i. Σ_{t≤T} m_t²/Q_t ≤ Σ_{t≤T} (1 + p_t)(1 - β_t) g_t²/Q_t."""
    by = Division(β[t])
    schedule = _Schedule(by)

    def potential(t: Expression | int) -> Expression:
        return p[t]*m[t-1][i]**2/Q[t, i]

    with let(1 <= t, i):
        step = have(m[t][i]**2/Q[t, i] <= potential(t) - potential(t+1) + price(t),
            by=[schedule.decay(t, i), schedule.jensen(t, i).times(1/Q[t, i])])
    with let(1 <= T, i):
        paid = (calc(Sum(m[t][i]**2/Q[t, i], t, 1, T))
            .le(Sum(potential(t) - potential(t+1) + price(t), t, 1, T),                        by=summed(step, t, 1, T))
            .eq(potential(1) - potential(T+1) + Sum(price(t), t, 1, T),                      by=telescope(potential, T))
            .le(Sum(price(t), t, 1, T),                                     by=[by.at_rest(i), nonneg(potential(T+1))]))
    return paid


@core
def regret_of_schedule() -> Fact:
    """∀T ≥ 1. R_T ≤ Σ_i [D²Q_T/2 + D²/2 Σ_t β_t/(1-β_t) Q_t + ½ Σ_t (1 + p_t)(1 - β_t) g_t²/Q_t]."""
    by = Division(β[t])
    schedule = _Schedule(by)
    closer, diameter, convex = given(CLOSER), given(DIAMETER), given(CONVEX)
    change, ratio, q, e, after = m[t][i] - m[t-1][i], β[t]/(1 - β[t]), Q[t, i], error(t), error(t+1)

    def potential(t: Expression | int) -> Expression:
        return Q[t-1, i]*(error(t)**2 - D**2)/2 + p[t]*m[t-1][i]**2/Q[t, i]/2

    paid = potential(t) - potential(t+1) + D**2/2*ratio*q + price(t)/2
    rest = m[t][i]*e - m[t][i]**2/q/2 - q*(e**2 - after**2)/2  # in the sum over i at most 0: the projection
    with let(1 <= t, i):
        young  = have(change*e <= (change**2/q + q*e**2)/2,
            by=[square(change/q - e).times(q), by.m(i, t), by.m_before(t, i)])
        drifts = have(q*(e**2 - after**2)/2 <= Q[t-1, i]*(e**2 - D**2)/2 - q*(after**2 - D**2)/2,
            by=[by.growing(t-1, i), diameter(t, i)])
        one_coordinate = (calc(g[t][i]*e)
            .eq(m[t][i]*e + ratio*change*e,                                    by=by.momentum(t, i).times(e/(1 - β[t])))
            .le(m[t][i]*e + ratio*(change**2/q + q*e**2)/2,                                       by=young.times(ratio))
            .le(m[t][i]*e + ratio*change**2/q/2 + ratio*D**2*q/2,                    by=diameter(t, i).times(ratio*q/2))
            .le(paid + rest,                     by=[schedule.identity(t, i).times(1/q), schedule.decay(t, i), drifts]))
        moved = have(q*(x[t][i] - m[t][i]/q - u[i])**2 == q*e**2 - 2*m[t][i]*e + m[t][i]**2/q,            by=by.m(i, t))
    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(Sum(g[t][i]*e, i, 1, d),                                                                   by=convex(t))
            .le(Sum(paid + rest, i, 1, d),                                           by=summed(one_coordinate, i, 1, d))
            .le(Sum(paid, i, 1, d),                                             by=[closer(t), summed(moved, i, 1, d)]))
    bound = D**2*Q[T, i]/2 + D**2/2*Sum(ratio*q, t, 1, T) + Sum(price(t), t, 1, T)/2
    with let(1 <= T):
        with let(i):
            ends  = [nonneg(Q[T, i]*error(T+1)**2), nonneg(p[T+1]*m[T][i]**2/Q[T+1, i])]
            total = have(Sum(paid, t, 1, T) <= bound,
                by=[telescope(potential, T), diameter(1, i).times(Q[0, i]), by.at_rest(i), *ends])
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(paid, i, 1, d), t, 1, T),                                         by=summed(one_round, t, 1, T))
            .eq(Sum(Sum(paid, t, 1, T), i, 1, d),                                             by=swap(paid, t, T, i, d))
            .le(Sum(bound, i, 1, d),                                                         by=summed(total, i, 1, d)))
    return regret


@core
def regret_of_constant() -> Fact:
    """∀T ≥ 1. R_T ≤ Σ_i [(1 + κ/2) D²Q_T/2 + (1/2 + κ) Σ_t m_t²/Q_t] for a constant β₁, where κ = β₁/(1 - β₁)."""
    given(0 <= β1)
    given(β1 < 1)
    by = Division(β1)
    closer, short, diameter, convex = given(CLOSER), given(SHORT), given(DIAMETER), given(CONVEX)
    κ, q, e, after = β1/(1 - β1), Q[t, i], error(t), error(t+1)
    always(nonneg(κ))

    def potential(t: Expression | int) -> Expression:
        return Q[t-1, i]*(error(t)**2 - D**2)/2 - κ*m[t-1][i]*error(t)

    move, cost = m[t][i]*(x[t][i] - x[t+1][i]), m[t][i]**2/q
    paid = potential(t) - potential(t+1) + cost/2 + κ*move
    rest = m[t][i]*e - cost/2 - q*(e**2 - after**2)/2  # in the sum over i at most 0: the projection
    with let(1 <= t, i):
        split = have(g[t][i]*e == m[t][i]*e + κ*(m[t][i]*after - m[t-1][i]*e) + κ*move,
            by=by.momentum(t, i).times(e/(1 - β1)))
        one_coordinate = have(g[t][i]*e <= paid + rest,                  by=[split, by.growing(t-1, i), diameter(t, i)])
        moved  = have(q*(x[t][i] - m[t][i]/q - u[i])**2 == q*e**2 - 2*m[t][i]*e + cost,                   by=by.m(i, t))
        length = have(q*(m[t][i]/q)**2 == cost,                                                           by=by.m(i, t))
        young  = have(move <= cost/2 + q*(x[t+1][i] - x[t][i])**2/2,
            by=[square(m[t][i]/q + x[t+1][i] - x[t][i]).times(q), by.m(i, t)])
        ending = have(m[t][i]*e <= cost + q*D**2/4,
            by=[square(m[t][i]/q - e/2).times(q), diameter(t, i).times(q/4), by.m(i, t)])
    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(Sum(g[t][i]*e, i, 1, d),                                                                   by=convex(t))
            .le(Sum(paid + rest, i, 1, d),                                           by=summed(one_coordinate, i, 1, d))
            .le(Sum(paid, i, 1, d),                                             by=[closer(t), summed(moved, i, 1, d)]))
        no_longer = (calc(Sum(move, i, 1, d))
            .le(Sum(cost/2 + q*(x[t+1][i] - x[t][i])**2/2, i, 1, d),                          by=summed(young, i, 1, d))
            .le(Sum(cost, i, 1, d),                                             by=[short(t), summed(length, i, 1, d)]))

    def moves(T: Value) -> Expression:
        return Sum(move, t, 1, T)

    def costs(T: Value) -> Expression:
        return Sum(cost, t, 1, T)

    bound = (1 + κ/2)*D**2*Q[T, i]/2 + (Fraction(1, 2) + κ)*costs(T)
    slack = moves(T-1) - costs(T-1)
    with let(1 <= T):  # every displacement but the last is paid by m²/Q; the last one closes m_T(x_T - u)
        early = have(Sum(slack, i, 1, d) <= 0,
            by=[summed(no_longer, t, 1, T-1), swap(move, t, T-1, i, d), swap(cost, t, T-1, i, d)])
        with let(i):
            final = [last(moves(T)).times(κ), last(costs(T)).times(κ), ending(T, i).times(κ)]
            ends  = [diameter(1, i).times(Q[0, i]), by.at_rest(i), nonneg(Q[T, i]*error(T+1)**2)]
            total = have(Sum(paid, t, 1, T) <= bound + κ*slack,             by=[telescope(potential, T), *final, *ends])
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(paid, i, 1, d), t, 1, T),                                         by=summed(one_round, t, 1, T))
            .eq(Sum(Sum(paid, t, 1, T), i, 1, d),                                             by=swap(paid, t, T, i, d))
            .le(Sum(bound + κ*slack, i, 1, d),                                                by=summed(total, i, 1, d))
            .le(Sum(bound, i, 1, d),                                                                 by=early.times(κ)))
    return regret
