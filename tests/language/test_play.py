"""Games of rules that ask for the gradient elsewhere than at x, and rules that play none."""

from typing import Any

import pytest

from convcheck.assumptions import Convex, StronglyConvex
from convcheck.draws import normal
from convcheck.errors import ProofError
from convcheck.language import have, ints, let, play, reals
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.nesterov import nesterov

t, T = ints("t T")
α, β, c, μ = reals("α β c μ")
(u,) = reals("u")


def test_the_points_at_which_gradients_are_asked_have_a_name() -> None:
    game = play(nesterov, lr=α, beta=β)
    x, y, d, g = game.x, game.asked, game.d, game.g
    with let(t >= 1):
        asked = have(y[t] == x[t] + β * d[t - 1], by=game.y_step(t))
        moved = have(x[t + 1] == y[t] - α * g[t], by=[game.step(t), asked])
    assert str(moved) == "∀t. 1 ≤ t ⇒ x_{t + 1} = y_t - α·g_t"


def test_losses_are_assumed_where_gradients_are_asked() -> None:
    game = play(nesterov, lr=α, beta=β)
    assert str(game.given(Convex(), u=u)) == "∀t. 1 ≤ t ⇒ f_t(y_t) - f_t(u) ≤ g_t·(y_t - u)"
    assert "x_" not in str(game.given(StronglyConvex(μ), u=u))


def test_a_rule_that_asks_at_x_has_no_other_points() -> None:
    @optimizer(source="nobody1900")
    def plain(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:  # noqa: ARG001  # a rule takes t
        return (x - lr * g,)

    game = play(plain, lr=α)
    assert game.asked is game.x
    assert "y_step" not in game.facts


def test_rules_that_play_no_game() -> None:
    @optimizer(source="nobody1900")
    def noisy(x: Any, g: Any, t: Any, xi: Any = normal, *, lr: float = 0.1) -> Any:  # noqa: ARG001  # a rule takes t
        return (x - lr * (g + xi),)

    @optimizer(source="nobody1900", init=lambda x: ())  # noqa: ARG005  # called with x
    def whole(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:  # noqa: ARG001  # a rule takes t
        return (x - lr * g,)

    with pytest.raises(ProofError, match="noisy draws random numbers itself; a game is played by"):
        play(noisy, lr=α)
    with pytest.raises(ProofError, match="whole is an array rule; a game is played by"):
        play(whole, lr=α)
