"""What is proved, as the independent checker prints it: a changed statement, hypothesis or proof is a visible diff.

``CONVCHECK_UPDATE_GOLDEN=1 pytest tests/proofs/test_golden.py`` writes the file anew, and fails, so that a change is
never accepted unseen.
"""

import json
import os
from pathlib import Path

import pytest

from convcheck import check
from convcheck.kernel import certificate
from convcheck.language.files import read

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden.txt"


def entry(path: Path) -> str:
    """Prove a file and return its entry: statement, hypotheses, axioms, the certificate's digest."""
    result = check.check(json.dumps(certificate(read(path).prove().theorem)))
    lines = [f"{path.parent.name}/{path.stem}", f"  {result.statement}", *(f"  if {h}" for h in result.hypotheses)]
    lines += [f"  for all {symbol}" for symbol in result.symbols]
    return "\n".join([*lines, f"  axioms {', '.join(result.axioms)}", f"  certificate {result.sha256}"])


def test_what_is_proved_is_what_was_reviewed() -> None:
    files = [path for path in sorted((ROOT / "proofs").glob("*/*.py")) if "def proof()" in path.read_text("utf-8")]
    proved = "\n\n".join(map(entry, files)) + "\n"
    if os.environ.get("CONVCHECK_UPDATE_GOLDEN"):
        GOLDEN.write_text(proved, encoding="utf-8")
        pytest.fail(f"{GOLDEN} was written anew; review the diff")
    assert proved == GOLDEN.read_text("utf-8")
