"""``cc.run``: an optimizer on a problem for T steps, over a grid of hyper-parameters and seeds."""

import warnings
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.arithmetic import elementary
from convcheck.arithmetic.number import ELEMENTARY
from convcheck.discovery import resolve
from convcheck.errors import (
    CacheFallbackWarning,
    CacheNotWritableError,
    NonFiniteError,
    ParameterError,
    UnknownNameError,
)
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.vectors import UNROLLED
from convcheck.simulate import lane as lanes
from convcheck.simulate import store, streams
from convcheck.simulate.arguments import (
    check_count,
    check_executor,
    check_feasible,
    check_memory,
    recorded_steps,
    seed_numbers,
    starting_point,
)
from convcheck.simulate.comparator import check_comparator, comparator
from convcheck.simulate.grid import Grid, make_grid
from convcheck.simulate.kernel import source
from convcheck.simulate.result import Run
from convcheck.simulate.task import Failure, Task, advance_parts
from convcheck.simulate.timeline import Timeline, given_entries
from convcheck.simulate.walk import not_finite, run_arrays

Floats = NDArray[np.float64]
Integers = Sequence[int] | NDArray[np.integer[Any]]

OPTIONS = ("x0", "seeds", "record", "executor", "generator")
"""The other keywords of `run`, in case one of them was meant."""
WORTH_KEEPING = 10_000_000
"""Lane-steps from which a run takes longer to compute than to read from the store."""


def run(
    opt: str | Optimizer,
    problem: str | Problem,
    T: int,
    *,
    x0: ArrayLike | None = None,
    seeds: int | Integers = 1,
    record: int | Integers = 1000,
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
        Starting point, feasible, a number or shape (d,); the problem's own by default.
    seeds
        Number of seeds (0, 1, …), or the seeds themselves, all different.
    record
        About how many steps to record, geometrically spaced (all, if ``record >= T``), or the steps themselves; 0 and T
        are always recorded.
    executor
        Any ``concurrent.futures.Executor``; threads by default (native kernels release the GIL).  The result does not
        depend on it.
    generator
        Random streams: ``splitmix64``, or ``philox4x32`` to run again with an independent generator.
    hyper
        Hyper-parameters of the optimizer: each a number, a sequence (an axis of the grid), a schedule or a function of
        t.

    Raises
    ------
    UnknownNameError, ParameterError, HorizonError, ShapeError
        A name, value, count or shape is wrong; nothing has been run.  (A schedule that leaves the range of its
        hyper-parameter does so on the way: the message names the step.)
    RuleError
        A function of the problem leaves the vocabulary, or no fixed point is best.
    NonFiniteError
        A gradient, iterate, state slot or loss became NaN or infinite: at which step and in which lane.

    Examples
    --------
    >>> import convcheck as cc
    >>> reddi = cc.run("adam_undebiased", "reddi", 3000, lr=0.5, beta1=0.0, beta2=0.1)
    >>> float(reddi.x[0, -1, 0])
    1.0
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    posed: Problem = resolve("problem", problem)
    horizon = check_count("T", T)
    steps = recorded_steps(horizon, record)
    chosen = seed_numbers(seeds)
    if generator not in streams.GENERATORS:
        msg = f"generator = {generator!r} is unknown; use one of {', '.join(streams.GENERATORS)}"
        raise ParameterError(msg)
    check_executor(executor)
    for name in hyper:
        if name not in optimizer.ranges:
            raise UnknownNameError("hyper-parameter", name, (*optimizer.ranges, *OPTIONS), where=f"of {optimizer.name}")
    grid = make_grid(optimizer, hyper, horizon)
    start = starting_point(posed, x0)
    check_comparator(posed)
    check_memory(grid.cells * len(chosen) * len(start) * len(steps) * (3 + len(optimizer.state)))
    numbers = tuple(chosen)
    if optimizer.kind == "array" or (posed.coupled and (posed.layers or len(start) > UNROLLED)):
        check_feasible(posed, start)
        parts = run_arrays(optimizer, posed, grid, start, numbers, steps, generator)
    else:
        parts = _run_lanes(optimizer, posed, grid, start, numbers, steps, generator, executor)
    x, slots, loss, sums = parts
    lead = (*grid.shape, len(numbers), len(steps))
    state = {name: s.reshape(*lead, *s.shape[3:]) for name, s in zip(optimizer.state, slots, strict=True)}
    regret = loss - comparator(posed, steps, sums)
    return Run(
        optimizer.name,
        posed.name,
        grid.axes,
        numbers,
        steps,
        x.reshape(*lead, len(start)),
        loss.reshape(lead),
        regret.reshape(lead),
        state,
    )


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
    """Run natively; return x (cells, seeds, records, d), the slots likewise, the losses and the sums of gradients."""
    lane, task = make_task(optimizer, problem, grid, start, seeds, steps, generator)
    check_feasible(problem, start)
    kept = store.load(spec := _spec(task)) if _worth_keeping(task) else None
    if kept is not None:
        records = kept["records"]
    else:
        outcomes = advance_parts(task, executor)
        if failures := [(o.step, k) for k, o in enumerate(outcomes) if isinstance(o, Failure)]:
            raise _first_failure(optimizer, problem, grid, seeds, lane, task, outcomes, min(failures)[1])
        records = np.concatenate([part for part in outcomes if not isinstance(part, Failure)], axis=2)
        if _worth_keeping(task):
            _keep(spec, records)
    records = np.concatenate([task.carried[None], records])

    def values(names: list[str]) -> Floats:
        return carried_values(lane, records, grid.cells, len(seeds), names)

    def coordinates(pattern: str) -> Floats:
        return values([pattern.format(i) for i in range(lane.dimension)])

    terms = values(["loss"])
    loss = terms[..., 0]
    for i in range(1, terms.shape[-1]):  # from left to right, in every run
        loss = loss + terms[..., i]
    return coordinates("x_{}"), [coordinates(f"s_{name}_{{}}") for name in optimizer.state], loss, coordinates("g_{}")


def carried_values(lane: lanes.Lane, records: Floats, cells: int, seeds: int, names: Sequence[str]) -> Floats:
    """Return what is carried under these names, from records of shape (records, carried, lanes).

    The result has shape (cells, seeds, records, coordinates): one coordinate for each name of a coupled problem, or one
    for each lane of a separable one, whose lanes are its coordinates.
    """
    columns = np.stack([records[:, lane.carried.index(name)] for name in names], axis=-1)
    return np.ascontiguousarray(np.moveaxis(columns.reshape(len(records), cells, seeds, -1), 0, 2))


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
    timelines |= {lanes.given(name): given_entries(problem, name) for name in lane.given}
    common = [name for name, line in timelines.items() if line.rows == 1]
    own = [name for name in timelines if name not in common]
    offsets = np.cumsum([0, *(timelines[name].rows for name in (*common, *own))])
    rows = {lanes.hyper(name): spread(row) for name, row in grid.rows.items()}
    which = [offset + rows.get(name, np.zeros(count)) for offset, name in zip(offsets, (*common, *own), strict=False)]
    values = {lanes.hyper(name): spread(column) for name, column in grid.constants.items()}
    values |= {lanes.parameter(name): np.full(count, v) for name, v in problem.numeric.items()}
    constants = [values[name] for name in lane.constants if name not in timelines]
    drawn = [streams.keys(seeds, f"{name}.{k}", inner, first=i) for name, k, i in lane.uniforms]
    keys = [np.tile(column.ravel(), grid.cells) for column in drawn]
    initial = (
        {f"x_{i}": np.full(count, start[i]) for i in range(d)}
        if problem.coupled
        else {"x_0": np.tile(start, count // d)}
    )
    initial |= {
        f"s_{n}_{i}": np.full(count, float(v)) for n, v in optimizer.state.items() for i in range(lane.dimension)
    }
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
        watched=tuple(range(len(carried))),
    )
    return lane, task


def _keep(spec: dict[str, Any], records: Floats) -> None:
    """Save the records; a disk that has filled up since the start is no reason to lose them."""
    try:
        store.save(spec, {"records": records})
    except CacheNotWritableError as error:
        warnings.warn(str(error), CacheFallbackWarning, stacklevel=4)


def _worth_keeping(task: Task) -> bool:
    return task.lanes * int(task.stops[-1]) >= WORTH_KEEPING


def _spec(task: Task) -> dict[str, Any]:
    """Return everything that the records depend on."""
    timelines = [[str(line.program), line.parameters or {}, line.table] for line in task.timelines]
    programs = [line.program for line in task.timelines if line.program is not None]
    used = {step.operation for program in programs for step in program.lines} & {*ELEMENTARY}
    functions = {name: str(elementary.program(name)) for name in sorted(used)}
    arrays = {name: getattr(task, name) for name in ("stops", "which", "keys", "constants", "carried")}
    return {"kernel": task.text, "timelines": timelines, "functions": functions, **arrays}


def _first_failure(
    optimizer: Optimizer,
    problem: Problem,
    grid: Grid,
    seeds: tuple[int, ...],
    lane: lanes.Lane,
    task: Task,
    outcomes: Sequence[Floats | Failure],
    which: int,
) -> NonFiniteError:
    failure = outcomes[which]
    assert isinstance(failure, Failure)  # noqa: S101  # that is what the caller has looked for
    index = sum(part.lanes for part, _ in zip(task.parts(), range(which), strict=False)) + failure.lane
    inner = task.lanes // (grid.cells * len(seeds))
    cell, rest = divmod(index, len(seeds) * inner)
    seed, coordinate = divmod(rest, inner)
    where = grid.describe(cell, seeds[seed], coordinate if inner > 1 else None)
    return not_finite(optimizer, problem, lanes.meaning(lane.carried[failure.row]), failure.step, where)
