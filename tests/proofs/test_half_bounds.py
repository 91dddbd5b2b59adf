"""No theorem survives with half of its bound: its proof fails, and a run refutes it, or it is listed as open.

What refutes each is recorded in ``half_bounds.txt``; with ``CONVCHECK_UPDATE_GOLDEN=1`` the test writes the file anew,
and fails, so that a change is never accepted unseen.
"""

import os
from pathlib import Path

import pytest

from convcheck.claims import discovery
from convcheck.claims.instance import Instance
from convcheck.errors import StepFailedError
from convcheck.language.files import read
from tests.proofs.half_bounds import PROOFS, alone, halved, proved, tightest
from tests.sampling import some

RECORD = Path(__file__).parent / "half_bounds.txt"
NAMES = proved()

OPEN = {
    "bernstein2018/theorem-1": "on the few rounds whose outcomes are all played it is not tight",
    "bernstein2018/theorem-1-sharp": "on the few rounds whose outcomes are all played it is not tight",
    "convcheck/adam-regret-sqrt-e": "AdaGrad's bound times √e: at T = 1 the least ratio is √(2e) = 2.33",
    "defossez2020/known-horizon": "on the few rounds whose outcomes are all played it is not tight",
    "defossez2020/theorem-2": "on the few rounds whose outcomes are all played it is not tight",
    "nesterov2004/gd-convex": "half is believed to hold: Drori & Teboulle (2014) have L‖x_1 - u‖²/(4N + 2)",
    "nesterov2004/min-gradient-norm": "half is not refuted: its premise quantifies over rounds, and no run is compared",
    "orabona2019/theorem-5-1": "no optimizer plays; the second inequality is an equality at T = 2",
    "reddi2018/corollary-1": "without momentum half is the sharpened bound, which is proved",
    "reddi2018/theorem-4": "without momentum half is the sharpened bound, which is proved",
    "reddi2018/theorem-4-box": "without momentum half is the sharpened bound, which is proved",
}
"""Theorems half of whose bound no run of the suite refutes, and why; that half of it holds is not proved either."""


@pytest.mark.parametrize("name", some(NAMES, 8))
def test_the_proof_fails_with_half_of_the_bound(name: str, tmp_path: Path) -> None:
    file = discovery.load(name, PROOFS.parent)
    path = tmp_path / "mutant" / "proof.py"
    path.parent.mkdir()
    path.write_text(halved(file), "utf-8")
    assert read(path).statement.term is not file.statement.term
    with pytest.raises(StepFailedError):
        read(path).prove()


def entry(name: str) -> str:
    cell = tightest(discovery.load(name, PROOFS.parent))
    if cell is None:
        return f"{name}: nothing is compared"
    word = "refuted" if cell.ratio_min < 2 else "not refuted"
    return f"{name}: {word}, {cell.optimizer} on {cell.problem}, {cell.hyper}, T = {cell.T}: {cell.ratio_min:.3f}"


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return {name: entry(name) for name in some(NAMES, 8)}


def test_which_run_refutes_half_of_the_bound_is_recorded(found: dict[str, str]) -> None:
    if os.environ.get("CONVCHECK_UPDATE_GOLDEN"):
        text = "\n".join(map(entry, NAMES)) + "\n"
        RECORD.write_text(text, encoding="utf-8")
        pytest.fail(f"{RECORD} was written anew; review the diff")
    recorded = RECORD.read_text("utf-8").splitlines()
    assert [line.partition(":")[0] for line in recorded] == NAMES
    assert set(found.values()) <= set(recorded)


def test_no_half_of_a_bound_passes_in_silence(found: dict[str, str]) -> None:
    standing = {name for name, line in found.items() if ": refuted" not in line}
    assert standing - set(TIGHT) == set(OPEN) & set(found)


TIGHT = {
    "hazan2007/theorem-1": Instance(
        "quadratic", 1, {"spectrum": (1.0,)}, {"lr": 1.0}, {"μ": 1, "G": 1, "u": (0,)}, x0=(1.0,), certified=1
    )
}
"""Runs that are tight for one theorem: on x²/2 from 1 the first step is exact."""


@pytest.mark.parametrize("name", TIGHT)
def test_a_run_of_its_own_refutes_half_of_the_bound(name: str) -> None:
    (cell,) = alone(discovery.load(name, PROOFS.parent), TIGHT[name])
    assert cell.ratio_min == pytest.approx(1)
