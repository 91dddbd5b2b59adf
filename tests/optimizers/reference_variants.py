"""Rules that add to one of ours the reason for which a library's differs, and nothing else."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

from typing import Any

import numpy as np

from convcheck.optimizers.base import optimizer


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


@optimizer(source="bernstein2018, Algorithm 2")
def signum(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.3) -> Any:
    """Reason: the sign is taken of an average with decay 0.9 (Signum)."""
    m = 0.9 * m + 0.1 * g
    return x - lr * np.sign(m), m
