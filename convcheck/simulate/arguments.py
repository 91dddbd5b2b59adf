"""What a call of ``cc.run`` asks for, checked before anything is run."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.arithmetic.elementary import exp, log
from convcheck.errors import HorizonError, ParameterError, ShapeError
from convcheck.parameters import as_doubles
from convcheck.problems.base import Problem

Floats = NDArray[np.float64]

LONGEST = 2**53
"""The largest T: beyond it, t is no longer a number that a double holds."""
MEMORY = 4 * 2**30
"""Bytes of records above which a run is refused, with the advice to record less."""
FEASIBLE = 2.0**-40
"""Relative distance from the feasible set that a starting point may have: the rounding errors of a projection."""


def check_count(name: str, value: Any) -> int:
    """Return ``value`` as an int.

    Raises
    ------
    HorizonError
        It is not an integer between 1 and `LONGEST`.
    """
    if not _is_integer(value) or not 1 <= value <= LONGEST:
        msg = f"{name} = {value!r} must be an integer of at least 1 (and at most 2^53)"
        raise HorizonError(msg)
    return int(value)


def recorded_steps(T: int, record: object) -> NDArray[np.int64]:
    """Return the steps to record: 0, T and those of ``record``, or about so many between them, geometrically spaced.

    Raises
    ------
    HorizonError
        ``record`` is neither a positive integer nor a sequence of integers between 0 and T.
    """
    if isinstance(record, Sequence | np.ndarray) and not isinstance(record, str):
        wanted = np.asarray(record)
        if wanted.ndim != 1 or wanted.dtype.kind not in "iu" or np.any((wanted < 0) | (wanted > T)):
            msg = f"record must be a number of steps, or steps (integers) between 0 and T = {T}"
            raise HorizonError(msg)
    else:
        number = min(check_count("record", record), T)
        check_memory(number)
        if number >= T:
            return np.arange(T + 1, dtype=np.int64)
        # The same steps on every machine; rounding may carry the last one past T.
        wanted = np.minimum(np.rint(exp(np.linspace(0.0, log(T), number))), T)
    return np.unique(np.concatenate([[0], wanted, [T]])).astype(np.int64)


def seed_numbers(seeds: object) -> Sequence[int]:
    """Return the seeds: 0, 1, …, or those that are given.

    Raises
    ------
    HorizonError
        ``seeds`` is neither a positive integer nor a sequence of distinct integers.
    """
    if _is_integer(seeds):
        return range(check_count("seeds", seeds))
    listed = seeds.tolist() if isinstance(seeds, np.ndarray) else seeds
    if isinstance(listed, range) and listed:
        return listed
    if isinstance(listed, Sequence) and listed and all(map(_is_integer, listed)) and len(set(listed)) == len(listed):
        return tuple(map(int, listed))
    msg = f"seeds = {seeds!r} must be a number of seeds (at least 1) or a sequence of different integers"
    raise HorizonError(msg)


def starting_point(problem: Problem, x0: ArrayLike | None) -> Floats:
    """Return the starting point, shape (d,).

    Raises
    ------
    ShapeError
        ``x0`` is not a finite number or a vector of them, or has the wrong length.
    """
    usual = problem.x0
    start = usual if x0 is None else np.atleast_1d(finite_array("x0", x0))
    if start.ndim != 1 or not start.size:
        msg = f"x0 = {x0!r} must be a number or a vector, not an array of shape {start.shape}"
        raise ShapeError(msg)
    if problem.coupled and len(start) != len(usual):
        msg = f"x0 has {len(start)} coordinates, but the problem {problem.name} has {len(usual)}"
        raise ShapeError(msg)
    return start


def check_feasible(problem: Problem, start: Floats) -> None:
    """Raise ParameterError if the starting point is not feasible: what theorems assume of a run would not hold."""
    if problem.project is None:
        return
    nearest = np.asarray(problem.call(problem.project, start), dtype=np.float64)
    if nearest.shape not in {(), start.shape}:
        msg = f"the problem {problem.name}: the projection must have shape {start.shape}, but it has {nearest.shape}"
        raise ShapeError(msg)
    if not np.allclose(nearest, start, rtol=FEASIBLE, atol=0.0):
        where = f"the nearest point that is: {nearest.tolist()}"
        msg = f"x0 = {start.tolist()} is not feasible for the problem {problem.name}; {where}"
        raise ParameterError(msg)


def as_numbers(name: str, value: ArrayLike) -> Floats:
    """Return ``value`` as a new array of doubles.

    Raises
    ------
    ShapeError
        It is not an array of real numbers.
    """
    array = as_doubles(value)
    if array is None:
        msg = f"{name} = {value!r} must be a number or an array of numbers"
        raise ShapeError(msg)
    return array


def finite_array(name: str, value: ArrayLike) -> Floats:
    """Return ``value`` as a new array of finite doubles.

    Raises
    ------
    ShapeError
        It is not an array of finite real numbers.
    """
    array = as_numbers(name, value)
    if not np.isfinite(array).all():
        msg = f"{name} = {value!r} must be finite"
        raise ShapeError(msg)
    return array


def check_executor(executor: object) -> None:
    """Raise ParameterError unless ``executor`` is None or can be submitted to."""
    if executor is not None and not hasattr(executor, "submit"):
        msg = f"executor = {executor!r} must be a concurrent.futures.Executor, such as ThreadPoolExecutor(4)"
        raise ParameterError(msg)


def check_memory(numbers: int) -> None:
    """Raise ParameterError if so many doubles are more than `MEMORY`."""
    if 8 * numbers > MEMORY:
        msg = (
            f"this run would take {8 * numbers / 2**30:.1f} GiB of memory: record fewer steps (record=…), "
            "or run fewer settings and seeds at a time"
        )
        raise ParameterError(msg)


def _is_integer(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
