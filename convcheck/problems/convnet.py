r"""A small convolutional network and its mean loss over a fixed set of images, in pure NumPy.

.. math::
    f(x) = \frac1n \sum_{i=1}^n -\log r(y_i \mid z(u_i, x)), \qquad
    a_{p} = \varphi(W_1 (u_{i,p}; 1)) \text{ for each patch } p, \qquad z = W_2 (a_1; a_2; \dots; 1), \qquad
    x = (W_1, W_2)

One convolution (every square of ``side`` times ``side`` pixels, all channels, no padding) and one fully connected
layer.  A row of W_1 is a filter: one kernel of side² entries for each channel, and the bias.  All else is as in the
problem mlp: the models, the teacher that makes the targets, the order of x and the bits.

Parameters
----------
images
    Channels, height and width of an image.
filters
    Number of filters of the convolution.
side
    Side of a kernel, in pixels.
outputs
    Number of outputs.
activation
    φ: tanh, logistic, relu or linear.
model
    softmax or gaussian.
examples
    n.
batch
    Number of examples in a batch, as in mlp; None for all n.
data
    Number of the data set.

Constants: none is known but f ≥ 0; see mlp.

Source
    LeCun, Bottou, Bengio & Haffner (1998) for convolutional networks.
"""

from functools import cache

from convcheck.arithmetic.matrices import join
from convcheck.errors import ParameterError
from convcheck.problems import teachers
from convcheck.problems.base import Choice, Numbers, Whole, define
from convcheck.problems.draws import uniform
from convcheck.problems.networks import ACTIVATIONS, Layer


def gradient(
    x,
    t,
    u=uniform,
    *,
    images=(2, 4, 4),
    filters=3,
    side=3,
    outputs=3,
    activation="tanh",
    model="softmax",
    examples=32,
    batch=None,
    data=0,
):
    """The gradient of the mean loss over the batch."""
    shown = everything(images, filters, side, outputs, activation, model, examples, data)
    return join(shown.drawn(u, batch).at(x).gradient)


def network(
    x,
    t,
    u=uniform,
    *,
    images=(2, 4, 4),
    filters=3,
    side=3,
    outputs=3,
    activation="tanh",
    model="softmax",
    examples=32,
    batch=None,
    data=0,
):
    """The forward and backward pass of the batch."""
    return everything(images, filters, side, outputs, activation, model, examples, data).drawn(u, batch).at(x)


def loss(
    x,
    t,
    u=uniform,
    *,
    images=(2, 4, 4),
    filters=3,
    side=3,
    outputs=3,
    activation="tanh",
    model="softmax",
    examples=32,
    data=0,
):
    """f(x), whatever was drawn."""
    return everything(images, filters, side, outputs, activation, model, examples, data).at(x).loss


def layers(*, images=(2, 4, 4), filters=3, side=3, outputs=3):
    """The convolution and the fully connected layer."""
    channels, height, width = map(int, images)
    filters, side, outputs = int(filters), int(side), int(outputs)
    seen = filters * (height - side + 1) * (width - side + 1)
    return Layer(filters, channels * side**2, kernel=side**2), Layer(outputs, seen)


@cache
def everything(images, filters, side, outputs, activation, model, examples, data):
    """All examples, as one batch."""
    shown = teachers.uniforms(f"convnet inputs {int(data)}", int(examples), *map(int, images))
    made = layers(images=images, filters=filters, side=side, outputs=outputs)
    return teachers.taught(made, activation, model, teachers.patches(shown, int(side)), f"convnet teacher {int(data)}")


def minimum(*, images=(2, 4, 4), filters=3, side=3, outputs=3, activation="tanh", model="softmax", examples=32, data=0):
    """0 at the teacher, or near 0 far behind it."""
    shown = everything(images, filters, side, outputs, activation, model, examples, data)
    return teachers.least(shown, f"convnet teacher {int(data)}")


def promises(*, images=(2, 4, 4), side=3, activation="tanh", model="softmax", examples=32, batch=None):
    """A fixed objective, bounded below by 0."""
    if len(images) != 3 or side > min(images[1:]):
        msg = f"the problem convnet: images = {images} must be channels, height and width, the last two at least {side}"
        raise ParameterError(msg)
    return teachers.promises(activation, model, int(examples), batch)


def start(*, images=(2, 4, 4), filters=3, side=3, outputs=3, data=0):
    """Weights drawn like the teacher's."""
    made = layers(images=images, filters=filters, side=side, outputs=outputs)
    return join(teachers.weights(f"convnet start {int(data)}", made))


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
        "images": Numbers(Whole(1)),
        "filters": Whole(1),
        "side": Whole(1),
        "outputs": Whole(1),
        "activation": Choice(tuple(ACTIVATIONS)),
        "model": Choice(("softmax", "gaussian")),
        "examples": Whole(1),
        "batch": Choice((None,), Whole(1)),
        "data": Whole(0),
    },
    source="lecun1998",
)
