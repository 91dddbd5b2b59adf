"""K-FAC: natural gradient with a Fisher matrix that is block-diagonal, each block a Kronecker product."""

from convcheck.arithmetic.matrices import inverse as inverted
from convcheck.arithmetic.matrices import product
from convcheck.optimizers import kronecker
from convcheck.optimizers.base import optimizer


def init(x, layers):
    """No moments, no inverse, no step; λ and γ are set at the first step."""
    kronecker.refuse_convolutions(layers)
    inner, outer = [(w.shape[1],) * 2 for w in x], [(w.shape[0],) * 2 for w in x]
    moments = kronecker.zeros(inner), kronecker.zeros(outer)
    return moments, moments, kronecker.zeros([w.shape for w in x]), 0.0, 0.0


def build(moments, gamma):
    """The inverses of the damped factors: of all Ā, and of all G."""
    pairs = [kronecker.damped(a, g, gamma) for a, g in zip(*moments, strict=True)]
    return tuple(inverted(a) for a, _ in pairs), tuple(inverted(g) for _, g in pairs)


def apply(inverse, gradient):
    """G⁻¹ V Ā⁻¹ in each layer."""
    return tuple(product(product(g, v), a) for a, g, v in zip(*inverse, gradient, strict=True))


@optimizer(
    source="martens2015, Algorithm 2",
    label="K-FAC",
    init=init,
    layers="all",
    ranges=kronecker.RANGES,
)
def kfac(
    x,
    g,
    t,
    moments=0,
    inverse=0,
    delta=0,
    lam=0,
    gamma=0,
    *,
    damping=150.0,
    decay=0.95,
    shrink=0.95,
    lambda_every=5.0,
    gamma_every=20.0,
    inverse_every=20.0,
):
    r"""Precondition each layer's gradient by its activations and its signals; a quadratic model sets size and momentum.

    .. math::

        \bar A_l = E[\bar a_{l-1} \bar a_{l-1}^T], \quad G_l = E[s_l s_l^T], \quad
        \Delta_l = (G_l + \tfrac{\gamma}{\pi_l} I)^{-1} \nabla_l h \, (\bar A_l + \pi_l \gamma I)^{-1}, \quad
        \pi_l^2 = \frac{\mathrm{tr} \bar A_l / \dim \bar A_l}{\mathrm{tr} G_l / \dim G_l},

    .. math::

        \delta_t = \alpha \Delta + \mu \delta_{t-1} \text{ minimizes }
        M(\delta) = \tfrac12 \delta^T (F + \lambda I) \delta + \nabla h^T \delta, \quad x_{t+1} = x_t + \delta_t

    h is the loss of the batch, ā the inputs of a layer and a 1, s the derivatives of the model's negative
    log-likelihood with respect to the sums of a layer, expectations are over the examples and over the model's own
    labels, and F is the model's exact Fisher matrix of the whole network.  λ follows Levenberg and Marquardt: every 5
    steps, ρ = (h(x_{t+1}) - h(x_t)) / M(δ) above 3/4 shrinks it and below 1/4 enlarges it.  γ is chosen every 20 steps
    among three, as the one whose step has the least M.

    Parameters
    ----------
    damping
        λ at the start; γ = √λ there.  Losses per squared unit of x.
    decay
        Largest decay rate of the averages of Ā and G, in [0, 1): at step t it is min(1 - 1/t, decay).
    shrink
        Factor in (0, 1) per step by which λ shrinks or grows; its root is that of γ.
    lambda_every, gamma_every, inverse_every
        T₁, T₂ and T₃, whole numbers >= 1: steps between adjustments of λ, of γ, and between inverses, which are also
        computed in the first three steps.

    Source
        Martens & Grosse (2015), Algorithm 2 of the full version (number as remembered), with its constants and the
        block-diagonal inverse.
    Differs
        The expectation over the model's labels is exact where the source samples one label for each example, and all
        examples of the batch serve everywhere (τ₁ = τ₂ = 1).  No ℓ₂ term (η = 0): it is part of a problem that has one.
        The source's experiments also average the iterates.  `kfac_tridiagonal` has the other inverse.
    Convention
        π = 1 where a factor vanishes.  μ = 0 where the last step is a multiple of Δ, as at t = 1, where there is none.
        A zero gradient gives a zero step.  The same bits everywhere: no BLAS or LAPACK, sums from left to right.
    """
    settings = {
        "damping": damping,
        "decay": decay,
        "shrink": shrink,
        "lambda_every": lambda_every,
        "gamma_every": gamma_every,
        "inverse_every": inverse_every,
    }
    state = moments, inverse, delta, float(lam), float(gamma)
    return kronecker.step(x, g, t, state, build, apply, kronecker.moments(g), settings)
