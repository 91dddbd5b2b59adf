"""Rules for layers that add to one of ours the reason for which a library's differs, and nothing else."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not, and one argument for each symbol

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.linalg import norm
from numpy.typing import NDArray

from convcheck.arithmetic.matrices import product
from convcheck.optimizers import adafactor as original
from convcheck.optimizers.base import Optimizer, optimizer
from convcheck.optimizers.muon import QUINTIC

Floats = NDArray[np.float64]


def at_rest(slots: int) -> Callable[[Any], tuple[Any, ...]]:
    """Return what makes so many slots of zeros of the shape of x."""
    return lambda x: tuple(np.zeros(x.shape) for _ in range(slots))


def rms(x: Floats) -> float:
    return float(np.sqrt(np.mean(x * x)))


def adafactor_update(g: Floats, beta2: float, rows: Any, columns: Any) -> tuple[Floats, Any, Any]:
    """Return Adafactor's clipped update before its step size, and the new moments."""
    rows = beta2 * rows + (1 - beta2) * (g * g + 1e-30).sum(axis=tuple(range(1, g.ndim)))
    columns = beta2 * columns + (1 - beta2) * (g * g + 1e-30).sum(axis=0) if g.ndim == 2 else columns
    u = g / np.sqrt(np.outer(rows, columns) / rows.sum() if g.ndim == 2 else rows)
    return u / max(1.0, rms(u)), rows, columns


def with_average(x: Any) -> tuple[Any, ...]:
    """Return Adafactor's state and an average of updates, before the first step."""
    return (*original.init(x), np.zeros(x.shape))  # type: ignore[no-untyped-call]  # a rule's signature is bare


@optimizer(source="optax.adafactor", init=original.init)
def adafactor_in_single_precision(x: Any, g: Any, t: Any, rows: Any = 0, columns: Any = 0, *, lr: float = 0.05) -> Any:
    """Reason: the decay rate is computed in single precision."""
    beta2 = float(np.float32(1) - np.float32(t) ** np.float32(-0.8))
    u, rows, columns = adafactor_update(g, beta2, rows, columns)
    return x - max(1e-3, rms(x)) * min(lr, t**-0.5) * u, rows, columns


@optimizer(source="wightman2019, timm.optim.Adafactor", init=original.init)
def adafactor_of_given_rate(x: Any, g: Any, t: Any, rows: Any = 0, columns: Any = 0, *, lr: float = 0.05) -> Any:
    """Reason: a given rate is the step size, whatever the size of x is."""
    u, rows, columns = adafactor_update(g, 1 - t**-0.8, rows, columns)
    return x - lr * u, rows, columns


@optimizer(source="pytorch_optimizer.AdaFactor", init=with_average)
def adafactor_of_average(
    x: Any, g: Any, t: Any, rows: Any = 0, columns: Any = 0, m: Any = 0, *, lr: float = 1e-2
) -> Any:
    """Reason: x moves by an average of the updates with decay 0.9."""
    u, rows, columns = adafactor_update(g, 1 - t**-0.8, rows, columns)
    m = 0.9 * m + 0.1 * max(1e-3, rms(x)) * min(lr, t**-0.5) * u
    return x - m, rows, columns, m


def bfloat16(x: Any) -> Floats:
    """Return single precision rounded to 8 bits of significand, ties to even."""
    bits = np.asarray(x, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32).astype(np.float64)


def orthogonalized_in_bfloat16(u: Floats) -> Floats:
    """Return Newton and Schulz' five steps for a wide matrix, each product rounded once."""
    a, b, c = np.array(QUINTIC, np.float32).astype(np.float64)
    y = bfloat16(u)
    y = bfloat16(y / bfloat16(norm(y)))
    for _ in range(5):
        gram = bfloat16(product(y, y.T))
        y = bfloat16(a * y + product(bfloat16(b * gram + c * product(gram, gram)), y))
    return y


def muon_in_bfloat16(weight_decay: float, source: str) -> Optimizer:
    """Return the Muon of torch and pytorch_optimizer."""

    @optimizer(source=source, init=at_rest(1))
    def muon_rounded(x: Any, g: Any, t: Any, m: Any = 0, *, lr: float = 0.05) -> Any:
        """Reason: the iteration runs in bfloat16, of averages in place of sums; torch decays weights by 0.1."""
        m = 0.95 * m + 0.05 * g
        return x * (1 - lr * weight_decay) - lr * orthogonalized_in_bfloat16(0.05 * g + 0.95 * m), m

    return muon_rounded


@optimizer(source="optax.contrib.muon", init=at_rest(1))
def muon_debiased(x: Any, g: Any, t: Any, m: Any = 0, *, lr: float = 0.05) -> Any:
    """Reason: averages corrected for bias, ε = 10⁻⁸, and steps times √(columns / rows), for transposed matrices."""
    m = 0.95 * m + 0.05 * g
    ahead = 0.95 * m / (1 - 0.95 ** (t + 1)) + 0.05 * g / (1 - 0.95**t)
    y, (a, b, c) = ahead / (norm(ahead) + 1e-8), QUINTIC
    for _ in range(5):
        gram = y @ y.T
        y = a * y + (b * gram + c * gram @ gram) @ y
    return x - lr * np.sqrt(x.shape[1] / x.shape[0]) * y, m


@optimizer(source="wightman2019, timm.optim.Lars", init=at_rest(0))
def lars_without_momentum(x: Any, g: Any, t: Any, *, lr: float = 1.0) -> Any:
    """Reason: no momentum by default, decay 0.01 and coefficient 0.01 as recorded, and ε = 10⁻⁸ beside the norms."""
    known = norm(x) > 0 and norm(g) > 0
    local = 0.01 * norm(x) / (norm(g) + 0.01 * norm(x) + 1e-8) if known else 1.0
    return (x - lr * local * (g + 0.01 * x),)


@optimizer(source="pytorch_optimizer.LARS", init=at_rest(1))
def lars_of_matrices_only(x: Any, g: Any, t: Any, v: Any = 0, *, lr: float = 1.0) -> Any:
    """Reason: vectors have the ratio 1."""
    v = 0.9 * v + lr * g
    return x - v, v


@optimizer(source="wightman2019, timm.optim.Lamb", init=at_rest(2))
def lamb_of_clipped_gradients(x: Any, g: Any, t: Any, m: Any = 0, v: Any = 0, *, lr: float = 0.05) -> Any:
    """Reason: first the gradient is clipped to norm 1."""
    g = g / max(1.0, norm(g))
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    u = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-6)
    return x - lr * (norm(x) / norm(u) if norm(x) > 0 else 1.0) * u, m, v


@optimizer(source="pytorch_optimizer.Lamb", init=at_rest(2))
def lamb_half_debiased(x: Any, g: Any, t: Any, m: Any = 0, v: Any = 0, *, lr: float = 0.05) -> Any:
    """Reason: only the first average is corrected, ε is added to the norm of u, and that of x is clipped to 10."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    u = m / (np.sqrt(v) + 1e-6)
    ratio = np.minimum(norm(x), 10.0) / (norm(u) + 1e-6) if norm(x) > 0 else 1.0
    return x - lr / (1 - 0.9**t) * ratio * u, m, v
