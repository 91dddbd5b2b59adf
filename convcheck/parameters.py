"""Ranges that hyper-parameters and problem parameters must lie in, and the check that names what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf

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
        numbers = np.asarray(float(value) if isinstance(value, Fraction) else value)
        if numbers.dtype.kind not in "iuf":
            msg = f"{owner}: {name} = {value!r} is not a number; it must lie in {self}"
            raise ParameterError(msg)
        wrong = numbers[self.outside(numbers.astype(np.float64))]
        if wrong.size:
            msg = f"{owner}: {name} = {wrong.flat[0]} is outside its range {self}"
            raise ParameterError(msg)

    def with_limit(self) -> "Range":
        """Return the range with its lower end added: a rate that follows a schedule may decay to zero."""
        return Range(self.low, self.high, open_high=self.open_high)

    def __str__(self) -> str:
        """Write the range as mathematicians do."""
        left = "(" if self.open_low or self.low == -inf else "["
        right = ")" if self.open_high or self.high == inf else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"


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
    """Return the range that a name has by convention: rates are positive, every ``beta…`` lies in [0, 1), eps is not negative."""
    return _BY_NAME.get(name.rstrip("0123456789"), ANY)
