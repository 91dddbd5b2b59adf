"""``cc.replay``: an optimizer under recorded gradients, to compare with what other implementations did."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.discovery import resolve
from convcheck.errors import NonFiniteError, RuleError, ShapeError
from convcheck.optimizers.base import Optimizer, check_step
from convcheck.simulate.arguments import as_numbers, finite_array
from convcheck.simulate.grid import make_grid
from convcheck.simulate.uniforms import of_rule


def replay(
    opt: str | Optimizer, gradients: ArrayLike, x0: ArrayLike, *, seed: int = 0, **hyper: Any
) -> NDArray[np.float64]:
    """Return the iterates of an optimizer that is shown these gradients, without projection.

    Parameters
    ----------
    gradients
        Shape (T, *shape): the gradient shown at steps 1, …, T, wherever the rule asks for it; (T, M, *shape) for a rule
        of M workers.
    x0
        Starting point, of shape ``shape``.
    seed
        The seed of the draws of a rule that is random itself.
    hyper
        Hyper-parameters: numbers, schedules or functions of t (no axes).

    Returns
    -------
    numpy.ndarray
        Shape (T + 1, *shape): the start and the iterate after each step.

    Raises
    ------
    ShapeError
        The gradients do not fit the starting point, the start is not finite, or the rule returned another shape.
    RuleError
        The rule looks into a network.
    NonFiniteError
        A gradient, an iterate or a state slot is not finite; the message names the step.
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    if optimizer.layers == "all":
        msg = f"{optimizer.name} looks into a network, so gradients alone do not do; run it on mlp"
        raise RuleError(msg)
    x = finite_array("x0", x0)
    shown = as_numbers("gradients", gradients)
    settings = make_grid(optimizer, hyper, max(len(shown), 1) if shown.ndim else 1)
    if settings.axes:
        msg = f"replay runs one setting, but {', '.join(settings.axes)} is an axis: give one number"
        raise ShapeError(msg)
    fixed = {name: column[0] for name, column in settings.constants.items()}
    state = list(optimizer.initial_state(x, **fixed))
    wanted = np.shape(optimizer.asks(x, *state, **fixed))
    if shown.shape[1:] != wanted or shown.ndim != len(wanted) + 1:
        each = "(T, *x0.shape)" if wanted == x.shape else f"(T, {', '.join(map(str, wanted))})"
        msg = f"gradients of shape {shown.shape} do not fit x0 of shape {x.shape}: they must have shape {each}"
        raise ShapeError(msg)
    noise = of_rule(optimizer, seed, x.size)
    iterates = np.empty((len(shown) + 1, *x.shape))
    iterates[0] = x
    for step, g in enumerate(shown, start=1):
        moving = {name: line.values(step - 1, step)[0, 0] for name, line in settings.timelines.items()}
        _check(optimizer, "gradient", step, g)
        drawn = [value.reshape(x.shape) for value in optimizer.draws(noise.at(step))]
        with np.errstate(all="ignore"):  # what is not finite is reported below, with its step
            result = optimizer(x, g, np.float64(step), *state, *drawn, **fixed, **moving)
        x, *state = check_step(optimizer, result, x.shape)
        _check(optimizer, "iterate", step, x)
        for name, slot in zip(optimizer.state, state, strict=True):
            _check(optimizer, f"state slot {name}", step, slot)
        iterates[step] = x
    return iterates


def _check(optimizer: Optimizer, what: str, step: int, value: Any) -> None:
    if not np.isfinite(value).all():
        msg = f"{optimizer.name}: the {what} is not finite at step {step}"
        raise NonFiniteError(msg)
