"""Replay: the rule under recorded gradients, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import convcheck as cc
from convcheck.errors import NonFiniteError, ParameterError, ShapeError, UnknownNameError

SHAPES = npst.array_shapes(min_dims=0, max_dims=3, max_side=3)
MODERATE = st.floats(-1e3, 1e3)


@settings(deadline=None, max_examples=40)
@given(data=st.data(), shape=SHAPES, T=st.integers(0, 6))
def test_iterates_are_those_of_the_rule(data: st.DataObject, shape: tuple[int, ...], T: int) -> None:
    shown = data.draw(npst.arrays(np.float64, (T, *shape), elements=MODERATE))
    x0 = data.draw(npst.arrays(np.float64, shape, elements=MODERATE))
    before = shown.copy()
    iterates = cc.replay("amsgrad", shown, x0, lr=lambda t: 0.5 / np.sqrt(t), beta1=0.5, beta2=0.9)
    assert iterates.shape == (T + 1, *shape)
    x, state = x0, (0.0, 0.0, 0.0)
    assert np.array_equal(iterates[0], x0)
    for t, g in enumerate(shown, start=1):
        x, *state = cc.optimizer("amsgrad")(x, g, float(t), *state, lr=0.5 / np.sqrt(t), beta1=0.5, beta2=0.9)  # type: ignore[assignment]
        assert np.array_equal(iterates[t], x)
    assert np.array_equal(shown, before)


@pytest.mark.parametrize("opt", ["sgd", "adam", "adamnc", "adagrad", "heavy_ball", "signsgd"])
def test_a_run_replays_from_its_own_gradients(opt: str) -> None:
    """As long as nothing is projected."""
    run = cc.run(opt, cc.problem("quadratic", spectrum=(1.0, 3.0)), 50, lr=0.01, record=50)
    problem = cc.problem("quadratic", spectrum=(1.0, 3.0))
    shown = np.array([problem.call(problem.gradient, x, t) for t, x in enumerate(run.x[0, :-1], start=1)])
    assert np.array_equal(cc.replay(opt, shown, run.x[0, 0], lr=0.01), run.x[0])


def test_nothing_is_projected_and_schedules_are_followed() -> None:
    assert cc.replay("sgd", [-1.0] * 3, 1.0, lr=cc.schedule("inverse", alpha=6.0)).tolist() == [1.0, 7.0, 10.0, 12.0]


@pytest.mark.parametrize(
    ("gradients", "x0", "sentence"),
    [
        (np.ones((4, 2)), np.ones(3), r"gradients of shape \(4, 2\) do not fit x0 of shape \(3,\)"),
        (np.ones(4), np.ones(4), "do not fit"),
        (np.ones((4, 1)), 1.0, "do not fit"),
        (1.0, 1.0, "do not fit"),
        ("abc", 1.0, "gradients = 'abc' must be a number or an array of numbers"),
        ([[1.0], [1.0, 2.0]], [1.0], "gradients = .* must be"),
        ([1.0], "start", "x0 = 'start' must be"),
        ([1.0], float("nan"), "x0 = nan must be finite"),
        ([[1.0, 1.0]], [0.0, float("inf")], "x0 = .* must be finite"),
        ([1j], 0.0, "gradients = .* must be"),
    ],
)
def test_shapes_are_checked(gradients: Any, x0: Any, sentence: str) -> None:
    with pytest.raises(ShapeError, match=sentence):
        cc.replay("sgd", gradients, x0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_a_gradient_that_is_not_finite_is_named_with_its_step(bad: float, step: int) -> None:
    shown = np.ones((5, 2))
    shown[step - 1, 1] = bad
    with pytest.raises(NonFiniteError, match=f"signsgd: the gradient is not finite at step {step}$"):
        cc.replay("signsgd", shown, [0.0, 0.0])


def test_overflow_is_named_with_its_step() -> None:
    with pytest.raises(NonFiniteError, match="sgd: the iterate is not finite at step 2"):
        cc.replay("sgd", [1e308, 1e308, 1.0], 0.0, lr=1.0)
    with pytest.raises(NonFiniteError, match="adam_undebiased: the state slot v is not finite at step 3"):
        cc.replay("adam_undebiased", [1.0, 1.0, 1e160], 0.0)


def test_settings_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"replay runs one setting, but lr is an axis"):
        cc.replay("sgd", [1.0], 0.0, lr=[0.1, 0.2])
    with pytest.raises(ShapeError, match=r"replay runs one setting, but lr.alpha is an axis"):
        cc.replay("sgd", [1.0], 0.0, lr=cc.schedule("inverse", alpha=[0.1, 0.2]))
    with pytest.raises(ParameterError, match="lr = -1"):
        cc.replay("sgd", [1.0], 0.0, lr=-1)
    with pytest.raises(ParameterError, match="at step 2 is outside"):
        cc.replay("sgd", [1.0, 1.0], 0.0, lr=lambda t: 1.5 - t)
    with pytest.raises(UnknownNameError, match="did you mean 'lr'"):
        cc.replay("sgd", [1.0], 0.0, l_r=1)
    with pytest.raises(UnknownNameError, match="did you mean 'sgd'"):
        cc.replay("sdg", [1.0], 0.0)


def test_an_array_rule_is_replayed_from_its_own_state(define_file: Callable[[str, str], Any]) -> None:
    text = '''
        """Divide by the norm of all gradients so far."""
        import numpy as np
        from convcheck.optimizers.base import optimizer

        @optimizer(source="test", init=lambda x: (np.array(0.0),))
        def norm(x, g, t, total=0, *, lr=1.0):
            """One step size for all coordinates."""
            total = total + np.add.accumulate(np.ravel(g * g))[-1]
            return x - lr * g / np.sqrt(total), total
    '''
    rule = define_file("norm", text).norm
    assert cc.replay(rule, [[3.0, 4.0], [0.0, 12.0]], [0.0, 0.0])[-1].tolist() == [-0.6, -0.8 - 12 / 13]
    wrong = define_file("norm", text.replace("g / np.sqrt(total), total", "g / np.sqrt(total)"))
    with pytest.raises(ShapeError, match=r"norm must return \(x, total\)"):
        cc.replay(wrong.norm, [[3.0, 4.0]], [0.0, 0.0])
