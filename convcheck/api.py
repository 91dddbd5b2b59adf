"""Asking for things by name: ``cc.optimizer``, ``cc.schedule``, ``cc.problem`` and ``cc.claim``."""

from typing import TYPE_CHECKING, Any

from convcheck.discovery import load
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.schedules.base import Schedule

if TYPE_CHECKING:
    from convcheck.claims.published import PublishedClaim


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


def claim(name: str) -> "PublishedClaim":
    """Return the claim of this id, such as ``zinkevich2003/theorem-1``; see ``convcheck list claims``.

    Its file is executed, as pytest does with tests; nothing is proved before `PublishedClaim.prove`.

    Raises
    ------
    UnknownNameError
        With the nearest id that exists.

    Examples
    --------
    >>> import convcheck as cc
    >>> theorem = cc.claim("zinkevich2003/theorem-1")
    >>> theorem.bound
    Σ[t=1..T] (f_t(x_t) - f_t(u)) ≤ D**2*sqrt(T)/(2*α) + G**2*α*(sqrt(T) - 1/2)
    >>> float(theorem.bound(T=100, alpha=1, D=2, G=1))
    29.5
    """
    from convcheck.claims import discovery
    from convcheck.claims.published import PublishedClaim

    return PublishedClaim(discovery.load(name))
