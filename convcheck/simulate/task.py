"""A piece of a run: some lanes from step 0 to step T, as plain data that any executor can carry to any process."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from convcheck.simulate import native
from convcheck.simulate.kernel import WIDTH
from convcheck.simulate.timeline import Timeline

Floats = NDArray[np.float64]

_BLOCK_VALUES = 2**18  # values of schedules evaluated at a time: 2 MiB
_BLOCK_STEPS = 2**15


@dataclass(frozen=True)
class Task:
    """Lanes to advance: columns of ``carried``, ``constants``, ``keys`` and ``which`` are lanes.

    ``scheduled`` names the inputs that follow a timeline; ``which`` has a row for each, with the column of the
    timelines that each lane follows.  ``watched`` are the rows of ``carried`` that must stay finite.
    """

    text: str
    stops: NDArray[np.int64]
    scheduled: tuple[str, ...]
    timelines: tuple[Timeline, ...]
    which: NDArray[np.uint32]
    keys: NDArray[np.uint64]
    constants: Floats
    carried: Floats
    watched: tuple[int, ...]

    @property
    def lanes(self) -> int:
        """The number of lanes."""
        return int(self.carried.shape[1])

    def schedule(self, first: int, stop: int) -> Floats:
        """Return the timelines at the steps first + 1, …, stop, side by side; shape (stop - first, columns)."""
        blocks = [line.values(first, stop) for line in self.timelines]
        if not blocks:
            return np.empty((1, 1))
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)

    def part(self, lanes: NDArray[np.intp]) -> "Task":
        """Return the task for some of the lanes, with the rows of the timelines that these follow."""
        which, timelines, before, kept = np.take(self.which, lanes, axis=1), [], 0, 0
        for k, line in enumerate(self.timelines):
            rows, which[k] = np.unique(which[k] - np.uint32(before), return_inverse=True)
            which[k] += np.uint32(kept)
            timelines.append(line.part(rows))
            before, kept = before + line.rows, kept + len(rows)
        return replace(
            self,
            timelines=tuple(timelines),
            which=which,
            keys=np.take(self.keys, lanes, axis=1),
            constants=np.take(self.constants, lanes, axis=1),
            carried=np.take(self.carried, lanes, axis=1),
        )

    def parts(self) -> Iterator["Task"]:
        """Cut the lanes into at most 64 pieces of whole blocks; results do not depend on the cut."""
        size = WIDTH * -(-self.lanes // (64 * WIDTH))
        for begin in range(0, self.lanes, size):
            yield self.part(np.arange(begin, min(begin + size, self.lanes)))


@dataclass(frozen=True, slots=True)
class Failure:
    """A lane met NaN or an infinity: which lane of the task, at which step, and the row of ``carried`` with it."""

    lane: int
    step: int
    row: int


def advance(task: Task) -> Floats | Failure:
    """Run a task natively; return the carried values at the stops, shape (stops, carried, lanes)."""
    padded = _pad(task)
    blocks: list[Floats] = []
    carried = padded.carried
    done, first, last = 0, 0, int(task.stops[-1])
    rows = sum(line.rows for line in task.timelines)
    # An odd number of steps: rows at a power of two from each other would collide in the cache.
    length = max(64, min(_BLOCK_STEPS, _BLOCK_VALUES // rows)) + 1 if rows else last
    while first < last:
        stop = min(first + length, last)
        due = int(np.searchsorted(task.stops, stop, side="right")) - done
        stops = task.stops[done : done + due]
        reached = _advance(padded, first, stops if stop in stops[-1:] else np.append(stops, stop), carried)
        blocks.append(reached[:due])
        if not np.isfinite(reached[-1, list(task.watched)]).all():
            return _locate(padded, first, stop, carried, reached[-1])
        done, first, carried = done + due, stop, reached[-1]
    records = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    return np.ascontiguousarray(records[:, :, : task.lanes])


def advance_parts(task: Task, executor: Executor | None = None) -> list[Floats | Failure]:
    """Run the parts of a task on an executor, threads by default; return what `advance` returns of each, in order."""
    with nullcontext(executor) if executor is not None else ThreadPoolExecutor(cpu_count()) as pool:
        futures = [pool.submit(advance, part) for part in task.parts()]
        try:
            return [future.result() for future in futures]
        except BaseException:  # an interrupt, too: what has not begun need not be waited for
            for future in futures:
                future.cancel()
            raise


def _advance(task: Task, first: int, stops: NDArray[np.int64], carried: Floats) -> Floats:
    """Advance from the values carried after step ``first``; return the carried values at the stops."""
    records = np.empty((len(stops), *carried.shape))
    schedule = np.ascontiguousarray(task.schedule(first, int(stops[-1])).T)
    native.call(task.text, first, stops, schedule, task.which, task.keys, task.constants, carried, records)
    return records


def _pad(task: Task) -> Task:
    """Repeat the last lane up to a multiple of 4, the stride of vectors; one lane more is as fast by itself."""
    extra = -task.lanes % 4
    return task if extra in {0, 3} else task.part(np.minimum(np.arange(task.lanes + extra), task.lanes - 1))


def _locate(task: Task, first: int, stop: int, before: Floats, after: Floats) -> Failure:
    """Find the first step at which a lane is not finite, and the first such lane, by bisection."""
    rows = list(task.watched)
    failing = np.flatnonzero(~np.isfinite(after[rows]).all(axis=0))
    low, high, state, broken = first, stop, before[:, failing], after[:, failing]
    while high - low > 1:
        middle = (low + high) // 2
        trial = _advance(task.part(failing), low, np.array([middle]), np.ascontiguousarray(state))[0]
        earlier = ~np.isfinite(trial[rows]).all(axis=0)
        if earlier.any():
            high, failing, state, broken = middle, failing[earlier], state[:, earlier], trial[:, earlier]
        else:
            low, state = middle, trial
    row = next(row for row in reversed(rows) if not np.isfinite(broken[row, 0]))
    return Failure(int(failing[0]), high, row)
