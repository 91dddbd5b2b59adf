"""The uniform numbers behind the draws of a problem's workers, and of a rule itself, in a walk or a replay."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convcheck.draws import Draw
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate import streams
from convcheck.simulate.lane import own

Uniforms = Callable[[str, int], Any]
"""Gives the k-th uniform numbers of a stream."""


class Source:
    """The uniform numbers of some streams for one seed; ``at(step)`` gives those of a step, shape (rows, width)."""

    def __init__(
        self, names: Mapping[str, Sequence[str]], draws: Mapping[str, Draw], seed: int, width: int, generator: str
    ) -> None:
        """Hash the keys; ``names`` says under which names, one for each row, a stream is drawn."""
        self._bits = getattr(streams, generator)
        self._keys = {
            (name, k): np.concatenate([streams.keys((seed,), f"{row}.{k}", width) for row in names[name]])
            for name, draw in draws.items()
            for k in range(draw.uniforms)
        }

    def at(self, step: int) -> Uniforms:
        """Return the uniform numbers of a step."""
        return lambda name, k: streams.uniform(self._bits(self._keys[name, k], step))


def of_workers(problem: Problem, workers: int, seed: int, width: int, generator: str) -> Source:
    """Return what workers draw: the first what a lone one would, each other one numbers of its own."""
    draws = {name: stream for name, stream in problem.streams.items() if isinstance(stream, Draw)}
    names = {name: [name, *(f"{name}/{worker}" for worker in range(1, workers))] for name in draws}
    return Source(names, draws, seed, width, generator)


def of_rule(optimizer: Optimizer, seed: int, width: int, generator: str = "splitmix64") -> Source:
    """Return what a rule draws itself, for each coordinate, in one row."""
    return Source({name: [own(name)] for name in optimizer.streams}, optimizer.streams, seed, width, generator)
