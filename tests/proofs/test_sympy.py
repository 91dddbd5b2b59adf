"""SymPy's opinion on the arithmetic of every derivation: each step is an identity, which SymPy expands to 0.

Roots, logarithms, powers and quotients are SymPy's own; what it has no counterpart for (values of functions of vectors,
inner products, means, and sums, whose linearity is the kernel's) stands as a symbol.  Where SymPy comes to another
result, the step is listed in ``sympy_disagreements.txt`` with the reason; one that is not listed fails.

Without --full a part of each derivation is looked at, spread over it.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from convcheck.claims import discovery
from convcheck.coq.identity import Identity, identities
from convcheck.errors import AlgebraError
from convcheck.kernel import Term
from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.normal import Scalar, atom, scalar
from convcheck.language.algebra import to_sympy
from convcheck.language.files import ProofFile
from convcheck.language.printing import text

DISAGREEMENTS = Path(__file__).parent / "sympy_disagreements.txt"
STEPS = None if os.environ.get("CONVCHECK_FULL") else 12


class SecondOpinion:
    """Terms in SymPy's words; ``symbols`` stand for what it has no words for."""

    def __init__(self) -> None:
        self.symbols: dict[Term, sp.Symbol] = {}

    def of(self, term: Term) -> sp.Expr:
        """Return a term's value."""
        return to_sympy(term, evaluate=True, symbols={}, other=self.stand_in)

    def polynomial(self, p: Scalar) -> sp.Expr:
        """Return the value of a normal form."""
        parts = []
        for monomial, coefficient in p.items():
            powers = [self.of(base) ** k for base, k in monomial]
            parts.append(sp.Mul(sp.Rational(coefficient.numerator, coefficient.denominator), *powers))
        return sp.Add(*parts)

    def stand_in(self, term: Term) -> sp.Expr | None:
        """Return what stands for a term that SymPy has no counterpart for, and None for any other."""
        if term.sort == "B" or term.op in ("q", "var", "add", "mul", "pow", "inv"):
            return None
        if term.op == "app" and term.args[0] in BUILTIN:
            return None
        p = scalar(term)
        if p == atom(term):
            return self.symbols.setdefault(term, sp.Symbol(f"atom_{len(self.symbols)}", real=True))
        return self.polynomial(p)

    def slack(self, relation: Term) -> sp.Expr:
        """Return the difference of the sides of a relation."""
        return self.of(relation.args[1]) - self.of(relation.args[0])

    def difference(self, step: Identity) -> sp.Expr:
        """Return what SymPy is left with when everything is subtracted that the step names."""
        rest = self.slack(step.goal) - sp.Rational(step.constant.numerator, step.constant.denominator)
        for coefficient, theorems, multiplier in step.products:
            value = sp.Rational(coefficient.numerator, coefficient.denominator)
            value = sp.Mul(value, *(self.slack(f.conclusion) for f in theorems))
            rest -= value if multiplier is None else value * self.of(multiplier)
        for m in step.multiples:
            rest -= self.polynomial(m.cofactor) * (self.polynomial(m.left) - self.polynomial(m.right))
        expanded = sp.expand(rest)
        return expanded if expanded == 0 else sp.cancel(sp.together(expanded))


def agrees(step: Identity) -> bool:
    """Tell whether SymPy, too, finds an identity."""
    try:
        return bool(SecondOpinion().difference(step) == 0)
    except AlgebraError:
        return False


def listed() -> dict[str, str]:
    """Return the disagreements that are known, each with its reason: two lines for each, after comments."""
    lines = [line for line in DISAGREEMENTS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {goal: reason.strip() for goal, reason in zip(lines[::2], lines[1::2], strict=True)}


def chosen(steps: list[Identity]) -> list[Identity]:
    return steps if STEPS is None else steps[:: max(1, len(steps) // STEPS)]


@pytest.mark.parametrize("name", sorted(discovery.entries(Path("/"))))
def test_sympy_finds_the_same(name: str) -> None:
    file = discovery.load(name, Path("/"))
    if not callable(getattr(file.module, "proof", None)):
        pytest.skip("it has no proof")
    theorem = ProofFile(file.path, file.module, file.context).prove().theorem
    steps = identities(theorem)
    assert steps
    known = listed()
    differing = [f"{name}: {text(step.goal)}" for step in chosen(steps) if not agrees(step)]
    assert [goal for goal in differing if goal not in known] == []


@pytest.mark.parametrize("damage", ["a constant", "a product", "an equation"])
def test_sympy_notices_what_is_wrong(damage: str) -> None:
    file = discovery.load("karimi2016/linear-rate", Path("/"))
    steps = identities(ProofFile(file.path, file.module, file.context).prove().theorem)
    if damage == "a constant":
        wrong = [replace(step, constant=step.constant + 1) for step in steps]
    elif damage == "a product":
        wrong = [replace(step, products=step.products[1:]) for step in steps if step.products]
    else:
        wrong = [replace(step, multiples=step.multiples[1:]) for step in steps if step.multiples]
    # SymPy has no need of premises such as a·(1/a) = 1, and so does not miss them.
    most = {"a constant": 0, "a product": len(wrong) // 3, "an equation": len(wrong) - 1}
    assert sum(agrees(step) for step in wrong) <= most[damage]


def test_every_disagreement_is_explained() -> None:
    assert all(reason.startswith("because ") for reason in listed().values())
    ids = {goal.partition(":")[0] for goal in listed()}
    assert ids <= set(discovery.entries(Path("/")))
