"""A batch size that is multiplied by the same factor after every so many steps."""

import numpy as np

from convcheck.arithmetic.elementary import exp, log
from convcheck.parameters import Range
from convcheck.schedules.base import schedule


@schedule(
    source="smith2018, Section 5",
    ranges={"first": Range(1.0), "gamma": Range(1.0), "T": Range(1.0), "largest": Range(1.0, 2.0**52)},
)
def growing_batches(t, *, first=32.0, gamma=2.0, T=1000.0, largest=65536.0):
    r"""Return a staircase of whole numbers that grows geometrically up to a largest one.

    .. math::

        b_t = \Bigl\lfloor \min \bigl( b \gamma^{\lfloor (t-1)/T \rfloor}, b_{\max} \bigr) + \tfrac12 \Bigr\rfloor

    Parameters
    ----------
    first
        Size b of the first T batches, >= 1.
    gamma
        The factor from each stage to the next, >= 1.
    T
        Number of steps of a stage, a whole number >= 1.
    largest
        The size b_max at which growth ends, in [1, 2⁵²].

    Source
        Smith, Kindermans, Ying & Le (2018), Section 5 (number as remembered): the batch grows where the rate would
        have decayed by the same factor.
    Differs
        From `step_decay` with 1/γ: the noise of a mean of b_t gradients falls as that rate would, and the steps do not.
        Rounding is to the nearest whole number.
    """
    stage = ((t - 1) - (t - 1) % T) / T
    size = np.minimum(first * exp(stage * log(gamma)), largest) + 0.5
    return size - size % 1
