"""Using a theorem elsewhere: with other meanings for its symbols, its hypotheses established or assumed anew."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from convcheck.errors import StepFailedError
from convcheck.kernel import rules
from convcheck.kernel.arithmetic import polynomial
from convcheck.kernel.terms import ZERO, KernelError, Term, make
from convcheck.kernel.theorem import Theorem
from convcheck.language.fact import Fact
from convcheck.language.proof import made
from convcheck.language.symbols import Function
from convcheck.language.terms import Expression, Value, lift
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import restate

Meanings: TypeAlias = Mapping[Function | Expression, tuple[Sequence[Value], Value] | Value]


def instance(theorem: Theorem | Fact, meanings: Meanings, *established: Fact) -> Fact:
    """Return a theorem with ``{Q: ([t, i], body), α: 2*β}`` reading Q_{t,i} as body and the constant α as 2β.

    Meanings are given one after the other, functions first.  Hypotheses that the established facts meet disappear; the
    others remain hypotheses, in the new meaning.

    Raises
    ------
    StepFailedError
        A symbol cannot be given that meaning, or an established fact meets no hypothesis.
    """
    found = theorem.theorem if isinstance(theorem, Fact) else theorem
    nothing = polynomial(make("le", ZERO, ZERO), [], [])
    try:
        for thing, meaning in meanings.items():
            if isinstance(thing, Function):
                parameters, body = meaning  # type: ignore[misc]  # of a function, as `Meanings` says
                found = rules.instance(found, thing.symbol, [lift(p) for p in parameters], lift(body))
        for thing, value in meanings.items():
            if isinstance(thing, Expression):
                found = _valued(found, thing.term, lift(value))
    except KernelError as error:
        raise StepFailedError(f"the theorem has no such instance: {error}") from error
    for hypothesis in sorted(found.hypotheses, key=lambda h: h.key):
        empty = _as(nothing, hypothesis)  # in its new meaning it says 0 ≤ 0
        found = found if empty is None else rules.mp(rules.discharge(hypothesis, found), empty)
    for fact in established:
        found = _meeting(found, fact)
    return made(Fact(found))


def _valued(theorem: Theorem, variable: Term, value: Term) -> Theorem:
    """Return a theorem with a value for a variable, in its hypotheses too."""
    about = sorted((h for h in theorem.hypotheses if variable in h.free), key=lambda h: h.key)
    for hypothesis in about:
        theorem = rules.discharge(hypothesis, theorem)
    theorem = rules.spec(rules.gen(variable, theorem), value)
    for _ in about:
        theorem = rules.mp(theorem, rules.assume(theorem.conclusion.args[0]))
    return theorem


def _meeting(theorem: Theorem, fact: Fact) -> Theorem:
    for hypothesis in sorted(theorem.hypotheses, key=lambda h: h.key):
        shown = _as(fact.theorem, hypothesis)
        if shown is not None:
            return rules.mp(rules.discharge(hypothesis, theorem), shown)
    assumed = "\n    ".join(repr(Expression(h)) for h in sorted(theorem.hypotheses, key=lambda h: h.key))
    raise StepFailedError(f"no hypothesis of the theorem reads\n    {fact}\n  it assumes\n    {assumed}")


def _as(theorem: Theorem, hypothesis: Term) -> Theorem | None:
    try:
        return restate(theorem, hypothesis)
    except (NotProvedError, KernelError):
        return None
