"""Counterexamples to claims that are false, and attempts at claims that are true."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.refute.write import Formula, Game, counterexample, regret

Data = dict[str, Any]
Numbers = list[Fraction | int]


def observed_regret(R: Any) -> Any:
    return R


def step(alpha: Any, t: Any) -> Any:
    """Return α/√t."""
    return alpha / np.sqrt(t)


def bounded(g: Any, G: Any) -> Any:
    return abs(g) <= G


def zinkevich(D: Any, G: Any, alpha: Any, T: Any) -> Any:
    """Return the bound of online gradient descent, which is true."""
    return D**2 * np.sqrt(T) / (2 * alpha) + alpha * G**2 * (np.sqrt(T) - Fraction(1, 2))


def kingma(**q: Any) -> Any:
    """Return the bound of Theorem 4.1 of Kingma & Ba (2015), which is false."""
    D, G, alpha, beta1, beta2, lam = (q[name] for name in ("D", "G", "alpha", "beta1", "beta2", "lam"))
    gamma = beta1 * beta1 / np.sqrt(beta2)
    first = D * D / (2 * alpha * (1 - beta1)) * np.sqrt(q["T"] * q["v_"] / q["c2_"])
    second = alpha * (1 + beta1) * G / ((1 - beta1) * np.sqrt(1 - beta2) * (1 - gamma) ** 2) * np.sqrt(q["S"])
    return first + second + D * D * G * np.sqrt(1 - beta2) / (2 * alpha * (1 - beta1) * (1 - lam) ** 2)


def ogd(gradients: Numbers, bound: Formula, alpha: Fraction | int = 1, start: Fraction | int = 1) -> Data:
    """Return online gradient descent on [-1, 1] against u = -1, said to break a bound."""
    game = Game(
        gradients,
        cc.optimizer("sgd"),
        hyper={"lr": step},
        start=start,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": regret},
        require=[bounded],
    )
    constants = {"D": 2, "G": 1, "alpha": alpha}
    return counterexample("zinkevich2003/theorem-1", bound, game, observed=observed_regret, constants=constants)


@pytest.fixture
def lemma() -> Data:
    """Lemma 10.3 of Kingma & Ba (2015) at T = 1: sqrt(g²/1) <= 2·G·|g| fails for G = 1/10."""
    game = Game([Fraction(1, 10)], sums={"A": lambda g, t: np.sqrt(g * g / t), "S": lambda g: g * g}, require=[bounded])
    return counterexample(
        "kingma2015/lemma-10-3",
        lambda G, S: 2 * G * np.sqrt(S),
        game,
        observed=lambda A: A,
        constants={"G": Fraction(1, 10)},
    )


@pytest.fixture
def adam() -> Data:
    """Theorem 4.1 of Kingma & Ba (2015) at T = 4 with G = 1, without any clipping."""

    def bound(D: Any, G: Any, alpha: Any, beta1: Any, beta2: Any, lam: Any, T: Any, v_: Any, c2_: Any, S: Any) -> Any:  # noqa: PLR0913, PLR0917
        return kingma(D=D, G=G, alpha=alpha, beta1=beta1, beta2=beta2, lam=lam, T=T, v_=v_, c2_=c2_, S=S)

    game = Game(
        [1, Fraction(-1, 98), 1, 0],
        cc.optimizer("adam"),
        hyper={"lr": step, "eps": 0, "beta1": 0, "beta2": 1e-6},
        start=1,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": regret, "S": lambda g: g * g},
        require=[bounded],
    )
    return counterexample(
        "kingma2015/theorem-4-1",
        bound,
        game,
        observed=observed_regret,
        constants={"alpha": 1, "D": 2, "G": 1, "lam": 1e-9},
        require=[lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2), lambda lam: lam < 1],
        note="G >= 1, constant beta1, the third term as printed",
    )


@pytest.fixture
def amsgrad() -> Data:
    """AMSGrad against a bound that is wrong on purpose: the regret is said not to exceed |g|_2."""
    game = Game(
        [1, Fraction(1, 3), Fraction(-1, 7)],
        cc.optimizer("amsgrad"),
        hyper={"lr": Fraction(1, 10), "beta1": Fraction(1, 2), "beta2": Fraction(1, 2)},
        start=1,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": regret, "S": lambda g: g * g},
    )
    return counterexample(
        "reddi2018/planted", lambda S, v_max_: np.sqrt(S) + 0 * v_max_, game, observed=observed_regret
    )


@pytest.fixture
def make_ogd() -> Callable[..., Data]:
    """Return what makes an attempt on a bound of online gradient descent."""
    return ogd
