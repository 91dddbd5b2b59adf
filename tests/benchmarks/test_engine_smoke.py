"""The benchmark runs, writes what it promises, and its oracles have our bits.  No time is asserted here."""

import importlib.util
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "engine.py"

NUMBER = {"type": "number", "exclusiveMinimum": 0}
LANES = {"type": "integer", "minimum": 1}
RULE = {"enum": ["adam_undebiased", "amsgrad"]}


def rows(required: dict[str, Any], patterns: dict[str, Any] | None = None) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": required,
        "required": list(required),
        "patternProperties": patterns or {},
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "minItems": 1}


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["machine", "kernels", "intervals", "schedules", "figure_1", "start_up"],
    "properties": {
        "machine": {
            "type": "object",
            "required": ["processor", "cores", "load", "system", "python", "compiler", "numpy", "numba"],
        },
        "kernels": rows(
            {
                "rule": RULE,
                "lanes": LANES,
                "native": NUMBER,
                "numpy": NUMBER,
                "native / numpy": NUMBER,
                "bits of numpy": {"const": True},
            },
            {"^(native / )?(c|jax|optax|torch)$": NUMBER, "^bits of c$": {"const": True}},
        ),
        "intervals": rows(
            {"rule": RULE, "lanes": LANES, "float": NUMBER, "interval": NUMBER, "interval / float": NUMBER}
        ),
        "schedules": rows(
            {
                "lanes": LANES,
                "constant": NUMBER,
                "shared": NUMBER,
                "own": NUMBER,
                "shared / constant": NUMBER,
                "own / constant": NUMBER,
            }
        ),
        "figure_1": rows({"steps": LANES, "lanes": {"const": 8}, "CPU seconds": NUMBER}),
        "start_up": rows({"what": {"type": "string"}, "CPU seconds": NUMBER}),
    },
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    file = tmp_path_factory.mktemp("bench") / "engine.json"
    command = [sys.executable, str(SCRIPT), "--quick", "--json", str(file)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    report: dict[str, Any] = json.loads(file.read_text())
    return report, printed


def test_the_report_is_what_it_promises_to_be(told: tuple[dict[str, Any], str]) -> None:
    report, printed = told
    jsonschema.validate(report, SCHEMA)
    for section in ("kernels", "intervals", "schedules"):
        for row in report[section]:
            assert all(math.isfinite(value) for value in row.values() if isinstance(value, float))
    assert "NOT OURS" not in printed
    assert all(row["rule"] in printed for row in report["kernels"])


@pytest.mark.skipif(not (shutil.which("cc") or shutil.which("gcc")), reason="there is no C compiler")
def test_a_c_compiler_in_strict_mode_finds_our_bits(told: tuple[dict[str, Any], str]) -> None:
    report, _ = told
    assert len(report["kernels"]) == 4
    assert all(row["bits of c"] and row["c"] > 0 for row in report["kernels"])


def test_other_bits_are_told_apart() -> None:
    """The comparison above can fail: one step more gives other bits."""
    spec = importlib.util.spec_from_file_location("engine", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    engine = importlib.util.module_from_spec(spec)
    sys.modules["engine"] = engine  # dataclasses look their module up
    try:
        spec.loader.exec_module(engine)
        made = engine.reddi("amsgrad", 6)
        loop = engine.numpy_loop(made)
        candidates = {"native": engine.native(made.task), "same": loop, "longer": lambda steps: loop(steps + 1)}
        assert engine.same_bits(made, candidates, 20) == {"bits of same": True, "bits of longer": False}
    finally:
        del sys.modules["engine"]
