"""``cc.replay``: an optimizer under recorded gradients, to compare with what other implementations did."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.discovery import resolve
from convcheck.errors import NonFiniteError, ShapeError
from convcheck.optimizers.base import Optimizer, check_step
from convcheck.simulate.grid import make_grid


def replay(opt: str | Optimizer, gradients: ArrayLike, x0: ArrayLike, **hyper: Any) -> NDArray[np.float64]:
    """Return the iterates of an optimizer that is shown these gradients, without projection.

    Parameters
    ----------
    gradients
        Shape (T, *shape): the gradient shown at steps 1, …, T.
    x0
        Starting point, of shape ``shape``.
    hyper
        Hyper-parameters: numbers, schedules or functions of t (no axes).

    Returns
    -------
    numpy.ndarray
        Shape (T + 1, *shape): the start and the iterate after each step.

    Raises
    ------
    ShapeError
        The gradients do not fit the starting point, or the rule returned another shape.
    NonFiniteError
        A gradient or an iterate is not finite; the message names the step.
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    x = np.array(x0, dtype=np.float64)
    shown = np.asarray(gradients, dtype=np.float64)
    if shown.ndim != x.ndim + 1 or shown.shape[1:] != x.shape:
        msg = f"gradients of shape {shown.shape} do not fit x0 of shape {x.shape}: they must have shape (T, *x0.shape)"
        raise ShapeError(msg)
    settings = make_grid(optimizer, hyper)
    if settings.axes:
        msg = f"replay runs one setting, but {', '.join(settings.axes)} is an axis: give one number"
        raise ShapeError(msg)
    fixed: Mapping[str, float] = {name: column[0] for name, column in settings.constants.items()}
    iterates = np.empty((len(shown) + 1, *x.shape))
    iterates[0], state = x, optimizer.initial_state(x)
    for step, g in enumerate(shown, start=1):
        moving = {name: line.values(step - 1, step)[0, 0] for name, line in settings.timelines.items()}
        with np.errstate(all="ignore"):  # what is not finite is reported below, with its step
            x, *state = check_step(optimizer, optimizer(x, g, np.float64(step), *state, **fixed, **moving), x.shape)  # type: ignore[assignment]
        if not (np.isfinite(g).all() and np.isfinite(x).all()):
            msg = f"{optimizer.name}: the {'iterate' if np.isfinite(g).all() else 'gradient'} is not finite at step {step}"
            raise NonFiniteError(msg)
        iterates[step] = x
    return iterates
