"""The table on the card of Adam's theorem: how many times the regret its bound is, on the losses of Reddi et al."""

import re
from math import ceil, e, sqrt
from pathlib import Path

import pytest

import convcheck as cc
from convcheck.language.files import read

CARD = read(Path(__file__).parents[2] / "proofs" / "convcheck" / "adam_regret_sqrt_e.py").module.__doc__ or ""
ROWS = {
    label.strip(): [float(entry) for entry in numbers.split()]
    for label, numbers in re.findall(r"^    (T|β₁ = [\d., a-z]+?)  +([\d. ]+)$", CARD, re.MULTILINE)
}
D, ALPHA = 2.0, sqrt(2)


def times(T: int, beta1: float, bound: float) -> float:
    """Return bound·‖g_{1:T}‖ ÷ regret."""
    lr = cc.schedule("inverse_sqrt").with_parameters(alpha=ALPHA)
    run = cc.run("adam", cc.problem("reddi", C=3), T, lr=lr, beta1=beta1, beta2=1 - 1 / T, eps=0.0)
    large = ceil(T / 3)
    return bound * sqrt(9 * large + (T - large)) / float(run.regret.ravel()[-1])


def general(beta1: float) -> float:
    return sqrt(e) * (D**2 / (2 * ALPHA) + ALPHA * (1 + beta1) / (1 - beta1))


BOUNDS = {
    "β₁ = 0": (0.0, general(0.0)),
    "β₁ = 0.9": (0.9, general(0.9)),
    "β₁ = 0, sharp": (0.0, 1.3153 * D**2 / (2 * ALPHA) + 1.1181 * ALPHA),
}


@pytest.mark.parametrize("label", BOUNDS)
def test_the_card_shows_what_runs_show(label: str) -> None:
    beta1, bound = BOUNDS[label]
    shown = [times(int(T), beta1, bound) for T in ROWS["T"]]
    assert ROWS[label] == [pytest.approx(ratio, abs=0.006) for ratio in shown]
    assert min(shown) > 1
