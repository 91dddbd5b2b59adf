"""Random quantities that a problem or a rule may ask for: algebraic or elementary functions of uniform numbers.

A problem names its streams as arguments after ``t``, a rule after its state, with one of these as default, as in
``gradient(x, t, coin=uniform, *, p=0.5)``.  A draw is a pure function of (seed, stream name, coordinate, t), the same
for every hyper-parameter of a grid, whatever the batching, the threads or the order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from convcheck.arithmetic.elementary import cos, log

TAU = 6.283185307179586


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution: how many uniform numbers in (0, 1) it takes, and what it makes of them."""

    name: str
    uniforms: int
    transform: Callable[..., Any]


uniform = Draw("uniform", 1, lambda u: u)
"""Uniform on (0, 1): the midpoints (k + 1/2) / 2^52."""

rademacher = Draw("rademacher", 1, lambda u: np.where(u < 0.5, -1, 1))
"""-1 or 1 with probability 1/2 each."""

normal = Draw("normal", 2, lambda u, v: np.sqrt(-2 * log(u)) * cos(TAU * v))
"""Standard normal, by Box and Muller (1958, doi:10.1214/aoms/1177706645)."""

student_t2 = Draw("student_t2", 1, lambda u: (2 * u - 1) / np.sqrt(2 * u * (1 - u)))
"""Student's t with two degrees of freedom, by its algebraic quantile function: mean zero, infinite variance."""
