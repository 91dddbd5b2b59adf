"""What variables range over when a formula is evaluated on a run: integers, some reals and vectors, all outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convcheck.claims.fields import Array

REAL_POINTS = 1000
"""How many values the real variables of a formula take together, if each takes more than three."""
SPARSE = 16
"""How many times fewer values several integers take together than one alone, which takes all of a run."""


@dataclass(frozen=True, eq=False)
class Samples:
    """What variables range over: the integers of a run, some reals, some vectors, all outcomes.

    The variables of a formula take ``budget`` values together; with its sums it may take ``limit`` points.  ``base`` is
    the number of outcomes of a round, so that there are base^last outcomes of the run.
    """

    last: int
    reals: Array
    vectors: tuple[Array, ...]
    budget: int
    limit: int
    base: int = 1

    @property
    def outcomes(self) -> int:
        """The number of outcomes."""
        return int(self.base**self.last)

    def block(self, time: Any) -> Any:
        """Return how many outcomes agree with one in the rounds before ``time``; they follow one another."""
        return self.base ** (self.last - np.clip(time - 1, 0, self.last))

    def of(self, sort: str, sorts: Sequence[str]) -> Any:
        """Return the values of a variable of this sort in a formula with variables of these sorts."""
        if sort == "R":
            return self._reals(sorts.count("R"))
        if sort == "V":
            return self.vectors
        if sort == "W":
            return np.arange(self.outcomes)
        others = len(self._reals(sorts.count("R"))) ** sorts.count("R") * len(self.vectors[0]) ** sorts.count("V")
        others *= self.outcomes ** sorts.count("W")
        count = sorts.count("Z")
        budget = self.budget if count == 1 else self.budget / SPARSE
        return self._integers(int(max(budget / others, 1) ** (1 / count)))

    def _reals(self, variables: int) -> Array:
        """Return all samples, or, where so many variables range over them, a few."""
        count = min(len(self.reals), max(3, int(REAL_POINTS ** (1 / max(variables, 1)))))
        chosen: Array = self.reals[np.linspace(0, len(self.reals) - 1, count).astype(int)]
        return chosen

    def _integers(self, count: int) -> Array:
        """Return all indices from -1 to two beyond the last, or the first ones, some between, and the last ones."""
        count = max(count, 8)
        if count >= self.last + 4:
            return np.arange(-1, self.last + 3)
        head = np.arange(-1, count // 2)
        return np.unique([*head, *np.geomspace(count // 2, self.last, count // 2).astype(int), self.last + 1])


@dataclass(frozen=True, eq=False)
class Axis:
    """The values of a variable, along the axis of an array that it has to itself."""

    sort: str
    value: Any

    @property
    def size(self) -> int:
        """How many values there are."""
        return int(np.size(self.value[0] if isinstance(self.value, tuple) else self.value))
