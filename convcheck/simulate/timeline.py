"""Values that change with the step: schedules and given sequences, evaluated by NumPy in blocks outside the kernel.

Bits come from one definition: the schedule's own lines, run on an array of steps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic import elementary
from convcheck.arithmetic.number import ELEMENTARY
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder
from convcheck.errors import ParameterError, RuleError
from convcheck.optimizers.base import Optimizer
from convcheck.parameters import ANY, Range
from convcheck.problems.base import Problem
from convcheck.problems.draws import Given
from convcheck.schedules.base import Schedule

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Timeline:
    """Rows of values over the steps 1, 2, …: a traced program with parameters (one value a row), or a table.

    A table is repeated from its start when it is used up.  ``function`` stands in where a plain function of t could not
    be traced: it is called once a step.
    """

    owner: str
    range: Range
    program: Program | None = None
    parameters: Mapping[str, Floats] | None = None
    table: Floats | None = None
    function: Callable[[Any], Any] | None = None

    @property
    def rows(self) -> int:
        """The number of distinct rows."""
        return max((len(values) for values in (self.parameters or {}).values()), default=1)

    def values(self, first: int, stop: int) -> Floats:
        """Return the values at the steps first + 1, …, stop; shape (stop - first, rows), each row contiguous in memory.

        Raises
        ------
        ParameterError
            A value is not finite or outside the range of the hyper-parameter; the message names the step.
        """
        steps = np.arange(first + 1, stop + 1, dtype=np.float64)
        if self.table is not None:
            values = self.table[np.arange(first, stop) % len(self.table)]
        elif self.program is not None:
            inputs = {name: column[:, None] for name, column in (self.parameters or {}).items()}
            functions = {name: getattr(elementary, name) for name in ELEMENTARY}
            with np.errstate(all="ignore"):  # what is not finite is reported below, with its step
                (values,) = self.program.evaluate({"t": steps, **inputs}, functions)
        else:
            assert self.function is not None  # noqa: S101  # one of the three is always given
            numbers = (_one_number(self.owner, self.function(step)) for step in steps)
            values = np.fromiter(numbers, np.float64, len(steps))
        values = np.atleast_2d(values)
        self._check(values, steps)
        shape = (self.rows, len(steps))
        return (values if values.shape == shape else np.broadcast_to(values, shape).copy()).T

    def part(self, rows: NDArray[np.uint32]) -> "Timeline":
        """Return the timeline of some of the rows."""
        return replace(self, parameters={name: column[rows] for name, column in (self.parameters or {}).items()})

    def tabulated(self, T: int) -> "Timeline":
        """Return the timeline with a plain function replaced by a table of its values at the steps 1, …, T.

        The function is then called once a step, however many lanes follow it, and any process can read the values.
        """
        if self.function is None:
            return self
        return Timeline(self.owner, self.range, table=self.values(0, T)[:, 0])

    def _check(self, values: Floats, steps: Floats) -> None:
        extremes = np.array([values.min(), values.max()])  # NaN if any value is: two passes instead of five
        if self.range.outside(extremes).any():
            at, row = np.argwhere(self.range.outside(values).T)[0]  # the first step, and the first row there
            msg = f"{self.owner} = {values[row, at]} at step {int(steps[at])} is outside {self.range}"
            raise ParameterError(msg)


def timeline(
    optimizer: Optimizer, name: str, value: Schedule | Callable[[Any], Any], axes: Mapping[str, Floats], cells: int
) -> tuple[Timeline, NDArray[np.uint32]]:
    """Return the timeline of a hyper-parameter that follows ``value``, and the row for each cell of the grid."""
    owner, allowed = f"{optimizer.name}: {name}", optimizer.range(name).with_limit()
    if not isinstance(value, Schedule):
        return _plain(owner, allowed, value), np.zeros(cells, np.uint32)
    columns = [
        axes[axis] if (axis := f"{name}.{key}") in axes else np.full(cells, v) for key, v in value.parameters.items()
    ]
    settings = np.stack(columns, axis=1) if columns else np.zeros((cells, 0))
    distinct, rows = np.unique(settings, axis=0, return_inverse=True)
    parameters = {key: distinct[:, k].astype(np.float64) for k, key in enumerate(value.parameters)}
    return Timeline(owner, allowed, value.program, parameters), rows.reshape(cells).astype(np.uint32)


def _plain(owner: str, allowed: Range, function: Callable[[Any], Any]) -> Timeline:
    recorder = Recorder(("t",))
    try:
        return Timeline(owner, allowed, recorder.program([function(recorder.number("t"))]), {})
    except (RuleError, TypeError, ValueError, AttributeError, LookupError):
        # It leaves the vocabulary, but may still be a function of plain numbers, at the price of a Python call a step.
        return Timeline(owner, allowed, function=function)


def _one_number(owner: str, value: Any) -> float:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, Real):
        msg = f"{owner}: a function of t must return one number; it returned {value!r}"
        raise ParameterError(msg)
    return float(value)


def given_entries(problem: Problem, stream: str) -> Timeline:
    """Return the timeline of a stream that is read from a sequence; zeros, if the problem does not use it."""
    given = problem.streams[stream]
    entries = problem.parameters[given.parameter] if isinstance(given, Given) else None
    table = np.asarray(entries if isinstance(entries, tuple) else [0.0], dtype=np.float64)
    owner = f"the problem {problem.name}: {stream}"
    if table.ndim != 1 or table.size == 0:
        msg = f"{owner} must be a sequence of numbers with at least one entry"
        raise ParameterError(msg)
    return Timeline(owner, ANY, table=table)
