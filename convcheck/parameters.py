"""Ranges that hyper-parameters and problem parameters must lie in, and the check that names what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of numbers; ``open_low`` and ``open_high`` say which ends do not belong to it."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def outside(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of the values are not finite or not in the range."""
        below = values <= self.low if self.open_low else values < self.low
        above = values >= self.high if self.open_high else values > self.high
        return np.asarray(~np.isfinite(values) | below | above)

    def check(self, name: str, value: object, *, owner: str) -> None:
        """Raise ParameterError unless every number in ``value`` (a number or an array) lies in the range."""
        numbers = as_doubles(value)
        if numbers is None:
            msg = f"{owner}: {name} = {value!r} is not a number; it must lie in {self}"
            raise ParameterError(msg)
        wrong = numbers[self.outside(numbers)]
        if wrong.size:
            msg = f"{owner}: {name} = {wrong.flat[0]} is outside its range {self}"
            raise ParameterError(msg)

    def with_limit(self) -> "Range":
        """Return the range with its lower end added: a rate that follows a schedule may decay to zero."""
        return replace(self, open_low=False)

    def __str__(self) -> str:
        """Write the range as mathematicians do."""
        left = "(" if self.open_low or self.low == -inf else "["
        right = ")" if self.open_high or self.high == inf else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"


@dataclass(frozen=True, slots=True)
class Whole(Range):
    """The integers of an interval."""

    def outside(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of the values are not integers of the interval."""
        return np.asarray(Range.outside(self, values) | (values != np.rint(values)))

    def __str__(self) -> str:
        """Name the set."""
        return f"{Range.__str__(self)} of integers"


def as_doubles(value: object) -> NDArray[np.float64] | None:
    """Return a number, or an array or nested sequence of numbers, as an array of doubles; None for anything else."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "iuf" or (array.dtype.kind == "O" and all(map(_is_real, array.flat))):
            return array.astype(np.float64)
    except (ValueError, OverflowError):  # rows of different lengths; an integer beyond all doubles
        pass
    return None


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


POSITIVE = Range(0.0, open_low=True)
NONNEGATIVE = Range(0.0)
FRACTION = Range(0.0, 1.0, open_high=True)
ANY = Range()

_BY_NAME: Mapping[str, Range] = {
    "lr": POSITIVE,
    "alpha": POSITIVE,
    "beta": FRACTION,
    "eps": NONNEGATIVE,
    "weight_decay": NONNEGATIVE,
}


def usual_range(name: str) -> Range:
    """Return a name's range by convention: rates are positive, ``beta``, ``beta1`` … in [0, 1), eps not negative."""
    return _BY_NAME.get(name.rstrip("_0123456789"), ANY)
