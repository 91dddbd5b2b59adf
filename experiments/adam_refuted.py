"""Adam's regret against the bound of its Theorem 4.1: where it is false, by how much, and from which round on.

The bound is the formula of kingma2015/theorem-4-1, read off the claim that is refuted there by four rounds; the regret
is that of the package's `adam`, with β₁ = 0, ε = 0 and steps α/√t.  Three ways to break it:

- four rounds with the gradients 1, -1/98, 1, 0: the counterexample itself, from x_1 = 1 against -1;
- n rounds with the gradient 1, then zeros, on [-1, 1] against -1: no loss is suffered any more, but √v̂_t, on which the
  first term depends alone, decays like β₂^(t/2) and the bound falls below what was lost before;
- slopes c, -c, c, …, without a feasible set, from 0 with α = 1: v̂_t = c² never falls, and telescoping is in order.
  Lemma 10.3 is not: as T → ∞ regret ÷ bound tends to 2/(1 + 2c/√(1 - β₂)), which is 2 for small c.

The bound is taken with D = 2 and G∞ = 1 in the first two, D = 1 and G∞ = c in the last, and with λ = 10⁻⁹, on which the
runs do not depend: its third term is then as small as it can be.

Source: Kingma & Ba (2015), Theorem 4.1; the instances are the project's own.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import convcheck as cc
from convcheck.claims.discovery import load
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.table import Column, Table
from convcheck.refute.instances import check, read
from convcheck.report.latex import thousands
from convcheck.report.plots import OKABE_ITO, line_styles, new_figure, style

CLAIM, LITERAL = "kingma2015/theorem-4-1", "kingma2015/theorem-4-1-literal"
SMALLEST = 1e-9
"""λ."""
SIGNS_RATE = 0.999
"""β₂ where slopes alternate."""

DESCRIBED = {
    "way": ("", "rounds: the counterexample; zeros: ones, then zeros; signs: alternating slopes"),
    "setting": ("", "β₂, or c of the alternating slopes"),
    "t": ("rounds", "even for the alternating slopes, when all points are equally good"),
    "regret": ("", "against the best point"),
    "bound": ("", "the bound as printed"),
}

FLOATS = Tolerance("rounding", "a double run of four rounds against exact arithmetic", relative=1e-12)
ONE_PERCENT = Tolerance("one percent", "the limit for T → ∞ is compared with a finite run", relative=0.01)


@dataclass(frozen=True)
class Parameters:
    """What the figure shows.

    ``zeros`` has β₂, the number n of ones, α, chosen so that the bound breaks early, and the number of rounds.
    """

    gradients: tuple[float, ...] = (1.0, -1 / 98, 1.0, 0.0)
    beta2: float = 1e-6
    zeros: tuple[tuple[float, int, float, int], ...] = (
        (0.5, 4, 0.424, 16),
        (0.9, 10, 0.24, 64),
        (0.99, 43, 0.106, 540),
        (0.999, 240, 0.0475, 5120),
    )
    slopes: tuple[float, ...] = (0.1, 0.01, 0.001)
    T: int = 100_000
    records: int = 120


presets = {"quick": Parameters(T=20_000, records=60), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run Adam along the counterexamples and evaluate the bound; one row for each setting and recorded round."""
    p = parameters
    T = len(p.gradients)
    blocks = [_block("rounds", p.beta2, tuple(p.gradients), T, _every(T), 1.0, p.beta2, 1.0, 2.0, executor)]
    for beta2, n, alpha, T in p.zeros:
        gradients = (1.0,) * n + (0.0,) * (T - n)
        blocks.append(_block("zeros", beta2, gradients, T, _every(T), alpha, beta2, 1.0, 2.0, executor))
    even = np.unique(2 * np.rint(np.geomspace(1, p.T // 2, p.records)).astype(int))
    blocks += [_block("signs", c, (1.0, -1.0), p.T, even, 1.0, SIGNS_RATE, c, 1.0, executor) for c in p.slopes]
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def _every(T: int) -> NDArray[np.int64]:
    return np.arange(1, T + 1)


def _block(  # noqa: PLR0913, PLR0917  # what a run is made of
    way: str,
    setting: float,
    gradients: tuple[float, ...],
    T: int,
    shown: NDArray[np.int64],
    alpha: float,
    beta2: float,
    scale: float,
    D: float,
    executor: Executor | None,
) -> dict[str, Any]:
    """Return regret and bound in the rounds ``shown``; the gradients are repeated and multiplied by ``scale``."""
    free = way == "signs"
    problem = cc.problem("linear_box", signs=gradients, G=scale, D=100.0 if free else D)
    rates: dict[str, Any] = {"beta1": 0.0, "beta2": beta2, "eps": 0.0}
    steps = cc.schedule("inverse_sqrt", alpha=alpha)
    run = cc.run("adam", problem, T, x0=0.0 if free else D / 2, record=T, executor=executor, lr=steps, **rates)
    g = scale * np.resize(np.array(gradients), T)
    bound = cc.claim(LITERAL if free else CLAIM).bound(
        T=shown,
        d=1,
        D=D,
        D_inf=D,
        G_inf=float(np.abs(g).max()),
        alpha=alpha,
        beta1=0,
        beta2=beta2,
        λ=SMALLEST,
        g=g[:, None],
        v=run.state["v"][0, 1:],
        c2=run.state["c2"][0, 1:],
    )
    n = len(shown)
    same = {"way": np.full(n, way), "setting": np.full(n, setting), "t": shown}
    return {**same, "regret": run.regret[0, shown], "bound": bound}


def draw(table: Table) -> Figure:
    """Draw both along the four rounds, and their quotient along the others."""
    p = table.parameters
    with style():
        figure, ((rounds, zeros, signs),) = new_figure(1, 3, height=2.4)
        four = table.where(way="rounds")
        rounds.plot(four["t"], four["bound"], "--s", color="0.35", markersize=3, label="bound")
        rounds.plot(four["t"], four["regret"], "-o", color=OKABE_ITO[1], markersize=3, label="regret")
        rounds.set(xlabel="$t$", ylabel="$R_t$", xticks=four["t"], ylim=(0, None), title="gradients $1, -1/98, 1, 0$")
        rounds.legend(loc="upper left")
        for ax, way, settings, title in (
            (zeros, "zeros", [setting[0] for setting in p["zeros"]], "ones, then zeros"),
            (signs, "signs", p["slopes"], "slopes $c, -c, c, …$"),
        ):
            symbol, align = (r"\beta_2 = ", "center") if way == "zeros" else ("c = ", "right")
            for number, look in zip(settings, line_styles([*map(str, settings)]).values(), strict=True):
                curve = table.where(way=way, setting=number)
                ax.plot(curve["t"], curve["regret"] / curve["bound"], **look)
                said = f"${symbol}{number:g}$" if way == "signs" or number == settings[0] else f"${number:g}$"
                place = (curve["t"][-1], _ratio(curve)[-1] + 0.04)
                ax.text(*place, said, ha=align, va="bottom", color=look["color"], fontsize=7)
            ax.axhline(1, color="0.6", linewidth=0.6, zorder=0)
            ax.set(xscale="log", xlabel="$t$", ylabel="regret ÷ bound", ylim=(0, 2.1), title=title)
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """The four rounds are those of the exact counterexample; the other runs break the bound when they should."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    four = table.where(way="rounds")
    found = {"Regret": f"{four['regret'][-1]:.3f}", "Bound": f"{four['bound'][-1]:.3f}"}
    found["Gradients"] = ", ".join(str(Fraction(g).limit_denominator(1000)) for g in p["gradients"])
    found["Rates"] = ", ".join(f"{beta2:g}" for beta2, *_ in p["zeros"])
    found["Ones"] = ", ".join(str(n) for _, n, *_ in p["zeros"])
    found["First"] = ", ".join(str(_first(table.where(way="zeros", setting=beta2))) for beta2, *_ in p["zeros"])
    found["SignsRate"] = f"{SIGNS_RATE:g}"
    last = table.where(way="signs", setting=min(p["slopes"]))
    found |= {"T": thousands(p["T"]), "Least": f"{min(p['slopes']):g}"}
    return found | {"Signs": f"{_ratio(last)[-1]:.2f}"}


def _ratio(curve: Table) -> NDArray[np.float64]:
    return np.asarray(curve["regret"] / curve["bound"])


def _first(curve: Table) -> int:
    """Return the first round in which the regret exceeds the bound, 0 if there is none."""
    broken = curve["regret"] > curve["bound"]
    return int(curve["t"][int(np.argmax(broken))]) if broken.any() else 0


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    four, file = table.where(way="rounds"), load(CLAIM).counterexample
    assert file is not None  # noqa: S101  # the claim is refuted by it
    exact = check(read(file.read_text("utf-8")))
    for name, target in (("regret", exact.observed), ("bound", exact.bound)):
        quantity = f"the {name} of the four rounds"
        yield within(f"four-{name}", float(four[name][-1]), float(target), FLOATS, quantity=quantity)
    for beta2, n, *_ in p["zeros"]:
        curve = table.where(way="zeros", setting=beta2)
        first, ratio = _first(curve), _ratio(curve)
        yield decide(
            f"zeros-{beta2:g}",
            f"{n} ones, then zeros, break the bound first in round {first}, and after {curve['t'][-1]} rounds the "
            f"regret is {ratio[-1]:.4g} times the bound (β₂ = {beta2:g})",
            holds=bool(first > n and ratio[-1] > 1),
            observed=first,
            reason="the regret stays as it is after the ones, and the bound falls with √v̂_t",
        )
    for c in p["slopes"]:
        limit = 2 / (1 + 2 * c / np.sqrt(1 - SIGNS_RATE))
        observed = float(_ratio(table.where(way="signs", setting=c))[-1])
        yield within(f"signs-{c:g}", observed, limit, ONE_PERCENT, quantity=f"regret ÷ bound for slopes ±{c:g}")
