"""Coq proves the arithmetic of every proved claim anew: ``make coq``, or ``make coq ARGS=reddi2018/theorem-1``.

Prints how many steps each derivation has, how many of them use a congruence as a premise, and how long Coq takes.
Exit code 0: all accepted; 1: a step was refused; 3: Coq is not installed.  ``--keep FOLDER`` keeps the files for Coq.
"""

import argparse
import sys
from pathlib import Path

from convcheck.claims import discovery
from convcheck.coq.export import document, names
from convcheck.coq.identity import Identity, identities
from convcheck.coq.run import check, version
from convcheck.errors import MissingToolError
from convcheck.language.files import ProofFile


def main() -> int:
    """Check the claims that the command line names, or all."""
    parser = argparse.ArgumentParser(description="Coq proves the arithmetic of every proved claim anew.")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    try:
        print(f"Coq {version()}")
    except MissingToolError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 3
    refused = total = 0
    seconds = 0.0
    for name in arguments.ids or sorted(discovery.entries()):
        steps = arithmetic(name)
        if steps is None:
            continue
        text = document(names(steps))
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            (arguments.keep / f"{name.replace('/', '_').replace('-', '_')}.v").write_text(text, "utf-8")
        checked = check(text)
        congruent = sum(bool(step.congruences) for step in steps)
        word = "accepted" if checked.accepted else f"REFUSED: {checked.message}"
        print(f"{name:<32} {len(steps):4} steps, {congruent:3} with a congruence  {checked.seconds:5.1f} s  {word}")
        total, refused, seconds = total + len(steps), refused + (not checked.accepted), seconds + checked.seconds
    print(f"{total} steps in {seconds:.0f} s; {refused} claims refused")
    return 1 if refused else 0


def arithmetic(name: str) -> list[Identity] | None:
    """Return the arithmetic of a claim's derivation, or None if it has no proof."""
    file = discovery.load(name)
    if not callable(getattr(file.module, "proof", None)):
        return None
    return identities(ProofFile(file.path, file.module, file.context).prove().theorem)


if __name__ == "__main__":
    sys.exit(main())
