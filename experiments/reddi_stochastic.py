"""The stochastic counterexample of Reddi, Kale and Kumar: Adam goes to the worst point, AMSGrad to the best.

The third panel of their Figure 1: in each round the gradient is large with a small probability, else slightly
negative, so that the expected loss increases in x and x = -1 is best.  Many seeds, shared by all methods: lines are
medians, and the bands of Adam and AMSGrad run from the first to the ninth decile.  Step sizes are in units of x for
every method: α_t = α/√t, for SGD α/(G√t) with G the largest gradient, and for AdaGrad α, whose own root of the sum of
squares makes it decay.

Source: Reddi, Kale & Kumar (2018), Figure 1 and Theorem 3; their text does not give the step size of the figure.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import t as student

import convcheck as cc
from convcheck.claims.verdict import Expectation, decide
from convcheck.evidence.table import Column, Table
from convcheck.report.latex import thousands
from convcheck.report.plots import line_styles, new_figure, style

METHODS = ("adam_undebiased", "adam", "amsgrad", "adamnc", "adagrad", "sgd")

BANDS = ("adam_undebiased", "amsgrad")
"""The methods whose deciles are drawn; six bands would hide each other."""

CONFIDENCE = 0.999
"""Of the t-intervals over seeds; the seeds are frozen, so that a false alarm can happen once, not every night."""

OCTAVES = 6
"""How far back the late iterates are compared with earlier ones."""

DESCRIBED = {
    "method": ("", "the optimizer's name"),
    "alpha": ("", "α of α_t = α/√t"),
    "t": ("rounds", ""),
    "low": ("", "first decile of x_t over seeds"),
    "median": ("", "median of x_t over seeds"),
    "high": ("", "ninth decile of x_t over seeds"),
    "late_mean": ("", "mean over seeds of the mean of x over the recorded steps of the last octave"),
    "late_half_width": ("", f"half the width of its t-interval at confidence {CONFIDENCE}"),
    "change_mean": ("", f"mean over seeds of that mean minus the mean over the octave {OCTAVES} octaves earlier"),
    "change_half_width": ("", "half the width of its t-interval"),
}


@dataclass(frozen=True)
class Parameters:
    """What the figure shows: gradients ``large`` with ``probability``, else ``-small``; ``alphas`` in units of x."""

    T: int = 5_000_000
    large: float = 1010.0
    small: float = 10.0
    probability: float = 0.01
    beta1: float = 0.9
    beta2: float = 0.99
    alphas: tuple[float, ...] = (0.1, 0.5, 1.0, 5.0)
    seeds: int = 32
    x1: float = 1.0
    records: int = 200


presets = {"quick": Parameters(T=1_000_000, alphas=(0.5, 1.0), seeds=16, records=100), "paper": Parameters()}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method on the same random gradients; one row for each method, α and recorded step."""
    p = parameters
    problem = cc.problem("reddi_stochastic", C=p.large, c=p.small, p=p.probability)
    blocks: list[dict[str, Any]] = []
    for method in METHODS:
        known = cc.optimizer(method).hyperparameters
        betas: dict[str, Any] = {
            name: value for name, value in (("beta1", p.beta1), ("beta2", p.beta2)) if name in known
        }
        alphas = [alpha / p.large if method == "sgd" else alpha for alpha in p.alphas]
        run = cc.run(
            method,
            problem,
            p.T,
            x0=p.x1,
            seeds=p.seeds,
            record=p.records,
            executor=executor,
            lr=alphas if method == "adagrad" else cc.schedule("inverse_sqrt", alpha=alphas),
            **betas,
        )
        for i, alpha in enumerate(p.alphas):
            blocks.append(_block(method, alpha, run.t, run.x[i, :, :, 0]))
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw the iterates, a panel for each α."""
    looks = line_styles(list(METHODS))
    with style():
        figure, axes = new_figure(1, len(table.parameters["alphas"]), height=2.3, sharey=True)
        for ax, alpha in zip(axes[0], table.parameters["alphas"], strict=True):
            for method in METHODS:
                curve = table.where(method=method, alpha=alpha)
                seen = curve["t"] > 0
                t = curve["t"][seen]
                if method in BANDS:
                    color = looks[method]["color"]
                    ax.fill_between(t, curve["low"][seen], curve["high"][seen], color=color, alpha=0.18, linewidth=0)
                ax.plot(t, curve["median"][seen], label=cc.optimizer(method).label, **looks[method])
            ax.set(xscale="log", xlabel="$t$", title=f"$\\alpha = {alpha:g}$", ylim=(-1.08, 1.08))
        axes[0, 0].set_ylabel("$x_t$")
        figure.legend(
            *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=len(METHODS), columnspacing=1.2
        )
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """Adam ends at positive x, and AMSGrad moves towards -1, for each α, by t-intervals over seeds."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    found = {
        "T": thousands(p["T"]),
        "Seeds": str(p["seeds"]),
        "Large": f"{p['large']:g}",
        "Small": f"{p['small']:g}",
    }
    found |= {"Probability": f"{p['probability']:g}", "BetaOne": f"{p['beta1']:g}", "BetaTwo": f"{p['beta2']:g}"}
    for method, key in (("adam_undebiased", "Adam"), ("amsgrad", "Amsgrad")):
        late = [float(table.where(method=method, alpha=alpha)["late_mean"][0]) for alpha in p["alphas"]]
        found |= {f"{key}Least": f"{min(late):.2f}", f"{key}Most": f"{max(late):.2f}"}
    return found


def _expectations(table: Table) -> Iterator[Expectation]:
    for alpha in table.parameters["alphas"]:
        for method in ("adam_undebiased", "adam"):
            curve = table.where(method=method, alpha=alpha)
            mean, width = float(curve["late_mean"][0]), float(curve["late_half_width"][0])
            yield decide(
                f"{method}-end-{alpha:g}",
                f"over the last octave {cc.optimizer(method).label}'s x averages {mean:.4g} ± {width:.2g} over seeds, "
                f"expected positive (α = {alpha:g})",
                holds=None if abs(mean) <= width else mean > 0,
                observed=mean,
                reason="x = -1 minimises the expected loss, x = 1 maximises it",
            )
        curve = table.where(method="amsgrad", alpha=alpha)
        change, width = float(curve["change_mean"][0]), float(curve["change_half_width"][0])
        yield decide(
            f"amsgrad-moves-{alpha:g}",
            f"AMSGrad's x changed by {change:.4g} ± {width:.2g} over the last {OCTAVES} octaves, "
            f"expected negative (α = {alpha:g})",
            holds=None if abs(change) <= width else change < 0,
            observed=change,
            reason="its expected loss falls towards that of x = -1; how far it has come by T depends on α",
        )


def _block(method: str, alpha: float, t: NDArray[np.int64], x: NDArray[np.float64]) -> dict[str, Any]:
    """Return the columns of one setting; ``x`` has shape (seeds, records)."""
    low, median, high = np.quantile(x, [0.1, 0.5, 0.9], axis=0)
    late, early = (x[:, (t > t[-1] / 2 ** (k + 1)) & (t <= t[-1] / 2**k)].mean(axis=1) for k in (0, OCTAVES))
    summary: dict[str, Any] = {}
    for name, values in (("late", late), ("change", late - early)):
        width = student.ppf(0.5 + CONFIDENCE / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
        summary |= {f"{name}_mean": np.full(len(t), values.mean()), f"{name}_half_width": np.full(len(t), width)}
    same = {"method": np.full(len(t), method), "alpha": np.full(len(t), alpha), "t": t}
    return {**same, "low": low, "median": median, "high": high, **summary}
