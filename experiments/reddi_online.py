"""The counterexample of Reddi, Kale and Kumar: Adam's average regret tends to a constant, AMSGrad's to zero.

The two online panels of their Figure 1, for four step sizes, and the three-round cycle of their Theorem 1 for four
sizes of the rare gradient.  Losses are γ_t x on [-1, 1]; x = -1 is best.  Recorded steps are multiples of the period,
so that every curve is seen at one phase.  Step sizes are in units of x for every method: α_t = α/√t, for SGD α/(G√t)
with G the largest gradient, and for AdaGrad α, whose own root of the sum of squares makes it decay.

Source: Reddi, Kale & Kumar (2018), Figure 1 and Section 3; their text does not give the step size of the figure.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import convcheck as cc
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.table import Column, Table
from convcheck.problems.base import Problem
from convcheck.report.latex import thousands
from convcheck.report.plots import line_styles, new_figure, style

METHODS = ("adam_undebiased", "adam", "amsgrad", "adamnc", "adagrad", "sgd")
DIVERGING = ("adam_undebiased", "adam")

DESCRIBED = {
    "problem": ("", "period: the sequence of Figure 1; cycle: that of Theorem 1"),
    "method": ("", "the optimizer's name"),
    "setting": ("", "α on the period, C on the cycle"),
    "t": ("rounds", "a multiple of the period"),
    "x": ("", "the iterate after t rounds"),
    "average_regret": ("", "R_t / t"),
    "drift_lower": (
        "α",
        "lower end of the certified drift over a period, negative towards x = -1; NaN where undecided",
    ),
    "drift_upper": ("α", "upper end"),
}

ONE_PERCENT = Tolerance("one percent", "the limit is extrapolated from a finite run", relative=0.01)


@dataclass(frozen=True)
class Parameters:
    """What the figure shows: ``alphas`` are step sizes in units of x, ``Cs`` the rare gradients of the cycle."""

    T: int = 5_000_000
    period: int = 101
    scale: float = 10.0
    beta1: float = 0.9
    beta2: float = 0.99
    alphas: tuple[float, ...] = (0.1, 0.5, 1.0, 5.0)
    cycle_steps: int = 5_000_000
    Cs: tuple[float, ...] = (3.0, 4.0, 10.0, 100.0)
    cycle_alpha: float = 0.5
    x1: float = 1.0
    records: int = 400


presets = {"quick": Parameters(alphas=(0.1, 0.5), Cs=(3.0,), records=200), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method on both sequences; one row for each method, setting and recorded step."""
    p = parameters
    blocks: list[dict[str, Any]] = []
    period = cc.problem("periodic", P=p.period, scale=p.scale)
    for method in METHODS:
        betas = decay_rates(method, p.beta1, p.beta2)
        run = cc.run(
            method,
            period,
            _whole(p.T, p.period),
            x0=p.x1,
            record=multiples(p.T, p.period, p.records),
            executor=executor,
            lr=step_sizes(method, p.alphas, p.scale * p.period),
            **betas,
        )
        drift = _drift(method, period, betas)
        for i, alpha in enumerate(p.alphas):
            blocks.append(_block("period", method, alpha, run.t, run.x[i, 0, :, 0], run.regret[i, 0], drift))
        for C in p.Cs:
            cycle = cc.problem("reddi", C=C)
            betas = decay_rates(method, 0.0, 1 / (1 + C * C))
            run = cc.run(
                method,
                cycle,
                _whole(p.cycle_steps, 3),
                x0=p.x1,
                record=multiples(p.cycle_steps, 3, p.records),
                executor=executor,
                lr=step_sizes(method, (p.cycle_alpha,), C),
                **betas,
            )
            drift = _drift(method, cycle, betas)
            blocks.append(_block("cycle", method, C, run.t, run.x[0, 0, :, 0], run.regret[0, 0], drift))
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw average regret and iterate for each α, and average regret on the cycle for each C."""
    p = table.parameters
    rows = (("period", "average_regret", "alphas"), ("period", "x", "alphas"), ("cycle", "average_regret", "Cs"))
    looks = line_styles(list(METHODS))
    with style():
        figure, axes = new_figure(3, max(len(p["alphas"]), len(p["Cs"])), height=5.4, sharex="row")
        for axis_row, (problem, quantity, key) in zip(axes, rows, strict=True):
            for ax, setting in zip(axis_row, p[key], strict=False):
                for method in METHODS:
                    curve = table.where(problem=problem, method=method, setting=setting)
                    seen = curve["t"] > 0
                    ax.plot(curve["t"][seen], curve[quantity][seen], label=cc.optimizer(method).label, **looks[method])
                if quantity == "average_regret":
                    limit = _limit(p, problem, setting)
                    ax.axhline(limit, color="0.6", linewidth=0.6, zorder=0)
                    ax.set_ylim(-0.06 * limit, 2.2 * limit)
                else:
                    ax.set_ylim(-1.08, 1.08)
                ax.set_xscale("log")
                ax.set_title(f"$\\alpha = {setting:g}$" if key == "alphas" else f"$C = {setting:g}$")
        axes[0, 0].set_ylabel(f"$R_t/t$, period {p['period']}")
        axes[1, 0].set_ylabel(f"$x_t$, period {p['period']}")
        axes[2, 0].set_ylabel("$R_t/t$, three-round cycle")
        for ax in axes[2]:
            ax.set_xlabel("$t$")
        figure.legend(
            *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=len(METHODS), columnspacing=1.2
        )
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """Adam's average regret tends to that of x = 1, AMSGrad's falls; the certified drift has the matching sign."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    found = {
        "T": thousands(p["T"]),
        "Period": str(p["period"]),
        "Limit": f"{_limit(p, 'period', 0.0):.4f}",
    }
    found |= {
        "Large": f"{p['scale'] * p['period']:g}",
        "Small": f"{p['scale']:g}",
        "BetaOne": f"{p['beta1']:g}",
        "BetaTwo": f"{p['beta2']:g}",
    }
    for method, key in (("adam_undebiased", "Adam"), ("amsgrad", "Amsgrad")):
        curves = [table.where(problem="period", method=method, setting=alpha) for alpha in p["alphas"]]
        last = [float(curve["average_regret"][-1]) for curve in curves]
        found |= {f"{key}Least": f"{min(last):.3f}", f"{key}Most": f"{max(last):.3f}"}
        found |= {f"{key}DriftLow": f"{curves[0]['drift_lower'][0]:.4f}"}
        found |= {f"{key}DriftHigh": f"{curves[0]['drift_upper'][0]:.4f}"}
    limits = [
        extrapolate(table.where(problem="period", method="adam_undebiased", setting=alpha)) for alpha in p["alphas"]
    ]
    found |= {"ExtrapolatedLeast": f"{min(limits):.4f}", "ExtrapolatedMost": f"{max(limits):.4f}"}
    return found


def extrapolate(curve: Table) -> float:
    """Return a of the least-squares fit R_t / t = a + b / √t to the last two octaves."""
    t, average = curve["t"].astype(float), curve["average_regret"]
    late = t >= t[-1] / 4
    design = np.stack([np.ones(late.sum()), 1 / np.sqrt(t[late])], axis=1)
    solution, *_ = np.linalg.lstsq(design, average[late], rcond=None)
    return float(solution[0])


def octave_means(curve: Table, octaves: int) -> NDArray[np.float64]:
    """Return the means of R_t / t over the last octaves (T/2, T], (T/4, T/2], …, the latest last."""
    t, average = curve["t"], curve["average_regret"]
    edges = [t[-1] / 2**k for k in range(octaves, -1, -1)]
    return np.array([average[(t > low) & (t <= high)].mean() for low, high in pairwise(edges)])


def multiples(T: int, period: int, records: int) -> list[int]:
    """Return about ``records`` multiples of the period up to T in geometric progression."""
    cycles = np.unique(np.rint(np.geomspace(1, T // period, records)).astype(int))
    return [int(period * n) for n in cycles]


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    for problem, settings, name in (("period", p["alphas"], "α"), ("cycle", p["Cs"], "C")):
        for setting in settings:
            curves = {m: table.where(problem=problem, method=m, setting=setting) for m in (*DIVERGING, "amsgrad")}
            key, at = f"{problem}-{setting:g}", f"{problem}, {name} = {setting:g}"
            for method in DIVERGING:
                yield _limit_expected(method, curves[method], _limit(p, problem, setting), key, at)
                yield _end_expected(method, curves[method], key, at)
            yield _fall_expected(curves["amsgrad"], key, at)
            for method, curve in curves.items():
                yield _drift_expected(method, curve, 1 if method in DIVERGING else -1, key, at)


def _limit_expected(method: str, curve: Table, target: float, key: str, at: str) -> Expectation:
    quantity = f"the limit of R_T/T of {cc.optimizer(method).label} ({at})"
    return within(f"{method}-limit-{key}", extrapolate(curve), target, ONE_PERCENT, quantity=quantity)


def _end_expected(method: str, curve: Table, key: str, at: str) -> Expectation:
    last = float(curve["x"][-1])
    statement = f"{cc.optimizer(method).label} ends at x_T = {last:g}, expected 1 ({at})"
    reason = "the worst point of [-1, 1], to which the drift carries it and where clipping holds it"
    return decide(f"{method}-end-{key}", statement, holds=last == 1.0, observed=last, reason=reason)


def _fall_expected(curve: Table, key: str, at: str) -> Expectation:
    means = octave_means(curve, 6)
    falls = bool(np.all(np.diff(means) < 0))
    statement = (
        f"AMSGrad's octave means of R_t/t {'fall' if falls else 'do not always fall'} over the last six octaves, "
        f"from {means[0]:.4g} to {means[-1]:.4g} ({at})"
    )
    reason = "its drift is towards -1, the best point: there a round costs nothing in the mean"
    return decide(f"amsgrad-falls-{key}", statement, holds=falls, observed=float(means[-1]), reason=reason)


def _drift_expected(method: str, curve: Table, sign: int, key: str, at: str) -> Expectation:
    low, high = float(curve["drift_lower"][0]), float(curve["drift_upper"][0])
    seen = 1 if low > 0 else -1 if high < 0 else 0
    side = {1: "away from x = -1", -1: "towards x = -1", 0: "of undecided sign"}[seen]
    return decide(
        f"{method}-drift-{key}",
        f"the certified drift of {cc.optimizer(method).label} over a period "
        f"lies in [{low:.6g}, {high:.6g}] α, {side} ({at})",
        holds=None if seen == 0 else seen == sign,
        observed=low if seen else "undecided",
        reason="ball arithmetic on the rule's own code; with α_t → 0 and Σ α_t = ∞ its sign decides convergence",
    )


def _limit(p: Any, problem: str, setting: float) -> float:
    """Return the average loss of staying at x = 1 above that of x = -1: twice the mean gradient."""
    return 2 * p["scale"] / p["period"] if problem == "period" else 2 * (setting - 2) / 3


def decay_rates(method: str, beta1: float, beta2: float) -> dict[str, Any]:
    """Return the decay rates as far as the method has them."""
    known = cc.optimizer(method).hyperparameters
    return {name: value for name, value in (("beta1", beta1), ("beta2", beta2)) if name in known}


def _drift(method: str, problem: Problem, betas: dict[str, Any]) -> tuple[float, float]:
    if method not in (*DIVERGING, "amsgrad"):
        return np.nan, np.nan
    found = cc.drift(method, problem, **betas)
    return (found.lower, found.upper) if found.sign else (np.nan, np.nan)


def step_sizes(method: str, alphas: tuple[float, ...], largest: float) -> Any:
    """Return the step sizes of a method, an axis over α, all in units of x."""
    if method == "adagrad":
        return alphas
    return cc.schedule("inverse_sqrt", alpha=[alpha / largest if method == "sgd" else alpha for alpha in alphas])


def _whole(T: int, period: int) -> int:
    return T - T % period


def _block(
    problem: str,
    method: str,
    setting: float,
    t: NDArray[np.int64],
    x: NDArray[Any],
    regret: NDArray[Any],
    drift: tuple[float, float],
) -> dict[str, Any]:
    n = len(t)
    return {
        "problem": np.full(n, problem),
        "method": np.full(n, method),
        "setting": np.full(n, setting),
        "t": t,
        "x": x,
        "average_regret": regret / np.maximum(t, 1),
        "drift_lower": np.full(n, drift[0]),
        "drift_upper": np.full(n, drift[1]),
    }
