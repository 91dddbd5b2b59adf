"""Progress: what is counted, and that it is shown on a terminal's stderr alone."""

import io
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from convcheck.cli.progress import CountingExecutor, watched, workers


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        """Claim to be one."""
        return True


def test_pieces_are_counted_when_submitted_and_when_finished() -> None:
    seen: list[tuple[int, int]] = []
    gate = Event()
    with ThreadPoolExecutor(1) as pool:
        executor = CountingExecutor(pool, lambda submitted, finished: seen.append((submitted, finished)))
        first = executor.submit(gate.wait, 60)
        second = executor.submit(pow, 2, exp=5)
        assert seen == [(1, 0), (2, 0)]
        gate.set()
        assert (first.result(), second.result()) == (True, 32)
    assert seen == [(1, 0), (2, 0), (2, 1), (2, 2)]


def test_failed_pieces_are_finished_ones_and_keep_their_error() -> None:
    seen: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1) as pool:
        failed = CountingExecutor(pool, lambda *counts: seen.append(counts)).submit(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            failed.result()
    assert seen[-1] == (1, 1)


def test_map_counts_too_and_leaving_does_not_shut_the_threads_down() -> None:
    with ThreadPoolExecutor(2) as pool:
        with CountingExecutor(pool, lambda *_: None) as executor:
            assert list(executor.map(abs, [-1, -2])) == [1, 2]
        assert pool.submit(abs, -3).result() == 3


def test_an_interrupt_does_not_wait_for_what_runs() -> None:
    gate = Event()
    start = time.monotonic()

    def interrupted() -> None:
        with workers(1) as pool:
            pool.submit(gate.wait, 60)
            waiting.append(pool.submit(abs, -1))
            raise KeyboardInterrupt

    waiting: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - start < 30
    gate.set()
    assert waiting[0].cancelled()  # type: ignore[attr-defined]  # a Future


def test_a_terminal_shows_the_count_on_stderr_and_then_clears_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with workers(1) as pool:
        with watched(pool, "line (1 of 2)") as executor:
            print("a result")  # noqa: T201  # it must go to stdout
            assert [future.result() for future in [executor.submit(abs, -k) for k in range(3)]] == [0, 1, 2]
        assert "line (1 of 2)" in terminal.getvalue()
        assert "3/3" in terminal.getvalue()
    assert capsys.readouterr().out == "a result\n"


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with workers(1) as pool, watched(pool, "line") as executor:
        assert executor is pool
    assert capsys.readouterr() == ("", "")
