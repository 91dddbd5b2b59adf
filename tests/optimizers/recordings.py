"""What other implementations did, as ``tests/data/references.json`` holds it (`docs/references.md` says how)."""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FILE = Path(__file__).parents[1] / "data" / "references.json"
FLAGS = ("momentum", "amsgrad", "nesterov")
"""Options that make another method of a class."""


class Recording(NamedTuple):
    """One run of another implementation: the start and the iterates, and the gradients that it was shown."""

    library: str
    name: str
    problem: str
    options: Mapping[str, Any]
    iterates: Array
    gradients: Array

    @property
    def method(self) -> str:
        """The library's name for the method, as in ``torch Adam amsgrad``."""
        return " ".join([self.library, self.name, *(flag for flag in FLAGS if flag in self.options)])

    def __str__(self) -> str:
        """Return an identifier for pytest."""
        return f"{self.method}-{self.problem}".replace(" ", "-")

    @property
    def lr(self) -> float | None:
        """The step size, where the run was given one."""
        rate: float | None = self.options.get("lr", self.options.get("learning_rate"))
        return rate


def decode(text: str, shape: tuple[int, ...]) -> Array:
    """Return the array that a field of the file holds."""
    shuffled = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(8, -1)
    return np.frombuffer(shuffled.T.tobytes(), "<f8").reshape(-1, *shape)


def recordings() -> Iterator[Recording]:
    """Yield every run in the file."""
    data = json.loads(FILE.read_text("utf-8"))
    for run in data["runs"]:
        problem = data["problems"][run["problem"]]
        shape = tuple(problem["shape"])
        shown = decode(run["gradients"], shape) if "gradients" in run else np.array(problem["gradients"])
        iterates = decode(run["iterates"], shape)
        assert iterates[0].ravel().tolist() == problem["start"]
        yield Recording(run["library"], run["name"], run["problem"], run["options"], iterates, shown)


RECORDINGS = tuple(recordings())
