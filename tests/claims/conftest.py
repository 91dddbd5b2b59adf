"""Claim files in a repository of one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

CLAIM = '''"""A square is not negative.

Known since long.
"""

from convcheck.claims.claim import Claim, Source
from convcheck.language.symbols import reals
from convcheck.language.words import square
from convcheck.optimizers.sgd import sgd

claim = Claim(kind="lemma", source=Source("zinkevich2003", "Lemma 1"), verdict="VERDICT")
x, = reals("x")
statement = 0 <= x**2
#MORE
'''
PROOF = "def proof():\n    return square(x)\n"

WriteClaim = Callable[..., Path]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def write_claim(repository: Path) -> WriteClaim:
    """Return what writes a claim file: its place below ``proofs``, the verdict that it declares, further lines."""

    def write(name: str = "mine2026/a_square", verdict: str = "proved", more: str = PROOF) -> Path:
        path = repository / "proofs" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CLAIM.replace("VERDICT", verdict).replace("#MORE", more), "utf-8")
        return path

    return write
