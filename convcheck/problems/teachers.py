"""Examples for small networks: inputs, a teacher that makes their targets, and what is known of the mean loss."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.elementary import exp
from convcheck.arithmetic.matrices import join
from convcheck.assumptions import (
    Assumption,
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    UnbiasedGradients,
    Unconstrained,
)
from convcheck.errors import ParameterError
from convcheck.problems.base import Minimum
from convcheck.problems.networks import Batch, Layer, Matrices, Model

Floats = NDArray[np.float64]

CERTAINTY = 40.0
"""Difference of the largest two outputs of a teacher that is very sure: e^-40 is what it leaves to other labels."""


def connected(widths: Sequence[int]) -> tuple[Layer, ...]:
    """Return the fully connected layers between layers of these widths, inputs first."""
    if len(widths) < 2:
        msg = f"widths = {tuple(widths)} must name the inputs and the outputs at least"
        raise ParameterError(msg)
    return tuple(Layer(outputs, inputs) for inputs, outputs in pairwise(widths))


def patches(images: Floats, side: int) -> Floats:
    """Return the squares of this side in each image, in rows, each with its channels one after the other.

    ``images`` has shape (n, channels, height, width); the result (n, patches, channels * side * side).
    """
    windows = np.lib.stride_tricks.sliding_window_view(images, (side, side), axis=(2, 3))
    n, channels, rows, columns = windows.shape[:4]
    return np.moveaxis(windows, 1, 3).reshape(n, rows * columns, channels * side * side)


def uniforms(name: str, *shape: int) -> Floats:
    """Return numbers with mean 0 and variance 1, uniform on ±√3: functions of the name and the place alone."""
    words = (sha256(f"{name}/{k}".encode()).digest()[:8] for k in range(prod(shape)))
    drawn = [((int.from_bytes(word, "little") >> 12) + 0.5) * 2.0**-52 for word in words]
    return np.asarray(np.sqrt(12.0) * (np.array(drawn) - 0.5)).reshape(shape)


def weights(name: str, layers: Sequence[Layer]) -> Matrices:
    """Return matrices for the layers, with entries of mean 0 and variance 3 / (in + 1)."""
    return tuple(
        uniforms(f"{name}/{k}", *layer.shape) * np.sqrt(3 / (layer.inputs + 1)) for k, layer in enumerate(layers)
    )


def taught(layers: tuple[Layer, ...], activation: str, model: Model, inputs: Floats, teacher: str) -> Batch:
    """Return the inputs with the outputs of a teacher, or with the labels that it finds most probable."""
    unknown = Batch(layers, activation, model, inputs, np.zeros((len(inputs), layers[-1].outputs)))
    outputs = unknown.at(weights(teacher, layers)).outputs
    labels = np.eye(outputs.shape[-1])[np.argmax(outputs, axis=-1)]
    return replace(unknown, targets=labels if model == "softmax" else outputs)


def least(batch: Batch, teacher: str) -> Minimum:
    """Return what is known of f*: 0 at the teacher or, of labels, below the loss of a teacher that is very sure.

    The latter is at most log(1 + (out - 1) e^-c) < out e^-c for outputs that differ by c; twice that covers roundings.
    """
    *hidden, last = weights(teacher, batch.layers)
    if batch.model == "gaussian":
        return Minimum(tuple(join([*hidden, last]).tolist()), 0.0, 0.0, "construction")
    ranked = np.sort(batch.at((*hidden, last)).outputs, axis=-1)
    margin = 1.0 if ranked.shape[-1] == 1 else float(np.min(ranked[:, -1] - ranked[:, -2]))
    sure = (*hidden, (CERTAINTY / margin) * last)
    others = 2 * batch.layers[-1].outputs * float(exp(np.float64(-CERTAINTY)))
    return Minimum(tuple(join(sure).tolist()), 0.0, others, "derived")


def promises(activation: str, model: Model, examples: int, batch: int | None) -> tuple[Assumption, ...]:
    """Return what is known of the mean loss of a network and of its oracle."""
    said: list[Assumption] = [
        FixedObjective(known="construction"),
        Unconstrained(known="construction"),
        LowerBounded(0, known="derived", why="a square, or minus the logarithm of a probability"),
    ]
    if model == "gaussian":
        said.append(CriticalPoint(known="construction", why="at the teacher, whose residuals are zero"))
    if activation != "relu" and batch is None:
        said.append(ExactGradients(known="construction"))
    elif activation != "relu" and examples & (examples - 1) == 0:
        said.append(UnbiasedGradients(known="construction"))
    return tuple(said)
