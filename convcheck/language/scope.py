"""Scopes of a proof: what is fixed, assumed and known at a place, and what has been proved there."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from convcheck.kernel.rules import discharge, gen
from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.hints import remember
from convcheck.tactics.context import Context


@dataclass(eq=False)
class Scope:
    """A place in a proof."""

    variables: list[Term] = field(default_factory=list)
    assumed: list[Theorem] = field(default_factory=list)
    context: Context = field(default_factory=Context)
    parent: "Scope | None" = None
    made: list[Fact] = field(default_factory=list)
    obvious: list[Fact] = field(default_factory=list)
    games: set[str] = field(default_factory=set)
    """The suffixes of the games that are played here."""
    given: set[Term] = field(default_factory=set)
    """The hypotheses of the file."""
    defined: list[Term] = field(default_factory=list)
    """Conditions under which the divisions, roots and logarithms of the code mean what they mean in the theorem."""
    proving: bool = False
    """Whether this is inside ``proof()``, where no hypothesis is added any more."""

    @property
    def root(self) -> "Scope":
        """The scope of the file."""
        return self if self.parent is None else self.parent.root

    def know(self, *theorems: Theorem) -> None:
        """Use these silently from now on."""
        self.context = self.context.knowing(*theorems)

    def fixed(self) -> set[object]:
        """Return the variables that are not new here."""
        above = self.parent.fixed() if self.parent else set()
        return above.union(self.variables, *(f.conclusion.free for f in self.context.facts))

    def close(self, theorem: Theorem) -> Theorem:
        """Return a theorem of this scope for all values of its variables that satisfy its assumptions."""
        for assumption in reversed(self.assumed):
            if assumption.conclusion in theorem.hypotheses:
                theorem = discharge(assumption.conclusion, theorem)
        for variable in reversed(self.variables):
            if variable in theorem.conclusion.free and not any(variable in h.free for h in theorem.hypotheses):
                theorem = gen(variable, theorem)
                remember(theorem.conclusion, variable.args[0])
        return theorem


_current: ContextVar[Scope] = ContextVar("scope")


def current() -> Scope:
    """Return the scope at this place."""
    scope = _current.get(None)
    if scope is None:
        scope = Scope()
        _current.set(scope)
    return scope


def enter(variables: list[Term], assumed: list[Theorem]) -> Scope:
    """Open a scope within the current one."""
    parent = current()
    scope = Scope(variables, assumed, parent.context.knowing(*assumed), parent, proving=parent.proving)
    _current.set(scope)
    return scope


def leave(scope: Scope) -> None:
    """Return to the parent of a scope."""
    if scope.parent is not None:
        _current.set(scope.parent)
