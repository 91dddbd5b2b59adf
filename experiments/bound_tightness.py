"""The proved regret bounds of six optimizers against their regret: what each theorem gives away.

Each bound is `claim.bound` of a theorem that the kernel proves, evaluated on the run's own gradients and states: sums
Σ_t g_{t,i}², the largest v̂_T, and so on.  Losses are linear on an interval of length D, with slopes of at most G:
against an adversary, who gives the slope the sign of the iterate; random signs, the least ratio of several seeds; and
the cycle C, -1, -1 of Reddi, Kale and Kumar with C = 3.

Step sizes.  As functions of α all bounds are a/α + bα.  Each method runs with the α that makes the first of its bounds
least when all slopes have the size G.  Momentum is β₁ in Adam, and β₁/t in AMSGrad, AdamNC and AdamX, whose bounds
have a sum that grows like T^{3/2} if it is constant.

What is best.  A player who plays anything at all has regret at most DGT, so that a bound above says nothing; against
random signs every player has the expected regret (DG/2) E|S_T|, so that no bound can be below.

Source: the claims in `METHODS`; Orabona (2019), Theorem 5.1, for the random signs.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import cache
from inspect import signature
from math import e, pi, sqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

import convcheck as cc
from convcheck.assumptions import BoundedDomain, BoundedGradients, constants
from convcheck.claims.course import Course
from convcheck.claims.following import recorded
from convcheck.claims.formula import Bound
from convcheck.claims.instance import Instance
from convcheck.claims.verdict import Expectation, Tolerance, decide, within
from convcheck.evidence.coins import mean_distances
from convcheck.evidence.table import Column, Table
from convcheck.problems.base import Problem
from convcheck.report.latex import thousands
from convcheck.report.plots import OKABE_ITO, new_figure, style

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """What the figure shows: bounds at ``points`` values of T, those that need a run of their own at ``own``."""

    T: int = 100_000
    points: int = 60
    own: int = 16
    seeds: int = 8
    beta1: float = 0.9
    beta2: float = 0.999


presets = {"quick": Parameters(T=3000, points=20, own=6, seeds=3), "paper": Parameters()}

PROBLEMS = {"adversarial": "an adversary", "random": "random signs", "reddi": "the cycle $C, -1, -1$"}
"""Where the regret was observed."""


@dataclass(frozen=True)
class Method:
    """An optimizer, and the theorems about it, the first of which its step size is tuned for."""

    optimizer: str
    hyper: Callable[[float, float, Parameters], Mapping[str, Any]]
    """Its hyper-parameters, from α, the number of rounds and the parameters of the figure."""
    claims: Mapping[str, str]
    """Theorems by what the figure calls them."""
    each: bool = False
    """Whether the number of rounds is a hyper-parameter, so that each takes a run of its own."""


def _root(alpha: float) -> Any:
    return cc.schedule("inverse_sqrt", alpha=alpha)


def _fading(p: Parameters) -> Any:
    return cc.schedule("inverse", alpha=p.beta1)


METHODS: Mapping[str, Method] = {
    "sgd": Method("sgd", lambda a, _n, _p: {"lr": _root(a)}, {"": "zinkevich2003/theorem-1"}),
    "adagrad": Method("adagrad", lambda a, _n, _p: {"lr": a}, {"": "duchi2011/theorem-5"}),
    "adam-T": Method(
        "adam",
        lambda a, n, p: {"lr": _root(a), "beta1": p.beta1, "beta2": 1 - 1 / n, "eps": 0.0},
        {r"$\beta_2 = 1 - 1/T$": "convcheck/adam-regret"},
        each=True,
    ),
    "adam": Method(
        "adam",
        lambda a, _n, p: {"lr": _root(a), "beta1": p.beta1, "beta2": p.beta2, "eps": 0.0},
        {r"$\beta_2 = 0.999$": "convcheck/adam-regret"},
    ),
    "amsgrad": Method(
        "amsgrad",
        lambda a, _n, p: {"lr": _root(a), "beta1": _fading(p), "beta2": p.beta2},
        {"sharpened": "reddi2018/theorem-4-sharp-box", "as published": "reddi2018/theorem-4-box"},
    ),
    "adamnc": Method(
        "adamnc",
        lambda a, _n, p: {"lr": _root(a), "beta1": _fading(p)},
        {"sharpened": "reddi2018/corollary-2-sharp", "as published": "reddi2018/corollary-2"},
    ),
    "adamx": Method(
        "adamx",
        lambda a, _n, p: {"lr": _root(a), "beta1": _fading(p), "beta2": p.beta2},
        {"": "tran2019/adamx"},
    ),
}
PANELS = {
    "gradient descent": ("sgd",),
    "AdaGrad": ("adagrad",),
    "Adam": ("adam-T", "adam"),
    "AMSGrad": ("amsgrad",),
    "AdamNC": ("adamnc",),
    "AdamX": ("adamx",),
}

DESCRIBED = {
    "method": ("", "the optimizer, adam-T with β₂ = 1 - 1/T"),
    "claim": ("", "the theorem"),
    "problem": ("", "adversarial, random, or reddi: the cycle C, -1, -1"),
    "T": ("rounds", ""),
    "alpha": ("", "α of the steps"),
    "regret": ("", "against the best point; of the seed where bound ÷ regret is least"),
    "bound": ("", "the proved bound on it"),
    "least": ("", "the expected regret of every player on random signs, (DG/2) E|S_T|"),
    "most": ("", "D G T, which no regret exceeds"),
}

ONE_PERCENT = Tolerance("one percent", "the limit for T → ∞ is compared with a finite run", relative=0.01)


def compute(parameters: Parameters, executor: Executor | None = None) -> Table:
    """Run every method on every problem and evaluate its bounds; one row for each theorem, problem and T."""
    p = parameters
    rows: list[dict[str, Any]] = []
    for name, method in METHODS.items():
        T = np.unique(np.geomspace(2 if method.each else 1, p.T, p.own if method.each else p.points).astype(int))
        for problem in PROBLEMS:
            for rounds in T[:, None] if method.each else [T]:
                rows += _compared(name, problem, rounds, p, executor)
    columns = {name: np.array([row[name] for row in rows]) for name in DESCRIBED}
    return Table({name: Column(values, *DESCRIBED[name]) for name, values in columns.items()}, asdict(p))


def draw(table: Table) -> Figure:
    """Draw bound ÷ regret over T, a panel for each optimizer."""
    with style():
        figure, axes = new_figure(2, 3, height=4.4, sharex=True, sharey=True)
        for ax, (title, methods) in zip(axes.flat, PANELS.items(), strict=True):
            ax.set_title(title)
            ax.axhspan(0.1, 1, color="0.93", zorder=0, linewidth=0)
            for name in methods:
                for label, claim in METHODS[name].claims.items():
                    _draw(ax, table.where(method=name, claim=claim), 0.9 if name == "adam" else 1.3)
                    if label:
                        x, y, side = LABELS[name, label]
                        ax.text(x, y, label, transform=ax.transAxes, ha=side, va="center", fontsize=7)
            ax.set(xscale="log", yscale="log", xlim=(1, table.parameters["T"]), ylim=(0.3, 3e5))
        axes[0, 0].text(1.5, 0.53, "the theorem would be false", fontsize=6.5, color="0.4", va="center")
        for ax in axes[:, 0]:
            ax.set_ylabel("bound ÷ regret")
        for ax in axes[1]:
            ax.set_xlabel("$T$")
        _legend(figure)
    return figure


def expect(table: Table) -> tuple[Expectation, ...]:
    """No bound is below the regret, or below what every player must lose; what is known of their distance shows."""
    return tuple(_expectations(table))


def numbers(table: Table) -> dict[str, str]:
    """Return the numbers that the caption and the text quote."""
    p = table.parameters
    found = {
        "T": thousands(p["T"]),
        "Seeds": str(p["seeds"]),
        "BetaOne": f"{p['beta1']:g}",
        "BetaTwo": f"{p['beta2']:g}",
        "Checked": thousands(len(table)),
        "Least": f"{_ratio(table).min():.3f}",
        "Floor": f"{2 * sqrt(pi):.2f}",
        "Useless": thousands(_first_useless(table)),
    }
    for name, method in METHODS.items():
        key = "".join(part.capitalize() for part in name.replace("-T", "-growing").split("-"))
        for label, claim in method.claims.items():
            part = table.where(method=name, claim=claim)
            ratio = _ratio(part)[part["T"] == p["T"]]
            found[f"{key}{'Published' if 'published' in label else ''}Low"] = f"{ratio.min():.3g}"
            found[f"{key}{'Published' if 'published' in label else ''}High"] = _large(ratio.max())
    return found


# ---- runs and bounds


def _compared(
    name: str, problem: str, T: NDArray[np.int64], p: Parameters, executor: Executor | None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one method on one problem, for rounds T of one run."""
    method, posed = METHODS[name], _problems()[problem]
    D, G = _sizes(posed)
    last, seeds = int(T[-1]), p.seeds if problem == "random" else 1
    alpha = _tuned(name, D, G, last, p)
    hyper = method.hyper(alpha, last, p)
    run = cc.run(method.optimizer, posed, last, seeds=seeds, record=T, executor=executor, **hyper)
    regret = run.regret[:, np.searchsorted(run.t, T)]
    courses = [_course(method, posed, hyper, last, seed) for seed in range(seeds)]
    least = D * G / 2 * mean_distances(last)[T - 1]
    for claim in method.claims.values():
        bounds = np.stack([_bound(claim, course, hyper, alpha, (D, G), T) for course in courses])
        worst = np.argmin(_over(bounds, regret), axis=0), np.arange(len(T))
        for k, rounds in enumerate(T):
            same = {"method": name, "claim": claim, "problem": problem, "T": rounds, "alpha": alpha}
            seen = {"regret": regret[worst][k], "bound": bounds[worst][k]}
            yield same | seen | {"least": least[k], "most": D * G * rounds}


def _course(method: Method, problem: Problem, hyper: Mapping[str, Any], T: int, seed: int = 0) -> Course:
    """Return points, gradients and states of every round."""
    instance = Instance(problem.name, T, problem.parameters, hyper, certified=1)
    return recorded(cc.optimizer(method.optimizer), instance, T, random=False, seed=seed)


def _bound(
    claim: str,
    course: Course,
    hyper: Mapping[str, Any],
    alpha: float,
    sizes: tuple[float, float],
    T: NDArray[np.int64],
) -> Floats:
    """Return the bound of a theorem on a course: its constants and sequences by their names."""
    formula, beta1 = _formula(claim), hyper.get("beta1", 0.0)
    known: dict[str, Any] = {"T": T, "d": 1, "D": sizes[0], "G": sizes[1], "alpha": alpha, "epsilon": 0.0}
    known |= {"beta": beta1, "beta1": beta1(np.array([1.0]))[0] if callable(beta1) else beta1}
    known |= {"beta2": hyper.get("beta2"), "g": np.hstack(course.g)}
    known |= {name: np.hstack(columns)[1:] for name, columns in course.states.items()}
    return formula(**{name: known[name] for name in signature(formula).parameters})


@cache
def _formula(claim: str) -> Bound:
    """Return the bound of a theorem that holds for every step size."""
    return next(bound for bound in cc.claim(claim).bounds if "α" in bound.symbols)


@cache
def _tuned(name: str, D: float, G: float, T: int, p: Parameters) -> float:
    """Return the α at which the first bound of a method, a/α + bα, is least if all slopes are G."""
    method = METHODS[name]
    claim, hyper = next(iter(method.claims.values())), method.hyper(1.0, T, p)
    course = _course(method, cc.problem("linear_box", D=D, G=G, signs=(1.0,)), hyper, T)
    one, two = (float(_bound(claim, course, hyper, alpha, (D, G), np.array([T]))[0]) for alpha in (1.0, 2.0))
    rising = (2 * two - one) / 3
    return sqrt((one - rising) / rising)


@cache
def _problems() -> dict[str, Problem]:
    signs = {name: cc.problem("linear_box", signs=name) for name in ("adversarial", "random")}
    return {**signs, "reddi": cc.problem("reddi")}


def _sizes(problem: Problem) -> tuple[float, float]:
    """Return D and G, as the problem promises them."""
    known = [constants(problem.assumptions, a, 1) for a in (BoundedDomain("c"), BoundedGradients("c"))]
    D, G = (float(found["c"]) for found in known if found is not None)
    return D, G


def _over(bound: Floats, regret: Floats) -> Floats:
    """Return bound ÷ regret, infinite where the regret is not positive."""
    ratio = np.full(regret.shape, np.inf)
    np.divide(bound, regret, out=ratio, where=regret > 0)
    return ratio


def _ratio(table: Table) -> Floats:
    return _over(table["bound"], table["regret"])


# ---- the picture

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "adversarial": {"color": OKABE_ITO[0], "linestyle": "-"},
    "random": {"color": OKABE_ITO[1], "linestyle": (0, (4, 1.4))},
    "reddi": {"color": OKABE_ITO[2], "linestyle": (0, (1, 1))},
}
FLOOR: Mapping[str, Any] = {"color": "0.0", "linestyle": "-", "linewidth": 0.7}


LABELS = {
    ("adam-T", r"$\beta_2 = 1 - 1/T$"): (0.98, 0.165, "right"),
    ("adam", r"$\beta_2 = 0.999$"): (0.79, 0.83, "right"),
    ("amsgrad", "sharpened"): (0.03, 0.37, "left"),
    ("amsgrad", "as published"): (0.03, 0.9, "left"),
    ("adamnc", "sharpened"): (0.97, 0.29, "right"),
    ("adamnc", "as published"): (0.97, 0.79, "right"),
}
"""Where the names of theorems stand in their panels."""


def _draw(ax: Axes, part: Table, width: float) -> None:
    for problem, look in LOOKS.items():
        curve = part.where(problem=problem)
        useful = curve["bound"] <= curve["most"]
        ratio = _ratio(curve)
        ax.plot(curve["T"], ratio, linewidth=width, **{**look, "alpha": 0.4})
        ax.plot(curve["T"], np.where(useful, ratio, np.nan), linewidth=width, **look)
    curve = part.where(problem="random")
    ax.plot(curve["T"], curve["bound"] / curve["least"], zorder=1.5, **FLOOR)


def _legend(figure: Figure) -> None:
    """Say what the lines are."""
    handles = [Line2D([], [], label=f"regret against {PROBLEMS[name]}", **look) for name, look in LOOKS.items()]
    handles += [
        Line2D([], [], label=r"$(DG/2)\,\mathrm{E}|S_T|$, every player's mean for random signs", **FLOOR),
        Line2D([], [], color="0.3", alpha=0.4, label="pale: the bound is above $DGT$"),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, handlelength=2.6, columnspacing=1.6)


# ---- what it must show


def _expectations(table: Table) -> Iterator[Expectation]:
    p = table.parameters
    for name, method in METHODS.items():
        for claim in method.claims.values():
            part = table.where(method=name, claim=claim)
            yield _holds(name, claim, part)
            lower = part["bound"] / part["least"]
            yield decide(
                f"{name}-{claim}-floor",
                f"the bound is at least {lower.min():.4g} times the least regret that a player can guarantee",
                holds=bool(np.all(lower >= 1)),
                observed=float(lower.min()),
                reason="orabona2019/theorem-5-1 is proved for every algorithm",
            )
    last = table.where(T=p["T"], problem="adversarial")
    at = {claim: last.where(claim=claim) for claim in ("zinkevich2003/theorem-1", "duchi2011/theorem-5")}
    observed = float(_ratio(at["zinkevich2003/theorem-1"])[0])
    yield within("sgd-adversary", observed, 2.0, ONE_PERCENT, quantity="bound ÷ regret of gradient descent at α*")
    for claim, row in at.items():
        quantity = f"the bound of {claim} over the least regret"
        yield within(
            f"floor-{claim}", float(row["bound"][0] / row["least"][0]), 2 * sqrt(pi), ONE_PERCENT, quantity=quantity
        )
    adagrad = float(at["duchi2011/theorem-5"]["bound"][0])
    growing = float(last.where(method="adam-T")["bound"][0])
    limit = sqrt(e * (1 + p["beta1"]) / (1 - p["beta1"]))
    yield within(
        "adam-adagrad", growing / adagrad, limit, ONE_PERCENT, quantity="Adam's bound over AdaGrad's (β₂ = 1 - 1/T)"
    )
    fixed = float(last.where(method="adam")["bound"][0] / growing)
    target = (p["beta2"] / (1 - 1 / p["T"])) ** (-(p["T"] - 1) / 2)
    yield within(
        "adam-fixed", fixed, target, ONE_PERCENT, quantity="Adam's bound for constant β₂ over that for 1 - 1/T"
    )
    for name in ("amsgrad", "adamnc"):
        sharp, published = (table.where(method=name, claim=claim)["bound"] for claim in METHODS[name].claims.values())
        gap = float((published / sharp).min())
        yield decide(
            f"{name}-published",
            f"the published bound of {name} is at least {gap:.4g} times the sharpened one",
            holds=gap > 1,
            observed=gap,
            reason="its constants have the factors 1/(1 - β₁) that the other does without",
        )


def _holds(name: str, claim: str, part: Table) -> Expectation:
    ratio = _ratio(part)
    least = int(np.argmin(ratio))
    where = f"{part['problem'][least]}, T = {part['T'][least]}"
    return decide(
        f"{name}-{claim}",
        f"the bound is at least {ratio[least]:.5g} times the regret ({where}) in all {len(part)} cases",
        holds=bool(np.all(ratio >= 1)),
        observed=float(ratio[least]),
        reason=f"{claim} is proved",
    )


def _first_useless(table: Table) -> int:
    """Return the least T from which on Adam's bound with constant β₂ exceeds DGT, 0 if there is none."""
    curve = table.where(method="adam", problem="adversarial")
    useful = np.flatnonzero(curve["bound"] <= curve["most"])
    after = curve["T"][useful[-1] + 1 :] if len(useful) else curve["T"]
    return int(after[0]) if len(after) else 0


def _large(number: float) -> str:
    """Return a number for a text, large ones as powers of ten."""
    if number < 1e4:
        return f"{number:.3g}"
    exponent = int(np.floor(np.log10(number)))
    return rf"{number / 10**exponent:.1f} \cdot 10^{{{exponent}}}"
