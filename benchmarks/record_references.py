"""Record anew what other implementations do: tests/data/references.json, the runs that our rules are compared with.

    nox -s references                 # the libraries of the group `reference`
    python benchmarks/record_references.py --library optax --check

The file itself says which runs there are: a run's library, class, options and problem.  To record another one, append
an entry without iterates.  Each run starts from its problem's start and sees the gradient at its own iterates; both are
kept, so that the comparison can show a rule the same gradients.  Nothing of these libraries is needed to compare.
timm, which is in no group, needs a torchvision that fits the torch.
"""

import argparse
import base64
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Gradient = Callable[[Array, int], Array]

FILE = Path(__file__).parents[1] / "tests" / "data" / "references.json"
STEPS = 60
MODULES = {
    "torch": "torch.optim",
    "pytorch_optimizer": "pytorch_optimizer",
    "timm": "timm.optim",
    "optax": "optax",
    "optax.contrib": "optax.contrib",
}
VERSIONED = ("torch", "optax", "jax", "numpy", "pytorch_optimizer", "timm")


def encode(rows: Array) -> str:
    """Return an array as text: all first bytes of its doubles, then all second ones, and so on, compressed."""
    shuffled = np.frombuffer(rows.astype("<f8").tobytes(), np.uint8).reshape(-1, 8).T
    return base64.b64encode(zlib.compress(shuffled.tobytes(), 9)).decode("ascii")


def decode(text: str, shape: tuple[int, ...]) -> Array:
    """Return the array of a text."""
    shuffled = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(8, -1)
    return np.frombuffer(shuffled.T.tobytes(), "<f8").reshape(-1, *shape)


def gradient_of(problem: Mapping[str, Any]) -> Gradient:
    """Return the gradient of a problem of the file, as a function of the point and of the step from 0 on."""
    if "gradients" in problem:
        return lambda _x, step: np.array(problem["gradients"][step])
    if "matrix" in problem:
        matrix, vector = np.array(problem["matrix"]), np.array(problem["vector"])
        return lambda x, _step: np.asarray(matrix @ x - vector)
    inputs, targets = np.array(problem["inputs"]), np.array(problem["targets"])
    return lambda w, _step: np.asarray((w @ inputs - targets) @ inputs.T / inputs.shape[1])


def follow(
    step: Callable[[Array, Array], Array], start: Array, gradient: Gradient, steps: int = STEPS
) -> tuple[Array, Array]:
    """Return the iterates, from the start on, and the gradients at them; ``step`` makes of both the next iterate."""
    iterates, shown = [start], []
    for k in range(steps):
        shown.append(gradient(iterates[-1], k))
        iterates.append(step(iterates[-1], shown[-1]))
    return np.array(iterates), np.array(shown)


def with_torch(module: Any, name: str, options: Mapping[str, Any], start: Array) -> Callable[[Array, Array], Array]:
    """Return the step of a class that is an optimizer in torch's way."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    point = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    values = {key: torch.float64 if value == "torch.float64" else value for key, value in options.items()}
    groups = {"params": [point]} | (
        {"use_muon": True} if (module.__name__, name) == ("pytorch_optimizer", "Muon") else {}
    )
    made = getattr(module, name)([groups], **values)

    def step(_x: Array, g: Array) -> Array:
        point.grad = torch.tensor(g, dtype=torch.float64)
        made.step()
        return np.array(point.detach().numpy())

    return step


def with_optax(module: Any, name: str, options: Mapping[str, Any], start: Array) -> Callable[[Array, Array], Array]:
    """Return the step of a gradient transformation, in double precision."""
    import_module("jax").config.update("jax_enable_x64", True)  # noqa: FBT003  # jax's own words
    made = getattr(module, name)(**options)
    state = made.init(start)

    def step(x: Array, g: Array) -> Array:
        nonlocal state
        update, state = made.update(g, state, x)
        return np.asarray(x + np.asarray(update))

    return step


def record(run: Mapping[str, Any], problem: Mapping[str, Any]) -> tuple[Array, Array]:
    """Return the iterates and the gradients of a run of the file, computed anew by its library."""
    start = np.array(problem["start"]).reshape(problem["shape"])
    module = import_module(MODULES[run["library"]])
    make = with_optax if run["library"].startswith("optax") else with_torch
    return follow(make(module, run["name"], run["options"], start), start, gradient_of(problem))


def main(arguments: Iterable[str] | None = None) -> int:
    """Record the runs of some libraries, print how far each is from what was kept, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", action="append", choices=sorted(MODULES), help="only this one; may be repeated")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("--file", type=Path, default=FILE)
    asked = parser.parse_args(None if arguments is None else list(arguments))
    data = json.loads(asked.file.read_text("utf-8"))
    for run in data["runs"]:
        if asked.library and run["library"] not in asked.library:
            continue
        problem = data["problems"][run["problem"]]
        iterates, shown = record(run, problem)
        kept = decode(run["iterates"], tuple(problem["shape"])) if "iterates" in run else iterates
        distance = float(np.max(np.abs(iterates - kept)))
        print(f"{distance:9.2e}  {run['library']} {run['name']} {run['options']} {run['problem']}")
        run["iterates"] = encode(iterates)
        if "gradients" not in problem:
            run["gradients"] = encode(shown)
    if not asked.check:
        data["versions"] |= {name: version(name) for name in VERSIONED if name in sys.modules}
        write(data, asked.file)
    return 0


def write(data: Mapping[str, Any], file: Path) -> None:
    """Write the file, one line for each run, under a temporary name first."""
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(data).replace('{"library"', '\n{"library"') + "\n", "utf-8")
    temporary.replace(file)


if __name__ == "__main__":
    raise SystemExit(main())
