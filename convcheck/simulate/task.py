"""A piece of a run: some lanes from step 0 to step T, as plain data that any executor can carry to any process."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convcheck.simulate import native
from convcheck.simulate.kernel import WIDTH
from convcheck.simulate.timeline import Timeline

Floats = NDArray[np.float64]

_BLOCK_VALUES = 2**17  # values of schedules evaluated at a time: 1 MiB, which the second-level cache holds
_BLOCK_STEPS = 2**14


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
        return self.carried.shape[1]

    def schedule(self, first: int, stop: int) -> Floats:
        """Return the timelines at the steps first + 1, …, stop, side by side; shape (stop - first, columns)."""
        blocks = [line.values(first, stop) for line in self.timelines]
        if not blocks:
            return np.empty((1, 1))
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=1)

    def part(self, lanes: NDArray[np.intp]) -> "Task":
        """Return the task for some of the lanes."""
        return replace(
            self,
            which=np.take(self.which, lanes, axis=1),
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
    """A lane met NaN or an infinity: which lane of the task, at which step, and the row of ``carried`` that shows it."""

    lane: int
    step: int
    row: int


def advance(task: Task) -> Floats | Failure:
    """Run a task natively; return the carried values at the stops, shape (stops, carried, lanes)."""
    padded = _pad(task)
    records = np.empty((len(task.stops), *padded.carried.shape))
    carried = padded.carried.copy()
    done, first, last = 0, 0, int(task.stops[-1])
    rows = sum(line.rows for line in task.timelines)
    length = max(64, min(_BLOCK_STEPS, _BLOCK_VALUES // max(rows, 1))) if rows else last
    while first < last:
        stop = min(first + length, last)
        due = int(np.searchsorted(task.stops, stop, side="right")) - done
        stops = np.append(task.stops[done : done + due], stop)
        before = carried.copy()
        room = np.empty((len(stops), *carried.shape))
        _call(padded, first, stops, carried, room)
        records[done : done + due] = room[:due]
        if not np.isfinite(carried[list(task.watched)]).all():
            return _locate(padded, first, stop, before, carried)
        done, first = done + due, stop
    return np.ascontiguousarray(records[:, :, : task.lanes])


def _call(task: Task, first: int, stops: NDArray[np.int64], carried: Floats, records: Floats) -> None:
    schedule = task.schedule(first, int(stops[-1]))
    native.call(task.text, first, stops, WIDTH, schedule, task.which, task.keys, task.constants, carried, records)


def _pad(task: Task) -> Task:
    """Repeat the last lane up to a multiple of 16, the vector loop's stride, unless there are too few lanes to gain by it."""
    extra = -task.lanes % 16
    if extra == 0 or extra > 12:
        return task
    return task.part(np.minimum(np.arange(task.lanes + extra), task.lanes - 1))


def _locate(task: Task, first: int, stop: int, before: Floats, after: Floats) -> Failure:
    """Find the first step at which the first failing lane is not finite, by bisection from the last good state."""
    rows = list(task.watched)
    lane = int(np.flatnonzero(~np.isfinite(after[rows]).all(axis=0))[0])
    one = task.part(np.array([lane]))
    low, high, state, broken = first, stop, before[:, lane : lane + 1].copy(), after[:, lane : lane + 1]
    while high - low > 1:
        middle = (low + high) // 2
        trial = state.copy()
        _call(one, low, np.array([middle]), trial, np.empty((1, *trial.shape)))
        if np.isfinite(trial[rows]).all():
            low, state = middle, trial
        else:
            high, broken = middle, trial
    row = next(row for row in reversed(rows) if not np.isfinite(broken[row, 0]))
    return Failure(lane, high, row)
