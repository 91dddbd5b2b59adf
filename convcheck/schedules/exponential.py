"""A rate that decays by the same factor at every step."""

from convcheck.arithmetic.elementary import exp, log
from convcheck.parameters import Range
from convcheck.schedules.base import schedule


@schedule(source="li2021, exponential step size", ranges={"gamma": Range(0.0, 1.0, open_low=True)})
def exponential(t, *, alpha=1.0, gamma=0.999):
    r"""Return a geometric sequence.

    .. math:: \alpha_t = \alpha \gamma^{t-1} = \alpha \exp((t-1) \ln \gamma)

    Parameters
    ----------
    alpha
        The value at t = 1, α > 0.
    gamma
        The factor from each step to the next, in (0, 1].

    Source
        Li, Zhuang & Orabona (2021), where the first value is α γ and γ = (β/T)^{1/T} for a horizon T.
    Differs
        torch.optim.lr_scheduler.ExponentialLR multiplies by γ once a step and rounds each time; here the rounding
        error of a value is at most (t-1) |ln γ| + 4 units, and values below 10⁻³⁰⁸ lose precision and then are 0.
    """
    return alpha * exp((t - 1) * log(gamma))
