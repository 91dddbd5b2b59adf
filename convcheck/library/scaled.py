"""Momentum over 1 - β_t and a preconditioner that never decreases: x_{t+1} = Π(x_t - m_t/((1 - β_t)Q_t)), as in AdamX.

The schedule of momentum may go up and down, and still the distances telescope.  The proof is that of the literature,
by g = m/(1 - β) - β/(1 - β)·m' and Young's inequality, but for the sum of squares, for which a potential pays.
"""

from convcheck.language.citing import instance
from convcheck.language.fact import Fact
from convcheck.language.proof import always, calc, given, have, let
from convcheck.language.symbols import Sum, forall
from convcheck.language.terms import Expression
from convcheck.language.words import nonneg, square, summed
from convcheck.library.preconditioned import (
    CONVEX,
    DIAMETER,
    RATES,
    D,
    Division,
    Q,
    T,
    core,
    d,
    error,
    f,
    g,
    i,
    m,
    momentum_sum,
    p,
    t,
    u,
    x,
    β,
    β1,
)
from convcheck.library.sums import swap, telescope

# fmt: off
CLOSER = forall(1 <= t, Sum(Q[t, i]*error(t+1)**2, i, 1, d)
                        <= Sum(Q[t, i]*(x[t][i] - 1/(1 - β[t])*m[t][i]/Q[t, i] - u[i])**2, i, 1, d))


@core
def regret_of_scaled() -> Fact:
    """∀T ≥ 1. R_T ≤ Σ_i [D²Q_T/2 + D²/2 Σ_t β_tQ_t + (1 + β₁)/(2(1 - β₁)³) Σ_t (1 - β_t)g_t²/Q_t].

    Here the step is m_t/((1 - β_t)Q_t), and 0 ≤ β_t ≤ β₁ < 1 may go up and down.
    """
    given(0 <= β1)
    given(β1 < 1)
    low, high = given(RATES[0]), given(forall(1 <= t, β[t] <= β1))
    always(low, high)
    by = Division(β[t])
    closer, diameter, convex = given(CLOSER), given(DIAMETER), given(CONVEX)
    κ, most, λ, q, e, after = β1/(1 - β1), 1/(1 - β1), 1/(1 - β[t]), Q[t, i], error(t), error(t+1)
    now, before, gradient = m[t][i], m[t-1][i], g[t][i]

    def potential(t: Expression | int) -> Expression:
        return Q[t-1, i]*(error(t)**2 - D**2)/2

    def past(t: Expression | int) -> Expression:
        return m[t-1][i]**2/Q[t, i]

    with let(1 <= t):
        below = have(β[t] < 1,                                                                               by=high(t))
        close = have(λ <= most,                                                                              by=high(t))
        ratio = have(β[t]/(1 - β[t]) <= κ,                                                                   by=high(t))
    played = [by.momentum, by.at_rest, by.start, by.growing, by.silent]
    own = instance(momentum_sum(), {p: ([t], κ)}, *played, low, below, ratio)
    paid = potential(t) - potential(t+1) + D**2/2*β[t]*q + λ**2*(now**2 + β[t]*before**2)/q/2
    rest = λ*now*e - λ**2*now**2/q/2 - q*(e**2 - after**2)/2  # in the sum over i at most 0: the projection
    with let(1 <= t, i):
        split  = have(gradient*e == λ*now*e - λ*β[t]*before*e,                          by=by.momentum(t, i).times(λ*e))
        young  = have(-λ*before*e <= (λ**2*before**2/q + q*e**2)/2,
            by=[square(λ*before/q + e).times(q/2), *(by.m_before(t, i).times(z) for z in (λ**2*before/q, λ*e))])
        drifts = have(q*(e**2 - after**2)/2 <= Q[t-1, i]*(e**2 - D**2)/2 - q*(after**2 - D**2)/2,
            by=[by.growing(t-1, i), diameter(t, i)])
        one_coordinate = have(gradient*e <= paid + rest,
            by=[split, young.times(β[t]), diameter(t, i).times(β[t]*q/2), drifts])
        moved = have(q*(x[t][i] - λ*now/q - u[i])**2 == q*e**2 - 2*λ*now*e + λ**2*now**2/q,               by=by.m(i, t))
    with let(1 <= t):
        one_round = (calc(f[t](x[t]) - f[t](u))
            .le(Sum(gradient*e, i, 1, d),                                                                  by=convex(t))
            .le(Sum(paid + rest, i, 1, d),                                           by=summed(one_coordinate, i, 1, d))
            .le(Sum(paid, i, 1, d),                                             by=[closer(t), summed(moved, i, 1, d)]))
    with let(1 <= t, i):
        fades = have(before**2/q <= past(t) - past(t+1) + now**2/q,                                   by=by.fades(t, i))
        cost  = have(λ**2*(now**2 + β[t]*before**2)/q <= most**2*(now**2 + β1*before**2)/q,
            by=[close(t).times((λ + most)*(now**2 + β[t]*before**2)/q), high(t).times(most**2*before**2/q)])
    prices = Sum((1 + κ)*(1 - β[t])*gradient**2/q, t, 1, T)
    bound  = D**2*Q[T, i]/2 + D**2/2*Sum(β[t]*q, t, 1, T) + (1 + β1)/2*most**2*prices
    with let(1 <= T):
        with let(i):
            shifted = (calc(Sum(before**2/q, t, 1, T))
                .le(Sum(past(t) - past(t+1) + now**2/q, t, 1, T),                             by=summed(fades, t, 1, T))
                .eq(past(1) - past(T+1) + Sum(now**2/q, t, 1, T),                                 by=telescope(past, T))
                .le(Sum(now**2/q, t, 1, T),                                      by=[by.at_rest(i), nonneg(past(T+1))]))
            squares = (calc(Sum(λ**2*(now**2 + β[t]*before**2)/q, t, 1, T))
                .le(Sum(most**2*(now**2 + β1*before**2)/q, t, 1, T),                           by=summed(cost, t, 1, T))
                .le((1 + β1)*most**2*Sum(now**2/q, t, 1, T),                               by=shifted.times(β1*most**2))
                .le((1 + β1)*most**2*prices,                                      by=own(T, i).times((1 + β1)*most**2)))
            total = have(Sum(paid, t, 1, T) <= bound,
                by=[telescope(potential, T), squares, diameter(1, i).times(Q[0, i]), nonneg(Q[T, i]*error(T+1)**2)])
        regret = (calc(Sum(f[t](x[t]) - f[t](u), t, 1, T))
            .le(Sum(Sum(paid, i, 1, d), t, 1, T),                                         by=summed(one_round, t, 1, T))
            .eq(Sum(Sum(paid, t, 1, T), i, 1, d),                                             by=swap(paid, t, T, i, d))
            .le(Sum(bound, i, 1, d),                                                         by=summed(total, i, 1, d)))
    return regret
