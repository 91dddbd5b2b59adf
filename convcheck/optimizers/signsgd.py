"""signSGD: steps of one length in every coordinate."""

import numpy as np

from convcheck.optimizers.base import optimizer


@optimizer(
    source="bernstein2018, Algorithm 1",
    label="signSGD",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def signsgd(x, g, t, *, lr=1e-3):
    r"""Step by the sign of the gradient.

    .. math:: x_{t+1} = x_t - \alpha_t \operatorname{sign}(g_t)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.

    Source
        Bernstein, Wang, Azizzadenesheli & Anandkumar (2018), Algorithm 1; its Algorithm 2, Signum, takes the sign of
        an average.
    Differs
        `adam_undebiased` with β₁ = β₂ = 0 and ε = 0 is this rule.
    Convention
        sign(0) = 0: a coordinate with zero gradient does not move.
    """
    return (x - lr * np.sign(g),)
