"""What an optimizer is: one function ``(x, g, t, *state, *, hyper-parameters) -> (x, *state)``.

State slots are the arguments after ``t`` and their defaults the initial values; hyper-parameters are keyword-only.  The
function is written in NumPy's words, so that arrays, the tape of the native kernels, SymPy, fractions, balls and
intervals all run the same lines.  Projection belongs to the problem, schedules to the caller.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from convcheck.arithmetic.number import Number
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError, ShapeError, UnknownNameError
from convcheck.optimizers.invariances import INVARIANCES
from convcheck.parameters import ANY, Range, usual_range
from convcheck.signatures import read_signature

if TYPE_CHECKING:
    import sympy as sp

Rule = Callable[..., tuple[Any, ...]]


def ratio(a: Any, b: Any) -> Any:
    """Return a / b, and 0 where b is not positive: the convention 0/0 = 0 of coordinates that have seen no gradient.

    ``b`` is a root or a norm, hence never negative; then ``a`` is zero wherever ``b`` is.  A NaN in ``b`` is no case of
    b <= 0, so it is not hidden.
    """
    return np.where(b <= 0, 0, a / np.where(b <= 0, 1, b))


@dataclass(frozen=True)
class Optimizer:
    """An update rule with its name, source, state slots (initial values) and hyper-parameters (defaults, ranges).

    Calling it runs the rule: ``optimizer(x, g, t, *state, **hyper)`` returns ``(x, *state)``.
    """

    rule: Rule
    name: str
    source: str
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    ranges: Mapping[str, Range] = field(repr=False)
    init: Callable[[Any], tuple[Any, ...]] | None = field(default=None, repr=False)
    label: str = field(default="", repr=False)
    """The method's name as papers write it, for figures."""
    query: Callable[..., Any] | None = field(default=None, repr=False)
    """``query(x, *state, **hyper)``: where the gradient is asked, if that is not at ``x``."""
    invariances: frozenset[str] = field(default=frozenset(), repr=False)
    """What the card claims of the rule, in the words of `convcheck.optimizers.invariances`."""

    def __call__(self, x: Any, g: Any, t: Any, *state: Any, **hyper: Any) -> tuple[Any, ...]:
        """Run the rule once.

        If one argument is a number of some arithmetic, plain numbers among the others, and the defaults, are lifted to
        it beforehand: in ``1 - beta2`` and ``sqrt(t)`` they would be rounded to doubles.
        """
        numbers = [value for value in (x, g, t, *state, *hyper.values()) if isinstance(value, Number)]
        if not numbers:
            return self.rule(x, g, t, *state, **hyper)
        lift = type(numbers[0]).of
        slots = (*state, *list(self.state.values())[len(state) :])
        settings = {name: lift(value) for name, value in {**self.hyperparameters, **hyper}.items()}
        return self.rule(*(lift(value) for value in (x, g, t, *slots)), **settings)

    @property
    def kind(self) -> str:
        """``elementwise``: one coordinate at a time, in every arithmetic; ``array``: on arrays, from ``init(x)`` on."""
        return "elementwise" if self.init is None else "array"

    @property
    def card(self) -> str:
        """The rule's documentation."""
        return self.rule.__doc__ or ""

    def initial_state(self, x: Any) -> tuple[Any, ...]:
        """Return the state before the first step at the array ``x``.

        Raises
        ------
        RuleError
            The ``init`` of an array rule does not return a tuple with a value for each slot.
        """
        if self.init is not None:
            slots: Any = self.init(x)
            if not isinstance(slots, tuple) or len(slots) != len(self.state):
                msg = f"{self.name}: init(x) must return the slots ({', '.join(self.state)}), as a tuple"
                raise RuleError(msg)
            return slots
        return tuple(np.full_like(x, value, dtype=float) for value in self.state.values())

    def check(self, hyper: Mapping[str, object]) -> None:
        """Raise unless every name in ``hyper`` is a hyper-parameter of this rule and its value lies in its range.

        Raises
        ------
        UnknownNameError
            With the nearest name that exists.
        ParameterError
            A value is not finite or outside its range.
        """
        for name, value in hyper.items():
            self.range(name).check(name, value, owner=self.name)

    def range(self, name: str) -> Range:
        """Return the range of a hyper-parameter."""
        if name not in self.ranges:
            raise UnknownNameError("hyper-parameter", name, self.ranges, where=f"of {self.name}")
        return self.ranges[name]

    def trace(self) -> Program:
        """Return the rule as straight-line code, with inputs x, g, t, the state slots and the hyper-parameters.

        Raises
        ------
        RuleError
            The rule is not written in the closed vocabulary, or returns the wrong state.
        """
        names = ("x", "g", "t", *self.state, *self.hyperparameters)
        recorder = Recorder(names)
        x, g, t, *rest = (recorder.number(name) for name in names)
        slots, hyper = rest[: len(self.state)], dict(zip(self.hyperparameters, rest[len(self.state) :], strict=True))
        try:
            result: object = self.rule(x, g, t, *slots, **hyper)
        except RuleError as error:
            msg = f"{self.name}: {error}"
            raise RuleError(msg) from error
        except NameError as error:
            msg = f"{self.name}: {error}; every state slot must be an argument after t"
            raise RuleError(msg) from error
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            msg = f"{self.name}: {error}; a rule sees one number at a time: no methods, indices, loops over values, //"
            raise RuleError(msg) from error
        wanted = f"{self.name} must return the tuple ({', '.join(['x', *self.state])}{'' if self.state else ','})"
        if not isinstance(result, tuple):
            msg = f"{wanted}; it returns {type(result).__name__}"
            raise RuleError(msg)
        if len(result) != 1 + len(self.state):
            msg = f"{wanted}; it returns a tuple of {len(result)}"
            raise RuleError(msg)
        try:
            return recorder.program(Tape.of(value) for value in result)
        except RuleError as error:
            msg = f"{wanted}: {error}"
            raise RuleError(msg) from error

    @cached_property
    def program(self) -> Program:
        """The rule as straight-line code (see `trace`)."""
        return self.trace()

    @cached_property
    def equations(self) -> "tuple[sp.Eq, ...]":
        """The rule as SymPy equations, one for each new state slot in the order of computation and one for x."""
        from convcheck.optimizers.equations import equations  # SymPy takes a second to import

        return equations(self)

    @cached_property
    def latex(self) -> str:
        """The rule in LaTeX, from its own lines."""
        from convcheck.optimizers.equations import latex  # SymPy takes a second to import

        return latex(self)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"


def optimizer(
    *,
    source: str,
    label: str = "",
    ranges: Mapping[str, Range] | None = None,
    init: Callable[[Any], tuple[Any, ...]] | None = None,
    query: Callable[..., Any] | None = None,
    invariances: Collection[str] = (),
) -> Callable[[Rule], Optimizer]:
    """Make a function an `Optimizer`.

    Parameters
    ----------
    source
        Citation key in ``paper/refs.bib`` and the number of the algorithm, as in ``"reddi2018, Algorithm 2"``.
    label
        The method's name as papers write it, for figures; the function's name by default.
    ranges
        Ranges of hyper-parameters that differ from the usual ones of their names (`convcheck.parameters.usual_range`).
    init
        For an array rule, the initial state at ``x``; such a rule runs on arrays only.
    query
        For a rule that asks for the gradient elsewhere than at x: ``query(x, *state, **hyper)`` returns that point.
    invariances
        Names from `convcheck.optimizers.invariances` that the card claims and the law-suite tests.

    Raises
    ------
    RuleError
        The rule is not of the form ``(x, g, t, *state, *, hyper-parameters) -> (x, *state)``, or leaves the vocabulary.
    ParameterError
        The default of a hyper-parameter is not a number in its range.
    """

    def decorate(rule: Rule) -> Optimizer:
        name = rule.__name__
        state, hyper = read_signature(rule, ("x", "g", "t"))
        known = {key: usual_range(key) for key in hyper} | dict(ranges or {})
        for claimed in invariances:
            if claimed not in INVARIANCES:
                raise UnknownNameError("invariance", claimed, INVARIANCES, where=f"on the card of {name}")
        made = Optimizer(rule, name, source, state, hyper, known, init, label or name, query, frozenset(invariances))
        made.check(hyper)
        if init is None:
            for slot, value in state.items():
                ANY.check(slot, value, owner=name)
            made.trace()  # a rule that leaves the vocabulary is refused here, where its author looks
        return made

    return decorate


def check_step(optimizer: Optimizer, result: object, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return the result of one step after checking that it is ``(x, *state)`` with ``x`` of this shape."""
    wanted = f"{optimizer.name} must return ({', '.join(['x', *optimizer.state])}) with x of shape {shape}"
    if not isinstance(result, tuple) or len(result) != 1 + len(optimizer.state):
        got = f"a tuple of {len(result)}" if isinstance(result, tuple) else type(result).__name__
        msg = f"{wanted}; it returned {got}"
        raise ShapeError(msg)
    if np.shape(result[0]) != shape:
        msg = f"{wanted}; it returned x of shape {np.shape(result[0])}"
        raise ShapeError(msg)
    return result
