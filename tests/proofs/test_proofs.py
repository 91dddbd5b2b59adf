"""Every proof file proves its statement, and its certificate is replayed by the independent checker."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from convcheck.kernel import certificate
from convcheck.language.files import ProofFile, read

ROOT = Path(__file__).parents[2]
FILES = [path for path in sorted((ROOT / "proofs").glob("*/*.py")) if "def proof()" in path.read_text("utf-8")]


@pytest.fixture(scope="module", params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def proof_file(request: pytest.FixtureRequest) -> ProofFile:
    path: Path = request.param
    return read(path)


def test_the_statement_is_proved_and_replayed(proof_file: ProofFile, tmp_path: Path) -> None:
    proof = proof_file.prove()
    theorem = proof.theorem
    assert not proof.undefined
    assert theorem.conclusion is proof_file.statement.term
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(certificate(theorem)), encoding="utf-8")
    command = [sys.executable, str(ROOT / "convcheck" / "check.py"), str(path)]
    replayed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def test_a_file_has_a_title_and_a_source(proof_file: ProofFile) -> None:
    assert proof_file.title.endswith(".")
    assert "Source" in (proof_file.module.__doc__ or "")
