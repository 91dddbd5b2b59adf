"""The native vocabulary has the bits of NumPy, and the printed elementary functions those of their definitions."""

import linecache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcheck.arithmetic import elementary
from convcheck.arithmetic.elementary import FUNCTIONS, PRIMITIVES
from convcheck.simulate.primitives import NATIVE, helper_source

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(20240301)
SPECIAL = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 1.7e308, 2.5, 3.0])

LOOPS = """
@njit(error_model="numpy")
def all_unary(x, y):
    for i in range(x.size):
        y[0, i] = sqrt(x[i])
        y[1, i] = sign(x[i])
        y[2, i] = rint(x[i])
        y[3, i] = exponent(x[i])
        y[4, i] = mantissa(x[i])


@njit(error_model="numpy")
def all_binary(a, b, y):
    for i in range(a.size):
        y[0, i] = maximum(a[i], b[i])
        y[1, i] = minimum(a[i], b[i])
        y[2, i] = where(a[i] < b[i], a[i], b[i])
        y[3, i] = mod(a[i], b[i])
        y[4, i] = a[i] * b[i] + a[i]


@njit(error_model="numpy")
def all_scale(x, k, y):
    for i in range(x.size):
        y[i] = scale(x[i], k[i])
"""

LOOP = """
@njit(error_model="numpy")
def loop(x, y):
    for i in range(x.size):
        y[i] = {name}(x[i])
"""


def compiled(text: str) -> dict[str, Any]:
    """Run source text; the line cache lets numba find it."""
    name = f"<native {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {}
    exec(compile(text, name, "exec"), space)  # noqa: S102  # our own text
    return space


@pytest.fixture(scope="module")
def native() -> dict[str, Any]:
    return compiled(NATIVE + LOOPS)


def anything(count: int) -> Array:
    """Return random bit patterns, numbers of ordinary size, halves, and special values."""
    patterns = RANDOM.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)
    return np.concatenate([patterns, RANDOM.normal(0.0, 10.0, count), RANDOM.integers(-50, 50, count) / 2.0, SPECIAL])


def assert_same_bits(found: Array, expected: Array) -> None:
    missing = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(found), missing)
    np.testing.assert_array_equal(found[~missing].view(np.int64), expected[~missing].view(np.int64))


def test_functions_of_one_number(native: dict[str, Any]) -> None:
    x = anything(20_000)
    y = np.empty((5, x.size))
    native["all_unary"](x, y)
    with np.errstate(all="ignore"):
        expected = [np.sqrt(x), np.sign(x), np.rint(x), elementary.exponent(x), elementary.mantissa(x)]
    for found, wanted in zip(y, expected, strict=True):
        assert_same_bits(found, wanted)


def test_functions_of_two_numbers(native: dict[str, Any]) -> None:
    a, b = anything(20_000), RANDOM.permutation(anything(20_000))
    pairs = np.array([(p, q) for p in SPECIAL for q in SPECIAL])
    a, b = np.concatenate([a, pairs[:, 0]]), np.concatenate([b, pairs[:, 1]])
    y = np.empty((5, a.size))
    native["all_binary"](a, b, y)
    with np.errstate(all="ignore"):
        expected = [np.maximum(a, b), np.minimum(a, b), np.where(a < b, a, b), np.remainder(a, b), a * b + a]
    zeros = (a == 0.0) & (b == 0.0)  # of zeros with different signs NumPy itself returns either, as the processor does
    for k in range(2):
        np.testing.assert_array_equal(y[k, zeros], 0.0)
        expected[k][zeros] = y[k, zeros]
    for found, wanted in zip(y, expected, strict=True):
        assert_same_bits(found, wanted)


def test_scale(native: dict[str, Any]) -> None:
    x = RANDOM.uniform(0.5, 2.0, 20_000) * RANDOM.choice([-1.0, 1.0], 20_000)
    k = RANDOM.integers(-1200, 1200, x.size).astype(np.float64)
    y = np.empty_like(x)
    native["all_scale"](x, k, y)
    with np.errstate(all="ignore"):
        assert_same_bits(y, PRIMITIVES["scale"](x, k))


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_printed_elementary_functions(name: str) -> None:
    """Millions of multiplications before additions agree as well, so none became a fused operation."""
    x = anything(100_000)
    loop = compiled(NATIVE + helper_source(name) + LOOP.format(name=name))["loop"]
    y = np.empty_like(x)
    loop(x, y)
    assert_same_bits(y, FUNCTIONS[name](x))
    np.testing.assert_equal(loop.py_func.__globals__[name](x[7]), FUNCTIONS[name](x[7]))
