"""The elementary functions keep their stated bounds, and their bits do not depend on how they are evaluated."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import flint
import numpy as np
import pytest
from numpy.typing import NDArray

from convcheck.arithmetic import elementary
from convcheck.arithmetic.elementary import ERROR, FUNCTIONS, PRIMITIVES, SUBNORMAL_ERROR, TRIGONOMETRIC_DOMAIN
from convcheck.arithmetic.tape import Recorder

Array = NDArray[np.float64]
NAMES = tuple(FUNCTIONS)
U = 2.0**-53
LN2 = math.log(2.0)
LARGEST = float(np.finfo(np.float64).max)
RANDOM = np.random.default_rng(20240229)


def neighbors(points: NDArray[np.floating], count: int = 3) -> Array:
    """Return the points with the ``count`` doubles next to them on each side."""
    below, above = [points.astype(np.float64)], [points.astype(np.float64)]
    for _ in range(count):
        below.append(np.nextafter(below[-1], -np.inf))
        above.append(np.nextafter(above[-1], np.inf))
    return np.concatenate(below + above[1:])


def sample(name: str) -> Array:
    """Return points all over the domain of a function, dense where its algorithm changes course."""
    signs = RANDOM.choice([-1.0, 1.0], 6000)
    binades = signs * np.ldexp(RANDOM.uniform(1.0, 2.0, 6000), RANDOM.integers(-1074, 1023, 6000))
    near = signs * np.ldexp(RANDOM.uniform(1.0, 2.0, 6000), RANDOM.integers(-40, 10, 6000))
    k = RANDOM.integers(-1100, 1100, 2000)
    if name == "exp":
        plain = [RANDOM.uniform(-746, 710, 6000), RANDOM.uniform(-746, -708, 1000)]
        special = np.concatenate([*plain, neighbors((k + 0.5) * LN2)])
    elif name == "log":
        ratios = np.concatenate([RANDOM.uniform(0.5, 2.0, 6000), 1.0 + near * 1e-6, neighbors(np.sqrt([0.5, 2.0]))])
        special = np.concatenate([ratios, np.ldexp(RANDOM.uniform(0.7, 1.42, 2000), k // 2)])
        binades, near, special = abs(binades), abs(near), abs(special)
    elif name == "tanh":
        special = np.concatenate([RANDOM.uniform(-23, 23, 4000), neighbors(RANDOM.integers(0, 130, 500) * LN2 / 4)])
    else:
        j = np.concatenate([RANDOM.integers(-1_335_088, 1_335_088, 3000), np.arange(100)])
        plain = [RANDOM.uniform(-10, 10, 4000), RANDOM.uniform(-(2**20), 2**20, 4000)]
        special = np.concatenate([*plain, neighbors(j * (np.pi / 4))])
        binades = binades[abs(binades) <= TRIGONOMETRIC_DOMAIN]
    ends = np.array([1.0, 2.0**-27, 2.0**-1022, 2.0**-1074])
    points = np.concatenate([binades, near, special, neighbors(ends, 1)])
    if name == "log":
        return points[points > 0.0]
    return points[abs(points) <= TRIGONOMETRIC_DOMAIN] if name in {"sin", "cos"} else points


SAMPLES = {name: sample(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_stated_bound(name: str) -> None:
    exact = getattr(flint.arb, name)
    with flint.ctx.workprec(200):
        tiny = flint.arb(SUBNORMAL_ERROR)
        for x, y in zip(SAMPLES[name].tolist(), FUNCTIONS[name](SAMPLES[name]).tolist(), strict=True):
            truth = exact(flint.arb(x))
            if math.isinf(y):
                assert name == "exp"
                assert flint.arb(x) > flint.arb(LARGEST).log()
            else:
                assert abs(truth - y) < ERROR[name] * abs(truth) + tiny, x


def test_special_values() -> None:
    inf, nan = math.inf, math.nan
    table: dict[str, list[tuple[float, float]]] = {
        "exp": [(-0.0, 1.0), (inf, inf), (-inf, 0.0), (710.0, inf), (-746.0, 0.0), (1e300, inf), (-1e300, 0.0)],
        "log": [(0.0, -inf), (-0.0, -inf), (1.0, 0.0), (inf, inf), (-1.0, nan), (-inf, nan), (-5e-324, nan)],
        "sin": [(0.0, 0.0), (inf, nan), (-inf, nan), (2.0**20 + 1, nan), (-1e300, nan)],
        "cos": [(0.0, 1.0), (-0.0, 1.0), (inf, nan), (-inf, nan), (2.0**20 + 1, nan), (-1e300, nan)],
        "tanh": [(0.0, 0.0), (inf, 1.0), (-inf, -1.0), (22.0, 1.0), (-1e300, -1.0)],
    }
    for name, cases in table.items():
        for x, y in [*cases, (nan, nan)]:
            np.testing.assert_equal(FUNCTIONS[name](x), y, err_msg=f"{name}({x})")
    for name in ("sin", "tanh"):
        assert math.copysign(1.0, FUNCTIONS[name](-0.0)) == -1.0


@pytest.mark.parametrize("name", NAMES)
def test_symmetry(name: str) -> None:
    x = abs(SAMPLES[name])
    f = FUNCTIONS[name]
    if name in {"sin", "tanh"}:
        np.testing.assert_array_equal(f(-x), -f(x))
    if name == "cos":
        np.testing.assert_array_equal(f(-x), f(x))


@pytest.mark.parametrize("name", ["sin", "cos", "tanh"])
def test_never_beyond_one(name: str) -> None:
    peaks = neighbors(np.arange(-2000, 2000) * (np.pi / 2), 20)
    assert np.all(abs(FUNCTIONS[name](np.concatenate([peaks, SAMPLES[name], np.linspace(0.0, 30.0, 5000)]))) <= 1.0)


@pytest.mark.parametrize("name", ["exp", "log", "tanh"])
def test_monotone(name: str) -> None:
    """Where neighboring exact values differ by more than both errors the computed ones must not change their order."""
    x = np.geomspace(1e-300, 1e300, 20_001) if name == "log" else np.linspace(-745.0, 709.7, 20_001)
    assert np.all(np.diff(FUNCTIONS[name](x / 80 if name == "tanh" else x)) >= 0)


@pytest.mark.parametrize("name", NAMES)
def test_bits_do_not_depend_on_the_evaluation(name: str) -> None:
    f, x = FUNCTIONS[name], np.concatenate([SAMPLES[name], [np.inf, -np.inf, np.nan, 0.0, -0.0, -1.0, 1e300]])
    y = f(x)

    def bits(z: Array) -> NDArray[np.int64]:
        return np.where(np.isnan(z), -1, np.ascontiguousarray(z).view(np.int64))

    def check(z: Array) -> None:
        np.testing.assert_array_equal(bits(z), bits(y))

    check(np.concatenate([f(block) for block in np.array_split(x, 97)]))
    check(f(np.repeat(x, 3)[::3]))
    check(f(x[::-1])[::-1])
    check(f(np.stack([x, x], axis=1).T)[1])
    check(f(x.astype(">f8")))
    with np.errstate(all="ignore"):
        check(elementary.program(name).evaluate({"x": x}, PRIMITIVES)[0])
    some = RANDOM.permutation(len(x))[:200]
    np.testing.assert_array_equal([f(float(z)) for z in x[some]], y[some])
    assert all(isinstance(f(z), float) for z in (0.5, 1, True, Fraction(1, 2), np.float32(0.5), np.array(0.5)))


@pytest.mark.parametrize("value", ["1.5", 1j, np.array([1j]), object()])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        elementary.exp(value)


def test_a_number_gives_its_own_meaning() -> None:
    recorder = Recorder(("x",))
    assert str(recorder.program([elementary.tanh(recorder.number("x"))]).lines[0]) == "tanh(x)"


def test_exact_operations() -> None:
    x = np.concatenate([SAMPLES["exp"], -SAMPLES["log"]])
    x = x[abs(x) >= 2.0**-1022]
    m, e = elementary.mantissa(x), elementary.exponent(x)
    half, twice = np.frexp(x)
    np.testing.assert_array_equal(m, 2.0 * half)
    np.testing.assert_array_equal(e, twice - 1.0)
    k = RANDOM.integers(-1100, 1100, len(m))
    with np.errstate(over="ignore"):
        scaled = elementary.scale(m, k.astype(np.float64))
    for value, mantissa, power in zip(scaled.tolist(), m.tolist(), k.tolist(), strict=True):
        exact = Fraction(mantissa) * Fraction(2) ** power
        assert value == (float(exact) if abs(exact) < 2**1024 else math.copysign(math.inf, mantissa))


def test_no_double_of_the_domain_comes_near_a_multiple_of_half_pi() -> None:
    with flint.ctx.workprec(300):
        half_pi = int(str((flint.arb.pi() * flint.arb(2) ** 199).floor().unique_fmpz()))
    multiple = 0
    for _ in range(int(TRIGONOMETRIC_DOMAIN / (math.pi / 2)) + 1):
        multiple += half_pi
        bits = multiple.bit_length() - 53
        beyond = multiple & ((1 << bits) - 1)
        assert min(beyond, (1 << bits) - beyond) > 1 << (200 - 61)


# Error analysis: a value lies in [low, high] and is off by at most `error`; each operation adds half a unit in the last
# place of the largest value it may round.


@dataclass(frozen=True)
class Bounded:
    """A rounded value: its range, and a bound of its absolute error."""

    low: float
    high: float
    error: float = 0.0

    @property
    def largest(self) -> float:
        """The largest absolute value."""
        return max(abs(self.low), abs(self.high))

    def rounded(self) -> "Bounded":
        """Return the value after one more rounding."""
        return Bounded(self.low, self.high, self.error + half_ulp(self.largest + self.error))

    def __add__(self, other: "Bounded | float") -> "Bounded":
        b = constant(other)
        return Bounded(self.low + b.low, self.high + b.high, self.error + b.error).rounded()

    def __mul__(self, other: "Bounded | float") -> "Bounded":
        b = constant(other)
        corners = [p * q for p in (self.low, self.high) for q in (b.low, b.high)]
        error = self.error * b.largest + b.error * self.largest + self.error * b.error
        product = Bounded(min(corners), max(corners), error)
        return product if b in POWERS_OF_TWO else product.rounded()

    def __truediv__(self, other: "Bounded | float") -> "Bounded":
        b = constant(other)
        corners = [p / q for p in (self.low, self.high) for q in (b.low, b.high)]
        quotient = max(map(abs, corners))
        error = 1.0001 * (self.error + quotient * b.error) / min(abs(b.low), abs(b.high))  # for the order u**2
        return Bounded(min(corners), max(corners), error).rounded()

    def __neg__(self) -> "Bounded":
        return Bounded(-self.high, -self.low, self.error)

    def __sub__(self, other: "Bounded | float") -> "Bounded":
        return self + -constant(other)

    __radd__ = __add__
    __rmul__ = __mul__


POWERS_OF_TWO = tuple(Bounded(x, x) for x in (0.5, -0.5, 1.0, 2.0))


def half_ulp(x: float) -> float:
    return math.ulp(x) / 2


def constant(x: Bounded | float) -> Bounded:
    """Return a constant of the algorithm: the double nearest to what is meant, exact only if it is short."""
    if isinstance(x, Bounded):
        return x
    return Bounded(x, x, 0.0 if (x * 2**10).is_integer() else half_ulp(x))


def around(error: float) -> Bounded:
    """Return the rounding error of an operation, kept as a number of its own."""
    return Bounded(-error, error)


def cells(low: float, high: float, count: int) -> Iterator[tuple[float, float]]:
    """Cut [low, high], 0 < low, into pieces, narrower towards 0."""
    edges = np.geomspace(low, high, count + 1).tolist()
    return pairwise(edges)


def relative(error: float, low: float, high: float) -> float:
    """Return the relative error after the last addition, for exact results between low and high."""
    largest, smallest = max(abs(low), abs(high)), min(abs(low), abs(high))
    return (error + half_ulp(largest * (1 + 4 * U))) / smallest


def exp_tail(low: float, high: float) -> Bounded:
    r = Bounded(low, high)
    c = half_ulp(r.largest)
    tail = elementary._exp_tail(r, around(c))
    remainder = 1.1 * r.largest**14 / math.factorial(14) + c * r.largest**2 + 2.0**-75
    return Bounded(tail.low, tail.high, tail.error + remainder)


def both_signs(low: float, high: float, count: int) -> Iterator[tuple[float, float]]:
    for a, b in cells(low, high, count):
        yield from ((a, b), (-b, -a))


def analysis_exp() -> float:
    worst = 0.0
    for low, high in both_signs(2.0**-12, LN2 / 2 * (1 + 2.0**-20), 1000):
        error = (around(U) + exp_tail(low, high)).error
        worst = max(worst, relative(error, math.exp(low), math.exp(high)))
    return worst


def analysis_log() -> float:
    worst = 0.0
    for low, high in both_signs(2.0**-12, math.sqrt(2.0) - 1, 1500):
        if high < -0.293:
            continue
        tail = elementary._log_tail(Bounded(low, high))
        s = max(abs(low), abs(high)) / (2 + low)
        remainder = 2.1 / 25 * s**25
        for k in range(-4, 5):
            exact = [abs(k * LN2 + math.log1p(f)) for f in (low, high)]
            error = tail.error
            if k:
                leading = max(abs(k * LN2 + f) for f in (low, high))
                error = (around(half_ulp(leading)) + (constant(elementary._LN2_2) * Bounded(k, k) - tail)).error
            worst = max(worst, relative(error + remainder, *exact))
    return worst


def analysis_tanh() -> float:
    worst = 0.0
    for k in range(8):
        for low, high in both_signs(2.0**-12, LN2 / 2 * (1 + 2.0**-20), 400):
            if k or low > 0:
                n = [math.expm1(r + k * LN2) for r in (low, high)]
                t = [v / (v + 2) for v in n]
                error = 2.0**k * exp_tail(low, high).error / n[0] * 2 / (n[0] + 2) * t[1]
                worst = max(worst, relative(error, *t))
    return worst


def trigonometric_cells() -> Iterator[tuple[Bounded, Bounded, Bounded, Bounded]]:
    """Cut the range of y, and give y, z, c and the rounded 1 - z/2 in each cell."""
    for low, high in cells(2.0**-12, math.pi / 4 * (1 + 2.0**-20), 1500):
        y = Bounded(low, high)
        yield y, y * y, around(half_ulp(high)), 1.0 + y * y * -0.5


def analysis_sin() -> float:
    worst = 0.0
    for y, z, c, h in trigonometric_cells():
        remainder = y.high**19 / math.factorial(19) + c.high * y.high**4
        error = elementary._sin_tail(y, z, c, h).error + remainder
        worst = max(worst, relative(error, math.sin(y.low), math.sin(y.high)))
    return worst


def analysis_cos() -> float:
    worst = 0.0
    for y, z, c, h in trigonometric_cells():
        tail = around(half_ulp(h.high)) + elementary._cos_tail(y, z, c)
        remainder = y.high**20 / math.factorial(20) + c.high * y.high**3
        error = tail.error + 0.5 * z.error + remainder
        worst = max(worst, relative(error, math.cos(y.low), math.cos(y.high)))
    return worst


ANALYSES: dict[str, Callable[[], float]] = {
    "exp": analysis_exp,
    "log": analysis_log,
    "sin": analysis_sin,
    "cos": analysis_cos,
    "tanh": analysis_tanh,
}


@pytest.mark.parametrize("name", NAMES)
def test_error_analysis(name: str) -> None:
    bound = ANALYSES[name]()
    assert U < bound < ERROR[name]
