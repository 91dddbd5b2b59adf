"""What the drift lemma does not cover is refused, and the message says why."""

from collections.abc import Callable
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic.elementary import exp
from convcheck.assumptions import BoundedDomain, Linear
from convcheck.drift import drift
from convcheck.drift.form import Form, FormError, forms
from convcheck.errors import DriftNotApplicableError, ParameterError, UnknownNameError
from convcheck.optimizers.base import Optimizer, optimizer
from convcheck.problems.base import Problem, define
from convcheck.problems.draws import Given, uniform

# A rule's signature stays bare, as in the package.
# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN201, ARG001


in_turn = Given("signs")


@optimizer(source="decoupled weight decay")
def decayed(x, g, t, *, lr=0.1, weight_decay=0.1):
    return (x - lr * (g + weight_decay * x),)


@optimizer(source="weight decay as a factor")
def shrunk(x, g, t, *, lr=0.1, weight_decay=0.1):
    return ((1 - lr * weight_decay) * x - lr * g,)


@optimizer(source="x in the state")
def anchored(x, g, t, x0=0, *, lr=0.1):
    return x - lr * g, x


@optimizer(source="the rate in the state")
def stored(x, g, t, m=0, *, lr=0.1):
    m = lr * (g + np.sign(m))
    return x - m, m


@optimizer(source="the displacement depends on x through a case distinction")
def sided(x, g, t, *, lr=0.1):
    return (x - lr * np.where(x > 0, g, 2 * g),)


@optimizer(source="the rate acts on one term only")
def half(x, g, t, *, lr=0.1):
    return (x - lr * g - g,)


@optimizer(source="the rate squared")
def squared(x, g, t, *, lr=0.1):
    return (x - lr * lr * g,)


@optimizer(source="divided by the rate")
def divided(x, g, t, *, lr=0.1):
    return (x - g / lr,)


@optimizer(source="a function of the rate")
def exponential(x, g, t, *, lr=0.1):
    return (x - lr * exp(lr * g),)


@optimizer(source="homogeneous in the rate, if one looks closely")
def homogeneous(x, g, t, m=0, *, lr=0.1):
    step = abs(lr * g) + np.maximum(lr * g, 0) + np.sqrt(lr * g * lr * g) + g / (1 / lr)
    return x - step, np.sign(lr * g)


@optimizer(source="no rate")
def rateless(x, g, t, *, alpha=0.1):
    return (x - alpha * g,)


@optimizer(source="half of x is lost")
def halved(x, g, t, *, lr=0.1):
    return (x / 2 - lr * g,)


@optimizer(source="an array rule", init=lambda x: (0 * x,))
def rowwise(x, g, t, m=0, *, lr=0.1):
    return x - lr * g, m


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (decayed, "x is multiplied or divided by more than a number"),
        (shrunk, "step size is added to"),
        (anchored, "x0 depends on x"),
        (stored, "m depends on lr"),
        (sided, "comparison, maximum or case distinction has x"),
        (half, "step size is added to"),
        (divided, "lr does not multiply the whole displacement"),
        (exponential, "a function is applied to the step size"),
        (squared, "lr does not multiply the whole displacement"),
        (rateless, "no step size lr"),
        (halved, "holds 1/2 times"),
        (rowwise, "array rule"),
        ("noisy_sgd", "its steps are random"),
        ("heavy_ball", "step size is added to"),
    ],
)
def test_rules_that_are_refused(rule: str | Optimizer, why: str) -> None:
    with pytest.raises(DriftNotApplicableError, match=why):
        drift(rule, "reddi")


def test_what_is_switched_off_does_no_harm() -> None:
    for rule in (decayed, shrunk):
        found = drift(rule, "reddi", weight_decay=0)
        assert (found.lower, found.upper) == (-1.0, -1.0)


def test_homogeneous_functions_of_the_rate() -> None:
    absolute, positive, root, plain = 5, 3, 5, 1
    assert drift(homogeneous, "reddi").lower == -(absolute + positive + root + plain)


def x_dependent(x, t):
    return np.where(x > 0, 3, -1)


def growing(x, t):
    return t


def out_of_step(x, t, *, P=4):
    return np.where(t % P == 1, 3, -1)


def out_of_step_later(x, t):
    return np.where((2 * t + 1) % 5 == 1, 3, -1)


def three(x, t):
    return np.where((2 * t + 1) % 6 == 1, 3, -1)


def noisy(x, t, u=uniform):
    return u


def listed(x, t, entry=in_turn, *, signs=(1, 2, 3)):
    return entry


def constant(x, t):
    return 0 * x + 1


def make(gradient: Callable[..., Any], period: object = 3, **options: Any) -> Problem:
    def cycle() -> object:
        return period

    return define(
        gradient,
        source="test",
        promises=lambda: (Linear(known="construction"), BoundedDomain(2, norm=inf, known="construction")),
        start=0.0,
        **{"period": cycle, "project": lambda x: np.clip(x, -1, 1), **options},
    )


REFUSED: dict[str, tuple[Callable[[], Problem], str]] = {
    "x": (lambda: make(x_dependent), "depend on x"),
    "t": (lambda: make(growing), "change with t, by 1 times t"),
    "period": (lambda: make(out_of_step), "not seen to repeat after 3 rounds"),
    "shifted period": (lambda: make(out_of_step_later), "not seen to repeat after 3 rounds"),
    "sequence": (lambda: make(listed, period=2), "its sequence entry has 3 entries"),
    "noise": (lambda: make(noisy), r"random \(u\)"),
    "no period": (lambda: make(constant, period=None), "does not say after how many rounds"),
    "period zero": (lambda: make(constant, period=0), "not a positive integer"),
    "broken period": (lambda: make(constant, period=2.5), "not a positive integer"),
    "stochastic": (lambda: cc.problem("reddi_stochastic"), "random"),
    "random signs": (lambda: cc.problem("linear_box"), "random"),
    "adversary": (lambda: cc.problem("linear_box", signs="adversarial"), "does not say after how many rounds"),
    "coupled": (lambda: cc.problem("quadratic"), "coupled"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_problems_that_are_refused(case: str) -> None:
    problem, why = REFUSED[case]
    with pytest.raises(DriftNotApplicableError, match=why):
        drift("sgd", problem())


def test_periods_that_are_seen() -> None:
    assert drift("sgd", make(three)).lower == -1.0
    assert drift("sgd", make(out_of_step, period=8)).lower == 0.0
    assert drift("sgd", make(constant)).lower == -3.0


def by_cases(x):
    return np.where(x > 1, 1, np.where(x < -1, -1, x))


def squashed(x):
    return x / (1 + abs(x))


@pytest.mark.parametrize("project", [None, by_cases, squashed])
def test_without_clipping_nothing_follows(project: Callable[..., object] | None) -> None:
    found = drift("sgd", make(three, project=project))
    assert (found.sign, found.ends, found.optimum, found.converges, found.average_regret) == (
        -1,
        None,
        None,
        None,
        None,
    )
    assert "no limit follows" in found.explanation


def test_bad_parameters() -> None:
    with pytest.raises(ParameterError, match="leave lr out"):
        drift("sgd", "reddi", lr=0.1)
    with pytest.raises(UnknownNameError, match="beta2"):
        drift("adam_undebiased", "reddi", beta3=0.1)
    with pytest.raises(ParameterError, match="outside its range"):
        drift("adam_undebiased", "reddi", beta2=1.0)
    for value in ([0.1, 0.2], cc.grid(beta2=[0.1]), "0.1", None, True, float("nan"), lambda t: t):
        with pytest.raises(ParameterError):
            drift("adam_undebiased", "reddi", beta2=value)
    with pytest.raises(UnknownNameError):
        drift("adan_undebiased", "reddi")


def test_numbers_are_the_decimals_they_were_written_as() -> None:
    found = drift("adam_undebiased", cc.problem("reddi", C=2.1), beta1=np.float64(0.3), beta2=Fraction(1, 3))
    assert found.hyper == {"beta1": Fraction(3, 10), "beta2": Fraction(1, 3), "eps": 0}
    assert found.parameters == {"C": Fraction(21, 10)}


def test_forms() -> None:
    program = cc.optimizer("adam_undebiased").program
    x, m, v = forms(program, "x", {"eps": Fraction(0)}, scale="lr")
    assert x == Form(slope=Fraction(1), degree=Fraction(1))
    assert m == v == Form()
    with pytest.raises(FormError, match="g is multiplied"):
        forms(program, "g", {})
