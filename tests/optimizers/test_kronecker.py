"""Kronecker products and the cumulants of a network: the identities behind K-FAC."""

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.optimizers import kfac_tridiagonal, kronecker
from convcheck.problems.networks import Pass

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(1503)


def column(matrix: Floats) -> Floats:
    """Return vec: the columns, one below the other."""
    return matrix.T.ravel()


def positive(n: int) -> Floats:
    root = RANDOM.normal(size=(n, n))
    return np.asarray(root @ root.T + 0.1 * np.eye(n))


def looked_at(model: str = "softmax") -> Pass:
    problem = cc.problem("mlp", widths=(3, 4, 3), model=model)
    assert problem.network is not None
    shown: Pass = problem.call(problem.network, problem.x0, 1, 0.5)
    return shown


def test_kronecker_products_act_on_both_sides() -> None:
    a, b, x = RANDOM.normal(size=(3, 3)), RANDOM.normal(size=(2, 2)), RANDOM.normal(size=(2, 3))
    np.testing.assert_allclose(np.kron(a, b) @ column(x), column(b @ x @ a.T))
    np.testing.assert_allclose(np.kron(b, a.T) @ x.ravel(), (b @ x @ a).ravel())  # rows first, as points are laid out
    inverse = np.kron(np.linalg.inv(a), np.linalg.inv(b))
    np.testing.assert_allclose(np.linalg.inv(np.kron(a, b)), inverse, atol=1e-9 * np.abs(inverse).max())
    u, v = RANDOM.normal(size=3), RANDOM.normal(size=2)
    np.testing.assert_allclose(column(np.outer(v, u)), np.kron(u, v))
    assert np.trace(np.kron(a, b)) == pytest.approx(np.trace(a) * np.trace(b))


def test_the_inverse_of_a_difference_of_kronecker_products() -> None:
    a, g = positive(4), positive(3)
    c, d = 0.6 * a - 0.01 * np.eye(4), 0.7 * g
    k1, k2, divisors = kfac_tridiagonal.inverse_of_difference(a, g, c, d)  # type: ignore[no-untyped-call]  # a rule's signature is bare
    v = RANDOM.normal(size=(3, 4))
    found = k2 @ ((k2.T @ v @ k1) / divisors) @ k1.T
    expected = np.linalg.solve(np.kron(a, g) - np.kron(c, d), column(v))
    np.testing.assert_allclose(column(found), expected, rtol=1e-8, atol=1e-8)


def test_factored_damping_splits_it_so_that_the_least_is_added() -> None:
    """π minimizes π tr(I ⊗ G) + tr(A ⊗ I) / π, the trace of what damping adds to first order in γ."""
    a, g, gamma = positive(4), positive(3), 0.3
    damped_a, damped_g = kronecker.damped(a, g, gamma)
    pi = float((damped_a - a)[0, 0] / gamma)
    np.testing.assert_allclose(damped_g - g, gamma / pi * np.eye(3), atol=1e-14)
    product = np.kron(damped_a, damped_g)
    parts = (
        np.kron(a, g) + gamma**2 * np.eye(12) + pi * gamma * np.kron(np.eye(4), g) + gamma / pi * np.kron(a, np.eye(3))
    )
    np.testing.assert_allclose(product, parts, atol=1e-12)

    def added(pi: float) -> float:
        return float(pi * np.trace(np.kron(np.eye(4), g)) + np.trace(np.kron(a, np.eye(3))) / pi)

    assert all(added(pi) < added(pi * factor) for factor in (0.5, 0.99, 1.01, 2.0))
    for vanished in ((0 * a, g), (a, 0 * g)):
        found = kronecker.damped(*vanished, gamma)[0]
        np.testing.assert_allclose(found, vanished[0] + gamma * np.eye(4), atol=1e-15)


@pytest.mark.parametrize("empirical", [False, True])
def test_the_error_of_the_kronecker_product_is_a_cumulant(empirical: bool) -> None:  # noqa: FBT001
    """E[a a' s s'] - E[a a'] E[s s'] = κ(a, a', s, s') + E[a] κ(a', s, s') + E[a'] κ(a, s, s'), for the model's labels.

    With the labels of the data the expectation of a signal is not zero, and it fails.
    """
    shown = looked_at()
    p = shown.batch.targets if empirical else shown.probabilities
    signals = np.stack([shown.backward(shown.probabilities - np.eye(3)[[k] * shown.examples])[0] for k in range(3)])
    a = np.broadcast_to(shown.activations[0][:, 0], signals.shape[:2])
    b = np.broadcast_to(shown.activations[0][:, 1], signals.shape[:2])
    s, r = signals[..., 0], signals[..., 1]

    def mean(*factors: Floats) -> float:
        return float(np.sum(p.T * np.prod(factors, axis=0)) / shown.examples)

    def third(x: Floats, y: Floats, z: Floats) -> float:
        return mean(*(v - mean(v) for v in (x, y, z)))

    def fourth(w: Floats, x: Floats, y: Floats, z: Floats) -> float:
        c = [v - mean(v) for v in (w, x, y, z)]
        pairs = mean(c[0], c[1]) * mean(c[2], c[3]) + mean(c[0], c[2]) * mean(c[1], c[3])
        return mean(*c) - pairs - mean(c[0], c[3]) * mean(c[1], c[2])

    error = mean(a, b, s, r) - mean(a, b) * mean(s, r)
    cumulants = fourth(a, b, s, r) + mean(a) * third(b, s, r) + mean(b) * third(a, s, r)
    assert abs(error) > 1e-4
    assert (abs(error - cumulants) < 1e-15) != empirical


def test_the_moments_are_those_of_the_models_labels() -> None:
    shown = looked_at()
    inner, outer, beside_a, beside_g = kronecker.moments(shown, neighbours=True)
    signals = [shown.backward(shown.probabilities - np.eye(3)[[k] * shown.examples]) for k in range(3)]
    for i, j in ((0, 0), (1, 1), (0, 1)):
        expected = sum(
            shown.probabilities[n, k] * np.outer(signals[k][i][n], signals[k][j][n]) / shown.examples
            for k in range(3)
            for n in range(shown.examples)
        )
        np.testing.assert_allclose(beside_g[0] if i < j else outer[i], expected, atol=1e-14)
        acts = sum(
            np.outer(a, b) / shown.examples for a, b in zip(shown.activations[i], shown.activations[j], strict=True)
        )
        np.testing.assert_allclose(beside_a[0] if i < j else inner[i], acts, atol=1e-14)


def test_rescaling_is_a_step_of_preconditioned_conjugate_gradients() -> None:
    """On a quadratic with a fixed preconditioner, minimizing over span(Δ, δ₀) is the method of conjugate gradients."""
    hessian, preconditioner, b = positive(8), positive(8), RANDOM.normal(size=8)
    x, previous = np.zeros(8), np.zeros(8)
    residual = b.copy()
    direction = z = np.linalg.solve(preconditioner, residual)
    y = np.zeros(8)
    for _ in range(6):
        gradient = hessian @ x - b
        delta = -np.linalg.solve(preconditioner, gradient)
        slopes = float(gradient @ delta), float(gradient @ previous)
        curves = tuple(float(u @ hessian @ v) for u, v in ((delta, delta), (delta, previous), (previous, previous)))
        alpha, mu, change = kronecker.rescaled(slopes, curves)  # type: ignore[arg-type]  # three numbers
        before = 0.5 * x @ hessian @ x - b @ x
        previous = alpha * delta + mu * previous
        x = x + previous
        assert 0.5 * x @ hessian @ x - b @ x - before == pytest.approx(change)
        length = residual @ z / (direction @ hessian @ direction)
        y = y + length * direction
        old, residual = residual @ z, residual - length * hessian @ direction
        z = np.linalg.solve(preconditioner, residual)
        direction = z + residual @ z / old * direction
        np.testing.assert_allclose(x, y, rtol=1e-6)


def test_rescaling_without_a_second_direction() -> None:
    assert kronecker.rescaled((-2.0, 0.0), (4.0, 0.0, 0.0)) == (0.5, 0.0, -0.5)
    assert kronecker.rescaled((-2.0, -4.0), (4.0, 8.0, 16.0)) == (0.5, 0.0, -0.5)
    assert kronecker.rescaled((0.0, 0.0), (0.0, 0.0, 1.0)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("gained", "factor"), [(0.8, 0.9), (0.75, 1.0), (0.3, 1.0), (0.2, 1 / 0.9), (-1.0, 1 / 0.9)])
def test_the_damping_follows_the_quality_of_the_model(gained: float, factor: float) -> None:
    assert kronecker.adjustment(gained, 0.9) == factor
