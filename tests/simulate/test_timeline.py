"""Values that change with the step: the bits of the schedule's own lines, and named steps where they leave a range."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.discovery import entries
from convcheck.errors import ParameterError, RuleError
from convcheck.simulate.grid import make_grid
from convcheck.simulate.timeline import Timeline, given_entries

T = 300


def line(value: Any, name: str = "lr", opt: str = "amsgrad", horizon: int = T) -> Timeline:
    return make_grid(cc.optimizer(opt), {name: value}, horizon).timelines[name]


@pytest.mark.parametrize("name", entries("schedule"))
def test_a_timeline_has_the_bits_of_the_schedule(name: str) -> None:
    schedule = cc.schedule(name)
    values = line(schedule).values(0, T)
    assert values.shape == (T, 1)
    one_by_one = np.array([float(schedule(np.float64(t))) for t in range(1, T + 1)])
    assert np.array_equal(values[:, 0].view(np.int64), one_by_one.view(np.int64))


@settings(deadline=None, max_examples=30)
@given(
    first=st.integers(0, T - 1), length=st.integers(1, T), alphas=st.lists(st.floats(0.01, 9), min_size=1, max_size=5)
)
def test_blocks_do_not_matter(first: int, length: int, alphas: list[float]) -> None:
    made = line(cc.schedule("inverse_sqrt", alpha=alphas))
    stop = min(first + length, T)
    assert np.array_equal(made.values(first, stop), made.values(0, T)[first:stop])
    rows = np.array([made.rows - 1, 0], np.uint32)
    assert np.array_equal(made.part(rows).values(first, stop), made.values(first, stop)[:, rows])


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "of the vocabulary": (lambda t: 0.5 / np.sqrt(t), True),
    "math": (lambda t: 0.5 / math.sqrt(t), False),
    "a branch": (lambda t: 0.5 if t < 100 else 0.05, False),
    "a table": (lambda t: [0.1, 0.2, 0.3][int(t) % 3], False),
    "a dictionary": (lambda t: {0.0: 0.1, 1.0: 0.2}[t % 2], False),
    "an attribute": (lambda t: 1 / t.real, False),
    "text": (lambda t: float(f"{t}") / 1000, False),
    "an array without axes": (lambda t: np.array(1 / int(t)), False),
    "a constant": (lambda _: 0.25, True),
    "an integer": (lambda _: 3, True),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_function_of_t_will_do(name: str) -> None:
    function, traceable = FUNCTIONS[name]
    made = line(function)
    assert (made.program is not None) == traceable
    assert made.function is None  # so that any process can read it
    expected = np.array([float(function(np.float64(t))) for t in range(1, T + 1)])
    assert np.array_equal(made.values(0, T)[:, 0], expected)
    assert np.array_equal(made.values(70, 71)[:, 0], expected[70:71])


def test_a_function_that_leaves_the_vocabulary_is_called_once_a_step() -> None:
    calls: list[float] = []

    def rate(t: Any) -> float:
        calls.append(float(t))
        return 0.1

    run = cc.run("sgd", "reddi", 50, lr=rate, seeds=3, x0=[1.0, 0.5], record=5)
    assert run.T == 50
    assert calls == [float(t) for t in range(1, 51)]


@pytest.mark.parametrize(
    "answer", [None, [0.1], np.ones(3), np.ones(1), "0.1", 1j, True, (0.1,), {}], ids=lambda value: repr(value)[:12]
)
def test_a_function_of_t_returns_one_number(answer: Any) -> None:
    with pytest.raises(ParameterError, match=r"amsgrad: lr: a function of t must return one number; it returned"):
        line(lambda _: answer)


@pytest.mark.parametrize(
    ("value", "name", "step"),
    [
        (lambda t: 5.5 - t, "lr", 6),
        (lambda t: 1.0 / (t - 7) + 1, "lr", 7),
        (lambda t: float("nan") if t == 123 else 0.5, "beta1", 123),
        (lambda t: float("inf") if t == T else 0.5, "lr", T),
        (lambda t: t / 100, "beta2", 100),
        (lambda t: np.sqrt(50 - t), "lr", 51),
        (cc.schedule("inverse_sqrt", alpha=[0.2, 0.9, 1.5, 1.1]), "beta1", 1),
        (cc.schedule("exponential", alpha=0.5, gamma=0.999), "beta1", None),
    ],
)
def test_leaving_the_range_names_the_step(value: Any, name: str, step: int | None) -> None:
    if step is None:
        assert line(value, name).values(0, T).max() < 1
        return
    with pytest.raises(ParameterError, match=rf"amsgrad: {name} = .* at step {step} is outside"):
        line(value, name).values(0, T)


def test_the_first_step_is_named_though_another_row_fails_later(define_file: Callable[[str, str], Any]) -> None:
    text = '''
        """A line."""
        from convcheck.schedules.base import schedule

        @schedule(source="test")
        def falling(t, *, alpha=1.0):
            """Fall by 0.01 a step."""
            return alpha - 0.01 * t
    '''
    falling = define_file("falling", text).falling
    with pytest.raises(ParameterError, match="at step 51 is outside"):
        line(falling.with_parameters(alpha=[0.9, 0.505, 0.7])).values(0, T)


def test_a_rate_may_decay_to_zero() -> None:
    assert line(lambda t: 1 - t / T).values(0, T)[-1, 0] == 0.0


def test_a_schedule_without_parameters(define_file: Callable[[str, str], Any]) -> None:
    text = '''
        """Harmonic."""
        from convcheck.schedules.base import schedule

        @schedule(source="test")
        def harmonic(t):
            """Return 1 / t."""
            return 1 / t
    '''
    made = line(define_file("harmonic", text).harmonic)
    assert made.values(0, 3).tolist() == [[1.0], [1 / 2], [1 / 3]]


def test_entries_of_a_sequence_come_in_turn() -> None:
    problem = cc.problem("linear_box", signs=(3.0, -1.0, 0.5))
    assert given_entries(problem, "entry").values(1, 6)[:, 0].tolist() == [-1.0, 0.5, 3.0, -1.0, 0.5]
    assert given_entries(cc.problem("linear_box"), "entry").values(1, 3)[:, 0].tolist() == [0.0, 0.0]


def test_a_schedule_that_leaves_the_vocabulary_is_refused(define_file: Callable[[str, str], Any]) -> None:
    text = '''
        """Not a schedule."""
        import math
        from convcheck.schedules.base import schedule

        @schedule(source="test")
        def rooted(t):
            """Use math."""
            return 1 / math.sqrt(t)
    '''
    with pytest.raises(RuleError, match="the schedule rooted: a rule may not call math functions"):
        define_file("rooted", text)
