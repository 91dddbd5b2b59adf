"""Kernel and checker agree on all misuses of the rules, and operations on terms mean what they say."""

import pytest

from convcheck.kernel import RULES
from tests.soundness.misuses import MORE, misuses
from tests.soundness.support import agree, attempted, checker_accepts, kernel_accepts
from tests.soundness.surgery import meant, operations

BATCHES = 4


@pytest.mark.parametrize("batch", range(BATCHES))
def test_kernel_and_checker_agree(batch: int) -> None:
    accepted = 0
    cases = [*misuses()][batch::BATCHES]
    for name, rule, arguments in cases:
        made = kernel_accepts(rule, *arguments)
        assert made == checker_accepts(attempted(rule, *arguments)), name
        if made:
            agree(RULES[rule](*arguments))
        accepted += made
    assert 0.02 < accepted / len(cases) < 0.2


@pytest.mark.parametrize("name", MORE)
def test_substitution_deep_under_binders(name: str) -> None:
    rule, *arguments = MORE[name]
    agree(RULES[rule](*arguments))


def test_operations_on_terms_mean_what_they_say() -> None:
    assert all(meant(operation, seed) for seed, operation in enumerate(operations(300)))
