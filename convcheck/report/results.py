"""`Report`: what one ``verify`` found, with the exit code that follows; it renders nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcheck.claims.verdict import Expectation, FlagWord, Verdict
from convcheck.evidence.table import Table

if TYPE_CHECKING:
    from convcheck.claims.audit import Audit
    from convcheck.evidence.matrix import Matrix


class Outcome(IntEnum):
    """The exit code of a verification: all as declared, something is not, or something is undecided."""

    OK = 0
    FAILED = 1
    UNDECIDED = 3

    @staticmethod
    def worst(*outcomes: "Outcome") -> "Outcome":
        """Return the outcome of all together: a failure beats what is undecided."""
        return next((worst for worst in (Outcome.FAILED, Outcome.UNDECIDED) if worst in outcomes), Outcome.OK)


@dataclass(frozen=True, slots=True)
class ExperimentResult:
    """How an experiment came out.

    Parameters
    ----------
    id, title, file, line
        The experiment, and where ``expect`` begins in its file.
    preset
        The parameters it ran with: ``quick``, ``paper`` or another of its presets.
    seconds
        How long it took.
    table
        What was computed; None if it failed before.
    figures
        The files that show it.
    expectations
        What was judged; empty if it failed before.
    reason
        Why it could not be judged; empty if it was.
    undecided
        Whether that reason says nothing about the experiment itself: a tool is missing.
    """

    id: str
    title: str
    file: Path
    line: int
    preset: str
    seconds: float
    table: Table | None = None
    figures: tuple[Path, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    reason: str = ""
    undecided: bool = False

    @property
    def sha256(self) -> str | None:
        """The content hash of the table, if there is one."""
        return None if self.table is None else self.table.sha256

    @property
    def outcome(self) -> Outcome:
        """Whether every expectation holds."""
        if self.undecided:
            return Outcome.UNDECIDED
        if self.reason:
            return Outcome.FAILED
        return Outcome.worst(*map(self.outcome_of, self.expectations))

    @staticmethod
    def outcome_of(expectation: Expectation) -> Outcome:
        """Whether one expectation holds."""
        return _OUTCOMES[expectation.verdict]


@dataclass(frozen=True, slots=True)
class LawResult:
    """How one law came out on one rule; the reason is empty where it holds."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How the laws came out on an optimizer, schedule or problem."""

    kind: str
    id: str
    file: Path
    laws: tuple[LawResult, ...]
    seconds: float

    @property
    def broken(self) -> tuple[LawResult, ...]:
        """The laws that it does not obey."""
        return tuple(law for law in self.laws if law.reason)

    @property
    def outcome(self) -> Outcome:
        """Whether it obeys them all."""
        return Outcome.FAILED if self.broken else Outcome.OK


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """How a claim came out.

    Parameters
    ----------
    id, file, seconds
        The claim, its file, and how long it took.
    row
        What ``convcheck list`` shows of it, with the verdict that was found; empty if the file could not be read.
    checked_by
        Who decided: ``kernel``, ``check.py``, ``instances.py``.
    sha256
        That of the certificate or counterexample.
    audit
        What runs show of a proved theorem.
    matrix
        How tight it is on the problems that promise what it assumes.
    reason
        Why it did not come out as declared; empty if it did.
    undecided
        Whether that reason says nothing about the claim itself.
    """

    id: str
    file: Path
    seconds: float
    row: Mapping[str, Any] = field(default_factory=dict)
    checked_by: tuple[str, ...] = ()
    sha256: str | None = None
    audit: "Audit | None" = None
    matrix: "Matrix | None" = None
    reason: str = ""
    undecided: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """The declared flags, and ``vacuous-hypothesis`` or ``vacuous-bound`` where runs show this."""
        declared = tuple(self.row.get("flags", ()))
        seen = {
            FlagWord.VACUOUS_HYPOTHESIS: self.audit is not None and self.audit.vacuous,
            FlagWord.VACUOUS_BOUND: self.matrix is not None and self.matrix.vacuous,
        }
        return (*declared, *(str(flag) for flag, found in seen.items() if found and str(flag) not in declared))

    @property
    def outcome(self) -> Outcome:
        """Whether the claim came out as declared."""
        if self.undecided:
            return Outcome.UNDECIDED
        return Outcome.FAILED if self.reason else Outcome.OK


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one ``verify`` looked at, in the order of names; ``root`` is the folder with the catalogue."""

    root: Path
    rules: tuple[RuleResult, ...] = ()
    experiments: tuple[ExperimentResult, ...] = ()
    claims: tuple[ClaimResult, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether all is as declared; looking at nothing decides nothing."""
        outcomes = [result.outcome for result in self.rules] + [result.outcome for result in self.experiments]
        outcomes += [result.outcome for result in self.claims]
        return Outcome.worst(*outcomes) if outcomes else Outcome.UNDECIDED

    @property
    def summary(self) -> Mapping[str, int]:
        """How many there are of everything that is counted."""
        verdicts = Counter(e.verdict for result in self.experiments for e in result.expectations)
        return {
            "claims": len(self.claims),
            "as_declared": sum(1 for result in self.claims if result.outcome is Outcome.OK),
            "experiments": len(self.experiments),
            "expectations": verdicts.total(),
            "supported": verdicts[Verdict.SUPPORTED],
            "violated": verdicts[Verdict.VIOLATED],
            "inconclusive": verdicts[Verdict.INCONCLUSIVE],
            "failed": sum(1 for result in self.experiments if result.reason and not result.undecided),
            "undecided": sum(1 for result in self.experiments if result.undecided),
            "rules": len(self.rules),
            "laws": sum(len(result.laws) for result in self.rules),
            "broken": sum(len(result.broken) for result in self.rules),
        }


_OUTCOMES: Mapping[Verdict, Outcome] = {
    Verdict.SUPPORTED: Outcome.OK,
    Verdict.VIOLATED: Outcome.FAILED,
    Verdict.INCONCLUSIVE: Outcome.UNDECIDED,
}
