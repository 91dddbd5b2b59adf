"""``convcheck verify``: run, judge, draw, and say whether all is as declared."""

import os
import sys
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from convcheck.cli.words import report_file

if TYPE_CHECKING:
    from convcheck.cli.places import Target
    from convcheck.report.results import ClaimResult, ExperimentResult, Report, RuleResult


@click.command(
    short_help="Run, judge and draw; the exit code says whether all is as declared.",
    epilog="Like pytest, verify PATH executes the files of that folder.",
)
@click.argument("what", nargs=-1, metavar="[ID|PATH]...")
@click.option("--quick", is_flag=True, help="Small parameters: seconds instead of minutes.")
@click.option("--full", is_flag=True, help="The largest parameters that there are.")
@click.option("--catalog", is_flag=True, help="The catalogue that came with convcheck, wherever this is called.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FILE",
    help="Also write FILE: .json, .xml (JUnit), .sarif or .html; - is JSON on stdout.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Number of threads, and of processes for claims; one a processor by default.",
)
def verify(
    what: Sequence[str],
    *,
    quick: bool,
    full: bool,
    catalog: bool,
    reports: Sequence[str],
    jobs: int | None,
) -> int:
    """Prove or refute claims, run experiments, and compare what comes out with what they declare.

    ID is that of a claim or of a paper, or the name of an experiment, optimizer, schedule or problem; PATH is a
    repository, one of its folders or files.
    Without either, the nearest parent folder that holds experiments/, proofs/, optimizers/ or problems/ is verified,
    or else the catalogue that came with convcheck. Figures go to paper/generated (with --quick, to .convcheck/quick).
    """
    from convcheck.cli import places

    if quick and full:
        raise click.UsageError("--quick and --full exclude each other.")
    files = [report_file(name) for name in reports if name != "-"]
    place = places.catalog() if catalog else places.nearest()
    targets = places.select(what, place)
    root = targets[0].place.root if targets else place.root
    preset = "quick" if quick else "full" if full else "paper"
    report = _look(targets, root, preset, jobs, sys.stderr if "-" in reports else sys.stdout)
    _write(report, files, stdout="-" in reports)
    return int(report.outcome)


def _look(targets: "Sequence[Target]", root: Path, preset: str, jobs: int | None, stream: IO[str]) -> "Report":
    """Look at the targets, and write about each of them as soon as it is known, in their order."""
    from convcheck.cli.apart import judged
    from convcheck.cli.progress import watched, workers
    from convcheck.report import terminal
    from convcheck.report.github import annotations
    from convcheck.report.results import Report

    console = terminal.console(stream)
    rules: list[RuleResult] = []
    results: list[ExperimentResult] = []
    claims: list[ClaimResult] = []
    own = [target for target in targets if target.kind == "claim"]
    with judged(own, jobs) as found, workers(jobs) as pool:
        for number, target in enumerate(targets, 1):
            with watched(pool, f"{target.entry.name} ({number} of {len(targets)})") as executor:
                if target.kind == "claim":
                    claims.append(next(found))
                    text = terminal.claim_text(claims[-1])
                elif target.kind == "experiment":
                    results.append(_experiment(target, preset, executor))
                    text = terminal.experiment_text(results[-1], console.width)
                else:
                    rules.append(_rule(target))
                    text = terminal.rule_text(rules[-1])
            terminal.write(console, *text)
    report = Report(root, tuple(rules), tuple(results), tuple(claims))
    terminal.write(console, *terminal.summary_text(report))
    if os.environ.get("GITHUB_ACTIONS"):
        for line in annotations(report, Path.cwd()):
            click.echo(line, file=stream)
    return report


def _experiment(target: "Target", preset: str, executor: Executor) -> "ExperimentResult":
    from convcheck.cli.places import ensure_folder
    from convcheck.report.drawing import figures_folder
    from convcheck.report.verification import judge

    output = target.place.output
    ensure_folder(figures_folder(output, "quick" if preset == "quick" else "paper"))
    with target.place.entered():
        return judge(target.entry.name, target.entry.path, preset, executor=executor, output=output)


def _rule(target: "Target") -> "RuleResult":
    from convcheck.report.verification import check_rule

    with target.place.entered():
        return check_rule(target.kind, target.entry.name, target.entry.path)


def _write(report: "Report", files: Sequence[Path], *, stdout: bool) -> None:
    from convcheck.report.formats import WRITERS
    from convcheck.simulate.folders import write_atomically

    for file in files:
        write_atomically(file, WRITERS[file.suffix](report).encode())
    if stdout:
        click.echo(WRITERS[".json"](report).encode(), nl=False)
