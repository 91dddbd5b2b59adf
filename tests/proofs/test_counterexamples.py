"""Counterexamples: the file in git is what its claim writes, breaks the claim's own statement, and by how much.

``CONVCHECK_UPDATE_GOLDEN=1 pytest tests/proofs/test_counterexamples.py`` writes the files anew, and fails where one has
changed.
"""

import json
import os
from pathlib import Path

import pytest

from convcheck.claims import discovery
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.refutation import refute
from convcheck.claims.verdict import Verdict
from convcheck.refute.instances import check, read
from convcheck.refute.write import save

ROOT = Path(__file__).parents[2]
REFUTED = [file for file in map(discovery.load, discovery.entries(ROOT)) if file.counterexample is not None]

refuted = pytest.mark.parametrize("file", REFUTED, ids=lambda file: file.id)


@refuted
def test_the_file_is_what_the_claim_writes(file: ClaimFile) -> None:
    path = file.counterexample
    assert path is not None
    written = file.within(file.module.refutation)
    if json.loads(path.read_text("utf-8")) != written and os.environ.get("CONVCHECK_UPDATE_GOLDEN"):
        save(written, path)
        pytest.fail(f"{path} was written anew; review the diff")
    assert read(path.read_text("utf-8")) == written


@refuted
def test_two_programs_find_the_same_numbers(file: ClaimFile) -> None:
    assert file.claim.verdict is Verdict.REFUTED
    assert file.counterexample is not None
    result = check(read(file.counterexample.read_text("utf-8")))
    refutation = refute(file)
    assert refutation.matches(result.observed, result.bound)
    assert not refutation.matches(result.observed, result.observed)


@refuted
def test_what_holds_instead_exists(file: ClaimFile) -> None:
    for flag in file.claim.flags:
        assert not flag.claim or discovery.load(flag.claim, ROOT).claim.verdict is Verdict.PROVED
