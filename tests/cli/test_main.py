"""The command line as a whole: help, exit codes, what is said about mistakes, Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import convcheck
from convcheck.cli import cli as group
from convcheck.errors import CorruptEntryWarning, MissingToolError, ParameterError

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, WriteExperiment

PATIENCE = 60.0
"""Seconds that a slow machine may take to start Python and load an experiment."""
PROMPT = 10.0
"""Seconds within which Ctrl-C must have ended a run of `SLEEP` seconds, on a slow machine."""
SLEEP = 300


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """Add a verb ``fail`` that raises what is put under "error"."""
    held: dict[str, Exception] = {}

    @click.command()
    def fail() -> None:
        if "error" in held:
            raise held["error"]
        warnings.warn("the cache entry x is not used", CorruptEntryWarning, stacklevel=2)
        warnings.warn("something of Python's own", UserWarning, stacklevel=2)

    monkeypatch.setitem(group.commands, "fail", fail)
    return held


def test_the_version(cli: "Cli") -> None:
    outcome = cli("--version")
    assert (outcome.code, outcome.out, outcome.err) == (0, f"convcheck {convcheck.__version__}\n", "")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_verb_and_exit_code(cli: "Cli", option: str) -> None:
    outcome = cli(option)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    verbs = [line.split()[0] for line in lines[lines.index("Commands:") + 1 :]]
    assert verbs == ["list", "verify", "explain", "check", "figures", "paper", "new"]
    assert "0 all as declared, 1 something is not, 2 usage, 3 undecided" in " ".join(outcome.out.split())
    assert "..." not in outcome.out.partition("Commands:")[2]  # no sentence is cut off


@pytest.mark.parametrize("verb", ["list", "verify", "figures", "paper", "new"])
def test_every_verb_has_help(cli: "Cli", verb: str) -> None:
    outcome = cli(verb, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: convcheck {verb}")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verif"], "there is no verb 'verif'; did you mean 'verify'?"),
        (["lst"], "there is no verb 'lst'; did you mean 'list'?"),
        (["qqq"], "there is no verb 'qqq'; known: check, explain, figures, list, new, paper, verify"),
        (["list", "optimizer"], "there is no kind of thing 'optimizer'; did you mean 'optimizers'?"),
        (["list", "--format", "jsn"], "there is no format 'jsn'; did you mean 'json'?"),
        (["new", "optimiser", "x"], "there is no kind of file 'optimiser'; did you mean 'optimizer'?"),
        (["figures", "reddi_onlin"], "there is no experiment 'reddi_onlin'; did you mean 'reddi_online'?"),
        (["verify", "redi_online"], "there is no ID or path 'redi_online'; did you mean 'reddi_online'?"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_wrong_word_gets_the_nearest_in_one_sentence(cli: "Cli", arguments: list[str], sentence: str) -> None:
    outcome = cli(*arguments)
    assert (outcome.code, outcome.out, outcome.err) == (2, "", f"Error: {sentence}\n")


@pytest.mark.parametrize("arguments", [["verify", "--jbs", "2"], ["verify", "--jobs", "0"], ["verify", "--jobs", "x"]])
def test_a_wrong_option_is_usage(cli: "Cli", arguments: list[str]) -> None:
    outcome = cli(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--jobs" in outcome.err.splitlines()[-1]


def test_errors_of_convcheck_are_one_sentence(cli: "Cli", verb: dict[str, Exception]) -> None:
    verb["error"] = ParameterError("lr = -1 is outside its range")
    outcome = cli("fail")
    assert (outcome.code, outcome.out, outcome.err) == (2, "", "Error: lr = -1 is outside its range\n")
    verb["error"] = MissingToolError("this needs latexmk")
    outcome = cli("fail")
    assert (outcome.code, outcome.out, outcome.err) == (3, "", "Error: this needs latexmk\n")


def test_other_errors_keep_their_traceback(verb: dict[str, Exception]) -> None:
    from convcheck.cli import main

    verb["error"] = ZeroDivisionError("what nobody expected")
    with pytest.raises(ZeroDivisionError, match="what nobody expected"):
        main(["fail"])


def test_warnings_of_convcheck_are_one_sentence(cli: "Cli", verb: dict[str, Exception]) -> None:
    assert verb == {}
    with pytest.warns(UserWarning, match="something of Python's own"):
        outcome = cli("fail")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "Warning: the cache entry x is not used\n")


def test_ctrl_c_ends_at_once_and_leaves_nothing(
    tmp_path: Path, repository: Path, write_experiment: "WriteExperiment"
) -> None:
    started = tmp_path / "started"
    work = f"import pathlib, time; piece = executor.submit(time.sleep, {SLEEP})"
    write_experiment(compute=f"{work}; pathlib.Path({str(started)!r}).touch(); piece.result()")
    command = [sys.executable, "-m", "convcheck", "verify", "--jobs", "2", "--report", "report.json"]
    process = subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    give_up = time.monotonic() + PATIENCE
    while not started.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert started.exists()
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    out, err = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - sent < PROMPT
    assert process.returncode == 130
    assert out == ""
    assert [line for line in err.splitlines() if line] == ["Interrupted. Every file is as it was or complete."]
    assert {path.name for path in repository.rglob("*") if path.is_file()} - {"line.py"} == set() or os.name == "nt"


def test_python_dash_m_is_the_same_program(repository: Path) -> None:
    command = [sys.executable, "-m", "convcheck", "list", "schedules"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    assert "inverse_sqrt" in done.stdout
    assert done.stderr == ""


def test_a_reader_that_stops_reading_is_no_error(repository: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "convcheck", "list", "--format", "json"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE) in {0, 1}


def test_a_terminal_without_greek_letters_gets_the_result(
    write_experiment: "WriteExperiment", repository: Path
) -> None:
    write_experiment()
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "convcheck", "verify"]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert r"the last is 4, \u03b1 \u2264 1" in done.stdout
