"""Expectations of conditional expectations."""

from convcheck.language.fact import Fact
from convcheck.language.proof import have, let
from convcheck.language.symbols import expect, function, ints
from convcheck.language.terms import OUTCOME, Value
from convcheck.library.lemma import Lemma

(_t,) = ints("t")
_X = function("X", "W")


@Lemma
def _tower() -> Fact:
    """∀t. E E[X | F_t] = E X."""
    with let(_t):
        same = have(expect(expect(_X(), given=_t)) == expect(_X()))
    return same


def tower(body: Value, t: Value) -> Fact:
    """E E[body | F_t] = E body, also where factors of the body are known at time t."""
    return _tower.of({_X: ([OUTCOME], body)}, t)
