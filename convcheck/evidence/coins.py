"""How far a sum of fair coins is from 0 on average: E|S_T|, from which no algorithm can save its regret.

S_T = ε_1 + … + ε_T with independent signs ε_t = ±1, each with probability ½.

Source
    Orabona (2019), Theorem 5.1, for what it is used for: proofs/orabona2019/theorem_5_1.py.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from convcheck.errors import ParameterError

LARGEST = 24
"""Coins of which all outcomes are looked at: 16 million."""


def enumerated(T: int) -> Fraction:
    """Return E|S_T|, exactly, by adding up |S_T| over all 2^T outcomes; raises `ParameterError` unless 0 ≤ T ≤ 24."""
    if not 0 <= T <= LARGEST:
        raise ParameterError(f"the outcomes of {T} coins are not enumerated; give a number from 0 to {LARGEST}")
    sums = np.zeros(1, dtype=np.int8)
    for _ in range(T):
        sums = np.concatenate([sums + 1, sums - 1])
    return Fraction(int(np.abs(sums).sum(dtype=np.int64)), 2**T)


def mean_distances(T: int) -> NDArray[np.float64]:
    """Return E|S_1|, …, E|S_T|.

    The mean grows at odd T only, by the factor T/(T - 1); so follows E|S_{n+2}| = E|S_n| + E|S_{n+1}|/(n + 1), the
    recursion of the proof.
    """
    t = np.arange(1, T + 1)
    growth: NDArray[np.float64] = np.where((t % 2 == 1) & (t > 1), t / np.maximum(t - 1, 1), 1.0)
    return np.multiply.accumulate(growth)
