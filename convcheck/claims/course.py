"""The course of an optimizer on a problem, for the evaluation of a theorem: points, gradients, states and losses.

In doubles it is a ``cc.run`` with every step recorded; in exact and ball arithmetic the same rule and problem are
followed for a few rounds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.claims.fields import Array, Certified, Doubles, Field, Mixed, exact
from convcheck.claims.instance import Instance
from convcheck.discovery import resolve
from convcheck.errors import AuditError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.draws import Given
from convcheck.problems.vectors import vector
from convcheck.simulate import streams
from convcheck.simulate.run import run

Components = tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Course:
    """What happened, by coordinate: ``x`` holds x_1, …, x_{T+1}, ``g`` g_1, …, g_T, and a state s_0, …, s_T."""

    field: Field
    optimizer: Optimizer
    problem: Problem
    T: int
    x: Components
    states: Mapping[str, Components]
    g: Components = ()

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.x)

    def loss(self, t: Array, y: Components) -> Array:
        """Return f_t(y)."""
        if self.problem.loss is None:
            products = [a * b for a, b in zip(self.gradient(t, y), y, strict=True)]
            return sum(products[1:], start=products[0])
        parts = self._call(self.problem.loss, t, y)
        return sum(parts[1:], start=parts[0])

    def gradient(self, t: Array, y: Components) -> Components:
        """Return what the oracle answers at y in round t."""
        return self._call(self.problem.gradient, t, y)

    def project(self, y: Components) -> Components:
        """Return the feasible point nearest to y."""
        if self.problem.project is None:
            return y
        return self._call(self.problem.project, None, y)

    def _call(self, function: Callable[..., Any], t: Array | None, y: Components) -> Components:
        """Call one of the problem's functions at times t ≥ 1 and points y, arrays that broadcast."""
        late = None if t is None else np.clip(t, 1, None)
        caller = self._doubles if isinstance(self.field, Doubles) else self._certified
        parts = caller(function, late, y)
        if t is None:
            return parts
        inside = (t >= 1) & (t <= self.T)
        return tuple(np.where(inside, part, self.field.missing) for part in parts)

    def _doubles(self, function: Callable[..., Any], t: Array | None, y: Components) -> Components:
        values, problem = self.problem.numeric, self.problem
        shape = np.broadcast_shapes(*(np.shape(part) for part in y), () if t is None else np.shape(t))

        def answer(point: Any, coordinate: int) -> Any:
            times = () if t is None else (t.astype(np.float64), *self._draws(t, coordinate))
            return problem.call(function, point, *times, **values)

        if not problem.coupled:
            return tuple(np.broadcast_to(answer(part, i), shape) for i, part in enumerate(y))
        found = answer(vector([np.broadcast_to(part, shape) for part in y]), 0)
        parts = found if isinstance(found, np.ndarray) and found.dtype == object else [found]
        return tuple(np.broadcast_to(np.asarray(part, dtype=np.float64), shape) for part in parts)

    def _certified(self, function: Callable[..., Any], t: Array | None, y: Components) -> Components:
        values = {name: Mixed.of(value) for name, value in self.problem.numeric.items()}
        arrays = np.broadcast_arrays(*y, *(() if t is None else (t,)))
        found: list[list[Any]] = []
        for entries in zip(*(part.ravel() for part in arrays), strict=True):
            point = [Mixed(entry) for entry in entries[: len(y)]]
            times = [] if t is None else [int(entries[-1])]

            def answer(at: Any, coordinate: int, times: list[int] = times) -> Any:
                drawn = [v for time in times for v in (Mixed.of(time), *self._draws(np.asarray(time), coordinate))]
                return self.problem.call(function, at, *drawn, **values)

            if self.problem.coupled:
                answered = answer(vector(point), 0)
                found.append(list(answered) if isinstance(answered, np.ndarray) else [answered])
            else:
                found.append([answer(entry, i) for i, entry in enumerate(point)])
        columns = list(zip(*([Mixed.of(part).raw for part in row] for row in found), strict=True))
        return tuple(_objects(column).reshape(arrays[0].shape) for column in columns)

    def _draws(self, t: Array, coordinate: int) -> tuple[Any, ...]:
        """Return the values of the problem's streams at times t, which are those of seed 0."""
        exactly = isinstance(self.field, Certified)

        def uniforms(name: str, k: int) -> Any:
            key = streams.keys((0,), f"{name}.{k}", coordinate + 1)[0, coordinate]
            drawn = streams.uniform(np.asarray(streams.splitmix64(key, t.astype(np.uint64))))  # type: ignore[arg-type]
            return Mixed(exact(Fraction(float(drawn)))) if exactly else drawn

        def given(name: str) -> Any:
            stream = self.problem.streams[name]
            entries = self.problem.parameters[stream.parameter] if isinstance(stream, Given) else None
            entries = entries if isinstance(entries, tuple) else (0.0,)
            return (
                Mixed.of(entries[(int(t) - 1) % len(entries)])
                if exactly
                else np.asarray(entries)[(t - 1) % len(entries)]
            )

        return self.problem.draws(uniforms, given)


def _objects(values: Sequence[Any]) -> Array:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def recorded(optimizer: Optimizer, instance: Instance) -> Course:
    """Return the course of a run in doubles, every step of it.

    Raises
    ------
    AuditError
        The optimizer sees all coordinates at once, or a hyper-parameter is an axis.
    """
    problem = _problem(optimizer, instance)
    made = run(optimizer, problem, instance.T, x0=instance.x0, record=instance.T, **instance.hyper)
    if made.axes:
        raise AuditError(f"an audit is one run, but {', '.join(made.axes)} is an axis: give one number")
    x = tuple(made.x[0].T)
    states = {name: tuple(values[0].T) for name, values in made.state.items()}
    return _with_gradients(Course(Doubles(), optimizer, problem, instance.T, x, states))


def certified(optimizer: Optimizer, instance: Instance) -> Course:
    """Return the course of the same run, for a few rounds, in exact and ball arithmetic."""
    problem = _problem(optimizer, instance)
    start = problem.x0 if instance.x0 is None else np.atleast_1d(np.asarray(instance.x0, dtype=float))
    points = [[Mixed.of(float(z)) for z in start]]
    slots = [[tuple(Mixed.of(value) for value in optimizer.state.values()) for _ in start]]
    blank = Course(Certified(), optimizer, problem, instance.certified, tuple(_objects([0]) for _ in start), {})
    settings = {**optimizer.hyperparameters, **instance.hyper}
    for t in range(1, instance.certified + 1):
        time = Mixed.of(t)
        hyper = {name: Mixed.of(value(time) if callable(value) else value) for name, value in settings.items()}
        at = tuple(_objects([z.raw]) for z in points[-1])
        answered = [Mixed(part[0]) for part in blank.gradient(np.asarray([t]), at)]
        moved = [optimizer(z, g, time, *s, **hyper) for z, g, s in zip(points[-1], answered, slots[-1], strict=True)]
        raw = tuple(_objects([Mixed.of(z).raw]) for z, *_ in moved)
        points.append([Mixed(part[0]) for part in blank.project(raw)])
        slots.append([tuple(Mixed.of(value) for value in rest) for _, *rest in moved])
    x = tuple(_objects([point[i].raw for point in points]) for i in range(len(start)))
    states = {
        name: tuple(_objects([slot[i][k].raw for slot in slots]) for i in range(len(start)))
        for k, name in enumerate(optimizer.state)
    }
    return _with_gradients(Course(Certified(), optimizer, problem, instance.certified, x, states))


def _with_gradients(course: Course) -> Course:
    answers = course.gradient(np.arange(1, course.T + 1), tuple(part[:-1] for part in course.x))
    return replace(course, g=answers)


def _problem(optimizer: Optimizer, instance: Instance) -> Problem:
    problem: Problem = resolve("problem", instance.problem)
    if optimizer.kind == "array":
        raise AuditError(f"{optimizer.name} is an array rule; only rules of one coordinate are audited")
    return problem.with_parameters(**instance.parameters)
