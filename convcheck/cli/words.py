"""What is typed on the command line, and what is meant by a word that is nearly one of those that exist."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from convcheck.errors import OutputError, UnknownNameError

FORMATS = (".json", ".xml", ".sarif", ".html")
"""The formats of reports, by suffix (`convcheck.report.formats`, which need not be imported to know them)."""


class Verbs(click.Group):
    """A group of verbs, in the order of their addition; one that does not exist gets the nearest that does."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the verbs in the order in which they were added."""
        return [*self.commands]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that the first argument names.

        Raises
        ------
        UnknownNameError
            With the nearest verb that exists.  (click only suggests one from version 8.4 on.)
        """
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise UnknownNameError("verb", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


class Word(click.Choice[str]):
    """One of some words."""

    def __init__(self, what: str, words: Sequence[str]) -> None:
        """Keep what the words are, for the sentence that an unknown one gets."""
        super().__init__(words)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word; raises `UnknownNameError`, with the nearest word that exists, if it is none."""
        if value not in self.choices:
            raise UnknownNameError(self.what, str(value), self.choices)
        return super().convert(value, param, ctx)


def report_file(name: str) -> Path:
    """Return the file that a report is written to, after checking, before any work, that it can be.

    Raises
    ------
    click.UsageError
        The suffix is not that of a format that exists.
    OutputError
        The file cannot be written.
    """
    path = Path(name).absolute()
    if path.suffix not in FORMATS:
        supported = ", ".join(FORMATS)
        raise click.UsageError(f"--report {name}: the suffix says the format: {supported}, or - for JSON on stdout.")
    if path.is_dir():
        raise OutputError(f"the report {path} is a folder; name a file")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise OutputError(f"the report {path} cannot be written; make its folder or name another")
    return path
