"""`Explanation`: all that is known of a claim, found out now: it is proved and replayed, or refuted, and audited."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from convcheck.claims.audit import Witness
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.ledger import Ledger
from convcheck.claims.refutation import Refutation, refute
from convcheck.claims.verdict import Verdict
from convcheck.discovery import Entry
from convcheck.language.scope import current
from convcheck.refute.instances import InstanceError, check, read
from convcheck.report.derivation.lines import Line, Typesetter
from convcheck.report.derivation.narrative import Story, named, tell
from convcheck.report.json import claim_json
from convcheck.report.proving import judge_claim
from convcheck.report.results import ClaimResult


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim, what was found of it, and the derivation as its file tells it; None for a claim without a proof.

    Parameters
    ----------
    file
        The claim.
    result
        What was found.
    story
        The derivation and the hypotheses.
    axioms
        The axioms that the derivation rests on, each with its formula.
    counterexample
        What the independent checker says of the counterexample; empty without one.
    hypotheses
        What the claim assumes, in a proof or in what is refuted.
    refutation
        The instance on which the hypotheses hold and the statement does not; None if it is not refuted by one.
    """

    file: ClaimFile
    result: ClaimResult
    story: Story | None
    axioms: tuple[Line, ...]
    counterexample: tuple[str, ...]
    hypotheses: tuple[Line, ...] = ()
    refutation: Refutation | None = None

    @property
    def verdict(self) -> str:
        """The verdict with its meaning, or why it is none."""
        if self.result.reason:
            return f"not as declared: {self.result.reason}"
        verdict = Verdict(self.result.row["verdict"])
        return f"{verdict}: {verdict.meaning}"

    @property
    def checkers(self) -> str:
        """Who decided."""
        return " and ".join(self.result.checked_by)

    @property
    def witness(self) -> Witness | None:
        """A run that meets all hypotheses."""
        return None if self.result.audit is None else self.result.audit.witness

    @property
    def witness_text(self) -> str:
        """What runs show of the theorem."""
        if self.refutation is not None:
            return self.refutation.text
        audit = self.result.audit
        if audit is None:
            return ""
        if self.witness is None:
            return "no run is known that meets all hypotheses" if audit.hypotheses else "nothing is assumed"
        unevaluated = f", {len(audit.unevaluated)} not evaluated" if audit.unevaluated else ""
        return (
            f"{self.witness}: all {audit.hypotheses} hypotheses hold; "
            f"{audit.evaluated} formulas were seen to hold on runs{unevaluated}"
        )

    def lines(self, kind: str) -> tuple[Line, ...]:
        """Return the hypotheses of a kind: what the ``code`` says, or what is an ``assumption``."""
        return tuple(line for line in self.hypotheses if line.kind == kind)

    def data(self, root: Path) -> dict[str, Any]:
        """Return it as plain values: schema ``explanation.json``."""
        return {
            **claim_json(self.result, root),
            "card": self.file.card,
            "hypotheses": [asdict(line) for line in self.hypotheses],
            "axiom_formulas": [asdict(line) for line in self.axioms],
            "derivation": [asdict(line) for line in (() if self.story is None else self.story.lines)],
            "counterexample": [*self.counterexample],
        }


def explain(file: ClaimFile, root: Path, output: Path) -> Explanation:
    """Prove or refute a claim, audit it, and collect what there is to say; nothing is written.

    Parameters
    ----------
    file
        The claim.
    root
        The catalogue that it belongs to.
    output
        The folder below which earlier results are kept.
    """
    ledger = Ledger(output)
    kept = ledger.record(file).certificate
    result = judge_claim(Entry(file.id, file.path, None), root, None, ledger)
    row: Mapping[str, Any] = {**result.row, "certificate": result.row.get("certificate") or kept}
    derived = not result.reason and "kernel" in result.checked_by
    story = tell(file.path) if derived else None
    axioms = tuple(map(_axiom, row.get("axioms", ())))
    refutation = None if result.reason or file.counterexample is None else refute(file)
    hypotheses = _assumed(file) if story is None else story.hypotheses
    counterexample = tuple(_counterexample(file))
    return Explanation(file, replace(result, row=row), story, axioms, counterexample, hypotheses, refutation)


def _assumed(file: ClaimFile) -> tuple[Line, ...]:
    """Return what a claim without a proof assumes."""
    return file.within(lambda: tuple(named(current().given, vars(file.module))))


def _axiom(name: str) -> Line:
    from convcheck.kernel.axioms import AXIOMS

    text, latex = Typesetter().formula(AXIOMS[name])
    return Line("axiom", 0, name, text, f"${latex}$")


def _counterexample(file: ClaimFile) -> Sequence[str]:
    """Return what the independent checker says of the counterexample."""
    path = file.counterexample
    try:
        return [] if path is None else str(check(read(path.read_text("utf-8")))).splitlines()
    except InstanceError as error:
        return [f"{path} is rejected: {error}"]
