"""The matrix: a theorem on every problem that promises its assumptions, with hyper-parameters that meet its conditions.

Nothing of it is kept by hand.  Problems are compared by what they promise (`convcheck.assumptions.constants`), which
also gives the theorem's constants numbers; what remains, the step size above all, is tried at several sizes around what
the claim's own audit has.  The hyper-parameters are those that the theorem's game gives its optimizer, at these
constants.  On each run all hypotheses are evaluated that the run does not meet by construction, and where they hold
both sides of the statement: how tight the theorem is.

The trivial bound on the regret is D G T with the D and G that the problem promises; a bound is vacuous if it is not
below it in any round of any of these runs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.assumptions import (
    Assumption,
    BoundedDomain,
    BoundedGradients,
    Convex,
    ExactGradients,
    FixedObjective,
    StronglyConvex,
    constants,
)
from convcheck.claims.claim import Kind
from convcheck.claims.course import Course
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.following import recorded
from convcheck.claims.instance import Instance
from convcheck.claims.interpret import Compared
from convcheck.claims.meaning import Interpretation
from convcheck.claims.values import evaluated
from convcheck.claims.verdict import Verdict
from convcheck.discovery import entries, resolve
from convcheck.errors import AuditError, ConvcheckError
from convcheck.kernel import Symbol, Term, Theorem
from convcheck.kernel.terms import make, mentions_outcome
from convcheck.language.objective import Objective
from convcheck.language.play import Game
from convcheck.language.terms import Expression, lift
from convcheck.problems.base import Choice, Problem
from convcheck.schedules.inverse import inverse

ROUNDS = 200
"""Rounds of a run; a random game, which is played on all outcomes, takes as many as the claim's audit."""
LONG = 300
"""Rounds up to which a claim's own audit is run to its end."""
FACTORS = (1.0, 1 / 8, 1 / 64)
"""Multiples of the step size of the claim's audit; momentum that is a schedule fades as β/t at all but the first."""
STEP_SIZES = ("α", "η")
"""What theorems call the step size, or the constant in it."""
MOMENTUM = "β"
"""What theorems call momentum that is a schedule."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A theorem on one run: the larger side of what it says over the smaller one, over all rounds.

    Parameters
    ----------
    optimizer, problem, hyper, T, seeds
        The run; the problem and the hyper-parameters as text.
    ratio_min, ratio_max
        For a bound from above, bound ÷ observed; from below, observed ÷ bound: at least 1 where the theorem holds, inf
        where the smaller side is not positive.
    verdict
        ``supported``, or ``violated``: then the run does not mean what the theorem means.
    informative
        Whether the bound is below the trivial one in some round; None where no trivial one is known.
    """

    optimizer: str
    problem: str
    hyper: str
    T: int
    seeds: int
    ratio_min: float
    ratio_max: float
    verdict: Verdict
    informative: bool | None = None

    def __str__(self) -> str:
        """Say it in one line."""
        said = f"{self.optimizer} on {self.problem}, {self.hyper}, T = {self.T}"
        return f"{said}: bound ÷ observed from {self.ratio_min:.4g} to {self.ratio_max:.4g}, {self.verdict}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """All runs of a theorem on which its hypotheses hold; without any, the reason."""

    cells: tuple[Cell, ...] = ()
    reason: str = ""

    @property
    def vacuous(self) -> bool:
        """Whether the bound is nowhere below the trivial one, on runs where that is known."""
        known = [cell.informative for cell in self.cells if cell.informative is not None]
        return bool(known) and not any(known)

    @property
    def summary(self) -> str:
        """What the runs show, in one line."""
        if not self.cells:
            return self.reason
        least = min(self.cells, key=lambda cell: cell.ratio_min)
        problems = len({cell.problem for cell in self.cells})
        return (
            f"bound ÷ observed is at least {least.ratio_min:.4g} in {len(self.cells)} runs on {problems} problem"
            f"{'s' if problems > 1 else ''}: {least.problem}, {least.hyper}"
        )

    @property
    def violated(self) -> tuple[Cell, ...]:
        """The runs that contradict the theorem."""
        return tuple(cell for cell in self.cells if cell.verdict is Verdict.VIOLATED)


def matrix(file: ClaimFile, theorem: Theorem, tried: Iterable[Instance] = ()) -> Matrix:
    """Run a theorem's optimizer on every problem that promises what the theorem assumes.

    Parameters
    ----------
    file
        The claim, whose game says who plays, and whose audit gives constants to begin with.
    theorem
        What its proof proves.
    tried
        Runs to try instead of those found by comparison; of each the constants say the hyper-parameters.
    """
    games = [value for value in vars(file.module).values() if isinstance(value, Game)]
    if file.claim.kind is Kind.LEMMA:
        return Matrix(reason="a lemma bounds nothing that is observed")
    if len(games) != 1:
        return Matrix(reason="several optimizers play in it" if games else "no optimizer plays in it")
    if not file.claim.audit:
        return Matrix(reason="no run is known whose constants could be tried")
    made = _Theorem(file, theorem, games[0])
    cells = tuple(file.within(lambda: made.cells([*tried])))
    wanted = ", ".join(map(repr, made.assumptions)) or "what it assumes"
    return Matrix(cells, "" if cells else f"on no problem that promises {wanted} could both sides be compared")


@dataclass(frozen=True, eq=False)
class _Theorem:
    """A theorem with what it assumes in the words of problems, and what it leaves open."""

    file: ClaimFile
    theorem: Theorem
    game: Game

    @cached_property
    def objectives(self) -> list[Objective]:
        """The functions that are minimized."""
        return [value for value in vars(self.file.module).values() if isinstance(value, Objective)]

    @cached_property
    def assumptions(self) -> list[Assumption]:
        """The assumptions of the shared vocabulary; losses are convex at their own gradients, which must be exact."""
        found = [*self.game.assumed.values(), *(a for f in self.objectives for a in f.assumed.values())]
        convex = any(isinstance(a, Convex | StronglyConvex) for a in self.game.assumed.values())
        fixed = [FixedObjective()] if self.objectives else []
        return [*found, *fixed, *([ExactGradients()] if convex else [])]

    @cached_property
    def relations(self) -> list[Term]:
        """The inequalities of the statement."""
        return [*_relations(self.theorem.conclusion)]

    @cached_property
    def random(self) -> bool:
        """Whether expectations are taken."""
        return any(mentions_outcome(p) for p in (*self.theorem.hypotheses, self.theorem.conclusion))

    def cells(self, tried: Sequence[Instance]) -> list[Cell]:
        """Return what runs show on which the hypotheses hold; the claim's own, if no other is on its problem."""
        if tried:
            return [cell for posed in tried for instance in self._played(posed) for cell in self._cells(instance)]
        own = self.file.claim.audit[0]
        found = [cell for instance in self._instances(own) for cell in self._cells(instance)]
        if any(cell.problem == _named(_problem(own)) for cell in found):
            return found
        rounds = own.T if self._given(own) or own.T <= LONG else ROUNDS
        return [*self._cells(replace(own, T=rounds, certified=1)), *found]

    # ---- what to run

    def _given(self, own: Instance) -> bool:
        """Tell whether the number of rounds is that of the claim's audit."""
        return self.random or "T" in own.constants

    def _instances(self, own: Instance) -> Iterator[Instance]:
        """Yield what could be run: problems that promise enough, at several step sizes."""
        for problem in _problems(own) if self.assumptions else []:
            start = _start(problem, own)
            answers = [constants(problem.assumptions, a, len(start)) for a in self.assumptions]
            if any(answer is None for answer in answers):
                continue
            known = {str(name): value for answer in answers if answer for name, value in answer.items()}
            values = {**own.constants, **_promised(problem, len(start)), **known}
            posed = replace(own, problem=problem.name, parameters=problem.parameters, x0=start, certified=1)
            for tried in _settings({name: values[name] for name in own.constants}):
                yield from self._played(replace(posed, T=own.T if self._given(own) else ROUNDS, constants=tried))

    def _played(self, posed: Instance) -> Iterator[Instance]:
        """Yield an instance with the hyper-parameters that the game gives its optimizer, if the constants say them."""
        with suppress(ConvcheckError):
            yield replace(posed, hyper={name: _value(value, posed) for name, value in self.game.hyper.items()})

    # ---- what it shows

    def _cells(self, instance: Instance) -> list[Cell]:
        """Return what a run shows, if there is one and the theorem's hypotheses hold on it."""
        with suppress(ConvcheckError):  # a hyper-parameter is outside its range, or a symbol without a meaning
            return self._cell(instance)
        return []

    def _cell(self, instance: Instance) -> list[Cell]:
        course = recorded(self.game.optimizer, instance, instance.T, random=self.random)
        if "u" in instance.constants:
            best = _best(course)
            u = best if isinstance(instance.constants["u"], tuple) else best[0]
            instance = replace(instance, constants={**instance.constants, "u": u})
        hypotheses = sorted(self.theorem.hypotheses, key=lambda p: p.key)
        meaning = Interpretation(course, self.game, self.objectives, hypotheses, self.theorem.conclusion, instance)
        by_construction = {h for fact in self.game.facts.values() for h in fact.theorem.hypotheses}
        if not all(meaning.judge(p).met for p in hypotheses if p not in by_construction):
            return []
        sides = [meaning.compared(p) for p in self.relations]
        low, high = (np.concatenate([side[k][side.here].astype(float) for side in sides]) for k in (0, 1))
        if not len(low):
            return []
        ratio = np.full(low.shape, inf)
        np.divide(high, low, out=ratio, where=low > 0)
        verdict = Verdict.VIOLATED if any(side.bad.any() for side in sides) else Verdict.SUPPORTED
        named, hyper = _named(course.problem), _shown(instance.hyper)
        least, most, known = float(ratio.min()), float(ratio.max()), self._informative(course, sides)
        return [Cell(course.optimizer.name, named, hyper, course.T, 1, least, most, verdict, known)]

    def _informative(self, course: Course, sides: Sequence[Compared]) -> bool | None:
        """Tell whether the bound on the regret is below D G t after some round t."""
        limit = _trivial(course.problem, course.dimension)
        rounds = np.arange(-1, course.T + 3)  # what variables for integers range over
        known = [side for side in sides if side.low.shape == rounds.shape]
        if self.file.claim.kind is not Kind.REGRET or limit is None or not known:
            return None
        return any(bool(np.any(side.high[side.here] < limit * rounds[side.here])) for side in known)


# ---- settings


def _settings(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield constants with the step size at several sizes."""
    rates = [name for name in values if name in STEP_SIZES]
    schedules = [name for name in values if name == MOMENTUM and callable(values[name])]
    fading = {name: inverse.with_parameters(alpha=float(values[name](1.0))) for name in schedules}
    for factor in FACTORS if rates else FACTORS[:1]:
        yield {**values, **(fading if factor < 1 else {}), **{name: _scaled(values[name], factor) for name in rates}}


def _scaled(value: Any, factor: float) -> Any:
    return (lambda t: factor * value(t)) if callable(value) else float(value) * factor


class _Column:
    """A schedule by its entries at 1, 2, …."""

    def __init__(self, entries: NDArray[np.float64]) -> None:
        self.entries = entries

    def __call__(self, t: Any) -> Any:
        return self.entries[np.asarray(t).astype(int) - 1]


def _value(given: Any, tried: Instance) -> Any:
    """Return a hyper-parameter, a number or a function of t, from the constants of an instance."""
    t = make("var", "t", "Z")
    value = given(Expression(t)) if callable(given) else given
    if isinstance(value, int | float):
        return value
    term, times = lift(value), np.arange(1.0, max(tried.T, 2) + 1)  # two entries are shown
    known = {v: _constant(v, tried) for v in term.free if isinstance(v, Term) and v is not t}
    entries = {
        s: np.broadcast_to(tried.constants[s.name](times), times.shape).astype(float)
        for s in term.free
        if isinstance(s, Symbol) and s.name in tried.constants
    }
    found = evaluated(term, {**known, t: times} if t in term.free else known, entries)
    return _Column(found) if found.ndim else float(found)


def _constant(variable: Term, tried: Instance) -> NDArray[np.float64]:
    value = tried.constants.get(str(variable.args[0]))
    if value is None or isinstance(value, tuple):
        raise AuditError(f"the instance gives no number to the constant {variable.args[0]}")
    return np.asarray(float(value))


# ---- problems


def _problem(own: Instance) -> Problem:
    found: Problem = resolve("problem", own.problem)
    return found.with_parameters(**own.parameters)


def _problems(own: Instance) -> Iterator[Problem]:
    """Yield the problem of the claim's audit, and every family with its usual parameters and with each of its words."""
    yield _problem(own)
    for name in sorted(entries("problem")):
        family: Problem = resolve("problem", name)
        words = {key: kind.words for key, kind in family.ranges.items() if isinstance(kind, Choice)}
        if family.layers is None:
            yield from (
                family.with_parameters(**dict(zip(words, chosen, strict=True))) for chosen in product(*words.values())
            )


def _start(problem: Problem, own: Instance) -> tuple[float, ...]:
    """Return where to begin: the problem's own point, in the dimension of the claim's audit if that is free."""
    if problem.coupled:
        return tuple(map(float, problem.x0))
    if own.x0 is not None and problem.name == own.problem:
        return own.x0
    return (float(problem.x0[0]),) * (1 if own.x0 is None else len(own.x0))


def _promised(problem: Problem, dimension: int) -> dict[str, Any]:
    """Return constants that a theorem writes out instead of assuming them in the shared vocabulary."""
    low, high = problem.ends
    found: dict[str, Any] = {"d": dimension}
    if np.isfinite([low, high]).all():
        found |= {"low": low, "high": high, "D": high - low}
    bounded = constants(problem.assumptions, BoundedGradients("G", norm=inf), dimension)
    return found | (dict(bounded) if bounded else {})


def _best(course: Course) -> tuple[float, ...]:
    """Return the best fixed point: where the objective is least, or an end of the box for linear losses."""
    if course.problem.minimum is not None:
        point = course.problem.call(course.problem.minimum).point
        return tuple(point) if course.problem.coupled else tuple(point) * course.dimension
    low, high = course.problem.ends
    return tuple(low if part[:, 0].sum() > 0 else high for part in course.g)


def _trivial(problem: Problem, dimension: int) -> float | None:
    """Return the least D G that no loss of a round exceeds, over the norms."""
    found = []
    for p, q in ((1, inf), (2, 2), (inf, 1)):
        wanted = BoundedDomain("D", norm=p), BoundedGradients("G", norm=q)
        diameter, size = (constants(problem.assumptions, a, dimension) for a in wanted)
        if diameter is not None and size is not None:
            found.append(float(diameter["D"] * size["G"]))
    return min(found, default=None)


# ---- words


def _relations(p: Term) -> Iterator[Term]:
    """Yield the inequalities that a statement joins, each under all that stands before them."""
    if p.op == "and":
        for part in p.args:
            yield from _relations(part)
    elif p.op in ("all", "imp"):
        yield from (make(p.op, p.args[0], part) for part in _relations(p.args[1]))
    elif p.op in ("le", "lt"):
        yield p


def _named(problem: Problem) -> str:
    """Return a problem with its parameters that are not the usual ones."""
    usual: Problem = resolve("problem", problem.name)
    own = {key: value for key, value in problem.parameters.items() if value != usual.parameters[key]}
    shown = ", ".join(f"{key} = {_brief(value)}" for key, value in own.items())
    return f"{problem.name}({shown})" if own else problem.name


def _shown(hyper: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_brief(value)}" for name, value in hyper.items())


def _brief(value: Any) -> str:
    if callable(value):
        return f"({', '.join(f'{float(value(np.float64(t))):.4g}' for t in (1, 2))}, …)"
    if isinstance(value, tuple) and len(value) > 4:
        return f"({', '.join(map(str, value[:3]))}, …)"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
