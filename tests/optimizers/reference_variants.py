"""Rules that add to one of ours the reason for which a library's differs, and nothing else."""

# ruff: noqa: ARG001, PLR0913, PLR0917  # a rule takes t whether it uses it or not, and one argument for each symbol

from typing import Any

import numpy as np

from convcheck.optimizers.base import optimizer, ratio
from convcheck.optimizers.radam import rectification


@optimizer(source="optax.adagrad")
def adagrad_from_a_tenth(x: Any, g: Any, t: Any, v: float = 0.1, *, lr: float = 0.3, eps: float = 1e-7) -> Any:
    """Reason: the sum of squares starts from 0.1, and ε stands inside the root."""
    v = v + g * g
    return x - lr * g / np.sqrt(v + eps), v


@optimizer(source="optax.rmsprop")
def rmsprop_eps_inside(
    x: Any, g: Any, t: Any, v: float = 0, *, lr: float = 0.3, beta2: float = 0.9, eps: float = 1e-8
) -> Any:
    """Reason: ε stands inside the root."""
    v = beta2 * v + (1 - beta2) * (g * g)
    return x - lr * g / np.sqrt(v + eps), v


@optimizer(source="wightman2019, timm.optim.RMSpropTF")
def rmsprop_tensorflow(
    x: Any, g: Any, t: Any, v: float = 1, *, lr: float = 0.3, beta2: float = 0.9, eps: float = 1e-10
) -> Any:
    """Reason: the average of squares starts from 1, and ε stands inside the root."""
    v = beta2 * v + (1 - beta2) * (g * g)
    return x - lr * g / np.sqrt(v + eps), v


@optimizer(source="optax.yogi")
def yogi_debiased(
    x: Any, g: Any, t: Any, m: float = 1e-6, v: float = 1e-6, c1: float = 0, c2: float = 0, *, lr: float = 0.3
) -> Any:
    """Reason: both averages start from 10⁻⁶ and are corrected for a bias that this start does not have."""
    m = 0.9 * m + 0.1 * g
    v = v - (1 - 0.999) * np.sign(v - g * g) * (g * g)
    c1, c2 = 0.9 * c1 + 0.1, 0.999 * c2 + (1 - 0.999)
    return x - lr * (m / c1) / (np.sqrt(v / c2) + 1e-3), m, v, c1, c2


@optimizer(source="optax.contrib.acprop")
def acprop_against_the_last(
    x: Any, g: Any, t: Any, m: float = 0, s: float = 0, c: float = 0, *, lr: float = 0.3
) -> Any:
    """Reason: the gradient is measured against m_{t-1}, ε is added to the root too, and at t = 1 the root is 1."""
    step = np.where(t <= 1, g, ratio(g, np.sqrt(ratio(s, c)) + 1e-16))
    s = 0.999 * s + (1 - 0.999) * (g - m) * (g - m) + 1e-16
    return x - lr * step, 0.9 * m + 0.1 * g, s, 0.999 * c + (1 - 0.999)


@optimizer(source="optax.adan")
def adan_of_one_minus_beta(
    x: Any, g: Any, t: Any, m: float = 0, d: float = 0, n: float = 0,
    c1: float = 0, c2: float = 0, c3: float = 0, g_last: float = 0, *, lr: float = 0.3,
) -> Any:  # fmt: skip
    """Reason: differences are multiplied by 1 - β₂, where β₂ is meant, and ε stands inside the root too."""
    difference: Any = np.where(t <= 1, 0, g - g_last)
    ahead = g + (1 - 0.92) * difference
    m, c1 = 0.98 * m + (1 - 0.98) * g, 0.98 * c1 + (1 - 0.98)
    d, c2 = 0.92 * d + (1 - 0.92) * difference, 0.92 * c2 + (1 - 0.92)
    n, c3 = 0.99 * n + (1 - 0.99) * ahead * ahead, 0.99 * c3 + (1 - 0.99)
    return x - lr * (m / c1 + (1 - 0.92) * d / c2) / (np.sqrt(n / c3 + 1e-8) + 1e-8), m, d, n, c1, c2, c3, g


@optimizer(source="pytorch_optimizer.PAdam")
def padam_without_maximum(
    x: Any, g: Any, t: Any, m: float = 0, v: float = 0, c1: float = 0, c2: float = 0, *, lr: float = 0.3
) -> Any:
    """Reason: no maximum, (√v + ε)^{2p} with p = 1/4 by default, and Adam's correction whatever p is."""
    m, c1 = 0.9 * m + 0.1 * g, 0.9 * c1 + 0.1
    v, c2 = 0.999 * v + (1 - 0.999) * g * g, 0.999 * c2 + (1 - 0.999)
    return x - lr * np.sqrt(c2) / c1 * m / np.sqrt(np.sqrt(v) + 1e-8), m, v, c1, c2


@optimizer(source="pytorch_optimizer.RAdam")
def radam_that_waits(
    x: Any, g: Any, t: Any, m: float = 0, v: float = 0, c1: float = 0, c2: float = 0, *, lr: float = 0.3
) -> Any:
    """Reason: x rests until the variance can be rectified."""
    m, c1 = 0.9 * m + 0.1 * g, 0.9 * c1 + 0.1
    v, c2 = 0.999 * v + (1 - 0.999) * g * g, 0.999 * c2 + (1 - 0.999)
    rho, r = rectification(t, 0.999, c2)  # type: ignore[no-untyped-call]  # a rule's signature is bare
    return x - lr * np.where(rho > 5, r * np.sqrt(c2) / c1 * m / (np.sqrt(v) + 1e-8), 0), m, v, c1, c2


def empty_window(x: Any) -> tuple[Any, ...]:
    """Return the state of AdaShift before the first step."""
    return np.float64(0), np.float64(0), np.zeros((10, *x.shape))


@optimizer(source="pytorch_optimizer.AdaShift", init=empty_window)
def adashift_of_the_largest(x: Any, g: Any, t: Any, v: Any = 0, c: Any = 0, window: Any = 0, *, lr: float = 0.3) -> Any:
    """Reason: in place of each square, the largest square of the whole array."""
    weights = 0.9 ** np.arange(10)
    kept = np.concatenate([g[None], window[:-1]])
    if t > 10:
        v, c = 0.999 * v + (1 - 0.999) * np.max(window[-1] ** 2), 0.999 * c + (1 - 0.999)
        m = np.tensordot(weights, kept, 1) / weights.sum()
        x = x - lr * m / (np.sqrt(v / c) + 1e-10)
    return x, v, c, kept
