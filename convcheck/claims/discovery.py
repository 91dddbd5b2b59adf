"""Claims by folder: ``proofs/<paper>/<file>.py`` is the claim ``paper/file``, with - for _; nothing is proved here.

A claim file has at module level its docstring, ``claim = Claim(…)``, ``statement``, and either a function ``proof()``
or ``counterexample = "file.json"``, a file beside it.  With ``negation = negated(statement)`` it is the negation that
``proof()`` proves.  A file is executed in a context of its own, so that what it assumes is seen by no other.
"""

import traceback
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from convcheck.claims.claim import Claim
from convcheck.claims.verdict import Verdict
from convcheck.discovery import Entry, catalog_root, claim_id, import_file, user_root
from convcheck.errors import CatalogError, ConvcheckError, DuplicateNameError, UnknownNameError
from convcheck.optimizers.base import Optimizer

FOLDER = "proofs"
_CONTEXT = "__convcheck_context__"
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class ClaimFile:
    """A claim with the file that states it."""

    id: str
    path: Path
    claim: Claim
    module: ModuleType

    @property
    def title(self) -> str:
        """The first line of the docstring, without its full stop."""
        return _docstring(self.module).splitlines()[0].strip().removesuffix(".")

    @property
    def card(self) -> str:
        """The rest of the docstring."""
        return "\n".join(_docstring(self.module).splitlines()[1:]).strip()

    @property
    def statement(self) -> Any:
        """What is claimed, in the language of proofs."""
        return self.module.statement

    @property
    def negation(self) -> Any:
        """What is proved of a statement that is false, if that is how it is refuted."""
        return getattr(self.module, "negation", None)

    @property
    def text(self) -> str:
        """The statement as plain text."""
        return self.within(lambda: str(self.statement))

    @property
    def latex(self) -> str:
        """The statement in LaTeX, without dollars; empty for what has none."""
        show = getattr(self.statement, "_repr_latex_", None)
        return "" if show is None else str(self.within(show)).strip("$")

    @property
    def counterexample(self) -> Path | None:
        """The file of the counterexample, if there is one."""
        name = getattr(self.module, "counterexample", None)
        return None if name is None else self.path.parent / name

    @property
    def optimizers(self) -> tuple[str, ...]:
        """The names of the optimizers that the file mentions."""
        found = (value for value in vars(self.module).values() if isinstance(value, Optimizer))
        return tuple(sorted({optimizer.name for optimizer in found}))

    @property
    def context(self) -> Context:
        """What the file assumes."""
        found: Context = getattr(self.module, _CONTEXT)
        return found

    def within(self, function: Callable[[], _T]) -> _T:
        """Call a function where the file's own assumptions hold, and leave them as they are."""
        return self.context.copy().run(function)


def bundled_folder() -> Path:
    """Return the folder of the bundled claims."""
    return catalog_root() / FOLDER


def entries(root: Path | None = None) -> dict[str, Entry]:
    """Return the claim files by id, bundled and the user's (below ``root``, else the nearest repository); none is read.

    Raises
    ------
    DuplicateNameError
        Two files have the same id; the message shows both.
    """
    own = root or user_root()
    folders = [bundled_folder()]
    if own is not None and (own / FOLDER).resolve() != folders[0].resolve():
        folders.append(own / FOLDER)
    found: dict[str, Entry] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*/*.py"))):
        if path.stem.startswith("_") or path.parent.name.startswith(("_", ".")):
            continue
        name = claim_id(path)
        if name in found:
            raise DuplicateNameError(
                f"claim {name!r} is the name of two files: {found[name].path} and {path}; rename one"
            )
        found[name] = Entry(name, path, None)
    return dict(sorted(found.items()))


def load(name: str, root: Path | None = None) -> ClaimFile:
    """Return the claim of this id.

    Raises
    ------
    UnknownNameError
        With the nearest id that exists.
    CatalogError
        The file does not hold what a claim file holds.
    """
    known = entries(root)
    if name not in known:
        raise UnknownNameError("claim", str(name), known)
    return read(known[name].path)


def read(path: Path) -> ClaimFile:
    """Execute a claim file and return what it declares.

    Raises
    ------
    CatalogError
        It cannot be executed, or does not declare what a claim file declares.
    """
    context = Context()
    try:
        module = context.run(import_file, path)
    except ConvcheckError:
        raise
    except Exception as error:
        raise CatalogError(f"{path}{_line(error, path)} cannot be executed: {type(error).__name__}: {error}") from error
    vars(module).setdefault(_CONTEXT, context)  # a file that has not changed is not executed again
    if not _docstring(module):
        raise CatalogError(f"{path} must begin with a docstring; its first line is the claim's title")
    if not isinstance(getattr(module, "claim", None), Claim):
        raise CatalogError(f"{path} must say what it declares: claim = Claim(kind=…, source=…, verdict=…)")
    if getattr(module, "statement", None) is None:
        raise CatalogError(f"{path} must define statement, which is what is claimed")
    made = ClaimFile(claim_id(path), path, module.claim, module)
    _check_grounds(made)
    return made


def _check_grounds(made: ClaimFile) -> None:
    """Raise unless a proved claim has a proof and a refuted one a counterexample, and none has both."""
    from convcheck.language.symbols import negated

    proof, file, negation = getattr(made.module, "proof", None), made.counterexample, made.negation
    if (proof is None or not callable(proof)) and made.claim.verdict is Verdict.PROVED:
        raise CatalogError(f"{made.path} declares the claim proved: it must define a function proof()")
    if file is None and negation is None and made.claim.verdict is Verdict.REFUTED:
        raise CatalogError(
            f'{made.path} declares the claim refuted: it must name its counterexample = "file.json", '
            "or prove its negation = negated(statement)"
        )
    if negation is not None and (proof is None or negation.term is not negated(made.statement).term):
        raise CatalogError(f"{made.path} has a negation that is not negated(statement), or no proof() of it")
    if proof is not None and file is not None:
        raise CatalogError(f"{made.path} has a proof and a counterexample; a claim has one of them")
    if file is not None and not file.is_file():
        raise CatalogError(f"{made.path} names a counterexample that does not exist: {file}")


def _line(error: Exception, path: Path) -> str:
    """Return where in a file an error arose, as `, line 7`, if it did."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    number = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    return "" if number is None else f", line {number},"


def _docstring(module: ModuleType) -> str:
    return (module.__doc__ or "").strip()
