"""A rate that falls along half a cosine and starts again, each period twice as long as the one before."""

import numpy as np

from convcheck.arithmetic.elementary import cos
from convcheck.parameters import NONNEGATIVE, Range
from convcheck.schedules.base import schedule
from convcheck.schedules.cosine import PI

RESTARTS = 40


@schedule(source="loshchilov2017, Equation (5)", ranges={"alpha_min": NONNEGATIVE, "T": Range(1.0)})
def sgdr_doubling(t, *, alpha=1.0, alpha_min=0.0, T=1000.0):
    r"""Return half a period of a cosine from one value towards another, in periods that double (warm restarts).

    .. math::

        s_t = \max \{ (2^k - 1) T \le t - 1 \}, \quad
        \alpha_t = \alpha_{\min} + \frac{\alpha - \alpha_{\min}}{2}
            \Bigl(1 + \cos \frac{\pi (t - 1 - s_t)}{s_t + T}\Bigr)

    Parameters
    ----------
    alpha
        The value at t = 1 and after each restart, α > 0.
    alpha_min
        The value that each fall approaches, >= 0.
    T
        Number of steps of the first period, >= 1; the k-th restart comes after (2^k - 1) T steps.

    Source
        Loshchilov & Hutter (2017), Equation (5), with T_mult = 2.
    Differs
        From `sgdr`: the length of the periods.  There are forty restarts; after some 10¹² T steps the rate
        stays at its least value.
    """
    start = 0 * t
    for k in range(1, RESTARTS + 1):
        start = np.where(t - 1 >= (2**k - 1) * T, (2**k - 1) * T, start)
    part = np.minimum((t - 1 - start) / (start + T), 1)
    return alpha_min + 0.5 * (alpha - alpha_min) * (1 + cos(PI * part))
