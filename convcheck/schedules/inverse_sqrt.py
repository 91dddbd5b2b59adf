"""The step size of online convex optimization: a constant over the root of the step."""

import numpy as np

from convcheck.schedules.base import schedule


@schedule(source="zinkevich2003, Theorem 1")
def inverse_sqrt(t, *, alpha=1.0):
    r"""Return a constant over the root of the step.

    .. math:: \alpha_t = \alpha / \sqrt{t}

    Parameters
    ----------
    alpha
        The value at t = 1, α > 0.

    Source
        Zinkevich (2003), Theorem 1 (with α = 1); Kingma & Ba (2015), Theorem 4.1.
    Differs
        From `inverse`: the sum of the squares of these rates diverges.
    """
    return alpha / np.sqrt(t)
