"""The hypotheses of the drift lemma on the rule and on the problem, checked on their own lines.

The rule: the new x is x plus lr times a displacement in which neither x nor lr occurs, and the new state depends on
neither.  The problem: its gradients do not depend on x, are not random, and repeat.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Any

from convcheck.arithmetic.number import COMPARISONS, as_decimal
from convcheck.arithmetic.program import Program, is_literal
from convcheck.arithmetic.tape import Recorder
from convcheck.drift.form import FormError, forms
from convcheck.errors import DriftNotApplicableError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.draws import Draw, Given

_FORM = "its rule is not x + lr * u(state, g)"


def check_rule(optimizer: Optimizer, hyper: Mapping[str, Fraction]) -> tuple[Fraction | None, ...]:
    """Check that the rule, at these hyper-parameters, is x + lr · u(state, g, t) with a state free of x and lr.

    Returns the slots that have a constant value after every step, and None for the others.

    Raises
    ------
    DriftNotApplicableError
        Says which hypothesis fails.
    """
    if optimizer.kind == "array":
        raise _refusal(optimizer.name, "it is an array rule, and the drift is that of one coordinate")
    if optimizer.streams:
        raise _refusal(optimizer.name, "its steps are random")
    if "lr" not in optimizer.hyperparameters:
        raise _refusal(optimizer.name, "it has no step size lr")
    try:
        x, *state = forms(optimizer.program, "x", hyper, scale="lr")
    except FormError as error:
        raise _refusal(optimizer.name, f"{_FORM}: {error}") from error
    if x.slope != 1:
        raise _refusal(optimizer.name, f"{_FORM}: the new x holds {x.slope} times the old one")
    if not x.has_degree(1):
        raise _refusal(optimizer.name, f"{_FORM}: lr does not multiply the whole displacement")
    for name, slot in zip(optimizer.state, state, strict=True):
        for culprit, occurs in (("x", slot.slope != 0), ("lr", not slot.has_degree(0))):
            if occurs:
                raise _refusal(optimizer.name, f"its state must not depend on x or lr, but {name} depends on {culprit}")
    return tuple(slot.exact for slot in state)


def last_change(optimizer: Optimizer, hyper: Mapping[str, Fraction]) -> Fraction | None:
    """Return the round after which the rule no longer changes with t, if t is only ever compared with numbers.

    0 where t is not used at all; None where it is used otherwise.
    """
    program, found = optimizer.program, Fraction(0)
    needed = program.needed()
    for k, line in enumerate(program.lines):
        if f"%{k}" in needed and "t" in line.args:
            limits = [Fraction(a) if is_literal(a) else hyper.get(a) for a in line.args if a != "t"]
            if line.operation not in COMPARISONS or limits[0] is None:
                return None
            found = max(found, limits[0])
    return None if "t" in program.outputs else found


def check_problem(problem: Problem) -> int:
    """Return the period after checking that the gradients do not depend on x, are not random, and repeat.

    Raises
    ------
    DriftNotApplicableError
        Says which hypothesis fails.
    """
    if problem.coupled:
        raise _refusal(problem.name, "its coordinates are coupled, and the drift is that of one coordinate")
    values = numbers(problem)
    program = _gradient(problem, values)
    streams = [name for name in problem.streams if _stream(name) in program.needed()]
    if random := [name for name in streams if isinstance(problem.streams[name], Draw)]:
        raise _refusal(problem.name, f"its gradients are random ({random[0]}), so they do not repeat")
    period = _period(problem)
    for name in streams:
        if period % (length := len(entries(problem, name))):
            raise _refusal(problem.name, f"its sequence {name} has {length} entries and does not repeat after {period}")
    for variable, allowed in (("x", None), ("t", period)):
        try:
            (answer,) = forms(program, variable, values, period=allowed)
        except FormError as error:
            why = "depend on x" if variable == "x" else f"are not seen to repeat after {period} rounds"
            raise _refusal(problem.name, f"its gradients {why}: {error}") from error
        if answer.slope != 0:
            raise _refusal(problem.name, f"its gradients change with {variable}, by {answer.slope} times {variable}")
    return period


def is_clip(problem: Problem) -> bool:
    """Tell whether the projection clips to a bounded interval.

    It does if x goes through maxima and minima only: in one variable these compose to max(low, min(x, high)).
    """
    low, high = problem.ends
    if problem.project is None or not -inf < low < high < inf:
        return False
    values = numbers(problem)
    recorder = Recorder(("x", *values))
    named = {name: recorder.number(name) for name in values}
    program = recorder.program([problem.call(problem.project, recorder.number("x"), **named)])
    moving = {"x"}
    for k, line in enumerate(program.lines):
        if not moving.isdisjoint(line.args):
            moving.add(f"%{k}")
            if line.operation not in {"maximum", "minimum"}:
                return False
    return True


def numbers(problem: Problem) -> dict[str, Fraction]:
    """Return the problem's parameters that are numbers, each as the decimal that it was written as."""
    return {name: as_decimal(problem.parameters[name]) for name in problem.numeric}


def entries(problem: Problem, stream: str) -> tuple[Any, ...]:
    """Return the sequence that a stream reads, one entry a round; a zero for a stream that the gradients do not use."""
    source = problem.streams[stream]
    given = problem.parameters[source.parameter] if isinstance(source, Given) else None
    return given if isinstance(given, tuple) and given else (0,)


def _period(problem: Problem) -> int:
    stated = None if problem.period is None else problem.call(problem.period)
    if stated is None:
        raise _refusal(problem.name, "it does not say after how many rounds its losses repeat")
    if (length := as_decimal(stated)) < 1 or length.denominator != 1:
        raise _refusal(problem.name, f"its period {stated} is not a positive integer")
    return int(length)


def _stream(name: str) -> str:
    return f"stream {name}"


def _gradient(problem: Problem, values: Mapping[str, Fraction]) -> Program:
    leading = ("x", "t", *map(_stream, problem.streams))
    recorder = Recorder((*leading, *values))
    answer = problem.call(
        problem.gradient, *map(recorder.number, leading), **{name: recorder.number(name) for name in values}
    )
    return recorder.program([answer])


def _refusal(name: str, why: str) -> DriftNotApplicableError:
    return DriftNotApplicableError(f"the drift of {name} cannot be certified: {why}")
