"""The bet against E[X] <= B: what it is, that it does not cry wolf, and that it sees."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcheck.evidence.eprocess import STAKES, log_evidence

Floats = NDArray[np.float64]

ALPHA = 0.05
REPETITIONS = 1500
LARGE = 4.0
"""Standard errors between a probability and its estimate that the tests allow; the seeds are fixed."""


def test_it_is_the_mean_wealth_of_gamblers_with_fixed_stakes() -> None:
    observed, bound, least = np.array([3.0, 0.5, 4.0, 1.0]), 1.5, -1.0
    wealth = [
        np.mean([math.prod(1 + stake * (x - bound) / (bound - least) for x in observed[:n]) for stake in STAKES])
        for n in range(1, 5)
    ]
    assert log_evidence(observed, bound, least) == pytest.approx(math.log(max(wealth)), rel=1e-12)


NULLS: dict[str, tuple[float, float]] = {
    "at the edge, rarely large": (0.02, 1.0),
    "at the edge, often": (0.5, 1.0),
    "inside": (0.3, 0.8),
}


@pytest.mark.parametrize("name", NULLS)
def test_a_true_bound_is_called_violated_with_probability_at_most_alpha(name: str) -> None:
    """X is 1 / p with probability p, else 0, times a factor up to 1: its mean is at most the bound 1."""
    p, factor = NULLS[name]
    generator = np.random.default_rng(2026)
    alarms = [
        log_evidence(np.where(generator.random(200) < p, factor / p, 0.0), 1.0, 0.0) >= math.log(1 / ALPHA)
        for _ in range(REPETITIONS)
    ]
    assert np.mean(alarms) <= ALPHA + LARGE * math.sqrt(ALPHA * (1 - ALPHA) / REPETITIONS)
    assert name == "inside" or any(alarms)  # at the edge of the null hypothesis it does happen


@pytest.mark.parametrize(("mean", "seeds"), [(2.0, 60), (1.2, 1000), (30.0, 8)])
def test_a_false_bound_is_found_out(mean: float, seeds: int) -> None:
    """X is exponential, so its standard deviation is its mean; the bound is 1."""
    generator = np.random.default_rng(7)
    found = [log_evidence(mean * generator.exponential(size=seeds), 1.0, 0.0) for _ in range(100)]
    assert np.mean(np.array(found) >= math.log(1 / ALPHA)) >= 0.95


@settings(deadline=None, max_examples=50)
@given(
    observed=st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
    bound=st.floats(1e-3, 1e6),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(1e-3, 1e3),
)
def test_units_do_not_matter_and_more_is_more(observed: list[float], bound: float, shift: float, scale: float) -> None:
    x = np.array(observed)
    evidence = log_evidence(x, bound, 0.0)
    assert 0.0 <= evidence < math.inf
    moved = log_evidence(np.maximum(scale * x + shift, shift), scale * bound + shift, shift)
    assert moved == pytest.approx(evidence, rel=1e-3, abs=1e-3)
    assert log_evidence(2 * x, bound, 0.0) >= evidence
    assert log_evidence(x, 2 * bound, 0.0) <= evidence
    assert log_evidence(np.append(x, 0.0), bound, 0.0) >= evidence  # the largest wealth on the way counts
    assert np.any(x > bound) or evidence == 0.0


def test_bounds_that_decide_by_themselves() -> None:
    some = np.array([0.0, 0.5])
    assert log_evidence(some, -0.5, 0.0) == math.inf  # no X >= 0 has such a mean
    assert log_evidence(some, 0.0, 0.0) == math.inf
    assert log_evidence(np.zeros(3), 0.0, 0.0) == 0.0
    assert log_evidence(some, math.inf, 0.0) == 0.0
    assert log_evidence(np.array([]), 1.0, 0.0) == 0.0


@pytest.mark.parametrize("bad", [-0.1, math.nan, -math.inf])
def test_an_observation_below_the_least_is_an_error(bad: float) -> None:
    with pytest.raises(ValueError, match=r"observations must be at least 0.0, but one is"):
        log_evidence(np.array([1.0, bad]), 1.0, 0.0)
