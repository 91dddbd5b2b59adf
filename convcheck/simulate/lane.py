"""One step of one lane: a rule and a problem traced into one program.

A lane is one coordinate of a separable problem, or the whole point of a coupled one, at one setting of the grid and
one seed.  Its *carried* values go from step to step; everything else that the step reads is an input.  With interval
numbers instead of tape numbers the same construction gives the rigorous kernel: every carried value is then a pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from convcheck.arithmetic.interval import Interval
from convcheck.arithmetic.number import Number
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.draws import Draw
from convcheck.errors import RuleError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.problems.draws import Given
from convcheck.problems.vectors import vector


class Uniform(NamedTuple):
    """The k-th uniform number of a stream; a rule's own streams have one for each coordinate of a lane."""

    stream: str
    k: int
    coordinate: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """The program of one step, and what its inputs are.

    ``carried`` are inputs and, in this order, the program's outputs; ``constants`` hold still during a run;
    ``uniforms`` are drawn; ``given`` are streams read from sequences.  ``time`` is the step.
    """

    program: Program
    carried: tuple[str, ...]
    constants: tuple[str, ...]
    uniforms: tuple[Uniform, ...]
    given: tuple[str, ...]
    dimension: int


def hyper(name: str) -> str:
    """Return the input that carries a hyper-parameter."""
    return f"h_{name}"


def parameter(name: str) -> str:
    """Return the input that carries a problem parameter."""
    return f"p_{name}"


def uniform(stream: str, k: int, coordinate: int = 0) -> str:
    """Return the input that carries a uniform number."""
    return f"u_{stream}_{k}_{coordinate}" if coordinate else f"u_{stream}_{k}"


def own(stream: str) -> str:
    """Return the name of a rule's own stream; it begins with a digit, as no stream of a problem does."""
    return f"0{stream}"


def given(stream: str) -> str:
    """Return the input that carries an entry of a sequence."""
    return f"q_{stream}"


def meaning(carried: str) -> str:
    """Return what a carried value is, for messages."""
    if carried.startswith("s_"):
        return f"state slot {carried[2:].rpartition('_')[0]}"
    kinds = {"x": "iterate", "g": "sum of the gradients", "health": "gradient"}
    return kinds.get(carried.partition("_")[0], carried)


def trace(optimizer: Optimizer, problem: Problem, dimension: int, *, rigorous: bool = False) -> Lane:
    """Trace one step of ``optimizer`` on ``problem``; ``dimension`` is 1 for separable problems.

    Carried, in this order: the coordinates ``x_i``, the slots ``s_NAME_i``, the cumulative ``loss``, the sums of the
    gradients ``g_i`` and, on floats, ``health``: 0 while all gradients are finite, NaN from the first that is not.

    Raises
    ------
    RuleError
        A function of the problem leaves the vocabulary, or does not return one number (a vector, if it is coupled).
    """
    coordinates = range(dimension)
    points = [f"x_{i}" for i in coordinates]
    slots = [f"s_{name}_{i}" for name in optimizer.state for i in coordinates]
    sums = ["loss", *(f"g_{i}" for i in coordinates)] + ([] if rigorous else ["health"])
    constants = [hyper(n) for n in optimizer.hyperparameters] + [parameter(n) for n in problem.numeric]
    uniforms = [Uniform(n, k) for n, s in problem.streams.items() if isinstance(s, Draw) for k in range(s.uniforms)]
    uniforms += [
        Uniform(own(n), k, i) for n, s in optimizer.streams.items() for k in range(s.uniforms) for i in coordinates
    ]
    sequences = [n for n, s in problem.streams.items() if isinstance(s, Given)]
    exact = ["time", *constants, *(uniform(*u) for u in uniforms), *(given(n) for n in sequences)]
    carried = [end for name in (*points, *slots, *sums) for end in (ends(name) if rigorous else (name,))]
    recorder = Recorder([*carried, *exact])

    def number(name: str) -> Number:
        if not rigorous:
            return recorder.number(name)
        low, high = (name, name) if name in exact else ends(name)
        return Interval(recorder.number(low), recorder.number(high))

    step = Step(optimizer, problem, number)
    x = [number(name) for name in points]
    try:
        new_x, new_slots, loss, g = step.take(x, [[number(f"s_{n}_{i}") for n in optimizer.state] for i in coordinates])
        results = [*new_x, *(new_slots[i][k] for k in range(len(optimizer.state)) for i in coordinates)]
        results += [number("loss") + loss, *(number(f"g_{i}") + g[i] for i in coordinates)]
        if rigorous:
            outputs = [end for result in results for end in Interval.of(result).raw]
        else:
            health = number("health")
            for gradient in g:
                health = health + (gradient - gradient)
            outputs = [*results, health]
        program = recorder.program(Tape.of(output) for output in outputs)
    except RuleError as error:
        msg = f"the problem {problem.name}: {error}"
        raise RuleError(msg) from error
    return Lane(program, tuple(carried), tuple(constants), tuple(uniforms), tuple(sequences), dimension)


def ends(name: str) -> tuple[str, str]:
    """Return the names of the two ends of a carried interval."""
    return f"{name}_low", f"{name}_high"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rule on a problem in any arithmetic; ``number`` gives the value of each input by name."""

    optimizer: Optimizer
    problem: Problem
    number: Callable[[str], Any]

    def take(self, x: list[Any], slots: list[list[Any]]) -> tuple[list[Any], list[tuple[Any, ...]], Any, list[Any]]:
        """Return the new coordinates, the new slots of each coordinate, the loss suffered and the gradient answered.

        The loss is that at x, wherever the gradient is asked.
        """
        problem, t = self.problem, self.number("time")
        streams = problem.draws(lambda name, k: self.number(uniform(name, k)), lambda name: self.number(given(name)))
        values = {name: self.number(parameter(name)) for name in problem.numeric}
        settings = {name: self.number(hyper(name)) for name in self.optimizer.hyperparameters}
        asked = [self.optimizer.asks(z, *s, **settings) for z, s in zip(x, slots, strict=True)]
        answer = problem.call(problem.gradient, vector(asked) if problem.coupled else asked[0], t, *streams, **values)
        gradient = self._components(answer, len(x))
        if problem.loss is None:
            terms = [g * z for g, z in zip(gradient, x, strict=True)]
            loss = terms[0]
            for term in terms[1:]:
                loss = loss + term
        else:
            loss = problem.call(problem.loss, vector(x) if problem.coupled else x[0], t, *streams, **values)
        moved = [self.optimizer(x[i], gradient[i], t, *slots[i], *self._noise(i), **settings) for i in range(len(x))]
        new_x = [z for z, *_ in moved]
        if problem.project is not None:
            target = problem.call(problem.project, vector(new_x) if problem.coupled else new_x[0], **values)
            new_x = self._components(target, len(x))
        return new_x, [tuple(s) for _, *s in moved], loss, gradient

    def _noise(self, i: int) -> tuple[Any, ...]:
        """Return the values of the rule's own draws for a coordinate."""
        return self.optimizer.draws(lambda stream, k: self.number(uniform(own(stream), k, i)))

    def _components(self, value: Any, dimension: int) -> list[Any]:
        if not self.problem.coupled:
            return [value]
        if not isinstance(value, np.ndarray) or value.shape != (dimension,):
            msg = f"a function of a coupled problem must return a vector of {dimension} numbers"
            raise RuleError(msg)
        return list(value)
