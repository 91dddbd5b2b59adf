"""The counterexamples to Kingma & Ba: what they do and do not refute, as their cards say."""

import copy
from fractions import Fraction
from typing import Any

import pytest

from convcheck.claims import discovery
from convcheck.claims.claim import Claim
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.refutation import refute
from convcheck.errors import RefutationError
from convcheck.refute.instances import InstanceError, check


def written(name: str, **constants: str) -> dict[str, Any]:
    """Return the counterexample of a claim with some constants changed."""
    file = discovery.load(name)
    data: dict[str, Any] = copy.deepcopy(file.within(file.module.refutation))
    assert data["constants"].keys() >= constants.keys()
    data["constants"] |= constants
    return data


def test_a_little_momentum_changes_nothing() -> None:
    assert check(written("kingma2015/theorem-4-1", beta1="1/1000")).margin > Fraction(1, 6)


@pytest.mark.parametrize(("lam", "broken"), [("1/50", True), ("1/4", False), ("99999999/100000000", False)])
def test_four_rounds_break_the_bound_for_small_decay_only(lam: str, broken: bool) -> None:  # noqa: FBT001  # a table
    data = written("kingma2015/theorem-4-1", lam=lam)
    if broken:
        assert check(data).margin > 0
    else:
        with pytest.raises(InstanceError, match="the claim holds on this instance"):
            check(data)


def test_in_units_of_one_the_literal_reading_is_not_broken() -> None:
    data = written("kingma2015/theorem-4-1-literal", G="1")
    data["game"]["sequences"]["g"] = ["1"]
    with pytest.raises(InstanceError, match="the claim holds on this instance"):
        check(data)


def test_the_lemma_with_squares_holds_where_the_lemma_fails() -> None:
    """Σ g²/√t ≤ 2G‖g‖, where Σ |g|/√t is larger than that."""
    file = discovery.load("kingma2015/lemma-10-3-unit")
    gradients = file.module.GRADIENTS
    norm = sum(g * g for g in gradients) ** 0.5
    roots = [t**0.5 for t in range(1, 41)]
    assert sum(g / root for g, root in zip(gradients, roots, strict=True)) > 2 * norm
    assert sum(g * g / root for g, root in zip(gradients, roots, strict=True)) < 2 * norm


def changed(**parts: Any) -> ClaimFile:
    """Return the claim about Lemma 10.3 with another declaration."""
    file = discovery.load("kingma2015/lemma-10-3")
    claim = file.claim
    made: dict[str, Any] = {
        "kind": claim.kind,
        "source": claim.source,
        "verdict": claim.verdict,
        "audit": claim.audit,
    } | parts
    return ClaimFile(file.id, file.path, Claim(**made), file.module)


def test_a_claim_is_refuted_on_one_instance() -> None:
    with pytest.raises(RefutationError, match="declares 0 instances: it is refuted on one"):
        refute(changed(audit=()))
    assert refute(changed()).sides
