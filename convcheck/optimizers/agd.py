"""Accelerated gradient descent with the step size outside the momentum, as Adan starts from it."""

from convcheck.optimizers.base import optimizer


def look_ahead(x, m, *, lr, beta):
    """Return where the momentum alone would lead."""
    return x - lr * (beta * m)


@optimizer(
    source="xie2024, Lemma 1, first form",
    label="AGD",
    query=look_ahead,
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def agd(x, g, t, m=0, *, lr=0.1, beta=0.9):
    r"""Step against a decaying sum of the gradients, each asked where the sum of the others alone would lead.

    .. math::

        y_t = x_t - \alpha_t \beta m_{t-1}, \quad
        m_t = \beta m_{t-1} + \nabla f_t(y_t), \quad
        x_{t+1} = x_t - \alpha_t m_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    beta
        Decay rate of the sum, in [0, 1).

    Source
        Xie, Zhou, Li, Lin & Yan (2024), Lemma 1 (its number as remembered), where 1 - β₁ stands
        for β; the method is Nesterov's (1983).
    Differs
        From `nesterov`: with α constant they are the same, with m_t = -d_t / α; here a change of α acts at once on all
        that m remembers.  `agd_reformulated` is this rule seen from the points y_t.
    Convention
        No division: while all gradients are zero x does not move.
    """
    m = beta * m + g
    return x - lr * m, m
