"""What a problem is: losses with their gradient oracle, feasible set, best fixed point and promised assumptions.

Its functions are written in the vocabulary of rules.  ``gradient(x, t, *streams, *, parameters)`` and the rest see one
coordinate at a time (a *separable* problem), or a vector (a *coupled* one, see `convcheck.problems.vectors`).  The loss
of a separable problem is the sum over the coordinates, and its promises hold for every number of them.

A parameter that is a number is data for the native kernel and may enter the vocabulary.  Any other parameter (a flag, a
word, a sequence, None) shapes the functions themselves, which may branch on it.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from inspect import Parameter, signature
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convcheck.assumptions import Assumption, Linear
from convcheck.draws import Draw
from convcheck.errors import ParameterError, RuleError, UnknownNameError
from convcheck.parameters import ANY, Range, Whole, usual_range
from convcheck.problems.draws import Given
from convcheck.signatures import keywords

__all__ = ["Choice", "Function", "Kind", "Minimum", "Numbers", "Problem", "Whole", "define"]

Function = Callable[..., Any]


class Kind(Protocol):
    """What the values of a parameter may be; a `convcheck.parameters.Range` is one: one number of an interval."""

    def check(self, name: str, value: object, *, owner: str) -> None:
        """Raise a named error unless ``value`` is of this kind."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Sequences of numbers, at least one, each in a range."""

    entries: Range = ANY

    def check(self, name: str, value: object, *, owner: str) -> None:
        """Raise ParameterError unless ``value`` is such a sequence."""
        if (
            isinstance(value, str)
            or not isinstance(value, Sequence | np.ndarray)
            or np.ndim(value) != 1
            or not len(value)
        ):
            msg = f"{owner}: {name} = {value!r} must be a sequence of numbers with at least one entry"
            raise ParameterError(msg)
        self.entries.check(name, value, owner=owner)
        if any(isinstance(entry, Fraction) for entry in value):
            msg = f"{owner}: the entries of {name} must be integers and floats, which the native kernels can hold"
            raise ParameterError(msg)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words (None, True and False are words too), or a value of another kind."""

    words: tuple[str | bool | None, ...]
    other: Kind | None = None

    def check(self, name: str, value: object, *, owner: str) -> None:
        """Raise UnknownNameError for another word, and what the other kind raises for another value."""
        spelled = [word for word in self.words if isinstance(word, str)]
        if any(value is word for word in self.words) or (isinstance(value, str) and value in spelled):
            return
        if isinstance(value, str) and spelled:
            raise UnknownNameError(f"choice of {name}", value, spelled, where=f"for {owner}")
        if self.other is None:
            msg = f"{owner}: {name} = {value!r} must be {' or '.join(map(repr, self.words))}"
            raise ParameterError(msg)
        _check(self.other, name, value, owner)


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least value f* of an objective: a point where it is (nearly) taken, and bounds lower <= f* <= upper."""

    point: tuple[float, ...]
    lower: float
    upper: float
    known: str
    """How it is known: by ``construction``, ``derived``, or ``certified`` by interval arithmetic."""


@dataclass(frozen=True)
class Problem:
    """Losses, feasible set, comparator and assumptions of one member of a family; made by `define` and `cc.problem`."""

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
    layers: Function | None = field(repr=False)
    network: Function | None = field(repr=False)
    streams: Mapping[str, Draw | Given] = field(repr=False)
    ranges: Mapping[str, Kind] = field(repr=False)
    parameters: Mapping[str, Any]
    card: str = field(repr=False, default="")

    def with_parameters(self, **values: Any) -> "Problem":
        """Return the member of the family with other parameters.

        Raises
        ------
        UnknownNameError
            With the nearest parameter, or word for it, that exists.
        ParameterError
            A value is outside its range or not of its kind, or the values do not go together.
        """
        for name, value in values.items():
            if name not in self.parameters:
                raise UnknownNameError("parameter", name, self.parameters, where=f"of the problem {self.name}")
            if name in self.ranges:
                _check(self.ranges[name], name, value, f"the problem {self.name}")
        made = replace(self, parameters={**self.parameters, **{name: _frozen(value) for name, value in values.items()}})
        made.assumptions  # noqa: B018  # a member whose constants cannot be computed is refused at once
        return made

    def call(self, function: Function, *args: Any, **values: Any) -> Any:
        """Call one of the problem's functions with those of ``values``, else of the parameters, that it names."""
        return function(*args, **{name: values.get(name, self.parameters.get(name)) for name in keywords(function)})

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
    layers: Function | None = None,
    network: Function | None = None,
    ranges: Mapping[str, Kind] | None = None,
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
        ``minimum(*, parameters) -> Minimum``, for an objective (of one coordinate, if separable); left out, the losses
        are linear and the best fixed point is computed exactly from the sum of the gradients.
    period
        ``period(*, parameters)``: the number of rounds after which the losses repeat; None where they do not.
    coupled
        Whether the functions see all coordinates at once.
    layers
        ``layers(*, parameters)``: the layers that x consists of, each with a ``shape``; a rule for matrices is then
        applied to each of them.  Such a problem is coupled and runs on arrays only, one point at a time.
    network
        ``network(x, t, *streams, *, parameters)``: what a layered rule is shown in place of the gradient
        (`convcheck.problems.networks.Pass`).
    ranges
        Ranges of parameters that differ from the usual ones of their names, and the kinds of those that are no numbers
        (`Whole`, `Numbers`, `Choice`); a parameter of neither sort takes any value.

    Raises
    ------
    RuleError
        The functions disagree about a parameter's default, or neither ``minimum`` nor ``Linear()`` is given.
    UnknownNameError, ParameterError
        ``ranges`` names no parameter; a default is outside its range or not of its kind.
    """
    name = gradient.__module__.rpartition(".")[2]
    parameters: dict[str, Any] = {}
    for function in filter(callable, (gradient, loss, project, minimum, promises, start, period, layers, network)):
        for key in keywords(function):
            default = signature(function).parameters[key].default
            if parameters.setdefault(key, default) != default:
                msg = f"problem {name}: the defaults of {key} differ between its functions"
                raise RuleError(msg)
    streams = {
        p.name: p.default
        for p in list(signature(gradient).parameters.values())[2:]
        if p.kind is not Parameter.KEYWORD_ONLY
    }
    if missing := [key for key, stream in streams.items() if not isinstance(stream, Draw | Given)]:
        msg = f"problem {name}: the stream {missing[0]} needs a draw as its default (uniform, rademacher, normal, …)"
        raise RuleError(msg)
    known: dict[str, Kind] = {key: usual_range(key) for key, value in parameters.items() if _is_number(value)}
    known |= ranges or {}
    for key, kind in known.items():
        if key not in parameters:
            raise UnknownNameError("parameter", key, parameters, where=f"of the problem {name} to give a range to")
        _check(kind, key, parameters[key], f"problem {name}")
    card = sys.modules[gradient.__module__].__doc__ or ""
    made = Problem(
        name,
        source,
        gradient,
        loss,
        project,
        minimum,
        promises,
        start,
        period,
        coupled,
        layers,
        network,
        streams,
        known,
        parameters,
        card,
    )
    if minimum is None and not made.linear:
        msg = f"problem {name} needs minimum=…, or the promise Linear()"
        raise RuleError(msg)
    return made


def _check(kind: Kind, name: str, value: object, owner: str) -> None:
    """Check a value; a range alone would take an array, which is no value of a parameter."""
    if isinstance(kind, Range) and not _is_number(value):
        msg = f"{owner}: {name} = {value!r} is not a number (it is one number in {kind}, not an axis of a grid)"
        raise ParameterError(msg)
    kind.check(name, value, owner=owner)


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Fraction) and not isinstance(value, bool)


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tuple(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(entry.item() if isinstance(entry, np.generic) else entry for entry in value)
    return value
