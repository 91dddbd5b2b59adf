"""Cards claim the invariances that hold, and all of them: what is not claimed fails on some instance."""

from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.errors import LawError
from convcheck.evidence.invariance_law import BOUND, claims_hold, holds, shapes
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.invariances import INVARIANCES

NAMES = list(entries("optimizer"))
UNDECIDED = {
    ("adadelta", "scale-invariant"): "without ε it never moves, so that this is empty",
    ("adadelta", "scale-equivariant"): "the same",
    ("adamnc", "bounded-step"): "its steps grow like √t, with constant α",
    ("adopt", "bounded-step"): "its clip grows like ⁴√t",
    ("adabelief_inject", "bounded-step"): "fails only for gradients that answer the points",
    ("adaptive_revision", "bounded-step"): "not claimed: no bound is known to us",
    ("distributed_adam", "bounded-step"): "not claimed: the bound depends on the number of workers",
    ("lars", "rotation-equivariant"): "a network's layers are turned one by one",
    ("shampoo", "bounded-step"): "not claimed: the bound depends on the damping",
}
"""What no instance refutes and no card claims, with the reason."""


@pytest.mark.parametrize("name", NAMES)
def test_what_a_card_claims_holds(name: str) -> None:
    claims_hold(cc.optimizer(name))


@pytest.mark.parametrize("name", [name for name in NAMES if shapes(cc.optimizer(name))])
def test_what_a_card_does_not_claim_fails(name: str) -> None:
    made = cc.optimizer(name)
    left = {claim for claim in INVARIANCES if claim not in made.invariances and holds(made, claim)}
    assert left == {claim for owner, claim in UNDECIDED if owner == name}


def test_adamnc_grows_like_the_root_of_the_step() -> None:
    """The first gradient at step t is divided by itself over √t."""
    moves = [abs(cc.optimizer("adamnc")(0.0, 1.0, t, 0.0, 0.0, lr=1.0)[0]) for t in (1e4, 1e8)]
    np.testing.assert_allclose(moves, [10, 1000])
    assert moves[1] > BOUND


def test_a_false_claim_is_noticed() -> None:
    def drifts(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:  # noqa: ARG001  # a rule takes t
        return (x - lr * (g + x * x),)

    for claim in INVARIANCES:
        with pytest.raises(LawError, match=f"drifts breaks a law: its card claims that it is {claim}, and it is not"):
            claims_hold(optimizer(source="nobody1900", invariances=(claim,))(drifts))


def test_every_reason_names_a_rule_and_an_invariance() -> None:
    assert {name for name, _ in UNDECIDED} <= set(NAMES)
    assert {claim for _, claim in UNDECIDED} <= set(INVARIANCES)
