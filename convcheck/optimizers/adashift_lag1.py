"""AdaShift with a lag of one: RMSProp whose second moment does not know the present gradient."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio


@optimizer(
    source="zhou2019, Algorithm 3",
    label="AdaShift, lag 1",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adashift_lag1(x, g, t, v=0, c=0, *, lr=1e-2, beta2=0.999):
    r"""Divide the gradient by the root of an average of the squares of those before it.

    .. math::

        x_{t+1} = x_t - \alpha_t \frac{g_t}{\sqrt{v_{t-1} / c_{t-1}}}, \quad
        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2, \quad
        c_t = 1 - \beta_2^t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta2
        Decay rate of the average, in [0, 1).

    Source
        Zhou, Zhang, Lu, Wang, Zhang & Yu (2019), Algorithm 3 (number as remembered) with a window of n = 1.
    Differs
        From `adashift`: no average of gradients.  From `rmsprop`: bias correction, and the present gradient is not in
        its own divisor, so that a large gradient after small ones makes a large step.
    Convention
        0/0 = 0 and g/0 = 0: a coordinate rests at its first gradient that is not zero.
    """
    step = ratio(np.sqrt(c) * g, np.sqrt(v))
    return x - lr * step, beta2 * v + (1 - beta2) * (g * g), beta2 * c + (1 - beta2)
