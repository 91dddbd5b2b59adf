"""What a schedule is: a function ``f(t, *, parameters)`` of the step t = 1, 2, … for any hyper-parameter to follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from convcheck.arithmetic.number import Number
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder
from convcheck.errors import RuleError, UnknownNameError
from convcheck.parameters import Range, usual_range
from convcheck.signatures import read_signature


@dataclass(frozen=True)
class Schedule:
    """A function of the step, with its parameters; a step is a number of any arithmetic, or an array."""

    function: Callable[..., Any] = field(repr=False)
    name: str
    source: str
    parameters: Mapping[str, Any]
    ranges: Mapping[str, Range] = field(repr=False)

    def __call__(self, t: Any) -> Any:
        """Return the value at step ``t``, in the arithmetic of ``t``; plain parameters are lifted to it beforehand."""
        lift = type(t).of if isinstance(t, Number) else lambda value: value
        return self.function(t, **{name: lift(value) for name, value in self.parameters.items()})

    def with_parameters(self, **values: Any) -> "Schedule":
        """Return the schedule with other parameters; a sequence makes an axis of a grid.

        Raises
        ------
        UnknownNameError
            With the nearest parameter that exists.
        ParameterError
            A value is outside its range.
        """
        for name, value in values.items():
            if name not in self.parameters:
                raise UnknownNameError("parameter", name, self.parameters, where=f"of the schedule {self.name}")
            self.ranges[name].check(name, value, owner=f"the schedule {self.name}")
        return replace(self, parameters={**self.parameters, **values})

    @property
    def card(self) -> str:
        """The schedule's documentation."""
        return self.function.__doc__ or ""

    @cached_property
    def program(self) -> Program:
        """The schedule as straight-line code, with inputs t and the parameters."""
        recorder = Recorder(("t", *self.parameters))
        numbers = {name: recorder.number(name) for name in self.parameters}
        try:
            return recorder.program([self.function(recorder.number("t"), **numbers)])
        except RuleError as error:
            msg = f"the schedule {self.name}: {error}"
            raise RuleError(msg) from error


def schedule(*, source: str, ranges: Mapping[str, Range] | None = None) -> Callable[[Callable[..., Any]], Schedule]:
    """Make a function ``f(t, *, parameters)`` a `Schedule`.

    Raises
    ------
    RuleError
        The function is not of this form, or leaves the vocabulary of rules.
    ParameterError
        The default of a parameter is not a number in its range.
    """

    def decorate(function: Callable[..., Any]) -> Schedule:
        positional, parameters = read_signature(function, ("t",))
        if positional:
            msg = f"the schedule {function.__name__} must take t and keyword-only parameters"
            raise RuleError(msg)
        known = {name: usual_range(name) for name in parameters} | dict(ranges or {})
        for name, value in parameters.items():
            known[name].check(name, value, owner=f"the schedule {function.__name__}")
        made = Schedule(function, function.__name__, source, parameters, known)
        made.program  # noqa: B018  # a schedule that leaves the vocabulary is refused here, where its author looks
        return made

    return decorate
