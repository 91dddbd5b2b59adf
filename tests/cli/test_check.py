"""``convcheck check``: the independent checkers decide, the file's format says which."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from convcheck.kernel import certificate, make, square
from convcheck.refute.write import counterexample, save

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


@pytest.fixture
def proved(repository: Path) -> Path:
    """Write the certificate of 0 ≤ x²."""
    path = repository / "square.json"
    path.write_text(json.dumps(certificate(square(make("var", "x", "R")))), "utf-8")
    return path


def refute(path: Path, bound: Fraction) -> Path:
    data = counterexample("a/b", lambda c: c * bound, observed=lambda c: c, constants={"c": 1}, note="a note")
    save(data, path)
    return path


def test_certificates_and_counterexamples_are_accepted(cli: "Cli", repository: Path, proved: Path) -> None:
    refuted = refute(repository / "refuted.json", Fraction(1, 3))
    outcome = cli("check", proved, refuted)
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"{proved}: accepted")
    assert any("x" in line and "0" in line for line in lines)
    assert f"{refuted}: accepted" in lines
    assert "counterexample to a/b" in lines
    assert "    the claim c <= bound is false: c >= 1.000000 and bound <= 0.333334, by at least 0.666666" in outcome.out


def drop_a_step(data: dict[str, Any]) -> None:
    data["steps"] = []


def strengthen(data: dict[str, Any]) -> None:
    data["conclusion"] = 0


@pytest.mark.parametrize("change", [drop_a_step, strengthen])
def test_a_rejected_file_makes_the_exit_code_1(
    cli: "Cli", repository: Path, proved: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    data = json.loads(proved.read_text("utf-8"))
    change(data)
    forged = repository / "forged.json"
    forged.write_text(json.dumps(data), "utf-8")
    outcome = cli("check", forged, proved)
    assert outcome.code == 1
    assert f"{forged}: rejected: " in outcome.out
    assert f"{proved}: accepted" in outcome.out


def test_a_counterexample_that_is_none_is_rejected(cli: "Cli", repository: Path) -> None:
    path = refute(repository / "wrong.json", Fraction(1))
    outcome = cli("check", path)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == f"{path}: rejected: the claim holds on this instance\n"


@pytest.mark.parametrize("form", ["convcheck/counterexample/2", "convcheck/certificate/9"])
def test_another_version_is_rejected(cli: "Cli", repository: Path, form: str) -> None:
    path = repository / "newer.json"
    path.write_text(json.dumps({"format": form}), "utf-8")
    outcome = cli("check", path)
    assert outcome.code == 1
    assert "rejected" in outcome.out


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": "pdf"}', b"\xff", b"[" * 99999]
)
def test_what_is_neither_is_usage(cli: "Cli", repository: Path, proved: Path, content: bytes) -> None:
    path = repository / "other"
    path.write_bytes(content)
    outcome = cli("check", path, proved)
    assert outcome.code == 2
    assert outcome.err.startswith(f"Error: {path} ")
    assert len(outcome.err.splitlines()) == 1
    assert f"{proved}: accepted" in outcome.out


def test_missing_files_and_no_files_are_usage(cli: "Cli", repository: Path) -> None:
    outcome = cli("check", repository / "nothing.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "nothing.json cannot be read" in outcome.err
    assert cli("check").code == 2
    assert cli("check", repository).code == 2


def test_a_folder_is_what_it_holds(cli: "Cli", repository: Path, proved: Path) -> None:
    folder = repository / "certificates" / "mine2026"
    folder.mkdir(parents=True)
    proved.rename(folder / "square.json")
    outcome = cli("check", repository / "certificates")
    assert (outcome.code, outcome.err) == (0, "")
    assert f"{folder / 'square.json'}: accepted" in outcome.out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "is not JSON: "),
        (b"\xff", "is not text: certificates and counterexamples are JSON"),
        (b"[]", "is neither a certificate nor a counterexample: its format is neither's"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(cli: "Cli", repository: Path, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (repository / "file.json").write_bytes(content)
    assert cli("check", "file.json").err.startswith(f"Error: file.json {sentence}")
    (repository / "void").mkdir()
    assert cli("check", "void").err == "Error: void is a folder without JSON files\n"
