"""Gradients asked elsewhere than at x, by one or by several workers: the same in kernels, loops and replays."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.draws import normal, uniform
from convcheck.errors import NonFiniteError, ParameterError, RuleError, ShapeError
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.workers import copies, mean
from convcheck.parameters import Whole
from convcheck.simulate.loop import run_columns
from convcheck.simulate.rigorous import enclose
from convcheck.simulate.task import advance
from convcheck.simulate.walk import run_arrays

Build = Callable[..., Any]
Floats = NDArray[np.float64]
T = 60


@optimizer(source="nobody1900", query=lambda x, d, *, lr, shift: x + d * lr - shift)
def looks(x: Any, g: Any, t: Any, d: Any = 0, xi: Any = uniform, *, lr: Any = 0.1, shift: Any = 0.25) -> Any:
    d = 0.5 * d - lr * (g + xi)
    return x + d, d


def crew(workers: Any) -> Any:
    @optimizer(
        source="nobody1900",
        ranges={"workers": Whole(1)},
        init=lambda x: (),  # noqa: ARG005  # called with x
        query=workers,
    )
    def together(x: Any, g: Any, t: Any, *, lr: Any = 0.1, workers: Any = 3) -> Any:
        return (x - lr * (mean(g) if np.ndim(g) > np.ndim(x) else g),)

    return together


def everywhere(x: Any, *, workers: Any) -> Any:
    return copies(x, workers)


def bits(numbers: Any) -> Any:
    return np.ascontiguousarray(numbers).view(np.int64)


CASES: dict[str, dict[str, Any]] = {
    "separable": {"problem": "bowl", "x0": [0.5, -1.0], "seeds": 2, "lr": [0.1, 0.2]},
    "coupled": {"problem": ("quadratic", {"rotated": True, "radius": 2.0}), "seeds": 2, "lr": ("inverse_sqrt", {})},
    "another generator": {"problem": "sigmoid_sum", "generator": "philox4x32", "shift": [0.0, 0.5]},
}


@pytest.mark.parametrize("case", CASES)
def test_all_loops_give_the_same_bits(case: str, toy: Build, take_apart: Build) -> None:
    given = dict(CASES[case])
    name, parameters = given["problem"] if isinstance(given["problem"], tuple) else (given["problem"], {})
    given["problem"] = toy(name) if name == "bowl" else cc.problem(name, **parameters)
    given = {k: cc.schedule(v[0], **v[1]) if isinstance(v, tuple) else v for k, v in given.items()}
    made, run = take_apart(looks, T=T, record=T, **given), cc.run(looks, T=T, record=T, **given)
    generator = given.get("generator", "splitmix64")
    native = advance(made.task)
    assert np.array_equal(
        bits(native), bits(run_columns(made.optimizer, made.problem, made.lane, made.task, generator))
    )
    x, slots, loss, _ = run_arrays(
        made.optimizer, made.problem, made.grid, made.start, made.seeds, made.steps, generator
    )
    assert np.array_equal(bits(x).ravel(), bits(run.x).ravel())
    assert np.array_equal(bits(slots[0]).ravel(), bits(run.state["d"]).ravel())
    assert np.allclose(loss.ravel(), run.loss.ravel(), rtol=1e-13)  # kernels add up coordinates last


def test_a_run_replays_from_the_gradients_at_its_query() -> None:
    problem, hyper = cc.problem("quadratic", spectrum=(1.0, 3.0)), {"lr": 0.05, "beta": 0.5}
    run = cc.run("nesterov", problem, T, record=T, **hyper)  # type: ignore[arg-type]
    points = run.x[0, :-1] + 0.5 * run.state["d"][0, :-1]
    shown = np.array([problem.call(problem.gradient, y, 1) for y in points])
    assert np.array_equal(cc.replay("nesterov", shown, run.x[0, 0], **hyper), run.x[0])  # type: ignore[arg-type]


def test_the_loss_is_that_at_x() -> None:
    problem = cc.problem("quadratic", spectrum=(1.0, 3.0))
    run = cc.run("nesterov", problem, T, record=T, lr=0.05)
    losses = 0.5 * (run.x[0, :-1] ** 2 @ np.array([1.0, 3.0]))
    assert np.allclose(np.diff(run.loss[0]), losses, rtol=1e-12)
    linear = cc.run("nesterov", "reddi", T, record=T, lr=0.05)
    slopes = np.diff(linear.loss[0]) / linear.x[0, :-1, 0]
    assert {*slopes.round(9).tolist()} == {-1.0, 3.0}


def test_intervals_enclose_what_a_query_does(toy: Build) -> None:
    bounds = enclose("nesterov", cc.problem("quadratic", spectrum=(1.0, 3.0)), 20, lr=0.05, beta=0.5)
    run = cc.run("nesterov", cc.problem("quadratic", spectrum=(1.0, 3.0)), 20, lr=0.05, beta=0.5)
    assert bounds.x.contain(run.x)
    assert np.max(bounds.x.width) < 1e-9
    with pytest.raises(RuleError, match="local_sgd on bowl cannot be run in intervals: they need an elementwise rule"):
        enclose("local_sgd", toy("bowl"), 5)


def test_workers_see_their_own_noise_at_their_own_points(toy: Build) -> None:
    """And one alone sees what anybody sees; the loss of a round is the mean of theirs, the regret is its."""
    single, lone = crew(None), cc.run("sgd", toy("bowl"), T, seeds=2, record=T)
    assert np.array_equal(cc.run(single, toy("bowl"), T, seeds=2, record=T).x, lone.x)
    one = cc.run(crew(everywhere), toy("bowl"), T, seeds=2, record=T, workers=1)
    assert np.array_equal(one.x, lone.x)
    assert np.array_equal(one.regret, lone.regret)
    shown: list[Floats] = []

    @optimizer(source="nobody1900", init=lambda x: (), query=lambda x: x + np.arange(3.0)[:, None])  # noqa: ARG005  # called with x
    def spreads(x: Any, g: Any, t: Any, *, lr: Any = 0.1) -> Any:
        shown.append(g)
        return (x,)

    cc.run(spreads, toy("bowl"), 40, x0=[0.0, 0.0])
    noise = (np.array(shown) - np.arange(3.0)[:, None] + 1) / 0.5
    assert noise.shape == (40, 3, 2)
    assert np.unique(noise).size == noise.size


def test_linear_losses_are_shared() -> None:
    """The round's loss is the mean gradient times x, and the comparator the best against the sum of these."""
    rule = crew(everywhere)
    run = cc.run(rule, "reddi_stochastic", T, record=T, workers=4, lr=1e-3)
    mean_loss = cc.problem("reddi_stochastic")
    slope = 0.01 * mean_loss.parameters["C"] - 0.99 * mean_loss.parameters["c"]
    assert np.allclose(np.diff(run.loss[0]), slope * run.x[0, :-1, 0])
    box = cc.problem("linear_box", d=1)
    spread = cc.run(rule, box, T, record=T, workers=4, lr=0.1)
    steps = -np.diff(spread.x[0, :, 0])
    inside = np.abs(spread.x[0, 1:, 0]) < box.ends[1]
    answered = np.diff(spread.loss[0])[inside] / np.where(spread.x[0, :-1, 0] == 0, np.nan, spread.x[0, :-1, 0])[inside]
    known = np.isfinite(answered)
    assert np.allclose(answered[known], steps[inside][known] / 0.1)
    assert {0.0, 0.5} & {*np.abs(answered[known]).round(6).tolist()}  # means of four signs


def test_workers_may_be_an_axis_where_they_shape_no_state(toy: Build) -> None:
    run = cc.run(crew(everywhere), toy("bowl"), 20, workers=[1, 2, 8], record=20)
    for i, workers in enumerate((1, 2, 8)):
        alone = cc.run(crew(everywhere), toy("bowl"), 20, workers=workers, record=20)
        assert np.array_equal(run.x[i], alone.x)
    with pytest.raises(ParameterError, match="local_sgd: workers shapes the state, so a run has one: give one number"):
        cc.run("local_sgd", toy("bowl"), 20, workers=[1, 2])
    with pytest.raises(ParameterError, match="easgd: workers shapes the state"):
        cc.run("easgd", toy("bowl"), 20, workers=lambda t: t)
    with pytest.raises(ParameterError, match=r"workers = 2.5 is outside its range \[1, inf\) of integers"):
        cc.run("local_sgd", toy("bowl"), 20, workers=2.5)
    with pytest.raises(ParameterError, match=r"delay = -1.0 is outside its range \[0, inf\) of integers"):
        cc.run("delayed_sgd", toy("bowl"), 20, delay=-1)


def test_a_query_of_the_wrong_shape_is_named(toy: Build) -> None:
    wrong = {
        "(1,)": lambda x, *, workers: x[:1],  # noqa: ARG005  # called with both
        "(2, 3, 2)": lambda x, *, workers: np.zeros((2, 3, *np.shape(x))),  # noqa: ARG005
        "(3, 1)": lambda x, *, workers: np.zeros((3, 1)),  # noqa: ARG005
    }
    for shape, query in wrong.items():
        where = rf"the query of together must return a point of shape \(2,\), or .*; it returned .* {shape}".replace(
            shape, shape.replace("(", r"\(").replace(")", r"\)")
        )
        with pytest.raises(ShapeError, match=where):
            cc.run(crew(query), toy("bowl"), 5, x0=[0.0, 0.0])
    with pytest.raises(ShapeError, match="always as many of them, one for each worker"):
        cc.run(crew(everywhere), toy("bowl"), 5, workers=lambda t: 1 + t)


def test_a_worker_that_fails_is_named(toy: Build) -> None:
    with pytest.raises(NonFiniteError, match="the gradient is not finite at step 10 in the lane seed 0"):
        cc.run(crew(everywhere), toy("faulty", edge=2.0), 20)


def test_replays_of_workers_take_a_gradient_for_each() -> None:
    shown = np.ones((5, 3, 2))
    assert cc.replay(crew(everywhere), shown, [0.0, 0.0], lr=1.0).tolist()[-1] == [-5.0, -5.0]
    square = cc.replay("local_sgd", np.ones((5, 3, 2, 2)), np.zeros((2, 2)), lr=1.0, workers=3)
    assert square.shape == (6, 2, 2)
    assert np.all(square[-1] == -5)
    with pytest.raises(ShapeError, match=r"do not fit x0 of shape \(2,\): they must have shape \(T, 3, 2\)"):
        cc.replay(crew(everywhere), np.ones((5, 2)), [0.0, 0.0])
    with pytest.raises(ShapeError, match=r"do not fit x0 of shape \(2,\): they must have shape \(T, \*x0.shape\)"):
        cc.replay("sgd", shown, [0.0, 0.0])


def test_replays_of_random_rules_have_a_seed() -> None:
    @optimizer(source="nobody1900")
    def wanders(x: Any, g: Any, t: Any, xi: Any = normal, *, lr: Any = 0.1) -> Any:
        return (x - lr * (g + xi),)

    shown = np.zeros((4, 2, 3))
    first = cc.replay(wanders, shown, np.zeros((2, 3)))
    assert np.array_equal(first, cc.replay(wanders, shown, np.zeros((2, 3)), seed=0))
    assert not np.any(first[1:] == cc.replay(wanders, shown, np.zeros((2, 3)), seed=1)[1:])
    assert np.array_equal(cc.replay(wanders, shown.reshape(4, 6), np.zeros(6)), first.reshape(5, 6))
