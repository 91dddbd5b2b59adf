"""What is known at a place of a proof without being named."""

from dataclasses import dataclass, field

from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem


@dataclass(frozen=True, eq=False)
class Context:
    """Relations that hold here, and rules (∀ …) whose instances may be used wherever they fit.

    ``signs`` remembers the signs that were found; it only saves time.
    """

    facts: tuple[Theorem, ...] = ()
    rules: tuple[Theorem, ...] = ()
    signs: dict[Term, Theorem | None] = field(default_factory=dict, repr=False)

    def knowing(self, *theorems: Theorem) -> "Context":
        """Return this context with more facts; those that begin with ∀ are rules."""
        if not theorems:
            return self
        general = tuple(f for f in theorems if f.conclusion.op in ("all", "imp"))
        particular = tuple(f for f in theorems if f.conclusion.op not in ("all", "imp"))
        return Context(self.facts + particular, self.rules + general)
