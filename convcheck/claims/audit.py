"""The audit on the run: a theorem's hypotheses, and every step of its derivation, are evaluated on an optimizer's run.

What is trusted is the kernel.  What is not is the link from code to hypotheses, and that the hypotheses can be met at
all: a theorem shows as proved only with a *witness*, a run on which all of them hold.

Finite range.  An instance has T rounds.  ∀t ranges over the indices -1, …, T + 2, and counts where everything it speaks
of was recorded; ∀ over reals and vectors ranges over some sample points, among them points of the run;
there is one outcome, so that noise is not audited.  So a fact is
seen to be violated, or seen to hold on this range, or it is listed as unevaluated with the reason.

Witness.  On the first rounds the run is repeated in exact and ball arithmetic, where inequalities are decided rightly.
The equations by which the game defines x_{t+1}, v_t, … hold there by construction: the course is computed by them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from convcheck.claims.audited import INSTANCES
from convcheck.claims.course import Course, certified, recorded
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.fields import Array, Certified, Field, exact
from convcheck.claims.instance import Instance
from convcheck.claims.interpret import Axis, Evaluator, Meaning, Outcome, Samples
from convcheck.errors import AuditError, UnknownNameError
from convcheck.kernel import Symbol, Term, Theorem, derivation
from convcheck.kernel.axioms import BUILTIN
from convcheck.language.objective import Objective
from convcheck.language.play import Game
from convcheck.language.terms import COORDINATE

BUDGET, CERTIFIED_BUDGET = 40_000, 400
"""Values of the variables of one formula, in doubles and in balls."""
REALS = (
    Fraction(-2),
    Fraction(-1),
    Fraction(-1, 3),
    Fraction(0),
    Fraction(1, 2),
    Fraction(1),
    Fraction(3),
    Fraction(8),
    Fraction(16),
)
EXACT, SAMPLED, BY_CONSTRUCTION = "exact", "exact at samples", "by construction"


@dataclass(frozen=True, slots=True)
class Finding:
    """A hypothesis or a fact as text, how it came out on the run, and how its hypotheses did in exact arithmetic.

    ``certificate`` is ``exact``, ``exact at samples`` for what speaks of all points of the space, ``by construction``
    for an equation that defines the course, or it says what is missing.
    """

    text: str
    outcome: Outcome
    certificate: str = ""

    @property
    def certified(self) -> bool:
        """Whether it is known to hold on the first rounds, without a tolerance."""
        return self.certificate in (EXACT, SAMPLED, BY_CONSTRUCTION)


@dataclass(frozen=True, slots=True)
class Witness:
    """A run on which all hypotheses hold; without ``certified`` rounds they hold up to a tolerance only."""

    optimizer: str
    problem: str
    parameters: Mapping[str, Any]
    hyper: Mapping[str, Any]
    constants: Mapping[str, Any]
    T: int
    certified: int | None

    def __str__(self) -> str:
        """Say which run it is, in one line."""
        values = {**self.parameters, **self.constants}
        shown = ", ".join(f"{name} = {_shown(value)}" for name, value in values.items())
        how = "in doubles only" if self.certified is None else f"certified for {self.certified} rounds"
        return f"{self.optimizer} on {self.problem}{f' ({shown})' if shown else ''}, T = {self.T}, {how}"


@dataclass(frozen=True, slots=True)
class RunAudit:
    """What one run shows of a theorem."""

    optimizer: str
    instance: Instance
    hypotheses: tuple[Finding, ...]
    facts: tuple[Finding, ...]
    conclusion: Finding

    @property
    def witness(self) -> Witness | None:
        """The run, if all hypotheses hold on it."""
        if not self.hypotheses or not all(h.outcome.met for h in self.hypotheses):
            return None
        i = self.instance
        rounds = i.certified if all(h.certified for h in self.hypotheses) else None
        return Witness(self.optimizer, i.problem, i.parameters, i.hyper, i.constants, i.T, rounds)


@dataclass(frozen=True, slots=True)
class Audit:
    """What the runs that a claim declares show of its theorem."""

    claim: str
    hypotheses: int
    runs: tuple[RunAudit, ...]

    @property
    def witness(self) -> Witness | None:
        """The first run on which all hypotheses hold, a certified one if there is one."""
        found = [run.witness for run in self.runs if run.witness is not None]
        return next((w for w in found if w.certified is not None), found[0] if found else None)

    @property
    def vacuous(self) -> bool:
        """Whether the theorem assumes something that no declared run meets."""
        return self.hypotheses > 0 and self.witness is None

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """Facts that are false on a run that meets all hypotheses: the run, the audit or the kernel is wrong."""
        met = (run for run in self.runs if run.witness is not None)
        return tuple(f for run in met for f in (*run.facts, run.conclusion) if f.outcome.status == "violated")

    @property
    def violated(self) -> tuple[Finding, ...]:
        """What is false on a run: a fact that is shows that a run does not mean what the theorem means."""
        return self._of("violated")

    @property
    def unevaluated(self) -> tuple[Finding, ...]:
        """What could not be evaluated, each with its reason."""
        return self._of("unevaluated")

    @property
    def assumed(self) -> tuple[Finding, ...]:
        """The hypotheses on the run of the witness, or on the first run if there is none."""
        chosen = [run for run in self.runs if run.witness is not None and run.witness == self.witness] or self.runs
        return chosen[0].hypotheses if chosen else ()

    @property
    def evaluated(self) -> int:
        """How many hypotheses and facts were seen to hold."""
        return len(self._of("holds"))

    def _of(self, status: str) -> tuple[Finding, ...]:
        every = (f for run in self.runs for f in (*run.hypotheses, *run.facts, run.conclusion))
        return tuple(f for f in every if f.outcome.status == status)


def audit(file: ClaimFile, theorem: Theorem, instances: Iterable[Instance] | None = None) -> Audit:
    """Evaluate a theorem, its hypotheses and its derivation on runs.

    Parameters
    ----------
    file
        The claim, whose game says which symbols are points, gradients and states.
    theorem
        What its proof proves.
    instances
        The runs; by default those that the claim declares, or else those of `convcheck.claims.audited`.

    Raises
    ------
    AuditError
        The file has not one game, or a constant of the instance is none of the theorem's.
    """
    chosen = [i for i in file.claim.audit if isinstance(i, Instance)] if instances is None else list(instances)
    if instances is None and not chosen:
        chosen = [*INSTANCES.get(file.id, ())]
    return Audit(
        file.id,
        len(theorem.hypotheses),
        tuple(file.within(partial(_audit, file, theorem, instance)) for instance in chosen),
    )


def _audit(file: ClaimFile, theorem: Theorem, instance: Instance) -> RunAudit:
    games = [value for value in vars(file.module).values() if isinstance(value, Game)]
    if len(games) != 1:
        raise AuditError(f"{file.id} has {len(games)} games; a theorem about one game is audited")
    objectives = [value for value in vars(file.module).values() if isinstance(value, Objective)]
    optimizer = games[0].optimizer
    hypotheses = sorted(theorem.hypotheses, key=lambda p: p.key)
    seen = _Run(recorded(optimizer, instance), games[0], objectives, hypotheses, theorem, instance)
    sure = _Run(certified(optimizer, instance), games[0], objectives, hypotheses, theorem, instance)
    definitions = {h for fact in games[0].facts.values() for h in fact.theorem.hypotheses}

    def hypothesis(p: Term) -> Finding:
        outcome = sure.judge(p)
        return Finding(_text(p), seen.judge(p), _certificate(p, outcome, defines=p in definitions))

    conclusion = sure.judge(theorem.conclusion)
    return RunAudit(
        optimizer.name,
        instance,
        tuple(hypothesis(p) for p in hypotheses),
        tuple(_facts(theorem, seen)),
        Finding(
            _text(theorem.conclusion), seen.judge(theorem.conclusion), _certificate(theorem.conclusion, conclusion)
        ),
    )


def _certificate(p: Term, outcome: Outcome, *, defines: bool = False) -> str:
    """Say how it is known that a formula holds on the first rounds, or what is missing."""
    if outcome.status == "violated":
        return outcome.reason
    if outcome.met and not outcome.open:
        return SAMPLED if _speaks_of_points(p) else EXACT
    if defines and not _speaks_of_points(p):
        return BY_CONSTRUCTION
    return outcome.reason or f"open at {outcome.open} of {outcome.open + outcome.points} points"


def _speaks_of_points(p: Term) -> bool:
    """Tell whether a formula quantifies over vectors or reals, of which samples were taken."""
    return (p.op == "all" and p.args[0] in ("V", "R")) or any(
        _speaks_of_points(part) for part in p.args if isinstance(part, Term) and part.sort == "B"
    )


def _facts(theorem: Theorem, seen: "_Run") -> Iterable[Finding]:
    """Yield every fact of a derivation; what it assumes beyond the theorem's hypotheses are its premises."""
    done: set[tuple[Term, frozenset[Term]]] = set()
    for fact in derivation(theorem):
        premises = fact.hypotheses - theorem.hypotheses
        key = (fact.conclusion, premises)
        if key not in done and fact is not theorem and fact.how[0] != "assume":
            done.add(key)
            outcome = seen.judge(fact.conclusion, sorted(premises, key=lambda p: p.key))
            yield Finding(_text(fact.conclusion), outcome)


def _text(p: Term) -> str:
    from convcheck.language.printing import text

    return text(p)


class _Run:
    """A theorem's symbols and constants on one course."""

    def __init__(
        self,
        course: Course,
        game: Game,
        objectives: Sequence[Objective],
        hypotheses: Sequence[Term],
        theorem: Theorem,
        instance: Instance,
    ) -> None:
        self.course, self.field = course, course.field
        self.fixed = {v for p in (*hypotheses, theorem.conclusion) for v in p.free if isinstance(v, Term)}
        self.constants = _constants(self.field, instance, hypotheses, theorem, course)
        for objective in objectives:
            minimum = course.problem.minimum
            if minimum is not None:
                self.constants[objective.least.term] = self.field.lift(_plain(course.problem.call(minimum).lower))
        self.symbols = _symbols(course, game, objectives)
        self._choose(hypotheses)
        budget = CERTIFIED_BUDGET if isinstance(self.field, Certified) else BUDGET
        self.samples = Samples(course.T, self._reals(), self._vectors(), budget)

    def judge(self, conclusion: Term, premises: Sequence[Term] = ()) -> Outcome:
        """Return how a fact comes out on the course."""
        free = {v for p in (conclusion, *premises) for v in p.free if isinstance(v, Term)} - self.fixed
        return self._evaluator().judge(conclusion, premises, sorted(free, key=lambda v: v.key))

    def _evaluator(self) -> Evaluator:
        return Evaluator(self.field, self.symbols, self.constants, self.samples, self.course.dimension)

    def _reals(self) -> Array:
        return np.concatenate([np.atleast_1d(self.field.lift(value)) for value in REALS])

    def _vectors(self) -> tuple[Array, ...]:
        """Return points of the run and some others, by coordinate."""
        places = sorted({0, 1, self.course.T // 2, self.course.T})
        lattice = [[(3 * k + 5 * i) % 7 - 3 for k in range(4)] for i in range(self.course.dimension)]
        return tuple(
            np.concatenate([part[places], self.field.lift(np.asarray(own))])
            for part, own in zip(self.course.x, lattice, strict=True)
        )

    def _choose(self, hypotheses: Sequence[Term]) -> None:
        """Give the sequences that stand for ``np.where`` their meaning: of the hypothesis whose condition is true."""
        branches: dict[Symbol, list[tuple[Term, Term]]] = {}
        for p in hypotheses:
            while p.op == "all":
                p = p.args[1]  # noqa: PLW2901  # the body of the hypothesis
            if p.op == "imp" and p.args[1].op == "imp" and p.args[1].args[1].op == "eq":
                condition, equation = p.args[1].args
                named = equation.args[0]
                if named.op == "app" and named.args[0].name.startswith("choice"):
                    branches.setdefault(named.args[0], []).append((condition, equation.args[1]))
        for symbol, cases in branches.items():
            self.symbols[symbol] = partial(self._chosen, cases)

    def _chosen(self, cases: Sequence[tuple[Term, Term]], *indices: Array) -> Array:
        env, depth = tuple(Axis("Z", index) for index in indices), max(index.ndim for index in indices)
        evaluator = self._evaluator()
        result: Array = np.asarray(self.field.missing)
        for condition, value in cases:
            true = evaluator.truth(condition, env, depth, lenient=False).true
            result = np.where(true, evaluator.number(value, env, depth), result)
        return result


def _symbols(course: Course, game: Game, objectives: Sequence[Objective]) -> dict[Symbol, Meaning]:
    """Return what the game's symbols mean on a course."""
    made: dict[Symbol, Meaning] = {game.x.symbol: partial(_recorded, course.field, game.x.symbol, course.x, 1)}
    made[game.g.symbol] = partial(_recorded, course.field, game.g.symbol, course.g, 1)
    for name, symbol in game.states.items():
        made[symbol.symbol] = partial(_recorded, course.field, symbol.symbol, course.states[name], 0)
    made[COORDINATE] = partial(_coordinate, course.field)
    made[game.f.values.symbol] = lambda t, y, *_: course.loss(t, y if isinstance(y, tuple) else (y,))
    for objective in objectives:
        made[objective.value.symbol] = lambda y: course.loss(np.asarray(1), y)
        made[objective.gradient.symbol] = lambda y: course.gradient(np.asarray(1), y)
    if (projection := _projection(game)) is not None:
        made[projection] = course.project
    return made


def _projection(game: Game) -> Symbol | None:
    fact = game.facts.get("projection")
    names = () if fact is None else fact.theorem.conclusion.free
    return next((s for s in names if isinstance(s, Symbol) and s not in BUILTIN), None)


def _recorded(field: Field, symbol: Symbol, parts: Sequence[Array], first: int, *indices: Array) -> Any:
    """Return entries of a sequence that begins at index ``first``."""
    time = indices[0] - first
    inside = (time >= 0) & (time < len(parts[0]))
    place = np.clip(time, 0, len(parts[0]) - 1)
    columns = tuple(np.where(inside, part[place], field.missing) for part in parts)
    if symbol.codomain == "V":
        return columns
    if len(columns) > 1:
        raise AuditError(f"the run has {len(columns)} coordinates, and {symbol.name} is one number")
    return columns[0]


def _coordinate(field: Field, vector: Sequence[Array], index: Array) -> Array:
    """Return the coordinate of a vector at an index from 1 on; the run knows of no others."""
    found: Array = np.asarray(field.missing)
    for i, part in enumerate(vector, 1):
        found = np.where(index == i, part, found)
    return found


def _constants(
    field: Field, instance: Instance, hypotheses: Sequence[Term], theorem: Theorem, course: Course
) -> dict[Term, Any]:
    """Return the values of the theorem's fixed variables."""
    fixed = {v for p in (*hypotheses, theorem.conclusion) for v in p.free if isinstance(v, Term)}
    by_name = {str(v.args[0]): v for v in fixed}
    made: dict[Term, Any] = {}
    for name, value in instance.constants.items():
        if name not in by_name:
            raise UnknownNameError("constant", name, by_name, where="of the theorem")
        if by_name[name].sort == "V":
            entries = value if isinstance(value, tuple) else (value,) * course.dimension
            made[by_name[name]] = tuple(field.lift(_plain(entry)) for entry in entries)
        else:
            made[by_name[name]] = np.asarray(value) if by_name[name].sort == "Z" else field.lift(_plain(value))
    return made


def _plain(value: Any) -> Any:
    """Return a number as a fraction, a float as the decimal it was written as."""
    q = exact(value)
    return Fraction(int(q.numer()), int(q.denom()))


def _shown(value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    entries = [*map(str, value)] if len(value) <= 6 else [*map(str, value[:3]), "…", str(value[-1])]
    return f"({', '.join(entries)})"
