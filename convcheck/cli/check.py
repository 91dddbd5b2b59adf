"""``convcheck check``: certificates and counterexamples, replayed by the independent checkers alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

ACCEPTED, REJECTED, USAGE = 0, 1, 2


@click.command(short_help="Replay certificates and counterexamples.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def check(files: Sequence[Path]) -> int:
    """Replay certificates and counterexamples with the independent checkers alone; of a folder, all that it holds.

    For a certificate: what is proved, under which hypotheses, from which axioms.  For a counterexample: what is
    refuted, and by how much.  Exit code 0 if all are accepted, 1 if one is not, 2 if one is neither or unreadable.
    """
    return max(_check(file) for path in files for file in _in(path))


def _in(path: Path) -> Sequence[Path]:
    """Return the JSON files of a folder, or the file itself."""
    return sorted(path.rglob("*.json")) or [path] if path.is_dir() else [path]


def _check(file: Path) -> int:
    """Print what a file shows, or why it shows nothing, and return the exit code that follows."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return _unusable(file, _why(file, error))
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _unusable(file, f"is not JSON: {error}")
    checker = _CHECKERS.get(str(said.get("format")).rpartition("/")[0]) if isinstance(said, dict) else None
    if checker is None:
        return _unusable(file, "is neither a certificate nor a counterexample: its format is neither's")
    accepted, words = checker(str(file), text)
    click.echo(words)
    return ACCEPTED if accepted else REJECTED


def _why(file: Path, error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not text: certificates and counterexamples are JSON"
    if file.is_dir():
        return "is a folder without JSON files"
    return f"cannot be read: {error.strerror}"


def _unusable(file: Path, why: str) -> int:
    click.echo(f"Error: {file} {why}", err=True)
    return USAGE


def _certificate(name: str, text: str) -> tuple[bool, str]:
    from convcheck import check as checker

    try:
        return True, "\n".join(checker.report(name, checker.check(text)))
    except checker.CheckError as error:
        return False, f"{name}: rejected: {error}"


def _counterexample(name: str, text: str) -> tuple[bool, str]:
    from convcheck.refute import instances as checker

    try:
        return True, f"{name}: accepted\n{checker.check(checker.read(text))}"
    except checker.InstanceError as error:
        return False, f"{name}: rejected: {error}"


_CHECKERS: Mapping[str, Callable[[str, str], tuple[bool, str]]] = {
    "convcheck/certificate": _certificate,
    "convcheck/counterexample": _counterexample,
}
"""By what stands before the version, which is the checker's to judge."""
