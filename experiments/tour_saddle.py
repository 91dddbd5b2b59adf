"""Every elementwise optimizer at a saddle, and how long each is held there.

Ruder's second picture, with every method of the catalogue, and behind it the reason: near the line from which gradient
descent goes to the saddle, the gradient across the line is as small as the distance to it.  Methods whose step is
linear in the gradients need a number of steps that grows like the logarithm of that distance; methods that do not
notice the scale of gradients need a number that has a limit.  Step sizes are powers of two, for each method that of the
least regret after T steps from the usual start, and stay the same for all other distances; other hyper-parameters are
the defaults.

Source: Ruder (2016), Figure 5; Nesterov (2004), Section 1.2.3, for the surface (numbers as remembered).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import convcheck as cc
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.families import family
from convcheck.evidence.table import Column, Table
from convcheck.evidence.tour import COLUMNS, best_course, elementwise, gap, methods, powers_of_two, rates_inside
from convcheck.report.tours import Strip, Window, draw_tour

CLASSICS = ("sgd", "heavy_ball", "nesterov", "noisy_sgd", "signsgd", "lion", "adagrad", "rmsprop", "adadelta",
            "adam_undebiased", "adopt", "adam", "nadam", "amsgrad", "padam", "adan", "diffgrad")  # fmt: skip

LEFT = 0.5
"""A point has left the saddle where |y| is at least this; the minima are at ±1."""

TWO_STEPS = Tolerance("two steps", "steps are whole, and near |y| = 1/2 the push is weaker by a quarter", absolute=2)

DESCRIBED = {
    **COLUMNS,
    "distance": ("", "y at the start: the distance from the line that leads to the saddle"),
    "held": ("steps", f"until |y| ≥ {LEFT}; NaN if that is not within T steps"),
}


@dataclass(frozen=True)
class Parameters:
    """``exponents``: first and last power of two tried; ``distances`` are powers of two, too, the first the usual."""

    T: int = 128
    exponents: tuple[int, int] = (-16, 8)
    distances: tuple[int, ...] = (-10, -2, -6, -14, -18, -22, -26)
    marks: tuple[int, ...] = (1, 4, 16, 64)
    methods: tuple[str, ...] = ()


presets = {"quick": Parameters(methods=CLASSICS), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method from every distance, the line itself last; one row for each method, distance and step."""
    p = parameters
    saddle = cc.problem("saddle")
    distances = [*(2.0**k for k in p.distances), 0.0]
    blocks: list[dict[str, Any]] = []
    for rule in elementwise(p.methods):
        rate = best_course(rule, saddle, p.T, powers_of_two(p.exponents), executor).rate
        for distance in distances:
            run = cc.run(rule, saddle, p.T, x0=[1.0, distance], record=p.T, executor=executor, lr=rate)
            points = run.x[0]
            blocks.append(_block(rule.name, family(rule), rate, distance, points, gap(saddle, points)))
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw a panel for each method, the losses of each family, and how long each is held for each distance."""
    p = table.parameters
    levels = [0.01, 0.05, 0.12, 0.2, 0.25, 0.35, 0.55]
    minima = [(0, -1), (0, 1)]
    window = Window((-0.85, 1.15), (-1.45, 1.45), levels, swapped=True, minima=minima, rate_at=(0.03, 0.05))
    over_t = {"xscale": "log", "yscale": "log", "xlim": (1, p["T"]), "ylim": (1e-9, 2)}
    over_t |= {"xticks": (1, 10, 100), "xticklabels": ("1", "10", "100"), "yticks": (1e-8, 1e-4, 1)}
    near, far = 2.0 ** min(p["distances"]), 2.0 ** max(p["distances"])
    usual, beside = table.where(distance=_usual(table)), _by_distance(table)
    over_distance = {"xscale": "log", "xlim": (far, near), "ylim": (0, 1.5 * np.nanmax(beside["held"]))}
    over_distance |= {"xticks": (1e-2, 1e-6)}
    strips = [
        Strip(usual, "t", "gap", ("$t$", "$f(x_t) - f^*$"), over_t),
        Strip(beside, "distance", "held", ("distance", "steps held"), over_distance, named_at=0.98),
    ]
    return draw_tour(usual, cc.problem("saddle"), window, p["marks"], strips)


def expect(table: Table) -> tuple[Expectation, ...]:
    """SGD is held for a logarithm of the distance, scale-invariant rules have a limit, on the line all are held."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p, at = table.parameters, table.where(t=0)
    least, largest = min(p["distances"]), max(p["distances"])
    near, far = (at.where(distance=2.0**k) for k in (least, largest))
    found = {"Methods": str(len(methods(table))), "T": str(p["T"])}
    found |= {"Usual": f"2^{{{p['distances'][0]}}}", "Near": f"2^{{{least}}}", "Far": f"2^{{{largest}}}"}
    for name, key in (("sgd", "Sgd"), ("signsgd", "Sign"), ("adam", "Adam")):
        found |= {f"{key}Far": f"{far.where(method=name)['held'][0]:.0f}"}
        found |= {f"{key}Near": f"{near.where(method=name)['held'][0]:.0f}"}
    return found


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    usual, at = table.where(distance=_usual(table)), table.where(t=0)
    yield rates_inside(usual, powers_of_two(p["exponents"]))
    for k in sorted(p["distances"]):
        yield _logarithm(at.where(method="sgd", distance=2.0**k), k)
    yield _limit(at, sorted(p["distances"])[:3])
    yield _line(table)
    kept = [name for name in methods(table) if np.isnan(at.where(method=name, distance=_usual(table))["held"][0])]
    yield decide(
        "all-leave",
        f"{len(methods(table)) - len(kept)} of {len(methods(table))} methods have left the saddle after {p['T']} steps",
        holds=not kept,
        observed=len(kept),
        reason="the start is beside the line, so that the curvature -1 drives every method away",
    )


def _logarithm(row: Table, exponent: int) -> Expectation:
    expected = np.log(LEFT / row["distance"][0]) / np.log1p(row["rate"][0])
    quantity = f"the number of steps for which SGD is held from 2^{exponent}, log(1/2y)/log(1 + α)"
    return within(f"sgd-held{exponent}", float(row["held"][0]), float(expected), TWO_STEPS, quantity=quantity)


def _limit(at: Table, exponents: Sequence[int]) -> Expectation:
    """Expect the same number of steps from the smallest distances, of rules that see no scale and have no ε."""
    names = [name for name in methods(at) if _sees_no_scale(name)]
    held = {name: [float(at.where(method=name, distance=2.0**k)["held"][0]) for k in exponents] for name in names}
    differing = [name for name, steps in held.items() if len(set(steps)) > 1]
    return decide(
        "scale-invariant-limit",
        f"{len(names) - len(differing)} of {len(names)} scale-invariant methods are held for the same number of steps "
        f"from {', '.join(f'2^{k}' for k in exponents)}" + (f"; not: {', '.join(differing)}" if differing else ""),
        holds=not differing,
        observed=len(differing),
        reason="after the first step y is of the size of the step, whatever it was before",
    )


def _sees_no_scale(name: str) -> bool:
    rule = cc.optimizer(name)
    return "scale-invariant" in rule.invariances and not any(
        value for hyper, value in rule.hyperparameters.items() if hyper.startswith("eps")
    )


def _line(table: Table) -> Expectation:
    """Expect y = 0 for ever from the line, but of a rule that draws random numbers."""
    line = table.where(distance=0.0)
    moved = {name for name in methods(line) if np.any(line.where(method=name)["y"] != 0)}
    random = {name for name in methods(line) if cc.optimizer(name).streams}
    return decide(
        "line",
        f"from the line y = 0, {len(methods(line)) - len(moved)} of {len(methods(line))} methods stay on it for ever; "
        f"not: {', '.join(sorted(moved)) or 'none'}",
        holds=moved == random,
        observed=len(moved),
        reason="an elementwise rule that never sees a gradient rests, unless it is random itself",
    )


def _usual(table: Table) -> float:
    return float(2.0 ** table.parameters["distances"][0])


def _by_distance(table: Table) -> Table:
    """Return a row for each method and distance beside the line, the distances falling."""
    rows = np.flatnonzero((table["t"] == 0) & (table["distance"] > 0))
    order = {name: place for place, name in enumerate(methods(table))}
    return table.select(
        np.array(sorted(rows, key=lambda row: (order[str(table["method"][row])], table["distance"][row])))
    )


def _block(
    method: str, kind: str, rate: float, distance: float, points: NDArray[np.float64], gaps: NDArray[np.float64]
) -> dict[str, Any]:
    x, y = points.T
    beyond = np.flatnonzero(np.abs(y) >= LEFT)
    same = {"method": method, "family": kind, "rate": rate, "distance": distance}
    same["held"] = float(beyond[0]) if len(beyond) else np.nan
    block: dict[str, Any] = {name: np.full(len(x), value) for name, value in same.items()}
    return {**block, "t": np.arange(len(x)), "x": x, "y": y, "gap": gaps}
