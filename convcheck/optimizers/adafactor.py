"""Adafactor: second moments of a matrix from the sums of its rows and columns, and steps relative to its size."""

import numpy as np

from convcheck.arithmetic.elementary import exp, log
from convcheck.arithmetic.matrices import norm, total
from convcheck.errors import ShapeError
from convcheck.optimizers.base import optimizer, ratio
from convcheck.parameters import POSITIVE


def rms(x):
    """The root of the mean of the squares of all entries."""
    return norm(x) / np.sqrt(max(np.size(x), 1))


def init(x):
    """Zeros for the rows and columns of a matrix; for a vector one zero each, and nothing for columns."""
    if np.ndim(x) not in {1, 2}:
        msg = f"adafactor runs on matrices and vectors, not on an array of shape {np.shape(x)}"
        raise ShapeError(msg)
    return np.zeros(x.shape[0]), np.zeros(x.shape[1:])


@optimizer(
    source="shazeer2018, Algorithm 4",
    label="Adafactor",
    init=init,
    layers="each",
    ranges={"decay": POSITIVE, "clip": POSITIVE, "eps2": POSITIVE},
    invariances=("scale-invariant", "sign-symmetric"),
)
def adafactor(x, g, t, rows=0, columns=0, *, lr=1e-2, decay=0.8, clip=1.0, eps1=1e-30, eps2=1e-3):
    r"""Divide the gradient by the root of a second moment of rank one, clip its size, and step relative to that of x.

    .. math::

        \hat\beta_t = 1 - t^{-c}, \quad
        R_t = \hat\beta_t R_{t-1} + (1 - \hat\beta_t) (G_t^2 + \varepsilon_1) 1, \quad
        C_t = \hat\beta_t C_{t-1} + (1 - \hat\beta_t) 1^T (G_t^2 + \varepsilon_1), \quad
        \hat V_t = \frac{R_t C_t}{1^T R_t},

    .. math::

        U_t = \frac{G_t}{\sqrt{\hat V_t}}, \quad
        X_{t+1} = X_t - \max(\varepsilon_2, \mathrm{RMS}(X_t)) \min(\rho, t^{-1/2})
        \frac{U_t}{\max(1, \mathrm{RMS}(U_t) / d)}

    R and C hold n + m numbers in place of nm.  A vector has its full second moment, in R.

    Parameters
    ----------
    lr
        Largest relative step size ρ > 0, a pure number.
    decay
        Exponent c > 0 of the decay rate.
    clip
        d > 0: the root mean square of an update, before its step size, is at most d.
    eps1
        ε₁ >= 0, in squared units of the gradient; it only keeps zero rows from 0/0.
    eps2
        ε₂ > 0, in units of x: the least size that x is taken to have.

    Source
        Shazeer & Stern (2018), Algorithms 4 (matrices) and 5 (vectors) with the defaults of Algorithm 6; numbers of the
        algorithms as remembered.  R C / 1ᵀR minimizes the generalized Kullback-Leibler divergence from the full moment.
    Differs
        No momentum and no weight decay, as in the source's final version.  torch.optim.Adafactor adds no ε₁ but bounds
        V̂ below by its square, with ε₁ = 2⁻⁵².  optax.adafactor has no t^{-1/2}, computes the decay in single precision
        and factors only if both sides reach 128.  timm.Adafactor with a given rate does not scale by the size of x.
        pytorch_optimizer.AdaFactor steps by an average of the updates.
    Convention
        0/0 = 0 where a second moment is zero, with ε₁ = 0 or where ε₁ is below rounding.  The same bits everywhere: no
        BLAS, sums from left to right, powers by our own exp and log.
    """
    beta2 = 1 - exp(-decay * log(t))
    square = g * g + eps1
    if np.ndim(g) == 1:
        rows = beta2 * rows + (1 - beta2) * square
        moment = rows
    else:
        rows = beta2 * rows + (1 - beta2) * total(square, axis=1)
        columns = beta2 * columns + (1 - beta2) * total(square, axis=0)
        moment = ratio(rows, total(rows))[:, None] * columns
    u = ratio(g, np.sqrt(moment))
    step = np.maximum(eps2, rms(x)) * np.minimum(lr, 1 / np.sqrt(t))
    return x - step * u / np.maximum(1.0, rms(u) / clip), rows, columns
