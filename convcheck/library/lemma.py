"""What a lemma is: a closed theorem, proved once, whose instances are facts."""

from collections.abc import Callable, Sequence
from contextvars import Context
from functools import cached_property

from convcheck.errors import StepFailedError
from convcheck.kernel.rules import instance
from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact, Reason, theorems
from convcheck.language.scope import current
from convcheck.language.symbols import Function
from convcheck.language.terms import Value, lift
from convcheck.tactics import instances
from convcheck.tactics.errors import NotProvedError


class Lemma:
    """A theorem without hypotheses; calling it gives its instance at some values.

    It is proved when it is first used, in a context that knows nothing.
    """

    def __init__(self, proof: Callable[[], Fact]) -> None:
        """Take the function that proves it."""
        self.proof = proof
        self.__doc__ = proof.__doc__

    @cached_property
    def theorem(self) -> Theorem:
        """The theorem.

        Raises
        ------
        StepFailedError
            The proof leaves hypotheses.
        """
        theorem: Theorem = Context().run(lambda: self.proof().theorem)
        if theorem.hypotheses:
            raise StepFailedError(f"{self.proof.__name__} is not proved: it has hypotheses")
        return theorem

    def __call__(self, *values: Value) -> Fact:
        """Return the instance at some values; its premises must be known here."""
        return self.of({}, *values)

    def of(self, meanings: dict[Function, tuple[Sequence[Value], Value]], *values: Value, by: Reason = None) -> Fact:
        """Return the instance in which function symbols mean given terms: {a: ([t], body)} reads a_t as body.

        Its premises are known here, or among the reasons.
        """
        theorem = self.theorem
        for function, (parameters, body) in meanings.items():
            theorem = instance(theorem, function.symbol, [lift(p) for p in parameters], lift(body))
        return instantiated(theorem, [lift(value) for value in values], by)


def instantiated(theorem: Theorem, values: Sequence[Term], by: Reason = None) -> Fact:
    """Return the instance of a theorem, with the premises that are known here."""
    reasons = [reason for reason in theorems(by) if isinstance(reason, Theorem)]
    try:
        return Fact(instances.instance(theorem, values, current().context, reasons))
    except NotProvedError as error:
        raise StepFailedError(f"a lemma does not apply here: {Fact(theorem)}") from error
