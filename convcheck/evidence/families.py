"""What an optimizer keeps and to which family it belongs, found out by running it, so that no table is kept by hand.

A slot is a *number* if it takes no notice of gradients; a *memory* if it is a gradient or a point that was seen; an
*average* if it turns with the gradients, from g to -g; a *moment* if it does not notice this turn.  Rules that keep no
moments either multiply gradients or take their signs; the others divide by the roots of moments.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcheck.evidence.invariance_law import asked, points, shapes
from convcheck.evidence.samples import draws
from convcheck.optimizers.base import Optimizer

Floats = NDArray[np.float64]

STEPS = 24
"""Steps of a run: more than any rule waits before it uses its first gradient."""
FADING = 100
"""Steps of a run with gradients that are halved each time: more than an average of them needs to fade."""
ROUNDING = 1e-9
"""Relative difference of moments that may come from rounding."""

FAMILIES: Mapping[str, str] = {
    "gradients and momentum": "The step is a weighted sum of gradients.",
    "signs": "The step is the sign of an average of gradients.",
    "moments": "A gradient is divided by the root of a moment.",
    "averages over moments": "An average of gradients is divided by the root of a moment; no correction of bias.",
    "averages over moments, corrected": "The same, where both are divided by their weights, which correct the bias.",
    "moments that never decrease": "An average of gradients is divided by the root of a moment that only grows.",
    "earlier gradients or points": "Besides, earlier gradients or points are remembered, mostly for differences.",
    "workers and delays": "Gradients come from several workers, or late.",
    "norms": "The step depends on a norm over all coordinates.",
    "matrices": "A matrix of parameters is seen as a matrix.",
    "networks": "The rule sees the layers of a network, their inputs and their signals.",
}
"""Name and meaning of each family, in the order in which they are shown."""


@dataclass(frozen=True)
class Traits:
    """What the slots of a rule are, by name; None in place of all where the rule runs on networks only."""

    numbers: tuple[str, ...]
    memories: tuple[str, ...]
    averages: tuple[str, ...]
    moments: tuple[str, ...]
    corrected: bool
    """Whether some number is the weight of an average, by which bias correction divides."""
    growing: bool
    """Whether some moment never decreases, even where gradients vanish."""


def family(optimizer: Optimizer) -> str:
    """Return the family of an optimizer, one of `FAMILIES`."""
    if optimizer.layers is not None:
        return "matrices" if optimizer.layers == "each" else "networks"
    if optimizer.kind == "array":
        return "workers and delays" if optimizer.query is not None or optimizer.shaping else "norms"
    return _elementwise(optimizer)


def _elementwise(optimizer: Optimizer) -> str:
    found = traits(optimizer)
    assert found is not None  # noqa: S101  # elementwise rules run on vectors
    if not found.moments:
        return "signs" if "scale-invariant" in optimizer.invariances else "gradients and momentum"
    if found.memories:
        return "earlier gradients or points"
    if not found.averages:
        return "moments"
    if found.growing:
        return "moments that never decrease"
    return f"averages over moments{', corrected' if found.corrected else ''}"


def traits(optimizer: Optimizer) -> Traits | None:
    """Return what the slots of a rule are, or None for a rule that runs on networks only."""
    tried = shapes(optimizer)
    if not tried:
        return None
    shape = tried[-1]
    x = 2 * draws("family x", *shape) - 1
    g = 2 * draws("family g", STEPS, *asked(optimizer, shape)) - 1
    course, mirrored, other = _slots(optimizer, x, g), _slots(optimizer, -x, -g), _slots(optimizer, x / 2, g[::-1] / 2)
    fading = _slots(optimizer, x, np.array([g[0] / 2**step for step in range(FADING)]))
    shown = [*g, *points(optimizer, optimizer.hyperparameters)(x, g)]
    kinds: dict[str, list[str]] = {"number": [], "memory": [], "average": [], "moment": []}
    for name, values in course.items():
        if np.array_equal(values, other[name]):
            kind = "number"
        elif any(np.array_equal(values[-1], one) for one in shown):
            kind = "memory"
        else:
            kind = "moment" if np.allclose(values, mirrored[name], rtol=ROUNDING, atol=0) else "average"
        kinds[kind].append(name)
    return Traits(
        tuple(kinds["number"]),
        tuple(kinds["memory"]),
        tuple(kinds["average"]),
        tuple(kinds["moment"]),
        corrected=any(_is_weight(course[name]) for name in kinds["number"]),
        growing=any(bool(np.all(np.diff(fading[name], axis=0) >= 0)) for name in kinds["moment"]),
    )


def _slots(optimizer: Optimizer, x: Floats, gradients: Floats) -> dict[str, Floats]:
    """Return the course of each slot, the step as first axis; the start is left out."""
    state, found = optimizer.initial_state(x), []
    for step, g in enumerate(gradients, start=1):
        drawn = (draws(f"family {name} {step}", *x.shape) for name in optimizer.streams)
        x, *state = optimizer(x, g, np.float64(step), *state, *drawn)  # type: ignore[assignment]
        found.append(state)
    return {name: np.array(values) for name, values in zip(optimizer.state, zip(*found, strict=True), strict=True)}


def _is_weight(course: Floats) -> bool:
    """Tell whether a number is the weight 1 + β + β² + … of an average, up to a factor: it rises ever more slowly."""
    rises = np.diff(course[STEPS // 2 :], axis=0)
    return bool(np.all(rises > 0) and np.all(np.diff(rises, axis=0) < 0))
