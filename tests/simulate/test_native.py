"""Compiled kernels on disk: what is damaged is detected and compiled anew, and processes do not disturb each other."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import pytest

import convcheck as cc
from convcheck.errors import CacheNotWritableError, CorruptEntryWarning
from convcheck.simulate import native

PROGRAM = """
import convcheck as cc
print(cc.run("sgd", "reddi", 1000, lr=0.1).regret[0, -1].hex())
"""


def regret() -> str:
    """Run the kernel of these tests as a new process would; return the regret in hexadecimal."""
    native._compiled.cache_clear()
    return str(float(cc.run("sgd", "reddi", 1000, lr=0.1).regret[0, -1]).hex())


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    native._compiled.cache_clear()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a cache that holds one compiled kernel, and the regret that it computes."""
    folder = tmp_path_factory.mktemp("original")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVCHECK_CACHE", str(folder))
        return folder, regret()


@pytest.fixture
def cache(original: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of that cache, times included, which is now the one in use."""
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(original[0], tmp_path / "cache")


def only(cache: Path, pattern: str) -> Path:
    (path,) = cache.rglob(pattern)
    return path


def flip(path: Path) -> None:
    """Change one byte in the middle, and neither the size nor the time."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def forge(path: Path) -> None:
    path.write_text('{"kernel.nbi": "0"}')


def test_a_copy_of_a_cache_is_as_good(cache: Path, original: tuple[Path, str]) -> None:
    files = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}
    assert {path.suffix for path in cache.rglob("*") if path.is_file()} == {".json", ".lock", ".nbc", ".nbi", ".py"}
    assert {path.name for path in files} == set(json.loads(only(cache, "*.json").read_text()))
    assert regret() == original[1]
    assert files == {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}  # nothing was compiled


@pytest.mark.parametrize(
    ("pattern", "damage"), [("*.nbi", flip), ("*.nbi", empty), ("*.nbc", flip), ("*.nbc", truncate)]
)
def test_damaged_machine_code_is_named_and_compiled_anew(
    pattern: str, damage: Callable[[Path], None], cache: Path, original: tuple[Path, str]
) -> None:
    damage(only(cache, pattern))
    with pytest.warns(CorruptEntryWarning, match="does not match its manifest") as caught:
        assert regret() == original[1]
    assert str(only(cache, "kernel_*.py")) in str(caught[0].message)
    assert regret() == original[1]  # and no warning now


@pytest.mark.parametrize("damage", [truncate, forge])
def test_a_damaged_manifest_vouches_for_nothing(
    damage: Callable[[Path], None], cache: Path, original: tuple[Path, str]
) -> None:
    damage(only(cache, "*.json"))
    with pytest.warns(CorruptEntryWarning, match="does not match its manifest"):
        assert regret() == original[1]
    assert regret() == original[1]


def test_a_process_killed_while_compiling_leaves_nothing_to_mend(cache: Path, original: tuple[Path, str]) -> None:
    only(cache, "*.json").unlink()  # the manifest is written last
    assert regret() == original[1]


@pytest.mark.parametrize("content", [b"", b"\xff\x00 no text", b"raise SystemExit"])
def test_a_source_file_is_never_trusted(content: bytes, cache: Path, original: tuple[Path, str]) -> None:
    path = only(cache, "kernel_*.py")
    text = path.read_bytes()
    path.write_bytes(content)
    assert regret() == original[1]
    assert path.read_bytes() == text


def test_bytecode_beside_the_source_is_never_executed(cache: Path, original: tuple[Path, str]) -> None:
    """Python would take a file with the right time and size in its header for the compiled source."""
    path = only(cache, "kernel_*.py")
    status = path.stat()
    stamp = int(status.st_mtime).to_bytes(4, "little") + status.st_size.to_bytes(4, "little")
    Path(cache_from_source(str(path))).write_bytes(MAGIC_NUMBER + bytes(4) + stamp + b"junk")
    assert regret() == original[1]


def test_two_processes_compile_the_same_kernel_at_once(
    tmp_path: Path, original: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "shared"))
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(2)]
    answers = [process.communicate(timeout=100)[0].strip() for process in started]
    assert answers == [original[1]] * 2
    names = {path.suffix for path in (tmp_path / "shared").rglob("*") if path.is_file()}
    assert names == {".json", ".lock", ".nbc", ".nbi", ".py"}


def test_an_explicit_cache_that_cannot_be_written_is_an_error_before_anything_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(CacheNotWritableError, match="CONVCHECK_CACHE"):
        regret()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
