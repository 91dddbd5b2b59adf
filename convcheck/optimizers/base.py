"""What an optimizer is: one function ``(x, g, t, *state, *, hyper-parameters) -> (x, *state)``.

State slots are the arguments after ``t`` and their defaults the initial values; hyper-parameters are keyword-only.  The
function is written in NumPy's words, so that arrays, the tape of the native kernels, SymPy, fractions, balls and
intervals all run the same lines.  Projection belongs to the problem, schedules to the caller.

Three things a rule may declare besides.  ``init(x)``: its initial state; it is then an array rule, which sees whole
points.  ``query(x, *state)``: where the gradient is asked, if that is not at x; for an array rule these may be the
points of several workers, shape (M, d), each of which sees randomness of its own, and ``g`` has that shape, too.  And
random numbers of its own, one for each coordinate and step: arguments after the state with a draw as default.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from convcheck.arithmetic.number import Number
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tracing import trace_query, trace_rule
from convcheck.draws import Draw
from convcheck.errors import RuleError, ShapeError, UnknownNameError
from convcheck.optimizers.invariances import INVARIANCES
from convcheck.parameters import ANY, Range, usual_range
from convcheck.signatures import keywords, positional, read_signature, refuse_in_place

if TYPE_CHECKING:
    import sympy as sp

Rule = Callable[..., tuple[Any, ...]]
RESERVED = frozenset(
    {"opt", "problem", "T", "x0", "seeds", "record", "executor", "generator", "gradients", "seed", "bound"}
)
"""Arguments of `cc.run`, `cc.replay` and `cc.check_bound`, which stand beside the hyper-parameters."""


def ratio(a: Any, b: Any) -> Any:
    """Return a / b, and 0 where b is not positive: the convention 0/0 = 0 of coordinates that have seen no gradient.

    ``b`` is a root or a norm, hence never negative; then ``a`` is zero wherever ``b`` is.  A NaN in ``b`` is no case of
    b <= 0, so it is not hidden.
    """
    return np.where(b <= 0, 0, a / np.where(b <= 0, 1, b))


@dataclass(frozen=True)
class Optimizer:
    """An update rule with its name, source, state slots (initial values) and hyper-parameters (defaults, ranges).

    Calling it runs the rule: ``optimizer(x, g, t, *state, *draws, **hyper)`` returns ``(x, *state)``.
    """

    rule: Rule
    name: str
    source: str
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    ranges: Mapping[str, Range] = field(repr=False)
    init: Callable[..., tuple[Any, ...]] | None = field(default=None, repr=False)
    label: str = field(default="", repr=False)
    """The method's name as papers write it, for figures."""
    query: Callable[..., Any] | None = field(default=None, repr=False)
    """``query(x, *state, **hyper)``: where the gradient is asked, if that is not at ``x``; see `asks`."""
    invariances: frozenset[str] = field(default=frozenset(), repr=False)
    """What the card claims of the rule, in the words of `convcheck.optimizers.invariances`."""
    streams: Mapping[str, Draw] = field(default_factory=dict, repr=False)
    """The random numbers that the rule itself takes."""
    layers: str | None = field(default=None, repr=False)
    """On a problem with layers, an array rule runs on ``each``, or sees ``all`` at once; None if it does not care."""

    def __call__(self, x: Any, g: Any, t: Any, *state: Any, **hyper: Any) -> tuple[Any, ...]:
        """Run the rule once; the values of its draws, if it takes any, follow the state.

        If one argument is a number of some arithmetic, plain numbers among the others, and the defaults, are lifted to
        it beforehand: in ``1 - beta2`` and ``sqrt(t)`` they would be rounded to doubles.

        Raises
        ------
        RuleError
            The values of the draws are missing.
        """
        if self.streams and len(state) != len(self.state) + len(self.streams):
            msg = f"{self.name} is random: after its state it needs the values of its draws, {', '.join(self.streams)}"
            raise RuleError(msg)
        lift = _arithmetic(x, g, t, *state, *hyper.values())
        if lift is None:
            return self.rule(x, g, t, *state, **hyper)
        slots = (*state, *list(self.state.values())[len(state) :])
        settings = {name: lift(value) for name, value in {**self.hyperparameters, **hyper}.items()}
        return self.rule(*(lift(value) for value in (x, g, t, *slots)), **settings)

    def asks(self, x: Any, *state: Any, **hyper: Any) -> Any:
        """Return where the gradient of the next step is asked: at ``x``, or at the points that ``query`` names.

        Arguments are those of the step without g, t and draws.  An array rule may ask at several points, shape (M, d).
        """
        if self.query is None:
            return x
        settings = {**self.hyperparameters, **hyper}
        lift = _arithmetic(x, *state, *hyper.values()) or (lambda value: value)
        return self.query(*map(lift, (x, *state)), **{name: lift(settings[name]) for name in keywords(self.query)})

    def draws(self, uniforms: Callable[[str, int], Any]) -> tuple[Any, ...]:
        """Return the values of the rule's draws, in order; ``uniforms`` gives the k-th uniform number of a stream."""
        return tuple(
            draw.transform(*(uniforms(name, k) for k in range(draw.uniforms))) for name, draw in self.streams.items()
        )

    @property
    def kind(self) -> str:
        """``elementwise``: one coordinate at a time, in every arithmetic; ``array``: on arrays, from ``init(x)`` on."""
        return "elementwise" if self.init is None else "array"

    @property
    def card(self) -> str:
        """The rule's documentation."""
        return self.rule.__doc__ or ""

    @property
    def shaping(self) -> tuple[str, ...]:
        """The hyper-parameters that ``init`` takes, such as a number of workers: each is one number in a run."""
        return () if self.init is None else keywords(self.init)

    def initial_state(self, x: Any, *layers: Any, **hyper: Any) -> tuple[Any, ...]:
        """Return the state before the first step at the array ``x``; a rule for all layers is given these, too.

        Raises
        ------
        RuleError
            The ``init`` of an array rule does not return a tuple with a value for each slot.
        """
        if self.init is not None:
            settings = {**self.hyperparameters, **hyper}
            slots: Any = self.init(x, *layers, **{name: settings[name] for name in self.shaping})
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
        """Return the rule as straight-line code, with inputs x, g, t, the slots, the draws and the hyper-parameters.

        Raises
        ------
        RuleError
            The rule is not written in the closed vocabulary, or returns the wrong state; or it is an array rule.
        """
        if self.kind == "array":
            msg = f"{self.name} is an array rule: it sees whole points, and has no straight-line program"
            raise RuleError(msg)
        inputs = ("x", "g", "t", *self.state, *self.streams)
        return trace_rule(self.name, self.rule, inputs, tuple(self.hyperparameters), ("x", *self.state))

    @cached_property
    def program(self) -> Program:
        """The rule as straight-line code (see `trace`)."""
        return self.trace()

    @cached_property
    def query_program(self) -> Program | None:
        """Where the gradient is asked, as straight-line code with inputs x, the slots and hyper-parameters."""
        if self.query is None:
            return None
        return trace_query(self.name, self.query, ("x", *self.state), keywords(self.query))

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

    def _repr_latex_(self) -> str | None:
        return None if self.kind == "array" else f"$$\n{self.latex}\n$$"


def optimizer(
    *,
    source: str,
    label: str = "",
    ranges: Mapping[str, Range] | None = None,
    init: Callable[..., tuple[Any, ...]] | None = None,
    layers: Literal["each", "all"] | None = None,
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
        For an array rule, the initial state at ``x``; such a rule runs on arrays only.  Hyper-parameters on which
        shapes depend, such as a number of workers, are its keyword-only arguments.
    layers
        For an array rule, what it makes of a problem whose point is a sequence of matrices, the layers of a network.
        ``each``: x is one matrix, and the rule runs on each by itself; elsewhere it runs on the whole point.  ``all``:
        x is the tuple of the matrices, g a pass through the network (`convcheck.problems.networks.Pass`), a slot may be
        a tuple of arrays, and ``init(x, layers)`` sees the layers; elsewhere it does not run.  By default the rule runs
        on the whole point everywhere.
    query
        For a rule that asks for the gradient elsewhere than at x: ``query(x, *state)``, with the hyper-parameters it
        needs as keyword-only arguments, returns that point, or for an array rule the points of its workers.
    invariances
        Names from `convcheck.optimizers.invariances` that the card claims and the law-suite tests.

    Raises
    ------
    RuleError
        The rule is not of the form ``(x, g, t, *state, *draws, *, hyper-parameters) -> (x, *state)``, or it or its
        query leaves the vocabulary.
    ParameterError
        The default of a hyper-parameter is not a number in its range.
    """

    def decorate(rule: Rule) -> Optimizer:
        name = rule.__name__
        slots, hyper = read_signature(rule, ("x", "g", "t"))
        streams = {slot: value for slot, value in slots.items() if isinstance(value, Draw)}
        state = {slot: value for slot, value in slots.items() if slot not in streams}
        if [*slots] != [*state, *streams]:
            msg = f"{name}: the draws ({', '.join(streams)}) must be arguments after the state ({', '.join(state)})"
            raise RuleError(msg)
        _check_companion(f"init of {name}", init, ("x", "layers") if layers == "all" else ("x",), hyper)
        _check_companion(f"query of {name}", query, ("x", *state), hyper)
        if taken := sorted(RESERVED & hyper.keys()):
            msg = f"{name}: {taken[0]} is a word of cc.run, not of a rule; give the hyper-parameter another name"
            raise RuleError(msg)
        known = {key: usual_range(key) for key in hyper} | dict(ranges or {})
        for claimed in invariances:
            if claimed not in INVARIANCES:
                raise UnknownNameError("invariance", claimed, INVARIANCES, where=f"on the card of {name}")
        promised = frozenset(invariances)
        made = Optimizer(rule, name, source, state, hyper, known, init, label or name, query, promised, streams, layers)
        made.check(hyper)
        if init is None:
            for slot, value in state.items():
                ANY.check(slot, value, owner=name)
            made.trace()  # a rule that leaves the vocabulary is refused here, where its author looks
            made.query_program  # noqa: B018  # and so is its query
        return made

    return decorate


def _check_companion(
    what: str, function: Callable[..., Any] | None, wanted: tuple[str, ...], hyper: Mapping[str, Any]
) -> None:
    """Raise RuleError unless ``init`` or ``query`` takes the arguments it will be given."""
    if function is None:
        return
    refuse_in_place(function, what)
    if len(positional(function)) != len(wanted) or not hyper.keys() >= {*keywords(function)}:
        msg = f"the {what} must begin ({', '.join(wanted)}) and take no keywords but hyper-parameters"
        raise RuleError(msg)


def _arithmetic(*values: Any) -> Callable[[Any], Any] | None:
    """Return what lifts plain numbers to the arithmetic of the first of ``values`` that is a number of one."""
    return next((type(value).of for value in values if isinstance(value, Number)), None)


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
