"""Nesterov's momentum: the gradient is asked where the last step would lead if it were repeated."""

from convcheck.optimizers.base import optimizer


def look_ahead(x, d, *, beta):
    """Return x and the part of the last displacement that is kept."""
    return x + beta * d


@optimizer(
    source="nesterov1983, scheme with y and x",
    label="Nesterov",
    query=look_ahead,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def nesterov(x, g, t, d=0, *, lr=0.1, beta=0.9):
    r"""Go on by a part of the last displacement, and step against the gradient found there.

    .. math::

        y_t = x_t + \beta_t d_{t-1}, \quad
        d_t = \beta_t d_{t-1} - \alpha_t \nabla f_t(y_t), \quad
        x_{t+1} = x_t + d_t = y_t - \alpha_t \nabla f_t(y_t)

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient; at most 1/L where f is L-smooth.
    beta
        Part of the last displacement that is kept, β_t in [0, 1).  β_t = (a_t - 1) / a_{t+1} with a_1 = 1 and
        a_{t+1} = (1 + √(1 + 4 a_t²)) / 2 is the source's choice for convex f, (√κ - 1) / (√κ + 1) the constant one for
        f of condition number κ.

    Source
        Nesterov (1983) with a constant step size, in the form of Sutskever, Martens, Dahl & Hinton (2013); the
        source's choice of β_t as quoted in textbooks.
    Differs
        From `heavy_ball`: only where the gradient is asked.  torch.optim.SGD(nesterov=True) and
        optax.sgd(nesterov=True) know no query and keep y in place of x: at constant α and β their iterates are the y of
        this rule.  With a projection d remembers the displacement before it, and y may be infeasible.
    Convention
        No division: while all gradients are zero x does not move.
    """
    d = beta * d - lr * g
    return x + d, d
