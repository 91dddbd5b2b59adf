"""Where convcheck keeps what it can recompute, and how it writes any file: completely or not at all.

The cache root is ``CONVCHECK_CACHE`` where that is set; else the platform's folder for a user's caches; else, where
that cannot be written, a private temporary folder that lives as long as the process. Only a folder that the user
named is an error when it cannot be written.
"""

import atexit
import functools
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from convcheck.errors import CacheFallbackWarning, CacheNotWritableError

CACHE_VARIABLE = "CONVCHECK_CACHE"
STALE_SECONDS = 86_400.0  # one day: no write takes that long, so what is older was left behind by a killed process
_TEMPORARY_PREFIX = ".convcheck-"  # distinctive, because stale temporaries are removed in folders that others use too
_TEMPORARY_SUFFIX = ".tmp"
_private_folder_lock = threading.Lock()


def explicit_root() -> Path | None:
    """Return the folder that ``CONVCHECK_CACHE`` names (unset and empty both mean none), as an absolute path.

    Raises `CacheNotWritableError` if it begins with the ``~`` of somebody who has no home folder.
    """
    named = os.environ.get(CACHE_VARIABLE, "")
    if not named:
        return None
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError as error:
        raise _not_writable(named, error) from error


def cache_root() -> Path:
    """Return the cache's root folder, which then exists and can be written.

    Raises `CacheNotWritableError` if ``CONVCHECK_CACHE`` names a folder that cannot be created or written; nothing
    has changed then. Warns with `CacheFallbackWarning`, once per process, if the user's own folder cannot be used.
    """
    folder = explicit_root()
    if folder is not None:
        try:
            _ensure_writable(folder, mode=0o777)
        except OSError as error:
            raise _not_writable(folder, error) from error
        return folder
    try:
        folder = user_cache_folder(sys.platform, os.environ, Path.home())
        _ensure_writable(folder, mode=0o700)
    except (OSError, RuntimeError):  # RuntimeError: the user has no home folder
        with _private_folder_lock:
            return _private_folder()
    return folder


def cache_folder(name: str) -> Path:
    """Return the cache's subfolder ``name`` (``"runs"``, ``"kernels"``), made; raises and warns as `cache_root`."""
    folder = cache_root() / name
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _not_writable(folder, error) from error
    return folder


def user_cache_folder(platform: str, environ: Mapping[str, str], home: Path) -> Path:
    """Return the folder for convcheck's caches by the convention of ``platform`` (a value of `sys.platform`)."""
    if platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        base = Path(local) if local else home / "AppData" / "Local"
    elif platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        xdg = environ.get("XDG_CACHE_HOME", "")
        # The XDG specification: a relative path is invalid and to be ignored.
        base = Path(xdg) if Path(xdg).is_absolute() else home / ".cache"
    return base / "convcheck"


def write_atomically(path: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Write a file so that under its name there is, at every moment, the old content or the new, never a part.

    ``content`` is the bytes, or a function that writes them to the open file it is given. They go to a temporary
    name in the same folder, to the disk, and only then to ``path``. An exception removes the temporary; a killed
    process leaves it behind, harmless, and the next write to this folder that finds it older than a day removes it.
    A device or a pipe (``/dev/stdout``) is written in place. Raises `OSError` if the folder is missing or cannot be
    written.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            _put(stream, content)
        return
    path = path.resolve()  # through a symbolic link, instead of replacing the link
    temporary = _temporary_name(path.parent)
    try:
        with temporary.open("xb") as stream:
            _put(stream, content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()
    _remove_stale(path.parent)


def _put(stream: BinaryIO, content: bytes | Callable[[BinaryIO], object]) -> None:
    if isinstance(content, bytes):
        stream.write(content)
    else:
        content(stream)


def _temporary_name(folder: Path) -> Path:
    return folder / f"{_TEMPORARY_PREFIX}{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}"


def _remove_stale(folder: Path) -> None:
    oldest = time.time() - STALE_SECONDS
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            ours = entry.name.startswith(_TEMPORARY_PREFIX) and entry.name.endswith(_TEMPORARY_SUFFIX)
            if ours and entry.stat(follow_symlinks=False).st_mtime < oldest:
                with suppress(OSError):
                    Path(entry.path).unlink()


def _ensure_writable(folder: Path, *, mode: int) -> None:
    """Make ``folder`` and what is missing above it, and try to write there; on `OSError` unmake what was made."""
    made: list[Path] = []
    try:
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(mode, exist_ok=True)
            made.append(part)
        probe = _temporary_name(folder)  # os.access knows neither read-only mounts nor Windows' access lists
        probe.open("xb").close()
        probe.unlink()
    except OSError:
        for part in reversed(made):
            with suppress(OSError):
                part.rmdir()
        raise


@functools.cache
def _private_folder() -> Path:
    """Make the temporary folder that stands in for the user's; it is removed when this process ends.

    Called where the user's folder has just failed. Why is no argument: the answer is one per process, whatever it was.
    """
    warnings.warn(
        f"the user's cache folder cannot be used ({_why(sys.exception())}), so results are kept only until this "
        f"process ends; set {CACHE_VARIABLE} to a folder that can be written",
        CacheFallbackWarning,
        stacklevel=3,
    )
    try:
        folder = Path(tempfile.mkdtemp(prefix="convcheck-"))
    except OSError as error:
        raise _not_writable(tempfile.gettempdir(), error) from error
    atexit.register(_remove_private_folder, folder, os.getpid())
    return folder


def _remove_private_folder(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child inherits the exit handler, but not the folder
        shutil.rmtree(folder, ignore_errors=True)


def _why(error: BaseException | None) -> str:
    """Return the system's reason without the path, which is often that of a temporary."""
    return str(getattr(error, "strerror", None) or error)


def _not_writable(folder: Path | str, error: Exception) -> CacheNotWritableError:
    return CacheNotWritableError(
        f"the cache folder {os.fspath(folder)!r} cannot be written ({_why(error)}); "
        f"set {CACHE_VARIABLE} to a folder that can be, or unset it"
    )
