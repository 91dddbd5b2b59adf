"""``convcheck paper``: what it writes, the check, and what it says where LaTeX is missing or stops."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from convcheck.evidence.table import Table
from convcheck.report.latexmk import PACKAGES

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, WriteExperiment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pretended latexmk is a shell script")

HINT = f"on Debian and Ubuntu: apt install {PACKAGES}"
MAIN = r"""\documentclass{article}
\usepackage{booktabs,graphicx,longtable}
\begin{document}
\input{generated/numbers}
The last is \LineLast{}. \includegraphics[width=2in]{generated/line}
\input{generated/ledger}
\end{document}
"""


@pytest.fixture
def latexmk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what puts a program called latexmk, and nothing else, on the path; an empty one is none."""

    def install(script: str) -> None:
        folder = tmp_path / "programs"
        folder.mkdir(exist_ok=True)
        if script:
            (folder / "latexmk").write_text(f"#!/bin/sh\nPATH={os.defpath}:/usr/local/bin\n{script}\n", "utf-8")
            (folder / "latexmk").chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return install


@pytest.fixture
def source(repository: Path) -> Path:
    """Make a paper."""
    folder = repository / "paper"
    folder.mkdir()
    (folder / "main.tex").write_text(MAIN, "utf-8")
    return folder


def test_without_latex_everything_else_is_written(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None]
) -> None:
    latexmk("")
    write_experiment()
    outcome = cli("paper")
    assert outcome.code == 3
    assert outcome.err.startswith("Error: the paper's PDF needs latexmk and LaTeX, which are not installed;")
    assert PACKAGES in outcome.err
    assert len(outcome.err.splitlines()) == 1
    generated = source / "generated"
    names = ["ledger.tex", "line.json", "line.pdf", "line.png", "numbers.tex"]
    assert sorted(path.name for path in generated.iterdir()) == names
    assert Table.from_json(generated / "line.json")["t"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert r"\newcommand{\LineLast}{4}" in (generated / "numbers.tex").read_text("utf-8").splitlines()
    assert r"last & supported & the last is 4, $\alpha$ $\le$ 1 \\" in (generated / "ledger.tex").read_text("utf-8")


def test_the_pdf_is_built_from_the_sources_alone(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None]
) -> None:
    latexmk('echo "$SOURCE_DATE_EPOCH $FORCE_SOURCE_DATE $*" > main.pdf; ls >> main.pdf; ls generated >> main.pdf')
    write_experiment()
    (source / "main.aux").write_text("left behind", "utf-8")
    for _ in range(2):
        outcome = cli("paper")
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.splitlines()[-1] == "paper  paper/main.pdf"
        first, *listed = (source / "main.pdf").read_text("utf-8").splitlines()
        epoch, force, *arguments = first.split()
        assert int(epoch) > 0
        assert force == "1"
        assert arguments[-1] == "main.tex"
        assert {"main.tex", "generated", "numbers.tex", "line.pdf"} <= set(listed)
        assert "main.aux" not in listed


@pytest.mark.parametrize(
    ("log", "code", "sentence"),
    [
        ("! LaTeX Error: File `cleveref.sty' not found.", 3, f"LaTeX does not find cleveref.sty; {HINT}"),
        ("! Undefined control sequence.", 2, "LaTeX stopped: Undefined control sequence; see "),
        ("nothing", 2, "LaTeX stopped: it made no PDF; see "),
    ],
)  # fmt: skip
def test_when_latex_stops_its_reason_is_given(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None],
    log: str, code: int, sentence: str,
) -> None:  # fmt: skip
    latexmk(f'cat > main.log <<"END"\n{log}\nEND\nexit 12')
    write_experiment()
    outcome = cli("paper")
    assert outcome.code == code
    assert outcome.err.startswith(f"Error: {sentence}")
    assert log in (source / "main.log").read_text("utf-8")
    assert not (source / "main.pdf").exists()


@pytest.mark.parametrize(("verdict", "code"), [("violated", 1), ("inconclusive", 3)])
def test_a_verdict_that_is_not_as_declared_beats_missing_latex(
    cli: "Cli",
    write_experiment: "WriteExperiment",
    source: Path,
    latexmk: Callable[[str], None],
    verdict: str,
    code: int,
) -> None:
    latexmk("")
    write_experiment(verdict=verdict)
    assert cli("paper").code == code
    assert verdict in (source / "generated" / "ledger.tex").read_text("utf-8")


def test_the_check_compares_bits(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None]
) -> None:
    latexmk("")
    write_experiment()
    outcome = cli("paper", "--check")
    assert outcome.code == 1
    assert f"{source / 'generated' / 'line.json'} does not exist" in outcome.out.splitlines()
    cli("paper")
    outcome = cli("paper", "--check")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1] == "All 5 files are the same, bit for bit."
    figure = source / "generated" / "line.png"
    tampered = figure.read_bytes()[:-1] + b"\0"
    figure.write_bytes(tampered)
    outcome = cli("paper", "--check")
    assert outcome.code == 1
    assert outcome.out.splitlines()[1:] == [f"{figure} differs from what its experiment gives now"]
    assert figure.read_bytes() == tampered


def test_the_check_believes_no_cache(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None], tmp_path: Path
) -> None:
    latexmk("")
    seen = tmp_path / "seen"
    note = f'import os, pathlib; pathlib.Path({str(seen)!r}).write_text(os.environ["CONVCHECK_CACHE"])'
    write_experiment(compute=note)
    before = os.environ["CONVCHECK_CACHE"]
    cli("paper")
    assert seen.read_text("utf-8") == before
    assert cli("paper", "--check").code == 0
    assert seen.read_text("utf-8") != before
    assert os.environ["CONVCHECK_CACHE"] == before
    assert source.is_dir()


def test_a_failing_experiment_changes_nothing(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path, latexmk: Callable[[str], None], repository: Path
) -> None:
    latexmk("")
    write_experiment("a_good_one")
    write_experiment(compute='raise NonFiniteError("the gradient is NaN at step 3")')
    outcome = cli("paper")
    assert (outcome.code, outcome.err) == (2, "Error: the gradient is NaN at step 3\n")
    assert not (source / "generated").exists()
    assert list((repository / ".convcheck").iterdir()) == []


def test_without_a_paper_it_says_what_is_missing(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path
) -> None:
    write_experiment(compute='raise AssertionError("this must not run")')
    outcome = cli("paper")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"Error: there is no paper/main.tex in {repository}: write it first")


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="needs latexmk")
def test_latex_takes_what_is_written_and_gives_the_same_bytes(
    cli: "Cli", write_experiment: "WriteExperiment", source: Path
) -> None:
    write_experiment()
    made = []
    for _ in range(2):
        outcome = cli("paper")
        if "LaTeX does not find" in outcome.err:
            pytest.skip("needs LaTeX packages")
        assert (outcome.code, outcome.err) == (0, "")
        made.append((source / "main.pdf").read_bytes())
        (source / "main.pdf").unlink()
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")
