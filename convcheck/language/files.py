"""Proof files: each is read, and proved, in a context of its own, so that none sees the assumptions of another."""

import contextvars
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from convcheck.errors import CatalogError, StepFailedError
from convcheck.kernel.rules import assume
from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.play import Game
from convcheck.language.printing import text
from convcheck.language.scope import current, enter, leave
from convcheck.language.terms import Expression
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import fresh, generalize, open_body, restate
from convcheck.tactics.instances import guard


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

    def prove(self) -> "Proof":
        """Run ``proof()``; the theorem is the statement word for word."""
        games = [thing for thing in vars(self.module).values() if isinstance(thing, Game)]
        conditions = [condition for game in games for condition in game.definedness]
        return self.context.copy().run(prove_statement, self.statement, self.module.proof, conditions)

    def text(self, term: Term) -> str:
        """Return a term as text, bound variables under the names that they have in this file."""
        return self.context.copy().run(text, term)


@dataclass(frozen=True, eq=False)
class Proof:
    """What a proof file shows.

    ``defined`` says that the code's roots, divisions and logarithms mean what they mean in the theorem; ``undefined``
    are the conditions of this kind that were not proved, and so are hypotheses about the code.
    """

    theorem: Theorem
    defined: tuple[Theorem, ...]
    undefined: tuple[Expression, ...]


def prove_statement(statement: Expression, proof: Callable[[], Fact], conditions: Sequence[Expression] = ()) -> Proof:
    """Run a proof and return its theorem in the words of the statement.

    Raises
    ------
    StepFailedError
        A step fails, or what is proved says something else.
    """
    inside = enter([], [])
    try:
        found = proof().theorem
        shown = [_shown(condition.term) for condition in conditions]
    finally:
        leave(inside)
    defined = tuple(theorem for theorem in shown if theorem is not None)
    undefined = tuple(c for c, theorem in zip(conditions, shown, strict=True) if theorem is None)
    try:
        return Proof(restate(found, statement.term), defined, undefined)
    except NotProvedError as error:
        both = f"    {text(found.conclusion)}\n  and not\n    {text(statement.term)}"
        raise StepFailedError(f"the proof shows\n{both}") from error


def _shown(condition: Term) -> Theorem | None:
    """Prove ∀t (i). 1 ≤ t → p, a condition about the code, from what the proof declared obvious."""
    indices: list[Term] = []
    formula = condition
    while formula.op == "all":
        indices.append(fresh(formula.args[0], condition, *indices))
        formula = open_body(formula, indices[-1])
    first, p = formula.args
    try:
        return generalize(guard(p, current().context.knowing(assume(first))), indices, [first])
    except NotProvedError:
        return None


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
