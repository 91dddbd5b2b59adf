"""Rules that see a whole network: they lower the loss on batches, are the same twice, and rest where it is least."""

import numpy as np
import pytest

import convcheck as cc

RULES = [("mbf", "mlp"), ("mbf", "convnet"), ("tnt", "mlp"), ("tnt", "convnet"), ("kbfgs", "mlp")]


@pytest.mark.parametrize(("rule", "network"), RULES)
def test_it_descends(rule: str, network: str) -> None:
    problem = cc.problem(network, batch=16)
    runs = [cc.run(rule, problem, 150, seeds=2, record=150) for _ in range(2)]
    assert np.array_equal(runs[0].x, runs[1].x)
    losses = np.diff(runs[0].loss, axis=-1)
    assert np.all(losses[:, -1] < losses[:, 0] / 10)


@pytest.mark.parametrize(("rule", "network"), RULES)
def test_it_rests_where_the_loss_is_least(rule: str, network: str) -> None:
    problem = cc.problem(network, model="gaussian")
    assert problem.minimum is not None
    best = np.array(problem.call(problem.minimum).point)
    np.testing.assert_array_equal(cc.run(rule, problem, 5, x0=best).x[0, -1], best)
