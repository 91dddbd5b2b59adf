"""A tour: every elementwise optimizer on a problem in the plane, from one start, each with its own best step size.

The rule for step sizes is the same for all: among powers of two, the one with the least regret after T steps, which is
the sum of f(x_t) - f*, the smaller of equals; all other hyper-parameters are the defaults.  Least regret, and not least
loss at T, because a step that is far too large may end near the minimum by chance.  Steps so large that a run leaves
the finite numbers lose.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.claims.verdict import Expectation, decide
from convcheck.discovery import entries, load
from convcheck.errors import NonFiniteError, ParameterError
from convcheck.evidence.families import FAMILIES, family
from convcheck.evidence.table import Column, Table
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate.run import run

Floats = NDArray[np.float64]

COLUMNS: Mapping[str, tuple[str, str]] = {
    "method": ("", "the optimizer's name"),
    "family": ("", "its family"),
    "rate": ("", "its step size, the best of the grid"),
    "t": ("steps", ""),
    "x": ("", "first coordinate after t steps"),
    "y": ("", "second coordinate"),
    "gap": ("", "loss above the least"),
}
"""Unit and description of the columns of `tour`."""


@dataclass(frozen=True)
class Course:
    """The course of an optimizer with its best step size: x_1, …, x_{T+1} as rows, and f(x) - f* at each."""

    rate: float
    points: Floats
    gaps: Floats


def elementwise(names: Iterable[str] = ()) -> list[Optimizer]:
    """Return these optimizers, by default all elementwise ones, family by family and by name in each.

    Raises
    ------
    UnknownNameError
        With the nearest name that exists.
    """
    found = [load("optimizer", name) for name in sorted(names or entries("optimizer"))]
    order = list(FAMILIES)
    return sorted((rule for rule in found if rule.kind == "elementwise"), key=lambda rule: order.index(family(rule)))


def best_course(
    optimizer: Optimizer, problem: Problem, T: int, rates: Sequence[float], executor: Executor | None
) -> Course:
    """Return the course with the best of several step sizes, which rise.

    Raises
    ------
    NonFiniteError
        Even the smallest leads to numbers that are not finite.
    """
    found = None
    while found is None:
        try:
            found = run(optimizer, problem, T, record=T, executor=executor, lr=rates)
        except NonFiniteError:
            if len(rates) == 1:
                raise
            rates = rates[:-1]
    best = int(np.argmin(found.regret[:, 0, -1]))
    points = found.x[best, 0]
    return Course(float(rates[best]), points, gap(problem, points))


def gap(problem: Problem, points: Floats) -> Floats:
    """Return f(x) - f* at points, coordinates last."""
    if problem.loss is None or problem.minimum is None:
        raise ParameterError(f"a tour needs an objective with a known minimum, which {problem.name} does not have")
    return np.asarray(problem.call(problem.loss, points, 1.0) - problem.call(problem.minimum).lower)


def powers_of_two(exponents: Sequence[int]) -> list[float]:
    """Return the powers of two from the first exponent to the last."""
    first, last = exponents
    return [2.0**k for k in range(first, last + 1)]


def tour(
    problem: Problem, T: int, rates: Sequence[float], names: Iterable[str], executor: Executor | None
) -> dict[str, Column]:
    """Return the columns of a table with the best path of every method; see `COLUMNS`."""
    blocks: list[dict[str, Any]] = []
    for rule in elementwise(names):
        path = best_course(rule, problem, T, rates, executor)
        same = {"method": rule.name, "family": family(rule), "rate": path.rate}
        block: dict[str, Any] = {name: np.full(T + 1, value) for name, value in same.items()}
        x, y = path.points.T
        blocks.append({**block, "t": np.arange(T + 1), "x": x, "y": y, "gap": path.gaps})
    return {name: Column(np.concatenate([b[name] for b in blocks]), *COLUMNS[name]) for name in COLUMNS}


def methods(table: Table) -> list[str]:
    """Return the methods of a tour in the order of its table."""
    return list(dict.fromkeys(map(str, table["method"])))


def rates_inside(table: Table, rates: Sequence[float]) -> Expectation:
    """Expect that no method's best step size is an end of the grid, beyond which a better one might lie."""
    chosen = {name: float(table.where(method=name)["rate"][0]) for name in methods(table)}
    ends = [name for name, rate in chosen.items() if rate in {rates[0], rates[-1]}]
    statement = (
        f"the best step sizes of {len(chosen) - len(ends)} of {len(chosen)} methods lie inside the grid from "
        f"{rates[0]:.3g} to {rates[-1]:.3g}" + (f"; at its ends: {', '.join(ends)}" if ends else "")
    )
    reason = "at an end of the grid, a better step might lie beyond"
    return decide("rates-inside", statement, holds=not ends, observed=len(ends), reason=reason)
