"""Every elementwise optimizer in Beale's valley, from one start, each with its own best step size.

Ruder's picture of methods on a loss surface, with every method of the catalogue: one small panel for each, family by
family.  Step sizes are powers of two, the best of which each method gets: that of the least regret after T steps; other
hyper-parameters are the defaults.  What the figure shows beyond paths: which methods are the same here, and what an
average of gradients gains in a valley.

Source: Ruder (2016), Figure 5; the surface is problem 5 of Moré, Garbow & Hillstrom (1981), on a box.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass

import numpy as np
from matplotlib.figure import Figure

import convcheck as cc
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.table import Table
from convcheck.evidence.tour import methods, powers_of_two, rates_inside, tour
from convcheck.report.tours import Strip, Window, draw_tour

CLASSICS = ("sgd", "heavy_ball", "nesterov", "agd", "dual_averaging", "signsgd", "lion", "adagrad", "rmsprop",
            "adadelta", "adam_undebiased", "adopt", "adam", "nadam", "amsgrad", "padam",
            "adan", "diffgrad")  # fmt: skip

ROUNDING = 1e-9
"""Distance of two courses that may come from rounding, which a valley spreads."""

FIFTH = Tolerance("a fifth", "the loss is not yet its quadratic part", relative=0.2)

SAME = (("nesterov", "agd"), ("sgd", "dual_averaging"))
"""Methods that differ only where step sizes change or walls are met."""


@dataclass(frozen=True)
class Parameters:
    """``exponents``: the first and last power of two that is tried; ``methods``: their names, all if none is named."""

    T: int = 256
    exponents: tuple[int, int] = (-16, 8)
    marks: tuple[int, ...] = (1, 4, 16, 64)
    methods: tuple[str, ...] = ()


presets = {"quick": Parameters(methods=CLASSICS), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method with all step sizes and keep the best course; one row for each method and step."""
    p = parameters
    columns = tour(cc.problem("beale"), p.T, powers_of_two(p.exponents), p.methods, executor)
    return Table(columns, asdict(p))


def draw(table: Table) -> Figure:
    """Draw a panel for each method and the losses of each family."""
    window = Window((0.7, 3.9), (-0.95, 1.2), [0.03, 0.1, 0.3, 1, 3, 10, 30], minima=[(3, 0.5)])
    options = {"xscale": "log", "yscale": "log", "xlim": (1, table.parameters["T"]), "ylim": (1e-9, 30)}
    options |= {"xticks": (1, 10, 100), "xticklabels": ("1", "10", "100"), "yticks": (1e-8, 1e-4, 1)}
    losses = Strip(table, "t", "gap", ("$t$", "$f(x_t) - f^*$"), options)
    return draw_tour(table, cc.problem("beale"), window, table.parameters["marks"], [losses])


def expect(table: Table) -> tuple[Expectation, ...]:
    """Step sizes are decided; methods that are the same move alike; gradient descent ends as its curvatures say."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    sgd, heavy = (table.where(method=name) for name in ("sgd", "heavy_ball"))
    low, high = curvatures()
    return {
        "Methods": str(len(methods(table))),
        "T": str(p["T"]),
        "First": f"2^{{{p['exponents'][0]}}}",
        "Last": f"2^{{{p['exponents'][1]}}}",
        "Condition": f"{high / low:.0f}",
        "Sgd": f"{_mantissa(sgd['gap'][-1])}",
        "HeavyBall": f"{_mantissa(heavy['gap'][-1])}",
    }


def curvatures() -> tuple[float, float]:
    """Return the eigenvalues of the second derivatives at the minimum (3, 1/2): 2 JᵀJ, J those of the residuals."""
    k = np.arange(1, 4)
    jacobian = np.stack([-(1 - 0.5**k), 3 * k * 0.5 ** (k - 1)], axis=1)
    low, high = np.linalg.eigvalsh(2 * jacobian.T @ jacobian)
    return float(low), float(high)


def _expectations(table: Table) -> Iterator[Expectation]:
    yield rates_inside(table, powers_of_two(table.parameters["exponents"]))
    for one, other in SAME:
        yield _same(table, one, other)
    yield _stable(table)
    yield _tail(table)
    yield _gain(table)


def _same(table: Table, one: str, other: str) -> Expectation:
    first, second = table.where(method=one), table.where(method=other)
    apart = float(np.max(np.hypot(first["x"] - second["x"], first["y"] - second["y"])))
    labels = f"{cc.optimizer(one).label} and {cc.optimizer(other).label}"
    reason = "their formulas agree for constant step sizes away from walls; rounding differs"
    return decide(
        f"{one}-is-{other}",
        f"the courses of {labels} are at most {apart:.2g} apart, expected at most {ROUNDING:g}",
        holds=apart <= ROUNDING and first["rate"][0] == second["rate"][0],
        observed=apart,
        reason=reason,
    )


def _stable(table: Table) -> Expectation:
    rate, limit = float(table.where(method="sgd")["rate"][0]), 2 / curvatures()[1]
    return decide(
        "sgd-stable",
        f"the best step size of SGD is {rate:.4g}, expected below 2/L = {limit:.4g}",
        holds=rate < limit,
        observed=rate,
        reason="L is the largest curvature at the minimum; a larger step does not stay there",
    )


def _tail(table: Table) -> Expectation:
    sgd = table.where(method="sgd")
    late = len(sgd) // 4
    seen = float(np.log(sgd["gap"][-1] / sgd["gap"][-1 - late]) / late)
    expected = 2 * np.log1p(-float(sgd["rate"][0]) * curvatures()[0])
    quantity = "the logarithm of the factor by which SGD's loss falls in a step of the last quarter, 2 log(1 - αμ)"
    return within("sgd-tail", seen, float(expected), FIFTH, quantity=quantity)


def _gain(table: Table) -> Expectation:
    slow, fast = (float(table.where(method=name)["gap"][-1]) for name in ("sgd", "heavy_ball"))
    low, high = curvatures()
    return decide(
        "momentum-gains",
        f"heavy ball ends at the loss {fast:.2g}, SGD at {slow:.2g}, expected at least ten times as much",
        holds=fast < slow / 10,
        observed=slow / fast,
        reason=f"curvatures at the minimum differ by the factor {high / low:.0f}; momentum feels its root",
    )


def _mantissa(value: float) -> str:
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
