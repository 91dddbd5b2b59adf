"""The NumPy loop over whole points: for array rules, and for coupled problems of too many coordinates to unroll."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.matrices import total
from convcheck.errors import NonFiniteError, ShapeError
from convcheck.optimizers.base import Optimizer, check_step
from convcheck.optimizers.workers import mean
from convcheck.problems.base import Function, Problem
from convcheck.problems.draws import Draw, Given
from convcheck.simulate.arguments import check_memory
from convcheck.simulate.grid import Grid
from convcheck.simulate.layers import on_layers
from convcheck.simulate.timeline import given_entries
from convcheck.simulate.uniforms import of_rule, of_workers

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
    optimizer = on_layers(optimizer, problem)
    lead = (grid.cells, len(seeds), len(steps))
    x, sums, loss = np.empty((*lead, len(start))), np.empty((*lead, len(start))), np.empty(lead)
    fixed = {name: column[0] for name, column in grid.constants.items()}
    shapes = [np.shape(slot) for slot in optimizer.initial_state(start, **fixed)]
    check_memory(prod(lead) * sum(prod(shape) for shape in shapes))
    slots = [np.empty((*lead, *shape)) for shape in shapes]
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
        self._where = grid.describe(cell, seed)
        self._fixed = {name: column[cell] for name, column in grid.constants.items()}
        self.step, self.x, self.slots = 0, start.copy(), optimizer.initial_state(start, **self._fixed)
        self.loss, self.sums = 0.0, np.zeros_like(start)
        self._hyper = {name: line.part(grid.rows[name][[cell]]) for name, line in grid.timelines.items()}
        self._given = {
            name: given_entries(problem, name) for name, s in problem.streams.items() if isinstance(s, Given)
        }
        width = 1 if problem.coupled else len(start)
        self._workers = len(np.atleast_2d(optimizer.asks(self.x, *self.slots, **self._fixed)))
        self._source = of_workers(problem, self._workers, seed, width, generator)
        self._own = of_rule(optimizer, seed, len(start), generator)
        self._random = any(isinstance(stream, Draw) for stream in problem.streams.values())

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
        points = np.asarray(self.optimizer.asks(self.x, *self.slots, **self._fixed, **hyper))
        drawn = self._drawn(given)
        g = self._answers("gradient", self.problem.gradient, self._by_worker(points), drawn)
        self._check("gradient", g)
        shared = mean(g)
        suffered = shared * self.x
        if self.problem.loss is not None:
            here = np.broadcast_to(self.x, (self._workers if self._random else 1, *self.x.shape))
            suffered = mean(self._answers("loss", self.problem.loss, here, drawn))
        self.sums = self.sums + shared
        self.loss += float(total(suffered))
        own = (values[0] for values in self.optimizer.draws(self._own.at(self.step)))
        answered: Any = g.reshape(points.shape)
        if self.optimizer.layers == "all" and self.problem.network is not None:
            answered = self.problem.call(self.problem.network, self.x, t, *drawn[0], **self.problem.numeric)
        result = self.optimizer(self.x, answered, t, *self.slots, *own, **self._fixed, **hyper)
        self.x, *slots = check_step(self.optimizer, result, self.x.shape)
        if self.problem.project is not None:
            self.x = self._answer("projection", self.problem.project, self.x)
        self.slots = tuple(self._same_shape(new, old) for new, old in zip(slots, self.slots, strict=True))
        self._check("loss", self.loss)
        for name, slot in zip(self.optimizer.state, self.slots, strict=True):
            self._check(f"state slot {name}", slot)
        self._check("iterate", self.x)

    def _by_worker(self, points: Floats) -> Floats:
        """Return the points at which gradients are asked, one row for each worker."""
        rows, *inner = points.shape if points.ndim > 1 else (1, *points.shape)
        if tuple(inner) != self.x.shape or rows != self._workers:
            msg = (
                f"the query of {self.optimizer.name} must return a point of shape {self.x.shape}, or always as many of "
                f"them, one for each worker; it returned an array of shape {points.shape}"
            )
            raise ShapeError(msg)
        return points.reshape(rows, *inner)

    def _drawn(self, given: Mapping[str, float]) -> list[tuple[Any, ...]]:
        """Return what is drawn: once, for all workers and coordinates, or of a coupled problem for each worker."""
        uniforms = self._source.at(self.step)
        if not self.problem.coupled:
            return [self.problem.draws(uniforms, given.__getitem__)]
        return [
            self.problem.draws(lambda name, k, row=row: uniforms(name, k)[row, 0], given.__getitem__)  # type: ignore[misc]
            for row in range(self._workers)
        ]

    def _answers(self, what: str, function: Function, points: Floats, drawn: Sequence[tuple[Any, ...]]) -> Floats:
        """Return the gradients or losses of the workers, whose points are rows."""
        t = np.float64(self.step)
        if not self.problem.coupled:
            return self._answer(what, function, points, t, *drawn[0])
        return np.stack([self._answer(what, function, z, t, *u) for z, u in zip(points, drawn, strict=False)])

    def _answer(self, what: str, function: Function, x: Floats, *args: Any) -> Floats:
        """Call one of the problem's functions; a separable problem may answer with one number for all coordinates."""
        value = np.array(self.problem.call(function, x, *args, **self.problem.numeric), dtype=np.float64)
        wanted = () if self.problem.coupled and what == "loss" else x.shape
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
