"""What is certified about the drift of one rule on one problem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from convcheck.arithmetic.number import as_decimal


@dataclass(frozen=True, slots=True)
class Drift:
    """The displacement of x over every late period, in units of the step size and without projection.

    ``lower`` and ``upper`` are rounded outwards.  A ``sign`` of 0 means undecided; ``reason`` then says why.
    """

    optimizer: str
    problem: str
    hyper: Mapping[str, Fraction]
    """Every hyper-parameter of the rule except lr, as an exact number."""
    parameters: Mapping[str, Fraction]
    """The parameters of the problem that are numbers, likewise."""
    lower: float
    upper: float
    ball: str
    """The enclosure with all its digits, as midpoint and radius."""
    sign: int
    displacements: tuple[tuple[float, float], ...] = field(repr=False)
    """Ends of the displacement in each round of the period; empty if the state is not seen to settle."""
    gradients: tuple[float, ...] = field(repr=False)
    """The gradients of one period, rounded to nearest."""
    ends: tuple[float, float] | None
    """The feasible interval, if the problem clips x to one."""
    optimum: float | None
    """The best feasible point; None if the gradients of a period cancel, or there is no feasible interval."""
    periods: int
    """Periods that were followed from the initial state."""
    bits: int
    """Precision of the balls."""
    reason: str

    @property
    def converges(self) -> bool | None:
        """Whether x_t tends to the optimum if α_t → 0, Σ α_t = ∞ and α_{t+1}/α_t → 1; None where that is undecided."""
        return None if self._limit is None or self.optimum is None else self.optimum == self._limit

    @property
    def average_regret(self) -> float | None:
        """The limit of R_T/T for such step sizes in one coordinate, where it is decided."""
        if self.converges is None or self.ends is None:
            return None
        low, high = self.ends
        return 0.0 if self.converges else abs(sum(self.gradients)) * (high - low) / len(self.gradients)

    @property
    def explanation(self) -> str:
        """The outcome in a sentence."""
        values = ", ".join(f"{name} = {_short(value)}" for name, value in {**self.hyper, **self.parameters}.items())
        what = f"{self.optimizer} on {self.problem}{values and f' ({values})'}"
        if self.sign == 0:
            return f"{what}: undecided, because {self.reason}."
        moved = f"{what}: every late period moves x by a number in [{self.lower}, {self.upper}] times the step size"
        if self.ends is None:
            return f"{moved}; x is not clipped to a bounded interval, so no limit follows."
        limit = f"{moved}, so for step sizes with α_t → 0, Σ α_t = ∞ and α_{{t+1}}/α_t → 1, x_t → {self._limit:g}"
        if self.converges is None:
            return f"{limit}; no single point is best."
        judged = "the optimum" if self.converges else "the worst point"
        return f"{limit}, {judged}, and R_T/T → {self.average_regret:g}."

    @property
    def _limit(self) -> float | None:
        return None if self.sign == 0 or self.ends is None else self.ends[self.sign > 0]


def _short(value: Fraction) -> str:
    """Write a number as the decimal that it is, if that is short."""
    return f"{float(value)!r}" if as_decimal(float(value)) == value else str(value)
