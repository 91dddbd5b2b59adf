"""The NumPy loop: rules called directly on arrays, for array rules and coupled problems of many coordinates.

It is also the oracle of the native kernels: `run_columns` steps the same lanes by calling the rule itself.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import NonFiniteError
from convcheck.optimizers.base import Optimizer, check_step
from convcheck.problems.base import Problem
from convcheck.simulate import lane as lanes
from convcheck.simulate import streams
from convcheck.simulate.grid import Grid
from convcheck.simulate.lane import Lane, Step
from convcheck.simulate.task import Task
from convcheck.simulate.timeline import sequence

Floats = NDArray[np.float64]


def run_columns(optimizer: Optimizer, problem: Problem, lane: Lane, task: Task, generator: str = "splitmix64") -> Floats:
    """Return what `convcheck.simulate.task.advance` returns, computed by calling the rule on columns of lanes."""
    held = [name for name in lane.constants if name not in task.scheduled]
    values: dict[str, Any] = dict(zip(held, task.constants, strict=True))
    carried = dict(zip(lane.carried, task.carried.copy(), strict=True))
    d, names = lane.dimension, tuple(optimizer.state)
    draw = getattr(streams, generator)
    records = np.empty((len(task.stops), *task.carried.shape))
    done = 0
    for step in range(1, int(task.stops[-1]) + 1):
        values["time"] = np.float64(step)
        schedule = task.schedule(step - 1, step)[0]
        values |= {name: schedule[row] for name, row in zip(task.scheduled, task.which, strict=True)}
        for (name, k), key in zip(lane.uniforms, task.keys, strict=True):
            values[lanes.uniform(name, k)] = streams.uniform(draw(key, step))
        x = [carried[f"x_{i}"] for i in range(d)]
        slots = [[carried[f"s_{n}_{i}"] for n in names] for i in range(d)]
        with np.errstate(all="ignore"):
            new_x, new_slots, loss, g = Step(optimizer, problem, values.__getitem__).take(x, slots)
            health = carried["health"]
            for gradient in g:
                health = health + (gradient - gradient)
            carried |= {"loss": carried["loss"] + loss, "health": health}
            carried |= {f"g_{i}": carried[f"g_{i}"] + g[i] for i in range(d)}
        carried |= {f"x_{i}": new_x[i] for i in range(d)}
        carried |= {f"s_{n}_{i}": new_slots[i][k] for k, n in enumerate(names) for i in range(d)}
        while done < len(task.stops) and task.stops[done] == step:
            for row, name in enumerate(lane.carried):
                records[done, row] = carried[name]
            done += 1
    return records


def run_arrays(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    start: Floats,
    seeds: tuple[int, ...],
    steps: NDArray[np.int64],
    generator: str = "splitmix64",
) -> tuple[Floats, list[Floats], Floats, Floats]:
    """Run lane by lane on whole points; return x (cells, seeds, records, d), the slots likewise, losses, gradient sums."""
    shape = (grid.cells, len(seeds), len(steps))
    x_all, sums_all, loss_all = np.empty((*shape, len(start))), np.empty((*shape, len(start))), np.empty(shape)
    slots_all = [np.empty((*shape, len(start))) for _ in optimizer.state]
    for cell in range(grid.cells):
        for s, seed in enumerate(seeds):
            x, slots = start.copy(), optimizer.initial_state(start)
            loss, sums = 0.0, np.zeros_like(start)
            for k, (before, stop) in enumerate(zip([0, *steps[:-1]], steps, strict=True)):
                for step in range(int(before) + 1, int(stop) + 1):
                    x, slots, suffered, g = _step(optimizer, problem, grid, cell, seed, step, x, slots, generator)
                    loss, sums = loss + suffered, sums + g
                    if not (np.isfinite(x).all() and np.isfinite(g).all() and np.isfinite(loss)):
                        where = ", ".join(filter(None, [grid.describe(cell), f"seed {seed}"]))
                        msg = f"{optimizer.name} on {problem.name}: not finite at step {step} in the lane {where}"
                        raise NonFiniteError(msg)
                x_all[cell, s, k], sums_all[cell, s, k], loss_all[cell, s, k] = x, sums, loss
                for column, slot in zip(slots_all, slots, strict=True):
                    column[cell, s, k] = slot
    return x_all, slots_all, loss_all, sums_all


def _step(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    cell: int,
    seed: int,
    step: int,
    x: Floats,
    slots: tuple[Floats, ...],
    generator: str,
) -> tuple[Floats, tuple[Floats, ...], float, Floats]:
    draw, d = getattr(streams, generator), 1 if problem.coupled else len(x)

    def uniforms(name: str, k: int) -> Floats:
        return streams.uniform(draw(streams.keys((seed,), f"{name}.{k}", d)[0], step))

    def given(name: str) -> float:
        entries = problem.parameters[problem.streams[name].parameter]  # type: ignore[union-attr]  # a Given
        return float(sequence(name, entries).values(step - 1, step)[0, 0]) if isinstance(entries, tuple) else 0.0

    t, drawn = np.float64(step), problem.draws(uniforms, given)
    hyper = {name: column[cell] for name, column in grid.constants.items()}
    hyper |= {name: line.values(step - 1, step)[0, grid.rows[name][cell]] for name, line in grid.timelines.items()}
    with np.errstate(all="ignore"):  # what is not finite is reported with its step
        g = np.broadcast_to(np.asarray(problem.call(problem.gradient, x, t, *drawn), dtype=float), x.shape)
        suffered = g * x if problem.loss is None else problem.call(problem.loss, x, t, *drawn)
        moved, *new = check_step(optimizer, optimizer(x, g, t, *slots, **hyper), x.shape)
        if problem.project is not None:
            moved = problem.call(problem.project, moved)
    total = 0.0
    for term in np.atleast_1d(suffered):  # from left to right, in every run
        total += float(term)
    return moved, tuple(new), total, g
