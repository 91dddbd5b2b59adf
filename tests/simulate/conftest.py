"""Small problems and rules of the tests' own, and runs taken apart into a lane and a task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from convcheck.discovery import import_file, resolve
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate.arguments import recorded_steps, seed_numbers, starting_point
from convcheck.simulate.grid import Grid, make_grid
from convcheck.simulate.lane import Lane
from convcheck.simulate.run import make_task
from convcheck.simulate.task import Task

Floats = NDArray[np.float64]

PROBLEMS: Mapping[str, str] = {
    # Normal noise (two uniforms a step), an objective whose minimum is not 0.
    "bowl": '''
        """A parabola with normal noise."""
        from convcheck.assumptions import FixedObjective, Unconstrained, UnbiasedGradients
        from convcheck.problems.base import Minimum, define
        from convcheck.problems.draws import normal

        def gradient(x, t, noise=normal, *, sigma=0.5, bottom=-2.0):
            return x - 1 + sigma * noise

        def loss(x, t, noise=normal, *, sigma=0.5, bottom=-2.0):
            return 0.5 * (x - 1) * (x - 1) + bottom

        def minimum(*, sigma=0.5, bottom=-2.0):
            return Minimum((1.0,), bottom, bottom, "derived")

        def promises(*, sigma=0.5, bottom=-2.0):
            return FixedObjective(), Unconstrained(), UnbiasedGradients()

        problem = define(gradient, loss=loss, minimum=minimum, promises=promises, start=0.0, source="test")
    ''',
    # A gradient that fails at step `at`, in the lanes whose point is below `edge` then: with 0/0 where top = 0, with
    # an infinity where top is tiny.  Otherwise it is 1.
    "faulty": '''
        """Linear, with a fault."""
        from math import inf
        import numpy as np
        from convcheck.assumptions import BoundedDomain, Linear
        from convcheck.problems.base import define

        def gradient(x, t, *, at=10.0, edge=0.0, top=0.0):
            return 1 + np.where(x < edge, top / (t - at), 0)

        def project(x):
            return np.clip(x, -1, 1)

        def promises(*, at=10.0):
            return Linear(), BoundedDomain(2, norm=inf)

        problem = define(gradient, project=project, promises=promises, start=1.0, source="test")
    ''',
    # The same by chance: at step `at` in the lanes that draw less than p.
    "fickle": '''
        """Linear, with a fault at random."""
        from math import inf
        import numpy as np
        from convcheck.assumptions import BoundedDomain, Linear
        from convcheck.problems.base import define
        from convcheck.problems.draws import uniform

        def gradient(x, t, u=uniform, *, at=10.0, p=0.25):
            return np.where(u < p, 0 / (t - at), 1)

        def project(x):
            return np.clip(x, -1, 1)

        def promises(*, at=10.0):
            return Linear(), BoundedDomain(2, norm=inf)

        problem = define(gradient, project=project, promises=promises, start=1.0, source="test")
    ''',
    # Coupled and linear on a box: the sign of the sum of the coordinates, the same in each.
    "crowd": '''
        """Coupled, linear losses."""
        from math import inf
        import numpy as np
        from convcheck.assumptions import BoundedDomain, Box, Linear
        from convcheck.problems.base import define
        from convcheck.problems.draws import rademacher
        from convcheck.problems.vectors import coordinatewise, total

        def gradient(x, t, coin=rademacher, *, d=3):
            pull = np.where(total(x) + 0.25 * coin > 0, 1, -1)
            return coordinatewise(lambda x_i: pull + 0 * x_i, x)

        def project(x):
            return coordinatewise(lambda x_i: np.clip(x_i, -1, 1), x)

        def start(*, d=3):
            return np.linspace(-0.5, 1, int(d))

        def promises(*, d=3):
            return Linear(), Box(), BoundedDomain(2, norm=inf)

        problem = define(gradient, project=project, promises=promises, start=start, coupled=True, source="test")
    ''',
}


@dataclass(frozen=True)
class Parts:
    """A run taken apart."""

    optimizer: Optimizer
    problem: Problem
    grid: Grid
    start: Floats
    seeds: tuple[int, ...]
    steps: NDArray[np.int64]
    lane: Lane = field(repr=False)
    task: Task = field(repr=False)


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of Python; the text may be indented."""
    lines = text.strip("\n").splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    path = folder / f"{name}.py"
    path.write_text("\n".join(line[margin:] for line in lines) + "\n")
    return path


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Problem]:
    """Return a function that makes a member of one of the families above."""
    folder = tmp_path_factory.mktemp("problems")
    paths = {name: write(folder, name, text) for name, text in PROBLEMS.items()}

    def make(name: str, **parameters: Any) -> Problem:
        made: Problem = import_file(paths[name]).problem
        return made.with_parameters(**parameters)

    return make


@pytest.fixture
def define_file(tmp_path: Path) -> Callable[[str, str], Any]:
    """Return a function that writes a file and returns its module."""
    return lambda name, text: import_file(write(tmp_path, name, text))


@pytest.fixture(scope="session")
def take_apart() -> Callable[..., Parts]:
    """Return a function that takes what `cc.run` takes, and stops before anything is run."""

    def parts(
        opt: str | Optimizer,
        problem: str | Problem,
        T: int,
        *,
        x0: ArrayLike | None = None,
        seeds: int | Sequence[int] = 1,
        record: int | Sequence[int] = 1000,
        generator: str = "splitmix64",
        **hyper: Any,
    ) -> Parts:
        optimizer, posed = resolve("optimizer", opt), resolve("problem", problem)
        grid, start = make_grid(optimizer, hyper, T), starting_point(posed, x0)
        numbers, steps = tuple(seed_numbers(seeds)), recorded_steps(T, record)
        lane, task = make_task(optimizer, posed, grid, start, numbers, steps, generator)
        return Parts(optimizer, posed, grid, start, numbers, steps, lane, task)

    return parts
