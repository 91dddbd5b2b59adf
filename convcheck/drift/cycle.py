"""A rule followed through one period of given gradients, in any arithmetic that starts from balls."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from convcheck.arithmetic.ball import Ball, enclose
from convcheck.arithmetic.number import Number
from convcheck.drift.applicable import entries, numbers
from convcheck.drift.slope import ONE, ZERO, Raw, SlopeBall, known
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem

Box = tuple[arb, ...]
"""A ball for each slot of the state."""
Slope = tuple[Box, ...]
"""For each slot after a period, the slopes with respect to each slot before it."""


@dataclass(frozen=True)
class Cycle:
    """A rule with its hyper-parameters (lr = 1) and the gradients of one period, all enclosed in balls.

    ``constant`` holds the values of slots that are the same after every step, None for the others; ``late`` stands for
    the number of every late round: the whole line, or infinity where the rule does no more than compare it with
    numbers.
    """

    optimizer: Optimizer
    gradients: Box
    settings: Mapping[str, Fraction]
    constant: tuple[Fraction | None, ...]
    late: arb

    def follow(
        self, number: type[Number], state: tuple[Any, ...], start: int | None
    ) -> tuple[list[Any], tuple[Any, ...]]:
        """Return the displacement of x in each round of a period, and the state after it, as raw values of ``number``.

        ``state`` holds raw values as well; ``start`` is the number of rounds before this period, None for any late one.
        """
        settings = {name: number.of(value) for name, value in {**self.settings, "lr": 1}.items()}
        slots = tuple(number(raw) for raw in state)
        moves = []
        for j, gradient in enumerate(self.gradients, 1):
            t = number.of(self.late if start is None else arb(start + j))
            x, *after = self.optimizer(number.of(ZERO), number.of(gradient), t, *slots, **settings)
            moves.append(number.of(x).raw)
            slots = tuple(number.of(slot) for slot in after)
        return moves, tuple(slot.raw for slot in slots)

    def after(self, periods: int) -> Box:
        """Return the state after some periods from its initial value."""
        state: Box = tuple(Ball.lift(value) for value in self.optimizer.state.values())
        for n in range(periods):
            _, state = self.follow(Ball, state, n * len(self.gradients))
        return state

    def with_slopes(self, box: Box) -> tuple[Box, Slope]:
        """Return enclosures of the state one period after any state in the box, and of its slopes over the box."""
        size = len(box)
        start = tuple(
            Raw(side, tuple(ONE if i == j else ZERO for j in range(size))) if value is None else known(value)
            for i, (side, value) in enumerate(zip(box, self.constant, strict=True))
        )
        _, image = self.follow(SlopeBall, start, None)
        return tuple(raw.value for raw in image), tuple(raw.slopes or (ZERO,) * size for raw in image)


def gradients(problem: Problem, period: int) -> Box:
    """Return the gradients of the first period of a problem that has been found applicable."""
    values = {name: Ball(enclose(value)) for name, value in numbers(problem).items()}

    def gradient(t: int) -> arb:
        read = [Ball.of(given[(t - 1) % len(given)]) for given in (entries(problem, name) for name in problem.streams)]
        answer: arb = Ball.of(problem.call(problem.gradient, Ball.of(0), Ball.of(t), *read, **values)).raw
        return answer

    return tuple(gradient(t) for t in range(1, period + 1))
