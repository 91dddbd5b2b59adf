"""``convcheck verify``: exit codes, what it shows, what it writes, what it looks at."""

import json
import os
import stat
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest

import convcheck
from convcheck.claims import discovery as claims
from convcheck.discovery import catalog_root, entries
from convcheck.evidence.experiment import Experiment

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Outcome, WriteExperiment

SCHEMA: dict[str, Any] = json.loads(files("convcheck.report").joinpath("schema", "report.json").read_text("utf-8"))


def report(outcome: "Outcome") -> Any:
    content = json.loads(outcome.out)
    jsonschema.validate(content, SCHEMA)
    assert content["exit"] == outcome.code
    return content


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["supported"], 0),
        (["supported", "inconclusive"], 3),
        (["supported", "violated"], 1),
        (["inconclusive", "violated"], 1),
        (["violated", "inconclusive", "supported"], 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_verdict(
    cli: "Cli", write_experiment: "WriteExperiment", verdicts: list[str], code: int
) -> None:
    for number, verdict in enumerate(verdicts):
        write_experiment(f"line_{number}", verdict)
    outcome = cli("verify", "--quick")
    assert outcome.code == code
    for verdict in verdicts:
        assert f"{verdicts.count(verdict)} {verdict}" in outcome.out


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ('raise NonFiniteError("the gradient is NaN at step 3")', 1, "failed the gradient is NaN at step 3"),
        ('raise MissingToolError("this needs pandas")', 3, "undecided this needs pandas"),
        ("return 3", 1, "compute must return a Table, not int"),
    ],
    ids=["NonFiniteError", "MissingToolError", "no-table"],
)
def test_an_experiment_that_cannot_be_judged_does_not_stop_the_others(
    cli: "Cli", write_experiment: "WriteExperiment", line: str, code: int, reason: str
) -> None:
    write_experiment("a_bad_one", compute=line)
    write_experiment("good")
    outcome = cli("verify")
    assert (outcome.code, outcome.err) == (code, "")
    assert reason in " ".join(outcome.out.split())
    assert "1 supported" in outcome.out


def test_unexpected_errors_are_not_swallowed(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    write_experiment(compute="1 / 0")
    with pytest.raises(ZeroDivisionError):
        cli("verify")


def test_what_is_shown(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    write_experiment()
    outcome = cli("verify")
    lines = outcome.out.splitlines()
    assert lines[0].startswith("line  A straight line through 0  (paper, ")
    assert lines[1].split() == ["verdict", "expectation", "what", "was", "seen"]
    assert lines[2].split(maxsplit=2) == ["supported", "last", "the last is 4, α ≤ 1"]
    assert lines[3].split() == ["figure", "paper/generated/line.pdf,", "paper/generated/line.png"]
    assert lines[-1] == "1 experiment, 1 expectation: 1 supported. All as declared."
    assert outcome.err == ""


def test_quick_uses_the_quick_preset_and_leaves_the_papers_figure_alone(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path
) -> None:
    write_experiment()
    cli("verify")
    before = (repository / "paper" / "generated" / "line.pdf").read_bytes()
    outcome = cli("verify", "--quick")
    assert "the last is 2" in outcome.out
    assert (repository / ".convcheck" / "quick" / "line.pdf").read_bytes() != before
    assert (repository / "paper" / "generated" / "line.pdf").read_bytes() == before


def test_full_uses_the_preset_full_where_there_is_one(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    path = write_experiment()
    write_experiment("other")
    path.write_text(
        path.read_text("utf-8").replace('"paper": Parameters()', '"paper": Parameters(), "full": Parameters(9)')
    )
    presets = {
        result["id"]: result["preset"] for result in report(cli("verify", "--full", "--report", "-"))["experiments"]
    }
    assert presets == {"line": "full", "other": "paper"}


def test_quick_and_full_exclude_each_other(cli: "Cli") -> None:
    assert cli("verify", "--quick", "--full").code == 2


def test_json_on_stdout_leaves_the_text_to_stderr(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    path = write_experiment(verdict="inconclusive")
    outcome = cli("verify", "--report", "-")
    content = report(outcome)
    assert "All" not in outcome.out
    assert "Undecided." in outcome.err
    assert (content["tool"], content["numpy"]) == (f"convcheck {convcheck.__version__}", np.__version__)
    (result,) = content["experiments"]
    table = Experiment.load("line").compute("paper", _executor())
    assert result["sha256"] == table.sha256
    assert result["file"] == path.relative_to(path.parents[1]).as_posix()
    assert result["figure"] == "paper/generated/line.pdf"
    assert result["expectations"] == [
        {
            "name": "last",
            "verdict": "inconclusive",
            "statement": "the last is 4, α ≤ 1",
            "observed": 4.0,
            "reason": "it is a line",
            "ok": False,
        }
    ]


def _executor() -> Any:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1)


def test_reports_are_repeated(cli: "Cli", write_experiment: "WriteExperiment", repository: Path) -> None:
    write_experiment()
    others = [part for suffix in ("xml", "sarif", "html") for part in ("--report", f"report.{suffix}")]
    outcome = cli("verify", "--report", "one.json", "--report", "-", "--report", "two.json", *others)
    assert all((repository / f"report.{suffix}").stat().st_size > 100 for suffix in ("xml", "sarif", "html"))
    texts = [outcome.out, *((repository / name).read_text("utf-8") for name in ("one.json", "two.json"))]
    assert texts[0] == texts[1] == texts[2]
    report(outcome)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("report.txt", "the suffix says the format: .json, .xml, .sarif, .html, or - for JSON on stdout."),
        ("report", "the suffix says the format: .json, .xml, .sarif, .html, or - for JSON on stdout."),
        ("nowhere/report.json", "cannot be written; make its folder or name another"),
        ("folder.json", "is a folder; name a file"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path, name: str, sentence: str
) -> None:
    write_experiment(compute='raise AssertionError("this must not run")')
    (repository / "folder.json").mkdir()
    outcome = cli("verify", "--report", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[-1].endswith(sentence)


def test_a_folder_for_figures_that_cannot_be_made_is_named(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path
) -> None:
    write_experiment(compute='raise AssertionError("this must not run")')
    (repository / "paper").touch()
    outcome = cli("verify")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"Error: the folder {repository / 'paper' / 'generated'} cannot be made")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who may not write everywhere")
def test_a_folder_for_figures_that_cannot_be_written_is_named(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path
) -> None:
    write_experiment()
    folder = repository / "paper" / "generated"
    folder.mkdir(parents=True)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    outcome = cli("verify")
    folder.chmod(stat.S_IRWXU)
    assert outcome.code == 2
    assert "cannot be written" in outcome.err


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_experiment(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "file").touch()
    monkeypatch.setenv("CONVCHECK_CACHE", str(repository / "file" / "cache"))
    write_experiment(compute='import convcheck as cc; cc.run("sgd", "reddi", 20_000_000, record=10)')
    outcome = cli("verify")
    assert outcome.code == 2
    assert "cache" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_relative_cache_is_where_the_command_was_called(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_experiment(compute='from convcheck.simulate.folders import cache_folder; cache_folder("runs")')
    below = repository / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    monkeypatch.setenv("CONVCHECK_CACHE", "cache")
    assert cli("verify").code == 0
    assert (below / "cache" / "runs").is_dir()
    assert not (repository / "cache").exists()


def test_names_and_paths_choose(cli: "Cli", write_experiment: "WriteExperiment", repository: Path) -> None:
    write_experiment("one")
    path = write_experiment("two")
    cli("new", "schedule", "mine")

    def looked_at(*arguments: str | Path) -> list[str]:
        content = report(cli("verify", "--quick", "--report", "-", *arguments))
        return [result["id"] for result in (*content["rules"], *content["experiments"])]

    assert looked_at() == ["mine", "one", "two"]
    assert looked_at("two") == ["two"]
    assert looked_at("two", "one", "two") == ["two", "one"]
    assert looked_at("mine") == ["mine"]
    assert looked_at("amsgrad") == ["amsgrad"]
    assert looked_at(path) == ["two"]
    assert looked_at("./experiments/one.py", "schedules") == ["mine", "one"]
    assert looked_at(repository) == ["mine", "one", "two"]


def test_another_repository_is_verified_from_outside(
    cli: "Cli", write_experiment: "WriteExperiment", repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("new", "optimizer", "mine")
    write_experiment(compute='import convcheck as cc; assert cc.optimizer("mine").name == "mine"')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    content = report(cli("verify", "--report", "-", repository))
    assert [result["ok"] for result in content["experiments"]] == [True]
    assert content["experiments"][0]["file"] == "experiments/line.py"
    assert Path.cwd() == elsewhere
    assert list(elsewhere.iterdir()) == []


def test_a_path_that_holds_nothing_is_usage(cli: "Cli", repository: Path) -> None:
    (repository / "notes.txt").touch()
    for name in ("notes.txt", "."):
        outcome = cli("verify", name)
        assert (outcome.code, outcome.out) == (2, "")
        assert "holds nothing to verify" in outcome.err


def test_a_repository_without_anything_is_undecided(
    cli: "Cli", repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")  # a path that does not fit is folded
    (repository / "proofs").mkdir()
    outcome = cli("verify")
    assert (outcome.code, outcome.err) == (3, "")
    assert " ".join(outcome.out.split()) == f"There is nothing to verify in {repository}. Undecided."


def test_catalog_asks_for_the_bundled_catalogue(repository: Path, write_experiment: "WriteExperiment") -> None:
    from convcheck.cli import places

    write_experiment()
    assert [target.entry.name for target in places.select((), places.nearest())] == ["line"]
    bundled = places.select((), places.catalog())
    names = {kind: [target.entry.name for target in bundled if target.kind == kind] for kind in ("claim", "experiment")}
    assert names == {"claim": [*claims.entries(catalog_root())], "experiment": [*entries("experiment", catalog_root())]}
    assert all(target.entry.path.is_relative_to(catalog_root()) for target in bundled)
    assert repository not in {target.entry.path.parents[1] for target in bundled}


def test_catalog_knows_no_names_of_ones_own(cli: "Cli", write_experiment: "WriteExperiment") -> None:
    write_experiment()
    assert cli("verify", "--catalog", "line").code == 2


def test_github_is_told_where(cli: "Cli", write_experiment: "WriteExperiment", monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_experiment(verdict="violated")
    line = path.read_text("utf-8").splitlines().index("def expect(table: Table) -> tuple[Expectation, ...]:") + 1
    expected = f"::error file=experiments/line.py,line={line},title=line%3A last is violated::the last is 4, α ≤ 1"
    assert expected not in cli("verify").out.splitlines()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert expected in cli("verify").out.splitlines()
    outcome = cli("verify", "--report", "-")
    report(outcome)
    assert expected in outcome.err.splitlines()


def test_a_name_in_two_files_is_an_error_that_shows_both(cli: "Cli", repository: Path) -> None:
    (repository / "optimizers").mkdir()
    (repository / "optimizers" / "sgd.py").touch()
    outcome = cli("verify")
    assert (outcome.code, outcome.out) == (2, "")
    assert str(repository / "optimizers" / "sgd.py") in outcome.err
    assert str(entries("optimizer", catalog_root())["sgd"].path) in outcome.err
