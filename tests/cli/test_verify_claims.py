"""``convcheck verify`` on claims: proofs are run and replayed, counterexamples replayed, verdicts compared and kept."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

import convcheck as cc
from convcheck.refute.write import Game, counterexample, regret, save
from tests.claims.conftest import CLAIM, PROOF, REFUTED

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

SCHEMA: dict[str, Any] = json.loads(files("convcheck.report").joinpath("schema", "report.json").read_text("utf-8"))


@pytest.fixture
def write(repository: Path) -> Callable[..., Path]:
    """Return what writes a claim of one's own."""

    def write_(verdict: str = "proved", more: str = PROOF) -> Path:
        path = repository / "proofs" / "mine2026" / "a_square.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CLAIM.replace("VERDICT", verdict).replace("#MORE", more), "utf-8")
        return path

    return write_


def refute(path: Path, claim: str = "mine2026/a-square") -> dict[str, Any]:
    """Write a counterexample about gradient descent beside a claim."""
    game = Game([1, 1], cc.optimizer("sgd"), hyper={"lr": 1}, start=1, comparator=-1, sums={"R": regret})
    data = counterexample(claim, lambda T: np.sqrt(T) + 0, game, observed=lambda R: R)
    save(data, path.with_suffix(".json"))
    return data


def reported(cli: "Cli", *arguments: str) -> tuple[int, dict[str, Any]]:
    outcome = cli("verify", *arguments, "--report", "-")
    content = json.loads(outcome.out)
    jsonschema.validate(content, SCHEMA)
    assert content["exit"] == outcome.code
    (claim,) = content["claims"]
    return outcome.code, claim


def test_a_proved_claim_leaves_a_certificate_and_a_verdict(
    cli: "Cli", write: Callable[..., Path], repository: Path
) -> None:
    write()
    code, claim = reported(cli)
    assert code == 0
    assert (claim["ok"], claim["reason"], claim["verdict"], claim["declared"]) == (True, "", "proved", "proved")
    assert claim["checked_by"] == ["kernel", "check.py"]
    assert claim["certificate"] == ".convcheck/certificates/mine2026/a-square.json"
    assert cli("check", repository / claim["certificate"]).code == 0
    assert claim["line"] == 11
    (row,) = (row for row in json.loads(cli("list", "claims", "--format", "json").out) if row["id"] == claim["id"])
    assert row["verdict"] == "proved"
    assert row == {key: claim[key] for key in row}


def test_a_changed_claim_is_unchecked_again(cli: "Cli", write: Callable[..., Path]) -> None:
    path = write()
    assert cli("verify").code == 0
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    rows = {row["id"]: row for row in json.loads(cli("list", "claims", "--format", "json").out)}
    assert rows["mine2026/a-square"]["verdict"] == "unchecked"


def test_a_refuted_claim_is_replayed(cli: "Cli", write: Callable[..., Path]) -> None:
    refute(write("refuted", REFUTED))
    code, claim = reported(cli)
    assert code == 0
    assert (claim["ok"], claim["verdict"], claim["checked_by"]) == (True, "refuted", ["instances.py"])
    assert claim["certificate"] == "proofs/mine2026/a_square.json"
    assert len(claim["certificate_sha256"]) == 64


def test_an_open_claim_is_open(cli: "Cli", write: Callable[..., Path]) -> None:
    write("open", "")
    code, claim = reported(cli)
    assert (code, claim["verdict"], claim["ok"], claim["checked_by"]) == (0, "open", True, [])


def test_what_nothing_decides_is_undecided(cli: "Cli", write: Callable[..., Path]) -> None:
    write("supported", "")
    code, claim = reported(cli)
    assert (code, claim["verdict"], claim["ok"]) == (3, "unchecked", False)
    assert claim["reason"] == "it is declared supported, which no proof or counterexample decides"


@pytest.mark.parametrize(
    ("verdict", "more", "sentence"),
    [
        ("open", PROOF, "it is declared open and comes out proved"),
        ("proved", "def proof():\n    return square(x + 1)\n", "the proof shows"),
        ("proved", "def proof():\n    return square(x)(1)\n", ""),
        ("proved", "", "it must define a function proof()"),
    ],
)
def test_what_is_not_as_declared_fails(
    cli: "Cli", write: Callable[..., Path], verdict: str, more: str, sentence: str
) -> None:
    write(verdict, more)
    code, claim = reported(cli)
    assert (code, claim["ok"]) == (1, False)
    assert claim["reason"]
    assert sentence in claim["reason"]
    text = " ".join(cli("verify").out.split())
    assert text.endswith("1 claim: 0 as declared. Not all is as declared.")


def another_claim(data: dict[str, Any]) -> None:
    data["claim"] = "mine2026/another"


def other_code(data: dict[str, Any]) -> None:
    data["game"]["update"]["lines"][0] = ["%0", "mul", "g", "lr"]


def another_optimizer(data: dict[str, Any]) -> None:
    data["game"]["update"]["optimizer"] = "sgdd"


def no_violation(data: dict[str, Any]) -> None:
    data["bound"] = "100"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (another_claim, "is a counterexample to mine2026/another, not to mine2026/a-square"),
        (other_code, "does not run the code of sgd as it is today; write it anew"),
        (another_optimizer, "did you mean 'sgd'"),
        (no_violation, "the claim holds on this instance"),
    ],
)
def test_a_counterexample_that_is_about_something_else_fails(
    cli: "Cli", write: Callable[..., Path], change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    path = write("refuted", REFUTED)
    data = refute(path)
    change(data)
    save(data, path.with_suffix(".json"))
    code, claim = reported(cli)
    assert (code, claim["verdict"]) == (1, "unchecked")
    assert sentence in claim["reason"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<= sqrt(T)", "<= 4*sqrt(T)", "is not certified to be false on its instance"),
        ("<= sqrt(T)", "<= sqrt(T)/2", "says 3 > 1.41421; on its instance the statement says 3 > 0.707107"),
        ("<= 1))", "<= Fraction(1, 2)))", "this is not certified: ∀t. 1 ≤ t ⇒ g_t² ≤ 1/2"),
        ("play(sgd, lr=1)", "play(sgd, lr=2)", "this is not certified: ∀t. 1 ≤ t ⇒ x_{t + 1} = x_t"),
        ("T=2,", "T=3,", "2 of 3 rounds are certified; a refutation needs all"),
        ("play(sgd,", "play(sgd_,", "is about sgd, the statement about signsgd"),
    ],
)
def test_a_counterexample_must_break_the_statement_of_its_file(
    cli: "Cli", write: Callable[..., Path], old: str, new: str, sentence: str
) -> None:
    more = f"from fractions import Fraction\nfrom convcheck.optimizers.signsgd import signsgd as sgd_\n{REFUTED}"
    assert old in more
    refute(write("refuted", more.replace(old, new)))
    code, claim = reported(cli)
    assert (code, claim["verdict"]) == (1, "unchecked")
    assert sentence in claim["reason"]


def test_a_papers_key_means_its_claims(cli: "Cli", write: Callable[..., Path]) -> None:
    write()
    found = cli("verify", "mine2026")
    assert found.code == 0
    assert "1 claim: 1 as declared" in found.out
    assert "did you mean 'mine2026'" in cli("verify", "mine206").err


def test_an_id_a_folder_and_a_file_mean_the_claim(cli: "Cli", write: Callable[..., Path], repository: Path) -> None:
    path = write()
    for argument in ("mine2026/a-square", path, path.parent, path.parent.parent, repository):
        assert cli("verify", argument).out.startswith("mine2026/a-square  A square is not negative")
    outcome = cli("verify", "mine2026/a-sqare")
    assert outcome.code == 2
    assert "did you mean 'mine2026/a-square'" in outcome.err


def test_github_is_told_where(cli: "Cli", write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    write("open")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    expected = (
        "::error file=proofs/mine2026/a_square.py,line=11,title=mine2026/a-square::it is declared open and comes out"
    )
    assert any(line.startswith(expected) for line in cli("verify").out.splitlines())
