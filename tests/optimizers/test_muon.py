"""Muon: its pseudo-code, and what the Newton-Schulz polynomial does to singular values."""

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import ShapeError
from convcheck.optimizers import muon
from convcheck.optimizers.muon import QUINTIC

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(2024)
T = 30


def orthogonalized(x: Floats, **options: float) -> Floats:
    return np.asarray(muon.orthogonalized(x, **options))  # type: ignore[no-untyped-call]  # a rule's signature is bare


def polynomial(sigma: Floats, steps: int = 5) -> Floats:
    a, b, c = QUINTIC
    for _ in range(steps):
        sigma = a * sigma + b * sigma**3 + c * sigma**5
    return sigma


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (5, 5), (1, 6)])
def test_singular_vectors_stay_and_singular_values_follow_the_polynomial(shape: tuple[int, int]) -> None:
    a = RANDOM.normal(size=shape)
    u, sigma, v = np.linalg.svd(a, full_matrices=False)
    np.testing.assert_allclose(orthogonalized(a, eps=0.0), u * polynomial(sigma / np.linalg.norm(a)) @ v, atol=1e-12)
    np.testing.assert_allclose(orthogonalized(a.T), orthogonalized(a).T, atol=1e-12)


def test_singular_values_come_near_one_but_do_not_converge() -> None:
    sigma = polynomial(np.linspace(0.01, 1, 100001))
    assert 0.68 < sigma.min() < 0.69
    assert 1.13 < sigma.max() < 1.14
    assert np.ptp(polynomial(np.linspace(0.01, 1, 100001), steps=50)) > 0.4
    assert polynomial(np.array([1e-9]))[0] / 1e-9 == pytest.approx(QUINTIC[0] ** 5)


@pytest.mark.parametrize("shape", [(3, 4), (4, 2)])
@pytest.mark.parametrize("nesterov", [0.0, 1.0])
def test_the_published_algorithm(shape: tuple[int, int], nesterov: float) -> None:
    x, m = RANDOM.normal(size=shape), np.zeros(shape)
    shown, course = RANDOM.normal(size=(T, *shape)), [x]
    for g in shown:
        m = 0.9 * m + g
        b = g + 0.9 * m if nesterov else m
        y = b / (np.linalg.norm(b) + 1e-7)
        for _ in range(5):
            gram = y @ y.T
            y = 3.4445 * y - 4.7750 * gram @ y + 2.0315 * gram @ gram @ y
        x = x - 0.1 * 0.01 * x - 0.1 * max(1, shape[0] / shape[1]) ** 0.5 * y
        course.append(x)
    ours = cc.replay("muon", shown, course[0], lr=0.1, beta=0.9, nesterov=nesterov, weight_decay=0.01)
    np.testing.assert_allclose(ours, course, rtol=1e-9, atol=1e-12)


def test_zero_gradients_leave_the_point() -> None:
    course = cc.replay("muon", np.zeros((3, 2, 2)), np.eye(2))
    np.testing.assert_array_equal(course, np.broadcast_to(np.eye(2), (4, 2, 2)))


def test_it_descends_on_a_network() -> None:
    losses = np.diff(cc.run("muon", "mlp", 100, lr=lambda t: 0.1 / np.sqrt(t), record=100).loss[0])
    assert losses[-1] < losses[0] / 5


def test_other_shapes() -> None:
    with pytest.raises(ShapeError, match="leave other parameters to adamw"):
        cc.replay("muon", np.zeros((2, 3)), np.zeros(3))
