"""Run: what ``cc.run`` returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import MissingToolError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Run:
    """The recorded course of an optimizer on a problem, for every setting of a grid and every seed.

    Attributes
    ----------
    axes
        Names and values of the grid's axes, in order; ``grid`` below stands for their lengths.
    seeds
        The seeds, in order.
    t
        Recorded steps, shape (records,): 0 is the start, then geometrically spaced, T always.
    x
        Iterates after t steps, x_{t+1} in the notation of papers; shape (*grid, seeds, records, d).
    loss
        Cumulative loss Σ_{s<=t} f_s(x_s); shape (*grid, seeds, records).
    regret
        Cumulative loss minus that of the best fixed point for the rounds 1, …, t (of a certified lower bound of it,
        where the minimum is only enclosed); same shape; the last entry is R_T.
    state
        State slots after t steps, each of the shape of ``x`` (or, in an array rule, of its own instead of d).
    """

    optimizer: str
    problem: str
    axes: Mapping[str, tuple[float, ...]]
    seeds: tuple[int, ...]
    t: NDArray[np.int64] = field(repr=False)
    x: Floats = field(repr=False)
    loss: Floats = field(repr=False)
    regret: Floats = field(repr=False)
    state: Mapping[str, Floats] = field(repr=False)

    @property
    def T(self) -> int:
        """The number of steps."""
        return int(self.t[-1])

    def to_xarray(self) -> "xr.Dataset":
        """Return the run as a labelled dataset.

        Raises
        ------
        MissingToolError
            xarray is not installed.
        """
        try:
            import xarray as xr
        except ImportError as error:
            msg = "to_xarray needs xarray: pip install 'convcheck[frames]'"
            raise MissingToolError(msg) from error
        lead = (*self.axes, "seed", "t")
        variables: dict[str, Any] = {
            "x": ((*lead, "coordinate"), self.x),
            "loss": (lead, self.loss),
            "regret": (lead, self.regret),
        }
        for name, values in self.state.items():
            own = values.shape[len(lead) :]
            inner = ("coordinate",) if own == self.x.shape[-1:] else tuple(f"{name}_{k}" for k in range(len(own)))
            variables[f"state_{name}"] = ((*lead, *inner), values)
        coordinates = {
            **{name: list(values) for name, values in self.axes.items()},
            "seed": list(self.seeds),
            "t": self.t,
        }
        return xr.Dataset(variables, coordinates, {"optimizer": self.optimizer, "problem": self.problem})

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the average regret R_t / t over t, one line for each setting: the median over seeds, and their range."""
        from convcheck.report.plots import plot_run

        return plot_run(self, ax)

    def _repr_html_(self) -> str:
        axes = ", ".join(f"{name} ({len(values)})" for name, values in self.axes.items()) or "one setting"
        return (
            f"<b>{self.optimizer}</b> on <b>{self.problem}</b>: T = {self.T:,}, {len(self.seeds)} seed(s), {axes}; "
            f"R_T/T from {np.min(self.regret[..., -1]) / self.T:.4g} to {np.max(self.regret[..., -1]) / self.T:.4g}"
        )
