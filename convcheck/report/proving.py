"""Judging a claim: its proof is run and the certificate replayed, or its counterexample is; nothing else decides."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from convcheck import check as checker
from convcheck.claims.audit import Audit, audit
from convcheck.claims.discovery import ClaimFile, read
from convcheck.claims.ledger import Ledger, Record
from convcheck.claims.refutation import refute
from convcheck.claims.verdict import Verdict
from convcheck.discovery import Entry, load
from convcheck.errors import CatalogError, ConvcheckError, RefutationError, UnknownNameError
from convcheck.evidence.matrix import Matrix, matrix
from convcheck.kernel import KernelError, Term, certificate
from convcheck.refute import instances
from convcheck.report.listing import claim_row
from convcheck.report.paths import shown
from convcheck.report.results import ClaimResult
from convcheck.simulate.folders import write_atomically
from convcheck.tactics.errors import NotProvedError

CERTIFICATES = Path(".convcheck", "certificates")
"""Where certificates are written, below the folder for output."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was found of a claim, and by whom."""

    record: Record
    checked_by: tuple[str, ...] = ()
    sha256: str | None = None
    audit: Audit | None = None
    matrix: Matrix | None = None


def judge_claim(entry: Entry, root: Path, output: Path | None, ledger: Ledger) -> ClaimResult:
    """Prove or refute the claim of a file, compare the verdict with the declared one, and keep it in the ledger.

    What is wrong with the claim becomes the result's reason.  Raises whatever is not one of convcheck's own errors.

    Parameters
    ----------
    entry
        The claim and its file.
    root
        The catalogue that it belongs to.
    output
        The folder below which the certificate goes; with None it is replayed and not kept.
    ledger
        Where the verdict is kept; the caller saves it.
    """
    start = perf_counter()
    result = ClaimResult(entry.name, entry.path, 0.0)
    try:
        file = read(entry.path)
        result = replace(result, row=claim_row(entry, root, ledger))
        finding = _find(file, output)
        ledger.keep(file, finding.record)
        result = replace(
            result,
            row=claim_row(entry, root, ledger),
            checked_by=finding.checked_by,
            sha256=finding.sha256,
            audit=finding.audit,
            matrix=finding.matrix,
            reason=_alarm(finding.audit)
            or _contradicted(finding.matrix)
            or ("" if finding.record.verdict is file.claim.verdict else _differs(file, finding.record.verdict)),
            undecided=finding.record.verdict is Verdict.UNCHECKED,
        )
    except (ConvcheckError, NotProvedError, KernelError, checker.CheckError, instances.InstanceError) as error:
        result = replace(result, reason=str(error))
    return replace(result, seconds=perf_counter() - start)


def _find(file: ClaimFile, output: Path | None) -> _Finding:
    if file.counterexample is not None:
        return _refute(file, file.counterexample, output)
    if callable(getattr(file.module, "proof", None)):
        return _prove(file, output)
    return _Finding(Record(Verdict.OPEN if file.claim.verdict is Verdict.OPEN else Verdict.UNCHECKED))


def _prove(file: ClaimFile, output: Path | None) -> _Finding:
    """Run the proof, of the statement or its negation, write the certificate, and have it replayed."""
    from convcheck.language.files import ProofFile

    theorem = ProofFile(file.path, file.module, file.context).prove().theorem
    content = json.dumps(file.within(lambda: certificate(theorem, _names([theorem.conclusion, *theorem.hypotheses]))))
    found = checker.check(content)
    kept = None if output is None else _keep(content, file, output)
    audited = audit(file, theorem)
    if file.negation is not None and audited.vacuous:
        raise RefutationError(f"{file.id}: no run is known that meets the hypotheses, so nothing is refuted")
    verdict = Verdict.PROVED if file.negation is None else Verdict.REFUTED
    record = Record(verdict, tuple(found.axioms), tuple(found.hypotheses), kept)
    compared = matrix(file, theorem) if file.negation is None else None
    return _Finding(record, ("kernel", "check.py"), found.sha256, audited, compared)


def _keep(content: str, file: ClaimFile, output: Path) -> str:
    """Write a certificate, and return how its file is named."""
    path = output / CERTIFICATES / f"{file.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content.encode())
    return shown(path, output)


def _names(terms: Iterable[Term]) -> dict[Term, str]:
    """Return how the author called the variables that binders in some terms bind."""
    from convcheck.language.hints import hint

    names: dict[Term, str] = {}
    waiting = [*terms]
    while waiting:
        term = waiting.pop()
        if (name := hint(term)) is not None:
            names[term] = name
        waiting.extend(argument for argument in term.args if isinstance(argument, Term))
    return names


def _refute(file: ClaimFile, path: Path, output: Path | None) -> _Finding:
    """Have the counterexample replayed, and see that it is about this statement and the optimizer's code."""
    try:
        data = instances.read(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"the counterexample {path} cannot be read: {error}") from error
    found = instances.check(data)
    if found.claim != file.id:
        raise CatalogError(f"{path} is a counterexample to {found.claim}, not to {file.id}")
    if data["game"] is not None and data["game"]["update"] is not None:
        _check_code(data["game"]["update"], path)
    _check_statement(file, data, found, path)
    record = Record(Verdict.REFUTED, certificate=shown(path, output))
    return _Finding(record, ("instances.py",), found.sha256)


def _check_statement(file: ClaimFile, data: dict[str, Any], found: instances.Result, path: Path) -> None:
    """Raise unless the claim's own statement fails on the same instance, with the same numbers."""
    refutation = refute(file)
    game = data["game"] or {"rounds": refutation.instance.T, "update": None}
    if game["rounds"] != refutation.instance.T:
        raise RefutationError(f"{path} has {game['rounds']} rounds, the instance of {file.id} {refutation.instance.T}")
    if game["update"] is not None and game["update"]["optimizer"] != refutation.optimizer:
        raise RefutationError(
            f"{path} is about {game['update']['optimizer']}, the statement about {refutation.optimizer}"
        )
    if not refutation.matches(found.observed, found.bound):
        raise RefutationError(
            f"{path} says {float(found.observed):.6g} > {float(found.bound):.6g}; "
            f"on its instance the statement says {refutation}"
        )


def _check_code(update: dict[str, object], path: Path) -> None:
    """Raise unless what the counterexample runs is the optimizer's own code, as it is today."""
    from convcheck.refute.write import code

    try:
        today = code(load("optimizer", str(update["optimizer"])))
    except UnknownNameError as error:
        raise CatalogError(f"{path}: {error}") from error
    if any(update[key] != value for key, value in today.items()):
        raise CatalogError(f"{path} does not run the code of {update['optimizer']} as it is today; write it anew")


def _alarm(audited: Audit | None) -> str:
    """Say that a run contradicts a proof: what links code to hypotheses is wrong, or the kernel is."""
    if audited is None or not audited.alarms:
        return ""
    first = audited.alarms[0]
    where = f"{first.text} ({first.outcome.reason})"
    return f"on {audited.witness}, which meets all hypotheses, this fact of the proof is false: {where}"


def _contradicted(compared: Matrix | None) -> str:
    """Say that a run contradicts a theorem."""
    if compared is None or not compared.violated:
        return ""
    return f"a run that meets all hypotheses contradicts it: {compared.violated[0]}"


def _differs(file: ClaimFile, verdict: Verdict) -> str:
    if verdict is Verdict.UNCHECKED:
        return f"it is declared {file.claim.verdict}, which no proof or counterexample decides"
    return f"it is declared {file.claim.verdict} and comes out {verdict}"
