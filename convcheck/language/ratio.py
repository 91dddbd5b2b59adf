"""The convention 0/0 = 0 of rules, `convcheck.optimizers.base.ratio`, as a lemma: ratio(a, b) = a·(1/b) for 0 ≤ b.

A rule writes ``np.where(b <= 0, 0, a / np.where(b <= 0, 1, b))``.  That the kernel's 1/0 is 0 thus coincides with the
convention of the code; a theorem that divides by zero in any other way has to show that it does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from convcheck.kernel.rules import antisym, assume, mp, spec
from convcheck.kernel.terms import ONE, ZERO, Term, make, rebuild
from convcheck.kernel.theorem import Theorem
from convcheck.language.hints import remember_prefix
from convcheck.language.recorder import Choice
from convcheck.tactics.inference import apply, by_cases, generalize
from convcheck.tactics.linear import linear
from convcheck.tactics.polynomials import occurs


@cache
def ratio_is_quotient() -> Theorem:
    """∀a b y z. 0 ≤ b → (b ≤ 0 → y = 1) → (0 < b → y = b) → (b ≤ 0 → z = 0) → (0 < b → z = a·(1/y)) → z = a·(1/b)."""
    a, b, y, z = (make("var", name, "R") for name in "abyz")
    low, high = make("le", b, ZERO), make("lt", ZERO, b)
    quotient = make("mul", a, make("inv", y))
    premises = [
        make("le", ZERO, b),
        make("imp", low, make("eq", y, ONE)),
        make("imp", high, make("eq", y, b)),
        make("imp", low, make("eq", z, ZERO)),
        make("imp", high, make("eq", z, quotient)),
    ]
    nonneg, _, y_is, z_zero, z_is = (assume(p) for p in premises)
    goal = make("eq", z, make("mul", a, make("inv", b)))

    def either(case: Theorem) -> Theorem:
        if case.conclusion.op == "le":
            return linear(goal, [], [mp(z_zero, case), antisym(case, nonneg)])
        return linear(goal, [], [mp(z_is, case), mp(y_is, case)])

    return generalize(by_cases(b, ZERO, either), [a, b, y, z], premises)


@dataclass(frozen=True, eq=False)
class Quotient:
    """A choice that is a ratio: under ``premise``, which is 0 ≤ b, ``equation`` is choice = a·(1/b)."""

    premise: Term
    equation: Theorem


def quotients(
    choices: Sequence[Choice], branches: dict[Term, tuple[Theorem, Theorem]], indices: Sequence[Term]
) -> list[Quotient]:
    """Return the choices that are ratios; ``branches`` says of each choice what it is in its two cases."""
    found = []
    for choice in choices:
        safe = next((c for c in choices if _divides_by(choice, c)), None)
        if safe is not None:
            parts = choice.no.args[:-1] if choice.no.op == "mul" else (ONE,)
            a = parts[0] if len(parts) == 1 else make("mul", *parts)
            premise = assume(make("le", ZERO, safe.no))
            known = [opened(f, indices) for f in (*branches[safe.value], *branches[choice.value])]
            values = [a, safe.no, safe.value, choice.value]
            found.append(Quotient(premise.conclusion, apply(ratio_is_quotient(), values, premise, *known)))
    return found


def safe_divisors(choices: Sequence[Choice]) -> set[Term]:
    """Return the choices that are 1 where b ≤ 0 and b elsewhere: dividing by them is always defined."""
    return {c.value for c in choices if c.yes is ONE and c.condition is make("le", c.no, ZERO)}


def _divides_by(choice: Choice, safe: Choice) -> bool:
    """Tell whether the choice is where(b ≤ 0, 0, a / safe), and safe is where(b ≤ 0, 1, b)."""
    last = choice.no.args[-1] if choice.no.op == "mul" else choice.no
    shape = choice.yes is ZERO and safe.yes is ONE and choice.condition is safe.condition
    return shape and last is make("inv", safe.value) and safe.condition is make("le", safe.no, ZERO)


def opened(theorem: Theorem, indices: Sequence[Term]) -> Theorem:
    """Return ∀t (i). 1 ≤ t → p at the indices, 1 ≤ t being assumed."""
    for index in indices:
        theorem = spec(theorem, index)
    return mp(theorem, assume(make("le", ONE, indices[0])))


def with_quotients(theorem: Theorem, found: Sequence[Quotient], indices: Sequence[Term]) -> Theorem:
    """Return ∀t (i). 1 ≤ t → l = r with quotients for ratios, under the premises 0 ≤ b that this needs."""
    inside = opened(theorem, indices)
    left, right = inside.conclusion.args
    used = [q for q in found if occurs(q.equation.conclusion.args[0], right)]
    if not used:
        return theorem
    meaning = {q.equation.conclusion.args[0]: q.equation.conclusion.args[1] for q in used}
    goal = make("eq", left, rebuild(right, lambda u, _: meaning.get(u)))
    equation = linear(goal, [], [*([] if left is right else [inside]), *(q.equation for q in used)])
    premises = [make("le", ONE, indices[0]), *dict.fromkeys(q.premise for q in used)]
    general = generalize(equation, indices, premises)
    remember_prefix(general.conclusion, indices)
    return general
