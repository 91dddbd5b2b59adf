"""The course of an optimizer on a problem, for the evaluation of a theorem: points, gradients, states and losses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as of
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from convcheck.claims.fields import Array, Certified, Doubles, Field, Mixed, exact
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.draws import Given
from convcheck.problems.vectors import vector
from convcheck.simulate import streams

Components = tuple[Array, ...]


@dataclass(frozen=True)
class Noise:
    """What can happen in a round: the uniform numbers that are drawn take some values each, all equally likely."""

    drawn: tuple[tuple[int, str, int], ...]
    """Coordinate, stream and which one of the numbers that the stream takes."""
    values: int

    @property
    def base(self) -> int:
        """The number of outcomes of a round."""
        return int(self.values ** len(self.drawn))

    def uniform(self, outcome: Any, drawn: tuple[int, str, int]) -> tuple[Any, int]:
        """Return a uniform number in an outcome of a round, as numerator and denominator."""
        digit = outcome // self.values ** self.drawn.index(drawn) % self.values
        return 2 * digit + 1, 2 * self.values


@dataclass(frozen=True, eq=False)
class Course:
    """What happened, by coordinate: ``x`` holds x_1, …, x_{T+1}, ``g`` g_1, …, g_T, and a state s_0, …, s_T.

    ``asked`` holds y_1, …, y_T, at which the gradients were asked: x_1, …, x_T unless the rule declares a query.
    Arrays have the shape (rounds, outcomes).  An outcome is a number of T digits, one for each round, the first round's
    leading: so outcomes that agree up to a round follow one another.
    """

    field: Field
    optimizer: Optimizer
    problem: Problem
    T: int
    x0: tuple[float, ...]
    noise: Noise | None = None
    x: Components = ()
    states: Mapping[str, Components] = of(default_factory=dict)
    g: Components = ()
    asked: Components = ()
    seed: int = 0
    """That of the streams, where not all outcomes are followed."""

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.x0)

    @cached_property
    def base(self) -> int:
        """The number of outcomes of a round."""
        return 1 if self.noise is None else self.noise.base

    @property
    def outcomes(self) -> int:
        """The number of outcomes."""
        return int(self.base**self.T)

    def digit(self, outcome: Any, t: int) -> Any:
        """Return what happens in round t in an outcome."""
        return outcome // self.base ** (self.T - t) % self.base

    @cached_property
    def _entries(self) -> dict[str, Array]:
        """The sequences that are given, by stream; one that the problem's words leave out is a zero."""
        streams_ = self.problem.streams.items()
        given = {name: self.problem.parameters[s.parameter] for name, s in streams_ if isinstance(s, Given)}
        return {name: np.asarray(entries if isinstance(entries, tuple) else (0.0,)) for name, entries in given.items()}

    # ---- the problem's functions

    def loss(self, t: Array, y: Components) -> Array:
        """Return f_t(y), the mean over what can happen in a round."""
        return self._mean(lambda outcome: (self._loss(t, y, outcome),))[0]

    def _loss(self, t: Array, y: Components, outcome: Array | None) -> Array:
        if self.problem.loss is None:  # linear, with the slopes that were answered: an adversary's depend on the point
            slopes = self._answered(t) if self.noise is None and self.g else self.answer(t, y, outcome)
            products = [a * b for a, b in zip(slopes, y, strict=True)]
            return sum(products[1:], start=products[0])
        parts = self._call(self.problem.loss, t, y, outcome)
        return sum(parts[1:], start=parts[0])

    def _answered(self, t: Array) -> Components:
        """Return g_t."""
        inside, place = (t >= 1) & (t <= self.T), np.clip(t - 1, 0, self.T - 1)
        return tuple(np.where(inside, part[place, 0], self.field.missing) for part in self.g)

    def gradient(self, t: Array, y: Components) -> Components:
        """Return what the oracle answers at y in round t, the mean over what can happen."""
        return self._mean(lambda outcome: self.answer(t, y, outcome))

    def answer(self, t: Array, y: Components, outcome: Array | None = None) -> Components:
        """Return what the oracle answers at y in round t, for outcomes of the round."""
        return self._call(self.problem.gradient, t, y, outcome)

    def project(self, y: Components) -> Components:
        """Return the feasible point nearest to y."""
        return y if self.problem.project is None else self._call(self.problem.project, None, y, None)

    def _mean(self, value: Callable[[Array | None], Components]) -> Components:
        if self.noise is None:
            return value(None)
        found = [value(np.asarray(outcome)) for outcome in range(self.base)]
        share = self.field.lift(Fraction(1, self.base))
        return tuple(share * sum(parts[1:], start=parts[0]) for parts in zip(*found, strict=True))

    def _call(self, function: Callable[..., Any], t: Array | None, y: Components, outcome: Array | None) -> Components:
        """Call one of the problem's functions at times t ≥ 1, points y and outcomes, arrays that broadcast."""
        late = None if t is None else np.clip(t, 1, None)
        caller = self._doubles if isinstance(self.field, Doubles) else self._certified
        parts = caller(function, late, y, outcome)
        if t is None:
            return parts
        inside = (t >= 1) & (t <= self.T)
        return tuple(np.where(inside, part, self.field.missing) for part in parts)

    def _doubles(
        self, function: Callable[..., Any], t: Array | None, y: Components, outcome: Array | None
    ) -> Components:
        values, problem = self.problem.numeric, self.problem
        shape = np.broadcast_shapes(*(np.shape(part) for part in (*y, t, outcome) if part is not None))

        def answer(point: Any, coordinate: int) -> Any:
            times = () if t is None else (t.astype(np.float64), *self._draws(t, coordinate, outcome))
            return problem.call(function, point, *times, **values)

        if not problem.coupled:
            return tuple(np.broadcast_to(answer(part, i), shape) for i, part in enumerate(y))
        found = answer(vector([np.broadcast_to(part, shape) for part in y]), 0)
        parts = found if isinstance(found, np.ndarray) and found.dtype == object else [found]
        return tuple(np.broadcast_to(np.asarray(part, dtype=np.float64), shape) for part in parts)

    def _certified(
        self, function: Callable[..., Any], t: Array | None, y: Components, outcome: Array | None
    ) -> Components:
        parameters = self.problem.parameters  # as they were given, fractions among them
        values = {name: Mixed.of(parameters[name]) for name in self.problem.numeric}
        given = [np.asarray(0) if part is None else part for part in (t, outcome)]
        arrays = np.broadcast_arrays(*y, *given)
        found: list[list[Any]] = []
        for *entries, time, happened in zip(*(part.ravel() for part in arrays), strict=True):
            point = [Mixed(entry) for entry in entries]

            def answer(at: Any, coordinate: int, time: int = int(time), happened: int = int(happened)) -> Any:
                drawn = self._draws(np.asarray(time), coordinate, None if outcome is None else happened)
                times = () if t is None else (Mixed.of(time), *drawn)
                return self.problem.call(function, at, *times, **values)

            if self.problem.coupled:
                answered = answer(vector(point), 0)
                found.append(list(answered) if isinstance(answered, np.ndarray) else [answered])
            else:
                found.append([answer(entry, i) for i, entry in enumerate(point)])
        columns = list(zip(*([Mixed.of(part).raw for part in row] for row in found), strict=True))
        return tuple(objects(column).reshape(arrays[0].shape) for column in columns)

    def _draws(self, t: Array, coordinate: int, outcome: Any) -> tuple[Any, ...]:
        """Return the values of the problem's streams at times t: in outcomes of a round, or those of the seed."""
        exactly = isinstance(self.field, Certified)

        def uniforms(name: str, k: int) -> Any:
            if self.noise is not None:
                top, bottom = self.noise.uniform(0 if outcome is None else outcome, (coordinate, name, k))
                return Mixed.of(Fraction(int(top), bottom)) if exactly else top / bottom
            key = streams.keys((self.seed,), f"{name}.{k}", coordinate + 1)[0, coordinate]
            drawn = streams.uniform(np.asarray(streams.splitmix64(key, t.astype(np.uint64))))  # type: ignore[arg-type]
            return Mixed(exact(Fraction(float(drawn)))) if exactly else drawn

        def given(name: str) -> Any:
            entries = self._entries[name]
            return Mixed.of(entries[(int(t) - 1) % len(entries)].item()) if exactly else entries[(t - 1) % len(entries)]

        return self.problem.draws(uniforms, given)


def objects(values: Sequence[Any]) -> Array:
    """Return an array of these objects."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made
