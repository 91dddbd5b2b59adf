"""A bet against E[X] <= B: an e-process, valid at any time and for any distribution bounded below.

A gambler who starts with 1 and stakes the fraction λ on each X exceeding B has wealth Π (1 + λ (X_i - B) / (B - l)),
which is never negative where X >= l, 0 <= λ <= 1, and whose mean is at most 1 if E[X | past] <= B.  So is the mean
wealth over several λ, and by Ville's inequality it ever reaches 1/α with probability at most α.

Source: Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting,
doi:10.1093/jrsssb/qkad009.
"""

import numpy as np
from numpy.typing import NDArray

STAKES = np.geomspace(1e-4, 1.0, 48)
"""The fractions λ that are staked in parallel; they cover excesses from 10^4 times B - l down to a percent of it."""


def log_evidence(observed: NDArray[np.float64], bound: float, least: float) -> float:
    """Return the largest log of the mean wealth reached while betting on ``observed`` in order against E[X] <= bound.

    ``least`` is a finite lower bound of X.  The evidence is infinite if X cannot have a mean within the bound.

    Raises
    ------
    ValueError
        An observation is NaN or below ``least``, which then is no lower bound.
    """
    if not np.all(observed >= least):
        msg = f"observations must be at least {least}, but one is {np.min(observed)}"
        raise ValueError(msg)
    if bound <= least:
        return np.inf if bound < least or np.any(observed > least) else 0.0
    if bound == np.inf or not len(observed):
        return 0.0
    gains = (observed - bound) / (bound - least)
    with np.errstate(divide="ignore"):  # a lost stake of everything has logarithm -inf
        paths = np.cumsum(np.log1p(np.outer(gains, STAKES)), axis=0)
    top = paths.max(axis=1, keepdims=True)  # finite: all but the largest stake keep something
    wealth = top[:, 0] + np.log(np.mean(np.exp(paths - top), axis=1))
    return float(max(0.0, wealth.max()))
