"""Accelerated gradient descent without a look-ahead: the change of the gradient stands in for it."""

from convcheck.optimizers.base import optimizer


@optimizer(
    source="xie2024, Lemma 1, second form",
    label="AGD, reformulated",
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def agd_reformulated(x, g, t, m=0, g_last=0, *, lr=0.1, beta=0.9):
    r"""Step against a decaying sum of the gradients and of their changes.

    .. math::

        m_t = \beta m_{t-1} + g_t + \beta (g_t - g_{t-1}), \quad g_0 = 0, \quad
        x_{t+1} = x_t - \alpha_t m_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    beta
        Decay rate of the sum and weight of the change, in [0, 1).

    Source
        Xie, Zhou, Li, Lin & Yan (2024), Lemma 1 (its number as remembered), where 1 - β₁ stands
        for β: at a constant α the points are those at which `agd` asks for its gradients, and
        m_t = n_t + β (n_t - n_{t-1}) with n the momentum of `agd`.
    Differs
        On given gradients torch.optim.SGD(nesterov=True) and optax.sgd(nesterov=True) do the same at a constant α: they
        step against g_t + β n_t.  The lemma needs g_0 = 0; with g_0 = g_1, as Adan starts, the two forms differ by a
        transient momentum.  `adan` has averages where this rule has a decaying sum, and divides.
    Convention
        No division: while all gradients are zero x does not move.
    """
    m = beta * m + (g + beta * (g - g_last))
    return x - lr * m, m, g
