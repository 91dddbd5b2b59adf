"""What is known at a place of a proof without being named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from convcheck.kernel.rules import integer, left, right
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
        parts = tuple(part for theorem in theorems for part in conjuncts(theorem))
        general = tuple(f for f in parts if f.conclusion.op in ("all", "imp"))
        particular = tuple(f for f in parts if f.conclusion.op not in ("all", "imp"))
        return Context(self.facts + particular + tuple(_sharpened(particular)), self.rules + general)


def conjuncts(theorem: Theorem) -> Iterator[Theorem]:
    """Yield p, q, … for p ∧ q ∧ …."""
    if theorem.conclusion.op == "and":
        yield from conjuncts(left(theorem))
        yield from conjuncts(right(theorem))
    else:
        yield theorem


def _sharpened(facts: Iterable[Theorem]) -> Iterator[Theorem]:
    """Yield a + 1 ≤ b for each a < b between integers."""
    for fact in facts:
        if fact.conclusion.op == "lt" and all(side.sort == "Z" for side in fact.conclusion.args):
            yield integer(fact)
