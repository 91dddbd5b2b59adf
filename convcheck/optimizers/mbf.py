"""MBF: natural gradient with an empirical Fisher matrix of many small blocks."""

import numpy as np

from convcheck.arithmetic.matrices import average, inverse, product, total
from convcheck.optimizers.base import optimizer
from convcheck.parameters import FRACTION, POSITIVE, Whole


def init(x, layers):
    """No moments, no inverses and no momentum."""
    blocks = tuple(map(empty, layers))
    return blocks, blocks, tuple(np.zeros(w.shape) for w in x)


def empty(layer):
    """Zeros for the blocks of a layer: one for all outputs or, of a convolution, one for each kernel and each bias."""
    if not layer.kernel:
        return (np.zeros((layer.inputs + 1,) * 2),)
    kernels = layer.outputs, layer.inputs // layer.kernel
    return np.zeros((*kernels, layer.kernel, layer.kernel)), np.zeros((layer.outputs, 1, 1))


def parts(layer, g):
    """The vectors of a matrix that blocks act on: rows (out, in + 1), or kernels (out, channels, k) and biases."""
    if not layer.kernel:
        return (g,)
    return g[..., :-1].reshape(*g.shape[:-1], -1, layer.kernel), g[..., -1:]


def blocks(layer, gradients):
    """The means of g gᵀ over gradients of shape (n, out, in + 1); over the outputs, too, where these share a block."""
    n = len(gradients)
    if not layer.kernel:
        rows = gradients.reshape(-1, gradients.shape[-1])
        return (product(rows.T, rows) / len(rows),)
    return tuple(total(part[..., :, None] * part[..., None, :], axis=0) / n for part in parts(layer, gradients))


def apply(layer, inverses, m):
    """Each block's inverse times its part of a matrix."""
    solved = [product(p, part[..., None])[..., 0] for p, part in zip(inverses, parts(layer, m), strict=True)]
    return np.concatenate([part.reshape(len(m), -1) for part in solved], axis=-1)


@optimizer(
    source="bahamou2023, MBF",
    label="MBF",
    init=init,
    layers="all",
    ranges={
        "damping": POSITIVE,
        "momentum": FRACTION,
        "per_example": Whole(0, 1),
        "moments_every": Whole(1),
        "inverse_every": Whole(1),
    },
)
def mbf(
    x,
    g,
    t,
    moments=0,
    inverses=0,
    m=0,
    *,
    lr=0.1,
    beta=0.9,
    momentum=0.9,
    damping=0.1,
    per_example=1.0,
    moments_every=1.0,
    inverse_every=1.0,
):
    r"""Precondition each output's weights, or each kernel of a convolution, by the second moment of its gradients.

    .. math::

        G_{b,t} = \beta_t G_{b,t-1} + (1 - \beta_t) \frac1n \sum_{i=1}^n g_b^{(i)} (g_b^{(i)})^T, \quad
        \beta_t = \min(1 - \tfrac1t, \beta), \quad
        M_t = \mu M_{t-1} + (1 - \mu) \nabla h, \quad
        x_{b,t+1} = x_{b,t} - \alpha_t (G_{b,t} + \lambda I)^{-1} M_{b,t}

    A mini-block b is the row of an output in a fully connected layer, where all outputs share the mean of their
    moments; in a convolution the kernel from a channel to a filter, or a single bias.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x times gradient.
    beta
        Decay rate of the moments, in [0, 1).
    momentum
        Decay rate μ of the average of gradients, in [0, 1).
    damping
        λ > 0, in squared units of the gradient.
    per_example
        1 for moments of the gradients of each example (the empirical Fisher matrix), 0 for those of their mean, which
        cost less and which large codes use.
    moments_every, inverse_every
        Whole numbers >= 1: steps between updates of the moments, and between inverses.  Both are made at the first
        step.

    Source
        Bahamou, Goldfarb & Ren (2023): the abstract was read, which names the empirical Fisher matrix and mini-blocks
        of modest size in both kinds of layers; which blocks, the shared mean, the averages and the momentum are as
        remembered.  The source updates moments and inverses less often, every 10 and 100 steps as remembered.
    Differs
        From `kfac`: the labels are those of the data, and a block knows nothing of other outputs.  The weight of the
        first averages (1 - 1/t, as in K-FAC) and the blocks of biases in convolutions are choices made here.
    Convention
        λ > 0, so that every block has an inverse.  The same bits everywhere: no BLAS or LAPACK, sums from left to
        right.
    """
    if t == 1 or t % moments_every == 0:
        gradients = g.outer(g.signals) if per_example else tuple(w[None] for w in g.gradient)
        moments = average(moments, tuple(map(blocks, g.layers, gradients)), min(1 - 1 / t, beta))
    if t == 1 or t % inverse_every == 0:
        inverses = tuple(tuple(inverse(b + damping * np.eye(b.shape[-1])) for b in kept) for kept in moments)
    m = average(m, g.gradient, momentum)
    columns = zip(x, g.layers, inverses, m, strict=True)
    return tuple(w - lr * apply(layer, p, ahead) for w, layer, p, ahead in columns), moments, inverses, m
