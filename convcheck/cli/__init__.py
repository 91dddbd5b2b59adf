"""The command line: one file per verb.  Only click is imported before a verb is called."""

import os
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn, TextIO

import click

from convcheck import __version__
from convcheck.cli.check import check
from convcheck.cli.explain import explain
from convcheck.cli.figures import figures
from convcheck.cli.list import list_
from convcheck.cli.new import new
from convcheck.cli.paper import paper
from convcheck.cli.verify import verify
from convcheck.cli.words import Verbs
from convcheck.errors import CacheFallbackWarning, ConvcheckError, CorruptEntryWarning, MissingToolError

USAGE, UNDECIDED, INTERRUPTED = 2, 3, 130


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="convcheck %(version)s")
def cli() -> None:
    """Check what is claimed of optimizers against what they do.

    Exit codes: 0 all as declared, 1 something is not, 2 usage, 3 undecided or a tool is missing.
    """


for verb in (list_, verify, explain, check, figures, paper, new):
    cli.add_command(verb)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave Python with its exit code; errors that convcheck raises become one sentence."""
    os.environ["MPLBACKEND"] = "Agg"  # figures go to files, whatever a notebook or a desktop prefers
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not the streams of a notebook
            stream.reconfigure(errors="backslashreplace")  # a verdict must not fail to print for want of a ± sign
    try:
        with warnings.catch_warnings():
            _show_warnings_as_sentences()
            code = cli.main(arguments, prog_name="convcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except ConvcheckError as error:
        click.echo(f"Error: {error}", err=True)
        code = UNDECIDED if isinstance(error, MissingToolError) else USAGE
    except click.Abort:
        click.echo("Interrupted. Every file is as it was or complete.", err=True)
        _leave_now(INTERRUPTED)
    sys.exit(code)


def _show_warnings_as_sentences() -> None:
    usual = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, CorruptEntryWarning | CacheFallbackWarning):
            click.echo(f"Warning: {message}", err=True)
        else:
            usual(message, category, filename, lineno, file, line)

    warnings.showwarning = show


def _leave_now(code: int) -> NoReturn:
    """Leave without waiting for the threads: a kernel that runs cannot be told to stop."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
