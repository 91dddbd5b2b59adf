"""AdaBeliefInject: AdaBelief whose average takes in the last displacement times the squared gradient."""

import numpy as np

from convcheck.optimizers.adam_inject import injected
from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import POSITIVE


@optimizer(
    source="dubey2022, Section III",
    label="AdaBeliefInject",
    ranges={"k": POSITIVE},
    invariances=("sign-symmetric", "translation-invariant"),
)
def adabelief_inject(x, g, t, m=0, s=0, c1=0, c2=0, x_last=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-16, k=2.0):
    r"""Step as AdaBelief does, with an average of gradients that the last displacement has changed.

    .. math::

        m_t = \beta_1 m_{t-1} + (1-\beta_1) \frac{g_t + (x_{t-1} - x_t) g_t^2}{k}, \quad
        s_t = \beta_2 s_{t-1} + (1-\beta_2) (g_t - m_t)^2 + \varepsilon, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t / (1-\beta_1^t)}{\sqrt{s_t / (1-\beta_2^t)} + \varepsilon}

    where at t = 1 the fraction is g_1.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to s at every step and to the root, ε >= 0: two units in one number.
    k
        What the injected gradient is divided by, k > 0; 2 in the source.

    Source
        Dubey, Basha, Singh & Chaudhuri (2022) (section as remembered), after the authors' code.
    Differs
        From `adabelief`: the injection; the deviation is of the gradient itself from the injected average.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * injected(x, g, t, x_last, k)
    s = beta2 * s + (1 - beta2) * ((g - m) * (g - m)) + eps
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    return x - lr * ratio(m / c1, np.sqrt(s / c2) + eps), m, s, c1, c2, x
