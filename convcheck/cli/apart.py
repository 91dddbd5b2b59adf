"""Claims judged side by side: proofs are Python, so that threads would wait for each other; a few processes do not."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from convcheck.claims.ledger import Ledger
from convcheck.cli.places import Target
from convcheck.report.proving import judge_claim
from convcheck.report.results import ClaimResult


@contextmanager
def judged(targets: Sequence[Target], jobs: int | None) -> Iterator[Iterator[ClaimResult]]:
    """Yield the results of claims, in order, as they become known; the ledgers are saved when all are.

    Parameters
    ----------
    targets
        The claims.
    jobs
        How many processes; one for each processor by default.  One claim alone is judged in this process, as are all
        with ``jobs=1``.
    """
    ledgers = {output: Ledger(output) for output in dict.fromkeys(target.place.output for target in targets)}
    count = min(jobs or os.cpu_count() or 1, len(targets))
    if count < 2:
        yield (_judge(target, ledgers[target.place.output]) for target in targets)
    else:
        # A process that is forked would inherit locks of threads; one that is spawned knows nothing.
        pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_ignore_interrupts)
        try:
            yield _received(targets, pool, ledgers)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
    for ledger in ledgers.values():
        ledger.save()


def _judge(target: Target, ledger: Ledger) -> ClaimResult:
    with target.place.entered():
        return judge_claim(target.entry, target.place.root, target.place.output, ledger)


def _received(
    targets: Sequence[Target], pool: ProcessPoolExecutor, ledgers: dict[Path, Ledger]
) -> Iterator[ClaimResult]:
    for target, (result, row) in zip(targets, pool.map(_judge_apart, targets), strict=True):
        if row is not None:
            ledgers[target.place.output].adopt(result.id, row)
        yield result


def _judge_apart(target: Target) -> tuple[ClaimResult, dict[str, Any] | None]:
    """Judge a claim in a process of its own; return what can be sent back, and its row of the ledger."""
    ledger = Ledger(target.place.output)
    result = _judge(target, ledger)
    audit = None if result.audit is None else result.audit.as_text()
    return replace(result, audit=audit), ledger.row(result.id)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that the user sees."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
