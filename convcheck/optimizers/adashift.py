"""AdaShift with a window of ten: the second moment knows only gradients that the step does not contain."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio

WINDOW = 10


@optimizer(
    source="zhou2019, Algorithm 3",
    label="AdaShift",
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def adashift(
    x, g, t, v=0, c=0, g1=0, g2=0, g3=0, g4=0, g5=0, g6=0, g7=0, g8=0, g9=0, g10=0,
    *, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-10,
):  # fmt: skip
    r"""Divide an average of the last n = 10 gradients by the root of an average of the squares before them.

    .. math::

        v_t = \beta_2 v_{t-1} + (1-\beta_2) g_{t-n}^2, \quad
        c_t = 1 - \beta_2^{t-n}, \quad
        m_t = \frac{\sum_{i < n} \beta_1^i g_{t-i}}{\sum_{i < n} \beta_1^i}, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{v_t / c_t} + \varepsilon} \quad (t > n)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the two averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.

    Source
        Zhou, Zhang, Lu, Wang, Zhang & Yu (2019), Algorithm 3 (number as remembered), with the window of the authors'
        code and the identity as spatial operation φ.
    Differs
        The authors' code and pytorch_optimizer's AdaShift take by default the maximum of the squares over the whole
        array as φ; in one dimension they are this rule.  `adashift_lag1` has n = 1.
    Convention
        0/0 = 0: x rests until the window is full, when c and v are 0; with ε = 0 a coordinate with v = 0 rests too.
    """
    m, weight = g9, 1
    for gradient in (g8, g7, g6, g5, g4, g3, g2, g1, g):  # Horner's scheme, the oldest first
        m = beta1 * m + gradient
        weight = beta1 * weight + 1
    v = beta2 * v + (1 - beta2) * (g10 * g10)
    c = np.where(t > WINDOW, beta2 * c + (1 - beta2), c)
    step = ratio(np.sqrt(c) * (m / weight), np.sqrt(v) + eps * np.sqrt(c))
    return x - lr * step, v, c, g, g1, g2, g3, g4, g5, g6, g7, g8, g9
