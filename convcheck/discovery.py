"""Finding things by folder: an optimizer, schedule, problem, experiment or claim is a file, and its name is the file's.

Bundled files come first; files of the user's own repository, the nearest folder from here upwards that holds one of the
folders ``optimizers schedules problems experiments proofs``, come beside them.  A name in both is an error that shows
both files.  Nothing is imported before it is asked for.
"""

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from convcheck.errors import CatalogError, DuplicateNameError, UnknownNameError

PACKAGE = Path(__file__).resolve().parent
FOLDERS: Mapping[str, str] = {
    "optimizer": "optimizers",
    "schedule": "schedules",
    "problem": "problems",
    "experiment": "experiments",
}
_HELPERS = frozenset(
    {"base", "equations", "invariances", "workers", "draws", "vectors", "minimum", "networks", "teachers", "kronecker"}
)
"""Modules of the bundled folders that hold no rule."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that carries a name."""

    name: str
    path: Path
    module: str | None
    """The dotted name under which a bundled file is imported; None for a user's file."""


def bundled_folder(kind: str) -> Path:
    """Return the folder of a kind's bundled files; experiments lie beside the package, or in the wheel's catalogue."""
    if kind != "experiment":
        return PACKAGE / FOLDERS[kind]
    catalog = PACKAGE / "_catalog" / FOLDERS[kind]
    return catalog if catalog.is_dir() else PACKAGE.parent / FOLDERS[kind]


def catalog_root() -> Path:
    """Return the folder of the bundled catalogue: the top of a clone, or a folder inside an installed package."""
    return bundled_folder("experiment").parent


def in_checkout() -> bool:
    """Return whether the package runs from a clone of its repository, which is one's own to write to."""
    return catalog_root() == PACKAGE.parent


def user_root(start: Path | None = None) -> Path | None:
    """Return the nearest folder from ``start`` (the current one) upwards that is a user's repository, if one is."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if folder in {PACKAGE, PACKAGE.parent, PACKAGE.parent / "tests"} or PACKAGE in folder.parents:
            return None
        if any((folder / name).is_dir() for name in (*FOLDERS.values(), "proofs")):
            return folder
    return None


def entries(kind: str, root: Path | None = None) -> dict[str, Entry]:
    """Return the files of a kind by name, bundled and the user's (below ``root``, else `user_root`).

    Raises
    ------
    DuplicateNameError
        A user's file bears a bundled name; the message shows both.
    """
    bundled = bundled_folder(kind)
    found = {}
    for path in sorted(bundled.glob("*.py")):
        if not path.stem.startswith("_") and not (kind != "experiment" and path.stem in _HELPERS):
            module = None if kind == "experiment" else f"convcheck.{FOLDERS[kind]}.{path.stem}"
            found[path.stem] = Entry(path.stem, path, module)
    own = root or user_root()
    folder = None if own is None else own / FOLDERS[kind]
    if folder is not None and folder.is_dir() and folder.resolve() != bundled.resolve():
        for path in sorted(folder.glob("*.py")):
            if path.stem.startswith("_"):
                continue
            if path.stem in found:
                msg = f"{kind} {path.stem!r} is the name of two files: {found[path.stem].path} and {path}; rename yours"
                raise DuplicateNameError(msg)
            found[path.stem] = Entry(path.stem, path, None)
    return found


def load(kind: str, name: str, root: Path | None = None) -> Any:
    """Return the optimizer, schedule or problem of this name, or the module of the experiment.

    Raises
    ------
    UnknownNameError
        With the nearest name that exists.
    CatalogError
        The file does not hold what its folder promises.
    """
    known = entries(kind, root)
    name = str(name)  # whatever was given, the message shows it
    if name not in known:
        raise UnknownNameError(kind, name, known)
    entry = known[name]
    module = importlib.import_module(entry.module) if entry.module else import_file(entry.path)
    if kind == "experiment":
        return module
    made = getattr(module, "problem" if kind == "problem" else name, None)
    if not isinstance(made, _class_of(kind)) or getattr(made, "name", name) != name:
        what = f"a function {name} decorated with @{kind}(source=…)"
        if kind == "problem":
            what = "problem = define(gradient, …), with a gradient of its own"
        msg = f"{entry.path} must define {what}"
        raise CatalogError(msg)
    return made


def claim_id(path: Path) -> str:
    """Return the id of a claim file: its folder and its name, with - for _."""
    return f"{path.parent.name}/{path.stem}".replace("_", "-")


def resolve(kind: str, given: Any) -> Any:
    """Return ``given`` if it is already an object of this kind, else load it by name."""
    if isinstance(given, str):
        return load(kind, given)
    wanted = _class_of(kind)
    if isinstance(given, wanted):
        return given
    msg = f"{given!r} is no {kind}: pass a name, or what cc.{kind}(name) returns"
    raise CatalogError(msg)


def import_file(path: Path) -> ModuleType:
    """Import a file by its path, anew if it has changed since; like pytest, this executes it."""
    name = f"convcheck_file_{sha256(str(path.resolve()).encode()).hexdigest()[:12]}.{path.stem}"
    content = path.read_bytes()
    stamp = sha256(content).hexdigest()
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__convcheck_stamp__", None) == stamp:
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        msg = f"{path} is no Python file"
        raise CatalogError(msg)
    # Compiled from what was just read: Python's own cache takes a file of the same size and second for unchanged.
    code = compile(content, str(path), "exec", dont_inherit=True)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)  # noqa: S102  # the user's own file
    except BaseException:
        del sys.modules[name]
        raise
    module.__dict__["__convcheck_stamp__"] = stamp
    return module


def _class_of(kind: str) -> type:
    module = importlib.import_module(f"convcheck.{FOLDERS[kind]}.base")
    wanted: type = getattr(module, kind.capitalize())
    return wanted
