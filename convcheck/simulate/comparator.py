"""The best fixed point in hindsight: what regret compares with."""

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.matrices import total
from convcheck.assumptions import Box
from convcheck.errors import RuleError
from convcheck.problems.base import Problem

Floats = NDArray[np.float64]


def check_comparator(problem: Problem) -> None:
    """Raise RuleError if the losses are linear, but the best fixed point is not at the ends of an interval or a box."""
    if problem.minimum is not None:
        return
    if not np.isfinite(problem.ends).all():
        msg = (
            f"the losses of the problem {problem.name} are linear on an unbounded set, where no fixed point is best: "
            "give it project=… or minimum=…"
        )
        raise RuleError(msg)
    if problem.coupled and not any(isinstance(promise, Box) for promise in problem.assumptions):
        msg = (
            f"the best fixed point for the linear losses of the coupled problem {problem.name} is known on a box only: "
            "promise Box(), or give it minimum=…"
        )
        raise RuleError(msg)


def comparator(problem: Problem, steps: NDArray[np.int64], sums: Floats) -> Floats:
    """Return the cumulative loss of the best fixed point for the rounds 1, …, t, for each t in ``steps``.

    It is exact up to rounding for linear losses, else t times the certified lower bound of the minimum (of one
    coordinate, where the problem is separable).  ``sums`` are the sums of the gradients, shape
    (cells, seeds, records, d).
    """
    if problem.minimum is not None:
        copies = 1 if problem.coupled else sums.shape[-1]
        lower: float = problem.call(problem.minimum).lower
        return np.asarray(lower * (copies * steps.astype(np.float64)))
    low, high = problem.ends
    return total(np.minimum(low * sums, high * sums), axis=-1)
