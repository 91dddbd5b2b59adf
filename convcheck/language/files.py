"""Proof files: each is read, and proved, in a context of its own, so that none sees the assumptions of another."""

import contextvars
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from convcheck.discovery import catalog_root, claim_id
from convcheck.errors import CatalogError, ProofError, StepFailedError, UnknownNameError
from convcheck.kernel.rules import assume, discharge, mp
from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.printing import text
from convcheck.language.scope import current, enter, leave
from convcheck.language.terms import OUTCOME, Expression
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import fresh, generalize, open_body, restate
from convcheck.tactics.instances import guard

_proving: contextvars.ContextVar[tuple[Path, ...]] = contextvars.ContextVar("proving")
"""The files that are being proved, each because the one before cites it."""
_cited: contextvars.ContextVar[dict[Path, "Proof"]] = contextvars.ContextVar("cited")
"""What has been proved for the first of these files; two lemmas that rest on a third prove it once."""


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
        """What is to be proved: what is claimed, or that it is false, if the file names a ``negation``."""
        found: Expression = getattr(self.module, "negation", self.module.statement)
        return found

    @property
    def id(self) -> str:
        """The claim's id."""
        return claim_id(self.path)

    def prove(self) -> "Proof":
        """Run ``proof()``; the theorem is the statement word for word.

        Raises
        ------
        ProofError
            Through the theorems that it cites, the proof uses its own statement.
        """
        above = [*_proving.get(())]
        if self.path in above:
            circle = " → ".join(map(claim_id, [*above[above.index(self.path) :], self.path]))
            raise ProofError(f"no theorem may rest on itself: {circle}")
        return self.context.copy().run(self._prove, (*above, self.path), _cited.get({}) if above else {})

    def _prove(self, chain: tuple[Path, ...], cited: dict[Path, "Proof"]) -> "Proof":
        _proving.set(chain)
        _cited.set(cited)
        return prove_statement(self.statement, self.module.proof)

    def text(self, term: Term) -> str:
        """Return a term as text, bound variables under the names that they have in this file."""
        return self.context.copy().run(text, term)


@dataclass(frozen=True, eq=False)
class Proof:
    """What a proof file shows.

    ``defined`` says that the code's roots, divisions and logarithms mean what they mean in the theorem; ``undefined``
    are the conditions of this kind that were not proved, and so are hypotheses of the theorem.  ``steps`` is the
    theorem without what is assumed for this alone: who cites it has a game of its own.
    """

    theorem: Theorem
    steps: Theorem
    defined: tuple[Theorem, ...]
    undefined: tuple[Expression, ...]


def prove_statement(statement: Expression, proof: Callable[[], Fact]) -> Proof:
    """Run a proof and return its theorem in the words of the statement.

    Raises
    ------
    StepFailedError
        A step fails, or what is proved says something else, or it assumes more than was given.
    """
    outside = current()
    inside = enter([], [])
    inside.proving = True
    try:
        found = proof().theorem
        shown = {condition: _shown(condition) for condition in outside.defined}
    finally:
        leave(inside)
    try:
        theorem = steps = restate(found, statement.term)
    except NotProvedError as error:
        both = f"    {text(found.conclusion)}\n  and not\n    {text(statement.term)}"
        raise StepFailedError(f"the proof shows\n{both}") from error
    for condition, known in shown.items():  # the theorem needs what makes the code defined, whether its steps do or not
        theorem = mp(discharge(condition, theorem), assume(condition) if known is None else known)
    defined = tuple(known for known in shown.values() if known is not None)
    undefined = tuple(condition for condition, known in shown.items() if known is None)
    for more in sorted(theorem.hypotheses - outside.given - {*undefined}, key=lambda p: p.key):
        raise StepFailedError(f"the proof assumes what is not given:\n    {text(more)}")
    return Proof(theorem, steps, defined, tuple(map(Expression, undefined)))


def _shown(condition: Term) -> Theorem | None:
    """Prove ∀t (i). 1 ≤ t → p, a condition about the code, from what the proof declared obvious."""
    for known in current().context.rules:
        if known.conclusion is condition:
            return known
    indices: list[Term] = []
    formula = condition
    while formula.op == "all":
        outcome = formula.args[0] == OUTCOME.sort  # facts about random games leave it free
        indices.append(OUTCOME if outcome else fresh(formula.args[0], condition, *indices))
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


def theorem(name: str) -> Fact:
    """Prove the theorem of another file, by its id, and return it as a fact: ``theorem("nesterov2004/descent-lemma")``.

    Where the same optimizer plays under the same hypotheses its symbols are the same, and what makes its code defined
    is known from now on; `instance` gives
    others a meaning.
    The file lies in the catalogue of the file that cites it, or in the bundled one.

    Raises
    ------
    UnknownNameError
        With the nearest id that exists.
    ProofError
        Files cite each other in a circle, which is shown; or it stands outside ``proof()``, so that reading the file
        would prove something.
    """
    chain = _proving.get(())
    if not chain:
        raise ProofError(f"theorem({name!r}) belongs inside proof(): reading a file proves nothing")
    folders = dict.fromkeys([chain[-1].parent.parent, catalog_root() / "proofs"])
    files = {claim_id(path): path for folder in reversed(folders) for path in sorted(folder.glob("*/*.py"))}
    if name not in files:
        raise UnknownNameError("claim", name, files)
    cited, path = _cited.get(), files[name]
    if path not in cited:
        cited[path] = read(path).prove()
    proof = cited[path]
    current().know(*(shown for shown in proof.defined if shown.hypotheses <= current().root.given))
    return Fact(proof.steps)
