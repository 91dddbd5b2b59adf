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

REFUTED = """
from convcheck.claims.instance import Instance
from convcheck.language import *

claim = Claim(
    kind="regret",
    source=Source("zinkevich2003", "Theorem 0"),
    verdict="refuted",
    audit=(
        Instance(
            "linear_box",
            T=2,
            parameters={"signs": (1,), "D": 100},
            hyper={"lr": 1.0},
            constants={"T": 2, "u": -1},
            x0=(1.0,),
            certified=2,
        ),
    ),
)
t, T = ints("t T")
(u,) = reals("u")
game = play(sgd, lr=1)
given(1 <= T)
small = given(forall(1 <= t, game.g[t]**2 <= 1))
statement = Sum(game.g[t] * (game.x[t] - u), t, 1, T) <= sqrt(T)
counterexample = "a_square.json"
"""
"""Gradient descent on x, x from 1 against -1: the regret is 3, and is said to be at most √2."""

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
