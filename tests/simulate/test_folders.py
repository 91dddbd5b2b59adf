"""The cache's folders and the writing of files."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from convcheck.errors import CacheNotWritableError
from convcheck.simulate.folders import (
    STALE_SECONDS,
    cache_folder,
    cache_root,
    user_cache_folder,
    write_atomically,
)

posix = pytest.mark.skipif(os.name == "nt", reason="signals, permissions and devices are POSIX's")

# Asks for the root from eight threads at once, slowly, and then again, and prints it.
ASK = """
import tempfile, threading, time, warnings
from convcheck.errors import CacheFallbackWarning
from convcheck.simulate.folders import cache_root
make = tempfile.mkdtemp
tempfile.mkdtemp = lambda **options: time.sleep(0.05) or make(**options)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    roots = []
    threads = [threading.Thread(target=lambda: roots.append(cache_root())) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    roots.append(cache_root())
assert len(set(roots)) == 1, roots
(roots[0] / "here").touch()
print(roots[0], oct(roots[0].stat().st_mode & 0o777), [w.category.__name__ for w in caught], sep="\\n")
print(*(str(w.message) for w in caught))
"""


@pytest.fixture(autouse=True)
def _no_cache_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONVCHECK_CACHE", raising=False)


def temporaries(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name.endswith(".tmp")]


def ask(**environment: str) -> list[str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    where = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=kept | where | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_explicit_root_is_made_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "a" / "b"
    monkeypatch.setenv("CONVCHECK_CACHE", str(wanted))
    assert cache_root() == wanted
    assert cache_folder("runs") == wanted / "runs"
    assert cache_folder("runs").is_dir()
    assert list(wanted.iterdir()) == [wanted / "runs"]  # the trial of writing leaves nothing


def test_explicit_root_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("CONVCHECK_CACHE", "here")
    assert cache_root() == tmp_path / "here"
    monkeypatch.setenv("CONVCHECK_CACHE", "~/there")
    assert cache_root() == tmp_path / "home" / "there"


@pytest.mark.parametrize("below", ["", "x", "x/y"])
def test_explicit_root_that_cannot_be_made_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    (tmp_path / "file").write_text("kept")
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "file" / below))
    with pytest.raises(CacheNotWritableError, match=r"file.* cannot be written .*set CONVCHECK_CACHE"):
        cache_root()
    assert (tmp_path / "file").read_text() == "kept"


@posix
def test_failure_unmakes_the_parents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "new" / ("long" * 100)))
    with pytest.raises(CacheNotWritableError):
        cache_root()
    assert list(tmp_path.iterdir()) == []


@posix
def test_unknown_home_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", "~nobody-of-this-name/cache")
    with pytest.raises(CacheNotWritableError, match="nobody-of-this-name"):
        cache_root()


def test_subfolder_taken_by_a_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path))
    (tmp_path / "runs").write_text("kept")
    with pytest.raises(CacheNotWritableError, match="runs"):
        cache_folder("runs")
    assert (tmp_path / "runs").read_text() == "kept"


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, "home/.cache/convcheck"),
        ("linux", {"XDG_CACHE_HOME": ""}, "home/.cache/convcheck"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "home/.cache/convcheck"),
        ("darwin", {}, "home/Library/Caches/convcheck"),
        ("win32", {}, "home/AppData/Local/convcheck"),
        ("win32", {"LOCALAPPDATA": "local"}, "local/convcheck"),
    ],
)
def test_platforms(platform: str, environ: dict[str, str], expected: str) -> None:
    assert user_cache_folder(platform, environ, Path("home")) == Path(expected)


def test_absolute_xdg_folder(tmp_path: Path) -> None:
    assert user_cache_folder("linux", {"XDG_CACHE_HOME": str(tmp_path)}, Path("home")) == tmp_path / "convcheck"


@pytest.mark.skipif(sys.platform != "linux", reason="sets the folder by Linux's variable")
def test_user_folder_is_private_and_silent(tmp_path: Path) -> None:
    root, mode, warned, *_ = ask(XDG_CACHE_HOME=str(tmp_path / "cache"), HOME=str(tmp_path), CONVCHECK_CACHE="")
    assert root == str(tmp_path / "cache" / "convcheck")
    assert mode == "0o700"
    assert warned == "[]"
    assert (Path(root) / "here").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="sets the folder by Linux's variable")
def test_fallback_is_private_warns_once_and_ends_with_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "tmp").mkdir()
    environment = {"XDG_CACHE_HOME": str(tmp_path / "file"), "HOME": str(tmp_path), "TMPDIR": str(tmp_path / "tmp")}
    root, mode, warned, message = ask(**environment)
    assert Path(root).parent == tmp_path / "tmp"
    assert mode == "0o700"
    assert warned == "['CacheFallbackWarning']"
    assert "Not a directory" in message
    assert "set CONVCHECK_CACHE" in message
    assert list((tmp_path / "tmp").iterdir()) == []


def test_write_bytes_and_writer(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    write_atomically(tmp_path / "b", lambda stream: stream.write(b"three"))
    assert (tmp_path / "a").read_bytes() == b"two"
    assert (tmp_path / "b").read_bytes() == b"three"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_failing_writer_keeps_the_old_file(tmp_path: Path) -> None:
    def fails(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise KeyboardInterrupt

    write_atomically(tmp_path / "a", b"old")
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", fails)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert temporaries(tmp_path) == []


def test_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "no" / "a", b"x")
    assert list(tmp_path.iterdir()) == []


@posix
def test_killed_writer_leaves_the_old_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    half = (
        "import pathlib, sys, time\n"
        "from convcheck.simulate.folders import write_atomically\n"
        "def half(stream):\n"
        "    stream.write(b'new' * 100_000); stream.flush(); print('written', flush=True); time.sleep(60)\n"
        "write_atomically(pathlib.Path(sys.argv[1]), half)\n"
    )
    with subprocess.Popen([sys.executable, "-c", half, str(tmp_path / "a")], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    assert (tmp_path / "a").read_bytes() == b"old"
    [left] = temporaries(tmp_path)  # it really was in the middle
    write_atomically(tmp_path / "b", b"x")
    assert temporaries(tmp_path) == [left]  # young: its writer might still be at work
    old = time.time() - STALE_SECONDS - 10
    os.utime(tmp_path / left, (old, old))
    (tmp_path / "other.tmp").touch()
    os.utime(tmp_path / "other.tmp", (old, old))
    write_atomically(tmp_path / "b", b"y")
    assert temporaries(tmp_path) == ["other.tmp"]  # another program's is not ours to remove


@posix
def test_mode_follows_the_umask(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_atomically(tmp_path / "a", b"x")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


@posix
def test_link_and_pipe_are_written_through(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(tmp_path / "pipe", b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Give up root's right to write everywhere while a test runs."""
    root = os.name != "nt" and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


@posix
@pytest.mark.usefixtures("unprivileged")
def test_folder_without_permission_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", "/convcheck-nobody-may-make-this")
    with pytest.raises(CacheNotWritableError, match=r"Permission denied|Read-only file system"):
        cache_root()
