"""Where a command looks and where it writes: in an installed package, in a clone, below a repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convcheck.cli import places
from convcheck.discovery import PACKAGE


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Make a copy of the package as a wheel installs it, with one experiment in its catalogue."""
    package = tmp_path / "site" / "convcheck"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "_catalog"))
    catalog = package / "_catalog" / "experiments"
    catalog.mkdir(parents=True)
    template = (package / "cli" / "templates" / "experiment.py.in").read_text("utf-8")
    text = template.replace("$title", "An experiment").replace("$$", "$").replace("T: int = 100_000", "T: int = 1000")
    (catalog / "shipped.py").write_text(text, "utf-8")
    return package


def convcheck(package: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    environment |= {"PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "convcheck", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_installed_package_writes_to_the_current_folder_only(installed: Path, repository: Path) -> None:
    before = files(installed)
    verified = convcheck(installed, "verify", cwd=repository)
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    assert "shipped" in verified.stdout
    assert files(repository) == {"paper/generated/shipped.pdf", "paper/generated/shipped.png"}
    assert files(installed) == before


def test_an_installed_package_has_no_paper_and_says_so(installed: Path, repository: Path) -> None:
    done = convcheck(installed, "paper", cwd=repository)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: there is no paper/main.tex in {installed / '_catalog'}: ")
    assert "clone the repository" in done.stderr
    assert list(repository.iterdir()) == []


@pytest.mark.parametrize("folder", ["experiments", "proofs", "optimizers", "problems", "schedules"])
def test_the_nearest_repository_above_is_taken(repository: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    assert places.nearest() == places.catalog()
    (repository / folder).mkdir()
    below = repository / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert places.nearest() == places.Place(repository)
    assert places.nearest().output == repository
    (below / folder).mkdir()
    assert places.nearest() == places.Place(below)


def test_within_a_place_it_is_the_current_folder(repository: Path, tmp_path: Path) -> None:
    with places.Place(tmp_path).entered():
        assert Path.cwd() == tmp_path
    assert Path.cwd() == repository
