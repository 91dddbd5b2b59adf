"""TNT: its pseudo-code with dense matrices, and the factors of a tensor-normal distribution."""

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.optimizers import tnt

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(2106)


def covariances(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    first, second = tnt.covariances(left, right)  # type: ignore[no-untyped-call]  # a rule's signature is bare
    return first, second


def test_the_factors_of_a_normal_distribution_are_found_from_its_moments() -> None:
    """If vec D ~ N(0, V₁ ⊗ V₂), then E D Dᵀ = V₁ tr V₂ and E Dᵀ D = V₂ tr V₁."""
    roots = RANDOM.normal(size=(3, 3)), RANDOM.normal(size=(4, 4))
    v1, v2 = (root @ root.T for root in roots)
    samples = roots[0] @ RANDOM.normal(size=(200_000, 3, 4)) @ roots[1].T
    np.testing.assert_allclose(
        np.einsum("nij,nkj->ik", samples, samples) / 200_000, v1 * np.trace(v2), rtol=0.1, atol=0.5
    )
    u1, u2 = covariances(v1 * np.trace(v2), v2 * np.trace(v1))
    np.testing.assert_allclose(np.kron(u1, u2), np.kron(v1, v2), rtol=1e-12)
    assert np.trace(u1) / 3 == pytest.approx(np.trace(u2) / 4)
    assert not np.any(covariances(0 * v1, 0 * v2)[0])


@pytest.mark.parametrize("name", ["mlp", "convnet"])
def test_the_published_algorithm(name: str) -> None:
    """Expectations by a loop over examples and labels, covariances as Kronecker products that are solved densely."""
    problem = cc.problem(name, examples=6)
    assert problem.network is not None
    x, course = problem.x0, [problem.x0]
    m: list[Floats] = []
    moments: list[tuple[Floats, Floats]] = []
    for t in range(1, 9):
        shown = problem.call(problem.network, x, 1, 0.5)
        moved = []
        weight = min(1 - 1 / t, 0.8)
        for layer, w in enumerate(shown.x):
            left, right = np.zeros((w.shape[0],) * 2), np.zeros((w.shape[1],) * 2)
            for label in range(shown.outputs.shape[-1]):
                signals = shown.backward(shown.probabilities - np.eye(shown.outputs.shape[-1])[[label] * 6])
                for n, d in enumerate(shown.outer(signals)[layer]):
                    left += shown.probabilities[n, label] * d @ d.T / 6
                    right += shown.probabilities[n, label] * d.T @ d / 6
            if t == 1:
                m.append(np.zeros_like(w))
                moments.append((left, right))
            old = moments[layer]
            moments[layer] = weight * old[0] + (1 - weight) * left, weight * old[1] + (1 - weight) * right
            m[layer] = 0.5 * m[layer] + 0.5 * shown.gradient[layer]
            c = np.sqrt(np.trace(moments[layer][0]) / w.size)
            u1 = moments[layer][0] / (c * w.shape[1]) + 0.2 * np.eye(w.shape[0])
            u2 = moments[layer][1] / (c * w.shape[0]) + 0.2 * np.eye(w.shape[1])
            moved.append(w - 0.7 * np.linalg.solve(np.kron(u1, u2), m[layer].ravel()).reshape(w.shape))
        x = np.concatenate([w.ravel() for w in moved])
        course.append(x)
    run = cc.run("tnt", problem, 8, record=8, lr=0.7, beta=0.8, momentum=0.5, damping=0.2)
    np.testing.assert_allclose(run.x[0], course, rtol=1e-8, atol=1e-10)


def test_one_layer_of_one_output_approaches_natural_gradient() -> None:
    """The Fisher matrix of least squares with one output is E a aᵀ: U₁ ⊗ U₂, without damping, is just that."""
    problem = cc.problem("mlp", widths=(3, 1), model="gaussian")
    run = cc.run("tnt", problem, 1, lr=1.0, momentum=0.0, damping=1e-12)
    assert problem.loss is not None
    assert problem.call(problem.loss, run.x[0, -1], 1, 0.5) < 1e-15
