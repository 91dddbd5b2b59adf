"""A rate that is multiplied by the same factor after every so many steps."""

from convcheck.arithmetic.elementary import exp, log
from convcheck.parameters import Range
from convcheck.schedules.base import schedule


@schedule(source="ge2019, step decay schedule", ranges={"gamma": Range(0.0, 1.0, open_low=True), "T": Range(1.0)})
def step_decay(t, *, alpha=1.0, gamma=0.1, T=1000.0):
    r"""Return a staircase of which each step is a part of the one before.

    .. math:: \alpha_t = \alpha \gamma^{\lfloor (t-1)/T \rfloor}

    Parameters
    ----------
    alpha
        The value of the first T steps, α > 0.
    gamma
        The factor from each stage to the next, in (0, 1].
    T
        Number of steps of a stage, a whole number >= 1.

    Source
        Ge, Kakade, Kidambi & Netrapalli (2019), who halve the rate (γ = 1/2) log₂ of the horizon times.
    Differs
        torch.optim.lr_scheduler.StepLR is this schedule, up to rounding: it multiplies by γ once a stage.
    """
    stage = ((t - 1) - (t - 1) % T) / T
    return alpha * exp(stage * log(gamma))
