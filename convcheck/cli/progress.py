"""Long work on the command line: threads that do it, a bar on stderr while they do, and Ctrl-C."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class CountingExecutor(Executor):
    """An executor that passes all work on to another and tells how many pieces were submitted and finished."""

    def __init__(self, executor: Executor, changed: Callable[[int, int], None]) -> None:
        """Call ``changed(submitted, finished)`` whenever one of the two changes, from whatever thread it does."""
        self._executor = executor
        self._changed = changed
        self._lock = Lock()
        self._submitted = self._finished = 0

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Submit a piece of work."""
        future = self._executor.submit(fn, *args, **kwargs)
        self._count(submitted=1)
        future.add_done_callback(lambda _: self._count(finished=1))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as Executor's
        """Do nothing: whoever made the executor that does the work shuts it down."""

    def _count(self, submitted: int = 0, finished: int = 0) -> None:
        with self._lock:
            self._submitted += submitted
            self._finished += finished
            self._changed(self._submitted, self._finished)


@contextmanager
def workers(jobs: int | None) -> Iterator[Executor]:
    """Yield an executor of so many threads (one for each processor by default) that an interrupt does not wait for."""
    pool = ThreadPoolExecutor(jobs or os.cpu_count())
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def watched(executor: Executor, label: str) -> Iterator[Executor]:
    """Yield the executor; on a terminal, a bar on stderr shows meanwhile how many of its pieces are done."""
    if not sys.stderr.isatty():
        yield executor
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    shown = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # stdout stays as it is: results are not written while a bar is shown, and may go to a file.
    with Progress(*shown, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(label, total=None)
        yield CountingExecutor(
            executor, lambda submitted, finished: bar.update(task, total=submitted, completed=finished)
        )
