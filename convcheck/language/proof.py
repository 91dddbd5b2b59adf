"""The words of a proof: given, let, have, calc, cases, induction, always.

What is proved inside a scope is the same Python name outside, where it holds in general: nothing is returned, general-
ized or discharged by hand.
"""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from convcheck.errors import ProofError, StepFailedError
from convcheck.kernel.arithmetic import polynomial
from convcheck.kernel.rules import assume, discharge, mp, spec
from convcheck.kernel.rules import cases as join
from convcheck.kernel.rules import induction as induct
from convcheck.kernel.terms import ONE, Term, make, substitute
from convcheck.kernel.theorem import Theorem
from convcheck.language.explain import explain
from convcheck.language.fact import Fact, Reason, theorems
from convcheck.language.hints import remember
from convcheck.language.scope import Scope, current, enter, leave
from convcheck.language.symbols import variables
from convcheck.language.terms import Expression, Value, expression, lift
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.inference import restate
from convcheck.tactics.prove import prove


def given(formula: Value) -> Fact:
    """Assume a formula; the theorem is about everything that satisfies it.  Without ∀ it is used silently.

    Raises
    ------
    ProofError
        It stands inside ``proof()``: what a theorem assumes is said beside its statement.
    """
    if current().proving:
        raise ProofError(
            f"proof() adds no hypothesis: assume {expression(lift(formula))} above the statement, "
            "or for a part of the proof with let(…)"
        )
    theorem = assume(lift(formula))
    current().given.add(theorem.conclusion)
    if theorem.conclusion.op in ("le", "lt", "eq"):
        current().know(theorem)
    return Fact(theorem)


def always(*facts: Fact) -> Fact:
    """Use facts without naming them from now on: signs and ranges.  Returns the first."""
    for fact in facts:
        current().know(fact.theorem)
        current().obvious.append(fact)
    return facts[0]


def step(goal: Term, by: Reason = None) -> Theorem:
    """Prove a formula from its reasons, or fail with what is missing."""
    reasons = theorems(by)
    try:
        return prove(goal, reasons, current().context)
    except NotProvedError:
        raise StepFailedError(explain(goal, reasons, current().context)) from None


def have(formula: Value, by: Reason = None) -> Fact:
    """Prove a formula.

    Raises
    ------
    StepFailedError
        It does not follow; the message shows what no combination of the reasons pays for, and numbers that violate it.
    """
    return made(Fact(step(lift(formula), by)))


def made(fact: Fact) -> Fact:
    """Enter a fact into the current scope, which will generalize it."""
    current().made.append(fact)
    return fact


class calc(Fact):  # noqa: N801  # a word of the language
    """A chain of relations: ``calc(a).le(b, by=…).eq(c, by=…)`` is the fact a ≤ c."""

    def __init__(self, start: Value) -> None:
        """Begin with an expression."""
        self.terms = [lift(start)]
        self.steps: list[Theorem] = []
        super().__init__(polynomial(make("eq", self.terms[0], self.terms[0]), [], []))
        made(self)

    def _next(self, op: str, value: Value, by: Reason) -> Self:
        self.steps.append(step(make(op, self.terms[-1], lift(value)), by))
        self.terms.append(lift(value))
        kinds = {f.conclusion.op for f in self.steps}
        relation = "lt" if "lt" in kinds else "le" if "le" in kinds else "eq"
        goal = make(relation, self.terms[0], self.terms[-1])
        self.theorem = self.steps[0] if len(self.steps) == 1 else _chained(goal, self.steps)
        return self

    def le(self, value: Value, by: Reason = None) -> Self:
        """… ≤ value."""
        return self._next("le", value, by)

    def lt(self, value: Value, by: Reason = None) -> Self:
        """… < value."""
        return self._next("lt", value, by)

    def eq(self, value: Value, by: Reason = None) -> Self:
        """… = value."""
        return self._next("eq", value, by)


def _chained(goal: Term, steps: list[Theorem]) -> Theorem:
    return polynomial(goal, [(ONE.args[0], [f], None) for f in steps], [])


class let:  # noqa: N801  # a word of the language
    """``with let(1 <= t):``: what is proved inside holds for every t ≥ 1.

    The variables are those of the guards that are not yet fixed; a bare variable stands for itself.
    """

    def __init__(self, *guards: Value) -> None:
        """Take the guards."""
        self.guards = [lift(guard) for guard in guards]

    def __enter__(self) -> Any:
        """Return the guards as facts: one, or a list."""
        fixed = current().fixed()
        new = dict.fromkeys(v for guard in self.guards for v in variables(guard) if v not in fixed)
        self.scope = enter(list(new), [assume(guard) for guard in self.guards if guard.op != "var"])
        facts = [Fact(theorem) for theorem in self.scope.assumed]
        return facts[0] if len(facts) == 1 else facts

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        leave(self.scope)
        if kind is None:
            for fact in self.scope.made:
                close(fact, self.scope)
            promote(self.scope)


def close(fact: Fact, scope: Scope) -> None:
    """Make a fact of a scope hold in general."""
    theorem = scope.close(fact.theorem)
    old, new = _prefix(fact.theorem), _prefix(theorem)
    fact.variables = [v for v in scope.variables if v in fact.theorem.conclusion.free or v in _guarded(fact, scope)][
        : new - old
    ] + fact.variables
    fact.theorem = theorem


def _guarded(fact: Fact, scope: Scope) -> set[object]:
    used = (a.conclusion.free for a in scope.assumed if a.conclusion in fact.theorem.hypotheses)
    return set().union(*used)


def _prefix(theorem: Theorem) -> int:
    count, formula = 0, theorem.conclusion
    while formula.op in ("all", "imp"):
        count += formula.op == "all"
        formula = formula.args[1]
    return count


def promote(scope: Scope) -> None:
    """Hand what a scope has proved, and what is obvious in it, to its parent."""
    if scope.parent is not None:
        scope.parent.made += scope.made
        kept = [f for f in scope.obvious if not _local(f.theorem, scope)]
        scope.parent.know(*(f.theorem for f in kept))
        scope.parent.obvious += kept


def _local(theorem: Theorem, scope: Scope) -> bool:
    """Tell whether a theorem speaks of the scope's variables, or rests on its assumptions."""
    assumed = any(a.conclusion in theorem.hypotheses for a in scope.assumed)
    return assumed or any(v in theorem.conclusion.free for v in scope.variables)


class Case(Fact):
    """One of two cases; true in the first."""

    def __init__(self, theorem: Theorem, *, first: bool) -> None:
        """Wrap the assumption of the case."""
        super().__init__(theorem)
        self.first = first

    def __bool__(self) -> bool:
        return self.first


def cases(condition: Value) -> Iterator[Case]:
    """``for case in cases(a <= b):``: the body runs under a ≤ b and under b < a; what both prove holds."""
    p = lift(condition)
    if p.op not in ("le", "lt"):
        raise ProofError(f"{expression(p)} is no a ≤ b or a < b: only these have the other case")
    q = make("lt" if p.op == "le" else "le", *p.args[::-1])
    branches: list[list[Fact]] = []
    for first, assumption in ((True, p), (False, q)):
        scope = enter([], [assume(assumption)])
        try:
            yield Case(scope.assumed[0], first=first)
        finally:
            leave(scope)
        branches.append(scope.made)
    low, high = (p if p.op == "le" else q).args
    for fact in branches[1]:
        twin = next((g for g in branches[0] if g.theorem.conclusion is fact.theorem.conclusion), None)
        if twin is not None:
            pair = (twin, fact) if p.op == "le" else (fact, twin)
            fact.theorem = twin.theorem = join(pair[0].theorem, pair[1].theorem, low, high)
            made(fact)


class induction:  # noqa: N801  # a word of the language
    """``with induction(p(k), k) as invariant:``: the invariant may be used inside, p(k+1) must be proved.

    Outside, the invariant and every fact proved inside hold for every k from ``start`` on.
    """

    def __init__(self, invariant: Value, index: Expression, start: Value = 0, base: Reason = None) -> None:
        """Take the invariant and the reasons of its base."""
        self.goal, self.index, self.start, self.base = lift(invariant), index.term, lift(start), base

    def __enter__(self) -> Fact:
        self.first = step(substitute(self.goal, {self.index: self.start}), self.base)
        guard, hypothesis = assume(make("le", self.start, self.index)), assume(self.goal)
        self.scope = enter([self.index], [guard])
        if hypothesis.conclusion.op in ("le", "lt", "eq", "and"):
            self.scope.know(hypothesis)
        self.hypothesis = hypothesis
        self.invariant = Fact(hypothesis)
        return self.invariant

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is not None:
            leave(self.scope)
            return
        try:
            following = self._step()
        finally:
            leave(self.scope)
        guard, p = self.scope.assumed[0], self.goal
        if p not in following.hypotheses:
            following = mp(discharge(p, following), self.hypothesis)
        general = induct(self.first, following, self.index, self.start, p)
        remember(general.conclusion, self.index.args[0])
        here = mp(spec(general, self.index), guard)
        for fact in self.scope.made:
            if p in fact.theorem.hypotheses:
                fact.theorem = mp(discharge(p, fact.theorem), here)
            close(fact, self.scope)
        self.invariant.theorem, self.invariant.variables = general, [self.index]
        self.scope.made.append(self.invariant)
        promote(self.scope)

    def _step(self) -> Theorem:
        """Return p(k+1), which the body has proved in some form."""
        wanted = substitute(self.goal, {self.index: make("add", self.index, ONE)})
        for fact in reversed(self.scope.made):
            try:
                if fact.theorem.conclusion.op == wanted.op:
                    return restate(fact.theorem, wanted)
            except NotProvedError:
                continue
        return step(wanted, self.scope.made)
