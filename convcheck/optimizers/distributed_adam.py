"""Adam on the mean of the gradients of several workers: distributed, or one machine's mini-batch."""

import numpy as np

from convcheck.optimizers.adam import adam
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import SOME, copies, mean


def everywhere(x, m, v, c1, c2, *, workers):
    """Return x for each worker."""
    return copies(x, workers)


def zeros(x):
    """Return averages of zero, which weigh nothing."""
    return np.zeros_like(x), np.zeros_like(x), np.zeros(()), np.zeros(())


@optimizer(
    source="chen2022, distributed Adam",
    label="distributed Adam",
    ranges={"workers": SOME},
    init=zeros,
    query=everywhere,
    invariances=("scale-invariant", "sign-symmetric", "translation-invariant"),
)
def distributed_adam(x, g, t, m=0, v=0, c1=0, c2=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, workers=4):
    r"""Take the step of `adam` with the mean of the workers' gradients.

    .. math::

        \bar g_t = \frac{1}{M} \sum_{i=1}^{M} g_{i,t}, \qquad
        m_t, v_t, x_{t+1} \text{ as in Adam, with } \bar g_t \text{ for } g_t

    Parameters
    ----------
    lr
        Step size α_t > 0, in units of x.
    beta1, beta2
        Decay rates of the averages, in [0, 1).
    eps
        Added to the root, ε >= 0, in units of the gradient.
    workers
        Number M of workers, or of independent examples in a mini-batch, each with a gradient of its own at the same x.

    Source
        Chen, Shen, Zou & Liu (2022), who analyse mini-batch and distributed Adam with these averages of the mean
        gradient; as remembered, not read in print.
    Differs
        With one worker it is `adam`.  The source's generic Adam does not correct the bias, and lets β₂ grow with t (a
        schedule for beta2).  Averaging g_{i,t}² in v, or an Adam for each worker, are other methods.
    Convention
        ε > 0; with ε = 0, 0/0 = 0: a coordinate that has seen no gradient does not move.
    """
    return adam(x, mean(g), t, m, v, c1, c2, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
