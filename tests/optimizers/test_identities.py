"""What the cards of adaptive rules state about each other: equalities and limits, each on the same gradients."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(2015)
T = 60
G = RANDOM.normal(size=(T, 4)) * np.array([1e-2, 1.0, 3.0, 1e2])
G[:15, 2] = 0
X = np.array([1.0, -2.0, 0.5, 0.0])
ROUNDING = 1e-11
"""Relative difference that sixty steps in another order of operations may make."""


def replay(name: str, gradients: Array = G, **hyper: Any) -> Array:
    return cc.replay(name, gradients, X[: gradients.shape[1]], **hyper)


def rate(t: Any) -> Any:
    return 0.1 / np.sqrt(t)


EQUAL: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
    (("rmsprop_momentum", {"momentum": 0.0}), ("rmsprop", {})),
    (("delayed_adagrad_momentum", {"mu": 0.0}), ("delayed_adagrad", {})),
    (("padam", {"p": 0.5, "lr": rate}), ("amsgrad", {"lr": rate})),
    (("adamw", {"weight_decay": 0.0}), ("adam", {})),
    (("generic_adam", {"eps": 0.0}), ("adam_undebiased", {})),
    (("adan", {"beta1": 0.9, "beta2": 0.0, "beta3": 0.99}), ("adam", {"beta1": 0.9, "beta2": 0.99})),
    # The three NAdams are Adam without an average, and Dozat's schedule is over at once if ψ is large.
    (("nadam", {"beta1": 0.0, "lr": 1e-3}), ("adam", {"beta1": 0.0})),
    (("nadam_dozat", {"beta1": 0.0, "lr": 1e-3}), ("adam", {"beta1": 0.0})),
    (("nadamw", {"beta1": 0.0, "weight_decay": 0.0}), ("adam", {"beta1": 0.0})),
    (("nadam_dozat", {"psi": 1e6}), ("nadam", {})),
    # Between bounds that are far apart AdaBound is Adam; between equal ones gradient descent with an average.
    (("adabound", {"gamma": 1e-9, "final_lr": 1.0}), ("adam_undebiased", {})),
    (("amsbound", {"gamma": 1e-9, "final_lr": 1.0}), ("amsgrad", {})),
    (("adabound", {"gamma": 1e16, "final_lr": 0.01, "beta1": 0.0}), ("sgd", {"lr": 0.01})),
]


@pytest.mark.parametrize(("first", "second"), EQUAL, ids=lambda side: side[0])
def test_two_rules_that_are_one(first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]) -> None:
    (a, a_hyper), (b, b_hyper) = first, second
    np.testing.assert_allclose(replay(a, **a_hyper), replay(b, **b_hyper), rtol=ROUNDING, atol=ROUNDING)


def test_in_one_dimension_the_norm_is_the_size() -> None:
    np.testing.assert_allclose(replay("adagrad_norm", G[:, 1:2]), replay("adagrad", G[:, 1:2]), rtol=ROUNDING)


def test_amsgrads_with_correction_are_adam_while_nothing_falls() -> None:
    """Growing gradients: neither v nor v/(1 - β₂^t) ever decreases; with shrinking ones all three differ."""
    growing = np.cumsum(np.abs(G[:, [1, 3]]), axis=0)
    adam = replay("adam", growing)
    for name in ("amsgrad_max_before", "amsgrad_max_after"):
        np.testing.assert_allclose(replay(name, growing), adam, rtol=ROUNDING)
    runs = [replay(name, growing[::-1], beta2=0.9)[-1] for name in ("adam", "amsgrad_max_before", "amsgrad_max_after")]
    assert all(abs(a - b).max() > 1e-4 for k, a in enumerate(runs) for b in runs[:k])


def test_adamax_is_the_limit_of_adam_in_the_p_norm() -> None:
    """v_t = β₂^p v_{t-1} + (1-β₂^p)|g_t|^p, to the power 1/p, for p = 10⁶, in logarithms."""
    p, beta1, beta2 = 1e6, 0.9, 0.99
    x, m, v = X.copy(), np.zeros(4), np.full(4, -np.inf)
    with np.errstate(divide="ignore"):
        for t, g in enumerate(G, 1):
            m = beta1 * m + (1 - beta1) * g
            v = np.logaddexp(p * np.log(beta2) + v, np.log1p(-(beta2**p)) + p * np.log(abs(g)))
            root = np.exp(v / p)
            x = x - 0.01 * np.divide(m / (1 - beta1**t), root, out=np.zeros(4), where=root > 0)
    np.testing.assert_allclose(x, replay("adamax", lr=0.01, beta2=beta2)[-1], rtol=1e-4)


def test_decoupled_decay_adds_to_the_step() -> None:
    """AdamW's x shrinks by 1 - α λ and then moves as Adam's does, whose step does not see x."""
    alpha, decay = 0.05, 0.3
    moves = np.diff(replay("adam", lr=alpha), axis=0)
    x = [X]
    for move in moves:
        x.append((1 - alpha * decay) * x[-1] + move)
    np.testing.assert_allclose(replay("adamw", lr=alpha, weight_decay=decay), x, rtol=ROUNDING, atol=ROUNDING)


def test_lion_with_decay_is_frank_wolfe_on_a_cube() -> None:
    """x_{t+1} = (1 - γ) x_t + γ s_t, γ = α λ, where s_t is that corner of the cube |s| <= 1/λ with least ⟨c, s⟩."""
    alpha, decay = 0.1, 2.0
    x, m = [X], np.zeros(4)
    for g in G:
        c, m = 0.9 * m + 0.1 * g, 0.99 * m + 0.01 * g
        corner = np.where(c > 0, -1, np.where(c < 0, 1, 0)) / decay
        x.append((1 - alpha * decay) * x[-1] + alpha * decay * corner)
    found = replay("lion", lr=alpha, weight_decay=decay)
    np.testing.assert_allclose(found, x, rtol=ROUNDING, atol=ROUNDING)
    outside = np.max(np.abs(found), axis=1) - 1 / decay
    assert np.all(outside <= np.maximum((1 - alpha * decay) ** np.arange(T + 1) * outside[0], 0) + ROUNDING)


def test_friction_is_none_or_half() -> None:
    """ξ is 1 where gradients change much and 1/2 where they hardly change; the rest of diffGrad is Adam."""
    large, small = 1e6 * (1 + abs(G[:, 1:2])), 1e-15 * G[:, 1:2]
    large[::2] *= -1
    for gradients, share in ((large, 1.0), (small, 0.5)):
        hyper = {"eps": 0.0, "lr": 0.1}
        moves = np.diff(replay("diffgrad", gradients, **hyper), axis=0)
        np.testing.assert_allclose(moves, share * np.diff(replay("adam", gradients, **hyper), axis=0), rtol=1e-9)


def test_radam_begins_where_the_length_passes_its_threshold() -> None:
    """β₂ = 0.999: the first adaptive step is the fifth for ρ > 4, the sixth for ρ > 5; the factor r grows towards 1."""
    raw = np.diff(replay("radam", G[:, 1:2], threshold=1e9), axis=0)
    adam = np.diff(replay("adam", G[:, 1:2], eps=0.0), axis=0)
    for threshold, first in ((4.0, 5), (5.0, 6)):
        moves = np.diff(replay("radam", G[:, 1:2], threshold=threshold), axis=0)
        np.testing.assert_array_equal(moves[: first - 1], raw[: first - 1])
        factors = (moves / adam)[first - 1 :, 0]
        assert np.all(np.diff(factors) > 0)
        assert 0 < factors[0] < factors[-1] < 1
    assert np.array_equal(np.diff(replay("radam", G[:, 1:2], beta2=0.6), axis=0), raw)


def test_the_first_step_is_the_rate_or_nothing() -> None:
    first = {
        name: np.abs(replay(name, G[:1] + 1e-3, lr=0.1)[1] - X) / 0.1
        for name in ("adamax", "adam", "amsgrad_max_after")
    }
    for moved in first.values():
        np.testing.assert_allclose(moved, 1, rtol=1e-4)
    for name in ("acprop", "acprop_momentum", "adashift_lag1", "adopt", "adopt_unclipped"):
        np.testing.assert_array_equal(replay(name, G[:1])[1], X)
    np.testing.assert_array_equal(replay("adashift", G[:10])[-1], X)


def test_clipping_makes_a_difference_where_the_first_gradient_is_small() -> None:
    quiet = G[:, 1:2].copy()
    quiet[0] = 1e-5
    clipped, free = (np.abs(np.diff(replay(name, quiet, lr=1.0), axis=0)) for name in ("adopt", "adopt_unclipped"))
    assert free.max() > 100
    assert np.all(clipped[1:, 0] <= np.arange(1.0, T) ** 0.25)


def test_an_injection_turns_the_gradient_where_displacement_times_gradient_exceeds_one() -> None:
    """Dubey et al. (2022): s = (g + Δ g²)/k has the sign of 1 + Δ g; AdamInject blows up on G|x| for α G large."""
    sizes = []
    for slope in (1e2, 1e5):
        x, state = np.ones(1), [np.zeros(1) for _ in cc.optimizer("adam_inject").state]
        for t in range(1, 200):
            x, *state = cc.optimizer("adam_inject")(x, slope * np.sign(x), np.float64(t), *state, lr=1e-3)
        sizes.append(abs(x[0]))
    assert sizes[0] < 1.1
    assert sizes[1] > 1e6
