"""RAdamInject: RAdam whose average takes in the last displacement times the squared gradient."""

import numpy as np

from convcheck.optimizers.adam_inject import injected
from convcheck.optimizers.base import optimizer, ratio
from convcheck.optimizers.radam import rectification
from convcheck.parameters import ANY, POSITIVE


@optimizer(
    source="dubey2022, Section III",
    label="RAdamInject",
    ranges={"k": POSITIVE, "threshold": ANY},
    invariances=("sign-symmetric", "translation-invariant"),
)
def radam_inject(
    x, g, t, m=0, v=0, c1=0, c2=0, x_last=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, threshold=5.0, k=2.0
):
    r"""Step as RAdam does, with an average of gradients that the last displacement has changed.

    .. math::

        x_{t+1} = x_t - \alpha_t r_t \frac{m_t / (1-\beta_1^t)}{\sqrt{v_t / (1-\beta_2^t)} + \varepsilon}
            \text{ if } \rho_t > \bar\rho, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{1-\beta_1^t} \text{ otherwise,}

    with r and ρ as in `radam`, m and v as in `adam_inject`.

    Parameters
    ----------
    lr
        Step size α_t > 0: in units of x, and in the first steps in units of x per unit of gradient.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    threshold
        Length of the average of squares above which its variance is rectified.
    k
        What the injected gradient is divided by, k > 0; 2 in the source.

    Source
        Dubey, Basha, Singh & Chaudhuri (2022) (section as remembered), after the authors' code.
    Differs
        From `radam`: the injection, and the threshold of the authors' code.  That code puts ε before the correction,
        and injects from t = 3 on, since it counts the step later than their other rules do.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    m = beta1 * m + (1 - beta1) * injected(x, g, t, x_last, k)
    v = beta2 * v + (1 - beta2) * (g * g)
    c1 = beta1 * c1 + (1 - beta1)
    c2 = beta2 * c2 + (1 - beta2)
    rho, r = rectification(t, beta2, c2)
    adaptive = r * ratio(m / c1, np.sqrt(v / c2) + eps)
    return x - lr * np.where(rho > threshold, adaptive, m / c1), m, v, c1, c2, x
