"""What no algorithm can avoid: the mean distance of a sum of fair coins from 0, exactly, and what is proved of it.

Against linear losses with random signs every player has the expected regret (DG/2) E|S_T|, where S_T is a sum of T fair
signs.  For T up to 20 the mean is that of all 2^T outcomes, a fraction.  Two theorems bound it from below by √(T/2) and
by √(T/3), the first with equality at T = 2.

Source: Orabona (2019), Theorem 5.1.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import pi, sqrt

import numpy as np
from matplotlib.figure import Figure

import convcheck as cc
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.coins import enumerated, mean_distances
from convcheck.evidence.table import Column, Table
from convcheck.report.plots import OKABE_ITO, new_figure, style

PROVED = "orabona2019/theorem-5-1"


@dataclass(frozen=True)
class Parameters:
    """All outcomes of up to ``enumerated`` coins; the mean alone up to ``T``."""

    enumerated: int = 20
    T: int = 1000


presets = {"quick": Parameters(enumerated=12, T=200), "paper": Parameters()}

DESCRIBED = {
    "T": ("rounds", ""),
    "numerator": ("", "of E|S_T|, found by enumeration; 0 where it is not enumerated"),
    "denominator": ("", "of E|S_T|, found by enumeration; 1 where it is not enumerated"),
    "mean": ("", "E|S_T| by its recursion"),
    "proved": ("", "the proved lower bound on the regret over DG/2"),
}

ONE_PERCENT = Tolerance("one percent", "the limit for T → ∞ is compared with a finite T", relative=0.01)


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:  # noqa: ARG001  # nothing is run
    """Enumerate the outcomes; one row for each T."""
    p = parameters
    T = np.arange(1, p.T + 1)
    exact = [enumerated(n) for n in range(1, p.enumerated + 1)]
    exact += [Fraction(0)] * (p.T - p.enumerated)
    columns = {
        "T": T,
        "numerator": np.array([q.numerator for q in exact]),
        "denominator": np.array([q.denominator for q in exact]),
        "mean": mean_distances(p.T),
        "proved": cc.claim(PROVED).bound(T=T, D=2, G=1),
    }
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw E|S_T|/√T, the fractions as dots, and what is proved of it."""
    T, mean = table["T"], table["mean"]
    with style():
        figure, axes = new_figure(1, 1, width=3.25, height=2.3)
        ax = axes[0, 0]
        ax.plot(T, mean / np.sqrt(T), color="0.55", linewidth=0.8, zorder=1)
        dots = table["numerator"] > 0
        ax.plot(T[dots], mean[dots] / np.sqrt(T[dots]), "o", color=OKABE_ITO[0], markersize=3.2)
        lines = {
            r"$\sqrt{2/\pi}$, the limit": (sqrt(2 / pi), "0.4", (0, (1, 1))),
            r"$\sqrt{1/2}$, proved": (sqrt(1 / 2), OKABE_ITO[1], "-"),
            r"$\sqrt{1/3}$, proved by moments": (sqrt(1 / 3), OKABE_ITO[2], (0, (5, 1.2))),
        }
        for label, (height, color, dash) in lines.items():
            ax.axhline(height, color=color, linestyle=dash, linewidth=1, zorder=0)
            ax.text(table.parameters["T"], height + 0.006, label, fontsize=7, color=color, ha="right", va="bottom")
        ax.set(xscale="log", xlim=(0.9, table.parameters["T"]), ylim=(0.55, 1.03), xlabel="$T$")
        ax.set_ylabel(r"$\mathrm{E}|S_T|\,/\sqrt{T}$")
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """The fractions meet both bounds, the first with equality at T = 2, and are those of the recursion."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the table of fractions and the numbers that the text quotes."""
    exact = _exact(table)
    rows = []
    for first in range(1, len(exact) // 2 + 1):
        cells = (f"{T} & {_fraction(exact[T])} & {_ratio(exact[T], T):.4f}" for T in (first, first + len(exact) // 2))
        rows.append(" & ".join(cells))
    return {"Largest": str(len(exact)), "Rows": r" \\ ".join(rows)}


def _exact(table: Table) -> dict[int, Fraction]:
    found = zip(table["T"], table["numerator"], table["denominator"], strict=True)
    return {int(T): Fraction(int(p), int(q)) for T, p, q in found if p}


def _ratio(mean: Fraction, T: int) -> float:
    return float(mean) / sqrt(T)


def _fraction(q: Fraction) -> str:
    return str(q) if q.denominator == 1 else f"{q.numerator}/{q.denominator}"


def _expectations(table: Table) -> Iterator[Expectation]:
    exact = _exact(table)
    for name, share in (("half", Fraction(1, 2)), ("third", Fraction(1, 3))):
        least = min(exact, key=lambda T: exact[T] ** 2 / T)
        value = exact[least] ** 2 / least
        yield decide(
            name,
            f"(E|S_T|)² ≥ {share}·T for T ≤ {len(exact)}: exactly, the least (E|S_T|)²/T is {value}, at T = {least}",
            holds=all(mean**2 >= share * T for T, mean in exact.items()),
            observed=float(value),
            reason=f"{PROVED} and orabona2019/fourth-moment are proved",
        )
    equal = [T for T, mean in exact.items() if 2 * mean**2 == T]
    yield decide(
        "equality",
        f"(E|S_T|)² = T/2 for T in {equal}",
        holds=equal == [2],
        observed=float(len(equal)),
        reason="the constant of the theorem cannot be improved for all T",
    )
    floats = table["mean"][: len(exact)]
    apart = max(abs(float(mean) - found) for mean, found in zip(exact.values(), floats, strict=True))
    yield decide(
        "recursion",
        f"the recursion and the enumeration differ by at most {apart:.2g}",
        holds=apart < 1e-13,
        observed=apart,
        reason="one is computed in fractions and the other in doubles",
    )
    yield decide(
        "all",
        f"the mean is at least the proved bound for all T ≤ {len(table)}",
        holds=bool(np.all(table["mean"] >= table["proved"] * (1 - 1e-14))),
        observed=float((table["mean"] / table["proved"]).min()),
        reason=f"{PROVED} is proved; at T = 2 both are 1, up to rounding",
    )
    limit = float(table["mean"][-1] / sqrt(len(table)))
    yield within("limit", limit, sqrt(2 / pi), ONE_PERCENT, quantity="E|S_T|/√T at the last T")
