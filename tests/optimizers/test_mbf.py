"""MBF: its blocks against dense block-diagonal matrices, in fully connected layers and in convolutions."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.problems.base import Problem
from convcheck.problems.networks import Pass

Floats = NDArray[np.float64]


def looked_at(problem: Problem, x: Floats) -> Pass:
    assert problem.network is not None
    shown: Pass = problem.call(problem.network, x, 1, 0.5)
    return shown


def members(shown: Pass) -> list[list[list[int]]]:
    """Return groups of mini-blocks as coordinates of x: those of a group share the mean of their moments."""
    begin, groups = 0, []
    for layer in shown.layers:
        rows, columns = layer.shape
        places = begin + np.arange(rows * columns).reshape(rows, columns)
        begin += rows * columns
        if not layer.kernel:
            groups.append(places.tolist())
            continue
        for row in places:
            groups += [[row[k : k + layer.kernel].tolist()] for k in range(0, layer.inputs, layer.kernel)]
            groups.append([[int(row[-1])]])
    return groups


def published(problem: Problem, T: int, *, per_example: bool) -> list[Floats]:
    """Follow the rule with one dense matrix and a loop over examples."""
    x, m = problem.x0, np.zeros_like(problem.x0)
    moments, course = np.zeros((len(x), len(x))), [x]
    for t in range(1, T + 1):
        shown = looked_at(problem, x)
        each = np.concatenate([g.reshape(shown.examples, -1) for g in shown.outer(shown.signals)], axis=-1)
        gradient = each.mean(axis=0)
        rows = each if per_example else gradient[None]
        new = np.zeros_like(moments)
        for group in members(shown):
            shared = np.mean([[np.outer(g[block], g[block]) for g in rows] for block in group], axis=(0, 1))
            for block in group:
                new[np.ix_(block, block)] = shared
        weight = min(1 - 1 / t, 0.9)
        moments = weight * moments + (1 - weight) * new
        m = 0.9 * m + 0.1 * gradient
        x = x - 0.3 * np.linalg.solve(moments + 0.05 * np.eye(len(x)), m)
        course.append(x)
    return course


@pytest.mark.parametrize("per_example", [True, False])
@pytest.mark.parametrize("name", ["mlp", "convnet"])
def test_the_blocks_are_those_of_a_dense_matrix(name: str, per_example: bool) -> None:  # noqa: FBT001
    problem = cc.problem(name, examples=8)
    run = cc.run("mbf", problem, 15, record=15, lr=0.3, damping=0.05, per_example=float(per_example))
    np.testing.assert_allclose(run.x[0], published(problem, 15, per_example=per_example), rtol=1e-8, atol=1e-10)


def test_how_many_blocks_there_are() -> None:
    """One for all outputs of a fully connected layer; in a convolution one for each kernel, and for each bias."""
    shown = looked_at(cc.problem("convnet"), cc.problem("convnet").x0)
    convolution, dense = cc.optimizer("mbf").initial_state(shown.x, shown.layers)[0]
    assert [slot.shape for slot in convolution] == [(3, 2, 9, 9), (3, 1, 1)]
    assert [slot.shape for slot in dense] == [(13, 13)]


def test_one_output_of_one_layer_is_one_block() -> None:
    """Then it is natural gradient with the whole empirical Fisher matrix."""
    problem = cc.problem("mlp", widths=(4, 1), model="gaussian")
    shown = looked_at(problem, problem.x0)
    each = shown.outer(shown.signals)[0].reshape(shown.examples, -1)
    natural = np.linalg.solve(each.T @ each / len(each) + 0.1 * np.eye(5), each.mean(axis=0))
    run = cc.run("mbf", problem, 1, lr=1.0, momentum=0.0)
    np.testing.assert_allclose(run.x[0, 1], problem.x0 - natural, atol=1e-10)


def test_blocks_and_inverses_may_be_old() -> None:
    problem = cc.problem("mlp")
    usual = cc.run("mbf", problem, 9, record=9)
    rarely = cc.run("mbf", problem, 9, record=9, moments_every=2, inverse_every=4)
    np.testing.assert_array_equal(rarely.x[0, 1], usual.x[0, 1])
    changed: dict[str, Any] = {
        name: [t for t in range(1, 10) if not np.array_equal(slot[0, t], slot[0, t - 1])]
        for name, slot in rarely.state.items()
    }
    assert changed["moments"] == [1, 2, 4, 6, 8]
    assert changed["inverses"] == [1, 4, 8]
