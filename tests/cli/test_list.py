"""``convcheck list``: what it shows as text and as JSON."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import convcheck as cc
from tests.claims.conftest import CLAIM, PROOF

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, WriteExperiment

SCHEMA: dict[str, Any] = json.loads(files("convcheck.report").joinpath("schema", "list.json").read_text("utf-8"))
KINDS = ("optimizers", "problems", "schedules", "experiments", "claims")


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_json_is_as_its_schema_says(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    write_experiment()
    outcome = cli("list", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    everything = json.loads(outcome.out)
    jsonschema.validate(everything, SCHEMA)
    assert list(everything) == list(KINDS)
    for kind in KINDS:
        assert json.loads(cli("list", kind, "--format", "json").out) == everything[kind]


def test_optimizers_are_shown_as_they_are(cli: "Cli") -> None:
    rows = {row["name"]: row for row in json.loads(cli("list", "optimizers", "--format", "json").out)}
    amsgrad = cc.optimizer("amsgrad")
    assert rows["amsgrad"] == {
        "name": "amsgrad",
        "kind": "elementwise",
        "state": dict(amsgrad.state),
        "hyperparameters": dict(amsgrad.hyperparameters),
        "source": amsgrad.source,
    }
    assert list(rows) == sorted(rows)


def test_problems_show_what_they_promise(cli: "Cli") -> None:
    rows = {row["name"]: row for row in json.loads(cli("list", "problems", "--format", "json").out)}
    assert rows["reddi"]["parameters"] == {"C": 3.0}
    promised = {promise["name"] for promise in rows["reddi"]["assumptions"]}
    assert "BoundedGradients(3, norm=inf)" in promised


def test_experiments_are_listed_without_being_executed(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    path = write_experiment()
    path.write_text(path.read_text("utf-8") + "\nraise RuntimeError\n", "utf-8")
    rows = {row["name"]: row for row in json.loads(cli("list", "experiments", "--format", "json").out)}
    assert rows["line"] == {"name": "line", "title": "A straight line through 0", "file": "experiments/line.py"}


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_text_says_the_same_as_json(cli: "Cli", monkeypatch: pytest.MonkeyPatch, kind: str | None) -> None:
    arguments = ["list"] if kind is None else ["list", kind]
    content = json.loads(cli(*arguments, "--format", "json").out)
    monkeypatch.setenv("COLUMNS", "400")
    words = set(cli(*arguments).out.split())
    for row in (row for rows in content.values() for row in rows) if kind is None else content:
        source = row.get("source", "")
        shown = source if isinstance(source, str) else f"{source['key']}, {source['item']}"
        said = [row.get("name") or row["id"], *shown.split(), *row.get("title", "").split()]
        assert set(said) <= words


@pytest.mark.parametrize("width", [40, 80])
def test_text_fits_and_loses_nothing(cli: "Cli", monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    wide = cli("list", "optimizers").out
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = cli("list", "optimizers").out
    assert max(map(len, narrow.splitlines())) <= width
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_claims_fit_and_lose_nothing(cli: "Cli", monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    wide = cli("list", "claims").out
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = cli("list", "claims").out
    assert max(map(len, narrow.splitlines())) <= width
    assert sorted("".join(narrow.split())) == sorted("".join(wide.split()))
    assert ("\nreddi2018/theorem-1 " in narrow) == (width > 60)


@pytest.mark.parametrize("width", [80, 120])
def test_each_optimizer_begins_a_line_and_its_values_stand_below(
    cli: "Cli", monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = cli("list", "optimizers").out.splitlines()
    heads = [line.split()[:2] for line in lines if not line.startswith(" ")]
    rows = json.loads(cli("list", "optimizers", "--format", "json").out)
    assert heads == [["name", "kind"], *([row["name"], row["kind"]] for row in rows)]
    (start,) = (number for number, line in enumerate(lines) if line.startswith("amsgrad "))
    below = "  lr=0.001, beta1=0.9, beta2=0.999, eps=0; state m=0, v=0, v_max=0"
    assert lines[start].endswith("elementwise  reddi2018, Algorithm 2")
    assert lines[start + 1] == below


@pytest.mark.parametrize("kind", ["claims", "optimizers"])
def test_listing_proves_nothing_and_imports_little(repository: Path, kind: str) -> None:
    program = f"""
import sys
from convcheck.cli import cli
cli.main(["list", "{kind}"], standalone_mode=False)
slow = {{"sympy", "cvxpy", "numba", "matplotlib", "convcheck.simulate.run"}} & set(sys.modules)
assert not slow, slow
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_line_ends_in_blanks(cli: "Cli") -> None:
    assert [line for line in cli("list").out.splitlines() if line != line.rstrip()] == []


def test_claims_are_listed_with_what_they_declare(cli: "Cli", repository: Path) -> None:
    path = repository / "proofs" / "mine2026" / "a_square.py"
    path.parent.mkdir(parents=True)
    path.write_text(CLAIM.replace("VERDICT", "proved").replace("#MORE", PROOF), "utf-8")
    outcome = cli("list", "claims", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    rows = json.loads(outcome.out)
    jsonschema.validate({**{kind: [] for kind in KINDS}, "claims": rows}, SCHEMA)
    (row,) = (row for row in rows if row["id"] == "mine2026/a-square")
    assert row == {
        "id": "mine2026/a-square",
        "title": "A square is not negative",
        "source": {"key": "zinkevich2003", "item": "Lemma 1"},
        "optimizers": ["sgd"],
        "kind": "lemma",
        "declared": "proved",
        "verdict": "unchecked",
        "flags": [],
        "statement": "0 ≤ x²",
        "latex": row["latex"],
        "assumptions": [],
        "axioms": [],
        "certificate": None,
        "file": "proofs/mine2026/a_square.py",
    }
    assert not (repository / ".convcheck").exists()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("statement = (", "line 1, cannot be executed: SyntaxError"),
        ('"""A title."""\nx = 1\ny = z\n', "line 3, cannot be executed: NameError: name 'z' is not defined"),
        ('"""A title."""\n', "must say what it declares"),
        ('"""A title."""\nfrom convcheck.language import *\ngiven(0.5 <= reals("x")[0])\n', "use Fraction(1, 2)"),
    ],
)
def test_a_claim_file_that_is_broken_is_listed_with_its_error(
    cli: "Cli", repository: Path, text: str, error: str
) -> None:
    folder = repository / "proofs" / "mine2026"
    folder.mkdir(parents=True)
    (folder / "a_square.py").write_text(CLAIM.replace("VERDICT", "proved").replace("#MORE", PROOF), "utf-8")
    (folder / "broken.py").write_text(text, "utf-8")
    outcome = cli("list", "claims", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    rows = {row["id"]: row for row in json.loads(outcome.out)}
    jsonschema.validate({**{kind: [] for kind in KINDS}, "claims": [*rows.values()]}, SCHEMA)
    assert error in rows["mine2026/broken"]["error"]
    assert rows["mine2026/a-square"]["title"] == "A square is not negative"
    shown = " ".join(cli("list", "claims").out.split())
    assert "mine2026/broken cannot be read: " in shown
    assert "zinkevich2003/theorem-1" in shown
    verified = cli("verify", "mine2026/a-square", "mine2026/broken")
    assert verified.code == 1
    assert error in " ".join(verified.out.split())


def test_a_kind_of_which_there_is_nothing_is_said_to_be_empty(
    cli: "Cli", repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "proofs").mkdir()
    monkeypatch.setattr("convcheck.claims.discovery.bundled_folder", lambda: repository / "nothing")
    assert cli("list", "claims").out == "There are no claims yet.\n"
    assert json.loads(cli("list", "claims", "--format", "json").out) == []


def test_ones_own_files_are_listed_with_the_bundled_ones(cli: "Cli", repository: Path) -> None:
    cli("new", "optimizer", "mine")
    (repository / "below").mkdir()
    rows = json.loads(cli("list", "optimizers", "--format", "json").out)
    assert {"mine", "sgd"} <= {row["name"] for row in rows}
