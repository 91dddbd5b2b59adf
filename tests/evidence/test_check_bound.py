"""cc.check_bound: true bounds are supported, false ones found out, and nobody is accused by chance or by rounding."""

from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.claims.verdict import Verdict
from convcheck.discovery import import_file
from convcheck.errors import BoundError, ParameterError, UnknownNameError
from convcheck.evidence import check_bound as module
from convcheck.evidence.check_bound import Evidence, check_bound

Build = Callable[..., Any]

NOISY = '''
"""A parabola with the noise of the oracle in its {what}."""
from convcheck.assumptions import FixedObjective, UnbiasedGradients, Unconstrained
from convcheck.problems.base import Minimum, define
from convcheck.problems.draws import rademacher

def gradient(x, t, coin=rademacher, *, sigma=1.0, depth=0.0):
    return x + sigma * coin

def loss(x, t, coin=rademacher, *, sigma=1.0, depth=0.0):
    return {loss}

def minimum(*, depth=0.0):
    return Minimum((0.0,), -depth, -depth, "derived")

def promises():
    return {promises}

problem = define(gradient, loss=loss, minimum=minimum, promises=promises, start=1.0, source="test")
'''


def noisy(folder: Path, *, in_loss: bool = False) -> Any:
    path = folder / "noisy.py"
    loss = "0.5 * x * x + 3 * sigma * coin" if in_loss else "0.5 * x * x - depth"
    promises = "(Unconstrained(),)" if in_loss else "FixedObjective(), UnbiasedGradients(), Unconstrained()"
    path.write_text(NOISY.format(what="loss" if in_loss else "gradient", loss=loss, promises=promises))
    return import_file(path).problem


def ogd(T: Any, *, D: Any, G: Any, alpha: Any) -> Any:
    """Zinkevich's bound for step sizes α / √t, as Hazan writes it."""
    return D**2 * np.sqrt(T) / (2 * alpha) + alpha * G**2 * (np.sqrt(T) - 0.5)


RATES = cc.schedule("inverse_sqrt", alpha=[0.05, 0.2, 0.5, 1.0])
LINEAR: dict[str, dict[str, Any]] = {
    "reddi": {"problem": "reddi", "x0": [1.0, -1.0, 0.3]},
    "periodic": {"problem": cc.problem("periodic", P=7, scale=0.5)},
    "adversarial": {"problem": cc.problem("linear_box", signs="adversarial", G=3, D=0.5)},
    "random": {"problem": cc.problem("linear_box", d=4), "seeds": 3},
    "given": {"problem": cc.problem("linear_box", signs=(5.0, -1.0, -1.0, -2.0))},
}


@pytest.mark.parametrize("name", LINEAR)
def test_a_theorem_is_supported(name: str) -> None:
    evidence = check_bound("sgd", bound=ogd, T=3000, lr=RATES, **LINEAR[name])
    assert evidence.verdict is Verdict.SUPPORTED
    assert evidence.holds
    assert evidence.ratio_min >= 1


def worst(T: Any, *, D: Any, G: Any) -> Any:
    """More than G D in a round no linear loss can cost."""
    return G * D * T


def test_a_bound_that_is_met_is_tight_and_half_of_it_is_violated() -> None:
    """A player who stands still at the wrong end loses G D in each round, up to rounding."""
    problem = cc.problem("linear_box", signs=(1.0,), G=0.1, D=0.7)
    given: dict[str, Any] = {"x0": 0.35, "T": 1000, "lr": 1e-300}
    evidence = cc.check_bound("sgd", problem, worst, **given)
    assert evidence.verdict is Verdict.SUPPORTED
    assert evidence.ratio_min == pytest.approx(1, rel=1e-12)
    half = cc.check_bound("sgd", problem, lambda T, *, D, G: G * D * T / 2, **given)
    assert half.verdict is Verdict.VIOLATED
    assert not half.holds
    assert half.ratio_min == pytest.approx(0.5, rel=1e-12)


def test_adam_violates_what_was_claimed_and_amsgrad_does_not() -> None:
    def claimed(T: Any, *, D: Any, G: Any) -> Any:
        return 4 * G * D * np.sqrt(T)

    lr = cc.schedule("inverse_sqrt", alpha=0.5)
    adam = cc.check_bound("adam_undebiased", "reddi", claimed, 3000, lr=lr, beta1=0.0, beta2=0.1)
    assert adam.verdict is Verdict.VIOLATED
    assert (adam.t, adam.T, adam.optimizer, adam.problem) == (3000, 3000, "adam_undebiased", "reddi")
    assert "violated: bound ÷ observed regret of adam_undebiased on reddi is from 0." in str(adam)
    assert cc.check_bound("amsgrad", "reddi", claimed, 3000, lr=lr, beta1=0.0, beta2=0.1).holds


def test_the_setting_that_fails_is_named() -> None:
    problem = cc.problem("linear_box", signs=(1.0,))
    evidence = check_bound("sgd", problem, lambda _, lr: 2 + 2 / lr, 200, lr=[1.0, 0.001, 0.5], x0=1.0)
    assert evidence.verdict is Verdict.SUPPORTED
    evidence = check_bound("sgd", problem, lambda T: 0 * T + 100, 200, lr=[1.0, 0.001, 0.5], x0=1.0)
    assert evidence.verdict is Verdict.VIOLATED
    assert evidence.where == "lr=0.001"
    assert 0 < evidence.ratio_min < 1 < evidence.ratio_max


# What a bound is given


def test_a_bound_is_given_what_it_names() -> None:
    seen: dict[str, Any] = {}

    def bound(T: Any, D: Any, *, G_inf: Any, d: Any, C: Any, beta2: Any, lr: Any, c: Any = 7.0) -> Any:
        seen.update(locals())
        return 1e9 * (T + lr)

    check_bound("amsgrad", cc.problem("reddi", C=4), bound, 50, x0=[1.0] * 4, lr=[0.1, 0.2], seeds=2)
    assert (seen["D"], seen["G_inf"], seen["d"]) == (4.0, 4.0, 4)
    assert (seen["C"], seen["beta2"], seen["c"]) == (4.0, 0.999, 7.0)
    assert seen["T"].shape == (50,)
    assert seen["lr"].tolist() == [[[0.1]], [[0.2]]]


def test_a_bound_over_a_grid_has_a_value_for_each_setting() -> None:
    course = cc.run("amsgrad", "reddi", 60, lr=RATES, beta2=[0.1, 0.9])
    regret = course.regret[..., 1:]

    def exact(T: Any, *, alpha: Any, beta2: Any) -> Any:
        assert np.broadcast_shapes(np.shape(T), np.shape(alpha), np.shape(beta2)) == (4, 2, 1, 60)
        assert np.array_equal(np.ravel(alpha), np.repeat([0.05, 0.2, 0.5, 1.0], 2))
        assert np.array_equal(np.ravel(beta2), np.tile([0.1, 0.9], 4))
        return regret

    assert check_bound("amsgrad", "reddi", exact, 60, lr=RATES, beta2=[0.1, 0.9]).holds


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [
        (lambda T, *, mu: mu * T, "there is no constant 'mu' among what the problem and the optimizer have"),
        (lambda T, *, d_inf: d_inf * T, "no constant 'd_inf' .*; did you mean '[DG]_inf'"),
        (lambda T, mu_pl: mu_pl * T, "no constant 'mu_pl'"),
    ],
    ids=["mu", "d_inf", "mu_pl"],
)
def test_an_unknown_constant_is_named(bound: Any, sentence: str) -> None:
    with pytest.raises(UnknownNameError, match=sentence):
        check_bound("sgd", "reddi", bound, 50)


def test_a_constant_that_follows_from_the_promises_is_known() -> None:
    """Linear losses are smooth with L = 0, exact gradients have variance 0."""
    assert check_bound("sgd", "reddi", lambda T, *, L, sigma: (L + sigma + 6) * T, 50).ratio_max < inf


def test_a_rate_that_follows_a_schedule_is_no_number() -> None:
    with pytest.raises(UnknownNameError, match="no constant 'lr'"):
        check_bound("sgd", "reddi", lambda T, *, lr: lr * T, 50, lr=lambda t: 1 / t)


def test_what_two_things_are_called_is_not_guessed() -> None:
    hyper: dict[str, Any] = {
        "lr": cc.schedule("inverse_sqrt", alpha=0.5),
        "beta1": cc.schedule("exponential", alpha=0.9),
    }
    with pytest.raises(BoundError, match="asks for alpha, but 2 things have this name"):
        check_bound("amsgrad", "reddi", lambda T, *, alpha: alpha * T, 50, **hyper)
    assert check_bound("amsgrad", "reddi", lambda T, *, gamma: 100 * gamma * T, 50, **hyper).holds


@pytest.mark.parametrize(
    ("bound", "sentence"),
    [
        (lambda T: np.where(T == 17, np.nan, T), "the bound is nan at t = 17"),
        (lambda T: -np.inf * T, "the bound is -inf at t = 1$"),
        (lambda _: np.ones(3), r"the bound has shape \(3,\), which does not fit the 50 steps"),
        (lambda _: None, "must return a number"),
        (lambda _: "T", "must return a number"),
        (lambda T: T * 1j, "must return a number"),
        (lambda: 3, "the bound must be a function of T"),
        (3.0, "the bound must be a function of T"),
    ],
    ids=["nan", "-inf", "shape", "None", "text", "complex", "no T", "no function"],
)
def test_a_bound_that_is_no_number_is_named(bound: Any, sentence: str) -> None:
    with pytest.raises(BoundError, match=sentence):
        check_bound("sgd", "reddi", bound, 50)


def test_infinity_is_a_bound_that_says_nothing() -> None:
    assert check_bound("sgd", "reddi", lambda T: np.where(T < 10, np.inf, 4.0 * T), 50).holds


def test_bad_input_is_that_of_run() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'sgd'"):
        check_bound("sdg", "reddi", worst, 50)
    with pytest.raises(ParameterError, match="lr = -1"):
        check_bound("sgd", "reddi", worst, 50, lr=-1)


# Chance


def test_a_bound_on_the_mean_is_supported_or_undecided_never_violated(tmp_path: Path) -> None:
    problem, lr = noisy(tmp_path), cc.schedule("constant", alpha=0.1)
    course = cc.run("sgd", problem, 100, seeds=400, lr=lr, record=[100])
    mean, top = course.regret[:, -1].mean(), course.regret[:, -1].max()
    above = check_bound("sgd", problem, lambda T: 0 * T + top, 100, seeds=400, lr=lr)
    assert above.verdict is Verdict.SUPPORTED
    # Half of the seeds exceed the mean; that contradicts nothing.
    at_mean = check_bound("sgd", problem, lambda T: np.where(T == 100, 1.05 * mean, 1e6), 100, seeds=400, lr=lr)
    assert at_mean.verdict is Verdict.INCONCLUSIVE
    assert "seed" in at_mean.where


def test_a_false_bound_on_the_mean_is_violated(tmp_path: Path) -> None:
    problem = noisy(tmp_path)
    few = check_bound("sgd", problem, lambda T: 0.01 * T + 0.6, 300, seeds=3, lr=0.1)
    many = check_bound("sgd", problem, lambda T: 0.01 * T + 0.6, 300, seeds=200, lr=0.1)
    assert many.verdict is Verdict.VIOLATED
    assert few.verdict is Verdict.INCONCLUSIVE


def test_one_seed_accuses_nobody(tmp_path: Path) -> None:
    problem = noisy(tmp_path)
    path = cc.run("sgd", problem, 100, lr=0.1).regret[0, 1:]
    assert check_bound("sgd", problem, lambda _: path, 100, lr=0.1).holds
    assert check_bound("sgd", problem, lambda _: 0.9 * path, 100, lr=0.1).verdict is Verdict.INCONCLUSIVE
    assert check_bound("sgd", problem, lambda _: 0.9 * path, 100, lr=0.1, seeds=[0]).verdict is Verdict.INCONCLUSIVE


def test_a_rule_that_is_random_itself_is_not_accused_by_one_seed() -> None:
    problem = cc.problem("quadratic", spectrum=(1.0,))
    path = cc.run("noisy_sgd", problem, 100, lr=0.1).regret[0, 1:]
    assert check_bound("noisy_sgd", problem, lambda _: 0.9 * path, 100, lr=0.1).verdict is Verdict.INCONCLUSIVE
    still = cc.run("sgd", problem, 100, lr=0.1).regret[0, 1:]
    assert check_bound("sgd", problem, lambda _: 0.9 * still, 100, lr=0.1).verdict is Verdict.VIOLATED


def test_noise_in_the_loss_leaves_no_lower_bound_to_bet_on(tmp_path: Path) -> None:
    """The regret against the least mean loss may then be negative; a bet that takes it for positive would be unfair."""
    problem = noisy(tmp_path, in_loss=True)
    evidence = check_bound("sgd", problem, lambda T: 0.1 * T**0, 50, seeds=300, lr=1e-3)
    assert evidence.verdict is Verdict.INCONCLUSIVE


def test_rounding_below_the_least_regret_is_no_error(tmp_path: Path) -> None:
    """A deep minimum: the regret is a small difference of large sums, now and then below 0."""
    problem = noisy(tmp_path).with_parameters(depth=1e6 / 3, sigma=1e-8)
    course = cc.run("sgd", problem, 200, seeds=50, lr=0.9, x0=1e-6, record=200)
    assert course.regret.min() < 0
    evidence = check_bound("sgd", problem, lambda T: -1e-20 * T, 200, seeds=50, lr=0.9, x0=1e-6)
    assert evidence.verdict is Verdict.SUPPORTED


def test_linear_losses_by_chance_have_a_regret_to_bet_on() -> None:
    """Whatever the player does, the mean regret is (D G / 2) E|S_T|, about 0.8 √T here: a fifth of it is no bound."""

    def fifth(T: Any, *, D: Any, G: Any) -> Any:
        return np.where(T == 20, 0.2 * G * D / 2 * np.sqrt(2 / np.pi * T), inf)

    few, many = (check_bound("sgd", "linear_box", fifth, 20, seeds=seeds, lr=1e-3) for seeds in (10, 500))
    assert few.verdict is Verdict.INCONCLUSIVE
    assert many.verdict is Verdict.VIOLATED


def test_the_least_regret_of_linear_losses_is_minus_g_d_t() -> None:
    t = np.array([1.0, 10.0])
    for problem, d, wanted in (
        (cc.problem("linear_box", D=3, G=2), 1, -6 * t),
        (cc.problem("linear_box", D=3, G=2), 4, -24 * t),
        (cc.problem("sine_well"), 1, 0 * t),
    ):
        least = module._least(problem, d, t)
        assert least is not None
        assert np.all(least <= wanted)
        assert np.allclose(least, wanted, rtol=1e-14)


def test_seeds_may_be_named() -> None:
    evidence = check_bound("sgd", "reddi_stochastic", lambda T: 1e4 * T, 100, seeds=[5, 8, 11], lr=0.1)
    assert (evidence.seeds, evidence.holds) == (3, True)


def test_evidence_reads_like_a_sentence() -> None:
    evidence = Evidence("sgd", "reddi", 50, 1, 1.25, inf, 7, "lr=0.1", Verdict.SUPPORTED)
    assert str(evidence) == (
        "supported: bound ÷ observed regret of sgd on reddi is from 1.25 (at t = 7, lr=0.1) to inf, T = 50, 1 seed(s)"
    )
