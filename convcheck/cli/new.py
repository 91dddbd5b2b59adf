"""``convcheck new``: one file that runs as it stands."""

import click

from convcheck.cli.words import Word


@click.command(short_help="Start a file of your own.")
@click.argument("kind", type=Word("kind of file", ("optimizer", "problem", "schedule", "claim", "experiment")))
@click.argument("name")
def new(kind: str, name: str) -> None:
    """Start an optimizer, problem, schedule, claim or experiment: one file, found by its folder.

    KIND is optimizer, problem, schedule, claim or experiment; NAME is a Python identifier: the file's name, and by
    which the thing is called. The name of a claim is that of its paper and its own, as in mine2026/first-step.
    The file lies in the repository of yours that this is called in, or starts one here.
    """
    from convcheck.cli.scaffold import create, home
    from convcheck.report.paths import shown

    path = create(kind, name, home(kind))
    click.echo(f"wrote {shown(path)}")
    click.echo(f"It runs as it stands. Fill it in, then: convcheck verify {name}")
