"""Rules for matrices on a problem whose point is a sequence of matrices: the layers of a network."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.matrices import Nested, join, split
from convcheck.errors import RuleError, ShapeError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem

Floats = NDArray[np.float64]


def on_layers(optimizer: Optimizer, problem: Problem) -> Optimizer:
    """Return the optimizer as a rule on the flat points of the problem, whose slots are flat arrays, too.

    Raises
    ------
    RuleError
        The rule needs a network, and the problem has none.
    """
    if optimizer.layers == "all" and problem.network is None:
        msg = f"{optimizer.name} looks into a network, and the problem {problem.name} has none; run it on mlp"
        raise RuleError(msg)
    if optimizer.layers is None or problem.layers is None:
        return optimizer
    layers = problem.call(problem.layers)
    shapes = [layer.shape for layer in layers]

    def begin(x: Floats) -> tuple[Nested, ...]:
        parts = split(x, shapes)
        if optimizer.layers == "all":
            return optimizer.initial_state(parts, layers)
        return tuple(zip(*map(optimizer.initial_state, parts), strict=True))

    def init(x: Floats) -> tuple[Floats, ...]:
        return tuple(map(_flat, begin(x)))

    def rule(x: Floats, g: Any, t: Any, *slots: Floats, **hyper: Any) -> tuple[Floats, ...]:
        parts = split(x, shapes)
        state = tuple(_like(old, slot) for old, slot in zip(begin(x), slots, strict=True))
        if optimizer.layers == "all":
            moved = optimizer(parts, g, t, *state, **hyper)
        else:
            columns = zip(parts, split(g, shapes), *state, strict=True)
            steps = [optimizer(x_l, g_l, t, *slots_l, **hyper) for x_l, g_l, *slots_l in columns]
            moved = tuple(zip(*steps, strict=True))
        if [a.shape for a in _leaves(moved)] != [a.shape for a in _leaves((parts, *state))]:
            msg = f"{optimizer.name} must return x and each slot as arrays of the shapes in which they came"
            raise ShapeError(msg)
        return tuple(map(_flat, moved))

    return replace(optimizer, rule=rule, init=init)


def _leaves(nested: Nested) -> Iterator[Floats]:
    """Return the arrays of a nested tuple, from left to right."""
    if isinstance(nested, tuple | list):
        for part in nested:
            yield from _leaves(part)
    else:
        yield np.asarray(nested, dtype=np.float64)


def _flat(nested: Nested) -> Floats:
    return join(list(_leaves(nested)))


def _like(nested: Nested, flat: Floats) -> Nested:
    """Return the entries of a flat array in the form of a nested tuple."""
    parts = iter(split(flat, [leaf.shape for leaf in _leaves(nested)]))

    def shaped(like: Nested) -> Nested:
        return tuple(map(shaped, like)) if isinstance(like, tuple | list) else next(parts)

    return shaped(nested)
