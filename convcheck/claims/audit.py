"""The audit on the run: a theorem's hypotheses, and every step of its derivation, are evaluated on an optimizer's run.

What is trusted is the kernel.  What is not is the link from code to hypotheses, and that the hypotheses can be met at
all: a theorem shows as proved only with a *witness*, a run on which all of them hold.

Finite range.  An instance has T rounds.  ∀t ranges over the indices -1, …, T + 2, and counts where everything it speaks
of was recorded; ∀ over reals and vectors ranges over some sample points, among them points of the run.  A random game
is played on all its outcomes, so that E and E[· | F_t] are exact.  What would take too many points on the whole run,
sums within sums of two indices for instance, is evaluated on its first rounds.  So a fact is seen to be violated, or
seen to hold on this range, or it is listed as unevaluated with the reason.

Witness.  On the first rounds the run is repeated in exact and ball arithmetic, where inequalities are decided rightly.
The equations by which the game defines x_{t+1}, v_t, … hold there by construction: the course is computed by them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from convcheck.claims.discovery import ClaimFile
from convcheck.claims.following import certified, recorded, rounds_with
from convcheck.claims.instance import Instance
from convcheck.claims.interpret import Outcome
from convcheck.claims.meaning import Interpretation
from convcheck.discovery import resolve
from convcheck.errors import AuditError
from convcheck.kernel import Term, Theorem, derivation
from convcheck.kernel.terms import mentions_outcome
from convcheck.language.objective import Objective
from convcheck.language.play import Game
from convcheck.language.printing import text
from convcheck.schedules.base import Schedule

if TYPE_CHECKING:
    from convcheck.optimizers.base import Optimizer

SHORT, FEW = 300, 64
"""Rounds, and outcomes of a random game, on which that is evaluated which takes too many points on the whole run."""
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
    rounds: int = 0
    """How many rounds of the run it was evaluated on."""

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

    def as_text(self) -> "Audit":
        """Return the same with text for the functions and schedules of its runs, which other processes cannot read."""
        return replace(self, runs=tuple(replace(run, instance=_as_text(run.instance)) for run in self.runs))

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
        The runs; by default those that the claim declares.

    Raises
    ------
    AuditError
        It is not clear who plays, or a constant of the instance is none of the theorem's.
    """
    return Audit(
        file.id,
        len(theorem.hypotheses),
        tuple(
            file.within(partial(_audit, file, theorem, instance))
            for instance in (file.claim.audit if instances is None else instances)
        ),
    )


def _audit(file: ClaimFile, theorem: Theorem, instance: Instance) -> RunAudit:
    game, optimizer = player(file, instance)
    objectives = [value for value in vars(file.module).values() if isinstance(value, Objective)]
    hypotheses = sorted(theorem.hypotheses, key=lambda p: p.key)
    random = any(mentions_outcome(p) for p in (*hypotheses, theorem.conclusion))
    fewer = rounds_with(FEW, optimizer, instance) if random else min(instance.T, SHORT)
    courses = [recorded(optimizer, instance, T, random=random) for T in dict.fromkeys([instance.T, fewer])]
    runs = [Interpretation(course, game, objectives, hypotheses, theorem.conclusion, instance) for course in courses]
    exact_course = certified(optimizer, instance, random=random)
    sure = Interpretation(exact_course, game, objectives, hypotheses, theorem.conclusion, instance)
    facts = () if game is None else game.facts.values()
    definitions = {h for fact in facts for h in fact.theorem.hypotheses}

    def finding(p: Term) -> Finding:
        outcome, rounds = _judged(runs, p)
        return Finding(text(p), outcome, certificate_of(p, sure.judge(p), defines=p in definitions), rounds)

    return RunAudit(
        optimizer.name,
        instance,
        tuple(map(finding, hypotheses)),
        tuple(_facts(theorem, runs)),
        finding(theorem.conclusion),
    )


def player(file: ClaimFile, instance: Instance) -> tuple[Game | None, "Optimizer"]:
    """Return the claim's game and its optimizer, or None and the optimizer that the instance names.

    Raises
    ------
    AuditError
        It is not clear who plays.
    """
    games = [value for value in vars(file.module).values() if isinstance(value, Game)]
    if len(games) + bool(instance.optimizer) != 1:
        besides = " and an optimizer besides" if instance.optimizer else ""
        raise AuditError(
            f"{file.id} has {len(games)} games{besides}; one plays, or an optimizer that the instance names"
        )
    if games:
        return games[0], games[0].optimizer
    optimizer: Optimizer = resolve("optimizer", instance.optimizer)
    return None, optimizer


def _judged(runs: Sequence[Interpretation], conclusion: Term, premises: Sequence[Term] = ()) -> tuple[Outcome, int]:
    """Return how a fact comes out on the first of some runs that is not too long for it, and that run's rounds."""
    for run in runs[:-1]:
        outcome = run.judge(conclusion, premises)
        if not outcome.large:
            return outcome, run.course.T
    return runs[-1].judge(conclusion, premises), runs[-1].course.T


def certificate_of(p: Term, outcome: Outcome, *, defines: bool = False) -> str:
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


def _facts(theorem: Theorem, runs: Sequence[Interpretation]) -> Iterable[Finding]:
    """Yield every fact of a derivation; what it assumes beyond the theorem's hypotheses are its premises."""
    done: set[tuple[Term, frozenset[Term]]] = set()
    for fact in derivation(theorem):
        premises = fact.hypotheses - theorem.hypotheses
        key = (fact.conclusion, premises)
        if key not in done and fact is not theorem and fact.how[0] != "assume":
            done.add(key)
            # What a lemma says of all sequences is seen on a short run as well as on a long one.
            chosen = runs if runs[0].speaks_of(fact.conclusion, *premises) else runs[-1:]
            outcome, rounds = _judged(chosen, fact.conclusion, sorted(premises, key=lambda p: p.key))
            yield Finding(text(fact.conclusion), outcome, rounds=rounds)


def _as_text(instance: Instance) -> Instance:
    def shown(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _shown(value) if callable(value) else value for name, value in values.items()}

    parts = (instance.parameters, instance.hyper, instance.constants)
    parameters, hyper, constants = map(shown, parts)
    return replace(instance, parameters=parameters, hyper=hyper, constants=constants)


def _shown(value: Any) -> str:
    if isinstance(value, Schedule):
        return f"{value.name}({', '.join(f'{name}={part}' for name, part in value.parameters.items())})"
    if not isinstance(value, tuple):
        return str(getattr(value, "__name__", value))
    entries = [*map(str, value)] if len(value) <= 6 else [*map(str, value[:3]), "…", str(value[-1])]
    return f"({', '.join(entries)})"
