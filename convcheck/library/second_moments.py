"""Preconditioners that are roots of second moments: of AMSGrad and AdamX, √t √v̂_t/α, and of AdamNC, √v_t/α_t."""

from collections.abc import Callable

from convcheck.language.fact import Fact
from convcheck.language.play import Game
from convcheck.language.proof import always, calc, cases, have, induction, let
from convcheck.language.symbols import Function, Sum, ints, log, sqrt
from convcheck.language.terms import Expression, Value
from convcheck.language.words import (
    by_squares,
    empty,
    image,
    inverse,
    larger,
    last,
    nonneg,
    root,
    root_of_zero,
    sqrt_mono,
    square,
    square_zero,
    summed,
)
from convcheck.library.series import over_roots
from convcheck.library.sums import telescope

t, T, i, d, k = ints("t T i d k")

# fmt: off


class Rooted:
    """A preconditioner Q_t = w_t √v̂_t, coordinate by coordinate; w_t is not negative where 1 ≤ t."""

    def __init__(self, game: Game, top: Function, weight: Callable[[Value], Expression]) -> None:
        """Say what v̂ and w are."""
        self.game, self.top, self.weight = game, top, weight

    def Q(self, t: Value) -> Expression:
        """W_t √v̂_{t,i}."""
        return sqrt(self.top[t][i])*self.weight(t)

    def closer(self, nearest: Fact, y: Expression) -> Fact:
        """∀t ≥ 1. Σ_i Q_t(x_{t+1} - y_t)² ≤ Σ_i Q_t(x_t - m_t/Q_t - y_t)², from the same for √v̂_t and the raw step."""
        x, raw, h, q = self.game.x, self.game.raw(t), sqrt(self.top[t][i]), self.Q(t)
        plain = x[t][i] - self.game.m[t][i]/q
        with let(1 <= t, i):
            same = have(h*(raw - y)**2 == h*(plain - y)**2, by=self.game.raw_step(t, i).times(h*(raw + plain - 2*y)))
        with let(1 <= t):
            w = self.weight(t)
            closer = have(Sum(q*(x[t+1][i] - y)**2, i, 1, d) <= Sum(q*(plain - y)**2, i, 1, d),
                by=[nearest(t).times(w), summed(same, i, 1, d).times(w)])
        return closer

    def price(self, y: Expression, c: Expression, r: Expression | int, below: Fact) -> Fact:
        """y²/Q_t ≤ r/√c·|y|/w_t, from c·y² ≤ r²·v̂_t, for 0 < c and 0 ≤ r; it stands where 1 ≤ t and w_t ≥ 0."""
        h, k, w, size = sqrt(self.top[t][i]), sqrt(c), self.weight(t), abs(y)
        squared = have(size**2 == y**2)
        large   = by_squares(k*size <= r*h,
            by=[below, squared.times(c), root(c)[0].times(size**2), root(self.top[t][i])[0].times(r**2)])
        for dark in cases(h <= 0):
            claimed = y**2/self.Q(t) <= r/k*size/w
            if dark:
                still = have(c*y**2 <= 0,                                                by=[below, dark.times(h*r**2)])
                gone  = square_zero(y,                                 by=[still.times(1/c), inverse(c)[0].times(y**2)])
                found = have(claimed,                                                     by=[gone, nonneg(r/k*size/w)])
            else:
                found = have(claimed,                             by=[squared.times(1/(w*h)), large.times(size/(w*h*k)),
                    inverse(h)[0].times(r*size/(w*k)), inverse(k)[0].times(size**2/(w*h))])
        return found


class SecondMoments(Rooted):
    """What v_t = β₂v_{t-1} + (1 - β₂)g_t² ≤ v̂_t ≤ v̂_{t+1} says about Q_t = √t √v̂_t/α, coordinate by coordinate.

    ``start``, ``growing`` and ``silent`` are what the theorems of `convcheck.library.preconditioned` ask of Q.

    Parameters
    ----------
    game
        A game with coordinates that has a state v; 0 < α and 0 ≤ β₂ < 1 are known.
    top
        v̂, a state of the game.
    start, rises, above
        ∀i. v̂_0 = 0,  ∀t ≥ 0 ∀i. v̂_t ≤ v̂_{t+1}  and  ∀t ≥ 1 ∀i. v_t ≤ v̂_t.
    α, β2
        The hyper-parameters: steps are α/√t.
    """

    def __init__(  # three facts about one sequence, and its two parameters
        self, game: Game, top: Function, start: Fact, rises: Fact, above: Fact, α: Expression, β2: Expression
    ) -> None:
        """Prove it."""
        super().__init__(game, top, lambda t: sqrt(t)/α)
        g, v, self.above, self.α = game.g, game.v, above, α
        with let(i):
            with induction(0 <= top[t][i], t, base=start(i)) as top_nonneg:
                have(0 <= top[t+1][i],                                                                   by=rises(t, i))
            with induction(0 <= v[t][i], t, base=game.v_start(i)) as v_nonneg:
                have(0 <= v[t+1][i],      by=[game.v_step(t+1, i), v_nonneg.times(β2), square(g[t+1][i]).times(1 - β2)])
        always(top_nonneg, v_nonneg)
        with let(0 <= t, i):
            now, then = top[t][i], top[t+1][i]
            self.growing = have(self.Q(t) <= self.Q(t+1),
                by=[sqrt_mono(t, t+1).times(sqrt(now)/α), sqrt_mono(now, then, by=rises(t, i)).times(sqrt(t+1)/α)])
        with let(i):
            self.start = have(0 <= self.Q(0),                                                      by=nonneg(self.Q(0)))
        with let(1 <= t, i):
            below = have((1 - β2)*g[t][i]**2 <= top[t][i],
                by=[game.v_step(t, i), above(t, i), v_nonneg(i, t-1).times(β2)])
            with let(self.Q(t) <= 0) as unseen:
                none  = have(sqrt(top[t][i]) <= 0,                                           by=unseen.times(α/sqrt(t)))
                still = have((1 - β2)*g[t][i]**2 <= 0,                          by=[below, none.times(sqrt(top[t][i]))])
                self.silent = square_zero(g[t][i],                                           by=still.times(1/(1 - β2)))
            price = self.price(g[t][i], 1 - β2, 1, below)
        with let(1 <= T, i):
            self.gradients = (calc(Sum(g[t][i]**2/self.Q(t), t, 1, T))
                .le(Sum(α/sqrt(1 - β2)*abs(g[t][i])/sqrt(t), t, 1, T),                        by=summed(price, t, 1, T))
                .le(α*sqrt(1 + log(T))/sqrt(1 - β2)*sqrt(Sum(g[t][i]**2, t, 1, T)),
                    by=over_roots(g[t][i], t, T).times(α/sqrt(1 - β2))))



def amsgrad_moments(game: Game, α: Expression, β2: Expression) -> SecondMoments:
    """Return what AMSGrad's code says: v̂_t = max(v̂_{t-1}, v_t)."""
    top, v = game.v_max, game.v
    with let(0 <= t, i):
        rises = have(top[t][i] <= top[t+1][i],               by=[game.v_max_step(t+1, i), larger(top[t][i], v[t+1][i])])
    with let(1 <= t, i):
        above = have(v[t][i] <= top[t][i],                     by=[game.v_max_step(t, i), larger(top[t-1][i], v[t][i])])
    return SecondMoments(game, top, game.v_max_start, rises, above, α, β2)


class LargeMoments(Rooted):
    """What ‖g_{1:t}‖ ≤ ζQ_t and Q_t ≤ Q_{t+1} say about Q_t = √v_t/α_t ≥ 0, coordinate by coordinate, t ≥ 1.

    ``start``, ``growing`` and ``silent`` are what the theorems of `convcheck.library.preconditioned` ask of Q.

    Parameters
    ----------
    game
        A game with coordinates that has a state v; ∀t ≥ 0 ∀i. 0 ≤ v_t and ∀t ≥ 1. 0 < α_t are known.
    steps
        α_t, as a function of t.
    enough, monotone
        ∀t ≥ 1 ∀i. ‖g_{1:t}‖ ≤ ζQ_t  and  Q_t ≤ Q_{t+1}.
    ζ
        A number, 0 < ζ is known.
    """

    def __init__(
        self, game: Game, steps: Callable[[Value], Expression], enough: Fact, monotone: Fact, ζ: Expression
    ) -> None:
        """Prove it."""
        super().__init__(game, game.v, lambda t: 1/steps(t))
        g = game.g
        with let(i):
            none = have(self.Q(0) == 0,                                            by=[game.v_start(i), root_of_zero()])
            self.start = have(0 <= self.Q(0),                                                                   by=none)
        with let(0 <= t, i):
            for first in cases(t <= 0):
                if first:
                    zero = have(t == 0)
                    ends = [image(self.Q, zero), image(lambda n: self.Q(n+1), zero)]
                    self.growing = have(self.Q(t) <= self.Q(t+1),                by=[*ends, none(i), nonneg(self.Q(1))])
                else:
                    self.growing = have(self.Q(t) <= self.Q(t+1),                                     by=monotone(t, i))
        with let(1 <= t, i):
            now, before, q, e = self.length(t), self.length(t-1), self.Q(t), g[t][i]
            added   = last(Sum(g[k][i]**2, k, 1, t))
            longer  = sqrt_mono(Sum(g[k][i]**2, k, 1, t-1), Sum(g[k][i]**2, k, 1, t),             by=[added, square(e)])
            always(have(0 <= now - before,                                                                   by=longer))
            squared = have(e**2 <= 2*now*(now - before),                               by=[added, square(now - before)])
            with let(q <= 0) as unseen:
                none = have(now <= 0,                                                by=[enough(t, i), unseen.times(ζ)])
                self.silent = square_zero(e,                                 by=[squared, none.times(2*(now - before))])
            for dark in cases(q <= 0):
                claimed = e**2/q <= 2*ζ*(now - before)
                if dark:
                    price = have(claimed,                                         by=[self.silent(), longer.times(2*ζ)])
                else:
                    price = have(claimed,               by=[squared.times(1/q), inverse(q)[0].times(2*ζ*(now - before)),
                        enough(t, i).times(2*(now - before)/q)])
        with let(1 <= T, i):
            self.gradients = (calc(Sum(e**2/q, t, 1, T))
                .le(Sum(2*ζ*(now - before), t, 1, T),                                         by=summed(price, t, 1, T))
                .eq(2*ζ*self.length(T) - 2*ζ*self.length(0),           by=telescope(lambda t: -2*ζ*self.length(t-1), T))
                .eq(2*ζ*self.length(T),                           by=[empty(Sum(g[k][i]**2, k, 1, 0)), root_of_zero()]))

    def length(self, t: Value) -> Expression:
        """‖g_{1:t,i}‖."""
        return sqrt(Sum(self.game.g[k][i]**2, k, 1, t))
