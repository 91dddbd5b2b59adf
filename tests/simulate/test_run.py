"""cc.run: what it returns, against a second computation from the recorded iterates."""

from collections.abc import Callable
from math import fsum
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.problems.base import Problem
from convcheck.simulate import streams
from convcheck.simulate.result import Run

Build = Callable[..., Any]
Floats = NDArray[np.float64]

CLOSE = 1e-11
"""Relative rounding error of a sum of some hundred terms, in another order."""


def draws(problem: Problem, seed: int, coordinate: int, t: int, generator: str = "splitmix64") -> tuple[Any, ...]:
    """Return what the streams of a problem draw, from the definition of the streams."""

    def uniform(name: str, k: int) -> float:
        key = np.array([streams.key(seed, f"{name}.{k}", coordinate)], np.uint64)
        return float(streams.uniform(getattr(streams, generator)(key, t))[0])

    def entry(_: str) -> float:
        entries = problem.parameters["signs"]
        return 0.0 if isinstance(entries, str) else float(entries[(t - 1) % len(entries)])

    return problem.draws(uniform, entry)


def recomputed(problem: Problem, x: Floats, seed: int, generator: str = "splitmix64") -> tuple[list[float], list[Any]]:
    """Return the loss and the gradient of each round at the iterates ``x``, shape (T + 1, d)."""
    losses, gradients = [], []
    for t in range(1, len(x)):
        coordinates = [x[t - 1]] if problem.coupled else list(x[t - 1])
        g, terms = [], []
        for i, point in enumerate(coordinates):
            drawn = draws(problem, seed, i, t, generator)
            g.append(problem.call(problem.gradient, point, np.float64(t), *drawn))
            if problem.loss is None:
                terms += list(np.atleast_1d(g[-1] * point))
            else:
                terms.append(problem.call(problem.loss, point, np.float64(t), *drawn))
        losses.append(fsum(map(float, terms)))
        gradients.append(np.asarray(g[0] if problem.coupled else g, dtype=float))
    return losses, gradients


def check_against_recomputation(run: Run, problem: Problem, generator: str = "splitmix64") -> None:
    cells = int(np.prod([len(values) for values in run.axes.values()], dtype=int))
    d = run.x.shape[-1]
    x, loss, regret = (getattr(run, n).reshape(cells, len(run.seeds), len(run.t), -1) for n in ("x", "loss", "regret"))
    assert run.t.tolist() == list(range(run.T + 1))
    for cell in range(cells):
        for s, seed in enumerate(run.seeds):
            losses, gradients = recomputed(problem, x[cell, s], seed, generator)
            for t in range(run.T + 1):
                suffered = fsum(losses[:t])
                if problem.minimum is not None:
                    copies = 1 if problem.coupled else d
                    best = t * copies * problem.call(problem.minimum).lower
                else:
                    sums = [fsum(g[i] for g in gradients[:t]) for i in range(d)]
                    best = fsum(min(end * total for end in problem.ends) for total in sums)
                scale = CLOSE * (1 + fsum(map(abs, losses[:t])))
                assert abs(loss[cell, s, t, 0] - suffered) <= scale
                assert abs(regret[cell, s, t, 0] - (suffered - best)) <= 2 * scale


CASES: dict[str, dict[str, Any]] = {
    "reddi": {"problem": ("reddi", {"C": 4}), "opt": "amsgrad", "beta2": [0.1, 0.9], "lr": [0.5, 0.1, 0.05]},
    "two coordinates": {"problem": ("reddi_stochastic", {}), "opt": "adam", "seeds": 2, "x0": [1.0, -0.5], "lr": 0.1},
    "random signs": {
        "problem": ("linear_box", {"D": 3, "d": 3}),
        "opt": "sgd",
        "seeds": [4, 0],
        "generator": "philox4x32",
    },
    "adversarial": {"problem": ("linear_box", {"signs": "adversarial"}), "opt": "adagrad", "x0": [0.5, -1.0]},
    "given": {"problem": ("linear_box", {"signs": (2.0, -1.0, 0.25)}), "opt": "sgd", "lr": lambda t: 1 / t},
    "an objective": {"problem": ("sine_well", {}), "opt": "heavy_ball", "seeds": 2, "x0": [3.0, 1.0], "lr": 0.02},
    "a minimum that is not 0": {"problem": ("bowl", {}), "opt": "sgd", "seeds": 2, "x0": [0.0, 4.0], "lr": 0.1},
    "coupled": {"problem": ("quadratic", {"spectrum": (1.0, 4.0, 9.0), "rotated": True}), "opt": "sgd", "lr": 0.05},
    "coupled and linear": {"problem": ("crowd", {}), "opt": "sgd", "seeds": 2, "lr": cc.schedule("inverse_sqrt")},
}


@pytest.mark.parametrize("case", CASES)
def test_losses_and_regrets_follow_from_the_iterates(case: str, toy: Build) -> None:
    given = dict(CASES[case])
    name, parameters = given.pop("problem")
    problem = toy(name, **parameters) if name in {"bowl", "crowd"} else cc.problem(name, **parameters)
    run = cc.run(given.pop("opt"), problem, 60, record=60, **given)
    check_against_recomputation(run, problem, given.get("generator", "splitmix64"))


def test_shapes_and_axes_are_those_of_the_call() -> None:
    lr = cc.schedule("inverse_sqrt", alpha=[0.1, 0.2, 0.3, 0.4])
    run = cc.run("amsgrad", "reddi", 50, x0=[1.0, 0.5], seeds=3, record=[5, 7], beta2=[0.1, 0.9], lr=lr, eps=[0.0])
    assert list(run.axes) == ["beta2", "lr.alpha", "eps"]
    assert run.axes["lr.alpha"] == (0.1, 0.2, 0.3, 0.4)
    assert run.t.tolist() == [0, 5, 7, 50]
    assert (run.T, run.seeds) == (50, (0, 1, 2))
    assert run.x.shape == (2, 4, 1, 3, 4, 2)
    assert run.loss.shape == run.regret.shape == (2, 4, 1, 3, 4)
    assert {name: slot.shape for name, slot in run.state.items()} == dict.fromkeys(["m", "v", "v_max"], run.x.shape)
    one = cc.run("amsgrad", "reddi", 50, x0=[1.0, 0.5], record=[5, 7], beta2=0.9, lr=lambda t: 0.3 / np.sqrt(t))
    assert one.x.shape == (1, 4, 2)
    for seed in range(3):
        assert np.array_equal(run.x[1, 2, 0, seed], one.x[0])
        assert np.array_equal(run.regret[1, 2, 0, seed], one.regret[0])


def test_at_the_start_nothing_has_happened() -> None:
    run = cc.run("adam", "reddi_stochastic", 20, x0=[0.25, -1.0], seeds=2, lr=[0.1, 0.2])
    assert np.array_equal(run.x[..., 0, :], np.full((2, 2, 2), [0.25, -1.0]))
    assert not run.loss[..., 0].any()
    assert not run.regret[..., 0].any()
    for name, slot in run.state.items():
        assert np.array_equal(slot[..., 0, :], np.full((2, 2, 2), cc.optimizer("adam").state[name]))


def test_the_state_is_that_of_the_rule() -> None:
    run = cc.run("adam", "reddi", 40, lr=0.1, record=40)
    rule, problem, x = cc.optimizer("adam"), cc.problem("reddi"), 1.0
    hyper, slots = {**rule.hyperparameters, "lr": 0.1}, list(rule.state.values())
    for t in range(1, 41):
        x, *slots = rule(x, float(problem.gradient(x, t)), float(t), *slots, **hyper)
        x = min(max(x, -1.0), 1.0)
        assert run.x[0, t, 0] == x
        assert [run.state[name][0, t, 0] for name in rule.state] == slots


def test_more_records_change_nothing() -> None:
    all_steps = cc.run("amsgrad", "reddi_stochastic", 500, seeds=2, lr=0.1, record=500)
    records: list[Any] = [1, 10, 499, [3, 400], np.array([500]), range(0, 500, 7)]
    for record in records:
        run = cc.run("amsgrad", "reddi_stochastic", 500, seeds=2, lr=0.1, record=record)
        assert np.array_equal(run.x, all_steps.x[:, run.t])
        assert np.array_equal(run.regret, all_steps.regret[:, run.t])


def test_every_way_to_give_a_rate_is_the_same() -> None:
    alphas = [0.3, 0.1]
    runs = [
        cc.run("adam", "reddi", 300, lr=cc.schedule("inverse_sqrt", alpha=alphas)),
        *(cc.run("adam", "reddi", 300, lr=cc.schedule("inverse_sqrt", alpha=alpha)) for alpha in alphas),
        *(cc.run("adam", "reddi", 300, lr=lambda t, alpha=alpha: alpha / np.sqrt(t)) for alpha in alphas),
        *(cc.run("adam", "reddi", 300, lr=lambda t, alpha=alpha: alpha / float(t) ** 0.5) for alpha in alphas),
    ]
    for k in range(2):
        for run in runs[1 + k :: 2]:
            assert np.array_equal(run.x[0].view(np.int64), runs[0].x[k, 0].view(np.int64))
            assert np.array_equal(run.loss[0].view(np.int64), runs[0].loss[k, 0].view(np.int64))


def test_every_way_to_give_an_axis_is_the_same() -> None:
    runs = [
        cc.run("adam", "reddi", 300, lr=[0.1, 0.2], beta1=[0.0, 0.5, 0.9]),
        cc.run("adam", "reddi", 300, **cc.grid(lr=(0.1, 0.2), beta1=np.array([0.0, 0.5, 0.9]))),
    ]
    assert runs[0].axes == runs[1].axes == {"lr": (0.1, 0.2), "beta1": (0.0, 0.5, 0.9)}
    assert np.array_equal(runs[0].x, runs[1].x)
    for i, lr in enumerate([0.1, 0.2]):
        for j, beta1 in enumerate([0.0, 0.5, 0.9]):
            assert np.array_equal(cc.run("adam", "reddi", 300, lr=lr, beta1=beta1).x, runs[0].x[i, j])
    moving = cc.run("adam", "reddi", 300, lr=cc.schedule("constant", alpha=[0.1, 0.2]), beta1=[0.0, 0.5, 0.9])
    assert np.array_equal(moving.x, runs[0].x)


def test_draws_belong_to_seed_coordinate_and_step_alone() -> None:
    """Common random numbers over the grid; more seeds, lanes or coordinates change no draw of the others."""
    whole = cc.run("sgd", "reddi_stochastic", 200, lr=[0.1, 0.1, 0.3], seeds=[3, 9, 1], x0=[1.0, 0.0, -0.5], record=200)
    assert np.array_equal(whole.x[0], whole.x[1])
    assert not np.array_equal(whole.x[0, 0], whole.x[0, 1])
    assert not np.array_equal(np.diff(whole.x[2, 0, :, 0]) > 0, np.diff(whole.x[2, 0, :, 1]) > 0)
    one = cc.run("sgd", "reddi_stochastic", 200, lr=0.3, seeds=[9], x0=[1.0, 0.0], record=200)
    assert np.array_equal(one.x[0], whole.x[2, 1, :, :2])
    counted = cc.run("sgd", "reddi_stochastic", 200, lr=0.3, seeds=4, x0=[1.0, 0.0, -0.5], record=200)
    assert np.array_equal(counted.x[[3, 1]], whole.x[2][[0, 2]])
    other = cc.run("sgd", "reddi_stochastic", 200, lr=0.3, seeds=[9], x0=[1.0, 0.0], record=200, generator="philox4x32")
    assert not np.array_equal(one.x, other.x)


def test_xarray_labels_are_right() -> None:
    pytest.importorskip("xarray")
    lr = cc.schedule("inverse_sqrt", alpha=[0.1, 0.4])
    run = cc.run("amsgrad", "reddi", 50, x0=[1.0, 0.5], seeds=[5, 2], record=[5, 7], beta2=[0.1, 0.9, 0.99], lr=lr)
    data = run.to_xarray()
    assert dict(data.sizes) == {"beta2": 3, "lr.alpha": 2, "seed": 2, "t": 4, "coordinate": 2}
    assert data.attrs == {"optimizer": "amsgrad", "problem": "reddi"}
    chosen = data.sel({"beta2": 0.9, "lr.alpha": 0.4, "seed": 2, "t": 7})
    assert np.array_equal(chosen["x"], run.x[1, 1, 1, 2])
    assert float(chosen["regret"]) == run.regret[1, 1, 1, 2]
    assert float(chosen["loss"]) == run.loss[1, 1, 1, 2]
    assert np.array_equal(chosen["state_v_max"], run.state["v_max"][1, 1, 1, 2])


def test_a_run_draws_itself() -> None:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    run = cc.run("sgd", "reddi_stochastic", 300, seeds=3, lr=[0.1, 0.2])
    axes = run.plot()
    assert len(axes.lines) == 2
    median = np.median(run.regret[1, :, 1:], axis=0) / run.t[1:]
    assert np.array_equal(axes.lines[1].get_ydata(), median)
    assert run.plot(axes) is axes
    plt.close("all")
    assert "sgd" in run._repr_html_()
    assert "T = 300" in run._repr_html_()
