"""The law of invariances: what a card claims of its rule, tried on gradients that do not depend on the points.

`holds` decides by instances: a claim that fails on one is false, and one that holds on all of them is probably true.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import LawError, ShapeError
from convcheck.evidence.samples import draws, without_decay
from convcheck.optimizers.base import Optimizer

Floats = NDArray[np.float64]
Points = Callable[[Floats, Floats], Floats]
"""A rule as a function of the start and the gradients: the points from the start on."""

STEPS, LASTING = 30, 6000
ROUNDING = 1e-7
"""Relative difference of points that may come from rounding: rules divide by differences of averages."""
BOUND = 100.0
"""Rates that a step counts as bounded by; the rules that claim it keep below 32 with their defaults."""


def claims_hold(optimizer: Optimizer) -> None:
    """Every invariance that the card claims holds on all instances.

    Raises
    ------
    LawError
        One does not.
    """
    for name in sorted(optimizer.invariances):
        if not holds(optimizer, name):
            raise LawError(f"{optimizer.name} breaks a law: its card claims that it is {name}, and it is not")


def holds(optimizer: Optimizer, invariance: str) -> bool:
    """Tell whether no instance contradicts an invariance."""
    with np.errstate(all="ignore"):
        return all(all(_INSTANCES[invariance](optimizer, shape)) for shape in shapes(optimizer))


def shapes(optimizer: Optimizer) -> list[tuple[int, ...]]:
    """Return the shapes of points on which a rule is tried: none for one that sees all layers of a network at once."""
    if optimizer.kind == "elementwise":
        return [(4,)]
    return [shape for shape in ((4,), (3, 4)) if optimizer.layers != "all" and _runs_on(optimizer, shape)]


def _runs_on(optimizer: Optimizer, shape: tuple[int, ...]) -> bool:
    try:
        points(optimizer, optimizer.hyperparameters)(np.ones(shape), np.ones((1, *asked(optimizer, shape))))
    except ShapeError:
        return False
    return True


def asked(optimizer: Optimizer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of what a rule is answered at points of this shape."""
    return np.shape(optimizer.asks(np.ones(shape), *optimizer.initial_state(np.ones(shape))))


def points(optimizer: Optimizer, setting: Mapping[str, float]) -> Points:
    """Return a rule with this setting as a function of the start and the gradients."""

    def run(x: Floats, gradients: Floats) -> Floats:
        state, found = optimizer.initial_state(x), [x]
        for step, g in enumerate(gradients, start=1):
            drawn = (draws(f"{name} {step}", x.size).reshape(x.shape) for name in optimizer.streams)
            x, *state = optimizer(x, g, np.float64(step), *state, *drawn, **setting)  # type: ignore[assignment]
            found.append(x)
        return np.array(found)

    return run


def _plain(optimizer: Optimizer, *, eps: bool = False) -> Points:
    """Return the rule without weight decay and, unless ``eps``, without ε."""
    setting = without_decay(dict(optimizer.hyperparameters))
    forgotten = {name: value if eps or not name.startswith("eps") else 0.0 for name, value in setting.items()}
    return points(optimizer, forgotten)


def _samples(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[tuple[Floats, Floats]]:
    """Yield starts and gradients of several sizes."""
    answer = asked(optimizer, shape)
    for k, size in enumerate((1.0, 1e-2, 30.0)):
        x = 2 * draws(f"invariance x {k}", int(np.prod(shape))).reshape(shape) - 1
        g = 2 * draws(f"invariance g {k}", STEPS * int(np.prod(answer))).reshape(STEPS, *answer) - 1
        yield x, size * g * 4.0 ** np.arange(answer[-1])


def _same(a: Floats, b: Floats) -> bool:
    """Tell whether two sequences of points agree, in units of how far they move."""
    moved = float(np.max(np.abs(b - b[0]), initial=0.0))
    return bool(np.allclose(a, b, rtol=0.0, atol=ROUNDING * moved + 1e-13 * float(np.max(np.abs(b)))))


def _scale(optimizer: Optimizer, shape: tuple[int, ...], *, power: int) -> Iterator[bool]:
    run = _plain(optimizer)
    for x, g in _samples(optimizer, shape):
        for c in (1 / 7, 50.0):
            yield _same(run(x, c * g), x + c**power * (run(x, g) - x))


def _scale_invariant(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    return _scale(optimizer, shape, power=0)


def _scale_equivariant(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    return _scale(optimizer, shape, power=1)


def _sign_symmetric(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    run = points(optimizer, optimizer.hyperparameters)
    for x, g in _samples(optimizer, shape):
        yield _same(run(-x, -g), -run(x, g))


def _translation_invariant(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    run = _plain(optimizer, eps=True)
    for x, g in _samples(optimizer, shape):
        yield _same(run(x + 3, g), run(x, g) + 3)


def _rotation_equivariant(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    run = points(optimizer, optimizer.hyperparameters)
    for k, (x, g) in enumerate(_samples(optimizer, shape)):
        n = int(np.prod(shape))
        q, _ = np.linalg.qr(draws(f"rotation {k}", n * n).reshape(n, n) - 0.5)

        def turned(values: Floats, q: Floats = q, n: int = n) -> Floats:
            return (values.reshape(-1, n) @ q.T).reshape(values.shape)

        yield _same(run(turned(x), turned(g)), turned(run(x, g)))


def _bounded_step(optimizer: Optimizer, shape: tuple[int, ...]) -> Iterator[bool]:
    run, rate = _plain(optimizer, eps=True), optimizer.hyperparameters.get("lr", 1.0)
    answer = asked(optimizer, shape)
    one = (-1, *(1 for _ in answer))
    late = np.where(np.arange(STEPS) == STEPS - 2, 1e6, 1e-6).reshape(one)
    for x, g in _samples(optimizer, shape):
        growing = np.concatenate([g, g]) * 4.0 ** np.arange(2 * STEPS).reshape(one)
        for start, shown in ((x, 1e9 * g), (1e9 * x, g), (x, growing), (x, late * g)):
            yield _step(run(start, shown)) <= BOUND * rate
    yield _step(run(np.zeros(shape), np.full((LASTING, *answer), 5.0))) <= BOUND * rate


def _step(found: Floats) -> float:
    return float(np.max(np.abs(np.diff(found, axis=0))))


_INSTANCES: Mapping[str, Callable[[Optimizer, tuple[int, ...]], Iterator[bool]]] = {
    "scale-invariant": _scale_invariant,
    "scale-equivariant": _scale_equivariant,
    "sign-symmetric": _sign_symmetric,
    "translation-invariant": _translation_invariant,
    "bounded-step": _bounded_step,
    "rotation-equivariant": _rotation_equivariant,
}
