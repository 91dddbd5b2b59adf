"""Small feed-forward networks in pure NumPy: exact gradients of each example, and the Fisher matrix of the model.

A network is a list of layers; layer l has one matrix W_l of shape (out, in), whose last column is the bias.  With the
activations a_0 (the inputs), it computes

    s_l = W_l (a_{l-1}; 1),    a_l = φ(s_l),    z = s_L (no φ after the last layer),

and the loss of an example is -log r(y | z) up to a constant, where the model r is ``softmax`` (labels) or ``gaussian``
(targets, unit variance).  A point x of the problem is the entries of W_1, W_2, …, each in C order.

The first layer may be a convolution: it sees each example as a set of patches, and its matrix acts on every patch.

Sums run from left to right and the elementary functions are ours, so that all bits are the same on every machine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.elementary import exp, log, tanh
from convcheck.arithmetic.matrices import product, split, total, transpose

Floats = NDArray[np.float64]
Matrices = tuple[Floats, ...]
Model = Literal["softmax", "gaussian"]


@dataclass(frozen=True, slots=True)
class Layer:
    """The shape of a layer's matrix: ``outputs`` rows, ``inputs`` + 1 columns.

    ``kernel`` is the number of entries of one kernel of a convolution, whose inputs are channels times kernel entries;
    0 says that the layer is fully connected.
    """

    outputs: int
    inputs: int
    kernel: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the matrix."""
        return self.outputs, self.inputs + 1


@dataclass(frozen=True, slots=True)
class Activation:
    """A function φ and its derivative, the latter as a function of φ's value."""

    value: Callable[[Floats], Any]
    slope: Callable[[Floats], Any]


ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": Activation(tanh, lambda a: 1 - a * a),
    "logistic": Activation(lambda s: (1 + tanh(s / 2)) / 2, lambda a: a * (1 - a)),
    "relu": Activation(lambda s: np.maximum(s, 0.0), lambda a: np.where(a > 0, 1.0, 0.0)),
    "linear": Activation(lambda s: s, np.ones_like),
}
"""At its kink, relu has the slope 0."""


@dataclass(frozen=True)
class Batch:
    """A network with the examples that it is shown: what remains is a function of the point.

    Attributes
    ----------
    layers, activation, model
        The network: its layers, the name of φ, and ``softmax`` or ``gaussian``.
    inputs
        Shape (n, in), or (n, patches, in) where the first layer is a convolution.
    targets
        Shape (n, out): the distribution of the label (for a known label, a row of the unit matrix), or the value.
    """

    layers: tuple[Layer, ...]
    activation: str
    model: Model
    inputs: Floats = field(repr=False)
    targets: Floats = field(repr=False)

    def at(self, x: Floats | Matrices) -> "Pass":
        """Return the passes through the network at a point: a flat array, or the matrices of the layers."""
        return Pass(self, split(x, [layer.shape for layer in self.layers]) if isinstance(x, np.ndarray) else tuple(x))

    def drawn(self, u: float, size: float | None) -> "Batch":
        """Return ``size`` examples in a row (cyclically) from the place that a uniform number names; all, if None."""
        if size is None:
            return self
        rows = (int(u * len(self.inputs)) + np.arange(int(size))) % len(self.inputs)
        return replace(self, inputs=self.inputs[rows], targets=self.targets[rows])


@dataclass(frozen=True)
class Pass:
    """A forward and a backward pass at one point: what a layered optimizer is shown in place of the gradient.

    Everything is computed when it is first asked for; n is the number of examples, and an array of a convolution has an
    axis of patches before its last.
    """

    batch: Batch
    x: Matrices

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the network."""
        return self.batch.layers

    @property
    def examples(self) -> int:
        """The number of examples n."""
        return len(self.batch.inputs)

    def at(self, x: Floats | Matrices) -> "Pass":
        """Return the passes of the same examples at another point."""
        return self.batch.at(x)

    @cached_property
    def _forward(self) -> tuple[Matrices, Matrices]:
        value, a = ACTIVATIONS[self.batch.activation].value, self.batch.inputs
        activations: list[Floats] = []
        sums: list[Floats] = []
        for k, weights in enumerate(self.x):
            if k:
                a = np.asarray(value(sums[-1])).reshape(self.examples, -1)
            activations.append(np.concatenate([a, np.ones((*a.shape[:-1], 1))], axis=-1))
            sums.append(product(activations[-1], weights.T))
        return tuple(activations), tuple(sums)

    @property
    def activations(self) -> Matrices:
        """For each layer its inputs with a 1 at the end, shape (n, in + 1)."""
        return self._forward[0]

    @property
    def sums(self) -> Matrices:
        """For each layer s_l, before the activation function; shape (n, out)."""
        return self._forward[1]

    @property
    def outputs(self) -> Floats:
        """The outputs z of the network, shape (n, out)."""
        return self.sums[-1]

    @cached_property
    def probabilities(self) -> Floats:
        """The model's distribution of the label (softmax), shape (n, out)."""
        powers = np.asarray(exp(self._centred))
        return np.asarray(powers / total(powers, axis=-1)[:, None])

    @property
    def _centred(self) -> Floats:
        return np.asarray(self.outputs - np.max(self.outputs, axis=-1, keepdims=True))

    @cached_property
    def losses(self) -> Floats:
        """The loss of each example, shape (n,)."""
        if self.batch.model == "gaussian":
            return np.asarray(total((self.outputs - self.batch.targets) ** 2, axis=-1) / 2)
        centred = self._centred
        least = np.asarray(log(total(np.asarray(exp(centred)), axis=-1)))
        return np.asarray(total(self.batch.targets * (least[:, None] - centred), axis=-1))

    @property
    def loss(self) -> float:
        """The mean loss of the examples."""
        return float(total(self.losses)) / self.examples

    @cached_property
    def signals(self) -> Matrices:
        """For each layer the derivative of each example's loss with respect to s_l, shape (n, out)."""
        predicted = self.outputs if self.batch.model == "gaussian" else self.probabilities
        return self.backward(predicted - self.batch.targets)

    @cached_property
    def factors(self) -> Matrices:
        """For each layer signals of shape (k, n, out) whose outer products add up to the model's Fisher matrix.

        They are the derivatives of the loss under the model's own labels, times the roots of the probabilities of these
        (softmax: an expectation over all labels, not a sample), or unit signals at each output (gaussian).
        """
        outputs = self.outputs.shape[-1]
        units = np.broadcast_to(np.eye(outputs)[:, None, :], (outputs, *self.outputs.shape))
        if self.batch.model == "gaussian":
            return self.backward(units)
        return self.backward(np.sqrt(self.probabilities.T)[:, :, None] * (self.probabilities - units))

    def backward(self, signal: Floats) -> Matrices:
        """Propagate derivatives with respect to z, shape (…, n, out), back to those with respect to each s_l."""
        slope, found = ACTIVATIONS[self.batch.activation].slope, [signal]
        for k in range(len(self.x) - 1, 0, -1):
            slopes = slope(self.activations[k][..., :-1])
            passed = product(found[0], self.x[k][:, :-1]) * slopes
            found.insert(0, passed.reshape(*signal.shape[:-2], *self.sums[k - 1].shape))
        return tuple(found)

    @cached_property
    def gradient(self) -> Matrices:
        """The gradient of the mean loss, a matrix for each layer."""
        return self.mean_outer(self.signals)

    def mean_outer(self, signals: Matrices) -> Matrices:
        """Return for each layer the mean over the examples of Σ s aᵀ, for signals of shape (n, out)."""
        rows = [
            (s.reshape(-1, s.shape[-1]), a.reshape(-1, a.shape[-1]))
            for s, a in zip(signals, self.activations, strict=True)
        ]
        return tuple(product(s.T, a) / self.examples for s, a in rows)

    def outer(self, signals: Matrices) -> Matrices:
        """Return for each layer s aᵀ of each example, shape (…, n, out, in + 1), summed over patches."""
        return tuple(
            product(transpose(s), a) if layer.kernel else s[..., :, None] * a[..., None, :]
            for layer, s, a in zip(self.layers, signals, self.activations, strict=True)
        )

    def along(self, direction: Sequence[Floats]) -> Floats:
        """Return the inner products of the rows of the Fisher factor with a direction, shape (k, n)."""
        result = np.zeros(self.factors[-1].shape[:2])
        for s, a, v in zip(self.factors, self.activations, direction, strict=True):
            result = result + total((s * product(a, v.T)).reshape(*result.shape, -1), axis=-1)
        return result

    def fisher_product(self, u: Sequence[Floats], v: Sequence[Floats]) -> float:
        """Return uᵀ F v for the exact Fisher matrix F of the model, which is not formed."""
        return float(total(self.along(u) * self.along(v))) / self.examples

    def fisher(self) -> Floats:
        """Return the model's Fisher matrix of the whole network, shape (d, d): for small networks."""
        rows = np.concatenate([g.reshape(-1, self.x[k].size) for k, g in enumerate(self.outer(self.factors))], axis=-1)
        return product(rows.T, rows) / self.examples

    def jacobian(self) -> Floats:
        """Return the derivatives of the outputs z with respect to x, shape (n, out, d)."""
        outputs = self.outputs.shape[-1]
        units = np.broadcast_to(np.eye(outputs)[:, None, :], (outputs, *self.outputs.shape))
        parts = [g.reshape(outputs, self.examples, -1) for g in self.outer(self.backward(units))]
        return np.swapaxes(np.concatenate(parts, axis=-1), 0, 1)

    def gauss_newton(self) -> Floats:
        """Return the generalized Gauss-Newton matrix, mean Jᵀ H J with the Hessian H of the loss in z; shape (d, d)."""
        jacobian = self.jacobian()
        weighted = jacobian
        if self.batch.model == "softmax":
            p = self.probabilities
            hessian = p[:, :, None] * (np.eye(p.shape[-1]) - p[:, None, :])
            weighted = product(hessian, jacobian)
        flat = jacobian.reshape(-1, jacobian.shape[-1])
        return product(flat.T, weighted.reshape(flat.shape)) / self.examples
