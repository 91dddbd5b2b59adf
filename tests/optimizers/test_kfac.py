"""K-FAC with both inverses: its pseudo-code with dense matrices, natural gradient, and what it is invariant to."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import RuleError
from convcheck.problems.base import Problem
from convcheck.problems.networks import Pass

Floats = NDArray[np.float64]
Blocks = dict[tuple[int, int], Floats]
RULES = ["kfac", "kfac_tridiagonal"]


def looked_at(problem: Problem, x: Floats, u: float = 0.5) -> Pass:
    assert problem.network is not None
    shown: Pass = problem.call(problem.network, x, 1, u)
    return shown


def factors(shown: Pass) -> tuple[Blocks, Blocks]:
    """Return all Ā_{i-1,j-1} and G_{i,j} as means over the examples and the labels of the model."""
    n, layers = shown.examples, range(len(shown.layers))
    inner = {(i, j): shown.activations[i].T @ shown.activations[j] / n for i in layers for j in layers}
    outer = {(i, j): np.einsum("kni,knj->ij", shown.factors[i], shown.factors[j]) / n for i in layers for j in layers}
    return inner, outer


def assembled(inner: Blocks, outer: Blocks, distances: Collection[int] = range(9)) -> Floats:
    """Return the matrix with the blocks Ā ⊗ G at these distances from the diagonal; columns of W come first."""
    layers = range(1 + max(i for i, _ in inner))
    rows = [[np.kron(inner[i, j], outer[i, j]) * (abs(i - j) in distances) for j in layers] for i in layers]
    return np.asarray(np.block(rows), dtype=np.float64)


def by_columns(matrices: Any) -> Floats:
    return np.concatenate([matrix.T.ravel() for matrix in matrices])


def by_rows(shown: Pass, vector: Floats) -> Floats:
    """Return a vector of columns as a point of the problem."""
    parts, begin = [], 0
    for layer in shown.layers:
        rows, columns = layer.shape
        parts.append(vector[begin : begin + rows * columns].reshape(columns, rows).T.ravel())
        begin += rows * columns
    return np.concatenate(parts)


def approximate_inverse(rule: str, inner: Blocks, outer: Blocks, gamma: float) -> Floats:
    """Return the dense approximate inverse: of damped blocks, or by the definition of the tridiagonal one."""
    layers = range(1 + max(i for i, _ in inner))
    inner, outer = dict(inner), dict(outer)
    for i in layers:
        a, g = inner[i, i], outer[i, i]
        pi = np.sqrt(np.trace(a) / len(a) / (np.trace(g) / len(g)))
        inner[i, i], outer[i, i] = a + pi * gamma * np.eye(len(a)), g + gamma / pi * np.eye(len(g))
    if rule == "kfac":
        return np.asarray(np.linalg.inv(assembled(inner, outer, {0})), dtype=np.float64)
    blocks = {(i, j): np.kron(inner[i, j], outer[i, j]) for i in layers for j in layers}
    sizes = [len(blocks[i, i]) for i in layers]
    xi = np.eye(sum(sizes))
    lam = np.zeros_like(xi)
    ends = np.cumsum([0, *sizes])
    for i in layers:
        here, sigma = slice(ends[i], ends[i + 1]), blocks[i, i]
        if i + 1 < len(sizes):
            psi = blocks[i, i + 1] @ np.linalg.inv(blocks[i + 1, i + 1])
            xi[here, ends[i + 1] : ends[i + 2]] = -psi
            sigma = sigma - psi @ blocks[i + 1, i + 1] @ psi.T
        lam[here, here] = np.linalg.inv(sigma)
    return xi.T @ lam @ xi


def published(rule: str, problem: Problem, T: int, lam: float, every: tuple[int, int, int]) -> list[Floats]:
    """Follow the source's pseudo-code with dense matrices, all expectations exact and over all examples."""
    x, previous = problem.x0, np.zeros_like(problem.x0)
    gamma, omega1, omega2 = np.sqrt(lam), 0.95 ** every[0], np.sqrt(0.95) ** every[1]
    averages: list[Blocks] = []
    inverse, course = np.zeros((0, 0)), [x]
    for k in range(1, T + 1):
        shown = looked_at(problem, x)
        new, eps = factors(shown), min(1 - 1 / k, 0.95)
        averages = [
            {key: eps * old[key] + (1 - eps) * value for key, value in blocks.items()}
            for old, blocks in zip(averages or new, new, strict=True)
        ]
        fisher = shown.gauss_newton() + lam * np.eye(len(x))
        gradient, found = problem.call(problem.gradient, x, 1, 0.5), []
        for tried in [gamma, omega2 * gamma, gamma / omega2] if k % every[1] == 0 else [gamma]:
            if k % every[2] == 0 or k <= 3 or tried != gamma:
                inverse_tried = approximate_inverse(rule, averages[0], averages[1], tried)
            else:
                inverse_tried = inverse
            direction = -by_rows(shown, inverse_tried @ by_columns(shown.gradient))
            span = np.stack([direction, previous])[: 1 if k == 1 else 2]
            weights = -np.linalg.solve(span @ fisher @ span.T, span @ gradient)
            delta = weights @ span
            found.append((0.5 * delta @ fisher @ delta + gradient @ delta, tried, delta, inverse_tried))
        change, gamma, previous, inverse = min(found, key=lambda candidate: candidate[0])
        before, x = shown.loss, x + previous
        if k % every[0] == 0:
            ratio = (looked_at(problem, x).loss - before) / change
            lam *= omega1 if ratio > 3 / 4 else 1 / omega1 if ratio < 1 / 4 else 1
        course.append(x)
    return course


@pytest.mark.parametrize("model", ["softmax", "gaussian"])
@pytest.mark.parametrize("rule", RULES)
def test_the_published_algorithm(rule: str, model: str) -> None:
    problem = cc.problem("mlp", widths=(2, 4, 3, 3), model=model)
    expected = published(rule, problem, 12, 0.5, (2, 4, 3))
    run = cc.run(rule, problem, 12, record=12, damping=0.5, lambda_every=2, gamma_every=4, inverse_every=3)
    np.testing.assert_allclose(run.x[0], expected, rtol=1e-6, atol=1e-7)
    lams, gammas = run.state["lam"][0, 1:, 0], run.state["gamma"][0, 1:, 0]
    assert len(set(lams.tolist())) > 2
    assert len(set(gammas.tolist())) > 1
    assert np.diff(run.loss[0])[-1] < np.diff(run.loss[0])[0] / 2


@pytest.mark.parametrize("rule", RULES)
def test_one_layer_of_least_squares_is_solved_at_once(rule: str) -> None:
    """There F = Ā ⊗ I is one Kronecker product: the step is the natural gradient and Newton's."""
    problem = cc.problem("mlp", widths=(3, 4), model="gaussian")
    run = cc.run(rule, problem, 2, damping=1e-18)
    shown = looked_at(problem, problem.x0)
    natural = np.linalg.solve(shown.fisher(), problem.call(problem.gradient, problem.x0, 1, 0.5))
    np.testing.assert_allclose(run.x[0, 1], problem.x0 - natural, atol=1e-6)
    assert looked_at(problem, run.x[0, 1]).loss < 1e-12


def test_the_tridiagonal_matrix_agrees_where_it_should() -> None:
    """F̂ has the blocks of F̃ on three diagonals and not elsewhere, and its inverse no blocks elsewhere."""
    problem = cc.problem("mlp", widths=(2, 3, 3, 2), model="gaussian")
    inner, outer = factors(looked_at(problem, problem.x0))
    inverse = approximate_inverse("kfac_tridiagonal", inner, outer, 1e-9)
    whole, found = assembled(inner, outer), np.linalg.inv(inverse)
    near, far = assembled(inner, outer, {0, 1}) != 0, assembled(inner, outer, {2}) != 0
    np.testing.assert_allclose(found[near], whole[near], atol=1e-6)
    assert np.abs(inverse[far]).max() < 1e-9 * np.abs(inverse).max()
    assert np.abs(found[far] - whole[far]).max() > 1e-3


@pytest.mark.parametrize(("damping", "error"), [(1e-24, 1e-5), (1e-20, 1e-3)])
@pytest.mark.parametrize("rule", RULES)
def test_sigmoid_and_tanh_are_the_same_network_to_it(rule: str, damping: float, error: float) -> None:
    """Without damping its steps commute with affine changes of activations; the error is of the order of γ."""
    problem = cc.problem("mlp", widths=(2, 3, 2), model="gaussian", examples=64)
    omega = np.block([[np.eye(3) / 2, np.full((3, 1), 0.5)], [np.zeros((1, 3)), np.ones((1, 1))]])

    def translated(x: tuple[Floats, ...]) -> tuple[Floats, ...]:
        """Return the point at which a logistic network computes what the other one does at x."""
        return 2 * x[0], x[1] @ np.linalg.inv(omega)

    ours = looked_at(problem, problem.x0)
    theirs = replace(ours.batch, activation="logistic").at(translated(ours.x))
    made, states = cc.optimizer(rule), [cc.optimizer(rule).initial_state(ours.x, ours.layers)] * 2
    for t in (1.0, 2.0):
        moved = []
        for k, shown in enumerate((ours, theirs)):
            x, *state = made(shown.x, shown, t, *states[k], damping=damping)
            states[k] = tuple(state)
            moved.append(shown.at(x))
        assert abs(moved[0].loss - ours.loss) > 0.1
        ours, theirs = moved
        np.testing.assert_allclose(ours.outputs, theirs.outputs, rtol=0, atol=error)


@pytest.mark.parametrize("rule", RULES)
def test_it_is_fast_and_the_same_every_time(rule: str) -> None:
    problem = cc.problem("mlp", batch=16)
    runs = [cc.run(rule, problem, 60, damping=1.0, seeds=2, record=60) for _ in range(2)]
    assert np.array_equal(runs[0].x, runs[1].x)
    losses = np.diff(runs[0].loss, axis=-1)
    assert np.all(losses[:, -1] < losses[:, 0] / 15)


@pytest.mark.parametrize("rule", RULES)
def test_a_critical_point_is_left_alone(rule: str) -> None:
    problem = cc.problem("mlp", model="gaussian")
    assert problem.minimum is not None
    best = np.array(problem.call(problem.minimum).point)
    run = cc.run(rule, problem, 30, x0=best)
    np.testing.assert_array_equal(run.x[0], np.broadcast_to(best, run.x[0].shape))


@pytest.mark.parametrize("rule", RULES)
def test_where_it_does_not_run(rule: str) -> None:
    with pytest.raises(RuleError, match="a layer of this network is a convolution"):
        cc.run(rule, "convnet", 2)
    with pytest.raises(RuleError, match="looks into a network, and the problem quadratic has none"):
        cc.run(rule, "quadratic", 2)
