"""How figures look: sizes of a journal's columns, colours that colour-blind readers tell apart, and a dash for each.

matplotlib is imported here and in experiments only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from convcheck.simulate.result import Run

COLUMN, PAGE = 3.25, 6.75
"""Widths of a column and of a page, in inches."""

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""The palette of Okabe and Ito (2008) without its yellow, which is too light for lines."""
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.2)),
    (0, (1, 1)),
    (0, (6, 1.2, 1, 1.2)),
    (0, (3, 1)),
    (0, (6, 1, 1, 1, 1, 1)),
    (0, (9, 1.5)),
)

_STYLE: Any = {  # matplotlib types every key by name
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "legend.fontsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.2,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
    "svg.hashsalt": "convcheck",
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style inside the block; the settings it changes are as before after it.

    Not ``rc_context``: that restores all settings, also what a notebook's backend sets when it draws its first figure.
    """
    before = {key: mpl.rcParams[key] for key in _STYLE}
    mpl.rcParams.update(_STYLE)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def line_styles(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return a colour and a dash for each name, in order."""
    looks = zip(cycle(OKABE_ITO), cycle(DASHES), strict=False)
    return {name: {"color": color, "linestyle": dash} for name, (color, dash) in zip(names, looks, strict=False)}


def new_figure(rows: int, columns: int, *, width: float = PAGE, height: float, **options: Any) -> "tuple[Figure, Any]":
    """Return a figure of ``width`` by ``height`` inches and its axes, shape (rows, columns)."""
    return plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **options)


def save(figure: "Figure", path: str) -> None:
    """Write a figure; a PDF holds no date, so that the same figure is the same bytes."""
    figure.savefig(path, metadata={"CreationDate": None} if path.endswith(".pdf") else {})


def plot_run(run: "Run", ax: Axes | None = None) -> Axes:
    """Draw R_t / t over t for each setting of a run: the median over its seeds, shaded from least to largest."""
    with style():
        axes = ax if ax is not None else plt.subplots(figsize=(COLUMN, 2.4))[1]
        average = (run.regret[..., 1:] / run.t[1:]).reshape(-1, len(run.seeds), len(run.t) - 1)
        settings = [
            ", ".join(
                [
                    run.optimizer,
                    *(f"{n} = {values[i]:g}" for (n, values), i in zip(run.axes.items(), cell, strict=True)),
                ]
            )
            for cell in np.ndindex(*(len(values) for values in run.axes.values()))
        ]
        looks = list(line_styles([*map(str, axes.lines), *settings]).values())[len(axes.lines) :]
        for label, curves, look in zip(settings, average, looks, strict=True):
            axes.plot(run.t[1:], np.median(curves, axis=0), label=label, **look)
            if len(run.seeds) > 1:
                axes.fill_between(
                    run.t[1:], curves.min(axis=0), curves.max(axis=0), color=look["color"], alpha=0.2, linewidth=0
                )
        axes.set(xscale="log", xlabel="$t$", ylabel="$R_t/t$", title=run.problem)
        axes.legend()
    return axes
