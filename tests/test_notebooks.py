"""The notebooks: they lie in git without outputs, run from top to bottom, and show what their text says."""

import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MOST_CODE_CELLS = 10
SECONDS = 60  # for one cell, on a machine that is busy with other tests
KEPT = {"kernelspec", "language_info"}  # metadata that says which language it is, and nothing of who ran it where

pytestmark = pytest.mark.skipif(not NOTEBOOKS, reason="the notebooks are not part of this installation")


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def code_cells(notebook: Any) -> dict[str, Any]:
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


# In a process of its own: the kernel's client leaves sockets to the garbage collector, which is a warning here.
EXECUTE = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

source, target, connection, transport, seconds = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
manager = AsyncKernelManager(kernel_name="python3", connection_file=connection, transport=transport)
NotebookClient(notebook, km=manager, timeout=int(seconds)).execute()
nbformat.write(notebook, target)
"""


@pytest.fixture(scope="module")
def reddi() -> dict[str, Any]:
    """Execute the counterexample once, in a kernel that no other test can meet, and return its code cells."""
    with tempfile.TemporaryDirectory(prefix="nb") as folder:  # a short path: a socket's name has 100 characters at most
        target = Path(folder, "executed.ipynb")
        done = subprocess.run(
            [
                *(sys.executable, "-c", EXECUTE, FOLDER / "reddi.ipynb", target),
                *(Path(folder, "kernel.json"), "tcp" if sys.platform == "win32" else "ipc", str(SECONDS)),
            ],
            cwd=folder,
            # a user's own settings of Jupyter and IPython are no part of the test
            env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"}  # the kernel chooses
            | dict.fromkeys(("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"), folder),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return code_cells(read(target))


def printed(cell: Any) -> str:
    assert not [output for output in cell.outputs if output.get("name") == "stderr"]
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_lies_in_git_as_it_was_written(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    cells = code_cells(notebook)
    assert 0 < len(cells) <= MOST_CODE_CELLS
    assert [name for name, cell in cells.items() if cell.outputs or cell.execution_count is not None] == []
    assert set(notebook.metadata) <= KEPT
    assert [cell.id for cell in notebook.cells if cell.metadata] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_words(path: Path) -> None:
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


def test_figures_are_shown(reddi: dict[str, Any]) -> None:
    with_figure = {
        name for name, cell in reddi.items() for output in cell.outputs if "image/png" in output.get("data", {})
    }
    assert with_figure == {"first", "both", "grid", "map"}
    assert with_figure == {name for name, cell in reddi.items() if re.search(r"run\.plot\(|plt\.show\(", cell.source)}


def test_the_rules_are_printed_from_their_code(reddi: dict[str, Any]) -> None:
    adam, amsgrad = (output.data["text/latex"] for output in reddi["latex"].outputs)
    assert r"\max" not in adam
    assert r"\hat{v}_{t} &= \max\left(\hat{v}_{t-1}, v_{t}\right)" in amsgrad


def test_adam_ends_at_the_worst_point(reddi: dict[str, Any]) -> None:
    end, average = re.findall(r": (\S+)$", printed(reddi["arrays"]), re.MULTILINE)
    assert float(end) == 1.0
    assert float(average) == pytest.approx(2 / 3, rel=0.02)  # 3000 rounds: b/√T of the limit is still to go


def test_signs_and_simulations_agree(reddi: dict[str, Any]) -> None:
    assert printed(reddi["sign"]).splitlines() == [
        "undecided: 0",
        "certified sign and simulation agree: True",
        "AMSGrad's sign, at all of them: {-1}",
    ]


def drift_of_adam(beta2: float) -> float:
    """Return the closed form for β₁ = 0 and C = 3, up to a positive factor."""
    roots = [math.sqrt(a + b * beta2 + c * beta2**2) for a, b, c in ((9, 1, 1), (1, 9, 1), (1, 1, 9))]
    return 1 / roots[1] + 1 / roots[2] - 3 / roots[0]


def test_the_turning_point_is_where_the_closed_form_vanishes(reddi: dict[str, Any]) -> None:
    diverges, converges = map(float, re.findall(r"0\.\d+", printed(reddi["critical"])))
    assert 0 < converges - diverges < 1e-10
    assert drift_of_adam(diverges) > 0 > drift_of_adam(converges)


def test_next_to_it_the_drift_sees_what_the_run_does_not(reddi: dict[str, Any]) -> None:
    below, above = (
        [float(number) for number in re.findall(r"[-+]?\d\.\d+(?:e[-+]\d+)?", line)]
        for line in printed(reddi["near"]).splitlines()
    )
    assert 0 < below[2] <= below[3]
    assert above[2] <= above[3] < 0
    assert abs(below[1] - above[1]) < 1 / 6  # their limits differ by 2/3


def test_the_bound_of_gradient_descent_is_not_adams(reddi: dict[str, Any]) -> None:
    assert [line.partition(":")[0] for line in printed(reddi["check"]).splitlines()] == ["supported", "violated"]
