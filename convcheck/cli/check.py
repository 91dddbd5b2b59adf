"""``convcheck check``: certificates and counterexamples, replayed by the independent checkers alone."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

ACCEPTED, REJECTED, USAGE = 0, 1, 2


@click.command(short_help="Replay certificates and counterexamples.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def check(files: Sequence[Path]) -> int:
    """Replay certificates and counterexamples with the independent checkers alone.

    For a certificate: what is proved, under which hypotheses, from which axioms.  For a counterexample: what is
    refuted, and by how much.  Exit code 0 if all are accepted, 1 if one is not, 2 if one is neither or unreadable.
    """
    return max(_check(file) for file in files)


def _check(file: Path) -> int:
    """Print what a file shows, or why it shows nothing, and return the exit code that follows."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        click.echo(f"Error: {file} cannot be read: {error}", err=True)
        return USAGE
    checker = _CHECKERS.get(_format(text).rpartition("/")[0])
    if checker is None:
        click.echo(f"Error: {file} is neither a certificate nor a counterexample", err=True)
        return USAGE
    accepted, words = checker(str(file), text)
    click.echo(words)
    return ACCEPTED if accepted else REJECTED


def _format(text: str) -> str:
    """Return what a file says that it is; the checker reads it anew, and strictly."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(data.get("format")) if isinstance(data, dict) else ""


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
