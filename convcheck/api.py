"""Asking for things by name: ``cc.optimizer``, ``cc.schedule`` and ``cc.problem``."""

from typing import Any

from convcheck.discovery import load
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.schedules.base import Schedule


def optimizer(name: str) -> Optimizer:
    """Return the optimizer of this name; see ``convcheck list optimizers``.

    Raises
    ------
    UnknownNameError
        With the nearest name that exists.
    """
    found: Optimizer = load("optimizer", name)
    return found


def schedule(name: str, **parameters: Any) -> Schedule:
    """Return the schedule of this name; a parameter that is a sequence makes an axis of a grid.

    Raises
    ------
    UnknownNameError, ParameterError
        The schedule or a parameter does not exist, or a value is outside its range.
    """
    found: Schedule = load("schedule", name)
    return found.with_parameters(**parameters)


def problem(name: str, **parameters: Any) -> Problem:
    """Return the member of the family of this name that has these parameters.

    Raises
    ------
    UnknownNameError, ParameterError
        The family or a parameter does not exist, or a value is outside its range.
    """
    found: Problem = load("problem", name)
    return found.with_parameters(**parameters)
