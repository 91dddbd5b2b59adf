"""``convcheck explain``: everything that is known of one claim."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from convcheck.claims.discovery import load
from convcheck.claims.ledger import Ledger, Record
from convcheck.claims.verdict import Verdict
from convcheck.refute.write import counterexample, save
from tests.claims.conftest import CLAIM, PROOF

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def write(repository: Path, verdict: str = "proved", more: str = PROOF) -> Path:
    path = repository / "proofs" / "mine2026" / "a_square.py"
    path.parent.mkdir(parents=True)
    path.write_text(CLAIM.replace("VERDICT", verdict).replace("#MORE", more), "utf-8")
    return path


def test_an_unverified_claim_says_so(cli: "Cli", repository: Path) -> None:
    write(repository)
    outcome = cli("explain", "mine2026/a-square")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "mine2026/a-square  A square is not negative"
    for line in (
        "zinkevich2003, Lemma 1",
        "declared proved; not verified since it last changed",
        "sgd",
        "0 ≤ x²",
        "Known since long.",
    ):
        assert f"  {line}" in lines


def test_what_was_found_is_shown(cli: "Cli", repository: Path) -> None:
    write(repository)
    ledger = Ledger(repository)
    ledger.keep(load("mine2026/a-square"), Record(Verdict.PROVED, ("sqrt_square",), ("0 < α",), "the/certificate.json"))
    ledger.save()
    lines = cli("explain", "mine2026/a-square").out.splitlines()
    assert f"  proved: {Verdict.PROVED.meaning}" in lines
    assert {"  sqrt_square", "  0 < α", "  the/certificate.json"} <= {*lines}


def test_a_counterexample_is_replayed(cli: "Cli", repository: Path) -> None:
    path = write(repository, "refuted", 'counterexample = "a_square.json"\n').with_suffix(".json")
    data = counterexample("mine2026/a-square", lambda x: x * x, observed=lambda x: x, constants={"x": Fraction(1, 2)})
    save(data, path)
    lines = cli("explain", "mine2026/a-square").out.splitlines()
    assert "  counterexample to mine2026/a-square" in lines
    assert any("x <= bound is false" in line and "by at least 0.25" in line for line in lines)
    path.write_text("{}", "utf-8")
    assert "is rejected: this is not a counterexample" in " ".join(cli("explain", "mine2026/a-square").out.split())


def test_an_unknown_id_gets_the_nearest(cli: "Cli", repository: Path) -> None:
    write(repository)
    outcome = cli("explain", "mine2026/a-sqare")
    assert (outcome.code, outcome.out) == (2, "")
    assert "did you mean 'mine2026/a-square'" in outcome.err
