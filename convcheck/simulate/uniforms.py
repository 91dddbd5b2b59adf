"""The uniform numbers behind the draws of a problem, of its workers, and of a rule itself, in a walk or a replay."""

from collections.abc import Callable, Mapping
from typing import Any

from convcheck.draws import Draw
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate import streams
from convcheck.simulate.lane import own

Uniforms = Callable[[str, int], Any]
"""Gives the k-th uniform numbers of a stream, one for each coordinate."""


class Source:
    """The uniform numbers of some streams for one seed; ``at(step)`` gives those of a step."""

    def __init__(self, names: Mapping[str, str], draws: Mapping[str, Draw], seed: int, width: int, bits: Any) -> None:
        """Hash the keys; ``names`` says under which name each stream is drawn."""
        self._bits = bits
        self._keys = {
            (name, k): streams.keys((seed,), f"{names[name]}.{k}", width)[0]
            for name, draw in draws.items()
            for k in range(draw.uniforms)
        }

    def at(self, step: int) -> Uniforms:
        """Return the uniform numbers of a step."""
        return lambda name, k: streams.uniform(self._bits(self._keys[name, k], step))


def of_worker(problem: Problem, worker: int, seed: int, width: int, generator: str = "splitmix64") -> Source:
    """Return what one of several workers draws: the first what a lone one would, each other one its own numbers."""
    draws = {name: stream for name, stream in problem.streams.items() if isinstance(stream, Draw)}
    names = {name: f"{name}/{worker}" if worker else name for name in draws}
    return Source(names, draws, seed, width, getattr(streams, generator))


def of_rule(optimizer: Optimizer, seed: int, width: int, generator: str = "splitmix64") -> Source:
    """Return what a rule draws itself, for each coordinate."""
    names = {name: own(name) for name in optimizer.streams}
    return Source(names, optimizer.streams, seed, width, getattr(streams, generator))
