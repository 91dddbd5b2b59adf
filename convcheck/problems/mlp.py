r"""A small multilayer perceptron and its mean loss over a fixed set of examples, in pure NumPy.

.. math::
    f(x) = \frac1n \sum_{i=1}^n -\log r(y_i \mid z(u_i, x)), \qquad
    s_l = W_l (a_{l-1}; 1), \quad a_l = \varphi(s_l), \quad a_0 = u_i, \quad z = s_L, \qquad
    x = (W_1, \dots, W_L)

The model r is the softmax of z (the loss is the cross-entropy) or a normal distribution around z with unit variance
(half the squared error).  x holds the matrices one after the other, each of shape (out, in + 1) with the bias last, in
C order; ``layers`` publishes the shapes.  Inputs, the weights of a teacher of the same shape, and the start are uniform
numbers, functions of ``data`` alone.  The targets are the teacher's outputs (gaussian: f* = 0 at the teacher) or
its most probable labels (softmax: f* = 0, which scaling up the teacher's last layer approaches and nothing takes).

Parameters
----------
widths
    Numbers of inputs, of units in each hidden layer, and of outputs.
activation
    φ: tanh, logistic, relu or linear.
model
    softmax or gaussian.
examples
    n.
batch
    Number of examples in a batch, taken in a row from a place that is drawn for each step; None for all n.
data
    Number of the data set.

Constants: none is known but f ≥ 0.  Where n is a power of two the place of a batch is exactly uniform, so that its
gradient is unbiased; with relu there are points without a gradient, and nothing is promised of the oracle's answers.
A problem with layers is run on arrays, one point at a time.  All bits are the same on every machine: no BLAS, sums from
left to right, elementary functions of our own.

Source
    Rumelhart, Hinton & Williams (1986) for the gradient; Martens & Grosse (2015), Section 2, for the notation and the
    model's Fisher matrix.
"""

from functools import cache

from convcheck.arithmetic.matrices import join
from convcheck.problems import teachers
from convcheck.problems.base import Choice, Numbers, Whole, define
from convcheck.problems.draws import uniform
from convcheck.problems.networks import ACTIVATIONS


def gradient(x, t, u=uniform, *, widths=(3, 5, 4), activation="tanh", model="softmax", examples=32, batch=None, data=0):
    """The gradient of the mean loss over the batch."""
    return join(everything(widths, activation, model, examples, data).drawn(u, batch).at(x).gradient)


def network(x, t, u=uniform, *, widths=(3, 5, 4), activation="tanh", model="softmax", examples=32, batch=None, data=0):
    """The forward and backward pass of the batch."""
    return everything(widths, activation, model, examples, data).drawn(u, batch).at(x)


def loss(x, t, u=uniform, *, widths=(3, 5, 4), activation="tanh", model="softmax", examples=32, data=0):
    """f(x), whatever was drawn."""
    return everything(widths, activation, model, examples, data).at(x).loss


def layers(*, widths=(3, 5, 4)):
    """The layers, whose shapes lay out x."""
    return teachers.connected([int(width) for width in widths])


@cache
def everything(widths, activation, model, examples, data):
    """All examples, as one batch."""
    inputs = teachers.uniforms(f"mlp inputs {int(data)}", int(examples), int(widths[0]))
    return teachers.taught(layers(widths=widths), activation, model, inputs, f"mlp teacher {int(data)}")


def minimum(*, widths=(3, 5, 4), activation="tanh", model="softmax", examples=32, data=0):
    """0 at the teacher, or near 0 far behind it."""
    return teachers.least(everything(widths, activation, model, examples, data), f"mlp teacher {int(data)}")


def promises(*, widths=(3, 5, 4), activation="tanh", model="softmax", examples=32, batch=None):
    """A fixed objective, bounded below by 0."""
    layers(widths=widths)  # which refuses widths that make no network
    return teachers.promises(activation, model, int(examples), batch)


def start(*, widths=(3, 5, 4), data=0):
    """Weights drawn like the teacher's."""
    return join(teachers.weights(f"mlp start {int(data)}", layers(widths=widths)))


problem = define(
    gradient,
    loss=loss,
    minimum=minimum,
    promises=promises,
    start=start,
    layers=layers,
    network=network,
    coupled=True,
    ranges={
        "widths": Numbers(Whole(1)),
        "activation": Choice(tuple(ACTIVATIONS)),
        "model": Choice(("softmax", "gaussian")),
        "examples": Whole(1),
        "batch": Choice((None,), Whole(1)),
        "data": Whole(0),
    },
    source="rumelhart1986",
)
