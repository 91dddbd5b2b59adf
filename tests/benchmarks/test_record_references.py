"""The recorder of other implementations, with a library of our own in place of theirs."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.optimizers.recordings import FILE, RECORDINGS, decode

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "record_references.py"
ROUNDING = 1e-12
"""Relative difference that another order of sums may make to a gradient, and sixty such gradients to an iterate."""


@pytest.fixture(scope="module", name="script")
def _script() -> Any:
    spec = importlib.util.spec_from_file_location("record_references", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="data")
def _data() -> Any:
    return json.loads(FILE.read_text("utf-8"))


def test_arrays_survive_being_text(script: Any) -> None:
    rows = np.random.default_rng(0).normal(size=(7, 3, 2)) * 10.0 ** np.arange(2)
    np.testing.assert_array_equal(script.decode(script.encode(rows), (3, 2)), rows)
    np.testing.assert_array_equal(decode(script.encode(rows), (3, 2)), rows)


@pytest.mark.parametrize("name", ["quad5", "reddi", "lsq34"])
def test_recorded_gradients_are_the_problems(script: Any, data: Any, name: str) -> None:
    gradient = script.gradient_of(data["problems"][name])
    runs = [run for run in RECORDINGS if run.problem == name]
    assert runs
    for run in runs:
        for step, (x, g) in enumerate(zip(run.iterates[:-1], run.gradients, strict=True)):
            np.testing.assert_allclose(gradient(x, step), g, rtol=0, atol=ROUNDING * (1 + 100 * np.abs(x).max()))


def descent(learning_rate: float) -> Any:
    """Return gradient descent in optax's way."""
    return SimpleNamespace(init=lambda _x: (), update=lambda g, state, _x: (-learning_rate * g, state))


@pytest.fixture(name="optax")
def _optax(monkeypatch: pytest.MonkeyPatch) -> None:
    library, jax = ModuleType("optax"), ModuleType("jax")
    library.descent = descent  # type: ignore[attr-defined]
    jax.config = SimpleNamespace(update=lambda *_: None)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "optax", library)
    monkeypatch.setitem(sys.modules, "jax", jax)


@pytest.fixture(name="file")
def _file(tmp_path: Path, data: Any) -> Path:
    """Return a file that asks for gradient descent on each problem, and holds one recorded run."""
    asked = [
        {"library": "optax", "name": "descent", "options": {"learning_rate": 0.005}, "problem": problem}
        for problem in data["problems"]
    ]
    kept = [run for run in data["runs"] if (run["library"], run["name"]) == ("torch", "SGD")][:1]
    file = tmp_path / "references.json"
    file.write_text(json.dumps(data | {"runs": asked + kept}), "utf-8")
    return file


@pytest.mark.usefixtures("optax")
def test_runs_are_recorded_in_place(
    script: Any, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "version", lambda name: f"{name}'s")
    before = json.loads(file.read_text("utf-8"))
    assert script.main(["--library", "optax", "--check", "--file", str(file)]) == 0
    assert json.loads(file.read_text("utf-8")) == before
    assert script.main(["--library", "optax", "--file", str(file)]) == 0
    after = json.loads(file.read_text("utf-8"))
    *recorded, kept = after["runs"]
    assert kept == before["runs"][-1]
    assert ["gradients" in run for run in recorded] == [True, False, True]
    found, wanted = (decode(run["iterates"], (5,)) for run in (recorded[0], kept))
    np.testing.assert_allclose(found, wanted, rtol=ROUNDING, atol=ROUNDING)
    assert after["versions"]["optax"] == "optax's"
    assert capsys.readouterr().out.count("optax descent") == 6
    assert list(file.parent.iterdir()) == [file]
