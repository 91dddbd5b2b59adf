"""Which catalogue a command is about, and which of its files: the user's repository, the bundled one, a path, names."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

from convcheck.claims import discovery as claims
from convcheck.discovery import FOLDERS, Entry, bundled_folder, catalog_root, entries, in_checkout, user_root
from convcheck.errors import CatalogError, OutputError, UnknownNameError
from convcheck.simulate.folders import CACHE_VARIABLE, explicit_root


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with claims, experiments, optimizers, schedules or problems: a user's repository, or the bundled one."""

    root: Path
    bundled: bool = False

    def entries(self, kind: str) -> dict[str, Entry]:
        """Return the files of a kind that lie here, by name."""
        if kind == "claim":
            below = claims.bundled_folder() if self.bundled else self.root / claims.FOLDER
            return {name: entry for name, entry in claims.entries(self.root).items() if below in entry.path.parents}
        folder = bundled_folder(kind) if self.bundled else self.root / FOLDERS[kind]
        return {name: entry for name, entry in entries(kind, self.root).items() if entry.path.parent == folder}

    @property
    def output(self) -> Path:
        """The folder below which results are written: this one, but the current one for what came with the package."""
        return Path.cwd() if self.bundled and not in_checkout() else self.root

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Make this the current folder: files of a repository find each other by name from within it."""
        if (cache := explicit_root()) is not None:
            os.environ[CACHE_VARIABLE] = str(cache)  # which may be relative to where we still are
        with chdir(self.root):
            yield


@dataclass(frozen=True, slots=True)
class Target:
    """A file to look at, and where it lies."""

    place: Place
    kind: str
    entry: Entry


def catalog() -> Place:
    """Return the bundled catalogue."""
    return Place(catalog_root(), bundled=True)


def nearest() -> Place:
    """Return the nearest parent folder that is a user's repository, else the bundled catalogue."""
    found = user_root()
    return catalog() if found is None else Place(found)


def everything(place: Place) -> list[Target]:
    """Return what `verify` looks at without arguments: a user's files, the catalogue's claims and experiments."""
    kinds = ("claim", "experiment") if place.bundled else ("claim", *FOLDERS)
    return [Target(place, kind, entry) for kind in kinds for entry in place.entries(kind).values()]


def select(arguments: Sequence[str], place: Place) -> list[Target]:
    """Return what the arguments mean: names known in a place (or bundled), papers' keys or paths; without any, all.

    Raises
    ------
    UnknownNameError
        An argument is neither; with the nearest name that exists.
    CatalogError
        A path leads to nothing that can be looked at.
    """
    if not arguments:
        return everything(place)
    chosen = {target: None for argument in arguments for target in _meant(argument, place)}
    return [*chosen]


def experiments(names: Iterable[str], place: Place) -> list[Target]:
    """Return the experiments of these names, or all of the place; raises `UnknownNameError` for what is none."""
    known = entries("experiment", place.root)
    chosen = [*dict.fromkeys(names)] or [*place.entries("experiment")]
    for name in chosen:
        if name not in known:
            raise UnknownNameError("experiment", name, known)
    return [Target(place, "experiment", known[name]) for name in chosen]


def ensure_folder(folder: Path) -> Path:
    """Make a folder; raises `OutputError` if it cannot be made or written, before any work has been done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {folder} cannot be made ({error.strerror}); name another with --output"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"the folder {folder} cannot be written; name another with --output")
    return folder


def _meant(argument: str, place: Place) -> list[Target]:
    known = {kind: entries(kind, place.root) for kind in FOLDERS} | {"claim": claims.entries(place.root)}
    if named := [Target(place, kind, found[argument]) for kind, found in known.items() if argument in found]:
        return named
    if paper := [entry for name, entry in known["claim"].items() if name.startswith(f"{argument}/")]:
        return [Target(place, "claim", entry) for entry in paper]
    path = Path(argument)
    if path.exists():
        return _at(path.resolve())
    names = {name for found in known.values() for name in found} | {name.split("/")[0] for name in known["claim"]}
    raise UnknownNameError("ID or path", argument, names)


def _at(path: Path) -> list[Target]:
    """Return the targets in a repository, in one of its folders, or the one that is a file in such a folder."""
    kinds = {folder: kind for kind, folder in FOLDERS.items()}
    folder = path.parent if path.is_file() else path
    if above := next((part for part in (path, *path.parents[:2]) if part.name == claims.FOLDER), None):
        place = catalog() if above == claims.bundled_folder().resolve() else Place(above.parent)
        found = [Target(place, "claim", entry) for entry in place.entries("claim").values()]
        found = [target for target in found if path in {target.entry.path, *target.entry.path.parents}]
    elif folder.name in kinds:
        kind = kinds[folder.name]
        place = catalog() if folder == bundled_folder(kind).resolve() else Place(folder.parent)
        found = [Target(place, kind, entry) for entry in place.entries(kind).values()]
        found = [target for target in found if path.is_dir() or target.entry.path.resolve() == path]
    else:
        found = everything(catalog() if path == catalog_root().resolve() else Place(path)) if path.is_dir() else []
    if not found:
        folders = ", ".join(f"{name}/" for name in (*kinds, claims.FOLDER))
        raise CatalogError(
            f"{path} holds nothing to verify: name a folder that has one of {folders} or a file in such a folder"
        )
    return found
