"""A rate that falls along half a cosine and starts again, in periods of one length."""

from convcheck.arithmetic.elementary import cos
from convcheck.parameters import NONNEGATIVE, Range
from convcheck.schedules.base import schedule
from convcheck.schedules.cosine import PI


@schedule(source="loshchilov2017, Equation (5)", ranges={"alpha_min": NONNEGATIVE, "T": Range(1.0)})
def sgdr(t, *, alpha=1.0, alpha_min=0.0, T=1000.0):
    r"""Return half a period of a cosine from one value towards another, again and again (warm restarts).

    .. math::

        \alpha_t = \alpha_{\min} + \frac{\alpha - \alpha_{\min}}{2}
            \Bigl(1 + \cos \frac{\pi ((t-1) \bmod T)}{T}\Bigr)

    Parameters
    ----------
    alpha
        The value at t = 1 and after each restart, α > 0.
    alpha_min
        The value that each fall approaches, >= 0.
    T
        Number of steps from one restart to the next, >= 1.

    Source
        Loshchilov & Hutter (2017), Equation (5), with T_mult = 1.
    Differs
        From `cosine`: restarts.  From `sgdr_doubling`: all periods have one length.  The least value is never taken:
        the step that would take it begins the next period, as in torch's CosineAnnealingWarmRestarts.
    """
    return alpha_min + 0.5 * (alpha - alpha_min) * (1 + cos(PI * (((t - 1) % T) / T)))
