"""Arithmetic steps as identities, and as lemmas that Coq proves."""

import random
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from convcheck.claims import discovery
from convcheck.coq.export import document, lemma, names, rational
from convcheck.coq.identity import Identity, identities, identity
from convcheck.coq.run import check, version
from convcheck.errors import MissingToolError
from convcheck.kernel import Term, Theorem
from convcheck.kernel.arithmetic import polynomial, square
from convcheck.kernel.normal import Scalar, scalar
from convcheck.kernel.rules import assume
from convcheck.language import reals, sequences, sqrt
from convcheck.language.files import ProofFile

a, b, c = reals("a b c")
(x,) = sequences("x")
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="Coq is not installed: apt install coq")
CLAIM = "nesterov2004/descent-lemma"


def proved(name: str) -> Theorem:
    file = discovery.load(name, Path("/"))
    return ProofFile(file.path, file.module, file.context).prove().theorem


def value(p: Scalar, at: dict[Term, Fraction]) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in p.items():
        for atom, k in monomial:
            drawn = random.Random(atom.key).randint(-9, 9)  # noqa: S311
            coefficient *= at.setdefault(atom, Fraction(drawn, 7)) ** k  # noqa: PLW2901
        total += coefficient
    return total


def difference(step: Identity) -> Fraction:
    """Return the left side minus the right side of an identity, at random values of its atoms."""
    at: dict[Term, Fraction] = {}

    def slack(relation: Term) -> Fraction:
        return value(scalar(relation.args[1]), at) - value(scalar(relation.args[0]), at)

    total = slack(step.goal) - step.constant
    for coefficient, theorems, multiplier in step.products:
        for f in theorems:
            coefficient *= slack(f.conclusion)  # noqa: PLW2901
        total -= coefficient * (1 if multiplier is None else value(scalar(multiplier), at))
    for m in step.multiples:
        total -= value(m.cofactor, at) * (value(m.left, at) - value(m.right, at))
    return total


STEPS = {
    "a square": polynomial((2 * a * b <= a**2 + b**2).term, [(Fraction(1), [square((a - b).term)], None)], []),
    "strict": polynomial((a < b + 1).term, [(Fraction(1), [assume((a <= b).term)], None)], []),
    "scaled": polynomial(
        (a * c <= b * c).term, [(Fraction(1), [assume((a <= b).term), assume((c > 0).term)], None)], []
    ),
    "an equation": polynomial((a**3 == a).term, [], [assume((a**2 == 1).term)]),
    "a multiple": polynomial((a * c == b * c).term, [(Fraction(1), [assume((a == b).term)], c.term)], []),
    "inside a root": polynomial((sqrt(x[1]) <= sqrt(b) + 2).term, [], [assume((x[1] == b).term)]),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_an_identity(name: str) -> None:
    assert difference(identity(STEPS[name])) == 0


def test_an_equation_inside_an_atom_is_a_congruence() -> None:
    step = identity(STEPS["inside a root"])
    assert [m.left for m in step.congruences] == [scalar(sqrt(x[1]).term)]
    assert "(h2 : x1 = x2)" in lemma("step", step) or "(h1 : x1 = x2)" in lemma("step", step)


@pytest.mark.parametrize("name", ["reddi2018/theorem-1", "karimi2016/sgd-constant-step"])
def test_every_arithmetic_step_of_a_proof_is_an_identity(name: str) -> None:
    steps = identities(proved(name))
    assert steps
    assert not any(difference(step) for step in steps)


def test_numbers() -> None:
    assert [rational(Fraction(*n)) for n in ((3, 1), (-3, 1), (1, 2), (-1, 2))] == [
        "3",
        "(-3)",
        "(1 / 2)",
        "((-1) / 2)",
    ]


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match="apt install coq"):
        version()


@needs_coq
def test_coq_accepts_steps() -> None:
    checked = check(document(names(map(identity, STEPS.values()))))
    assert checked.accepted, checked.message


@needs_coq
def test_coq_accepts_a_theorem() -> None:
    checked = check(document(names(identities(proved(CLAIM)))))
    assert checked.accepted, checked.message


@needs_coq
@pytest.mark.parametrize(
    "damage",
    [
        {"goal": (2 * a * b <= a**2 + b**2 - 1).term},
        {"goal": (2 * a * b < a**2 + b**2).term},
        {"products": ()},
        {"products": ((Fraction(-1), (square((a - b).term),), None),)},
    ],
)
def test_coq_refuses_what_does_not_follow(damage: dict[str, Any]) -> None:
    assert not check(document([("wrong", replace(identity(STEPS["a square"]), **damage))])).accepted
