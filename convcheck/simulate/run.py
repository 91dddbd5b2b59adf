"""``cc.run``: an optimizer on a problem for T steps, over a grid of hyper-parameters and seeds."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from numbers import Integral
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.discovery import resolve
from convcheck.errors import HorizonError, NonFiniteError, ParameterError, ShapeError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.vectors import UNROLLED
from convcheck.simulate import lane as lanes
from convcheck.simulate import store, streams
from convcheck.simulate.grid import Grid, make_grid
from convcheck.simulate.kernel import source
from convcheck.simulate.loop import run_arrays
from convcheck.simulate.result import Run
from convcheck.simulate.task import Failure, Task, advance
from convcheck.simulate.timeline import Timeline, sequence

Floats = NDArray[np.float64]

WORTH_KEEPING = 10_000_000
"""Lane-steps from which a run takes longer to compute than to read from the store."""
MEMORY = 4 * 2**30
"""Bytes of records above which a run is refused, with the advice to record less."""


def run(
    opt: str | Optimizer,
    problem: str | Problem,
    T: int,  # noqa: N803  # the field's name for the horizon
    *,
    x0: ArrayLike | None = None,
    seeds: int | Sequence[int] = 1,
    record: int | Sequence[int] = 1000,
    executor: Executor | None = None,
    generator: str = "splitmix64",
    **hyper: Any,
) -> Run:
    """Run an optimizer on a problem.

    Parameters
    ----------
    opt, problem
        Names, or the objects that ``cc.optimizer`` and ``cc.problem`` return.
    T
        Number of steps, at least 1.
    x0
        Starting point, a number or shape (d,); the problem's own by default.
    seeds
        Number of seeds (0, 1, …), or the seeds themselves.
    record
        About how many steps to record, geometrically spaced (all, if ``record >= T``), or the steps themselves; 0 and T
        are always recorded.
    executor
        Any ``concurrent.futures.Executor``; threads by default (native kernels release the GIL).  The result does not
        depend on it.
    generator
        Random streams: ``splitmix64``, or ``philox4x32`` to run again with an independent generator.
    hyper
        Hyper-parameters of the optimizer: each a number, a sequence (an axis of the grid), a schedule or a function of t.

    Raises
    ------
    UnknownNameError, ParameterError, HorizonError, ShapeError
        A name, value, count or shape is wrong; nothing has been run.
    NonFiniteError
        A gradient, iterate or loss became NaN or infinite: at which step and in which lane.

    Examples
    --------
    >>> import convcheck as cc
    >>> reddi = cc.run("adam_undebiased", "reddi", 3000, lr=0.5, beta1=0.0, beta2=0.1)
    >>> float(reddi.x[0, -1, 0])
    1.0
    """
    optimizer, problem = resolve("optimizer", opt), resolve("problem", problem)
    steps = recorded_steps(_count("T", T), record)
    numbers = _seeds(seeds)
    if generator not in streams.GENERATORS:
        msg = f"generator = {generator!r} is unknown; use one of {', '.join(streams.GENERATORS)}"
        raise ParameterError(msg)
    grid = make_grid(optimizer, hyper)
    start = _start(problem, x0)
    _check_memory(optimizer, grid, len(numbers) * len(start) * len(steps))
    if optimizer.kind == "array" or (problem.coupled and len(start) > UNROLLED):
        parts = run_arrays(optimizer, problem, grid, start, numbers, steps, generator)
    else:
        parts = _run_lanes(optimizer, problem, grid, start, numbers, steps, generator, executor)
    x, slots, loss, sums = parts
    lead = (*grid.shape, len(numbers), len(steps))
    state = {name: s.reshape(*lead, len(start)) for name, s in zip(optimizer.state, slots, strict=True)}
    regret = loss - _comparator(problem, steps, sums)
    return Run(
        optimizer.name,
        problem.name,
        grid.axes,
        numbers,
        steps,
        x.reshape(*lead, len(start)),
        loss.reshape(lead),
        regret.reshape(lead),
        state,
    )


def recorded_steps(T: int, record: int | Sequence[int]) -> NDArray[np.int64]:  # noqa: N803  # the field's name for the horizon
    """Return the steps to record: 0, T, and those of ``record``, or about so many between them in geometric progression."""
    if isinstance(record, Sequence | np.ndarray):
        wanted = np.asarray(record)
        if wanted.ndim != 1 or wanted.dtype.kind not in "iu" or np.any((wanted < 0) | (wanted > T)):
            msg = f"record must be a number of steps, or steps (integers) between 0 and T = {T}"
            raise HorizonError(msg)
    elif _count("record", record) >= T:
        return np.arange(T + 1, dtype=np.int64)
    else:
        wanted = np.rint(np.exp(np.linspace(0.0, np.log(T), record)))
    return np.unique(np.concatenate([[0], wanted, [T]])).astype(np.int64)


def _run_lanes(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    start: Floats,
    seeds: tuple[int, ...],
    steps: NDArray[np.int64],
    generator: str,
    executor: Executor | None,
) -> tuple[Floats, list[Floats], Floats, Floats]:
    """Run natively; return x (cells, seeds, records, d), the slots likewise, loss (cells, seeds, records), gradient sums."""
    lane, task = make_task(optimizer, problem, grid, start, seeds, steps, generator)
    kept = store.load(spec := _spec(task)) if _worth_keeping(task) else None
    if kept is not None:
        records = kept["records"]
    else:
        with _pool(executor) as pool:
            outcomes = [future.result() for future in [pool.submit(advance, part) for part in task.parts()]]
        if failures := [(k, o) for k, o in enumerate(outcomes) if isinstance(o, Failure)]:
            raise _non_finite(optimizer, problem, grid, seeds, lane, task, *failures[0])
        records = np.concatenate(outcomes, axis=2)
        if _worth_keeping(task):
            store.save(spec, {"records": records})
    records = np.concatenate([task.carried[None], records])
    d = len(start)
    inner = 1 if problem.coupled else d
    shaped = records.reshape(len(steps), len(lane.carried), grid.cells, len(seeds), inner)
    rows = dict(zip(lane.carried, np.moveaxis(shaped, 1, 0), strict=True))

    def coordinates(pattern: str) -> Floats:
        found = [rows[pattern.format(i)] for i in range(lane.dimension)]
        stacked = np.stack(found, axis=-1).reshape(len(steps), grid.cells, len(seeds), d)
        return np.ascontiguousarray(np.moveaxis(stacked, 0, 2))

    loss = rows["loss"][..., 0]
    for i in range(1, inner):  # from left to right, in every run
        loss = loss + rows["loss"][..., i]
    slots = [coordinates(f"s_{name}_{{}}") for name in optimizer.state]
    return coordinates("x_{}"), slots, np.ascontiguousarray(np.moveaxis(loss, 0, 2)), coordinates("g_{}")


def make_task(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    start: Floats,
    seeds: tuple[int, ...],
    steps: NDArray[np.int64],
    generator: str = "splitmix64",
) -> tuple[lanes.Lane, Task]:
    """Return the traced lane and the whole run as a task; lanes are ordered (cell, seed, coordinate)."""
    d = len(start)
    lane = lanes.trace(optimizer, problem, d if problem.coupled else 1)
    inner = 1 if problem.coupled else d
    count = grid.cells * len(seeds) * inner

    def spread(cells: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(cells, len(seeds) * inner)

    timelines: dict[str, Timeline] = {lanes.hyper(name): line for name, line in grid.timelines.items()}
    timelines |= {lanes.given(name): _given(problem, name) for name in lane.given}
    common = [name for name, line in timelines.items() if line.rows == 1]
    own = [name for name in timelines if name not in common]
    offsets = np.cumsum([0, *(timelines[name].rows for name in (*common, *own))])
    rows = {lanes.hyper(name): spread(row) for name, row in grid.rows.items()}
    which = [offset + rows.get(name, np.zeros(count)) for offset, name in zip(offsets, (*common, *own), strict=False)]
    values = {lanes.hyper(name): spread(column) for name, column in grid.constants.items()}
    values |= {lanes.parameter(name): np.full(count, v) for name, v in problem.numeric.items()}
    constants = [values[name] for name in lane.constants if name not in timelines]
    drawn = [streams.keys(seeds, f"{name}.{k}", inner) for name, k in lane.uniforms]
    keys = [np.tile(column.ravel(), grid.cells) for column in drawn]
    initial = {f"x_{i}": np.full(count, start[i]) for i in range(d)} if problem.coupled else {"x_0": np.tile(start, count // d)}
    initial |= {f"s_{n}_{i}": np.full(count, float(v)) for n, v in optimizer.state.items() for i in range(lane.dimension)}
    carried = [initial.get(name, np.zeros(count)) for name in lane.carried]
    task = Task(
        text=source(lane, common, own, generator),
        stops=steps[1:],
        scheduled=(*common, *own),
        timelines=tuple(timelines[name] for name in (*common, *own)),
        which=np.array(which, np.uint32).reshape(-1, count),
        keys=np.array(keys, np.uint64).reshape(-1, count),
        constants=np.array(constants).reshape(-1, count),
        carried=np.array(carried),
        watched=tuple(k for k, name in enumerate(lane.carried) if not name.startswith("s_")),
    )
    return lane, task


def _given(problem: Problem, stream: str) -> Timeline:
    entries = problem.parameters[problem.streams[stream].parameter]  # type: ignore[union-attr]  # a Given
    numbers = entries if isinstance(entries, tuple) else (0.0,)  # the problem does not use its sequence
    return sequence(f"the problem {problem.name}: {stream}", numbers)


def _comparator(problem: Problem, steps: NDArray[np.int64], sums: Floats) -> Floats:
    """Return the cumulative loss of the best fixed point for each record; ``sums`` has shape (cells, seeds, records, d)."""
    if problem.minimum is None:
        low, high = problem.ends
        best = np.minimum(low * sums, high * sums)
        total = best[..., 0]
        for i in range(1, best.shape[-1]):
            total = total + best[..., i]
        return np.asarray(total)
    return np.asarray(problem.call(problem.minimum).lower * steps.astype(np.float64))


@contextmanager
def _pool(executor: Executor | None) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    with ThreadPoolExecutor(cpu_count()) as pool:
        yield pool


def _worth_keeping(task: Task) -> bool:
    return task.lanes * int(task.stops[-1]) >= WORTH_KEEPING and all(line.function is None for line in task.timelines)


def _spec(task: Task) -> dict[str, Any]:
    timelines = [[str(line.program), line.parameters or {}, line.table] for line in task.timelines]
    arrays = {name: getattr(task, name) for name in ("stops", "which", "keys", "constants", "carried")}
    return {"kernel": task.text, "timelines": timelines, **arrays}


def _non_finite(
    optimizer: Optimizer, problem: Problem, grid: Grid, seeds: tuple[int, ...], lane: lanes.Lane, task: Task, piece: int, failure: Failure
) -> NonFiniteError:
    index = sum(part.lanes for k, part in enumerate(task.parts()) if k < piece) + failure.lane
    inner = task.lanes // (grid.cells * len(seeds))
    cell, rest = divmod(index, len(seeds) * inner)
    seed, coordinate = divmod(rest, inner)
    name = lane.carried[failure.row]
    what = "gradient" if name == "health" or name.startswith("g_") else "loss" if name == "loss" else "iterate"
    where = ", ".join(filter(None, [grid.describe(cell), f"seed {seeds[seed]}", f"coordinate {coordinate}" if inner > 1 else ""]))
    msg = (
        f"{optimizer.name} on {problem.name}: the {what} is not finite at step {failure.step} in the lane {where}; "
        "use a smaller step size, or mend the gradient"
    )
    return NonFiniteError(msg)


def _count(name: str, value: Any) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        msg = f"{name} = {value!r} must be an integer of at least 1"
        raise HorizonError(msg)
    return int(value)


def _seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(seeds, Integral) and not isinstance(seeds, bool):
        return tuple(range(_count("seeds", seeds)))
    if isinstance(seeds, Sequence | np.ndarray) and len(seeds) and all(isinstance(s, Integral) for s in seeds):
        return tuple(int(s) for s in seeds)
    msg = f"seeds = {seeds!r} must be a number of seeds (at least 1) or a sequence of integers"
    raise HorizonError(msg)


def _start(problem: Problem, x0: ArrayLike | None) -> Floats:
    usual = problem.x0
    if x0 is None:
        return usual
    start = np.atleast_1d(np.asarray(x0, dtype=np.float64))
    if start.ndim != 1 or not np.isfinite(start).all():
        msg = f"x0 = {x0!r} must be a finite number or a vector of them"
        raise ShapeError(msg)
    if problem.coupled and len(start) != len(usual):
        msg = f"x0 has {len(start)} coordinates, but the problem {problem.name} has {len(usual)}"
        raise ShapeError(msg)
    return start


def _check_memory(optimizer: Optimizer, grid: Grid, entries: int) -> None:
    size = 8 * entries * grid.cells * (3 + len(optimizer.state))
    if size > MEMORY:
        msg = f"the records of this run would take {size / 2**30:.1f} GiB: record fewer steps (record=…) or run fewer lanes"
        raise ParameterError(msg)


