"""Gradient descent: online, stochastic or full batch, as the problem decides."""

from convcheck.optimizers.base import optimizer


@optimizer(
    source="zinkevich2003, Section 2",
    label="SGD",
    invariances=("scale-equivariant", "sign-symmetric", "translation-invariant", "rotation-equivariant"),
)
def sgd(x, g, t, *, lr=0.1):
    r"""Step against the gradient.

    .. math:: x_{t+1} = x_t - \alpha_t g_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x per unit of gradient.

    Source
        Zinkevich (2003), Section 2: online gradient descent is this rule followed by the problem's projection.
    Differs
        torch.optim.SGD adds momentum, dampening and weight decay; with their defaults (all zero) it is this rule.
    Convention
        No division: a zero gradient does not move x.
    """
    return (x - lr * g,)
