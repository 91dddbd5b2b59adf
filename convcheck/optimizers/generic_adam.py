"""Generic Adam: all parameters may change with t, and ε is where the second moment starts."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import FRACTION


@optimizer(
    source="zou2019, Algorithm 1",
    label="Generic Adam",
    ranges={"theta": FRACTION},
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant", "bounded-step"),
)
def generic_adam(x, g, t, m=0, v=0, w=1, *, lr=1e-3, beta=0.9, theta=0.999, eps=1e-8):
    r"""Divide an average of the gradients by the root of an average of their squares that starts from ε.

    .. math::

        m_t = \beta_t m_{t-1} + (1-\beta_t) g_t, \quad
        v_t = \theta_t v_{t-1} + (1-\theta_t) g_t^2, \quad
        w_t = \theta_t w_{t-1} = \prod_{s \le t} \theta_s, \quad
        x_{t+1} = x_t - \alpha_t \frac{m_t}{\sqrt{v_t + \varepsilon w_t}}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta
        Decay rate β_t of the average of gradients, in [0, 1).
    theta
        Decay rate θ_t of the average of squares, in [0, 1); in the source it never decreases.
    eps
        Where the average of squares starts, ε >= 0, in units of the gradient squared.

    Source
        Zou, Shen, Jie, Zhang & Liu (2019), Algorithm 1 (number as remembered), with v_0 = ε: v there is v + ε w here.
    Differs
        From `adam_undebiased`: ε is forgotten with time.
    Convention
        ε > 0; with ε = 0, or where θ = 0 has forgotten it, 0/0 = 0: a coordinate without gradients does not move.
    """
    m = beta * m + (1 - beta) * g
    v = theta * v + (1 - theta) * (g * g)
    w = theta * w
    return x - lr * ratio(m, np.sqrt(v + eps * w)), m, v, w
