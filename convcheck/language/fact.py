"""Facts: theorems under construction.  A fact of a scope holds in general once the scope is left."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from convcheck.errors import ProofError, StepFailedError
from convcheck.kernel.arithmetic import polynomial
from convcheck.kernel.terms import Term, make
from convcheck.kernel.theorem import Theorem
from convcheck.language.terms import Expression, Value, lift
from convcheck.tactics.context import conjuncts
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.linear import Column
from convcheck.tactics.polynomials import is_relation
from convcheck.tactics.sign import sign

Reason: TypeAlias = "Fact | Theorem | Column | Iterable[Reason] | None"


class Fact:
    """A proved formula.  ``f(t)`` is its instance at t, ``f.times(e)`` the fact multiplied by e."""

    def __init__(self, theorem: Theorem) -> None:
        """Wrap a theorem."""
        self.theorem = theorem
        self.variables: list[Term] = []
        """The scope's variables over which it was generalized, in order."""

    @property
    def formula(self) -> Expression:
        """What it says."""
        return Expression(self.theorem.conclusion)

    def __call__(self, *values: Value) -> "Fact":
        """Return the instance at some values; its premises must be known to hold here."""
        from convcheck.language.scope import current
        from convcheck.tactics.instances import instance, suggested

        terms = [lift(value) for value in values]
        context = current().context
        try:
            known = context.knowing(*suggested([*terms, self.theorem.conclusion], context)) if terms else context
            return Fact(instance(self.theorem, terms, known))
        except NotProvedError as error:
            raise StepFailedError(f"{self} has no instance here at {_listed(terms)}: {_said(error)}") from error

    def times(self, factor: Value) -> "Fact":
        """Return the relation multiplied by an expression; that it is not negative is found.

        Raises
        ------
        StepFailedError
            The expression has no obvious sign.
        """
        from convcheck.language.scope import current

        relation, e = self.theorem.conclusion, lift(factor)
        if not is_relation(relation):
            raise ProofError(f"{self} is not a relation between numbers; it cannot be multiplied")
        sides = [make("mul", side, e) for side in relation.args]
        if relation.op == "eq":
            return Fact(polynomial(make("eq", *sides), [(Fraction(1), [self.theorem], e)], []))
        try:
            positive = sign(e, current().context)
        except NotProvedError as error:
            raise StepFailedError(f"{Expression(e)} has no obvious sign: {_said(error)}") from error
        op = "lt" if relation.op == positive.conclusion.op == "lt" else "le"
        return Fact(polynomial(make(op, *sides), [(Fraction(1), [self.theorem, positive], None)], []))

    def __repr__(self) -> str:
        return repr(self.formula)


def _listed(terms: Sequence[Term]) -> str:
    return ", ".join(repr(Expression(term)) for term in terms) or "no values"


def _said(error: NotProvedError) -> str:
    (reason,) = error.args or ("",)
    if isinstance(reason, Term):
        return f"{Expression(reason)} is not known" if reason.sort == "B" else f"look at {Expression(reason)}"
    return str(reason)


def theorems(reason: Reason) -> list[Theorem | Column]:
    """Return the theorems of a reason, which is a fact, several, or none."""
    if reason is None:
        return []
    if isinstance(reason, Fact):
        return [*conjuncts(reason.theorem)]
    if isinstance(reason, Theorem | Column):
        return [reason]
    if isinstance(reason, Iterable):
        return [found for part in reason for found in theorems(part)]
    raise ProofError(f"{reason!r} is no reason: use facts")
