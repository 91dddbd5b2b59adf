"""``convcheck explain``: everything that is known of one claim."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

import convcheck as cc
from convcheck.claims.discovery import load
from convcheck.claims.ledger import Ledger, Record
from convcheck.claims.verdict import Verdict
from convcheck.refute.write import Game, counterexample, regret, save
from tests.claims.conftest import CLAIM, PROOF, REFUTED

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

SCHEMA: dict[str, Any] = json.loads(files("convcheck.report").joinpath("schema", "explanation.json").read_text("utf-8"))


def write(repository: Path, verdict: str = "proved", more: str = PROOF) -> Path:
    path = repository / "proofs" / "mine2026" / "a_square.py"
    path.parent.mkdir(parents=True)
    path.write_text(CLAIM.replace("VERDICT", verdict).replace("#MORE", more), "utf-8")
    return path


def test_a_claim_is_proved_and_shown(cli: "Cli", repository: Path) -> None:
    write(repository)
    outcome = cli("explain", "mine2026/a-square")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "mine2026/a-square  A square is not negative"
    for line in (
        "zinkevich2003, Lemma 1",
        f"proved: {Verdict.PROVED.meaning}",
        "sgd",
        "0 ≤ x²",
        "kernel and check.py",
        "Known since long.",
    ):
        assert f"  {line}" in lines
    assert [path.name for path in repository.iterdir()] == ["proofs"]  # nothing is written


def test_what_the_last_verification_kept_is_named(cli: "Cli", repository: Path) -> None:
    write(repository)
    ledger = Ledger(repository)
    ledger.keep(load("mine2026/a-square"), Record(Verdict.PROVED, certificate="the/certificate.json"))
    ledger.save()
    assert "  the/certificate.json" in cli("explain", "mine2026/a-square").out.splitlines()


def test_a_proof_that_fails_says_where(cli: "Cli", repository: Path) -> None:
    write(repository, more="def proof():\n    return square(x + 1)\n")
    outcome = cli("explain", "mine2026/a-square")
    assert outcome.code == 0
    assert "not as declared: the proof shows" in outcome.out
    assert "derivation" not in outcome.out


def test_json_is_as_its_schema_says(cli: "Cli") -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    outcome = cli("explain", "zinkevich2003/theorem-1", "--format", "json")
    content = json.loads(outcome.out)
    jsonschema.validate(content, SCHEMA)
    assert content["verdict"] == "proved"
    assert {"name": "convex", "kind": "assumption"}.items() <= content["hypotheses"][3].items()
    links = [line for line in content["derivation"] if line["kind"] == "link"]
    assert links[0]["source"] == "convex(t)"
    assert {"inv_mul", "sqrt_square"} <= {line["name"] for line in content["axiom_formulas"]}


def test_a_derivation_reads_as_a_page(cli: "Cli") -> None:
    page = cli("explain", "zinkevich2003/theorem-1").out
    for piece in (
        "  Let 1 ≤ t.\n",
        "    Write Φ_t = √(t - 1)·(‖x_t - u‖² - D²)/(2·α).\n",
        "    one round: f_t(x_t) - f_t(u)\n",
        "        ≤ ⟨g_t, x_t - u⟩",
        "by convex(t)\n",
        "by the sum telescopes\n",
        "all 6",
    ):
        assert piece in page
    assert max(map(len, page.splitlines())) <= 120


def test_the_latex_document_is_whole(cli: "Cli", tmp_path: Path) -> None:
    source = cli("explain", "reddi2018/theorem-1", "--format", "latex").out
    assert source.startswith(r"\documentclass")
    assert source.endswith("\\end{document}\n")
    opened = re.findall(r"\\begin\{(\w+)\}", source.partition(r"\begin{document}")[2])
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", source)[-len(opened) - 1 : -1])
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("needs pdflatex to set the page")
    (tmp_path / "page.tex").write_text(source, "utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_counterexample_is_replayed(cli: "Cli", repository: Path) -> None:
    path = write(repository, "refuted", REFUTED).with_suffix(".json")
    game = Game([1, 1], cc.optimizer("sgd"), hyper={"lr": 1}, start=1, comparator=-1, sums={"R": regret})
    save(counterexample("mine2026/a-square", lambda T: np.sqrt(T) + 0, game, observed=lambda R: R), path)
    shown = cli("explain", "mine2026/a-square").out
    lines = shown.splitlines()
    assert "  counterexample to mine2026/a-square" in lines
    assert any("R <= bound is false" in line and "by at least 1.5857" in line for line in lines)
    assert any(line.split() == ["small", "∀t.", "1", "≤", "t", "⇒", "g_t²", "≤", "1"] for line in lines)
    assert "sgd on linear_box, T = 2: all 3 hypotheses are certified" in " ".join(shown.split())
    path.write_text("{}", "utf-8")
    assert "is rejected: this is not a counterexample" in " ".join(cli("explain", "mine2026/a-square").out.split())


def test_an_unknown_id_gets_the_nearest(cli: "Cli", repository: Path) -> None:
    write(repository)
    outcome = cli("explain", "mine2026/a-sqare")
    assert (outcome.code, outcome.out) == (2, "")
    assert "did you mean 'mine2026/a-square'" in outcome.err
