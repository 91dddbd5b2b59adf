"""K-FAC with the inverse of a Fisher matrix that also knows how neighbouring layers depend on each other."""

from itertools import pairwise

import numpy as np

from convcheck.arithmetic.matrices import eigen, product, spectral
from convcheck.arithmetic.matrices import inverse as inverted
from convcheck.optimizers import kronecker
from convcheck.optimizers.base import optimizer


def init(x, layers):
    """No moments, no inverse, no step; λ and γ are set at the first step."""
    kronecker.refuse_convolutions(layers)
    inner, outer = [w.shape[1] for w in x], [w.shape[0] for w in x]
    square = kronecker.zeros([(n, n) for n in inner]), kronecker.zeros([(n, n) for n in outer])
    beside = tuple(kronecker.zeros(list(pairwise(sizes))) for sizes in (inner, outer))
    shapes = [w.shape for w in x]
    inverse = (*beside, *square, kronecker.zeros(shapes))
    return (*square, *beside), inverse, kronecker.zeros(shapes), 0.0, 0.0


def build(moments, gamma):
    """Ψ of the activations and of the signals, and what inverts each Σ: K₁, K₂ and the divisors 1 - s₂ s₁ᵀ."""
    pairs = [kronecker.damped(a, g, gamma) for a, g in zip(*moments[:2], strict=True)]
    links, explained = [], []
    for beside, after in zip(zip(*moments[2:], strict=True), pairs[1:], strict=True):
        psi = [product(block, inverted(damped)) for block, damped in zip(beside, after, strict=True)]
        links.append(psi)
        explained.append([product(p, block.T) for p, block in zip(psi, beside, strict=True)])
    explained.append([np.zeros(factor.shape) for factor in pairs[-1]])
    inverses = [inverse_of_difference(*pair, *known) for pair, known in zip(pairs, explained, strict=True)]
    return (*(tuple(psi[k] for psi in links) for k in (0, 1)), *map(tuple, zip(*inverses, strict=True)))


def inverse_of_difference(a, g, c, d):
    """K₁, K₂ and divisors with (A ⊗ G - C ⊗ D)⁻¹ vec V = vec(K₂ ((K₂ᵀ V K₁) / divisors) K₁ᵀ)."""
    values, columns = [], []
    for whole, part in ((a, c), (g, d)):
        root = spectral(lambda v: 1 / np.sqrt(v), whole)
        scaled, vectors = eigen(product(product(root, part), root))
        values.append(scaled)
        columns.append(product(root, vectors))
    return *columns, 1 - values[1][:, None] * values[0]


def apply(inverse, gradient):
    """Ξᵀ Λ Ξ, from the right to the left."""
    psi_a, psi_g, k1, k2, divisors = inverse
    links = list(zip(psi_a, psi_g, strict=True))
    up = [v - product(product(g, w), a.T) for (a, g), (v, w) in zip(links, pairwise(gradient), strict=True)]
    scaled = []
    for left, right, divisor, v in zip(k2, k1, divisors, [*up, gradient[-1]], strict=True):
        scaled.append(product(product(left, product(product(left.T, v), right) / divisor), right.T))
    down = [v - product(product(g.T, w), a) for (a, g), (w, v) in zip(links, pairwise(scaled), strict=True)]
    return (scaled[0], *down)


@optimizer(
    source="martens2015, Algorithm 2",
    label="K-FAC (tridiagonal)",
    init=init,
    layers="all",
    ranges=kronecker.RANGES,
)
def kfac_tridiagonal(
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
    r"""Precondition by a Fisher matrix whose inverse is block-tridiagonal; size and momentum as in `kfac`.

    .. math::

        \hat F^{-1} = \Xi^T \Lambda \Xi, \quad
        \Psi_{l} = \bar A_{l-1,l} \bar A_{l,l}^{-1} \otimes G_{l,l+1} G_{l+1,l+1}^{-1}, \quad
        \Lambda^{-1}_l = \bar A_{l-1,l-1} \otimes G_{l,l} - \Psi_l (\bar A_{l,l} \otimes G_{l+1,l+1}) \Psi_l^T

    with 1 on the diagonal of Ξ, -Ψ beside it and nothing else, and without the second term in the last layer.  F̂
    agrees with the matrix of all Kronecker products Ā_{i-1,j-1} ⊗ G_{i,j} on its diagonal blocks and those beside it,
    and its inverse has no others.

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
        Martens & Grosse (2015), Algorithm 2 of the full version, with the block-tridiagonal inverse; differences of
        Kronecker products are inverted as in its Appendix B (numbers as remembered).
    Differs
        From `kfac`: the inverse.  As there, the diagonal factors are damped and those beside them are not; and as
        there, expectations are exact and over the whole batch, and there is no ℓ₂ term.
    Convention
        As in `kfac`.  Eigenvalues by Jacobi's method, no LAPACK or BLAS: the same bits everywhere.
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
    return kronecker.step(x, g, t, state, build, apply, kronecker.moments(g, neighbours=True), settings)
