"""One step of one lane: what it carries, what it reads, and the sentences for problems that cannot be traced."""

from collections.abc import Callable
from typing import Any

import pytest

import convcheck as cc
from convcheck.errors import ConvcheckError, RuleError
from convcheck.simulate.lane import meaning, trace

Build = Callable[..., Any]

PROBLEM = '''
    """A problem of the test's own."""
    import math
    from math import inf
    import numpy as np
    from convcheck.assumptions import BoundedDomain, Box, FixedObjective, Linear, Unconstrained
    from convcheck.problems.base import Minimum, define
    from convcheck.problems.vectors import coordinatewise, total, vector

    def gradient(x, t, *, a=1.0):
        return {gradient}

    def loss(x, t, *, a=1.0):
        return {loss}

    def project(x):
        return {project}

    def minimum():
        return Minimum((0.0,), 0.0, 0.0, "derived")

    def promises():
        return ({promises},)

    problem = define(gradient, promises=promises, start={start}, source="test", {more})
'''
SEPARABLE = {
    "gradient": "a * x",
    "loss": "0.5 * a * x * x",
    "project": "np.clip(x, -1, 1)",
    "promises": "FixedObjective()",
    "start": "1.0",
    "more": "loss=loss, project=project, minimum=minimum",
}
COUPLED = {
    "gradient": "coordinatewise(lambda x_i: a * x_i, x)",
    "loss": "0.5 * a * total(x * x)",
    "project": "coordinatewise(lambda x_i: np.clip(x_i, -1, 1), x)",
    "start": "lambda: np.ones(3)",
    "more": "loss=loss, project=project, minimum=minimum, coupled=True",
}


def problem(define_file: Build, **parts: str) -> Any:
    return define_file("mine", PROBLEM.format(**SEPARABLE | parts)).problem


def test_what_a_lane_carries_and_reads() -> None:
    lane = trace(cc.optimizer("amsgrad"), cc.problem("reddi_stochastic"), 1)
    assert lane.carried == ("x_0", "s_m_0", "s_v_0", "s_v_max_0", "loss", "g_0", "health")
    assert set(lane.constants) == {"h_lr", "h_beta1", "h_beta2", "h_eps", "p_C", "p_c", "p_p"}
    assert (lane.uniforms, lane.given) == ((("u", 0, 0),), ())
    assert len(lane.program.outputs) == len(lane.carried)
    coupled = trace(cc.optimizer("sgd"), cc.problem("quadratic"), 2)
    assert coupled.carried == ("x_0", "x_1", "loss", "g_0", "g_1", "health")


def test_intervals_have_two_ends() -> None:
    lane = trace(cc.optimizer("sgd"), cc.problem("reddi"), 1, rigorous=True)
    assert lane.carried == ("x_0_low", "x_0_high", "loss_low", "loss_high", "g_0_low", "g_0_high")


@pytest.mark.parametrize(
    ("carried", "words"),
    [
        ("x_12", "iterate"),
        ("s_v_max_0", "state slot v_max"),
        ("loss", "loss"),
        ("g_3", "sum of the gradients"),
        ("health", "gradient"),
    ],
)
def test_what_a_carried_value_is_called(carried: str, words: str) -> None:
    assert meaning(carried) == words


@pytest.mark.parametrize(
    "parts",
    [
        {"gradient": "np.exp(x)"},
        {"gradient": "math.sqrt(x)"},
        {"gradient": "x if x > 0 else -x"},
        {"gradient": "None"},
        {"gradient": "(x, x)"},
        {"gradient": "[x]"},
        {"gradient": "np.array([1.0, 2.0])"},
        {"gradient": "x > 0"},
        {"gradient": "'x'"},
        {"gradient": "float('nan')"},
        {"loss": "None"},
        {"loss": "np.array([1.0, 2.0]) * x"},
        {"loss": "np.sum(x)"},
        {"project": "None"},
        {"project": "(x,)"},
        {"project": "np.round(x)"},
    ],
    ids=lambda parts: str(parts)[1:-1],
)
def test_a_separable_problem_answers_with_one_number(parts: dict[str, str], define_file: Build) -> None:
    made = problem(define_file, **parts)
    with pytest.raises(RuleError, match="the problem mine"):
        trace(cc.optimizer("sgd"), made, 1)
    with pytest.raises(ConvcheckError, match="the problem mine"):
        cc.run("sgd", made, 10)


@pytest.mark.parametrize(
    "parts",
    [
        {"gradient": "x[:2]"},
        {"gradient": "x[0]"},
        {"gradient": "a"},
        {"gradient": "None"},
        {"gradient": "[a, a, a]"},
        {"gradient": "vector([x[0], x[1], None])"},
        {"gradient": "vector([x[0], x[1], x[2], x[0]])"},
        {"loss": "x"},
        {"loss": "None"},
        {"project": "x[0]"},
        {"project": "vector([x[0]])"},
    ],
    ids=lambda parts: str(parts)[1:-1],
)
def test_a_coupled_problem_answers_with_a_vector(parts: dict[str, str], define_file: Build) -> None:
    made = problem(define_file, **COUPLED | parts)
    with pytest.raises(RuleError, match="the problem mine"):
        trace(cc.optimizer("sgd"), made, 3)
    with pytest.raises(ConvcheckError, match="the problem mine"):
        cc.run("sgd", made, 10)


def test_right_answers_are_taken(define_file: Build) -> None:
    assert cc.run("sgd", problem(define_file), 10).x.shape == (1, 11, 1)
    assert cc.run("sgd", problem(define_file, **COUPLED), 10).x.shape == (1, 11, 3)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"more": ""}, "linear on an unbounded set"),
        ({"more": "project=lambda x: np.maximum(x, 0)"}, "linear on an unbounded set"),
        ({"more": "project=project, coupled=True", "start": "lambda: np.ones(3)"}, "is known on a box only"),
    ],
)
def test_a_linear_problem_needs_a_best_fixed_point(parts: dict[str, str], sentence: str, define_file: Build) -> None:
    coupled = COUPLED if "coupled" in parts["more"] else {}
    made = problem(define_file, **coupled | parts | {"promises": "Linear(), BoundedDomain(2, norm=2)"})
    with pytest.raises(RuleError, match=sentence):
        cc.run("sgd", made, 10)
