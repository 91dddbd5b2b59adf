"""Every bundled problem, run natively, has the bits of its own functions called on whole points in a plain loop."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.discovery import entries
from convcheck.problems.base import Problem
from convcheck.problems.draws import Given
from convcheck.simulate import streams

Floats = NDArray[np.float64]

MEMBERS: dict[str, Problem] = {name: cc.problem(name) for name in entries("problem")} | {
    "linear_box, adversarial": cc.problem("linear_box", D=0.3, d=3, signs="adversarial"),
    "linear_box, given": cc.problem("linear_box", G=0.1, d=2, signs=(3, -1, -0.5, 0)),
    "quadratic, d = 1": cc.problem("quadratic", spectrum=(3,), rotated=True),
    "quadratic, box": cc.problem("quadratic", spectrum=(0.5, 1, 2, 7), rotated=True, shift=-0.25, radius=0.5),
    "quadratic, d = 16": cc.problem("quadratic", spectrum=tuple(range(1, 17)), rotated=True, shift=0.1),
    "quadratic, d = 17": cc.problem("quadratic", spectrum=tuple(range(1, 18)), rotated=True, shift=0.1),
}
T, RATE, SEED = 60, 0.03, 7


def play(problem: Problem, generator: str) -> tuple[Floats, list[float]]:
    """Return the iterates of gradient descent, shape (T + 1, d), and the losses of the rounds."""
    draw = getattr(streams, generator)
    x, d = problem.x0, len(problem.x0)
    iterates, losses = [x], []
    for t in range(1, T + 1):
        now = np.float64(t)

        def uniform(name: str, k: int, t: int = t) -> Any:
            (keys,) = streams.keys((SEED,), f"{name}.{k}", 1 if problem.coupled else d)
            numbers = streams.uniform(draw(keys, t))
            return numbers[0] if problem.coupled else numbers

        def given(name: str, t: int = t) -> float:
            stream = problem.streams[name]
            assert isinstance(stream, Given)
            sequence = problem.parameters[stream.parameter]
            return 0.0 if isinstance(sequence, str) else float(sequence[(t - 1) % len(sequence)])

        drawn = problem.draws(uniform, given)
        g = np.broadcast_to(problem.call(problem.gradient, x, now, *drawn), (d,))
        suffered = g * x if problem.loss is None else problem.call(problem.loss, x, now, *drawn)
        losses.append(np.atleast_1d(suffered))
        x = x - RATE * g
        x = x if problem.project is None else problem.call(problem.project, x)
        iterates.append(x)
    totals = np.add.accumulate(np.array(losses))  # over rounds in each coordinate, then over coordinates
    return np.array(iterates), list(np.add.accumulate(totals, axis=1)[:, -1])


RANDOM = [name for name, p in MEMBERS.items() if any(hasattr(stream, "uniforms") for stream in p.streams.values())]


@pytest.mark.parametrize(
    ("name", "generator"), [*((n, "splitmix64") for n in MEMBERS), *((n, "philox4x32") for n in RANDOM)]
)
def test_a_native_run_has_the_bits_of_a_plain_loop(name: str, generator: str) -> None:
    problem = MEMBERS[name]
    run = cc.run("sgd", problem, T, lr=RATE, seeds=[SEED], record=T, generator=generator)
    iterates, losses = play(problem, generator)
    assert np.array_equal(run.x[0], iterates)
    assert np.array_equal(run.loss[0, 1:], losses)
    assert np.ptp(iterates) > 0
