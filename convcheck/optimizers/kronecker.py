"""What the K-FAC rules share: moments of activations and signals, damping, the quadratic model and its step."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from convcheck.arithmetic.matrices import Floats, Nested, average, join, product, total, trace
from convcheck.errors import RuleError
from convcheck.parameters import FRACTION, POSITIVE, Range, Whole

Matrices = tuple[Floats, ...]

RANGES: Mapping[str, Range] = {
    "damping": POSITIVE,
    "decay": FRACTION,
    "shrink": Range(0.0, 1.0, open_low=True, open_high=True),
    "lambda_every": Whole(1),
    "gamma_every": Whole(1),
    "inverse_every": Whole(1),
}
"""Ranges of the hyper-parameters."""
DEPENDENT = 1e-12
"""Squared sine of an angle below which two directions count as one: a hundred roundings of its cosine."""


def refuse_convolutions(layers: Sequence[Any]) -> None:
    """Raise RuleError if a layer is a convolution."""
    if any(layer.kernel for layer in layers):
        msg = "Kronecker factors are those of fully connected layers, and a layer of this network is a convolution"
        raise RuleError(msg)


def outer_mean(a: Floats, b: Floats, examples: int) -> Floats:
    """Return Σ a bᵀ / n over all rows of two arrays, shapes (…, p) and (…, q)."""
    return product(a.reshape(-1, a.shape[-1]).T, b.reshape(-1, b.shape[-1])) / examples


def moments(network: Any, *, neighbours: bool = False) -> tuple[Matrices, ...]:
    """Return Ā_{l-1,l-1} and G_{l,l} of all layers and, if asked, the blocks Ā_{l-1,l} and G_{l,l+1} of neighbours.

    Expectations are over the examples and, exactly, over the model's own labels.
    """
    a, s, n = network.activations, network.factors, network.examples
    found: tuple[Matrices, ...] = tuple(outer_mean(z, z, n) for z in a), tuple(outer_mean(z, z, n) for z in s)
    if neighbours:
        found += tuple(tuple(outer_mean(y, z, n) for y, z in pairwise(zs)) for zs in (a, s))
    return found


def damped(a: Floats, g: Floats, gamma: float) -> tuple[Floats, Floats]:
    """Return Ā + πγI and G + (γ/π)I, with π² the ratio of their mean eigenvalues (1 if one of them is zero)."""
    means = trace(a) / len(a), trace(g) / len(g)
    pi = np.sqrt(means[0] / means[1]) if min(means) > 0 else 1.0
    return a + pi * gamma * np.eye(len(a)), g + gamma / pi * np.eye(len(g))


def rescaled(slopes: tuple[float, float], curves: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the α and μ that minimize the model on αΔ + μδ₀, and the model's change there.

    ``slopes`` are ∇hᵀΔ and ∇hᵀδ₀; ``curves`` the products of Δ with Δ, of Δ with δ₀ and of δ₀ with δ₀ in the model's
    metric.  Where δ₀ adds no direction of its own, μ = 0.
    """
    (b1, b2), (q11, q12, q22) = slopes, curves
    if q11 <= 0:
        return 0.0, 0.0, 0.0
    determinant = q11 * q22 - q12 * q12
    if determinant <= DEPENDENT * q11 * q22:
        return -b1 / q11, 0.0, -b1 * b1 / q11 / 2
    alpha, mu = (q12 * b2 - q22 * b1) / determinant, (q12 * b1 - q11 * b2) / determinant
    return alpha, mu, (b1 * alpha + b2 * mu) / 2


def power(base: float, exponent: float) -> float:
    """Return a power with a whole exponent, multiplied out, which has the same bits everywhere."""
    result = 1.0
    for _ in range(int(exponent)):
        result *= base
    return result


def step(  # the algorithm's own symbols
    x: Matrices,
    network: Any,
    t: float,
    state: tuple[Nested, Nested, Matrices, float, float],
    build: Callable[[tuple[Matrices, ...], float], Nested],
    apply: Callable[[Nested, Matrices], Matrices],
    new: tuple[Matrices, ...],
    settings: dict[str, float],
) -> tuple[Any, ...]:
    """Take one step of the algorithm: ``build`` makes an approximate inverse for a γ, ``apply`` multiplies by it."""
    kept, inverse, previous, lam, gamma = state
    kept = average(kept, new, min(1 - 1 / t, settings["decay"]))
    if t == 1:
        lam, gamma = settings["damping"], float(np.sqrt(settings["damping"]))
    wider = power(float(np.sqrt(settings["shrink"])), settings["gamma_every"])
    search = t % settings["gamma_every"] == 0
    gammas = (gamma, wider * gamma, gamma / wider) if search else (gamma,)
    best: tuple[float, Matrices, float, Nested] | None = None
    for tried in gammas:
        renewed = t <= 3 or t % settings["inverse_every"] == 0 or tried != gamma
        candidate = build(kept, tried) if renewed else inverse
        delta, change = best_step(network, apply(candidate, network.gradient), previous, lam)
        if best is None or change < best[0]:
            best = change, delta, tried, candidate
    change, delta, gamma, inverse = best or (0.0, previous, gamma, inverse)
    moved = tuple(a + b for a, b in zip(x, delta, strict=True))
    if t % settings["lambda_every"] == 0 and change < 0:
        gained = (network.at(moved).loss - network.loss) / change
        lam *= adjustment(gained, power(settings["shrink"], settings["lambda_every"]))
    return moved, kept, inverse, delta, lam, gamma


def best_step(network: Any, direction: Matrices, previous: Matrices, lam: float) -> tuple[Matrices, float]:
    """Return the minimizer of the model along ``direction`` and the previous step, and the model's change there."""
    gradient, along = join(network.gradient), [network.along(direction), network.along(previous)]
    u, v = join(direction), join(previous)

    def metric(i: int, j: int, a: Floats, b: Floats) -> float:
        return float(total(along[i] * along[j]) / network.examples + lam * total(a * b))

    slopes = float(total(gradient * u)), float(total(gradient * v))
    alpha, mu, change = rescaled(slopes, (metric(0, 0, u, u), metric(0, 1, u, v), metric(1, 1, v, v)))
    return tuple(alpha * a + mu * b for a, b in zip(direction, previous, strict=True)), change


def adjustment(gained: float, factor: float) -> float:
    """Return what λ is multiplied by, from the ratio of the loss's change to the model's."""
    if gained > 3 / 4:
        return factor
    return 1 / factor if gained < 1 / 4 else 1.0


def zeros(shapes: Sequence[tuple[int, int]]) -> Matrices:
    """Return zero matrices."""
    return tuple(np.zeros(shape) for shape in shapes)
