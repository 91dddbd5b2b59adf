"""What users install: the wheel works from an empty folder, and an installation from a clone follows its files."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
CATALOG = "convcheck/_catalog/"
CATALOG_PARTS = ("proofs/", "experiments/", "paper/refs.bib")
LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "generated", "_build")

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout, which says what belongs to it")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as a user would: without this checkout on its path."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the source distribution, and from what it holds, not from the checkout, the wheel."""
    folder = tmp_path_factory.mktemp("built")
    build = "from hatchling.build import build_{0}; print(build_{0}({1!r}))"
    sdist = folder / run(sys.executable, "-c", build.format("sdist", str(folder)), cwd=ROOT).split()[-1]
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    wheel = folder / run(sys.executable, "-c", build.format("wheel", str(folder)), cwd=source).split()[-1]
    return {"sdist": sdist, "source": source, "wheel": wheel}


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Make an environment that has the dependencies and not convcheck; return its folder of programs."""
    folder = tmp_path / "environment"
    run(sys.executable, "-m", "venv", folder, cwd=tmp_path)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    # A folder named in a .pth file is searched for modules; its own .pth files, our editable install, are not read.
    ours = sysconfig.get_path("purelib")
    theirs = run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path)
    Path(theirs.strip(), "dependencies.pth").write_text(ours + "\n", "utf-8")
    return programs


def install(programs: Path, *what: str | Path) -> None:
    """Install without the network and without touching the dependencies."""
    pip = (programs / "python", "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed", *what, cwd=programs)


def listed(programs: Path, kind: str, cwd: Path) -> dict[str, dict[str, Any]]:
    rows = json.loads(run(programs / "convcheck", "list", kind, "--format", "json", cwd=cwd))
    return {row["name"]: row for row in rows}


def tracked(*below: str) -> set[str]:
    git = shutil.which("git")
    assert git is not None
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *below]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def test_the_wheel_holds_package_and_catalogue_and_nothing_else(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        names = set(archive.namelist())
    metadata = {name for name in names if name.partition("/")[0].endswith(".dist-info")}
    assert names - metadata == tracked("convcheck") | {CATALOG + name for name in tracked(*CATALOG_PARTS)}
    assert {"convcheck/py.typed", CATALOG + "experiments/reddi_online.py"} <= names


def test_the_source_distribution_can_be_tested_and_holds_the_paper(built: dict[str, Path]) -> None:
    source = built["source"]
    assert all((source / name).is_file() for name in ("paper/main.tex", "Makefile", "requirements.lock", "LICENSE"))
    tests = {path.relative_to(source).as_posix() for path in (source / "tests").rglob("*.py")}
    assert tests == {name for name in tracked("tests") if name.endswith(".py")}


def test_the_wheel_works_from_an_empty_folder(built: dict[str, Path], environment: Path, tmp_path: Path) -> None:
    install(environment, built["wheel"])
    empty = tmp_path / "empty"
    empty.mkdir()
    where = run(environment / "python", "-c", "import convcheck; print(convcheck.__file__)", cwd=empty)
    assert Path(where.strip()).is_relative_to(tmp_path)
    assert set(listed(environment, "experiments", empty)) >= {"reddi_online", "reddi_stochastic"}
    assert set(listed(environment, "optimizers", empty)) >= {"adam_undebiased", "amsgrad", "sgd"}
    program = """
import convcheck as cc
run = cc.run(cc.optimizer("amsgrad"), cc.problem("reddi", C=3), T=300, lr=cc.schedule("inverse_sqrt", alpha=0.5))
print(run.regret[0, -1] / run.T)
"""
    worst_fixed_point = 2 / 3  # 3 - 1 - 1 per cycle of three rounds, on an interval of length 2
    assert 0 < float(run(environment / "python", "-c", program, cwd=empty)) < worst_fixed_point
    assert list(empty.iterdir()) == []


def test_an_edited_experiment_shows_at_once(environment: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=LEFT_BEHIND)
    shutil.copy(ROOT / ".gitignore", clone)
    install(environment, "--editable", clone)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    before = listed(environment, "experiments", elsewhere)
    edited = clone / "experiments" / "reddi_online.py"
    title = before["reddi_online"]["title"]
    text = edited.read_text("utf-8")
    assert title in text
    edited.write_text(text.replace(title, "A title of today", 1), "utf-8")
    shutil.copy(edited, edited.with_name("reddi_again.py"))

    after = listed(environment, "experiments", elsewhere)
    assert after["reddi_online"]["title"] == "A title of today"
    assert set(after) == set(before) | {"reddi_again"}

    edited.with_name("reddi_again.py").unlink()
    assert set(listed(environment, "experiments", elsewhere)) == set(before)
