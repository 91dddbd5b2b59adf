"""Finding files by folder: bundled ones, the user's own, and what happens when a file is not what it seems."""

import os
import subprocess
import sys
from pathlib import Path
from traceback import format_exception

import pytest

import convcheck as cc
from convcheck import discovery
from convcheck.discovery import PACKAGE, bundled_folder, entries, import_file, load, resolve, user_root
from convcheck.errors import CatalogError, DuplicateNameError, RuleError, UnknownNameError

OPTIMIZER = '''
"""Mine."""
from convcheck.optimizers.base import optimizer

@optimizer(source="test")
def {name}(x, g, t, *, lr={lr}):
    """Step."""
    return (x - lr * g,)
'''
PROBLEM = '''
"""Mine."""
from math import inf
import numpy as np
from convcheck.assumptions import BoundedDomain, Linear
from convcheck.problems.base import define

def gradient(x, t, *, C=3.0):
    return np.where(t % 2 == 1, C, -1)

def project(x):
    return np.clip(x, -1, 1)

def promises(*, C=3.0):
    return Linear(), BoundedDomain(2, norm=inf)

problem = define(gradient, project=project, promises=promises, start=1.0, source="test")
'''


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a repository of one's own: two optimizers, a problem, a schedule and deep folders."""
    for folder in ("optimizers", "problems", "schedules", "experiments", "notes/deep/down"):
        (tmp_path / "mine" / folder).mkdir(parents=True)
    root = tmp_path / "mine"
    (root / "optimizers" / "own.py").write_text(OPTIMIZER.format(name="own", lr=0.25))
    (root / "optimizers" / "_helper.py").write_text("raise AssertionError")
    (root / "problems" / "two.py").write_text(PROBLEM)
    (root / "schedules" / "halves.py").write_text(
        "from convcheck.schedules.base import schedule\n"
        "@schedule(source='test')\ndef halves(t):\n    '''Return 1/2.'''\n    return 0.5 + 0 * t\n"
    )
    (root / "experiments" / "study.py").write_text('"""A study."""\nANSWER = 42\n')
    monkeypatch.chdir(root)
    return root


def test_bundled_files_are_found_and_helpers_are_not() -> None:
    for kind, some in {
        "optimizer": {"sgd", "adam", "amsgrad"},
        "schedule": {"inverse_sqrt"},
        "problem": {"reddi"},
    }.items():
        found = entries(kind)
        assert some <= set(found)
        assert not {"base", "equations", "draws", "vectors", "minimum", "__init__"} & set(found)
        assert all(entry.path == bundled_folder(kind) / f"{name}.py" for name, entry in found.items())
        for name in found:
            load(kind, name)


@pytest.mark.parametrize("where", [".", "optimizers", "notes", "notes/deep/down"])
def test_ones_own_files_come_beside_the_bundled_ones_from_any_folder_below(
    where: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / where)
    assert user_root() == root
    assert {"own", "sgd"} <= set(entries("optimizer"))
    assert "_helper" not in entries("optimizer")
    assert entries("optimizer")["own"].path == root / "optimizers" / "own.py"
    assert cc.optimizer("own").hyperparameters == {"lr": 0.25}
    assert cc.schedule("halves")(3.0) == 0.5
    run = cc.run("own", cc.problem("two", C=2.0), 5, record=5)
    assert (run.optimizer, run.problem, run.x[0, :3, 0].tolist()) == ("own", "two", [1.0, 0.5, 0.75])
    assert load("experiment", "study").ANSWER == 42


def test_a_folder_given_counts_instead(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "own" not in entries("optimizer")
    assert "own" in entries("optimizer", root)
    assert load("optimizer", "own", root).name == "own"


def test_the_nearest_repository_counts(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "notes" / "problems").mkdir()
    monkeypatch.chdir(root / "notes" / "deep")
    assert user_root() == root / "notes"
    assert "own" not in entries("optimizer")


def test_the_package_itself_is_no_users_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (
        PACKAGE,
        PACKAGE.parent,
        PACKAGE / "optimizers",
        PACKAGE.parent / "tests",
        PACKAGE.parent / "tests" / "problems",
    ):
        monkeypatch.chdir(folder)
        assert user_root() is None


def test_a_link_to_the_package_is_the_package(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(PACKAGE.parent, target_is_directory=True)
    assert user_root(tmp_path / "link") is None
    assert user_root(tmp_path / "link" / "convcheck" / "simulate") is None


@pytest.mark.parametrize(
    ("kind", "name"),
    [("optimizer", "amsgrad"), ("problem", "reddi"), ("schedule", "constant"), ("experiment", "reddi_online")],
)
def test_a_name_already_taken_shows_both_files(kind: str, name: str, root: Path) -> None:
    path = root / discovery.FOLDERS[kind] / f"{name}.py"
    path.write_text(OPTIMIZER.format(name=name, lr=0.1))
    with pytest.raises(DuplicateNameError) as caught:
        load(kind, name)
    assert str(path) in str(caught.value)
    assert str(bundled_folder(kind) / f"{name}.py") in str(caught.value)
    with pytest.raises(DuplicateNameError):
        load(kind, "anything")


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("optimizer", "", "must define a function wrong decorated with @optimizer"),
        ("optimizer", "wrong = 3", "must define a function wrong decorated with @optimizer"),
        ("optimizer", "def wrong(x, g, t): return (x,)", "must define a function wrong decorated with @optimizer"),
        ("optimizer", OPTIMIZER.format(name="other", lr=1), "must define a function wrong"),
        ("optimizer", OPTIMIZER.format(name="other", lr=1) + "\nwrong = other\n", "must define a function wrong"),
        ("schedule", OPTIMIZER.format(name="wrong", lr=1), "must define a function wrong decorated with @schedule"),
        ("problem", "", "must define problem = define"),
        ("problem", "problem = 3", "must define problem = define"),
        ("problem", "from convcheck.problems.reddi import problem", "must define problem = define"),
    ],
)
def test_a_file_without_what_its_folder_promises(kind: str, text: str, sentence: str, root: Path) -> None:
    path = root / discovery.FOLDERS[kind] / "wrong.py"
    path.write_text(text)
    with pytest.raises(CatalogError, match=sentence) as caught:
        load(kind, "wrong")
    assert str(path) in str(caught.value)


def test_an_error_in_a_file_is_the_files_own(root: Path) -> None:
    path = root / "optimizers" / "broken.py"
    for text, error in (("def (", SyntaxError), ("1 / 0", ZeroDivisionError), ("import no_such_module", ImportError)):
        path.write_text(text)
        with pytest.raises(error) as caught:
            load("optimizer", "broken")
        assert str(path) in "".join(format_exception(caught.value))
    path.write_text(OPTIMIZER.format(name="broken", lr=0.1).replace("lr * g", "lr * g**3"))
    with pytest.raises(RuleError, match=r"broken: np\.power is not in the vocabulary"):
        load("optimizer", "broken")
    path.write_text(OPTIMIZER.format(name="broken", lr=0.1))
    assert load("optimizer", "broken").name == "broken"


def test_nothing_is_executed_before_it_is_asked_for(root: Path) -> None:
    (root / "optimizers" / "bomb.py").write_text("raise SystemExit('executed')")
    assert "bomb" in entries("optimizer")
    assert cc.optimizer("sgd").name == "sgd"


def test_a_file_that_changes_is_executed_anew(root: Path) -> None:
    """Even within a second and at the same size, which is all that Python's own cache looks at."""
    path = root / "optimizers" / "own.py"
    first = cc.optimizer("own")
    assert cc.optimizer("own") is first
    status = path.stat()
    path.write_text(OPTIMIZER.format(name="own", lr=0.75))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert cc.optimizer("own").hyperparameters == {"lr": 0.75}
    assert not list(root.rglob("__pycache__"))


def test_files_of_the_same_name_in_two_places_do_not_meet(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "own.py"
    other.write_text(OPTIMIZER.format(name="own", lr=0.5))
    assert import_file(other).own.hyperparameters == {"lr": 0.5}
    assert import_file(root / "optimizers" / "own.py").own.hyperparameters == {"lr": 0.25}


def test_resolve_takes_names_and_objects() -> None:
    rule = cc.optimizer("sgd")
    assert resolve("optimizer", "sgd") is rule
    assert resolve("optimizer", rule) is rule
    with pytest.raises(CatalogError, match=r"is no optimizer: pass a name, or what cc.optimizer\(name\) returns"):
        resolve("optimizer", cc.problem("reddi"))
    with pytest.raises(UnknownNameError):
        resolve("problem", "sgd")


def test_another_process_finds_the_same_files(root: Path) -> None:
    script = "import convcheck as cc; print(cc.run('own', 'two', 5, record=5).x[0, 1, 0])"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=root / "notes" / "deep", capture_output=True, text=True, check=True
    )
    assert answer.stdout == "0.25\n"
