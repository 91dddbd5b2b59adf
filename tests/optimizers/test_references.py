"""The rules against what torch, optax and pytorch_optimizer really did, and every difference with its whole reason.

Open loop: the recorded gradients are shown to the rule, and the iterates compared.  ``tests/data/trajectories.json``
says which versions were recorded.
"""

# ruff: noqa: ARG001, PLR0913  # a rule takes t whether it uses it or not, and one argument for each symbol

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.optimizers.base import Optimizer, optimizer

Array = NDArray[np.float64]
TOLERANCE = 1e-10
"""Relative difference allowed to sixty steps of an algorithm that rounds in another order."""


class Recording(NamedTuple):
    """One run of another implementation."""

    library: str
    name: str
    problem: str
    options: Mapping[str, Any]
    iterates: Array
    gradients: Array

    def __str__(self) -> str:
        return "-".join(
            [self.library, self.name, *(k for k in self.options if k in {"momentum", "amsgrad"}), self.problem]
        )

    @property
    def lr(self) -> float:
        """The step size."""
        return float(self.options.get("lr", self.options.get("learning_rate")))


def decode(text: str, columns: int) -> Array:
    shuffled = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(8, -1)
    return np.frombuffer(shuffled.T.tobytes(), "<f8").reshape(-1, columns)


def recordings() -> Iterator[Recording]:
    data = json.loads((Path(__file__).parents[1] / "data" / "trajectories.json").read_text("utf-8"))
    for run in data["runs"]:
        problem = data["problems"][run["problem"]]
        columns = len(problem["start"])
        shown = decode(run["gradients"], columns) if "gradients" in run else np.array(problem["gradients"])
        iterates = decode(run["iterates"], columns)
        assert iterates[0].tolist() == problem["start"]
        yield Recording(run["library"], run["name"], run["problem"], run["options"], iterates, shown)


RECORDINGS = list(recordings())


def torch_amsgrad(lr: float) -> dict[str, Any]:
    """Return the schedules that turn our amsgrad into torch's, which corrects the bias of m and of the maximum."""

    def root(t: Any) -> Any:
        return np.sqrt(1 - 0.999**t)

    return {"lr": lambda t: lr * root(t) / (1 - 0.9**t), "eps": lambda t: 1e-8 * root(t)}


SAME: dict[tuple[str, str, str], tuple[str, Callable[[Recording], dict[str, Any]]]] = {
    ("torch", "SGD", ""): ("sgd", lambda r: {"lr": r.lr}),
    # The libraries add up b = β b + g and step by lr b: at a constant rate the same as Polyak's displacement.
    ("torch", "SGD", "momentum"): ("heavy_ball", lambda r: {"lr": r.lr, "beta": r.options["momentum"]}),
    ("optax", "sgd", "momentum"): ("heavy_ball", lambda r: {"lr": r.lr, "beta": r.options["momentum"]}),
    ("torch", "Adagrad", ""): ("adagrad", lambda r: {"lr": r.lr, "eps": 1e-10}),
    ("torch", "RMSprop", ""): ("rmsprop", lambda r: {"lr": r.lr, "beta2": 0.99, "eps": 1e-8}),
    ("torch", "Adam", ""): ("adam", lambda r: {"lr": r.lr}),
    ("optax", "adam", ""): ("adam", lambda r: {"lr": r.lr}),
    # Reddi et al. correct nothing; with torch's corrections in the schedules of the rate and of ε the runs agree.
    ("torch", "Adam", "amsgrad"): ("amsgrad", lambda r: torch_amsgrad(r.lr)),
}


@optimizer(source="optax.adagrad")
def adagrad_from_a_tenth(x: Any, g: Any, t: Any, v: float = 0.1, *, lr: float = 0.3, eps: float = 1e-7) -> Any:
    """Reason: the sum of squares starts from 0.1, and ε stands inside the root."""
    v = v + g * g
    return x - lr * g / np.sqrt(v + eps), v


@optimizer(source="optax.rmsprop")
def rmsprop_eps_inside(
    x: Any, g: Any, t: Any, v: float = 0, *, lr: float = 0.3, beta2: float = 0.9, eps: float = 1e-8
) -> Any:
    """Reason: ε stands inside the root."""
    v = beta2 * v + (1 - beta2) * (g * g)
    return x - lr * g / np.sqrt(v + eps), v


@optimizer(source="optax.amsgrad")
def amsgrad_of_corrected(
    x: Any,
    g: Any,
    t: Any,
    m: float = 0,
    v: float = 0,
    c1: float = 0,
    c2: float = 0,
    v_max: float = 0,
    *,
    lr: float = 0.3,
    eps: float = 1e-8,
) -> Any:
    """Reason: the bias is corrected, and the maximum is taken of the corrected averages."""
    m, c1 = 0.9 * m + 0.1 * g, 0.9 * c1 + 0.1
    v, c2 = 0.999 * v + 0.001 * (g * g), 0.999 * c2 + 0.001
    v_max = np.maximum(v_max, v / c2)
    return x - lr * (m / c1) / (np.sqrt(v_max) + eps), m, v, c1, c2, v_max


@optimizer(source="bernstein2018, Algorithm 2")
def signum(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.3) -> Any:
    """Reason: the sign is taken of an average with decay 0.9 (Signum)."""
    m = 0.9 * m + 0.1 * g
    return x - lr * np.sign(m), m


DIFFERENT: dict[tuple[str, str, str], tuple[str, Optimizer]] = {
    ("optax", "adagrad", ""): ("adagrad", adagrad_from_a_tenth),
    ("optax", "rmsprop", ""): ("rmsprop", rmsprop_eps_inside),
    ("optax", "amsgrad", ""): ("amsgrad", amsgrad_of_corrected),
    ("optax", "signum", ""): ("signsgd", signum),
    ("pytorch_optimizer", "SignSGD", ""): ("signsgd", signum),
}


def key(run: Recording) -> tuple[str, str, str]:
    return run.library, run.name, next((k for k in ("momentum", "amsgrad") if k in run.options), "")


def distance(a: Array, b: Array) -> float:
    return float(np.max(np.abs(a - b) / (1e-3 + np.abs(b))))


@pytest.mark.parametrize("run", [r for r in RECORDINGS if key(r) in SAME], ids=str)
def test_the_same_algorithm(run: Recording) -> None:
    name, hyper = SAME[key(run)]
    assert distance(cc.replay(name, run.gradients, run.iterates[0], **hyper(run)), run.iterates) < TOLERANCE


@pytest.mark.parametrize("run", [r for r in RECORDINGS if key(r) in DIFFERENT], ids=str)
def test_another_algorithm_and_the_whole_reason(run: Recording) -> None:
    name, variant = DIFFERENT[key(run)]
    assert distance(cc.replay(variant, run.gradients, run.iterates[0], lr=run.lr), run.iterates) < TOLERANCE
    ours = cc.replay(name, run.gradients, run.iterates[0], lr=run.lr)
    assert distance(ours, run.iterates) > 10 * TOLERANCE


def test_every_recording_is_used() -> None:
    assert {key(run) for run in RECORDINGS} == set(SAME) | set(DIFFERENT)
