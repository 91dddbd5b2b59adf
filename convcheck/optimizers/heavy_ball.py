"""Polyak's heavy ball: gradient descent that keeps a part of its last step."""

from convcheck.optimizers.base import optimizer


@optimizer(
    source="polyak1964, heavy-ball method",
    label="heavy ball",
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def heavy_ball(x, g, t, d=0, *, lr=0.1, beta=0.9):
    r"""Step against the gradient, and go on by a part of the last displacement.

    .. math:: d_t = \beta_t d_{t-1} - \alpha_t g_t, \quad x_{t+1} = x_t + d_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.
    beta
        Part of the last displacement that is kept, in [0, 1).

    Source
        Polyak (1964): x_{t+1} = x_t - α ∇f(x_t) + β (x_t - x_{t-1}) with x_0 = x_1, which is the same, since
        d_{t-1} = x_t - x_{t-1}.
    Differs
        torch.optim.SGD(momentum=β) and optax.sgd accumulate b_t = β b_{t-1} + g_t and step by α_t b_t: the same for a
        constant α, not for one that changes.  Dampening and Nesterov's look-ahead are other rules.  With a projection
        d remembers the displacement before it.
    Convention
        No division: while all gradients are zero x does not move.
    """
    d = beta * d - lr * g
    return x + d, d
