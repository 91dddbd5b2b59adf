"""What holds of the repository as a whole: its files, its locks, its set-up, and what importing it costs."""

import ast
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 600  # lines; a file is one idea
ONE_PROGRAM = "convcheck/check.py"  # must run as a single file, so its bound is the next line's
TRUSTED = {"convcheck/kernel": 900, ONE_PROGRAM: 750}  # code lines: few enough to be read in one sitting
LOCKS = ("requirements.lock", "requirements-docs.lock")

# Composed from halves: this file must pass its own test.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("npmjs", "org"),
        ("npmjs", "com"),
    )
]
MACHINE_PATHS = ["/".join(parts) for parts in (("..", "shared"), ("", "work", "main"), ("", "work", "shared"))]


def files_of_the_repository() -> list[Path]:
    """List what git tracks, or would if it were added."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(path for name in set(names.split("\0")) if name and (path := ROOT / name).is_file())


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_no_file_is_longer_than_an_idea() -> None:
    modules = [path for path in files_of_the_repository() if path.suffix == ".py"]
    assert modules
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE and name != ONE_PROGRAM} == {}


@pytest.mark.parametrize("place", TRUSTED)
def test_what_is_trusted_is_small(place: str) -> None:
    files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
    assert 0 < sum(map(code_lines, files)) <= TRUSTED[place]


def code_lines(path: Path) -> int:
    """Count the lines that are neither blank nor comment nor docstring."""
    text = path.read_text("utf-8")
    documented: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            documented |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for i, line in lines if line.strip() and not line.strip().startswith("#") and i not in documented)


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = [
        (str(path.relative_to(ROOT)), word)
        for path in files_of_the_repository()
        for word in REGISTRY_HOSTS + MACHINE_PATHS
        if word.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_alone(lock: str) -> None:
    pin = re.compile(r"[a-z0-9-]+==[\w.]+( ; [\w.'<>=!*() -]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    comment = re.compile(r"#[\w :-]*")
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if not any(form.fullmatch(line) for form in (pin, digest, comment))] == []


def test_the_lock_answers_every_requirement() -> None:
    project = pyproject()
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines()}
    groups = project["dependency-groups"]
    wanted = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *(line for group in ("build", "test", "lint") for line in groups[group]),
    ]
    assert {distribution(line) for line in wanted} - pinned == set()


def test_each_dependency_has_its_line() -> None:
    project = pyproject()
    described = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    declared = [
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *(line for group in project["dependency-groups"].values() for line in group if isinstance(line, str)),
    ]
    named = set(re.findall(r"[\w-]+", described))
    assert {distribution(line) for line in declared} - named == set()


def distribution(requirement: str) -> str:
    """Return the name in a requirement such as ``numpy>=2.0``."""
    return re.split(r"[^\w-]", requirement, maxsplit=1)[0]


def test_each_lint_rule_that_is_off_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start = lines.index("ignore = [", lines.index("[tool.ruff.lint]")) + 1
    ignores = lines[start : lines.index("]", start)]
    assert ignores
    assert [line for line in ignores if not re.fullmatch(r'    "[A-Z]+\d*", *# \w.+', line)] == []


def test_the_readme_sets_up_in_two_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (commands,) = re.findall(r"^```sh\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    targets = re.findall(r"^make (\w+)", commands, re.MULTILINE)
    assert targets == ["verify", "test"]
    assert len(commands.splitlines()) == len(targets)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^[\w ]*\b{target}\b[\w ]*:", makefile, re.MULTILINE) for target in targets)


def test_the_readme_shows_python_that_runs() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    printed = {name: float(number) for name, number in map(str.split, done.stdout.splitlines())}
    comments = [float(number) for number in re.findall(r"\b0\.\d{3}\b", example)]
    assert [round(number, 3) for number in printed.values()] == comments
    assert list(printed) == ["adam_undebiased", "amsgrad"]


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import convcheck", {"convcheck", "numpy"}),
        ("sys.argv = ['convcheck', '--help']; from convcheck.cli import main; main()", {"convcheck", "numpy", "click"}),
    ],
    ids=["import", "help"],
)
def test_starting_loads_next_to_nothing(statement: str, allowed: set[str]) -> None:
    program = f"""
import sys
before = set(sys.modules)
try:
    {statement}
except SystemExit as stop:
    assert not stop.code, stop.code
packages = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(packages - sys.stdlib_module_names), sep="\\n", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split())
    assert "convcheck" in loaded
    assert loaded <= allowed


@pytest.mark.parametrize(
    ("pretence", "sentence"),
    [
        ("sys.version_info = (3, 9, 18)", "needs Python 3.11 or newer"),
        ("sys.modules['ensurepip'] = None", "apt install python3-venv"),
    ],
    ids=["too-old", "without-venv"],
)
def test_an_unsuitable_python_is_told_so(tmp_path: Path, pretence: str, sentence: str) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("needs make")
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; {pretence}; exec(sys.argv[1])" "$2"\n')
    python.chmod(0o755)
    done = subprocess.run([make, f"PYTHON={python}", "test"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[0]
    assert not (tmp_path / ".venv").exists()


def test_tests_cannot_leave_the_machine() -> None:
    with (
        socket.socket() as out,
        pytest.raises(RuntimeError, match="nothing but this machine"),
    ):
        out.connect(("192.0.2.1", 80))  # an address reserved for documentation


def test_tests_can_talk_to_themselves() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
