"""Runs in interval arithmetic: bounds that hold for the exact recursion, at native speed.

The kernel is that of `convcheck.simulate.kernel`, printed from the lane program over pairs of ends.  Its inputs are
doubles, taken as exact: hyper-parameters, problem parameters, random draws, and each value of a schedule as NumPy
rounds it.  Where gradients do not depend on x, the bounds of x and of the state stay tight for ever.  Where they do,
an interval forgets that the x in the gradient is the x that moves, and the bounds grow by a factor with each step.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.arithmetic.interval import Interval
from convcheck.discovery import resolve
from convcheck.errors import RuleError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.vectors import UNROLLED
from convcheck.simulate import lane as lanes
from convcheck.simulate.arguments import (
    check_count,
    check_executor,
    check_memory,
    recorded_steps,
    seed_numbers,
    starting_point,
)
from convcheck.simulate.grid import make_grid
from convcheck.simulate.kernel import source
from convcheck.simulate.lane import Lane
from convcheck.simulate.run import carried_values, make_task
from convcheck.simulate.task import Failure, Task, advance_parts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """Numbers known to lie between ``lower`` and ``upper``; -inf and inf where nothing is known."""

    lower: Floats
    upper: Floats

    @property
    def width(self) -> Floats:
        """The distance between the bounds."""
        return self.upper - self.lower

    def contain(self, values: Floats) -> bool:
        """Tell whether all of ``values`` lie between the bounds."""
        return bool(np.all((self.lower <= values) & (values <= self.upper)))


@dataclass(frozen=True)
class Enclosure:
    """Bounds of the exact course of an optimizer on a problem; shapes and order are those of `Run`."""

    optimizer: str
    problem: str
    axes: Mapping[str, tuple[float, ...]]
    seeds: tuple[int, ...]
    t: NDArray[np.int64] = field(repr=False)
    x: Bounds = field(repr=False)
    loss: Bounds = field(repr=False)
    state: Mapping[str, Bounds] = field(repr=False)


def enclose(
    opt: str | Optimizer,
    problem: str | Problem,
    T: int,
    *,
    x0: ArrayLike | None = None,
    seeds: int | Sequence[int] = 1,
    record: int | Sequence[int] = 1000,
    executor: Executor | None = None,
    **hyper: Any,
) -> Enclosure:
    """Run an optimizer on a problem in interval arithmetic; arguments are those of `convcheck.simulate.run.run`.

    Raises
    ------
    UnknownNameError, ParameterError, HorizonError, ShapeError
        As in `convcheck.simulate.run.run`.
    RuleError
        An array rule, or a coupled problem of too many coordinates: these have no straight-line program.
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    posed: Problem = resolve("problem", problem)
    steps = recorded_steps(check_count("T", T), record)
    numbers = tuple(seed_numbers(seeds))
    check_executor(executor)
    grid, start = make_grid(optimizer, hyper, T), starting_point(posed, x0)
    if optimizer.kind == "array" or (posed.coupled and len(start) > UNROLLED):
        msg = (
            f"{optimizer.name} on {posed.name} cannot be run in intervals: "
            f"they need an elementwise rule, and a coupled problem of at most {UNROLLED} coordinates"
        )
        raise RuleError(msg)
    check_memory(2 * grid.cells * len(numbers) * len(start) * len(steps) * (2 + len(optimizer.state)))
    lane, task = widen(optimizer, posed, *make_task(optimizer, posed, grid, start, numbers, steps))
    parts = [part for part in advance_parts(task, executor) if not isinstance(part, Failure)]  # none is watched for
    records = np.concatenate([task.carried[None], np.concatenate(parts, axis=2)])

    def values(pattern: str, copies: int) -> Interval:
        low, high = (
            carried_values(lane, records, grid.cells, len(numbers), names)
            for names in zip(*(lanes.ends(pattern.format(i)) for i in range(copies)), strict=True)
        )
        return Interval(low, high)

    def bounds(number: Interval) -> Bounds:
        shape = (*grid.shape, len(numbers), *np.shape(number.raw[0])[2:])
        return Bounds(number.lower.reshape(shape), number.upper.reshape(shape))

    low, high = values("loss", 1).raw
    loss = Interval(low[..., 0], high[..., 0])
    for i in range(1, low.shape[-1]):
        loss = loss + Interval(low[..., i], high[..., i])
    state = {name: bounds(values(f"s_{name}_{{}}", lane.dimension)) for name in optimizer.state}
    x = bounds(values("x_{}", lane.dimension))
    return Enclosure(optimizer.name, posed.name, grid.axes, numbers, steps, x, bounds(loss), state)


def widen(optimizer: Optimizer, problem: Problem, lane: Lane, task: Task) -> tuple[Lane, Task]:
    """Return the rigorous counterpart of a lane and its task: pairs of ends, of all that an `Enclosure` tells."""
    wide = lanes.trace(optimizer, problem, lane.dimension, rigorous=True)
    start = {end: row for name, row in zip(lane.carried, task.carried, strict=True) for end in lanes.ends(name)}
    outputs = dict(zip(wide.carried, wide.program.outputs, strict=True))
    told = tuple(end for end in wide.carried if not end.startswith("g_"))  # the sums of the gradients are for regret
    program = replace(wide.program, outputs=tuple(outputs[end] for end in told))
    wide = replace(wide, carried=told, program=program)
    lines = dict(zip(task.scheduled, task.timelines, strict=True))
    common = [name for name, line in lines.items() if line.rows == 1]
    text = source(wide, common, [name for name in lines if name not in common])
    return wide, replace(task, text=text, carried=np.array([start[end] for end in told]), watched=())
