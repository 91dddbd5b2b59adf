"""TNT: natural gradient as if the gradients of the model's own labels had a tensor-normal distribution."""

import numpy as np

from convcheck.arithmetic.matrices import average, inverse, product, total, trace, transpose
from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import FRACTION, POSITIVE


def init(x, layers):
    """No moments and no momentum."""
    moments = tuple((np.zeros((w.shape[0],) * 2), np.zeros((w.shape[1],) * 2)) for w in x)
    return moments, tuple(np.zeros(w.shape) for w in x)


def second_moments(d, examples):
    """E[D Dᵀ] and E[Dᵀ D], from gradients of shape (…, rows, columns), several for each example."""
    return total(product(d, transpose(d)), axis=0) / examples, total(product(transpose(d), d), axis=0) / examples


def covariances(left, right):
    """The factors U₁ and U₂ of equal mean eigenvalue whose normal distribution has these moments; zero if they are."""
    mean = trace(left) / (len(left) * len(right))
    c = np.sqrt(mean)
    return ratio(left, c * len(right)), ratio(right, c * len(left))


@optimizer(
    source="ren2021, TNT",
    label="TNT",
    init=init,
    layers="all",
    ranges={"damping": POSITIVE, "momentum": FRACTION},
)
def tnt(x, g, t, moments=0, m=0, *, lr=0.1, beta=0.9, momentum=0.9, damping=0.1):
    r"""Precondition from both sides by the inverse covariances of rows and columns of gradients under the model.

    .. math::

        \Omega_{1,t} = \beta_t \Omega_{1,t-1} + (1 - \beta_t) E[D D^T], \quad
        \Omega_{2,t} = \beta_t \Omega_{2,t-1} + (1 - \beta_t) E[D^T D], \quad
        c = \sqrt{\frac{\mathrm{tr} \Omega_1}{n_1 n_2}}, \quad U_1 = \frac{\Omega_1}{c\, n_2}, \quad
        U_2 = \frac{\Omega_2}{c\, n_1},

    .. math::

        M_t = \mu M_{t-1} + (1 - \mu) \nabla h, \quad
        X_{t+1} = X_t - \alpha_t (U_1 + \varepsilon I)^{-1} M_t (U_2 + \varepsilon I)^{-1}

    in each layer, for its matrix X of n₁ rows and n₂ columns; β_t = min(1 - 1/t, β).  D is the gradient of the layer
    for one example with a label of the model's own; the expectation is over both.

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x times gradient.
    beta
        Decay rate of the moments, in [0, 1).
    momentum
        Decay rate μ of the average of gradients, in [0, 1).
    damping
        ε > 0, in units of the gradient.

    Source
        Ren & Goldfarb (2021), as its authors' program has it (factors of equal trace, power -1); the paper's body was
        not read, and averages and momentum are as remembered.
    Differs
        The expectation over labels is exact, where the source samples one for each example and takes the gradient of
        the batch.  From `shampoo`: the model's labels, averages in place of sums, and the power -1, for what is
        approximated is the natural gradient.  A convolution is treated as the matrix of its filters (the reshaping of
        K-FAC), where the source has also tensors of order three.
    Convention
        Vanishing moments have vanishing covariances, U = 0.  The same bits everywhere: no BLAS or LAPACK, sums from
        left to right.
    """
    seen = (each.reshape(-1, *w.shape) for w, each in zip(x, g.outer(g.factors), strict=True))
    moments = average(moments, tuple(second_moments(each, g.examples) for each in seen), min(1 - 1 / t, beta))
    m = average(m, g.gradient, momentum)
    moved = []
    for w, ahead, factors in zip(x, m, moments, strict=True):
        left, right = (inverse(u + damping * np.eye(len(u))) for u in covariances(*factors))
        moved.append(w - lr * product(product(left, ahead), right))
    return tuple(moved), moments, m
