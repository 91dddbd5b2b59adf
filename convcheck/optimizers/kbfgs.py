"""K-BFGS: quasi-Newton with a Hessian that is block-diagonal, each block a Kronecker product of two matrices."""

import numpy as np

from convcheck.arithmetic.matrices import average, inverse, norm, product, total
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.kronecker import outer_mean, refuse_convolutions
from convcheck.parameters import FRACTION, POSITIVE, Range

CURVED = 1e-4
"""Least sᵀy / (sᵀs |g|) for which the inverse is updated."""


def init(x, layers):
    """No moments; the inverses are made at the first step."""
    refuse_convolutions(layers)
    inner, outer = [w.shape[1] for w in x], [w.shape[0] for w in x]
    square = tuple(np.zeros((n, n)) for n in inner)
    pairs = tuple((np.zeros(n), np.zeros(n)) for n in outer)
    return square, square, tuple(np.eye(n) for n in outer), pairs, tuple(np.zeros(w.shape) for w in x)


def dot(u, v):
    """The inner product of two vectors."""
    return total(u * v)


def bfgs(h, s, y):
    """The inverse Hessian after the secant pair (s, y): the one nearest to h with h y = s."""
    rho, hy = 1 / dot(s, y), product(h, y[:, None])[:, 0]
    mixed = s[:, None] * hy
    return h + (rho * rho * dot(y, hy) + rho) * (s[:, None] * s) - rho * (mixed + mixed.T)


def updated(h, pair, mean):
    """The inverse after a secant pair, or before it where there is too little curvature along it."""
    s, y = pair
    curve = dot(s, y)
    return bfgs(h, s, y) if curve > 0 and curve > CURVED * dot(s, s) * norm(mean) else h


def damped(h, s, y, mu1, mu2):
    """The pair after double damping: then sᵀy >= μ₁ yᵀHy before y changes, and sᵀy >= μ₂ sᵀs."""
    hy = product(h, y[:, None])[:, 0]
    curve, size = dot(s, y), dot(y, hy)
    if curve <= mu1 * size and size > 0:
        theta = (1 - mu1) * size / (size - curve)
        s = theta * s + (1 - theta) * hy
    curve, size = dot(s, y), dot(s, s)
    if curve <= mu2 * size and size > 0:
        theta = (1 - mu2) * size / (size - curve)
        y = theta * y + (1 - theta) * s
    return s, y


@optimizer(
    source="goldfarb2020, K-BFGS",
    label="K-BFGS",
    init=init,
    layers="all",
    ranges={
        "momentum": FRACTION,
        "secant": FRACTION,
        "mu1": Range(0.0, 1.0, open_low=True, open_high=True),
        "mu2": Range(0.0, 1.0, open_low=True, open_high=True),
        "damping": POSITIVE,
    },
)
def kbfgs(
    x, g, t, moments=0, inner=0, outer=0, pairs=0, m=0,
    *, lr=0.1, beta=0.9, momentum=0.9, secant=0.9, mu1=0.2, mu2=0.1, damping=0.1,
):  # fmt: skip
    r"""Precondition by inverses of activations' and of signals' curvature, both kept by the formula of BFGS.

    .. math::

        A_t = \beta_t A_{t-1} + (1 - \beta_t) E[\bar a \bar a^T], \quad
        M_t = \mu M_{t-1} + (1 - \mu) \nabla h, \quad
        X_{t+1} = X_t - \alpha_t H_g M_t H_a

    in each layer, with β_t = min(1 - 1/t, β).  After the step, on the same examples and with z the sums of the layer
    and s = ∂h/∂z for each,

    .. math::

        H_g \leftarrow \mathrm{BFGS}(H_g, \Delta z, \Delta s), \quad
        H_a \leftarrow \mathrm{BFGS}(H_a, v, (A_t + \lambda I) v), \quad v = H_a E[\bar a]

    Δz and Δs are changes of means over the examples, averaged over time with decay 0.9 and then doubly damped: where
    ΔzᵀΔs <= μ₁ Δsᵀ H_g Δs, Δz moves towards H_g Δs until they are equal; where then ΔzᵀΔs <= μ₂ ΔzᵀΔz, Δs moves
    towards Δz in the same way.

    Parameters
    ----------
    lr
        Step size α_t > 0; a pure number once both inverses are good.
    beta
        Decay rate of A, in [0, 1).
    momentum
        Decay rate μ of the average of gradients, in [0, 1).
    secant
        Decay rate of the averages of Δz and Δs, in [0, 1); the source has 0 for the whole batch.
    mu1, mu2
        Thresholds of the double damping, in (0, 1).
    damping
        λ > 0, added to A; in squared units of the activations.

    Source
        Goldfarb, Ren & Bahamou (2020), as its authors' program has it; the paper's body was not read, and momentum is
        as remembered.
    Differs
        Their program appends the mean of E[a] in place of 1 to the vector that H_a is applied to, and does not update A
        at the first step of a run on batches.
    Convention
        H_g begins as I and H_a as (A + λI)⁻¹.  H_g stays as it is where ΔzᵀΔs <= 10⁻⁴ ΔzᵀΔz |E s|, or where nothing
        moved.  The same bits everywhere: no BLAS or LAPACK, sums from left to right.
    """
    count = g.examples
    moments = average(moments, tuple(outer_mean(a, a, count) for a in g.activations), min(1 - 1 / t, beta))
    lifted = [a + damping * np.eye(len(a)) for a in moments]
    if t == 1:
        inner = tuple(map(inverse, lifted))
    m = average(m, g.gradient, momentum)
    steps = (product(product(h, ahead), k) for h, ahead, k in zip(outer, m, inner, strict=True))
    moved = tuple(w - lr * step for w, step in zip(x, steps, strict=True))
    after = g.at(moved)
    kept, renewed, secants = [], [], []
    for layer, (old_s, old_y) in enumerate(pairs):
        mean = total(g.signals[layer], axis=0) / count
        s = secant * old_s + (1 - secant) * total(g.sums[layer] - after.sums[layer], axis=0) / count
        y = secant * old_y + (1 - secant) * (mean - total(after.signals[layer], axis=0) / count)
        secants.append((s, y))
        pair = damped(outer[layer], s, y, mu1, mu2)
        renewed.append(updated(outer[layer], pair, mean))
        v = product(inner[layer], total(g.activations[layer], axis=0)[:, None] / count)
        kept.append(bfgs(inner[layer], v[:, 0], product(lifted[layer], v)[:, 0]))
    return moved, moments, tuple(kept), tuple(renewed), tuple(secants), m
