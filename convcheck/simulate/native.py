"""Compile a kernel's source text; the file is named by everything the machine code depends on.

The text alone decides what is executed: a kernel file with other content is overwritten before it is imported.  Numba
keeps the machine code beside it.  A manifest holds the digests of those files; machine code that does not match is
named, removed and compiled anew, never loaded.
"""

import json
import sys
import warnings
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from convcheck.errors import CorruptEntryWarning
from convcheck.simulate.folders import cache_folder, write_atomically

Advance = Callable[..., None]


def call(text: str, *args: Any) -> None:
    """Run the function ``advance`` of a kernel's source text on ``args``, compiling it for this machine if need be."""
    _compiled(text)(*args)


@lru_cache(maxsize=512)
def _compiled(text: str) -> Advance:
    """Return the compiled kernel; processes that want the same one wait for each other, not to compile it twice."""
    import llvmlite  # half a second that runs without native code should not pay
    import numba
    from filelock import FileLock
    from llvmlite import binding

    machine = (
        numba.__version__,
        llvmlite.__version__,
        binding.get_host_cpu_name(),
        binding.get_host_cpu_features().flatten(),
    )
    parts = (*machine, str(sys.implementation.cache_tag), sys.platform, text)
    name = "kernel_" + sha256("\n".join(parts).encode()).hexdigest()[:32]
    path = cache_folder("kernels") / f"{name}.py"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists() or path.read_bytes() != text.encode():
            write_atomically(path, text.encode())
        manifest = path.with_suffix(".json")
        _discard_unknown(path, manifest)
        function = _execute(name, path, text)
        write_atomically(manifest, json.dumps(_digests(path)).encode())
    return function


def _machine_code(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"__pycache__/{path.stem}.*.nb[ic]"))


def _digests(path: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in _machine_code(path)}


def _discard_unknown(path: Path, manifest: Path) -> None:
    """Remove machine code that the manifest does not vouch for."""
    try:
        known = json.loads(manifest.read_text()) if manifest.exists() else {}
    except ValueError:
        known = None
    found = _digests(path)
    if found == known:
        return
    for file in _machine_code(path):
        file.unlink()
    if known or known is None:
        warnings.warn(
            f"the machine code of {path} does not match its manifest: compiled anew", CorruptEntryWarning, stacklevel=5
        )


def _execute(name: str, path: Path, text: str) -> Advance:
    """Execute a kernel's text, which compiles it or loads numba's cache of it; numba looks beside ``path``."""
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102  # not the file: Python might read its own cache
    function: Advance = module.advance
    return function
