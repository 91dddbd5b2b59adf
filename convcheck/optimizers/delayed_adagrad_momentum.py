"""Delayed AdaGrad with Polyak's momentum."""

from convcheck.arithmetic.elementary import exp, log
from convcheck.optimizers.base import optimizer
from convcheck.parameters import FRACTION, POSITIVE, Range


@optimizer(
    source="li2020, Section 4",
    label="delayed AdaGrad, momentum",
    ranges={"mu": FRACTION, "beta": POSITIVE, "p": Range(0.5, 1.0)},
    invariances=("sign-symmetric", "translation-invariant"),
)
def delayed_adagrad_momentum(x, g, t, m=0, v=0, *, lr=1e-2, mu=0.9, beta=1.0, p=0.5):
    r"""Go on by a part of the last displacement, and step by a size that does not know its gradient.

    .. math::

        m_t = \mu m_{t-1} + \frac{\alpha_t}{(\beta + v_{t-1})^p} g_t, \quad
        v_t = v_{t-1} + g_t^2, \quad
        x_{t+1} = x_t - m_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x times the gradient to the power 2p - 1.
    mu
        Part of the last displacement that is kept, in [0, 1).
    beta
        What the sum starts from, β > 0, in units of the gradient squared; not a decay rate.
    p
        The power, 1/2 + ε in the source, in [1/2, 1].

    Source
        Li & Orabona (2020), delayed AdaGrad with momentum (section as remembered).
    Differs
        With μ = 0 it is `delayed_adagrad`.
    Convention
        β > 0: no division by zero, and while all gradients are zero x does not move.
    """
    m = mu * m + lr * exp(-p * log(beta + v)) * g
    return x - m, m, v + g * g
