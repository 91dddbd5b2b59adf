"""Known values of the drift, and settings at the edge."""

import itertools
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic.ball import precision
from convcheck.drift import drift
from convcheck.optimizers.base import Optimizer, optimizer, ratio

# A rule's signature stays bare, as in the package.
# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ANN001, ANN201, ARG001

REDDI = cc.problem("reddi", C=3)
CRITICAL = Fraction("0.472313140058934547732")


@optimizer(source="written with differences, in which balls alone blow up")
def adam_by_differences(x, g, t, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g * g - v)
    return x - lr * ratio(m, np.sqrt(v)), m, v


@optimizer(source="after Yogi, whose sum does not contract")
def yogi(x, g, t, v=0, *, lr=1e-3, beta2=0.999):
    v = v - (1 - beta2) * np.sign(v - g * g) * g * g
    return x - lr * ratio(g, np.sqrt(v)), v


@optimizer(source="made up: the round's number matters in one round, whose effect stays")
def remembering(x, g, t, v=0, *, lr=1e-3, when=20):
    v = np.maximum(v, np.where(t == when, 10, 1) * abs(g))
    return x - lr * g / v, v


@optimizer(source="made up: a rate that falls with the round's number, though that is only added to a number")
def cesaro(x, g, t, v=1, *, lr=1e-3):
    v = v + (g * g - v) / (t + 1)
    return x - lr * g / np.sqrt(v), v


def three_cycle(beta1: float, beta2: float, C: float) -> float:  # the paper's letter
    """The closed form for Adam on the three-cycle, eps = 0, solved by hand from the recursions of m and v."""
    b, w = beta1 + beta1**2, beta2 + beta2**2
    terms = (
        (b - C) / sqrt(C**2 + w),
        (1 - C * beta1 + beta1**2) / sqrt(1 + C**2 * beta2 + beta2**2),
        (1 + beta1 - C * beta1**2) / sqrt(1 + beta2 + C**2 * beta2**2),
    )
    return sqrt(1 + w) / (1 + b) * sum(terms)


def test_reddis_example() -> None:
    found = drift("adam_undebiased", "reddi", beta1=0, beta2=0.1)
    assert found.lower == pytest.approx(0.680949601993671824, abs=1e-15)
    assert found.upper - found.lower < 1e-15
    assert (found.sign, found.converges, found.optimum, found.ends) == (1, False, -1.0, (-1.0, 1.0))
    assert found.average_regret == pytest.approx(2 / 3)
    assert found.hyper == {"beta1": 0, "beta2": Fraction(1, 10), "eps": 0}
    assert found.gradients == (3.0, -1.0, -1.0)
    assert len(found.displacements) == 3
    assert "x_t → 1, the worst point" in found.explanation


@pytest.mark.parametrize(("beta1", "beta2", "C"), [(0, 0.1, 3), (0.9, 0.999, 3), (0.3, 0.2, 5), (0.5, 0.01, 2.1)])
def test_closed_form(beta1: float, beta2: float, C: float) -> None:  # the paper's letter
    found = drift("adam_undebiased", cc.problem("reddi", C=C), beta1=beta1, beta2=beta2)
    assert found.lower == pytest.approx(three_cycle(beta1, beta2, C), abs=1e-13)


@pytest.mark.parametrize(("shift", "sign"), [(-1, 1), (1, -1)])
def test_critical_beta2(shift: int, sign: int) -> None:
    found = drift("adam_undebiased", REDDI, beta1=0, beta2=CRITICAL + shift * Fraction(1, 10**21))
    assert found.sign == sign
    assert abs(found.upper) < 1e-20
    assert found.converges is (sign < 0)


@pytest.mark.parametrize(
    ("beta1", "beta2", "critical"),
    [(0.9, 0.999, 74), (0.9, 0.99, 30), (0.9, 0.95, 17), (0, 0.999, 64), (0, 0.99, 21), (0, 0.9, 7)],
)
def test_critical_period(beta1: float, beta2: float, critical: int) -> None:
    signs = [
        drift("adam_undebiased", cc.problem("periodic", P=P, scale=1), beta1=beta1, beta2=beta2).sign
        for P in (critical - 1, critical)
    ]
    assert signs == [-1, 1]


def test_figure_one_of_reddi() -> None:
    problem = cc.problem("periodic", P=101, scale=10)
    adam = drift("adam_undebiased", problem, beta2=0.99)
    assert (adam.sign, adam.converges) == (1, False)
    assert adam.average_regret == pytest.approx(20 / 101)
    assert adam.lower == pytest.approx(1.900854749931, abs=1e-12)
    debiased = drift("adam", problem, beta2=0.99, eps=0)
    assert debiased.lower == pytest.approx(adam.lower, abs=1e-12)  # the corrections tend to 1
    amsgrad = drift("amsgrad", problem, beta2=0.99)
    assert (amsgrad.sign, amsgrad.converges, amsgrad.average_regret) == (-1, True, 0.0)


@pytest.mark.parametrize("rule", ["amsgrad", "adamx"])
@pytest.mark.parametrize("beta1", [0, 0.5, 0.9])
@pytest.mark.parametrize("beta2", [0, 0.1, 0.999, 0.99999999])
@pytest.mark.parametrize("C", [2.001, 3, 100])
def test_maximum_converges(rule: str, beta1: float, beta2: float, C: float) -> None:  # the paper's letter
    assert drift(rule, cc.problem("reddi", C=C), beta1=beta1, beta2=beta2).sign == -1


def test_gradient_descent_is_exact() -> None:
    found = drift("sgd", REDDI)
    assert (found.lower, found.upper, found.ball.rstrip("0")) == (-1.0, -1.0, "-1.")
    signs = cc.problem("linear_box", signs=(2, 0.5, -0.25, -4))
    found = drift("sgd", signs)
    assert (found.lower, found.upper, found.optimum, found.converges) == (1.75, 1.75, 1.0, True)
    assert found.displacements == ((-2.0, -2.0), (-0.5, -0.5), (0.25, 0.25), (4.0, 4.0))


@pytest.mark.parametrize("bits", [53, 200])
def test_ends_are_rounded_outwards(bits: int) -> None:
    for tenths in range(1, 10):
        with precision(bits):
            found = drift("sgd", cc.problem("linear_box", signs=(tenths / 10,)))
        assert Fraction(found.lower) <= Fraction(-tenths, 10) <= Fraction(found.upper)
        assert found.upper - found.lower < 1e-15
    huge = drift("sgd", cc.problem("linear_box", signs=(1e308, 1e308)))
    assert (huge.lower, huge.upper, huge.sign) == (-np.inf, -np.finfo(float).max, -1)


def test_zero_in_the_ball_is_undecided() -> None:
    for signs in itertools.permutations((0.1, 0.2, 0.4, -0.7)):
        found = drift("sgd", cc.problem("linear_box", signs=signs))
        assert found.lower <= 0 <= found.upper
        assert (found.sign, found.bits) == (0, 512)


@pytest.mark.parametrize(("when", "lower"), [(2, -0.1), (20, -0.1), (300, -0.1), (3 * 10**6, None)])
def test_one_round_can_matter(when: int, lower: float | None) -> None:
    found = drift(remembering, REDDI, when=when)
    if lower is None:  # that late the rule has not been followed
        assert found.lower < -0.1 < found.upper
        assert found.lower < -1 / 3 < found.upper
    else:
        assert found.lower == pytest.approx(lower)


def test_gradients_that_cancel_are_undecided() -> None:
    found = drift("sgd", cc.problem("linear_box", signs=(1, -1)))
    assert (found.sign, found.lower, found.upper, found.optimum, found.converges) == (0, 0.0, 0.0, None, None)
    assert "undecided" in found.explanation
    moved = drift("adam_undebiased", cc.problem("linear_box", signs=(3, -1, -2)), beta1=0, beta2=0)
    assert (moved.sign, moved.optimum, moved.converges) == (1, None, None)
    assert "no single point is best" in moved.explanation


def test_form_of_the_code_does_not_matter() -> None:
    for problem in (REDDI, cc.problem("periodic", P=40, scale=1)):
        plain, differences = drift("adam_undebiased", problem), drift(adam_by_differences, problem)
        assert differences.sign == plain.sign
        assert max(plain.lower, differences.lower) <= min(plain.upper, differences.upper)


@pytest.mark.parametrize("rule", ["adagrad", "adamnc", yogi, cesaro])
def test_rules_that_settle_nowhere_are_undecided(rule: str | Optimizer) -> None:
    found = drift(rule, REDDI)
    assert (found.sign, found.converges, found.displacements) == (0, None, ())
    assert "(v) is not seen to settle" in found.reason
    assert ("round's number" in found.reason) is (rule in ["adamnc", cesaro])


@pytest.mark.parametrize("beta2", [0.999999, 1 - 1e-9, 1 - 1e-12, 1 - 2**-53])
def test_beta2_close_to_one(beta2: float) -> None:
    # v tends to a constant: the mean of the squares
    found = drift("adam_undebiased", REDDI, beta2=beta2)
    error = 4 * (1 - beta2) + 1e-15
    assert found.lower - error <= -sqrt(3 / 11) <= found.upper + error
    assert found.upper - found.lower < 0.01
    assert found.sign == -1


def test_extreme_settings() -> None:
    signs = drift("adam_undebiased", REDDI, beta1=0, beta2=0)
    assert (signs.sign, signs.lower, signs.upper) == (1, 1.0, 1.0)
    assert drift("signsgd", REDDI).lower == 1.0
    tiny = drift("adam_undebiased", REDDI, beta1=0, beta2=0.1, eps=1e-300)
    assert tiny.lower == pytest.approx(0.68094960199367)
    huge = drift("adam_undebiased", REDDI, beta1=0, beta2=0.1, eps=1e300)
    assert huge.lower == pytest.approx(-1e-300)  # the rule is gradient descent with rate 1/eps
    assert huge.sign == -1
    small = drift("adam_undebiased", cc.problem("linear_box", G=1e-200, signs=(3, -1, -1)), beta1=0, beta2=0.1)
    assert small.lower == pytest.approx(0.68094960199367)
    sparse = drift("adam_undebiased", cc.problem("linear_box", signs=(5, 0, 0, -1, 0)), beta1=0, beta2=0.5)
    assert sparse.lower == pytest.approx(sum(rmsprop_orbit((5, 0, 0, -1, 0), 0.5)))


def rmsprop_orbit(signs: tuple[float, ...], beta2: float) -> list[float]:
    """The displacements in a late round of each sign."""
    v, moves = 0.0, list[float]()
    for g in signs * 30:
        v = beta2 * v + (1 - beta2) * g * g
        moves.append(-g / sqrt(v))
    return moves[-len(signs) :]


def test_the_package_can_be_called() -> None:
    import convcheck.drift  # from here on ``cc.drift`` is the package

    assert cc.drift("sgd", "reddi").sign == -1
    assert convcheck.drift("sgd", "reddi") == drift("sgd", "reddi")
