"""What a problem is: losses with their gradient oracle, feasible set, best fixed point and promised assumptions.

Its functions are written in the vocabulary of rules.  ``gradient(x, t, *streams, *, parameters)`` and the rest see one
coordinate at a time (a *separable* problem), or a vector (a *coupled* one, see `convcheck.problems.vectors`).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from inspect import Parameter, signature
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.assumptions import Assumption, Linear
from convcheck.errors import ParameterError, RuleError, UnknownNameError
from convcheck.parameters import Range, usual_range
from convcheck.problems.draws import Draw, Given

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least value of an objective: a point where it is (nearly) taken, and certified bounds lower <= f* <= upper."""

    point: tuple[float, ...]
    lower: float
    upper: float
    known: str
    """How it is known: ``derived``, or ``certified`` by interval arithmetic."""


@dataclass(frozen=True)
class Problem:
    """Losses, feasible set, comparator and assumptions of one member of a family; make one with `define` or `cc.problem`."""

    name: str
    source: str
    gradient: Function = field(repr=False)
    loss: Function | None = field(repr=False)
    project: Function | None = field(repr=False)
    minimum: Function | None = field(repr=False)
    promises: Function = field(repr=False)
    start: Function | float = field(repr=False)
    period: Function | None = field(repr=False)
    coupled: bool = field(repr=False)
    streams: Mapping[str, Draw | Given] = field(repr=False)
    ranges: Mapping[str, Range] = field(repr=False)
    parameters: Mapping[str, Any]
    card: str = field(repr=False, default="")

    def with_parameters(self, **values: Any) -> "Problem":
        """Return the member of the family with other parameters.

        Raises
        ------
        UnknownNameError
            With the nearest parameter that exists.
        ParameterError
            A value is outside its range, or is not of the kind of the default.
        """
        for name, value in values.items():
            if name not in self.parameters:
                raise UnknownNameError("parameter", name, self.parameters, where=f"of the problem {self.name}")
            self._check(name, value)
        made = replace(self, parameters={**self.parameters, **{name: _frozen(value) for name, value in values.items()}})
        made.assumptions  # noqa: B018  # a member whose constants cannot be computed is refused at once
        return made

    def _check(self, name: str, value: Any) -> None:
        usual = self.parameters[name]
        if _is_number(usual):
            if not _is_number(value):
                msg = f"the problem {self.name}: {name} = {value!r} is not a number (it is one number, not an axis of a grid)"
                raise ParameterError(msg)
            self.ranges[name].check(name, value, owner=f"the problem {self.name}")

    def call(self, function: Function, *args: Any, **values: Any) -> Any:
        """Call one of the problem's functions with those of ``values``, else of the parameters, that it names."""
        names = [p.name for p in signature(function).parameters.values() if p.kind is Parameter.KEYWORD_ONLY]
        return function(*args, **{name: values.get(name, self.parameters.get(name)) for name in names})

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the problem promises, with constants."""
        return tuple(self.call(self.promises))

    @property
    def linear(self) -> bool:
        """Whether every loss is linear; the best fixed point then lies at an end of the feasible interval."""
        return any(isinstance(promise, Linear) for promise in self.assumptions)

    @property
    def x0(self) -> NDArray[np.float64]:
        """The usual starting point, shape (d,)."""
        return np.atleast_1d(np.asarray(self.call(self.start) if callable(self.start) else self.start, dtype=float))

    @property
    def numeric(self) -> dict[str, float]:
        """The parameters that are numbers: the native kernels take them as data; the others shape the kernel itself."""
        return {name: float(value) for name, value in self.parameters.items() if _is_number(value)}

    @property
    def ends(self) -> tuple[float, float]:
        """The least and largest feasible coordinate."""
        if self.project is None:
            return -np.inf, np.inf
        huge = np.finfo(float).max
        low, high = (float(self.call(self.project, np.float64(end))) for end in (-huge, huge))
        return (-np.inf if low == -huge else low), (np.inf if high == huge else high)

    def draws(self, uniforms: Callable[[str, int], Any], given: Callable[[str], Any]) -> tuple[Any, ...]:
        """Return the values of the streams, in order, from uniform numbers and entries of sequences."""
        return tuple(
            given(name)
            if isinstance(stream, Given)
            else stream.transform(*(uniforms(name, k) for k in range(stream.uniforms)))
            for name, stream in self.streams.items()
        )


def define(
    gradient: Function,
    *,
    source: str,
    promises: Function,
    start: Function | float,
    loss: Function | None = None,
    project: Function | None = None,
    minimum: Function | None = None,
    period: Function | None = None,
    coupled: bool = False,
    ranges: Mapping[str, Range] | None = None,
) -> Problem:
    """Make a problem of functions; it bears the name of the file in which ``gradient`` stands.

    Parameters
    ----------
    gradient
        ``gradient(x, t, *streams, *, parameters)``: the answer of the oracle.
    promises
        ``promises(*, parameters)``: the assumptions the problem satisfies, with constants.
    start
        The usual starting point: a number, or a function of the parameters that returns a number or d numbers.
    loss
        Same arguments as ``gradient``; left out, the loss is linear: gradient times x.
    project
        ``project(x, *, parameters)``: the nearest feasible point; left out, everything is feasible.
    minimum
        ``minimum(*, parameters) -> Minimum``, for an objective; left out, the losses are linear and the best fixed point
        is computed exactly from the sum of the gradients.
    period
        ``period(*, parameters)``: the number of rounds after which the losses repeat, if they do.
    coupled
        Whether the functions see all coordinates at once.
    ranges
        Ranges of parameters that differ from the usual ones of their names.

    Raises
    ------
    RuleError
        The functions disagree about a parameter's default, or neither ``minimum`` nor ``Linear()`` is given.
    """
    name = gradient.__module__.rpartition(".")[2]
    parameters: dict[str, Any] = {}
    for function in filter(callable, (gradient, loss, project, minimum, promises, start, period)):
        for p in signature(function).parameters.values():
            if p.kind is Parameter.KEYWORD_ONLY and parameters.setdefault(p.name, p.default) != p.default:
                msg = f"problem {name}: the defaults of {p.name} differ between its functions"
                raise RuleError(msg)
    streams = {p.name: p.default for p in list(signature(gradient).parameters.values())[2:] if p.kind is not Parameter.KEYWORD_ONLY}
    if missing := [key for key, stream in streams.items() if not isinstance(stream, Draw | Given)]:
        msg = f"problem {name}: the stream {missing[0]} needs a draw as its default (uniform, rademacher, normal, …)"
        raise RuleError(msg)
    known = {key: usual_range(key) for key in parameters} | dict(ranges or {})
    card = sys.modules[gradient.__module__].__doc__ or ""
    made = Problem(
        name, source, gradient, loss, project, minimum, promises, start, period, coupled, streams, known, parameters, card
    )
    if minimum is None and not made.linear:
        msg = f"problem {name} needs minimum=…, or the promise Linear()"
        raise RuleError(msg)
    return made


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Fraction) and not isinstance(value, bool)


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tuple(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return value
