"""Shampoo: its pseudo-code, full-matrix AdaGrad, and the inequalities between Kronecker products behind its bound."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import ShapeError
from convcheck.optimizers import shampoo as rule

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(1802)
T = 25
G = RANDOM.normal(size=(T, 3, 4)) * np.array([1.0, 10.0, 0.1, 1.0])
X = RANDOM.normal(size=(3, 4))


def inverse_root(a: Any, eps: float, order: int) -> Floats:
    return np.asarray(rule.inverse_root(a, eps, order))  # type: ignore[no-untyped-call]  # a rule's signature is bare


def power(a: Any, exponent: float) -> Floats:
    values, vectors = np.linalg.eigh(a)
    return np.asarray(vectors * values**exponent @ vectors.T)


def least(a: Floats) -> float:
    return float(np.linalg.eigvalsh(a)[0])


def test_the_published_algorithm() -> None:
    x, left, right, course = X, 1e-4 * np.eye(3), 1e-4 * np.eye(4), [X]
    for g in G:
        left, right = left + g @ g.T, right + g.T @ g
        x = x - 0.3 * power(left, -1 / 4) @ g @ power(right, -1 / 4)
        course.append(x)
    np.testing.assert_allclose(cc.replay("shampoo", G, X, lr=0.3), course, rtol=1e-9)


def test_on_vectors_it_is_full_matrix_adagrad() -> None:
    x, h, course = X[0], 1e-3 * np.eye(4), [X[0]]
    for g in G[:, 0]:
        h = h + np.outer(g, g)
        x = x - 0.3 * power(h, -1 / 2) @ g
        course.append(x)
    np.testing.assert_allclose(cc.replay("shampoo", G[:, 0], X[0], lr=0.3, eps=1e-3), course, rtol=1e-9)


def test_the_step_is_that_of_a_kronecker_product() -> None:
    """On the entries in C order, L^{-1/4} G R^{-1/4} is (L^{1/2} ⊗ R^{1/2})^{-1/2} vec G."""
    left: Any = sum((g @ g.T for g in G), 1e-4 * np.eye(3))
    right: Any = sum((g.T @ g for g in G), 1e-4 * np.eye(4))
    product = np.kron(power(left, 1 / 2), power(right, 1 / 2))
    step = inverse_root(left - 1e-4 * np.eye(3), 1e-4, 4) @ X @ inverse_root(right - 1e-4 * np.eye(4), 1e-4, 4)
    np.testing.assert_allclose(step.ravel(), power(product, -1 / 2) @ X.ravel(), rtol=1e-9)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_product_bounds_the_matrix_of_adagrad(rank: int) -> None:
    """ε I + Σ g gᵀ / r ⪯ L^{1/2} ⊗ R^{1/2} for gradients of rank r, by way of g gᵀ ⪯ r G Gᵀ ⊗ I and r I ⊗ Gᵀ G."""
    shown = RANDOM.normal(size=(T, 3, rank)) @ RANDOM.normal(size=(T, rank, 4))
    left, right, outer = 1e-2 * np.eye(3), 1e-2 * np.eye(4), 1e-2 * np.eye(12)
    for g in shown:
        vec = np.outer(g.ravel(), g.ravel())
        assert least(rank * np.kron(g @ g.T, np.eye(4)) - vec) > -1e-9
        assert least(rank * np.kron(np.eye(3), g.T @ g) - vec) > -1e-9
        left, right, outer = left + g @ g.T, right + g.T @ g, outer + vec / rank
        product = np.kron(power(left, 1 / 2), power(right, 1 / 2))
        assert least(product - outer) > -1e-9
        assert least(power(product, 1 / 2) - power(outer, 1 / 2)) > -1e-9


def test_the_geometric_mean_of_bounds_needs_bounds_that_commute() -> None:
    """A ⪯ B and A ⪯ C give A ⪯ B^{1/2} C^{1/2} for the commuting bounds above; in general not even symmetrically."""
    a, c, d = np.array([[4.0, -4], [-4, 5]]), np.array([24.0, -4]), np.array([20.0, -30])
    mixed = power(a + np.outer(c, c), 1 / 2) @ power(a + np.outer(d, d), 1 / 2)
    assert least((mixed + mixed.T) / 2 - a) < -1


def test_regret_keeps_the_published_bound() -> None:
    """Σ f_t(W_t) - f_t(W*) ≤ (D²/2α + α r) tr(L^{1/4}) tr(R^{1/4}) for |⟨A_t, W⟩ - b_t|, D the largest distance."""
    shampoo, lr, eps = cc.optimizer("shampoo"), 2.0, 1e-2
    for seed in range(5):
        rng = np.random.default_rng(seed)
        target, x, state = rng.normal(size=(3, 2)), np.zeros((3, 2)), shampoo.initial_state(np.zeros((3, 2)))
        regret = far = 0.0
        for t in range(1, 61):
            a = rng.normal(size=(3, 1)) * rng.normal(size=(1, 2))
            error = np.sum(a * (x - target))
            regret, far = regret + abs(error), max(far, float(np.linalg.norm(x - target)))
            x, *slots = shampoo(x, np.sign(error) * a, float(t), *state, lr=lr, eps=eps)
            state = tuple(slots)
        left, right = (np.trace(power(slot + eps * np.eye(len(slot)), 1 / 4)) for slot in state)
        assert regret <= (far**2 / (2 * lr) + lr) * left * right


def test_without_eps_directions_never_seen_stay() -> None:
    g = np.outer([1.0, 2.0, 0.0], [3.0, 0.0, 0.0, 4.0])
    moved = cc.replay("shampoo", g[None], 0 * X, lr=1.0, eps=0.0)[-1]
    np.testing.assert_allclose(moved, -g / np.linalg.norm(g), atol=1e-12)


def test_it_descends_on_a_network() -> None:
    losses = np.diff(cc.run("shampoo", "mlp", 100, lr=0.5, record=100).loss[0])
    assert losses[-1] < losses[0] / 10


def test_other_shapes() -> None:
    with pytest.raises(ShapeError, match="not on an array of shape"):
        cc.replay("shampoo", np.zeros((1, 1, 1, 1)), np.zeros((1, 1, 1)))
