"""Files to start from."""

from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template

from convcheck.discovery import FOLDERS, PACKAGE, bundled_folder, entries, in_checkout, user_root
from convcheck.errors import DuplicateNameError, OutputError, ParameterError


def home(kind: str) -> Path:
    """Return the folder that a new file of a kind belongs in: the user's repository's, a clone's own, or one here."""
    if (root := user_root()) is not None:
        return root / FOLDERS[kind]
    here = Path.cwd()
    clone = PACKAGE.parent
    if in_checkout() and (here == clone or clone in here.parents):
        return bundled_folder(kind)
    return here / FOLDERS[kind]


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
    _check(name)
    known = entries(kind, folder.parent)
    taken = known[name].path if name in known else folder / f"{name}.py"
    if name in known or taken.exists():
        raise DuplicateNameError(f"the {kind} {name!r} exists already: {taken}; choose another name, or edit that file")
    template = Template(files("convcheck.cli").joinpath("templates", f"{kind}.py.in").read_text("utf-8"))
    text = template.substitute(name=name, title=name.replace("_", " ").capitalize())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with taken.open("x", encoding="utf-8") as file:  # never over a file that another process has just made
            file.write(text)
    except OSError as error:
        raise OutputError(f"{taken} cannot be written: {error.strerror}") from error
    return taken


def _check(name: str) -> None:
    if name.isidentifier() and not iskeyword(name) and not name.startswith("_"):
        return
    meant = "".join(character if character.isalnum() else "_" for character in name.removesuffix(".py")).strip("_")
    advice = f"; did you mean {meant!r}?" if meant.isidentifier() and not iskeyword(meant) else ""
    raise ParameterError(f"{name!r} is not a name: use letters, digits and _, beginning with a letter{advice}")
