"""Right and wrong inferences: what a kernel and a checker must derive, and what they must refuse."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from convcheck.kernel import Theorem, derivation
from convcheck.language.files import read
from tests.soundness import attacks_arithmetic, attacks_rules
from tests.soundness.derivations import Source, derive
from tests.soundness.misuses import misuses
from tests.soundness.support import attempted, checker_accepts, theorems_in
from tests.soundness.valid_inferences import VALID

ROOT = Path(__file__).parents[2] / "proofs"
NAMES: tuple[str, ...] = ("zinkevich2003/theorem_1", "ghadimi2013/nonconvex_sgd", "karimi2016/sgd_constant_step")
NAMES += ("duchi2011/adagrad_interval", "orabona2019/theorem_5_4")
PROOFS = [ROOT / f"{name}.py" for name in NAMES]
"""Proofs that together use all rules, which others do not outgrow."""

Derived = tuple[str, frozenset[str]]


class Case(NamedTuple):
    """An inference; what it derives, or None if it is wrong."""

    name: str
    rule: str
    arguments: tuple[Any, ...]
    expected: "Derived | None"
    theorem: Theorem | None = None


def derived(fact: Any) -> Derived:
    """Return what a theorem says, in the kernel's writing."""
    return fact.conclusion.key, frozenset(h.key for h in fact.hypotheses)


@cache
def proved() -> tuple[Theorem, ...]:
    """Return the theorems of all proofs."""
    return tuple(read(path).prove().theorem for path in PROOFS)


def steps(name: str, theorem: Theorem, known: set[int]) -> Iterator[Case]:
    """Yield the inferences of a derivation that are not known yet."""
    for fact in derivation(theorem):
        if id(fact) not in known:
            known.add(id(fact))
            yield Case(name, fact.how[0], fact.how[1], derived(fact), fact)


@cache
def attacks() -> list[Case]:
    """Return the wrong inferences of the corpus, each after what it needs."""
    corpus = attacks_rules.ATTACKS | attacks_arithmetic.ATTACKS
    known, cases = set[int](), list[Case]()
    for name, (rule, *arguments) in corpus.items():
        for premise in theorems_in(arguments):
            cases += steps(f"a premise of {name}", premise, known)
        cases.append(Case(name, rule, tuple(arguments), None))
    return cases


@cache
def proofs() -> list[Case]:
    """Return the inferences of all proofs."""
    known = set[int]()
    pairs = zip(PROOFS, proved(), strict=True)
    return [case for path, theorem in pairs for case in steps(path.stem, theorem, known)]


@cache
def uses() -> list[Case]:
    """Return right inferences of each rule, and misuses of them."""
    known, cases = set[int](), list[Case]()
    for name, (theorem, _) in VALID.items():
        cases += steps(name, theorem, known)
    for name, rule, arguments in misuses():
        for premise in theorems_in(arguments):
            cases += steps("a premise of a misuse", premise, known)
        theorem_ = derive(rule, list(arguments))
        cases.append(Case(name, rule, arguments, None if theorem_ is None else derived(theorem_), theorem_))
    return cases


@cache
def random_inferences(runs: int, length: int) -> list[Case]:
    """Return random inferences, right and wrong; of the wrong ones those that the checker refuses as well."""
    cases, known = list[Case](), set[int]()
    for seed in range(runs):
        source = Source(seed)
        for start in source.pool:
            cases += steps("random", start, known)
        for number in range(length):
            rule, arguments = source.propose()
            for premise in theorems_in(arguments):
                cases += steps("random premise", premise, known)
            name, theorem = f"random {seed}.{number}", derive(rule, arguments)
            if theorem is not None:
                cases += steps(name, theorem, known)
                source.pool.append(theorem)
            elif not checker_accepts(attempted(rule, *arguments)):
                cases.append(Case(name, rule, tuple(arguments), None))
    return cases
