"""Trying a mutant: it is killed by a wrong answer, by a failure, or by giving none in time."""

import signal
from collections.abc import Callable
from types import FrameType

SECONDS = 15.0
"""A mutant that has calculated for so long without an answer hangs."""


class TooSlow(BaseException):  # no error of the mutant's: nothing in it may catch this
    """A mutant hangs."""


def verdict(trial: Callable[[], str | None]) -> str | None:
    """Return why a mutant is killed, or None if it survives."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return trial()
    except TooSlow:
        return "hangs"
    except Exception as error:  # noqa: BLE001  # it cannot even be imported
        return f"fails: {error!r}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(_: int, __: FrameType | None) -> None:
    raise TooSlow
