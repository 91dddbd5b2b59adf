"""Files to start from."""

from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template

from convcheck.claims import discovery as claims
from convcheck.claims.claim import Source
from convcheck.discovery import FOLDERS, PACKAGE, bundled_folder, entries, in_checkout, user_root
from convcheck.errors import DuplicateNameError, OutputError, ParameterError


def home(kind: str) -> Path:
    """Return the folder that a new file of a kind belongs in: the user's repository's, a clone's own, or one here."""
    folder = claims.FOLDER if kind == "claim" else FOLDERS[kind]
    if (root := user_root()) is not None:
        return root / folder
    here = Path.cwd()
    clone = PACKAGE.parent
    if in_checkout() and (here == clone or clone in here.parents):
        return claims.bundled_folder() if kind == "claim" else bundled_folder(kind)
    return here / folder


def create(kind: str, name: str, folder: Path) -> Path:
    """Write a file to start from and return its path.

    Raises
    ------
    ParameterError
        The name is not one that Python and the folder can have.
    DuplicateNameError
        Something has that name already; the message shows its file.
    OutputError
        The file cannot be written.
    """
    path, words = _claim(name, folder) if kind == "claim" else _rule(name, folder)
    known = claims.entries(folder.parent) if kind == "claim" else entries(kind, folder.parent)
    taken = known[name].path if name in known else path
    if name in known or taken.exists():
        raise DuplicateNameError(f"the {kind} {name!r} exists already: {taken}; choose another name, or edit that file")
    template = Template(files("convcheck.cli").joinpath("templates", f"{kind}.py.in").read_text("utf-8"))
    text = template.substitute(words)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # never over a file that another process has just made
            file.write(text)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _rule(name: str, folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the file of a rule or an experiment, and what its template is filled with."""
    _check(name)
    return folder / f"{name}.py", {"name": name, "title": _title(name)}


def _claim(name: str, folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the file of a claim, and what its template is filled with; its name has two parts."""
    paper, _, item = name.removesuffix(".py").partition("/")
    if not item:
        raise ParameterError(f"{name!r} is not the name of a claim: write paper/claim, as in mine2026/first-step")
    Source(paper, item)  # refuses what is no key of a paper
    stem = item.replace("-", "_")
    _check(stem)
    return folder / paper / f"{stem}.py", {"paper": paper, "title": _title(stem)}


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _check(name: str) -> None:
    if name.isidentifier() and not iskeyword(name) and not name.startswith("_"):
        return
    meant = "".join(character if character.isalnum() else "_" for character in name.removesuffix(".py")).strip("_")
    advice = f"; did you mean {meant!r}?" if meant.isidentifier() and not iskeyword(meant) else ""
    raise ParameterError(f"{name!r} is not a name: use letters, digits and _, beginning with a letter{advice}")
