"""How many floats an optimizer keeps, as a formula in the size of what it optimizes, counted on its own initial state.

Counts at several sizes decide the coefficients, which are whole numbers, and further sizes confirm them.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from convcheck.evidence.families import traits
from convcheck.optimizers.base import Optimizer
from convcheck.problems.networks import Layer

POWERS = 3
"""The exponents of a side of a matrix are 0, 1 and 2."""


def state_size(optimizer: Optimizer) -> str:
    """Return what a rule keeps, in words: numbers for each parameter, and numbers for all of them together.

    An elementwise rule could keep once what takes no notice of gradients, as 1 - βᵗ; it is counted so.  Of a rule for
    networks the state of a network of one layer is counted.
    """
    if optimizer.kind == "elementwise":
        found = traits(optimizer)
        assert found is not None  # noqa: S101  # elementwise rules run on vectors
        return _of_each(len(optimizer.state) - len(found.numbers), len(found.numbers))
    if optimizer.layers is not None:
        what = "a matrix" if optimizer.layers == "each" else "one layer"
        return f"{_formula(lambda n, m: _of_matrix(optimizer, n, m), ('n', 'm'))} for {what} n × m"
    size = _formula(lambda d, *sizes: _of_vector(optimizer, d, sizes), ("d", *optimizer.shaping))
    return "none" if size == "0" else f"{size} for d parameters"


def _of_each(parameters: int, numbers: int) -> str:
    if not parameters + numbers:
        return "none"
    shared = f"{numbers} number{'s' if numbers > 1 else ''}"
    return shared if not parameters else f"{parameters} per parameter" + (f", {shared}" if numbers else "")


def _of_vector(optimizer: Optimizer, d: int, sizes: Sequence[int]) -> int:
    hyper = dict(zip(optimizer.shaping, map(float, sizes), strict=True))
    return _size(optimizer.initial_state(np.ones(d), **hyper))


def _of_matrix(optimizer: Optimizer, n: int, m: int) -> int:
    if optimizer.layers == "each":
        return _size(optimizer.initial_state(np.ones((n, m))))
    return _size(optimizer.initial_state((np.ones((n, m)),), (Layer(n, m - 1),)))


def _size(slots: Any) -> int:
    return sum(map(_size, slots)) if isinstance(slots, tuple) else int(np.size(slots))


def _formula(count: Callable[..., int], names: Sequence[str]) -> str:
    """Return the polynomial with whole coefficients that agrees with a count at more sizes than it has coefficients."""
    powers = list(product(range(POWERS), repeat=len(names)))
    sizes = list(product(range(2, 2 + POWERS + 1), repeat=len(names)))
    values = np.array([[prod(s**e for s, e in zip(size, power, strict=True)) for power in powers] for size in sizes])
    counted = np.array([count(*size) for size in sizes])
    fitted, *_ = np.linalg.lstsq(values.astype(float), counted.astype(float), rcond=None)
    whole = np.rint(fitted).astype(int)
    if not np.array_equal(values @ whole, counted):
        return f"no polynomial in {', '.join(names)}"
    terms = {power: int(c) for power, c in zip(powers, whole, strict=True) if c}
    ordered = sorted(terms, key=_order)
    return " + ".join(_term(terms[power], dict(zip(names, power, strict=True))) for power in ordered) or "0"


def _order(power: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Sort by falling degree, then as in a dictionary."""
    return -sum(power), tuple(-e for e in power)


def _term(coefficient: int, powers: Mapping[str, int]) -> str:
    factors = [f"{name}{'²' if power > 1 else ''}" for name, power in powers.items() if power]
    shown = [] if coefficient == 1 and factors else [str(coefficient)]
    return "·".join(shown + factors)
