"""Gradient descent with noise added to every gradient, to leave saddles and narrow valleys."""

from convcheck.draws import normal
from convcheck.optimizers.base import optimizer
from convcheck.parameters import NONNEGATIVE


@optimizer(
    source="neelakantan2015, Section 3",
    label="noisy SGD",
    ranges={"sigma": NONNEGATIVE},
    invariances=("translation-invariant",),
)
def noisy_sgd(x, g, t, xi=normal, *, lr=0.1, sigma=0.1):
    r"""Step against the gradient plus normal noise.

    .. math:: x_{t+1} = x_t - \alpha_t (g_t + \sigma_t \xi_t), \quad \xi_t \sim N(0, 1) \text{ in each coordinate}

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    sigma
        Standard deviation σ_t >= 0 of the noise, in units of the gradient; usually it follows a schedule.

    Source
        Neelakantan, Vilnis, Le, Sutskever, Kaiser, Kurach & Martens (2015): σ_t² = η / (1 + t)^0.55 with η one of 0.01,
        0.3, 1; here σ is a hyper-parameter, so that any schedule serves.
    Differs
        optax.noisy_sgd draws from another generator.  Langevin dynamics has σ_t = √(2/α_t) times a root of temperature.
        The noise is a pure function of seed, coordinate and step, the same for every setting of a grid.
    Convention
        No division; the noise moves x also where the gradient is zero.
    """
    return (x - lr * (g + sigma * xi),)
