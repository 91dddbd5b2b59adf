"""What was found of a claim is kept, and counts until something changes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from convcheck.claims import discovery
from convcheck.claims.ledger import FILE, Ledger, Record
from convcheck.claims.verdict import Verdict
from convcheck.errors import CorruptEntryWarning

if TYPE_CHECKING:
    from tests.claims.conftest import WriteClaim

FOUND = Record(Verdict.PROVED, ("sqrt",), ("0 < α",), ".convcheck/certificates/a.json")


def kept(repository: Path) -> discovery.ClaimFile:
    """Keep what was found of the one claim of a repository, and return that."""
    file = discovery.load("mine2026/a-square")
    ledger = Ledger(repository)
    assert ledger.record(file) == Record()
    ledger.keep(file, FOUND)
    ledger.save()
    return file


def test_what_was_found_is_found_again(write_claim: "WriteClaim", repository: Path) -> None:
    write_claim()
    file = kept(repository)
    assert Ledger(repository).record(file) == FOUND
    assert {path.name for path in repository.iterdir()} == {"proofs", ".convcheck"}


def test_a_change_makes_it_unchecked(write_claim: "WriteClaim", repository: Path) -> None:
    path = write_claim()
    kept(repository)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert Ledger(repository).record(discovery.load("mine2026/a-square")).verdict is Verdict.UNCHECKED


def test_a_new_file_beside_it_makes_it_unchecked(write_claim: "WriteClaim", repository: Path) -> None:
    write_claim()
    file = kept(repository)
    write_claim("mine2026/b_square")
    assert Ledger(repository).record(file) == Record()


def damaged(content: dict[str, Any]) -> list[str]:
    row = content["claims"]["mine2026/a-square"]
    wrong = [{**row, "verdict": "certain"}, {key: value for key, value in row.items() if key != "inputs"}, 3, None]
    texts = [json.dumps({**content, "claims": {"mine2026/a-square": other}}) for other in wrong]
    return ["", "{", "[]", "{}", json.dumps({**content, "claims": []}), *texts]


def test_a_damaged_ledger_is_empty_and_says_so(write_claim: "WriteClaim", repository: Path) -> None:
    write_claim()
    file = kept(repository)
    path = repository / FILE
    for text in damaged(json.loads(path.read_text("utf-8"))):
        path.write_text(text, "utf-8")
        with pytest.warns(CorruptEntryWarning, match="every claim counts as unchecked"):
            assert Ledger(repository).record(file) == Record()


def test_another_version_is_empty(write_claim: "WriteClaim", repository: Path) -> None:
    write_claim()
    file = kept(repository)
    path = repository / FILE
    path.write_text(path.read_text("utf-8").replace("ledger/1", "ledger/2"), "utf-8")
    assert Ledger(repository).record(file) == Record()
