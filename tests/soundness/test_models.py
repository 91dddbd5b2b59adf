"""Both normal forms against random finite models: a term and its normal form have the same value."""

from random import Random

import pytest

from convcheck import check
from convcheck.kernel import canonical
from tests.soundness.conditional_terms import conditional_terms
from tests.soundness.random_terms import Model, Reading, Terms, same
from tests.soundness.support import FULL, into, minus, q

TERMS = 40_000 if FULL else 3_000
BATCHES = 10


@pytest.mark.parametrize("batch", range(BATCHES))
def test_normal_forms_keep_the_value(batch: int) -> None:
    changed = 0
    for seed in range(batch * TERMS // BATCHES, (batch + 1) * TERMS // BATCHES):
        random = Random(seed)  # noqa: S311  # reproducible, not secret
        term = Terms(seed).term(random.choice("RRRV"), random.randint(2, 5))
        model, table = Model(seed), check.Terms()
        algebra = check.Algebra(table)
        value = model.value(term)
        normal = canonical(term)
        assert same(value, model.value(normal)), (seed, term, normal)
        assert canonical(normal) is normal, (seed, term, normal)
        poly = algebra.value(into(table, term))
        assert same(value, Reading(model, algebra).value(poly, "V" if term.sort == "V" else "R")), (seed, term)
        assert algebra.value(into(table, normal)) == poly, (seed, term, normal)
        changed += normal is not term
    assert changed > TERMS // BATCHES // 2  # or the terms were too simple to test anything


def test_conditional_expectations_keep_the_value() -> None:
    """What is known leaves an expectation, and nothing else does: every way to be known or not, in models."""
    for seed, term in enumerate(conditional_terms()[:: 1 if FULL else 8]):
        model, table = Model(seed), check.Terms()
        algebra = check.Algebra(table)
        normal = canonical(term)
        value, poly = model.value(term), algebra.value(into(table, term))
        assert same(value, model.value(normal)), term
        assert same(value, Reading(model, algebra).value(poly, term.sort)), term
        assert canonical(normal) is normal, term
        assert algebra.value(into(table, normal)) == poly, term


def test_models_tell_different_terms_apart() -> None:
    told = 0
    for seed in range(300):
        terms = Terms(seed)
        left, right = terms.term("R", 3), terms.term("R", 3)
        table = check.Terms()
        algebra = check.Algebra(table)
        different = not same(Model(seed).value(left), Model(seed).value(right))
        if different:
            assert canonical(left) is not canonical(right)
            assert algebra.value(into(table, left)) != algebra.value(into(table, right))
        told += different
    assert told > 250


def test_the_two_normal_forms_identify_the_same_terms() -> None:
    """The kernel's form of a difference is 0 exactly if the checker's is; half of these differences are 0."""
    count, zeros = 6_000 if FULL else 600, 0
    for seed in range(count):
        terms = Terms(seed)
        term = terms.term("R", 3)
        difference = minus(term, canonical(term) if seed % 2 else terms.term("R", 2))
        table = check.Terms()
        zero = canonical(difference) is q(0)
        assert zero == (check.Algebra(table).value(into(table, difference)) == {}), difference
        zeros += zero
    assert count // 2 <= zeros < count * 2 // 3
