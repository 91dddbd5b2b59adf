"""AdaGrad whose step size does not know the gradient that it multiplies."""

from convcheck.arithmetic.elementary import exp, log
from convcheck.optimizers.base import optimizer
from convcheck.parameters import POSITIVE, Range


@optimizer(
    source="li2019, Equation (3)",
    label="delayed AdaGrad",
    ranges={"beta": POSITIVE, "p": Range(0.5, 1.0)},
    invariances=("sign-symmetric", "translation-invariant"),
)
def delayed_adagrad(x, g, t, v=0, *, lr=1e-2, beta=1.0, p=0.5):
    r"""Divide the gradient by a power of the sum of the squares of the gradients before it.

    .. math::

        x_{t+1} = x_t - \frac{\alpha_t}{(\beta + v_{t-1})^p} g_t, \quad
        v_t = v_{t-1} + g_t^2

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x times the gradient to the power 2p - 1.
    beta
        What the sum starts from, β > 0, in units of the gradient squared; not a decay rate.
    p
        The power, 1/2 + ε in the source, in [1/2, 1].

    Source
        Li & Orabona (2019), the coordinate-wise generalized AdaGrad step sizes (number of the equation as remembered);
        Li & Orabona (2020) call them delayed.
    Differs
        From `adagrad`: the gradient g_t is not in its own step size, which therefore is independent of its noise;
        a large gradient after small ones makes a large step.
    Convention
        β > 0: no division by zero, and a zero gradient does not move x.
    """
    x = x - lr * exp(-p * log(beta + v)) * g
    return x, v + g * g
