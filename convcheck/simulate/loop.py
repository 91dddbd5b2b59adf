"""The NumPy loop over lanes: the oracle of the native kernels, which calls the rule itself on the same lanes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate import lane as lanes
from convcheck.simulate import streams
from convcheck.simulate.lane import Lane, Step
from convcheck.simulate.task import Task

Floats = NDArray[np.float64]


def run_columns(
    optimizer: Optimizer, problem: Problem, lane: Lane, task: Task, generator: str = "splitmix64"
) -> Floats:
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
        for drawn, key in zip(lane.uniforms, task.keys, strict=True):
            values[lanes.uniform(*drawn)] = streams.uniform(draw(key, step))
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
