"""The step size of strongly convex problems: a constant over the step."""

from convcheck.schedules.base import schedule


@schedule(source="hazan2007, Theorem 1")
def inverse(t, *, alpha=1.0):
    r"""Return a constant over the step.

    .. math:: \alpha_t = \alpha / t

    Parameters
    ----------
    alpha
        The value at t = 1, α > 0; 1/μ for losses that are μ-strongly convex.

    Source
        Hazan, Agarwal & Kale (2007), Theorem 1, with α = 1/H where the losses are H-strongly convex.
    Differs
        From `inverse_sqrt`: the sum of the squares of these rates converges.
    """
    return alpha / t
