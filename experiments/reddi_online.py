"""The counterexample of Reddi, Kale and Kumar: Adam's average regret tends to a constant, AMSGrad's to zero.

The two online panels of their Figure 1, for four step sizes, and the three-round cycle of their Theorem 1 for four sizes of
the rare gradient.  Losses are γ_t x on [-1, 1]; x = -1 is best.  Recorded steps are multiples of the period, so that every
curve is seen at one phase.

Source: Reddi, Kale & Kumar (2018), Figure 1 and Section 3.  Their text does not give the step size; α_t = α/√t for four α.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import convcheck as cc
from convcheck.claims.verdict import Expectation, Tolerance, Verdict, decide, within
from convcheck.evidence.table import Column, Table
from convcheck.problems.base import Problem
from convcheck.report.plots import line_styles, new_figure, style

NAMES = {
    "adam_undebiased": "Adam, no debiasing",
    "adam": "Adam",
    "amsgrad": "AMSGrad",
    "adamnc": "AdamNC",
    "adagrad": "AdaGrad",
    "sgd": "SGD",
}
DIVERGING = ("adam_undebiased", "adam")

ONE_PERCENT = Tolerance("one percent", "the limit is extrapolated from a finite run", relative=0.01)


@dataclass(frozen=True)
class Parameters:
    """What the figure shows; ``alphas`` are step sizes in units of x, ``Cs`` the rare gradients of the three-round cycle."""

    T: int = 5_000_000
    period: int = 101
    scale: float = 10.0
    beta1: float = 0.9
    beta2: float = 0.99
    alphas: tuple[float, ...] = (0.1, 0.5, 1.0, 5.0)
    cycle_T: int = 5_000_000
    Cs: tuple[float, ...] = (3.0, 4.0, 10.0, 100.0)
    cycle_alpha: float = 0.5
    x1: float = 1.0
    records: int = 400


presets = {"quick": Parameters(T=500_000, cycle_T=500_000, records=200), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method on both sequences; one row for each method, setting and recorded step."""
    p = parameters
    blocks: list[dict[str, Any]] = []
    for method in NAMES:
        period = cc.problem("periodic", P=p.period, scale=p.scale)
        betas = _betas(method, p.beta1, p.beta2)
        run = cc.run(
            method, period, _whole(p.T, p.period), x0=p.x1, record=multiples(p.T, p.period, p.records), executor=executor,
            lr=cc.schedule("inverse_sqrt", alpha=p.alphas), **betas,
        )  # fmt: skip
        drift = _drift(method, period, betas)
        for i, alpha in enumerate(p.alphas):
            blocks.append(_block("period", method, alpha, run.t, run.x[i, 0, :, 0], run.regret[i, 0], drift))
        for C in p.Cs:
            cycle = cc.problem("reddi", C=C)
            betas = _betas(method, 0.0, 1 / (1 + C * C))
            run = cc.run(
                method, cycle, _whole(p.cycle_T, 3), x0=p.x1, record=multiples(p.cycle_T, 3, p.records), executor=executor,
                lr=cc.schedule("inverse_sqrt", alpha=p.cycle_alpha), **betas,
            )  # fmt: skip
            blocks.append(_block("cycle", method, C, run.t, run.x[0, :, 0], run.regret[0], _drift(method, cycle, betas)))
    units = {"t": "rounds", "drift_lower": "α", "drift_upper": "α"}
    described = {
        "problem": "period: Figure 1; cycle: Theorem 1",
        "setting": "α on the period, C on the cycle",
        "x": "the iterate after t rounds",
        "average_regret": "R_t / t",
        "drift_lower": "certified lower end of the drift over a period, negative towards the optimum; NaN where undecided",
        "drift_upper": "upper end",
    }
    columns = {
        name: Column(np.concatenate([block[name] for block in blocks]), units.get(name, ""), described.get(name, ""))
        for name in blocks[0]
    }
    return Table(columns, asdict(p))


def draw(table: Table) -> Figure:
    """Draw average regret and iterate for each α, and average regret on the cycle for each C."""
    p = table.parameters
    rows = (("period", "average_regret", "alphas"), ("period", "x", "alphas"), ("cycle", "average_regret", "Cs"))
    looks = line_styles(list(NAMES))
    with style():
        figure, axes = new_figure(3, 4, height=5.4, sharex="row")
        for axis_row, (problem, quantity, key) in zip(axes, rows, strict=True):
            for ax, setting in zip(axis_row, p[key], strict=True):
                for method, label in NAMES.items():
                    curve = table.where(problem=problem, method=method, setting=setting)
                    seen = curve["t"] > 0
                    ax.plot(curve["t"][seen], curve[quantity][seen], label=label, **looks[method])
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
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=len(NAMES), columnspacing=1.2)
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """Adam's average regret tends to the limit of x = 1, AMSGrad's falls; the certified drift has the sign that says so."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    found = {"T": f"{p['T']:,}".replace(",", r"\,"), "Period": str(p["period"]), "Limit": f"{_limit(p, 'period', 0.0):.4f}"}
    found |= {"Large": f"{p['scale'] * p['period']:g}", "Small": f"{p['scale']:g}", "BetaOne": f"{p['beta1']:g}", "BetaTwo": f"{p['beta2']:g}"}
    for method, key in (("adam_undebiased", "Adam"), ("amsgrad", "Amsgrad")):
        curves = [table.where(problem="period", method=method, setting=alpha) for alpha in p["alphas"]]
        last = [float(curve["average_regret"][-1]) for curve in curves]
        found |= {f"{key}Least": f"{min(last):.3f}", f"{key}Most": f"{max(last):.3f}"}
        found[f"{key}Drift"] = f"{curves[0]['drift_lower'][0]:.3f}"
    limits = [extrapolate(table.where(problem="period", method="adam_undebiased", setting=alpha)) for alpha in p["alphas"]]
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
    return np.array([average[(t > low) & (t <= high)].mean() for low, high in zip(edges, edges[1:], strict=False)])


def multiples(T: int, period: int, records: int) -> list[int]:  # noqa: N803  # the field's name for the horizon
    """Return about ``records`` multiples of the period up to T in geometric progression."""
    cycles = np.unique(np.rint(np.geomspace(1, T // period, records)).astype(int))
    return [int(period * n) for n in cycles]


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    for problem, settings, name in (("period", p["alphas"], "α"), ("cycle", p["Cs"], "C")):
        for setting in settings:
            at = f"{problem}, {name} = {setting:g}"
            for method in DIVERGING:
                curve = table.where(problem=problem, method=method, setting=setting)
                target = _limit(p, problem, setting)
                quantity = f"the limit of R_T/T of {NAMES[method]} ({at})"
                yield within(f"{method}-limit-{problem}-{setting:g}", extrapolate(curve), target, ONE_PERCENT, quantity=quantity)
                last = float(curve["x"][-1])
                yield decide(
                    f"{method}-iterate-{problem}-{setting:g}", f"{NAMES[method]} ends at x_T = {last:g}, expected 1 ({at})",
                    holds=last == 1.0, observed=last, reason="the worst point of [-1, 1], to which the drift carries it",
                )  # fmt: skip
            means = octave_means(table.where(problem=problem, method="amsgrad", setting=setting), 6)
            falls = bool(np.all(np.diff(means) < 0))
            yield decide(
                f"amsgrad-falls-{problem}-{setting:g}",
                f"AMSGrad's octave means of R_t/t {'fall' if falls else 'do not always fall'} over the last six octaves, "
                f"from {means[0]:.4g} to {means[-1]:.4g} ({at})",
                holds=falls, observed=float(means[-1]), reason="Theorem 4 of the same paper: its regret is O(√T)",
            )  # fmt: skip
            for method, sign in (("adam_undebiased", 1), ("adam", 1), ("amsgrad", -1)):
                curve = table.where(problem=problem, method=method, setting=setting)
                yield _sign(NAMES[method], method, at, problem, setting, curve, sign)


def _sign(label: str, method: str, at: str, problem: str, setting: float, curve: Table, sign: int) -> Expectation:
    low, high = float(curve["drift_lower"][0]), float(curve["drift_upper"][0])
    seen = 1 if low > 0 else -1 if high < 0 else 0
    towards = {1: "away from", -1: "towards", 0: "undecided relative to"}[seen]
    return decide(
        f"{method}-drift-{problem}-{setting:g}",
        f"the certified drift of {label} over a period is in [{low:.6g}, {high:.6g}] α, {towards} the optimum ({at})",
        holds=None if seen == 0 else seen == sign,
        observed=str(Verdict.INCONCLUSIVE) if seen == 0 else low,
        reason="ball arithmetic on the rule's own code; with α_t → 0 and Σ α_t = ∞ its sign decides convergence",
    )


def _limit(p: Any, problem: str, setting: float) -> float:
    """Return the average loss of staying at x = 1 above that of x = -1: twice the mean gradient."""
    return 2 * p["scale"] / p["period"] if problem == "period" else 2 * (setting - 2) / 3


def _betas(method: str, beta1: float, beta2: float) -> dict[str, float]:
    """Return the decay rates as far as the method has them."""
    known = cc.optimizer(method).hyperparameters
    return {name: value for name, value in (("beta1", beta1), ("beta2", beta2)) if name in known}


def _drift(method: str, problem: Problem, betas: dict[str, float]) -> tuple[float, float]:
    if method not in (*DIVERGING, "amsgrad"):
        return np.nan, np.nan
    found = cc.drift(method, problem, **betas)
    return (found.lower, found.upper) if found.sign else (np.nan, np.nan)


def _whole(T: int, period: int) -> int:  # noqa: N803  # the field's name for the horizon
    return T - T % period


def _block(
    problem: str, method: str, setting: float, t: NDArray[np.int64], x: NDArray[Any], regret: NDArray[Any], drift: tuple[float, float]
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
