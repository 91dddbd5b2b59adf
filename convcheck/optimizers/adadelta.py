"""Adadelta: steps in units of the steps before."""

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import FRACTION


@optimizer(
    source="zeiler2012, Algorithm 1",
    label="Adadelta",
    ranges={"rho": FRACTION},
    invariances=("sign-symmetric", "translation-invariant"),
)
def adadelta(x, g, t, v=0, u=0, *, lr=1.0, rho=0.95, eps=1e-6):
    r"""Multiply the gradient by the root mean square of past steps over that of past gradients.

    .. math::

        v_t = \rho v_{t-1} + (1-\rho) g_t^2, \quad
        \Delta_t = \frac{\sqrt{u_{t-1} + \varepsilon}}{\sqrt{v_t + \varepsilon}} g_t, \quad
        u_t = \rho u_{t-1} + (1-\rho) \Delta_t^2, \quad
        x_{t+1} = x_t - \alpha_t \Delta_t

    Parameters
    ----------
    lr
        Factor α_t > 0 of every step, without unit; the source has none, that is 1.
    rho
        Decay rate ρ of both averages, in [0, 1).
    eps
        Added inside both roots, ε >= 0; without it, x never moves.

    Source
        Zeiler (2012), Algorithm 1.
    Differs
        torch.optim.Adadelta and optax.adadelta are this rule with ρ = 0.9 by default; u does not see α.
    Convention
        With ε = 0, 0/0 = 0; then u stays 0 and so does every step.
    """
    v = rho * v + (1 - rho) * (g * g)
    step = ratio(np.sqrt(u + eps) * g, np.sqrt(v + eps))
    return x - lr * step, v, rho * u + (1 - rho) * (step * step)
