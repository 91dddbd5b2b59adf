"""What rules of several workers share; arrays of the workers' points or gradients have the workers as first axis."""

from typing import Any

import numpy as np

from convcheck.arithmetic import matrices
from convcheck.parameters import Whole

SOME = Whole(1)
"""How many workers there may be, and steps between two meetings of theirs."""


def copies(x: Any, workers: float) -> Any:
    """Return ``x`` once for each worker."""
    return np.broadcast_to(x, (int(workers), *np.shape(x)))


def total(values: Any) -> Any:
    """Return the sum over the workers, added from the first to the last."""
    return matrices.total(values, axis=0)


def mean(values: Any) -> Any:
    """Return the mean over the workers, added from the first to the last."""
    return total(values) / len(values)
