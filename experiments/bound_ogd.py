"""The proved bound of online gradient descent against its regret: how much of it is used, problem by problem.

The bound is `claim.bound` of zinkevich2003/theorem-1, the formula of the statement that the kernel proves; the regret
is that of the rule about which it is proved, with steps α/√t.  Step sizes are multiples of α* = D/(√2 G), which makes
the bound least for many rounds.  Losses are linear on an interval of length D, with slopes of at most G: against an
adversary, who gives the slope the sign of the iterate; random signs, the worst of several seeds; and the cycle
C, -1, -1 of Reddi, Kale and Kumar with C = 3.  Regret is against the best point, at least that against any other.

On random signs every player has the expected regret (DG/2) E|S_T|, about DG√(T/(2π)).  Against the adversary the
iterate ends up swinging around 0 with |x_t| + |x_{t+1}| ≈ αG/√t, so that the regret is about αG²√T and bound ÷ regret
about 1 + (α*/α)².

Source: Zinkevich (2003), Theorem 1; Orabona (2019), Theorem 5.1, for the random signs.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

import convcheck as cc
from convcheck.assumptions import BoundedDomain, BoundedGradients, constants
from convcheck.claims.formula import latex
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.table import Column, Table
from convcheck.problems.base import Problem
from convcheck.report.latex import thousands
from convcheck.report.plots import OKABE_ITO, new_figure, style

DASH = (0, (3, 1.2))
CLAIM = "zinkevich2003/theorem-1"

PROBLEMS = {"adversarial": "an adversary", "random": "random signs", "reddi": "the cycle $C, -1, -1$"}
"""What each column of the figure shows."""

DESCRIBED = {
    "problem": ("", "adversarial, random, or reddi: the cycle C, -1, -1"),
    "multiple": ("", "α as a multiple of D/(√2 G)"),
    "alpha": ("", "α of the step α/√t"),
    "t": ("rounds", ""),
    "regret": ("", "the largest regret over seeds, against the best point for t rounds"),
    "bound": ("", "the proved bound on it"),
    "scale": ("", "D G √t"),
}

ONE_PERCENT = Tolerance("one percent", "the limit for T → ∞ is compared with a finite run", relative=0.01)


@dataclass(frozen=True)
class Parameters:
    """What the figure shows: ``multiples`` of the tuned step size, ``drawn`` those with curves over t."""

    T: int = 1_000_000
    multiples: tuple[float, ...] = tuple(round(10 ** (k / 10), 6) for k in range(-10, 11))
    drawn: tuple[float, ...] = (0.1, 1.0, 10.0)
    seeds: int = 32
    records: int = 200


presets = {
    "quick": Parameters(multiples=(0.1, 0.316228, 1.0, 3.162278, 10.0), seeds=8, records=100),
    "paper": Parameters(),
}


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run the rule on every problem and evaluate the bound; one row for each problem, α and recorded step."""
    p, claim = parameters, cc.claim(CLAIM)
    blocks: list[dict[str, Any]] = []
    for name, problem in _problems().items():
        D, G = _constant(problem, "D"), _constant(problem, "G")
        alphas = [multiple * tuned(D, G) for multiple in p.multiples]
        run = cc.run(
            "sgd",
            problem,
            p.T,
            seeds=p.seeds if name == "random" else 1,
            record=p.records,
            executor=executor,
            lr=cc.schedule("inverse_sqrt", alpha=alphas),
        )
        t = run.t[1:]
        bound = claim.bound(T=t, alpha=np.array(alphas)[:, None], D=D, G=G)
        for i, (multiple, alpha) in enumerate(zip(p.multiples, alphas, strict=True)):
            same = {"problem": np.full(len(t), name), "multiple": np.full(len(t), multiple)}
            worst = run.regret[i, :, 1:].max(axis=0)
            found = {"alpha": np.full(len(t), alpha), "t": t, "regret": worst, "bound": bound[i]}
            blocks.append({**same, **found, "scale": D * G * np.sqrt(t)})
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw regret and bound over t, their ratio over t, and both over α at the last t."""
    drawn = table.parameters["drawn"]
    colors = dict(zip(drawn, OKABE_ITO, strict=False))
    with style():
        figure, axes = new_figure(3, len(PROBLEMS), height=5.6, sharex="row", sharey="row")
        for (over_t, ratio, over_alpha), (problem, title) in zip(axes.T, PROBLEMS.items(), strict=True):
            over_t.set_title(title)
            for multiple in drawn:
                curve = table.where(problem=problem, multiple=multiple)
                _draw_pair(over_t, curve["t"], curve, colors[multiple])
                ratio.plot(curve["t"], _ratio(curve), color=colors[multiple])
            last = table.where(problem=problem, t=table.parameters["T"])
            _draw_pair(over_alpha, last["multiple"], last, "0.25")
            for multiple in drawn:
                at = last.where(multiple=multiple)
                over_alpha.plot(multiple, at["regret"] / at["scale"], "o", color=colors[multiple], markersize=3.5)
            if problem == "random":
                for ax in (over_t, over_alpha):
                    ax.axhline(1 / np.sqrt(2 * np.pi), color="0.6", linewidth=0.6, zorder=0)
            ratio.axhspan(0.3, 1, color="0.93", zorder=0, linewidth=0)
            ratio.set(xlabel="$t$", ylim=(0.7, 140))
            over_alpha.set(xlabel=r"$\alpha\,/\,\alpha^\ast$")
            over_t.set(ylim=(0.03, 30))
            for ax in (over_t, ratio, over_alpha):
                ax.set(xscale="log", yscale="log")
        axes[1, 0].text(1.3, 0.83, "the theorem would be false", fontsize=6.5, color="0.4", va="center")
        axes[0, 0].set_ylabel(r"$R_t\,/\,(DG\sqrt{t}\,)$")
        axes[1, 0].set_ylabel("bound ÷ regret")
        axes[2, 0].set_ylabel(r"$R_T\,/\,(DG\sqrt{T}\,)$")
        handles = [Line2D([], [], color="0.25", label="regret"), Line2D([], [], color="0.25", ls=DASH, label="bound")]
        handles += [Line2D([], [], color=colors[m], marker="o", markersize=3.5, label=_multiple(m)) for m in drawn]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles), columnspacing=1.6)
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """Regret never exceeds the bound; against the adversary their ratio tends to 1 + (α*/α)²."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers and formulas that the caption and the text quote."""
    p, claim = table.parameters, cc.claim(CLAIM)
    least = table.select([int(np.argmin(_ratio(table)))])
    found = {
        "T": thousands(p["T"]),
        "Seeds": str(p["seeds"]),
        "Formula": claim.bound.latex,
        "Exact": latex(claim.tune("alpha")),
        "Tuned": latex(claim.tune("alpha", T=sp.oo)),
        "Settings": str(len(p["multiples"]) * len(PROBLEMS)),
        "Checked": thousands(len(table)),
        "Lowest": f"{min(p['multiples']):g}",
        "Highest": f"{max(p['multiples']):g}",
        "Least": f"{_ratio(least)[0]:.3f}",
        "RandomFloor": f"{1 / np.sqrt(2 * np.pi):.2f}",
    }
    for problem in PROBLEMS:
        last = table.where(problem=problem, t=p["T"])
        for key, multiple in (("Tuned", 1.0), ("Short", min(p["multiples"])), ("Long", max(p["multiples"]))):
            found[f"{problem.capitalize()}{key}"] = f"{_ratio(last.where(multiple=multiple))[0]:.3g}"
    return found


def tuned(D: float, G: float) -> float:
    """Return the step size that makes the bound least for many rounds, D/(√2 G)."""
    claim = cc.claim(CLAIM)
    symbols = claim.bound.symbols
    return float(claim.tune("alpha", T=sp.oo).subs({symbols["D"]: sp.Float(D), symbols["G"]: sp.Float(G)}))


def _problems() -> dict[str, Problem]:
    signs = {name: cc.problem("linear_box", signs=name) for name in ("adversarial", "random")}
    return {**signs, "reddi": cc.problem("reddi")}


def _constant(problem: Problem, name: str) -> float:
    """Return D or G in the Euclidean norm, as the problem promises it."""
    hypothesis = BoundedDomain("D", norm=2) if name == "D" else BoundedGradients("G", norm=2)
    known = constants(problem.assumptions, hypothesis, 1)
    assert known is not None  # noqa: S101  # all three are linear losses on an interval
    return float(known[name])


def _draw_pair(ax: Axes, at: NDArray[Any], curve: Table, color: str) -> None:
    ax.plot(at, curve["regret"] / curve["scale"], color=color)
    ax.plot(at, curve["bound"] / curve["scale"], color=color, linestyle=DASH)


def _multiple(multiple: float) -> str:
    return r"$\alpha = \alpha^\ast$" if multiple == 1 else rf"$\alpha = {multiple:g}\,\alpha^\ast$"


def _ratio(table: Table) -> NDArray[np.float64]:
    """Return bound ÷ regret, infinite where the regret is not positive."""
    ratio = np.full(len(table), np.inf)
    np.divide(table["bound"], table["regret"], out=ratio, where=table["regret"] > 0)
    return ratio


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    for problem in PROBLEMS:
        for multiple in p["multiples"]:
            curve = table.where(problem=problem, multiple=multiple)
            ratio = _ratio(curve)
            least = int(np.argmin(ratio))
            yield decide(
                f"{problem}-{multiple:g}",
                f"the bound is at least {ratio[least]:.5g} times the regret (at t = {curve['t'][least]}) at all "
                f"{len(curve)} recorded steps up to T = {p['T']} ({problem}, α = {multiple:g} α*)",
                holds=bool(np.all(curve["regret"] <= curve["bound"])),
                observed=float(ratio[least]),
                reason=f"{CLAIM} is proved, for every α and T; rounding is far below the margin",
            )
    for multiple in (m for m in p["multiples"] if m >= 1):
        observed = float(_ratio(table.where(problem="adversarial", multiple=multiple, t=p["T"]))[0])
        quantity = f"bound ÷ regret against the adversary (α = {multiple:g} α*)"
        yield within(f"adversarial-limit-{multiple:g}", observed, 1 + multiple**-2, ONE_PERCENT, quantity=quantity)
