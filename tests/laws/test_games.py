"""Every rule of one coordinate can be played in a proof: its own function becomes the hypotheses."""

from collections.abc import Iterator

import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.language import play, scope

RULES = [cc.optimizer(name) for name in entries("optimizer")]
PLAYABLE = [made.name for made in RULES if made.kind == "elementwise" and not made.streams]


@pytest.fixture(autouse=True)
def _own_scope() -> Iterator[None]:
    token = scope._current.set(scope.Scope())
    yield
    scope._current.reset(token)


@pytest.mark.parametrize("name", PLAYABLE)
def test_a_game_says_what_each_slot_and_the_next_point_is(name: str) -> None:
    game = play(cc.optimizer(name))
    slots = cc.optimizer(name).state
    said = {"step", *(f"{slot}_{when}" for slot in slots for when in ("step", "start"))}
    assert said <= set(game.facts)
    for slot in slots:
        assert str(game.facts[f"{slot}_step"]).startswith("∀t. 1 ≤ t ⇒ ")
    assert "x_{t + 1}" in str(game.step)


def test_nearly_all_rules_are_playable() -> None:
    assert len(PLAYABLE) >= 45
