"""Grids of hyper-parameters: which axes a call spans, and the value of every hyper-parameter in every lane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import ParameterError
from convcheck.optimizers.base import Optimizer
from convcheck.parameters import as_doubles
from convcheck.schedules.base import Schedule
from convcheck.simulate.arguments import check_memory
from convcheck.simulate.timeline import Timeline, timeline

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grid:
    """The axes of a grid (names and values, in order), the constants of every cell, and the schedules.

    ``constants[name]`` has one value a cell, in C order; ``timelines[name]`` has one row for each distinct schedule,
    and ``rows[name]`` says which row a cell follows.
    """

    axes: Mapping[str, tuple[float, ...]]
    constants: Mapping[str, Floats]
    timelines: Mapping[str, Timeline]
    rows: Mapping[str, NDArray[np.uint32]]

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def cells(self) -> int:
        """The number of settings."""
        return prod(self.shape)

    def describe(self, cell: int, seed: int, coordinate: int | None = None) -> str:
        """Name a lane, for messages: its setting, its seed and, where it has one of several, its coordinate."""
        where = np.unravel_index(cell, self.shape) if self.axes else ()
        words = [f"{name}={values[i]}" for (name, values), i in zip(self.axes.items(), where, strict=True)]
        words += [f"seed {seed}"] + ([] if coordinate is None else [f"coordinate {coordinate}"])
        return ", ".join(words)


def grid(**axes: Any) -> dict[str, Any]:
    """Return axes for ``cc.run``: ``cc.run(…, **cc.grid(lr=[.1, .5], beta2=[.9, .99]))`` runs all four settings.

    Raises
    ------
    ParameterError
        An axis is empty or is not a sequence of numbers.
    """
    return {name: _axis(name, values) for name, values in axes.items()}


def make_grid(optimizer: Optimizer, hyper: Mapping[str, Any], T: int) -> Grid:
    """Return the grid that the hyper-parameters of a call for T steps span.

    Each value is a number, a sequence (an axis), a `Schedule` (whose parameters may be sequences: axes named
    ``lr.alpha``) or a function of t.

    Raises
    ------
    UnknownNameError, ParameterError
        A name that the optimizer does not have, a value outside its range; an axis or a schedule for a hyper-parameter
        that shapes the state.
    """
    axes: dict[str, tuple[float, ...]] = {}
    fixed: dict[str, float] = dict(optimizer.hyperparameters)
    moving: dict[str, Schedule | Callable[[Any], Any]] = {}
    for name, value in hyper.items():
        optimizer.range(name)
        if name in optimizer.shaping and (callable(value) or _is_axis(value)):
            msg = f"{optimizer.name}: {name} shapes the state, so a run has one: give one number"
            raise ParameterError(msg)
        if isinstance(value, Schedule) or callable(value):
            moving[name] = value
            fixed.pop(name)
            if isinstance(value, Schedule):
                axes |= {f"{name}.{key}": _axis(key, v) for key, v in value.parameters.items() if _is_axis(v)}
        elif _is_axis(value):
            axes[name] = _axis(name, value)
            optimizer.check({name: axes[name]})
        else:
            optimizer.check({name: value})
            fixed[name] = float(value)
    cells = prod(len(v) for v in axes.values())
    check_memory(cells * (len(axes) + len(fixed) + len(moving)))
    mesh = np.meshgrid(*axes.values(), indexing="ij") if axes else []
    values = {name: np.ravel(m) for name, m in zip(axes, mesh, strict=True)}
    constants = {name: values[name] if name in values else np.full(cells, number) for name, number in fixed.items()}
    timelines, rows = {}, {}
    for name, value in moving.items():
        line, rows[name] = timeline(optimizer, name, value, values, cells)
        timelines[name] = line.tabulated(T)
    return Grid(axes, constants, timelines, rows)


def _is_axis(value: Any) -> bool:
    return (isinstance(value, Sequence) and not isinstance(value, str)) or (
        isinstance(value, np.ndarray) and value.ndim > 0
    )


def _axis(name: str, values: Any) -> tuple[float, ...]:
    array = as_doubles(values)
    if array is None or array.ndim != 1 or array.size == 0:
        msg = f"the axis {name} must be a sequence of numbers with at least one entry; got {values!r}"
        raise ParameterError(msg)
    return tuple(array.tolist())
