"""Networks: gradients against finite differences, the Fisher matrix against its definition and Gauss-Newton's."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.arithmetic.matrices import join, split
from convcheck.assumptions import (
    CriticalPoint,
    ExactGradients,
    FixedObjective,
    LowerBounded,
    UnbiasedGradients,
    Unconstrained,
)
from convcheck.problems.base import Problem
from convcheck.problems.networks import ACTIVATIONS, Pass
from convcheck.problems.teachers import patches, uniforms

Floats = NDArray[np.float64]
MEMBERS: dict[str, Problem] = {
    f"{name} {model} {activation}": cc.problem(name, model=model, activation=activation)
    for name, model, activation in product(("mlp", "convnet"), ("softmax", "gaussian"), ACTIVATIONS)
} | {
    "one layer": cc.problem("mlp", widths=(3, 4)),
    "deep": cc.problem("mlp", widths=(2, 3, 4, 3, 2), model="gaussian", examples=5, data=3),
    "batch": cc.problem("mlp", batch=3),
    "pixels": cc.problem("convnet", images=(1, 2, 3), side=1, filters=2, examples=3),
}
H = 1e-6
"""Distance of finite differences."""
ERROR = 1e-7
"""Error of central differences, relative to the derivatives of up to some ten."""


def looked_at(problem: Problem, x: Floats | None = None) -> Pass:
    assert problem.network is not None
    shown: Pass = problem.call(problem.network, problem.x0 if x is None else x, 1, 0.3)
    return shown


def difference(function: Any, x: Floats) -> Floats:
    """Return the central differences of a function of x, along the last axis."""
    units = np.eye(len(x))
    return np.stack([(function(x + H * unit) - function(x - H * unit)) / (2 * H) for unit in units], axis=-1)


@pytest.mark.parametrize("name", MEMBERS)
def test_gradients_of_each_example_and_of_the_mean(name: str) -> None:
    problem, shown = MEMBERS[name], looked_at(MEMBERS[name])
    each = np.concatenate([g.reshape(shown.examples, -1) for g in shown.outer(shown.signals)], axis=-1)
    np.testing.assert_allclose(each, difference(lambda x: shown.at(x).losses, problem.x0), atol=ERROR)
    np.testing.assert_allclose(join(shown.gradient), each.mean(axis=0), atol=1e-13)
    np.testing.assert_array_equal(problem.call(problem.gradient, problem.x0, 1, 0.3), join(shown.gradient))
    assert shown.loss == pytest.approx(shown.losses.mean())


@pytest.mark.parametrize("name", MEMBERS)
def test_the_fisher_matrix_is_that_of_gauss_and_newton(name: str) -> None:
    shown = looked_at(MEMBERS[name])
    x = join(shown.x)
    np.testing.assert_allclose(shown.jacobian(), difference(lambda z: shown.at(z).outputs, x), atol=ERROR)
    np.testing.assert_allclose(shown.fisher(), shown.gauss_newton(), atol=1e-13)
    u, v = uniforms("u", len(x)), uniforms("v", len(x))
    shapes = [layer.shape for layer in shown.layers]
    found = shown.fisher_product(split(u, shapes), split(v, shapes))
    assert found == pytest.approx(u @ shown.fisher() @ v, abs=1e-11)


@pytest.mark.parametrize("name", ["mlp softmax tanh", "convnet softmax logistic", "one layer"])
def test_the_fisher_matrix_is_the_expectation_over_the_models_labels(name: str) -> None:
    """By definition: Σ_y p(y) ∇log p(y) ∇log p(y)ᵀ, with the gradients of the loss for each label in turn."""
    shown = looked_at(MEMBERS[name])
    expected, mean = np.zeros((len(join(shown.x)),) * 2), 0.0
    for label in range(shown.outputs.shape[-1]):
        targets = np.zeros_like(shown.batch.targets)
        targets[:, label] = 1
        signals = shown.backward(shown.probabilities - targets)
        rows = np.concatenate([g.reshape(shown.examples, -1) for g in shown.outer(signals)], axis=-1)
        expected += (shown.probabilities[:, label] * rows.T) @ rows / shown.examples
        mean = mean + shown.probabilities[:, label] @ rows
    np.testing.assert_allclose(shown.fisher(), expected, atol=1e-13)
    np.testing.assert_allclose(mean, 0, atol=1e-13)  # the expectation of a score is zero


def test_the_loss_of_one_layer_has_gauss_newton_as_its_hessian() -> None:
    problem = MEMBERS["one layer"]
    hessian = difference(lambda x: problem.call(problem.gradient, x, 1, 0.3), problem.x0)
    np.testing.assert_allclose(looked_at(problem).gauss_newton(), hessian, atol=ERROR)


def test_a_convolution_against_its_definition() -> None:
    problem = MEMBERS["convnet softmax tanh"]
    shown, images = looked_at(problem), uniforms("convnet inputs 0", 32, 2, 4, 4)
    np.testing.assert_array_equal(shown.batch.inputs, patches(images, 3))
    kernels = shown.x[0][:, :-1].reshape(3, 2, 3, 3)
    for f, r, c in product(range(3), range(2), range(2)):
        expected = (images[:, :, r : r + 3, c : c + 3] * kernels[f]).sum(axis=(1, 2, 3)) + shown.x[0][f, -1]
        np.testing.assert_allclose(shown.sums[0][:, 2 * r + c, f], expected, atol=1e-13)


@pytest.mark.parametrize("name", MEMBERS)
def test_the_least_value_is_bounded_from_both_sides(name: str) -> None:
    problem = MEMBERS[name]
    assert problem.minimum is not None
    assert problem.loss is not None
    least = problem.call(problem.minimum)
    reached = problem.call(problem.loss, np.array(least.point), 1, 0.3)
    assert 0 == least.lower <= reached <= least.upper < 1e-15
    assert LowerBounded(0) in problem.assumptions
    if CriticalPoint() in problem.assumptions:
        assert not np.any(problem.call(problem.gradient, np.array(least.point), 1, 0.3))


@pytest.mark.parametrize("name", MEMBERS)
def test_each_promise_says_how_it_is_known(name: str) -> None:
    kinds = [type(promise) for promise in MEMBERS[name].assumptions]
    assert {FixedObjective, Unconstrained, LowerBounded} <= set(kinds)
    assert (ExactGradients in kinds) + (UnbiasedGradients in kinds) == ("relu" not in name)
    for promise in MEMBERS[name].assumptions:
        assert promise.known == "construction" or promise.why


def test_batches_are_unbiased() -> None:
    problem = cc.problem("mlp", batch=3, examples=8)
    answers = [problem.call(problem.gradient, problem.x0, 1, (k + 0.5) / 8) for k in range(8)]
    whole = problem.with_parameters(batch=None)
    np.testing.assert_allclose(np.mean(answers, axis=0), whole.call(whole.gradient, problem.x0, 1, 0.5), atol=1e-14)
    assert np.ptp(answers, axis=0).max() > 0.01
    assert UnbiasedGradients() in problem.assumptions
    assert ExactGradients() in whole.assumptions
    assert UnbiasedGradients() not in cc.problem("mlp", batch=3, examples=9).assumptions


def test_elementwise_rules_run_on_networks() -> None:
    run = cc.run("adam", cc.problem("mlp", batch=8), 100, lr=0.03, seeds=2, record=100)
    losses = np.diff(run.loss, axis=-1)
    assert np.all(losses[:, -1] < losses[:, 0] / 5)
    again = cc.run("adam", cc.problem("mlp", batch=8), 100, lr=0.03, seeds=2, record=100)
    assert np.array_equal(run.x, again.x)
    assert not np.array_equal(run.x[0], run.x[1])
    small = cc.run("sgd", cc.problem("mlp", widths=(1, 2)), 5, lr=0.1)  # so few coordinates, and yet no native kernel
    assert np.isfinite(small.loss).all()
