"""What the last ``verify`` found of each claim, kept in ``.convcheck/ledger.json`` beside the catalogue.

An entry counts as long as its inputs are what they were: convcheck's own files and those below ``proofs/``.
"""

import hashlib
import json
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from convcheck.claims.discovery import ClaimFile
from convcheck.claims.verdict import Verdict
from convcheck.discovery import PACKAGE
from convcheck.errors import CorruptEntryWarning
from convcheck.simulate.folders import write_atomically

FILE = Path(".convcheck", "ledger.json")
SCHEMA = "convcheck/ledger/1"


@dataclass(frozen=True, slots=True)
class Record:
    """What a verification found: the verdict, the axioms and hypotheses that it rests on, the certificate's file."""

    verdict: Verdict = Verdict.UNCHECKED
    axioms: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    certificate: str | None = None


class Ledger:
    """The records of the claims of a catalogue."""

    def __init__(self, root: Path) -> None:
        """Read the ledger of the catalogue at ``root``; one that cannot be read is empty, with a warning."""
        self.path = root / FILE
        self._package = _digest(_sources(PACKAGE))
        self._folders: dict[Path, str] = {}
        self._rows: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            self._rows = self._stored()

    def record(self, file: ClaimFile) -> Record:
        """Return what is known of a claim today: what was found if nothing has changed since, else ``unchecked``."""
        row = self._rows.get(file.id)
        if row is None or row["inputs"] != self._inputs(file):
            return Record()
        return Record(Verdict(row["verdict"]), tuple(row["axioms"]), tuple(row["assumptions"]), row["certificate"])

    def keep(self, file: ClaimFile, record: Record) -> None:
        """Keep what was found of a claim."""
        self._rows[file.id] = {"inputs": self._inputs(file), **asdict(record), "verdict": str(record.verdict)}

    def row(self, identifier: str) -> dict[str, Any] | None:
        """Return what is kept of a claim, as plain data."""
        return self._rows.get(identifier)

    def adopt(self, identifier: str, row: dict[str, Any]) -> None:
        """Keep what another process found of a claim."""
        self._rows[identifier] = row

    def save(self) -> None:
        """Write the ledger."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"schema": SCHEMA, "claims": dict(sorted(self._rows.items()))}
        write_atomically(self.path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())

    def _inputs(self, file: ClaimFile) -> str:
        folder = file.path.parent.parent  # a claim may use others of its catalogue
        if folder not in self._folders:
            self._folders[folder] = _digest(path for path in _sources(folder) if path.is_file())
        return f"{self._package[:32]}{self._folders[folder][:32]}"

    def _stored(self) -> dict[str, dict[str, Any]]:
        try:
            content = json.loads(self.path.read_text("utf-8"))
            rows: dict[str, dict[str, Any]] = content["claims"] if content["schema"] == SCHEMA else {}
            for row in rows.values():
                Verdict(row["verdict"])
                if not {"inputs", "axioms", "assumptions", "certificate"} <= row.keys():
                    raise ValueError("a record is incomplete")  # noqa: TRY301  # as for any other damage
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"the ledger {self.path} cannot be read ({error}): every claim counts as unchecked"
            warnings.warn(message, CorruptEntryWarning, stacklevel=3)
            return {}
        return rows


def _sources(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder on which a derivation can depend."""
    yield from (path for suffix in ("py", "json") for path in sorted(folder.rglob(f"*.{suffix}")))


def _digest(paths: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
