"""``cc.check_bound``: a bound of one's own against what an optimizer does, for one's own pytest."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from inspect import Parameter, signature
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.assumptions import (
    Assumption,
    BoundedDomain,
    BoundedGradients,
    BoundedVariance,
    PolyakLojasiewicz,
    Smooth,
    StronglyConvex,
    constants,
)
from convcheck.claims.verdict import Verdict
from convcheck.discovery import resolve
from convcheck.errors import BoundError, UnknownNameError
from convcheck.evidence.eprocess import log_evidence
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.draws import Draw
from convcheck.simulate.run import run

Floats = NDArray[np.float64]
Bound = Callable[..., Any]

ROUNDING = 2.0**-50
"""Relative rounding error granted per step to the cumulative loss and the comparator: four units of rounding a step."""
FALSE_ALARM = 1e-6
"""Probability with which a true bound in expectation may be called violated."""

_CONSTANTS: Sequence[tuple[str, Callable[[str], Assumption]]] = (
    ("D", lambda c: BoundedDomain(c, norm=2)),
    ("D_inf", lambda c: BoundedDomain(c, norm=inf)),
    ("G", lambda c: BoundedGradients(c, norm=2)),
    ("G_inf", lambda c: BoundedGradients(c, norm=inf)),
    ("L", lambda c: Smooth(c, norm=2)),
    ("mu", lambda c: StronglyConvex(c, norm=2)),
    ("mu_pl", lambda c: PolyakLojasiewicz(c)),
    ("sigma", lambda c: BoundedVariance(c)),
)


@dataclass(frozen=True)
class Evidence:
    """What runs say about a bound R_T <= B(T).

    Attributes
    ----------
    verdict
        ``supported``: no recorded regret exceeds the bound.  ``violated``: one does, by more than rounding; on a problem
        with random streams and several seeds, the mean does, at a false-alarm probability of `FALSE_ALARM`.
        ``inconclusive``: some seeds exceed the bound, which need not contradict a bound in expectation.
    ratio_min, ratio_max
        The least and the largest bound ÷ observed regret over all recorded steps, settings and seeds (inf where the regret
        is not positive): how tight the bound is, and below 1 that it fails.
    t, where
        The step and the setting of the least ratio.
    """

    optimizer: str
    problem: str
    T: int
    seeds: int
    ratio_min: float
    ratio_max: float
    t: int
    where: str
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether the bound is supported, for ``assert cc.check_bound(…).holds``."""
        return self.verdict is Verdict.SUPPORTED

    def __str__(self) -> str:
        """Say it in one sentence."""
        at = f"t = {self.t}{', ' if self.where else ''}{self.where}"
        return (
            f"{self.verdict}: bound ÷ observed regret of {self.optimizer} on {self.problem} is from {self.ratio_min:.4g} "
            f"(at {at}) to {self.ratio_max:.4g}, T = {self.T}, {self.seeds} seed(s)"
        )


def check_bound(
    opt: str | Optimizer,
    problem: str | Problem,
    bound: Bound,
    T: int,  # noqa: N803  # the field's name for the horizon
    *,
    seeds: int = 1,
    x0: ArrayLike | None = None,
    executor: Executor | None = None,
    **hyper: Any,
) -> Evidence:
    """Compare a bound on the regret with the regret.

    Parameters
    ----------
    opt, problem, T, seeds, x0, executor, hyper
        As in `cc.run`.
    bound
        ``bound(T, *, …)``: the bound at each of the steps in the array ``T``.  It is given what it names: the problem's
        constants in the Euclidean norm ``D G L mu mu_pl sigma`` and in the maximum norm ``D_inf G_inf``, the dimension
        ``d``, the problem's parameters, and the hyper-parameters, a schedule's own parameters among them (each a number,
        or along an axis of the grid a value per setting).  The regret is the sum over coordinates.

    Raises
    ------
    UnknownNameError
        The bound names a constant that the problem does not promise.
    BoundError
        The bound is not a finite number at every step.

    Examples
    --------
    >>> import convcheck as cc
    >>> ogd = cc.check_bound(
    ...     "sgd", "reddi", lambda T, *, D, G, alpha: D**2 * T**0.5 / (2 * alpha) + alpha * G**2 * (T**0.5 - 0.5),
    ...     T=3000, lr=cc.schedule("inverse_sqrt", alpha=0.5))
    >>> ogd.holds
    True
    """
    optimizer, problem = resolve("optimizer", opt), resolve("problem", problem)
    course = run(optimizer, problem, T, seeds=seeds, x0=x0, executor=executor, **hyper)
    t = course.t[1:]
    cells = np.meshgrid(*course.axes.values(), indexing="ij") if course.axes else []
    settings = {name: np.asarray(mesh)[..., None, None] for name, mesh in zip(course.axes, cells, strict=True)}
    available = _available(optimizer, problem, course.x.shape[-1], hyper, settings)
    allowed = _evaluate(bound, t.astype(np.float64), available, course.regret[..., 1:].shape)
    regret, loss = course.regret[..., 1:], course.loss[..., 1:]
    slack = ROUNDING * t * (np.abs(loss) + np.abs(regret))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(regret > slack, allowed / regret, inf)
    worst = np.unravel_index(np.argmin(ratios), ratios.shape)
    names = [f"{name}={values[i]:g}" for (name, values), i in zip(course.axes.items(), worst, strict=False)]
    random = seeds > 1 and any(isinstance(stream, Draw) for stream in problem.streams.values())
    where = ", ".join([*names, *([f"seed {course.seeds[worst[-2]]}"] if random else [])])
    verdict = _judge(regret, allowed, slack, random=random, least=None if problem.minimum is None else 0.0)
    return Evidence(
        optimizer.name, problem.name, course.T, seeds, float(ratios.min()), float(ratios.max()), int(t[worst[-1]]), where, verdict
    )


def _judge(regret: Floats, allowed: Floats, slack: Floats, *, random: bool, least: float | None) -> Verdict:
    """Judge regrets of shape (…, seeds, steps); ``least`` is a lower bound of the regret where one is known."""
    if np.all(regret <= allowed + slack):
        return Verdict.SUPPORTED
    if not random:
        return Verdict.VIOLATED
    if least is None:
        return Verdict.INCONCLUSIVE
    excess = np.moveaxis(regret - slack, -2, 0).reshape(regret.shape[-2], -1)
    limits = np.moveaxis(allowed, -2, 0).reshape(regret.shape[-2], -1)[0]
    comparisons = excess.shape[1]
    evidence = [log_evidence(excess[:, k], limits[k], least) for k in range(comparisons)]
    return Verdict.VIOLATED if max(evidence) >= np.log(comparisons / FALSE_ALARM) else Verdict.INCONCLUSIVE


def _available(
    optimizer: Optimizer, problem: Problem, dimension: int, hyper: Mapping[str, Any], axes: Mapping[str, Floats]
) -> dict[str, Any]:
    found: dict[str, Any] = {"d": dimension, **problem.numeric, **optimizer.hyperparameters}
    for name, hypothesis in _CONSTANTS:
        answer = constants(problem.assumptions, hypothesis(name), dimension)
        if answer is not None:
            found[name] = float(answer[name])
    for name, value in hyper.items():
        found.pop(name, None)
        parameters = getattr(value, "parameters", None)
        own = {name: value} if not callable(value) else parameters or {}
        prefix = "" if not callable(value) else f"{name}."
        found |= {key: axes.get(prefix + key, setting) for key, setting in own.items()}
    return found


def _evaluate(bound: Bound, t: Floats, available: Mapping[str, Any], shape: tuple[int, ...]) -> Floats:
    wanted = [p.name for p in signature(bound).parameters.values() if p.kind is Parameter.KEYWORD_ONLY]
    for name in wanted:
        if name not in available:
            raise UnknownNameError("constant", name, available, where="among what this problem promises")
    value = np.asarray(bound(t, **{name: available[name] for name in wanted}), dtype=np.float64)
    try:
        values = np.broadcast_to(value, shape)
    except ValueError as error:
        msg = f"the bound has shape {value.shape}, which does not fit the {len(t)} steps it was asked for"
        raise BoundError(msg) from error
    if np.isnan(values).any():
        msg = f"the bound is NaN at t = {int(t[np.argwhere(np.isnan(values))[0][-1]])}"
        raise BoundError(msg)
    return values
