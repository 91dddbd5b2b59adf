"""``convcheck paper``: everything that the paper takes from the experiments, and the paper itself."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from convcheck.errors import CatalogError, MissingToolError

if TYPE_CHECKING:
    from convcheck.cli.places import Place
    from convcheck.report.results import Report


@click.command(short_help="Build the paper from the experiments.")
@click.option("--check", is_flag=True, help="Compute all anew and compare it, bit for bit, with paper/generated.")
@click.option("--jobs", type=click.IntRange(1), help="Number of threads; one for each processor by default.")
def paper(*, check: bool, jobs: int | None) -> int:
    """Compute every experiment with the paper's parameters and build the paper.

    Writes to paper/generated: for each experiment the figure (PDF, PNG) and the table (JSON), numbers.tex with a macro
    for each number, ledger.tex with the verdicts. Then latexmk makes paper/main.pdf; without it, exit code 3.
    """
    from convcheck.cli.places import nearest
    from convcheck.report.generated import install

    place = nearest()
    source = place.root / "paper"
    if not (source / "main.tex").is_file():
        why = "it is not part of an installed package, so clone the repository" if place.bundled else "write it first"
        raise CatalogError(f"there is no paper/main.tex in {place.root}: {why} (`convcheck figures` needs none)")
    (place.root / ".convcheck").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=place.root / ".convcheck", prefix="paper-") as temporary:
        made = Path(temporary)
        if check:
            with _empty_cache():
                _generate(place, made, jobs)
            return _compare(made, source / "generated")
        report = _generate(place, made, jobs)
        install(made, source / "generated")
    return _finish(report, source)


def _generate(place: "Place", folder: Path, jobs: int | None) -> "Report":
    """Write what the experiments contribute to a folder, and a line about each to stdout."""
    from convcheck.cli.places import experiments
    from convcheck.cli.progress import watched, workers
    from convcheck.report.generated import write_experiment, write_texts
    from convcheck.report.results import Report

    targets = experiments((), place)
    results, numbers = [], {}
    with workers(jobs) as pool:
        for number, target in enumerate(targets, 1):
            name = target.entry.name
            with watched(pool, f"{name} ({number} of {len(targets)})") as executor, place.entered():
                result, numbers[name] = write_experiment(name, executor, folder)
            click.echo(f"{name}  {len(result.expectations)} expectations, {len(numbers[name])} numbers")
            results.append(result)
    write_texts(results, numbers, folder)
    return Report(place.root, (), tuple(results))


def _finish(report: "Report", source: Path) -> int:
    """Say what was found and build the PDF; return the exit code."""
    from convcheck.report.latexmk import build
    from convcheck.report.paths import shown
    from convcheck.report.results import Outcome
    from convcheck.report.terminal import console, summary_text, write

    write(console(sys.stdout), *summary_text(report))
    click.echo(f"generated  {shown(source / 'generated')}")
    built = Outcome.OK
    try:
        click.echo(f"paper  {shown(build(source))}")
    except MissingToolError as error:
        click.echo(f"Error: {error}", err=True)
        built = Outcome.UNDECIDED
    return int(Outcome.worst(report.outcome, built))


def _compare(made: Path, generated: Path) -> int:
    from convcheck.report.generated import differences

    found = differences(made, generated)
    for sentence in found:
        click.echo(sentence)
    if not found:
        click.echo(f"All {len([*made.iterdir()])} files are the same, bit for bit.")
    return 1 if found else 0


@contextmanager
def _empty_cache() -> Iterator[None]:
    """Let everything be computed anew, whatever the cache holds."""
    from convcheck.simulate.folders import CACHE_VARIABLE

    before = os.environ.get(CACHE_VARIABLE)
    with TemporaryDirectory(prefix="convcheck-") as folder:
        os.environ[CACHE_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[CACHE_VARIABLE]
            if before is not None:
                os.environ[CACHE_VARIABLE] = before
