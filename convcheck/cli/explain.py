"""``convcheck explain``: all that is known of one claim."""

import sys

import click

from convcheck.cli.words import Word


@click.command(short_help="Show a claim: statement, derivation, verdict.")
@click.argument("claim_id", metavar="ID")
@click.option(
    "--format",
    "form",
    type=Word("format", ("text", "latex", "json")),
    default="text",
    help="text (usual), latex, json.",
)
def explain(claim_id: str, form: str) -> None:
    """Show a claim: its statement, source, derivation and verdict, and what these rest on.

    ID is that of a claim, such as zinkevich2003/theorem-1; see convcheck list claims. The claim is proved or refuted
    anew, and audited on runs; nothing is written. With --format latex it is a document that pdflatex takes.
    """
    from convcheck.claims.discovery import load
    from convcheck.cli.places import nearest
    from convcheck.report.explanation import explain as explained

    place = nearest()
    with place.entered():
        explanation = explained(load(claim_id, place.root), place.root, place.output)
    if form == "json":
        from convcheck.report.json import dumps

        click.echo(dumps(explanation.data(place.root)).encode(), nl=False)
    elif form == "latex":
        from convcheck.report.explained_latex import explained_latex

        click.echo(explained_latex(explanation).encode(), nl=False)
    else:
        from convcheck.report.explained_text import explained_text
        from convcheck.report.terminal import console, write

        out = console(sys.stdout)
        write(out, *explained_text(explanation, out.width))
