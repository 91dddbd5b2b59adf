"""Following an optimizer on a problem, so that a theorem can be evaluated on the course that it takes.

In doubles a course is a ``cc.run`` with every step recorded; in exact and ball arithmetic the same rule and problem are
followed for a few rounds.  A game with random gradients is followed on every outcome of its rounds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convcheck.claims.course import Course, Noise, objects
from convcheck.claims.fields import Array, Certified, Doubles, Field, Mixed
from convcheck.claims.instance import Instance
from convcheck.discovery import resolve
from convcheck.errors import AuditError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.draws import Draw
from convcheck.simulate.grid import make_grid
from convcheck.simulate.run import run

if TYPE_CHECKING:
    from convcheck.problems.base import Problem

OUTCOMES = 4096
"""The largest number of outcomes that are followed."""


def recorded(optimizer: Optimizer, instance: Instance, T: int, *, random: bool, seed: int = 0) -> Course:
    """Return the course of T rounds in doubles, every step of it; a random one on all outcomes, else that of a seed.

    Raises
    ------
    AuditError
        The optimizer is no plain rule of one coordinate, a hyper-parameter is an axis, or there are too many outcomes.
    """
    blank = replace(_blank(Doubles(), optimizer, instance, T, random=random), seed=seed)
    if random:
        return _followed(blank, instance, _ARRAYS)
    made = run(optimizer, blank.problem, T, x0=instance.x0, seeds=[seed], record=T, **instance.hyper)
    if made.axes:
        raise AuditError(f"an audit is one run, but {', '.join(made.axes)} is an axis: give one number")
    x = tuple(column[:, None] for column in made.x[0].T)
    states = {name: tuple(column[:, None] for column in values[0].T) for name, values in made.state.items()}
    before = zip(*(tuple(column[:-1] for column in columns) for columns in (x, *states.values())), strict=True)
    hyper = _hyper(optimizer, instance, T)
    asked = tuple(optimizer.asks(z, *slots, **hyper) for z, *slots in before)
    course = replace(blank, x=x, states=states, asked=asked)
    return replace(course, g=course.answer(np.arange(1, T + 1)[:, None], asked))


def _hyper(optimizer: Optimizer, instance: Instance, T: int) -> dict[str, Any]:
    """Return the hyper-parameters, schedules as columns of their values in the rounds 1, …, T."""
    grid = make_grid(optimizer, instance.hyper, T)
    constants = {name: column[0] for name, column in grid.constants.items()}
    return constants | {name: line.values(0, T) for name, line in grid.timelines.items()}


def certified(optimizer: Optimizer, instance: Instance, *, random: bool) -> Course:
    """Return the course of the same run, for a few rounds, in exact and ball arithmetic."""
    return _followed(_blank(Certified(), optimizer, instance, instance.certified, random=random), instance, _NUMBERS)


def rounds_with(outcomes: int, optimizer: Optimizer, instance: Instance) -> int:
    """Return how many rounds of a random game have at most this many outcomes, at least one."""
    base = _blank(Doubles(), optimizer, instance, 1, random=True).base
    return next(T for T in range(instance.T, 0, -1) if base**T <= outcomes or T == 1)


def _blank(field: Field, optimizer: Optimizer, instance: Instance, T: int, *, random: bool) -> Course:
    """Return a course on which nothing has happened yet."""
    problem: Problem = resolve("problem", instance.problem)
    problem = problem.with_parameters(**instance.parameters)
    if optimizer.kind == "array" or optimizer.streams:
        raise AuditError(f"{optimizer.name} is not audited: only rules of one coordinate that draw nothing are")
    start = problem.x0 if instance.x0 is None else np.atleast_1d(np.asarray(instance.x0, dtype=float))
    coordinates = 1 if problem.coupled else len(start)
    streams = [(name, stream.uniforms) for name, stream in problem.streams.items() if isinstance(stream, Draw)]
    drawn = [(i, name, k) for i in range(coordinates) for name, uniforms in streams for k in range(uniforms)]
    course = Course(
        field, optimizer, problem, T, tuple(start), Noise(tuple(drawn), instance.outcomes) if random else None
    )
    if course.outcomes > OUTCOMES:
        raise AuditError(
            f"{T} rounds have {course.outcomes} outcomes; take fewer, so that there are at most {OUTCOMES}"
        )
    return course


@dataclass(frozen=True)
class _Arithmetic:
    """How a rule is run: on arrays with all outcomes at once, or on one number for each."""

    number: Callable[[Any], Any]
    array: Callable[[Any], Array]
    """A number, as an array for a problem's functions."""
    entry: Callable[[Array], Any]
    """The number in such an array."""


_ARRAYS = _Arithmetic(np.float64, np.atleast_1d, lambda part: part)
_NUMBERS = _Arithmetic(Mixed.of, lambda z: objects([Mixed.of(z).raw]), lambda part: Mixed(part[0]))


def _followed(course: Course, instance: Instance, arithmetic: _Arithmetic) -> Course:
    """Follow the rule and the problem, on all outcomes at once in doubles and one by one otherwise."""
    every = np.arange(course.outcomes)
    settings = {**course.optimizer.hyperparameters, **instance.hyper}
    parts = [every] if arithmetic is _ARRAYS else [every[k : k + 1] for k in range(len(every))]
    tracks = [_track(course, settings, arithmetic, part) for part in parts]
    x, asked, g, *states = (_joined(histories) for histories in zip(*tracks, strict=True))
    return replace(course, x=x, asked=asked, g=g, states=dict(zip(course.optimizer.state, states, strict=True)))


def _track(course: Course, settings: Mapping[str, Any], arithmetic: _Arithmetic, outcomes: Array) -> list[list[Array]]:
    """Return the histories of points, queries, gradients and states on some outcomes, by coordinate."""
    number, array = arithmetic.number, arithmetic.array
    points = [[number(float(z)) for z in course.x0]]
    slots = [[[number(value) for _ in course.x0]] for value in course.optimizer.state.values()]
    queries: list[list[Any]] = []
    answers: list[list[Any]] = []
    for t in range(1, course.T + 1):
        hyper = {name: number(v(number(t)) if callable(v) else v) for name, v in settings.items()}
        happened = None if course.noise is None else course.digit(outcomes, t)
        before = zip(points[-1], *(history[-1] for history in slots), strict=True)
        queries.append([course.optimizer.asks(z, *own, **hyper) for z, *own in before])
        answered = course.answer(np.asarray([t]), tuple(map(array, queries[-1])), happened)
        answers.append([arithmetic.entry(part) for part in answered])
        now = zip(points[-1], answers[-1], *(history[-1] for history in slots), strict=True)
        moved = [course.optimizer(z, g, number(t), *own, **hyper) for z, g, *own in now]
        projected = course.project(tuple(array(z) for z, *_ in moved))
        points.append([arithmetic.entry(part) for part in projected])
        for k, history in enumerate(slots, 1):
            history.append([number(values[k]) if arithmetic is _NUMBERS else values[k] for values in moved])
    return [_columns(history, arithmetic, len(outcomes)) for history in (points, queries, answers, *slots)]


def _columns(history: Sequence[Sequence[Any]], arithmetic: _Arithmetic, outcomes: int) -> list[Array]:
    """Return what happened as arrays of shape (rounds, outcomes), one for each coordinate."""
    rows = ([np.broadcast_to(arithmetic.array(value), (outcomes,)) for value in row] for row in history)
    return [np.stack(column) for column in zip(*rows, strict=True)]


def _joined(parts: Sequence[Sequence[Array]]) -> tuple[Array, ...]:
    """Put the histories on several outcomes side by side."""
    return tuple(np.concatenate(columns, axis=1) for columns in zip(*parts, strict=True))
