"""signSGD with majority vote: every worker sends signs, and the majority decides in each coordinate."""

import numpy as np

from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import SOME, copies, total


def nothing(x):
    """Return no state."""
    return ()


def everywhere(x, *, workers):
    """Return x for each worker."""
    return copies(x, workers)


@optimizer(
    source="bernstein2018, Algorithm 3",
    label="majority vote",
    ranges={"workers": SOME},
    init=nothing,
    query=everywhere,
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def majority_vote(x, g, t, *, lr=1e-3, workers=5):
    r"""Step by the sign that most workers see.

    .. math::

        x_{t+1} = x_t - \alpha_t \operatorname{sign}\Bigl( \sum_{m=1}^{M} \operatorname{sign}(g_{m,t}) \Bigr)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    workers
        Number M of workers, each with a gradient of its own at the same x.

    Source
        Bernstein, Wang, Azizzadenesheli & Anandkumar (2018), Algorithm 3.
    Differs
        With one worker it is `signsgd`.  The sign of the mean gradient is something else: there the size counts.
    Convention
        sign(0) = 0: where the votes are equal x does not move.
    """
    return (x - lr * np.sign(total(np.sign(g))),)
