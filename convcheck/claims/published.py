"""`PublishedClaim`: a claim as one works with it, ``cc.claim("zinkevich2003/theorem-1")``; it shows as a card."""

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcheck.claims.bound import bound, bounds
from convcheck.claims.claim import Claim
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.formula import Bound
from convcheck.errors import CatalogError

if TYPE_CHECKING:
    from convcheck.language.files import Proof


@dataclass(frozen=True, eq=False)
class PublishedClaim:
    """A published statement: its text, its bound, its proof.  Make one with `cc.claim`.

    Attributes
    ----------
    file
        The file under ``proofs/`` that states it.
    """

    file: ClaimFile

    @property
    def id(self) -> str:
        """The claim's id, folder and file."""
        return self.file.id

    @property
    def title(self) -> str:
        """What it says, in a line."""
        return self.file.title

    @property
    def declared(self) -> Claim:
        """Kind, source, verdict and flags, as the file declares them."""
        return self.file.claim

    @property
    def statement(self) -> str:
        """The statement as text, in the words of the kernel."""
        return self.file.text

    @property
    def latex(self) -> str:
        """The statement in LaTeX, without dollars."""
        return self.file.latex

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """What is assumed of the constants outside the statement, as text."""
        from convcheck.language.printing import text
        from convcheck.language.scope import current

        return self.file.within(lambda: tuple(text(fact.conclusion) for fact in current().context.facts))

    @property
    def bound(self) -> Bound:
        """The formula by which it bounds something; raises `BoundError` if there is none, or are several."""
        return bound(self.file)

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The formulas, one for each inequality of the statement that has one."""
        return bounds(self.file)

    def tune(self, parameter: str, **values: Any) -> Any:
        """Return the parameter that makes the bound least, as `Bound.tune` does."""
        return self.bound.tune(parameter, **values)

    def prove(self) -> "Proof":
        """Run the proof, now; what it returns has the kernel's theorem.

        Raises
        ------
        CatalogError
            The file has no proof.
        StepFailedError
            A step fails.
        """
        from convcheck.language.files import ProofFile

        if not callable(getattr(self.file.module, "proof", None)):
            raise CatalogError(f"{self.id} is declared {self.declared.verdict} and has no proof")
        return ProofFile(self.file.path, self.file.module, self.file.context).prove()

    def __repr__(self) -> str:
        """Show id, title and statement."""
        return f"{self.id}: {self.title}\n  {self.statement}"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def _repr_html_(self) -> str:
        """Return the theorem card: title, statement, what is assumed of constants, source and declared verdict."""
        given = ", ".join(self.hypotheses)
        claim = self.declared
        foot = [str(claim.source), str(claim.kind), f"declared {claim.verdict}", *map(str, claim.flags)]
        return (
            '<div style="border-left:3px solid #0072B2;padding:.2em 0 .2em 1em;margin:.5em 0">'
            f"<strong>{html.escape(self.title)}</strong> <code>{html.escape(self.id)}</code>"
            f"<p>$\\displaystyle {html.escape(self.latex, quote=False)}$</p>"
            + (f"<p>where {html.escape(given)}</p>" if given else "")
            + f"<small>{html.escape(' · '.join(foot))}</small></div>"
        )
