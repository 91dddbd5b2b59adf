"""What the laws are tried on: settings within the ranges of a rule, and sequences of gradients, always the same."""

from collections.abc import Iterator, Mapping
from math import inf

import numpy as np
from numpy.typing import NDArray

from convcheck.optimizers.base import Optimizer
from convcheck.parameters import Range, Whole
from convcheck.simulate.streams import keys, splitmix64, uniform

Floats = NDArray[np.float64]
Setting = Mapping[str, float]

SPECIAL = (0.0, -0.0, 5e-324, 2.0**-1022, 2.0**-540, 1.0, 2.0**540, 1.7976931348623157e308, np.inf, -np.inf, np.nan)
"""Values at which roundings, overflow and underflow differ."""

SQUARES = ((3, 4, 12, 84), (-1, 7, 5, -5), (2, -3, 0, 1), (0, 0, 5, -5))
"""Gradients whose sums or means of squares, or they themselves, have rational roots."""


def draws(name: str, *shape: int) -> Floats:
    """Return uniform numbers in (0, 1) of the stream ``name``."""
    lanes = int(np.prod(shape))
    return uniform(splitmix64(keys((0,), name, lanes)[0], 1)).reshape(shape)


def gradients(steps: int, lanes: int) -> Floats:
    """Return gradients of shape (steps, lanes): a lane without any, one that begins late, others of several sizes."""
    size = 10.0 ** np.linspace(-6, 3, lanes)
    shown = np.where(draws("zero", steps, lanes) < 0.25, 0.0, size * (2 * draws("gradient", steps, lanes) - 1))
    shown[:, 0] = 0
    shown[: steps // 2, 1] = 0
    return shown


def settings(optimizer: Optimizer) -> Iterator[Setting]:
    """Return the defaults, all hyper-parameters as small as their ranges allow, and all larger than usual."""
    usual = dict(optimizer.hyperparameters)
    yield usual
    yield {name: _smaller(optimizer.range(name), value) for name, value in usual.items()}
    yield {name: _larger(optimizer.range(name), value) for name, value in usual.items()}


def simplest(optimizer: Optimizer) -> Setting:
    """Return the setting in which averages forget at once, nothing is added, and everything else is 1/4."""
    return {name: _simplest(optimizer.range(name)) for name in optimizer.hyperparameters}


def without_decay(setting: Setting) -> Setting:
    """Return the setting without weight decay, which moves x even where there are no gradients."""
    return {name: 0.0 if name == "weight_decay" else value for name, value in setting.items()}


def _smaller(allowed: Range, value: float) -> float:
    return allowed.low if _has_least(allowed) else value / 8


def _larger(allowed: Range, value: float) -> float:
    if isinstance(allowed, Whole):
        return min(2 * value + 1, allowed.high)
    return 2 * value + 1 / 8 if allowed.high == inf else (value + allowed.high) / 2


def _simplest(allowed: Range) -> float:
    return allowed.low if _has_least(allowed) else 1 / 4 if allowed.outside(np.array([1 / 4])).sum() == 0 else 1.0


def _has_least(allowed: Range) -> bool:
    return allowed.low > -inf and not allowed.open_low
