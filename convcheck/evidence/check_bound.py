"""``cc.check_bound``: a bound of one's own against what an optimizer does, for one's own pytest."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from inspect import Parameter, signature
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.assumptions import (
    Assumption,
    BoundedDomain,
    BoundedGradients,
    BoundedVariance,
    FixedObjective,
    PolyakLojasiewicz,
    Smooth,
    StronglyConvex,
    constants,
)
from convcheck.claims.claim import Kind
from convcheck.claims.verdict import Verdict
from convcheck.discovery import resolve
from convcheck.errors import BoundError, UnknownNameError
from convcheck.evidence.eprocess import log_evidence
from convcheck.optimizers.base import Optimizer
from convcheck.parameters import as_doubles
from convcheck.problems.base import Problem
from convcheck.problems.draws import Draw
from convcheck.problems.vectors import UNROLLED
from convcheck.simulate.lane import trace, uniform
from convcheck.simulate.run import Integers, run

if TYPE_CHECKING:
    from convcheck.claims.formula import Bound as ClaimBound
    from convcheck.claims.published import PublishedClaim

Floats = NDArray[np.float64]
Bound = Callable[..., Any]

ROUNDING = 2.0**-50
"""Relative rounding error granted per step to the cumulative loss and the comparator: four units of rounding a step."""
FALSE_ALARM = 1e-6
"""Probability with which a true bound in expectation may be called violated."""

_REGRET = re.compile(r"Σ\[(?P<t>\w+)=1\.\.(?P<last>\w+)\] \(f_(?P=t)\(x_(?P=t)\) - f_(?P=t)\(.+\)\)")
"""The left side of a bound on the regret, as text."""

_CONSTANTS: Sequence[tuple[str, Callable[[str], Assumption]]] = (
    ("D", lambda c: BoundedDomain(c, norm=2)),
    ("D_inf", lambda c: BoundedDomain(c, norm=inf)),
    ("G", lambda c: BoundedGradients(c, norm=2)),
    ("G_inf", lambda c: BoundedGradients(c, norm=inf)),
    ("L", lambda c: Smooth(c, norm=2)),
    ("mu", lambda c: StronglyConvex(c, norm=2)),
    ("mu_pl", PolyakLojasiewicz),
    ("sigma", BoundedVariance),
)


@dataclass(frozen=True)
class Evidence:
    """What runs say about a bound R_T <= B(T).

    Attributes
    ----------
    verdict
        ``supported``: no recorded regret exceeds the bound.  ``violated``: one does, by more than rounding; on a
        problem with random streams, the mean over seeds does, at a false-alarm probability of `FALSE_ALARM`.
        ``inconclusive``: some seeds exceed the bound, which need not contradict a bound in expectation.
    ratio_min, ratio_max
        The least and the largest bound ÷ observed regret over all recorded steps, settings and seeds (inf where the
        regret is not positive): how tight the bound is, and below 1 that it fails.
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
            f"{self.verdict}: bound ÷ observed regret of {self.optimizer} on {self.problem} is from "
            f"{self.ratio_min:.4g} (at {at}) to {self.ratio_max:.4g}, T = {self.T}, {self.seeds} seed(s)"
        )


def check_bound(
    opt: str | Optimizer,
    problem: str | Problem,
    bound: "Bound | ClaimBound | PublishedClaim",
    T: int,
    *,
    seeds: int | Integers = 1,
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
        ``bound(T, …)``: the bound at each of the steps in the array ``T``.  It is given what it names: the problem's
        constants in the Euclidean norm ``D G L mu mu_pl sigma`` and in the maximum norm ``D_inf G_inf``, the dimension
        ``d``, the problem's parameters, and the hyper-parameters, a schedule's own parameters among them (each a
        number, or along an axis of the grid a value per setting).  The regret is the sum over coordinates.  Or a claim
        about regret (`cc.claim`), or its bound: the constants are matched by name, alpha for α, in the Euclidean norm.

    Raises
    ------
    UnknownNameError
        The bound names something that has no default and that neither problem nor optimizer has.
    BoundError
        The bound is NaN or -inf at some step (inf is a bound that says nothing), has the wrong shape, or asks for
        something that two things are called; or the claim is not about the regret of this optimizer.
    ParameterError
        A condition of the claim is not met, 0 < α for instance.

    Examples
    --------
    >>> import convcheck as cc
    >>> ogd = cc.check_bound(
    ...     "sgd",
    ...     "reddi",
    ...     lambda T, *, D, G, alpha: D**2 * T**0.5 / (2 * alpha) + alpha * G**2 * (T**0.5 - 0.5),
    ...     T=3000,
    ...     lr=cc.schedule("inverse_sqrt", alpha=0.5),
    ... )
    >>> ogd.holds
    True
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    posed: Problem = resolve("problem", problem)
    formula = _claimed(bound, optimizer)
    course = run(optimizer, posed, T, seeds=seeds, x0=x0, executor=executor, **hyper)
    t, d = course.t[1:].astype(np.float64), course.x.shape[-1]
    cells = np.meshgrid(*course.axes.values(), indexing="ij") if course.axes else []
    settings = {name: np.asarray(mesh)[..., None, None] for name, mesh in zip(course.axes, cells, strict=True)}
    regret, loss = course.regret[..., 1:], course.loss[..., 1:]
    allowed = _evaluate(formula, t, _offers(optimizer, posed, d, hyper, settings), regret.shape)
    slack: Floats = ROUNDING * t * np.maximum.accumulate(np.abs(loss) + np.abs(regret), axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(regret > slack, allowed / regret, inf)
    worst = np.unravel_index(np.argmin(ratios), ratios.shape)
    names = [f"{name}={values[i]}" for (name, values), i in zip(course.axes.items(), worst, strict=False)]
    random = _is_random(optimizer, posed, d)
    where = ", ".join([*names, *([f"seed {course.seeds[worst[-2]]}"] if random else [])])
    verdict = _judge(regret, allowed, slack, random=random, least=_least(posed, d, t))
    return Evidence(
        optimizer.name,
        posed.name,
        course.T,
        len(course.seeds),
        float(ratios.min()),
        float(ratios.max()),
        int(t[worst[-1]]),
        where,
        verdict,
    )


def _is_random(optimizer: Optimizer, problem: Problem, dimension: int) -> bool:
    """Return whether a run depends on a draw; a family may name a stream that this member does not use."""
    if optimizer.streams:
        return True
    if optimizer.kind == "array" or (problem.coupled and dimension > UNROLLED):
        return any(isinstance(stream, Draw) for stream in problem.streams.values())
    lane = trace(optimizer, problem, dimension if problem.coupled else 1)
    return any(uniform(*drawn) in lane.program.needed() for drawn in lane.uniforms)


def _least(problem: Problem, dimension: int, t: Floats) -> Floats | None:
    """Return a lower bound of the regret after each of the steps ``t``, where one is known.

    The loss of a fixed objective is never below its minimum.  Linear losses: the regret is at least that against any
    fixed point, and none is better by more than G D in a round.
    """
    if problem.minimum is not None:
        fixed = any(isinstance(promise, FixedObjective) for promise in problem.assumptions)
        return np.zeros(len(t)) if fixed else None
    domain = constants(problem.assumptions, BoundedDomain("D", norm=2), dimension)
    gradients = constants(problem.assumptions, BoundedGradients("G", norm=2), dimension)
    if domain is None or gradients is None:
        return None
    return np.asarray(-float(domain["D"] * gradients["G"]) * (1 + ROUNDING) * t)


def _judge(regret: Floats, allowed: Floats, slack: Floats, *, random: bool, least: Floats | None) -> Verdict:
    """Judge regrets of shape (…, seeds, steps); ``least`` is a lower bound of the regret where one is known."""
    if np.all(regret <= allowed + slack):
        return Verdict.SUPPORTED
    if not random:
        return Verdict.VIOLATED
    if least is None or np.any(regret < least - slack):
        return Verdict.INCONCLUSIVE
    seeds = regret.shape[-2]
    # What rounding may have added is taken off, but never more than leaves the lower bound: both err on the safe side.
    excess = np.moveaxis(np.maximum(regret - slack, least), -2, 0).reshape(seeds, -1)
    limits = np.moveaxis(allowed, -2, 0).reshape(seeds, -1)[0]
    floors = np.broadcast_to(least, np.moveaxis(regret, -2, 0).shape[1:]).ravel()
    doubtful = np.flatnonzero((excess > limits).any(axis=0))  # nothing speaks against the others
    evidence = [log_evidence(excess[:, k], limits[k], floors[k]) for k in doubtful]
    return Verdict.VIOLATED if max(evidence, default=0.0) >= np.log(len(limits) / FALSE_ALARM) else Verdict.INCONCLUSIVE


def _offers(
    optimizer: Optimizer, problem: Problem, dimension: int, hyper: Mapping[str, Any], axes: Mapping[str, Floats]
) -> list[Mapping[str, Any]]:
    """Return what a bound can ask for: of the problem, of the optimizer and of each schedule."""
    promised = {name: constants(problem.assumptions, hypothesis(name), dimension) for name, hypothesis in _CONSTANTS}
    known = {name: float(answer[name]) for name, answer in promised.items() if answer is not None}
    moving = {name: value for name, value in hyper.items() if callable(value)}
    fixed = {**optimizer.hyperparameters, **hyper, **axes}
    schedules = [
        {key: axes.get(f"{name}.{key}", setting) for key, setting in getattr(value, "parameters", {}).items()}
        for name, value in moving.items()
    ]
    return [
        {**problem.numeric, **known, "d": dimension},
        {name: value for name, value in fixed.items() if name in optimizer.hyperparameters and name not in moving},
        *schedules,
    ]


def _claimed(bound: Any, optimizer: Optimizer) -> Bound:
    """Return a bound as a function, after checking that a claim's is one on the regret of the optimizer."""
    if not type(bound).__module__.startswith("convcheck.claims."):
        function: Bound = bound
        return function
    from convcheck.claims.formula import Bound as ClaimBound

    own = bound if isinstance(bound, ClaimBound) else bound.bound
    summed = _REGRET.fullmatch(own.left)
    if own.kind is not Kind.REGRET or own.below or summed is None or summed["last"] != own.horizon:
        raise BoundError(f"{own.claim} does not bound the regret from above: {own!r}")
    if optimizer.name not in own.optimizers:
        raise BoundError(f"{own.claim} is about {', '.join(own.optimizers)}, not about {optimizer.name}")
    if own.elsewhere:
        raise BoundError(f"{own.claim} also assumes {', '.join(own.elsewhere)}, which is not checked: give a function")
    formula: Bound = own
    return formula


def _evaluate(bound: Bound, t: Floats, offers: Sequence[Mapping[str, Any]], shape: tuple[int, ...]) -> Floats:
    given = {}
    for p in _asked(bound):
        found = [offer[p.name] for offer in offers if p.name in offer]
        if len(found) > 1:
            msg = (
                f"the bound asks for {p.name}, but {len(found)} things have this name: problem, optimizer or schedules"
            )
            raise BoundError(msg)
        if found:
            given[p.name] = found[0]
        elif p.default is Parameter.empty:
            known = {name for offer in offers for name in offer}
            raise UnknownNameError("constant", p.name, known, where="among what the problem and the optimizer have")
    value = as_doubles(bound(t, **given))
    if value is None:
        msg = "the bound must return a number, or an array of numbers"
        raise BoundError(msg)
    try:
        values = np.broadcast_to(value, shape)
    except ValueError as error:
        msg = f"the bound has shape {value.shape}, which does not fit the {len(t)} steps it was asked for"
        raise BoundError(msg) from error
    wrong = np.isnan(values) | np.isneginf(values)
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0])
        msg = f"the bound is {values[at]} at t = {int(t[at[-1]])}"
        raise BoundError(msg)
    return values


def _asked(bound: Bound) -> list[Parameter]:
    """Return the parameters of a bound after the first, which is T."""
    try:
        _, *others = signature(bound).parameters.values()
    except (TypeError, ValueError) as error:
        msg = f"the bound must be a function of T and of what it names, as in lambda T, D: …; it is {bound!r}"
        raise BoundError(msg) from error
    return [p for p in others if p.kind in {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}]
