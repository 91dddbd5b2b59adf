"""Proof files: each is read, and proved, in a context of its own, so that none sees the assumptions of another."""

import contextvars
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from convcheck.errors import CatalogError, StepFailedError
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.printing import text
from convcheck.language.scope import enter, leave
from convcheck.language.terms import Expression
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import restate


@dataclass(frozen=True, eq=False)
class ProofFile:
    """A file with a module-level ``statement`` and a function ``proof()``."""

    path: Path
    module: ModuleType
    context: contextvars.Context

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return (self.module.__doc__ or "").partition("\n")[0]

    @property
    def statement(self) -> Expression:
        """What is claimed."""
        found: Expression = self.module.statement
        return found

    def prove(self) -> Theorem:
        """Run ``proof()`` and return the theorem, which is the statement word for word."""
        return self.context.copy().run(prove_statement, self.statement, self.module.proof)


def prove_statement(statement: Expression, proof: Callable[[], Fact]) -> Theorem:
    """Run a proof and return its theorem in the words of the statement.

    Raises
    ------
    StepFailedError
        A step fails, or what is proved says something else.
    """
    inside = enter([], [])
    try:
        found = proof().theorem
    finally:
        leave(inside)
    try:
        return restate(found, statement.term)
    except NotProvedError as error:
        shown = f"    {text(found.conclusion)}\n  and not\n    {text(statement.term)}"
        raise StepFailedError(f"the proof shows\n{shown}") from error


def read(path: Path) -> ProofFile:
    """Read a proof file.

    Raises
    ------
    CatalogError
        It has no statement, or no proof.
    """
    name = f"convcheck_proofs.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    context = contextvars.Context()
    context.run(spec.loader.exec_module, module)
    for wanted in ("statement", "proof"):
        if not hasattr(module, wanted):
            raise CatalogError(f"{path} has no {wanted}: a proof file has a statement and a function proof()")
    return ProofFile(path, module, context)
