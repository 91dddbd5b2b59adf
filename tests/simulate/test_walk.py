"""The NumPy loop over whole points: the bits of the native kernels where both can run, and named errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import convcheck as cc
from convcheck.errors import NonFiniteError, RuleError, ShapeError
from convcheck.simulate import walk
from convcheck.simulate.walk import run_arrays

Build = Callable[..., Any]

T = 150
ARRAY_RULE = '''
    """A rule that sees whole points."""
    import numpy as np
    from convcheck.optimizers.base import optimizer

    @optimizer(source="test", init=lambda x: ({init}))
    def whole(x, g, t, m=0, H=0, *, lr=0.1, beta1=0.9):
        """Step against an average of the gradients, and sum up g gᵀ."""
        m = beta1 * m + g
        {extra}
        return {result}
'''
CASES: dict[str, dict[str, Any]] = {
    "separable": {"problem": "reddi_stochastic", "opt": "amsgrad", "seeds": 2, "lr": [0.1, 0.3]},
    "adversarial": {"problem": ("linear_box", {"signs": "adversarial"}), "opt": "adam", "beta1": lambda t: 0.9 / t},
    "given": {"problem": ("linear_box", {"signs": (2.0, -1.0, 0.3)}), "opt": "sgd", "lr": ("inverse_sqrt", {})},
    "coupled": {
        "problem": ("quadratic", {"spectrum": (1.0, 10.0, 0.1), "rotated": True, "radius": 3.0}),
        "opt": "adamx",
        "lr": ("inverse_sqrt", {"alpha": [0.1, 0.3]}),
        "generator": "philox4x32",
    },
    "tanh": {"problem": "sigmoid_sum", "opt": "adagrad", "seeds": [4, 2], "lr": 0.5},
    "chance for all coordinates": {"problem": "crowd", "opt": "signsgd", "seeds": 3, "lr": ("inverse_sqrt", {})},
    "normal": {"problem": "bowl", "opt": "heavy_ball", "seeds": 2, "lr": 0.05},
}


def bits(numbers: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.ascontiguousarray(numbers).view(np.int64)


@pytest.mark.parametrize("case", CASES)
def test_the_bits_of_the_native_kernels(
    case: str, toy: Build, take_apart: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "BLOCK", 7)
    given = dict(CASES[case])
    name, parameters = given["problem"] if isinstance(given["problem"], tuple) else (given["problem"], {})
    given["problem"] = toy(name, **parameters) if name in {"bowl", "crowd"} else cc.problem(name, **parameters)
    given = {k: cc.schedule(v[0], **v[1]) if isinstance(v, tuple) else v for k, v in given.items()}
    native, made = cc.run(T=T, record=T, **given), take_apart(T=T, record=T, **given)
    generator = given.get("generator", "splitmix64")
    x, slots, loss, _ = run_arrays(
        made.optimizer, made.problem, made.grid, made.start, made.seeds, made.steps, generator
    )
    assert np.array_equal(bits(x).ravel(), bits(native.x).ravel())
    assert np.array_equal(bits(loss).ravel(), bits(native.loss).ravel())
    for slot, kept in zip(slots, native.state.values(), strict=True):
        assert np.array_equal(bits(slot).ravel(), bits(kept).ravel())


def whole(define_file: Build, **parts: str) -> Any:
    usual = {
        "init": "np.zeros_like(x), np.zeros((len(x), len(x)))",
        "extra": "",
        "result": "x - lr * m, m, H + np.outer(g, g)",
    }
    return define_file("whole", ARRAY_RULE.format(**usual | parts)).whole


def test_many_coordinates_run_in_the_loop_and_agree_with_matrices() -> None:
    spectrum = tuple(np.linspace(0.1, 2, 20).tolist())
    problem = cc.problem("quadratic", spectrum=spectrum, rotated=True)
    run = cc.run("heavy_ball", problem, 60, lr=0.1, record=60)
    v = np.arange(1.0, 21.0)
    mirror = np.eye(20) - 2 * np.outer(v, v) / (v @ v)
    H = mirror @ np.diag(spectrum) @ mirror
    x, m, loss = np.ones(20), np.zeros(20), 0.0
    for t in range(1, 61):
        loss, g = loss + float(0.5 * x @ H @ x), H @ x
        expected = cc.optimizer("heavy_ball")(x, g, t, m, **{**cc.optimizer("heavy_ball").hyperparameters, "lr": 0.1})
        x, m = expected
        assert np.allclose(run.x[0, t], x, rtol=1e-11, atol=1e-13)
        assert np.isclose(run.regret[0, t], loss, rtol=1e-11)  # the minimum is 0


def test_an_array_rule_may_have_slots_of_any_shape(define_file: Build, toy: Build) -> None:
    run = cc.run(whole(define_file), toy("crowd"), 12, seeds=2, lr=[0.1, 0.2], record=12)
    assert run.x.shape == (2, 2, 13, 3)
    assert run.state["m"].shape == (2, 2, 13, 3)
    assert run.state["H"].shape == (2, 2, 13, 3, 3)
    assert np.array_equal(run.state["H"][..., -1, :, :], np.full((2, 2, 3, 3), 12.0))  # gradients are ±(1, 1, 1)


def test_an_array_rule_on_a_separable_problem_sees_all_coordinates(define_file: Build) -> None:
    x0 = [1.0, -0.5, 0.0]
    run = cc.run(whole(define_file, extra="m = g"), "reddi_stochastic", 40, seeds=3, x0=x0, lr=1e-3, record=40)
    same = cc.run("sgd", "reddi_stochastic", 40, seeds=3, x0=x0, lr=1e-3, record=40)
    assert np.array_equal(run.x, same.x)
    assert np.allclose(run.regret, same.regret, rtol=1e-12)


IN_PLACE = "np.multiply(g, 1, out=g); np.subtract(x, lr * m, out=x); np.add(H, np.outer(g, g), out=H)"


def test_a_rule_that_works_in_place_changes_nothing_of_ours(define_file: Build, toy: Build) -> None:
    plain = cc.run(whole(define_file), toy("crowd"), 12, record=12)
    rude = whole(define_file, extra=IN_PLACE, result="x, m, H")
    again = cc.run(rude, toy("crowd"), 12, record=12)
    for name in ("x", "loss", "regret"):
        assert np.array_equal(getattr(plain, name), getattr(again, name))
    assert np.array_equal(plain.state["H"], again.state["H"])


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"result": "x - lr * m, m"}, r"whole must return \(x, m, H\) .*; it returned a tuple of 2"),
        ({"result": "x - lr * m"}, r"whole must return \(x, m, H\) .*; it returned ndarray"),
        ({"result": "x[:2] - lr * m[:2], m, H"}, r"whole must return .*; it returned x of shape \(2,\)"),
        ({"result": "np.outer(x, x), m, H"}, r"whole must return .*; it returned x of shape \(3, 3\)"),
        ({"result": "x - lr * m, m[:2], H"}, r"whole must return slots of the shapes .* \(3,\) and left with \(2,\)"),
        ({"result": "x - lr * m, H, H"}, r"whole must return slots of the shapes .* \(3,\) and left with \(3, 3\)"),
    ],
)
def test_a_wrong_answer_of_a_rule(parts: dict[str, str], sentence: str, define_file: Build, toy: Build) -> None:
    with pytest.raises(ShapeError, match=sentence):
        cc.run(whole(define_file, **parts), toy("crowd"), 5)


def test_init_that_forgets_a_slot(define_file: Build, toy: Build) -> None:
    with pytest.raises(RuleError, match=r"whole: init\(x\) must return the slots \(m, H\)"):
        cc.run(whole(define_file, init="np.zeros_like(x),"), toy("crowd"), 5)


LONG = '''
    """Coupled, of 17 coordinates."""
    import numpy as np
    from convcheck.assumptions import FixedObjective
    from convcheck.problems.base import Minimum, define

    def gradient(x, t, *, bad=7.0):
        g = {gradient}
        return g

    def loss(x, t):
        return {loss}

    def project(x):
        return {project}

    def minimum():
        return Minimum((0.0,) * 17, 0.0, 0.0, "derived")

    def promises():
        return (FixedObjective(),)

    def start():
        return np.ones(17)

    problem = define(gradient, loss=loss, project=project, minimum=minimum, promises=promises, start=start,
                     coupled=True, source="test")
'''


def long(define_file: Build, **parts: str) -> Any:
    usual = {"gradient": "x", "loss": "0.5 * np.add.accumulate(x * x)[-1]", "project": "x"}
    return define_file("long", LONG.format(**usual | parts)).problem


@pytest.mark.parametrize(
    ("parts", "what", "shape"),
    [
        ({"gradient": "x[:16]"}, "gradient", r"\(16,\)"),
        ({"gradient": "x[0]"}, "gradient", r"\(\)"),
        ({"loss": "0.5 * x * x"}, "loss", r"\(17,\)"),
        ({"project": "x[1:]"}, "projection", r"\(16,\)"),
    ],
)
def test_a_wrong_answer_of_a_problem(parts: dict[str, str], what: str, shape: str, define_file: Build) -> None:
    problem = (
        long(define_file, **parts)
        if what != "projection"
        else long(define_file, project="x if t0 else x[1:]".replace("t0", "x[0] == 1"))
    )
    with pytest.raises(ShapeError, match=rf"the problem long: the {what} must have shape .* but it has shape {shape}"):
        cc.run("sgd", problem, 5)


@pytest.mark.parametrize("step", [1, 6, 7, 8, 30])
def test_what_is_not_finite_is_named_with_its_step_and_lane(
    step: int, define_file: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "BLOCK", 7)
    problem = long(define_file, gradient="x + np.where(np.arange(17) == 3, 0 / (t - bad), 0)").with_parameters(bad=step)
    sentence = rf"sgd on long: the gradient is not finite at step {step} in the lane lr=0.1, seed 2; use"
    with pytest.raises(NonFiniteError, match=sentence):
        cc.run("sgd", problem, 30, lr=[0.1, 0.2], seeds=[2, 0])


def test_what_overflows_is_named_too(define_file: Build) -> None:
    problem = long(define_file)
    with pytest.raises(NonFiniteError, match="the iterate is not finite at step 1 in the lane seed 0"):
        cc.run("sgd", problem, 5, lr=1e308, x0=np.full(17, 9.0))
    with pytest.raises(NonFiniteError, match="the loss is not finite at step 1 "):
        cc.run("sgd", problem, 5, x0=np.full(17, 1e200))
    with pytest.raises(NonFiniteError, match="the state slot v is not finite at step 1 "):
        cc.run("amsgrad", long(define_file, loss="0 * x[0]"), 5, x0=np.full(17, 1e200))
