"""The NumPy loop over whole points: for array rules, and for coupled problems of too many coordinates to unroll."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import NonFiniteError, ShapeError
from convcheck.optimizers.base import Optimizer, check_step
from convcheck.problems.base import Function, Problem
from convcheck.problems.draws import Draw, Given
from convcheck.simulate import streams
from convcheck.simulate.grid import Grid
from convcheck.simulate.timeline import given_entries

Floats = NDArray[np.float64]

BLOCK = 2**12
"""Steps whose schedules are evaluated at a time."""


def run_arrays(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    start: Floats,
    seeds: tuple[int, ...],
    steps: NDArray[np.int64],
    generator: str = "splitmix64",
) -> tuple[Floats, list[Floats], Floats, Floats]:
    """Run lane by lane; return x (cells, seeds, records, d), the slots likewise, the losses and the sums of gradients.

    A slot of an array rule may have any shape in place of (d,).
    """
    lead = (grid.cells, len(seeds), len(steps))
    x, sums, loss = np.empty((*lead, len(start))), np.empty((*lead, len(start))), np.empty(lead)
    slots = [np.empty((*lead, *np.shape(slot))) for slot in optimizer.initial_state(start)]
    for cell in range(grid.cells):
        for s, seed in enumerate(seeds):
            walk = Walk(optimizer, problem, grid, cell, seed, start, generator)
            for k, stop in enumerate(steps):
                walk.advance(int(stop))
                x[cell, s, k], sums[cell, s, k], loss[cell, s, k] = walk.x, walk.sums, walk.loss
                for column, slot in zip(slots, walk.slots, strict=True):
                    column[cell, s, k] = slot
    return x, slots, loss, sums


class Walk:
    """An optimizer on its way: point, state, cumulative loss and sum of the gradients after ``step`` steps."""

    def __init__(
        self, optimizer: Optimizer, problem: Problem, grid: Grid, cell: int, seed: int, start: Floats, generator: str
    ) -> None:
        """Stand at ``start`` before the first step, in one setting of the grid and with one seed."""
        self.optimizer, self.problem = optimizer, problem
        self.step, self.x, self.slots = 0, start.copy(), optimizer.initial_state(start)
        self.loss, self.sums = 0.0, np.zeros_like(start)
        self._where = grid.describe(cell, seed)
        self._fixed = {name: column[cell] for name, column in grid.constants.items()}
        self._hyper = {name: line.part(grid.rows[name][[cell]]) for name, line in grid.timelines.items()}
        self._given = {
            name: given_entries(problem, name) for name, s in problem.streams.items() if isinstance(s, Given)
        }
        self._draw = getattr(streams, generator)
        width = 1 if problem.coupled else len(start)
        self._keys = {
            (name, k): streams.keys((seed,), f"{name}.{k}", width)[0]
            for name, stream in problem.streams.items()
            if isinstance(stream, Draw)
            for k in range(stream.uniforms)
        }

    def advance(self, stop: int) -> None:
        """Go on to step ``stop``.

        Raises
        ------
        NonFiniteError
            Something became NaN or infinite: at which step and in which lane.
        ShapeError
            The rule or the problem returned an array of another shape.
        """
        while self.step < stop:
            first, last = self.step, min(stop, self.step + BLOCK)
            hyper = {name: line.values(first, last)[:, 0] for name, line in self._hyper.items()}
            given = {name: line.values(first, last)[:, 0] for name, line in self._given.items()}
            for k in range(last - first):
                with np.errstate(all="ignore"):  # what is not finite is reported with its step
                    self._take({n: values[k] for n, values in hyper.items()}, {n: g[k] for n, g in given.items()})

    def _take(self, hyper: Mapping[str, float], given: Mapping[str, float]) -> None:
        self.step += 1
        t = np.float64(self.step)
        drawn = self.problem.draws(self._uniform, given.__getitem__)
        g = self._answer("gradient", self.problem.gradient, self.x, t, *drawn)
        self._check("gradient", g)
        suffered = g * self.x
        if self.problem.loss is not None:
            suffered = self._answer("loss", self.problem.loss, self.x, t, *drawn)
        self.sums = self.sums + g
        self.loss += float(np.add.accumulate(np.atleast_1d(suffered))[-1])  # from left to right, in every run
        result = self.optimizer(self.x, g, t, *self.slots, **self._fixed, **hyper)
        self.x, *slots = check_step(self.optimizer, result, self.x.shape)
        if self.problem.project is not None:
            self.x = self._answer("projection", self.problem.project, self.x)
        self.slots = tuple(self._same_shape(new, old) for new, old in zip(slots, self.slots, strict=True))
        self._check("loss", self.loss)
        for name, slot in zip(self.optimizer.state, self.slots, strict=True):
            self._check(f"state slot {name}", slot)
        self._check("iterate", self.x)

    def _uniform(self, name: str, k: int) -> Any:
        drawn = streams.uniform(self._draw(self._keys[name, k], self.step))
        return drawn[0] if self.problem.coupled else drawn

    def _answer(self, what: str, function: Function, *args: Any) -> Floats:
        """Call one of the problem's functions; a separable problem may answer with one number for all coordinates."""
        value = np.array(self.problem.call(function, *args, **self.problem.numeric), dtype=np.float64)
        wanted = () if self.problem.coupled and what == "loss" else self.x.shape
        if value.shape == wanted:
            return value
        if self.problem.coupled or value.ndim:
            msg = (
                f"the problem {self.problem.name}: the {what} must have shape {wanted}, but it has shape {value.shape}"
            )
            raise ShapeError(msg)
        return np.full(wanted, value)

    def _same_shape(self, new: Any, old: Any) -> Any:
        if np.shape(new) == np.shape(old):
            return new
        try:
            return np.broadcast_to(new, np.shape(old)).copy()
        except ValueError as error:
            msg = (
                f"{self.optimizer.name} must return slots of the shapes in which it received them; "
                f"one came in with shape {np.shape(old)} and left with {np.shape(new)}"
            )
            raise ShapeError(msg) from error

    def _check(self, what: str, value: Any) -> None:
        if not np.isfinite(value).all():
            raise not_finite(self.optimizer, self.problem, what, self.step, self._where)


def not_finite(optimizer: Optimizer, problem: Problem, what: str, step: int, where: str) -> NonFiniteError:
    """Return the error that says what was not finite, at which step and in which lane."""
    msg = (
        f"{optimizer.name} on {problem.name}: the {what} is not finite at step {step} in the lane {where}; "
        "use a smaller step size, or mend the gradient"
    )
    return NonFiniteError(msg)
