"""A game that is clipped to a box: in a norm with weights, its steps end no farther from any point of the box."""

from collections.abc import Callable

from convcheck.language.fact import Fact
from convcheck.language.play import Game
from convcheck.language.proof import have, induction, let
from convcheck.language.symbols import Sum, ints
from convcheck.language.terms import Expression
from convcheck.language.words import products, summed

t, i, d = ints("t i d")

# fmt: off


class Box:
    """What x_{t+1} = clip(raw step, low, high) says, coordinate by coordinate.

    ``above`` and ``below`` are ∀i ∀t ≥ 1. low ≤ x_t and x_t ≤ high; ``diameter`` is ∀t ≥ 1 ∀i. (x_t - u)² ≤ D².

    Parameters
    ----------
    game
        A game with coordinates, whose ``project`` is this clipping; what its step divides by is known to be ≥ 0.
    u, D
        A point of the box, and a number.
    around, start
        ∀i. low ≤ u, ∀i. u ≤ high;  and the same of x_1.
    width
        ∀i. high - low ≤ D.
    """

    def __init__(
        self, game: Game, u: Expression, D: Expression, around: list[Fact], start: list[Fact], width: Fact
    ) -> None:
        """Prove it."""
        x, self.game, self.u, self.around = game.x, game, u, around
        (low, _), (_, high) = (fact(i).theorem.conclusion.args for fact in around)
        with let(i):
            ends = [fact(i) for fact in around]
            with induction(low <= x[t][i], t, start=1, base=start[0](i)) as self.above:
                have(low <= x[t+1][i],                                                      by=[game.step(t, i), *ends])
            with induction(x[t][i] <= high, t, start=1, base=start[1](i)) as self.below:
                have(x[t+1][i] <= high,                                                     by=[game.step(t, i), *ends])
        with let(1 <= t, i):
            e = x[t][i] - u[i]
            left  = have(0 <= D + e,                                      by=[self.above(i, t), around[1](i), width(i)])
            right = have(0 <= D - e,                                      by=[self.below(i, t), around[0](i), width(i)])
            self.diameter = have(e**2 <= D**2,                                       by=products(left, right, degree=2))

    def nearest_to_u(self, weight: Expression) -> Fact:
        """∀t ≥ 1. Σ_i h_t(x_{t+1} - u)² ≤ Σ_i h_t(raw - u)², for a weight h_t ≥ 0."""
        return self._nearest(weight, self.u[i], lambda: [fact(i) for fact in self.around])

    def nearest_to_x(self, weight: Expression) -> Fact:
        """∀t ≥ 1. Σ_i h_t(x_{t+1} - x_t)² ≤ Σ_i h_t(raw - x_t)², for a weight h_t ≥ 0."""
        return self._nearest(weight, self.game.x[t][i], lambda: [self.above(i, t), self.below(i, t)])

    def _nearest(self, weight: Expression, y: Expression, inside: Callable[[], list[Fact]]) -> Fact:
        x, raw = self.game.x, self.game.raw(t)
        with let(1 <= t, i):
            equation = self.game.raw_step(t, i)
            plain    = Expression(equation.theorem.conclusion.args[1])
            closer   = have((x[t+1][i] - y)**2 <= (plain - y)**2,                  by=[self.game.step(t, i), *inside()])
            here     = have(weight*(x[t+1][i] - y)**2 <= weight*(raw - y)**2,
                by=[closer.times(weight), equation.times(weight*(raw + plain - 2*y))])
        with let(1 <= t):
            nearest = have(Sum(weight*(x[t+1][i] - y)**2, i, 1, d) <= Sum(weight*(raw - y)**2, i, 1, d),
                by=summed(here, i, 1, d))
        return nearest
