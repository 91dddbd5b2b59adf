"""``convcheck list``: what there is."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from convcheck.cli.words import Word

if TYPE_CHECKING:
    from convcheck.report.listing import Row

KINDS: Mapping[str, str] = {
    "optimizers": "optimizer",
    "problems": "problem",
    "schedules": "schedule",
    "experiments": "experiment",
    "claims": "claim",
}


@click.command("list", short_help="Show what there is.")
@click.argument("kind", type=Word("kind of thing", tuple(KINDS)), required=False)
@click.option("--format", "form", type=Word("format", ("text", "json")), default="text", help="text (usual) or json.")
def list_(kind: str | None, form: str) -> None:
    """Show optimizers, problems, schedules, experiments and claims.

    What came with convcheck, and what lies in the repository of yours that this is called in.
    """
    from convcheck.cli.places import nearest
    from convcheck.report.listing import rows

    place = nearest()
    chosen = KINDS if kind is None else [kind]
    found = {name: rows(KINDS[name], place.root, place.output) for name in chosen}
    if form == "json":
        from convcheck.report.json import dumps

        click.echo(dumps(found if kind is None else found[kind]).encode(), nl=False)
    else:
        _print(found, heading=kind is None)


def _print(found: "Mapping[str, Sequence[Row]]", *, heading: bool) -> None:
    from rich.text import Text

    from convcheck.report.listing import LINES
    from convcheck.report.terminal import columns, console, write

    out = console(sys.stdout)
    for number, (name, rows) in enumerate(found.items()):
        if heading:
            write(out, Text(name if number == 0 else f"\n{name}", style="bold"))
        if not rows:
            write(out, f"There are no {name} yet.")
        elif KINDS[name] in LINES:
            write(out, *map(Text, LINES[KINDS[name]](rows, out.width)))
        else:
            heads = tuple(rows[0])
            write(out, columns(heads, [[_cell(row[head]) for head in heads] for row in rows]))


def _cell(value: Any) -> str:
    """Write a value as one would in a sentence."""
    if isinstance(value, Mapping) and "statement" in value:
        return str(value["name"])
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_cell(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
