"""convcheck: a test suite for optimization theory.

Everything is loaded when it is first asked for (SPEC 1): ``import convcheck`` costs no more than NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convcheck.api import claim, optimizer, problem, schedule
    from convcheck.drift import drift
    from convcheck.evidence.check_bound import check_bound
    from convcheck.simulate.grid import grid
    from convcheck.simulate.replay import replay
    from convcheck.simulate.result import Run
    from convcheck.simulate.run import run

_HOME = {
    "claim": "api",
    "optimizer": "api",
    "problem": "api",
    "schedule": "api",
    "check_bound": "evidence.check_bound",
    "drift": "drift",
    "grid": "simulate.grid",
    "replay": "simulate.replay",
    "run": "simulate.run",
    "Run": "simulate.result",
}

__version__ = "0.1.0"
__all__ = ["Run", "check_bound", "claim", "drift", "grid", "optimizer", "problem", "replay", "run", "schedule"]


def __getattr__(name: str) -> Any:
    """Import what is asked for."""
    if name in _HOME:
        return getattr(import_module(f"convcheck.{_HOME[name]}"), name)
    msg = f"module 'convcheck' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
