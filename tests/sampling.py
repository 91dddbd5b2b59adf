"""Which of many cases a short run takes; with --full, tests take all."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
FULL = os.environ.get("CONVCHECK_FULL", "") not in ("", "0")


def some(cases: Sequence[T], count: int) -> list[T]:
    """Return about so many of the cases, spread evenly over them; all of them with --full."""
    return [*cases] if FULL else [*cases[:: max(1, len(cases) // count)]]
