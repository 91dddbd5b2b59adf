"""The figure of a tour: a small panel for each method, on the contours of the loss, and the losses of each family.

One path a panel, in the colour of its family, which is also written; the paths of the rest of the family are faint
behind it.  All panels show the same window, and circles at the same numbers of steps.
"""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from convcheck.discovery import load
from convcheck.evidence.table import Table
from convcheck.evidence.tour import gap, methods
from convcheck.problems.base import Problem
from convcheck.report.plots import OKABE_ITO, PAGE, style

Color = tuple[float, ...]

ACROSS = 8
"""Panels in a row."""
WIDE = 19
"""Letters that fit the width of a panel."""
GREYS = ("1.0", "0.985", "0.97", "0.955", "0.94", "0.925", "0.91", "0.895")
"""Of the loss, from low to high: lighter than the faintest path."""
DARK = 0.45
"""The largest lightness of a path in print without colours, where the rest of the family has 0.72."""
SMALL, TINY = 6.0, 5.2
"""Sizes of letters in points."""


class Window(NamedTuple):
    """What every panel shows of the plane, and the levels of the contours."""

    x: tuple[float, float]
    y: tuple[float, float]
    levels: Sequence[float]
    swapped: bool = False
    """Whether y is drawn to the right and x upwards."""
    minima: Sequence[tuple[float, float]] = ()
    rate_at: tuple[float, float] = (0.97, 0.05)
    """Where the step size stands in a panel, from its lower left corner; out of the way of the paths."""


class Strip(NamedTuple):
    """A row of panels, one for each family: a quantity over another, both in columns of a table."""

    table: Table
    over: str
    quantity: str
    labels: tuple[str, str]
    options: Mapping[str, Any]
    named_at: float = 0.03
    """Where in a panel its extreme methods are named, from 0 at the bottom to 1 at the top."""


def draw_tour(table: Table, problem: Problem, window: Window, marks: Sequence[int], strips: Sequence[Strip]) -> Figure:
    """Return the figure of the table of a tour, with circles after so many steps as ``marks`` says."""
    names = methods(table)
    families = list(dict.fromkeys(map(str, table["family"])))
    colors = dict(zip(families, map(_dark, OKABE_ITO), strict=False))
    with style():
        page = _Page(len(names), len(families), window, strips)
        background = _background(problem, window)
        before = ""
        for place, name in enumerate(names):
            own = table.where(method=name)
            family = str(own["family"][0])
            ax = page.panel(place)
            _contours(ax, background, window)
            for other in names:
                course = table.where(method=other)
                if other != name and course["family"][0] == family:
                    ax.plot(*_seen(course, window), color="0.72", linewidth=0.4)
            _path(ax, own, window, marks, colors[family])
            ax.set_title(_name(name), fontsize=SMALL, pad=2.5, loc="left", linespacing=0.95)
            _rate(ax, float(own["rate"][0]), window.rate_at)
            if family != before:
                page.heading(place, family, colors[family], _name(name).count("\n") + 1)
            before = family
        page.key(len(names), marks)
        for row, strip in enumerate(strips):
            for place, family in enumerate(families):
                ax = page.strip(row, place)
                _strip(ax, strip, family, colors[family])
                if place:
                    ax.tick_params(labelleft=False)
                else:
                    ax.set_ylabel(strip.labels[1], fontsize=SMALL, labelpad=1)
                if row == 0:
                    ax.set_title(_folded(family, 18), fontsize=SMALL, color=colors[family], weight="bold", pad=3)
    return page.figure


class _Page:
    """Where things stand on the page, in inches from its upper left corner."""

    GAP, NAME, HEADING, BELOW = 0.05, 0.19, 0.10, 0.31
    STRIP, LEFT, TITLE = 0.82, 0.34, 0.34

    def __init__(self, panels: int, families: int, window: Window, strips: Sequence[Strip]) -> None:
        self.rows = -(-panels // ACROSS)
        self.width = (PAGE - (ACROSS - 1) * self.GAP) / ACROSS
        (left, right), (low, high) = (window.y, window.x) if window.swapped else (window.x, window.y)
        self.tall = self.width * (high - low) / (right - left)
        self.pitch = self.tall + self.NAME + self.HEADING
        self.top = self.rows * self.pitch
        self.height = self.top + len(strips) * (self.STRIP + self.BELOW) + self.TITLE
        self.families = families
        self.figure = Figure(figsize=(PAGE, self.height))
        self.figure.set_layout_engine("none")  # all places are given

    def _axes(self, x: float, y: float, width: float, height: float) -> Axes:
        box = (x / PAGE, 1 - (y + height) / self.height, width / PAGE, height / self.height)
        return self.figure.add_axes(box)

    def panel(self, place: int) -> Axes:
        row, column = divmod(place, ACROSS)
        y = row * self.pitch + self.HEADING + self.NAME
        return self._axes(column * (self.width + self.GAP), y, self.width, self.tall)

    def heading(self, place: int, family: str, color: Color, lines: int) -> None:
        """Write the name of a family over the panel of its first method, whose name has so many lines."""
        row, column = divmod(place, ACROSS)
        x, y = column * (self.width + self.GAP), row * self.pitch + self.HEADING + self.NAME - 0.05 - 0.08 * lines
        last = column == ACROSS - 1 and len(family) > WIDE
        where = ((x + last * self.width) / PAGE, 1 - y / self.height)
        side = "right" if last else "left"
        self.figure.text(*where, family, fontsize=SMALL + 0.8, color=color, weight="bold", va="bottom", ha=side)

    def key(self, panels: int, marks: Sequence[int]) -> None:
        """Say what is what where the last row has room for it."""
        row, column = divmod(panels, ACROSS)
        if 0 < column < ACROSS - 1:
            y = row * self.pitch + self.HEADING + self.NAME
            where = (column * (self.width + self.GAP) + 0.1) / PAGE, 1 - y / self.height
            steps = ", ".join(map(str, marks))
            said = f"■  start     ★  minimum\n○  after {steps} steps\n$2^k$  step size\ngrey: the others of the family"
            self.figure.text(*where, said, fontsize=SMALL, va="top", linespacing=1.35)

    def strip(self, row: int, place: int) -> Axes:
        width = (PAGE - self.LEFT - (self.families - 1) * self.GAP) / self.families
        y = self.top + self.TITLE + row * (self.STRIP + self.BELOW)
        return self._axes(self.LEFT + place * (width + self.GAP), y, width, self.STRIP)


def _background(problem: Problem, window: Window) -> tuple[Any, Any, Any]:
    x, y = np.meshgrid(np.linspace(*window.x, 90), np.linspace(*window.y, 90))
    values = gap(problem, np.stack([x, y], axis=-1))
    return (y, x, values) if window.swapped else (x, y, values)


def _contours(ax: Axes, background: tuple[Any, Any, Any], window: Window) -> None:
    ax.contourf(*background, levels=[*window.levels], colors=GREYS, extend="both")
    ax.contour(*background, levels=[*window.levels], colors="white", linewidths=0.3)
    ax.set(xticks=[], yticks=[], xlim=window.y if window.swapped else window.x)
    ax.set(ylim=window.x if window.swapped else window.y)
    for x, y in window.minima:
        ax.plot(*((y, x) if window.swapped else (x, y)), "*", color="black", markersize=4, markeredgewidth=0, zorder=3)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _seen(course: Table, window: Window) -> tuple[Any, Any]:
    return (course["y"], course["x"]) if window.swapped else (course["x"], course["y"])


def _path(ax: Axes, course: Table, window: Window, marks: Sequence[int], color: Color) -> None:
    right, up = _seen(course, window)
    halo = [patheffects.Stroke(linewidth=2.2, foreground="white"), patheffects.Normal()]
    ax.plot(right, up, color=color, linewidth=1.1, path_effects=halo, solid_joinstyle="round")
    at = [int(np.flatnonzero(course["t"] == t)[0]) for t in marks]
    ax.plot(right[at], up[at], "o", color="white", markeredgecolor=color, markersize=2.4, markeredgewidth=0.7)
    ax.plot(right[:1], up[:1], "s", color="black", markersize=1.8)


def _name(name: str) -> str:
    """Return what stands over a panel, on one line or two."""
    return _folded(_label(name), WIDE)


def _rate(ax: Axes, rate: float, where: tuple[float, float]) -> None:
    exponent = round(float(np.log2(rate)))
    side = "right" if where[0] > 1 / 2 else "left"
    text = ax.text(*where, f"$2^{{{exponent}}}$", fontsize=TINY, ha=side, transform=ax.transAxes, color="0.25")
    text.set_path_effects([patheffects.withStroke(linewidth=1.2, foreground="white")])


def _strip(ax: Axes, strip: Strip, family: str, color: Color) -> None:
    """Draw all methods, those of the family in its colour, and name the highest and the lowest of these in the end."""
    last = {}
    for name in methods(strip.table):
        course = strip.table.where(method=name)
        mine = course["family"][0] == family
        line: dict[str, Any] = {"color": "0.87", "linewidth": 0.3}
        if mine:
            line = {"color": color, "linewidth": 0.7, "zorder": 3}
        ax.plot(course[strip.over], course[strip.quantity], **line)
        if mine:
            last[name] = float(np.median(course[strip.quantity][len(course) // 2 :]))
    ax.set(**strip.options)
    ax.minorticks_off()
    ax.tick_params(labelsize=TINY, length=1.5, pad=1)
    ax.set_xlabel(strip.labels[0], fontsize=SMALL, labelpad=0)
    low, high = min(last, key=last.__getitem__), max(last, key=last.__getitem__)
    said = [f"↑ {_folded(_label(high), 20)}", f"↓ {_folded(_label(low), 20)}"] if low != high else [_label(low)]
    look: dict[str, Any] = {"fontsize": TINY, "linespacing": 1.0, "va": "bottom" if strip.named_at < 1 / 2 else "top"}
    text = ax.text(0.04, strip.named_at, "\n".join(said), transform=ax.transAxes, zorder=4, **look)
    text.set_path_effects([patheffects.withStroke(linewidth=1.5, foreground="white")])


def _dark(color: str) -> Color:
    """Return a colour of the same hue that is not lighter than `DARK`."""
    rgb = np.array(to_rgb(color))
    lightness = float(rgb @ (0.299, 0.587, 0.114))
    return tuple(map(float, rgb * min(1.0, DARK / max(lightness, DARK))))


def _label(name: str) -> str:
    return str(load("optimizer", name).label)


def _folded(text: str, width: int) -> str:
    return "\n".join(wrap(text, width))
