"""Families of optimizers: what their slots are, by running them."""

from typing import Any

import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.evidence.families import FAMILIES, family, traits
from convcheck.optimizers.base import optimizer


@pytest.mark.parametrize(
    ("name", "numbers", "memories", "averages", "moments"),
    [
        ("sgd", "", "", "", ""),
        ("heavy_ball", "", "", "d", ""),
        ("dual_averaging", "", "x_first", "s", ""),
        ("adagrad", "", "", "", "v"),
        ("adam", "c1 c2", "", "m", "v"),
        ("adamx", "beta1_last", "", "m", "v v_hat"),
        ("adan", "c1 c2 c3", "g_last", "m d", "n"),
        ("adashift", "c", "g1 g2 g3 g4 g5 g6 g7 g8 g9 g10", "", "v"),
        ("shampoo", "", "", "", "left right"),
        ("muon", "", "", "m", ""),
    ],
)
def test_slots_are_told_apart(name: str, numbers: str, memories: str, averages: str, moments: str) -> None:
    found = traits(cc.optimizer(name))
    assert found is not None
    seen = (found.numbers, found.memories, found.averages, found.moments)
    assert seen == tuple(tuple(names.split()) for names in (numbers, memories, averages, moments))


@pytest.mark.parametrize(
    ("name", "corrected", "growing"),
    [
        ("adam", True, False),
        ("adam_undebiased", False, False),
        ("adam_defossez", True, False),
        ("adashift", True, False),
        ("generic_adam", False, False),  # its number falls
        ("adamx", False, True),  # its number stays
        ("downpour", False, False),  # its number is a clock
        ("amsgrad", False, True),
        ("amsgrad_max_after", True, True),
        ("adagrad", False, True),
        ("yogi", False, False),
        ("adamomentum", True, False),
    ],
)
def test_marks(name: str, corrected: bool, growing: bool) -> None:  # noqa: FBT001  # a table of cases
    found = traits(cc.optimizer(name))
    assert found is not None
    assert (found.corrected, found.growing) == (corrected, growing)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nesterov", "gradients and momentum"),
        ("noisy_sgd", "gradients and momentum"),
        ("lion", "signs"),
        ("rmsprop", "moments"),
        ("adam_undebiased", "averages over moments"),
        ("adamw", "averages over moments, corrected"),
        ("amsgrad", "moments that never decrease"),
        ("adan", "earlier gradients or points"),
        ("majority_vote", "workers and delays"),
        ("delayed_sgd", "workers and delays"),
        ("adagrad_norm", "norms"),
        ("muon", "matrices"),
        ("kfac", "networks"),
    ],
)
def test_families(name: str, expected: str) -> None:
    assert family(cc.optimizer(name)) == expected


def test_every_family_has_members_and_every_rule_a_family() -> None:
    assert {family(cc.optimizer(name)) for name in entries("optimizer")} == set(FAMILIES)


def test_rules_for_networks_have_no_traits() -> None:
    assert traits(cc.optimizer("kfac")) is None


def test_a_rule_of_ones_own_finds_its_family() -> None:
    @optimizer(source="nobody1900")
    def mine(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.1, beta: float = 0.9) -> Any:  # noqa: ARG001  # a rule takes t
        m = beta * m + g
        return x - lr * m, m

    assert family(mine) == "gradients and momentum"
