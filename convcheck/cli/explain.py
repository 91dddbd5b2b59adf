"""``convcheck explain``: all that is known of one claim."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convcheck.claims.discovery import ClaimFile
    from convcheck.claims.ledger import Record


@click.command(short_help="Show a claim: statement, source, verdict, and what it rests on.")
@click.argument("claim_id", metavar="ID")
def explain(claim_id: str) -> None:
    """Show a claim: its statement, source and verdict, and what that rests on.

    ID is that of a claim, such as zinkevich2003/theorem-1; see convcheck list claims.
    """
    from rich.padding import Padding
    from rich.text import Text

    from convcheck.claims.discovery import load
    from convcheck.claims.ledger import Ledger
    from convcheck.cli.places import nearest
    from convcheck.report.terminal import console, write

    place = nearest()
    file = load(claim_id, place.root)
    record = Ledger(place.output).record(file)
    out = console(sys.stdout)
    write(out, Text(file.id, style="bold").append(f"  {file.title}", style="not bold"))
    for head, lines in _parts(file, record):
        write(out, Text(f"\n{head}", style="dim"), *(Padding(Text(line), (0, 0, 0, 2)) for line in lines))


def _parts(file: "ClaimFile", record: "Record") -> "Iterator[tuple[str, list[str]]]":
    """Yield what there is to say, under headings."""
    claim = file.claim
    yield "source", [str(claim.source)]
    yield "verdict", [_verdict(file, record), *(f"{flag}: {flag.word.meaning}" for flag in claim.flags)]
    if file.optimizers:
        yield "optimizers", [", ".join(file.optimizers)]
    yield "statement", [file.text, *([file.latex] if file.latex else [])]
    if claim.conditions:
        yield "conditions", [*map(str, claim.conditions)]
    if record.assumptions:
        yield "hypotheses", [*record.assumptions]
    if record.axioms:
        yield "axioms", [*record.axioms]
    if record.certificate:
        yield "certificate", [record.certificate]
    if file.counterexample:
        yield "counterexample", _counterexample(file)
    if file.card:
        yield "card", file.card.splitlines()


def _verdict(file: "ClaimFile", record: "Record") -> str:
    from convcheck.claims.verdict import Verdict

    if record.verdict is Verdict.UNCHECKED:
        return f"declared {file.claim.verdict}; not verified since it last changed"
    return f"{record.verdict}: {record.verdict.meaning}"


def _counterexample(file: "ClaimFile") -> list[str]:
    """Return what the independent checker says of the counterexample."""
    from convcheck.refute.instances import InstanceError, check, read

    path = file.counterexample
    try:
        return [] if path is None else str(check(read(path.read_text("utf-8")))).splitlines()
    except InstanceError as error:
        return [f"{path} is rejected: {error}"]
