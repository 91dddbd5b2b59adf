"""Kernel and checker against each other on random derivations, and what is derived against random models."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from convcheck import check
from convcheck.kernel import RULES, Term, Theorem, canonical
from tests.soundness.derivations import Source, derive
from tests.soundness.random_terms import Model, UnknownValueError
from tests.soundness.support import FULL, agree, attempted, checker_accepts, into, theorems_in

RUNS, STEPS = (400, 60) if FULL else (60, 40)
BATCHES = 4
MODELS = 3
COMPOSITE = ("q", "add", "mul", "pow", "smul")


def run(seed: int, seen: Counter[tuple[str, bool]]) -> list[Theorem]:
    """Make random inferences, each with both programs, and return what they derived."""
    source = Source(seed)
    for _ in range(STEPS):
        rule, arguments = source.propose()
        theorem = derive(rule, arguments)
        data = attempted(rule, *arguments)
        seen[rule, theorem is not None] += 1
        if theorem is None:
            assert generous(rule, arguments, seed) or not checker_accepts(data), (seed, rule, arguments)
            continue
        replay = check.Replay(data)
        fact = replay.facts[-1]
        assert fact.conclusion == into(replay.terms, theorem.conclusion), (seed, rule, theorem)
        assert fact.hypotheses == {into(replay.terms, p) for p in theorem.hypotheses}, (seed, rule, theorem)
        source.pool.append(theorem)
    return source.pool


def generous(rule: str, arguments: list[Any], seed: int) -> bool:
    """Tell whether the checker may accept what the kernel refuses: it has more ways to use some equations.

    It tries several monomials of a composite left side, and lets a real number stand for an integer that equals it.
    Then at least the goal must hold in random models of the hypotheses.
    """
    if rule not in ("polynomial", "vector_equation"):
        return False
    goal, *products, equations = arguments
    sides = [t.conclusion.args for t in equations if t.conclusion.op == "eq"]
    more = any(canonical(a).op in COMPOSITE or (a.sort, b.sort) == ("Z", "R") for a, b in sides)
    if more and checker_accepts(attempted(rule, *arguments)):
        hypotheses = frozenset[Term]().union(*(t.hypotheses for t in theorems_in([products, equations])))
        assert all(believable(hypotheses, goal, seed * 1000 + model) is not False for model in range(MODELS))
    return more


def believable(hypotheses: Iterable[Term], conclusion: Term, seed: int) -> bool | None:
    """Tell whether hypotheses ⊢ conclusion holds in a random model over the rationals, None if that does not show."""
    model = Model(seed, prime=0)
    try:
        if not all(model.truth(p) for p in hypotheses):
            return None
        return model.truth(conclusion) is not False
    except UnknownValueError:
        return None


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_derivations(batch: int) -> None:
    seen, judged = Counter[tuple[str, bool]](), Counter[bool | None]()
    for seed in range(batch, RUNS, BATCHES):
        pool = run(seed, seen)
        agree(pool[-1])
        for number, theorem in enumerate(pool):
            for model in range(MODELS):
                verdict = believable(theorem.hypotheses, theorem.conclusion, seed * 1000 + model)
                judged[verdict] += 1
                assert verdict is not False, (seed, number, theorem)
    assert judged[True] > judged.total() // 20
    if batch == 0:
        assert {rule for rule, accepted in seen if accepted} == set(RULES)
