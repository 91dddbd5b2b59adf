"""Signum: steps of one length in every coordinate, by the sign of an average of the gradients."""

import numpy as np

from convcheck.optimizers.base import optimizer


@optimizer(
    source="bernstein2018, Algorithm 2",
    label="Signum",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def signum(x, g, t, m=0, *, lr=1e-3, beta=0.9):
    r"""Step by the sign of an average of the gradients.

    .. math::

        m_t = \beta m_{t-1} + (1-\beta) g_t, \quad
        x_{t+1} = x_t - \alpha_t \operatorname{sign}(m_t)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta
        Decay rate of the average, in [0, 1).

    Source
        Bernstein, Wang, Azizzadenesheli & Anandkumar (2018), Algorithm 2.
    Differs
        With β = 0 it is `signsgd`.  For the first steps the source's Theorem 3 takes the sign of the gradient itself
        (its warm-up); here, as in the algorithm, there is none.  `lion` takes the sign of another average.
    Convention
        sign(0) = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta * m + (1 - beta) * g
    return x - lr * np.sign(m), m
