"""``convcheck new``: files that run as they stand, and never over another."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from convcheck.discovery import PACKAGE

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

ROOT = PACKAGE.parent
KINDS = ("optimizer", "problem", "schedule", "experiment")
CLAIM = "mine2026/first-step"


def convcheck(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Call the program as a user would."""
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    command = [sys.executable, "-m", "convcheck", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_from_an_empty_folder_to_a_verified_repository(repository: Path) -> None:
    for kind in KINDS:
        done = convcheck("new", kind, f"my_{kind}", cwd=repository)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == (
            f"wrote {kind}s/my_{kind}.py\nIt runs as it stands. Fill it in, then: convcheck verify my_{kind}\n"
        )
        one = convcheck("verify", f"my_{kind}", "--quick", cwd=repository)
        assert (one.returncode, one.stderr) == (0, ""), one.stdout
    done = convcheck("new", "claim", CLAIM, cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("wrote proofs/mine2026/first_step.py\n")
    everything = convcheck("verify", "--report", "report.json", cwd=repository)
    assert (everything.returncode, everything.stderr) == (0, ""), everything.stdout
    report = json.loads((repository / "report.json").read_text("utf-8"))
    assert [rule["id"] for rule in report["rules"]] == ["my_optimizer", "my_schedule", "my_problem"]
    assert [experiment["id"] for experiment in report["experiments"]] == ["my_experiment"]
    assert (repository / "paper" / "generated" / "my_experiment.pdf").is_file()
    (claim,) = report["claims"]
    assert (claim["id"], claim["verdict"], claim["checked_by"]) == (CLAIM, "proved", ["kernel", "check.py"])
    assert claim["nonvacuous_witness"]["certified_rounds"] == 12
    listed = convcheck("list", cwd=repository)
    assert (listed.returncode, listed.stderr) == (0, "")
    for name in (*(f"my_{kind}" for kind in KINDS), CLAIM):
        assert name in listed.stdout


def test_a_new_claim_can_be_explained_and_checked(cli: "Cli", repository: Path) -> None:
    cli("new", "claim", CLAIM)
    assert cli("verify", CLAIM).code == 0
    page = cli("explain", CLAIM).out
    assert "by convex(t)\n" in page
    assert "all 4 hypotheses hold" in " ".join(page.split())
    assert cli("check", repository / ".convcheck" / "certificates" / f"{CLAIM}.json").code == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("first-step", "write paper/claim, as in mine2026/first-step"),
        ("mine2026/", "write paper/claim, as in mine2026/first-step"),
        ("Mine/first-step", "'Mine' is no citation key"),
        ("../first-step", "'..' is no citation key"),
        ("mine2026/a/b", "is not a name"),
        ("mine2026/2nd", "is not a name"),
    ],
)
def test_a_claim_needs_the_name_of_its_paper(cli: "Cli", repository: Path, name: str, sentence: str) -> None:
    outcome = cli("new", "claim", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert sentence in outcome.err
    assert list(repository.parent.rglob("*.py")) == []


def test_a_claim_that_exists_is_not_overwritten(cli: "Cli", repository: Path) -> None:
    cli("new", "claim", CLAIM)
    outcome = cli("new", "claim", "mine2026/first_step")
    assert outcome.code == 2
    assert str(repository / "proofs" / "mine2026" / "first_step.py") in outcome.err
    assert cli("new", "claim", "zinkevich2003/theorem-1").code == 2


def test_an_optimizer_is_filled_in_and_runs(repository: Path) -> None:
    convcheck("new", "optimizer", "mine", cwd=repository)
    path = repository / "optimizers" / "mine.py"
    text = path.read_text("utf-8")
    assert text.count("def mine(x, g, t, *, lr=0.1):") == 1
    text = text.replace("def mine(x, g, t, *, lr=0.1):", "def mine(x, g, t, m=0, *, lr=0.1, beta=0.9):")
    filled = text.replace("    return (x - lr * g,)", "    m = beta * m + (1 - beta) * g\n    return x - lr * m, m")
    path.write_text(filled, "utf-8")
    assert convcheck("verify", "mine", cwd=repository).returncode == 0
    program = "import convcheck as cc; print(cc.run('mine', 'reddi', 10, lr=0.1).state['m'].shape)"
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout == "(1, 11, 1)\n"
    rows = {
        row["name"]: row
        for row in json.loads(convcheck("list", "optimizers", "--format", "json", cwd=repository).stdout)
    }
    assert rows["mine"] == {
        "name": "mine",
        "kind": "elementwise",
        "state": {"m": 0},
        "hyperparameters": {"lr": 0.1, "beta": 0.9},
        "source": "to be named",
    }
    written = {file for file in repository.rglob("*") if file.is_file() and ".convcheck" not in file.parts}
    assert written == {path}, "one new file, and no edit elsewhere"


def test_a_wrong_update_is_broken_and_says_what_to_write(cli: "Cli", repository: Path) -> None:
    cli("new", "optimizer", "mine")
    path = repository / "optimizers" / "mine.py"
    path.write_text(path.read_text("utf-8").replace("return (x - lr * g,)", "return x - lr * g"), "utf-8")
    outcome = cli("verify", "mine")
    assert outcome.code == 1
    assert "mine must return the tuple (x,)" in " ".join(outcome.out.split())


@pytest.mark.parametrize("kind", KINDS)
def test_the_card_of_a_new_file_is_whole(cli: "Cli", repository: Path, kind: str) -> None:
    cli("new", kind, "a_name")
    text = (repository / f"{kind}s" / "a_name.py").read_text("utf-8")
    assert text.lstrip("r").startswith('"""A name: ')
    assert "Source" in text
    assert "$" not in text.replace('"$t$"', "").replace('"$R_t/t$"', "")
    if kind == "optimizer":
        assert all(f"\n    {word}\n" in text for word in ("Source", "Differs", "Convention"))


@pytest.mark.parametrize("kind", [*KINDS, "claim"])
def test_a_new_file_meets_the_standards_of_this_repository(cli: "Cli", repository: Path, kind: str) -> None:
    cli("new", kind, "paper2026/a_name" if kind == "claim" else "a_name")
    folder = {"experiment": "experiments", "claim": "proofs/paper2026"}.get(kind, f"convcheck/{kind}s")
    (file,) = repository.rglob("a_name.py")
    text = file.read_text("utf-8")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        pytest.skip("needs ruff")
    for command in (["check"], ["format", "--check"]):
        name = f"{folder}/a_name.py"
        done = subprocess.run(
            [ruff, *command, "--no-cache", "--stdin-filename", name, "-"],
            cwd=ROOT, input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_overwritten(cli: "Cli", repository: Path) -> None:
    cli("new", "problem", "mine")
    path = repository / "problems" / "mine.py"
    path.write_text("# work of weeks\n", "utf-8")
    outcome = cli("new", "problem", "mine")
    sentence = f"Error: the problem 'mine' exists already: {path}; choose another name, or edit that file\n"
    assert (outcome.code, outcome.out, outcome.err) == (2, "", sentence)
    assert path.read_text("utf-8") == "# work of weeks\n"


def test_a_bundled_name_is_taken(cli: "Cli", repository: Path) -> None:
    outcome = cli("new", "optimizer", "amsgrad")
    assert outcome.code == 2
    assert str(PACKAGE / "optimizers" / "amsgrad.py") in outcome.err
    assert list(repository.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("my-optimizer", "my_optimizer"),
        ("mine.py", "mine"),
        ("_mine", "mine"),
        ("2nd", None),
        ("lambda", None),
        ("", None),
        ("../mine", "mine"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(cli: "Cli", repository: Path, name: str, meant: str | None) -> None:
    outcome = cli("new", "optimizer", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"Error: {name!r} is not a name: ")
    assert (f"did you mean {meant!r}?" in outcome.err) == (meant is not None)
    assert list(repository.parent.rglob("*.py")) == []


def test_below_a_repository_the_file_goes_to_its_top(
    cli: "Cli", repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("new", "optimizer", "one")
    (repository / "notes").mkdir()
    monkeypatch.chdir(repository / "notes")
    outcome = convcheck("new", "schedule", "two", cwd=repository / "notes")
    assert outcome.returncode == 0
    assert (repository / "schedules" / "two.py").is_file()


def test_a_folder_that_cannot_be_written_is_named(cli: "Cli", repository: Path) -> None:
    (repository / "optimizers").touch()  # a file where the folder should be
    outcome = cli("new", "optimizer", "mine")
    assert outcome.code == 2
    assert outcome.err.startswith(f"Error: {repository / 'optimizers' / 'mine.py'} cannot be written: ")


def test_in_a_clone_the_file_joins_the_package(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(PACKAGE, clone / "convcheck", ignore=shutil.ignore_patterns("__pycache__"))
    (clone / "experiments").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(clone)}
    for kind, home in (("optimizer", "convcheck/optimizers"), ("experiment", "experiments")):
        command = [sys.executable, "-m", "convcheck", "new", kind, "brand_new"]
        done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert (clone / home / "brand_new.py").is_file()
