"""A rate that falls along half a cosine and then stays."""

import numpy as np

from convcheck.arithmetic.elementary import cos
from convcheck.parameters import NONNEGATIVE, Range
from convcheck.schedules.base import schedule

PI = 3.141592653589793


@schedule(source="loshchilov2017, Equation (5)", ranges={"alpha_min": NONNEGATIVE, "T": Range(1.0)})
def cosine(t, *, alpha=1.0, alpha_min=0.0, T=1000.0):
    r"""Return half a period of a cosine from one value to another, without restarts.

    .. math::

        \alpha_t = \alpha_{\min} + \frac{\alpha - \alpha_{\min}}{2} \Bigl(1 + \cos \frac{\pi \min(t-1, T)}{T}\Bigr)

    Parameters
    ----------
    alpha
        The value at t = 1, α > 0.
    alpha_min
        The value from t = T + 1 on, >= 0.
    T
        Number of steps that the fall takes, >= 1.

    Source
        Loshchilov & Hutter (2017), Equation (5), before the first restart (their T_cur is t - 1, their T_i is T).
    Differs
        torch.optim.lr_scheduler.CosineAnnealingLR rises again after T steps; here the rate stays at its least value.
        π is the decimal 3.141592653589793 in every arithmetic.
    """
    return alpha_min + 0.5 * (alpha - alpha_min) * (1 + cos(PI * (np.minimum(t - 1, T) / T)))
