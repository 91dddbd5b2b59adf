"""A rate that does not change."""

from convcheck.schedules.base import schedule


@schedule(source="nesterov2018, Section 1.2.3")
def constant(t, *, alpha=1.0):
    r"""Return the same value at every step.

    .. math:: \alpha_t = \alpha

    Parameters
    ----------
    alpha
        The value, α > 0.

    Source
        Nesterov (2018), Section 1.2.3, the first of the step sizes of the gradient method.
    Differs
        A plain number in place of a schedule means the same; as a schedule it can be exchanged for another one.
    """
    return alpha + 0 * t
