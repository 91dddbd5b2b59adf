"""exp, log, sin, cos and tanh with the same bits on every machine.

The elementary functions of C libraries and of NumPy differ in the last bits from one machine to the next.  Those here
are straight-line programs in correctly rounded operations (+ - * / and comparisons) and four exact operations on the
binary representation, so their bits follow from IEEE 754.  Each is written once: NumPy runs it on arrays, and the
native kernels are printed from its trace (`program`).

Error analysis, with u = 2**-53.  Every result is the rounded sum of a leading part, known to within terms of order
u**2, and a small tail.  The last addition costs at most u.  The roundings inside the tail, each damped by the size of
what it rounds, and the remainder of the series add the rest; tests/arithmetic/test_elementary.py bounds it by running
the tails below in arithmetic that carries ranges and rounding errors.  `ERROR` holds the sums, rounded up.

The series are Taylor's, so a coefficient is a quotient of integers, and the remainder is below the first term left out
or little above.  A constant that is subtracted k times is cut from its hexadecimal expansion so short that the products
with k are exact (Cody and Waite): ln 2 = 0.b17217f7 d1cf79ab c9e3b398 ... and
pi/2 = 1.921fb544 42d18469 898cc517 01b839a2 52049c11 ...
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from math import factorial
from types import MappingProxyType
from typing import Any

import numpy as np

from convcheck.arithmetic.number import Number
from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder, Tape

_U = 2.0**-53
ERROR: Mapping[str, float] = MappingProxyType(
    {"exp": 1.25 * _U, "log": 1.75 * _U, "sin": 1.75 * _U, "cos": 1.75 * _U, "tanh": 2.0 * _U}
)
"""Bounds e of the relative errors: ``abs(computed - exact) <= e * abs(exact) + SUBNORMAL_ERROR`` on the whole domain,
save that what exceeds the largest double is inf.  2**-53 is half the gap between 1 and the next double."""

SUBNORMAL_ERROR = 2.0**-1074
"""The smallest positive double; only exp below 2**-1022 needs this absolute term (half of it, in fact)."""

TRIGONOMETRIC_DOMAIN = 2.0**20
"""sin and cos are NaN beyond this absolute value, where the reduction modulo pi/2 would no longer be exact."""

_LARGEST = float(np.finfo(np.float64).max)
_SMALLEST_NORMAL = 2.0**-1022
_SQRT_2 = 1.4142135623730951
_SPLITTER = 2.0**27 + 1.0

_LN2_1, _LN2_2 = float.fromhex("0x0.b17217f7p0"), float.fromhex("0x0.d1cf79abc9e3b398p-32")
_INV_LN2 = 1.4426950408889634
_PIO2_1, _PIO2_2 = float.fromhex("0x1.921fb544p0"), float.fromhex("0x0.42d18469p-32")
_PIO2_3, _PIO2_4 = float.fromhex("0x0.898cc517p-64"), float.fromhex("0x0.01b839a252049c11p-96")
_TWO_OVER_PI = 0.6366197723675814

_EXP = [1 / factorial(n) for n in range(2, 14)]  # (exp r - 1 - r) / r**2
_SIN = [(-1) ** n / factorial(2 * n + 1) for n in range(1, 9)]  # (sin y - y) / y**3, in powers of y**2
_COS = [(-1) ** n / factorial(2 * n) for n in range(2, 10)]  # (cos y - 1 + y**2/2) / y**4, in powers of y**2
_ATANH = [2 / (2 * n + 1) for n in range(1, 12)]  # (2 artanh s - 2 s) / s**3, in powers of s**2


def exp(x: Any) -> Any:
    """Return e**x: relative error below ``ERROR["exp"]``, inf above 709.78..., subnormal and then 0 below -708.39..."""
    return _call("exp", x)


def log(x: Any) -> Any:
    """Return the natural logarithm: relative error below ``ERROR["log"]``, -inf at 0, NaN below."""
    return _call("log", x)


def sin(x: Any) -> Any:
    """Return the sine: relative error below ``ERROR["sin"]``; NaN where abs(x) > ``TRIGONOMETRIC_DOMAIN``."""
    return _call("sin", x)


def cos(x: Any) -> Any:
    """Return the cosine: relative error below ``ERROR["cos"]``; NaN where abs(x) > ``TRIGONOMETRIC_DOMAIN``."""
    return _call("cos", x)


def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent: relative error below ``ERROR["tanh"]``, odd, never beyond -1 and 1."""
    return _call("tanh", x)


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType({f.__name__: f for f in (exp, log, sin, cos, tanh)})
"""The elementary functions by the names that programs use."""


@cache
def program(name: str) -> Program:
    """Return the algorithm of an elementary function as a program with the input ``x``."""
    recorder = Recorder(("x",))
    return recorder.program([_ALGORITHMS[name](recorder.number("x"))])


def _call(name: str, x: Any) -> Any:
    if isinstance(x, Number):
        return type(x).apply(name, x)
    given = np.asarray(float(x) if isinstance(x, int | Fraction) else x)
    values = given.astype(np.float64, casting="same_kind", copy=False)
    with np.errstate(all="ignore"):  # overflow, 0/0 and the like are part of the definitions
        result = _ALGORITHMS[name](values)
    return result if values.ndim else float(result)


# The exact operations on x = m * 2**e, 1 <= abs(m) < 2.  They read and write the bits of doubles, because some C
# libraries round twice where ldexp gives a subnormal number.  Adding 1.5 * 2**52 to an integer-valued float leaves the
# integer in its low bits, which spares a conversion that not every processor has for vectors.


def rint(x: Any) -> Any:
    """Return the nearest integer, halves to even."""
    return Tape.apply("rint", x) if isinstance(x, Tape) else np.rint(x)


def scale(x: Any, k: Any) -> Any:
    """Return x * 2**k, rounded once, for an integer-valued k with abs(k) <= 2000 and x * 2**(k/2) a normal number."""
    if isinstance(k, Tape):
        return Tape.apply("scale", x, k)
    half = np.rint(0.5 * k)
    return x * _power_of_two(half) * _power_of_two(k - half)


def exponent(x: Any) -> Any:
    """Return e for a normal number x, as a float."""
    if isinstance(x, Tape):
        return Tape.apply("exponent", x)
    field = (np.asarray(x).view(np.int64) >> 52) & 0x7FF
    return (field | 0x4330000000000000).view(np.float64) - (2.0**52 + 1023.0)


def mantissa(x: Any) -> Any:
    """Return m for a normal number x."""
    if isinstance(x, Tape):
        return Tape.apply("mantissa", x)
    kept = np.asarray(x).view(np.int64) & -0x7FF0000000000001
    return (kept | 0x3FF0000000000000).view(np.float64)


def _power_of_two(k: Any) -> Any:
    return (np.asarray(k + (1.5 * 2.0**52 + 1023.0)).view(np.int64) << 52).view(np.float64)


PRIMITIVES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {f.__name__: f for f in (rint, scale, exponent, mantissa)}
)
"""The meaning of the exact operations on arrays, for `Program.evaluate` on the programs of this module."""


def _series(x: Any, coefficients: list[float]) -> Any:
    """Evaluate c0 + c1 x + c2 x**2 + ... by Horner's scheme."""
    *rest, value = coefficients
    for coefficient in reversed(rest):
        value = coefficient + x * value
    return value


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Return the rounded sum and its exact error (Knuth)."""
    total = a + b
    shadow = total - a
    return total, (a - (total - shadow)) + (b - shadow)


def _fast_two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Return the rounded sum and its exact error for abs(a) >= abs(b) or a = 0 (Dekker)."""
    total = a + b
    return total, b - (total - a)


def _split(x: Any) -> tuple[Any, Any]:
    """Return x as the sum of two numbers of 26 bits each (Veltkamp)."""
    shifted = _SPLITTER * x
    high = shifted - (shifted - x)
    return high, x - high


def _infinity(x: Any) -> Any:
    """Return inf for finite x and NaN for others; programs have no literal for it."""
    return (x - x + _LARGEST) * 2.0


# x = k ln2 + r + c, abs(r) <= 0.3466: k ln2_1 has 11 + 32 bits and x - k ln2_1 is exact; c is the error of the rounded
# r, and what is lost of k ln2_2 is below 2**-75.  exp(r + c) = 1 + r + tail, where 1 + r is kept exactly.


def _exp_tail(r: Any, c: Any) -> Any:
    return c + r * (c + r * _series(r, _EXP))


def _reduced_exp(x: Any) -> tuple[Any, Any, Any]:
    """Return k, r and the tail of exp(x) = 2**k (1 + r + tail), for abs(x) < 1000."""
    k = rint(x * _INV_LN2)
    high, low = x - k * _LN2_1, k * _LN2_2
    r = high - low
    return k, r, _exp_tail(r, (high - r) - low)


def _exp(x: Any) -> Any:
    k, r, tail = _reduced_exp(np.clip(x, -746.0, 710.0))
    h, low = _fast_two_sum(1.0, r)
    return scale(h + (low + tail), k)


# x = 2**k (1 + f), sqrt(1/2) <= 1 + f <= sqrt(2), and log(1 + f) = f - tail, tail = f**2/2 - s (f**2/2 + R), with
# s = f / (2 + f) and R = 2 s**2/3 + 2 s**4/5 + ...; the leading part is k ln2_1 + f, where k ln2_1 is exact.


def _log_tail(f: Any) -> Any:
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * (f * f)
    return half - s * (half + z * _series(z, _ATANH))


def _log(x: Any) -> Any:
    subnormal = x < _SMALLEST_NORMAL
    normal = np.where(subnormal, x * 2.0**54, x)
    m, e = mantissa(normal), exponent(normal)
    upper = m > _SQRT_2
    k = np.where(subnormal, e - 54.0, e) + np.where(upper, 1.0, 0.0)
    f = np.where(upper, 0.5 * m, m) - 1.0
    h, low = _fast_two_sum(k * _LN2_1, f)
    value = h + (low + (k * _LN2_2 - _log_tail(f)))
    infinity = _infinity(x)
    return np.where(x > 0.0, np.where(x <= _LARGEST, value, x), np.where(x == 0.0, -infinity, infinity - infinity))


# x = k pi/2 + y + c, abs(y) <= 0.7854 and abs(k) < 2**20: the products of k with the first three parts of pi/2 are
# exact, the first difference is exact, and the next two come with their exact errors.  Beyond terms of order u**2,
# 2**-135 is lost, which is below 2**-20 u abs(y), since no double in the domain is closer than 2**-61 to a multiple of
# pi/2 other than 0.
# sin(y + c) = y + tail; cos(y + c) = h + low + tail, where h is the rounded 1 - y**2/2 and low its error.


def _sin_tail(y: Any, z: Any, c: Any, h: Any) -> Any:
    return c * h + y * z * _series(z, _SIN)


def _cos_tail(y: Any, z: Any, c: Any) -> Any:
    return z * z * _series(z, _COS) - y * c


def _quarter_turns(x: Any) -> tuple[Any, Any, Any]:
    """Return k modulo 4 (as -2, -1, 0, 1 or 2), and the sine and cosine of the rest of x."""
    inside = np.where(abs(x) <= TRIGONOMETRIC_DOMAIN, x, 0.0)
    k = rint(inside * _TWO_OVER_PI)
    first, second = _two_sum(inside - k * _PIO2_1, -(k * _PIO2_2))
    first, third = _two_sum(first, -(k * _PIO2_3))
    y, c = _fast_two_sum(first, second + third - k * _PIO2_4)
    z = y * y
    h, low = _fast_two_sum(1.0, -0.5 * z)
    sine = y + _sin_tail(y, z, c, h)
    cosine = h + (low + _cos_tail(y, z, c))
    return k - 4.0 * rint(0.25 * k), sine, cosine


def _trigonometric(x: Any, value: Any) -> Any:
    infinity = _infinity(x)
    return np.where(abs(x) <= TRIGONOMETRIC_DOMAIN, value, infinity - infinity)


def _sin(x: Any) -> Any:
    turns, sine, cosine = _quarter_turns(x)
    value = np.where(abs(turns) == 1.0, cosine, sine)
    value = np.where(turns == -1.0, -value, np.where(abs(turns) == 2.0, -value, value))
    return _trigonometric(x, np.where(abs(x) < 2.0**-27, x, value))


def _cos(x: Any) -> Any:
    turns, sine, cosine = _quarter_turns(x)
    value = np.where(abs(turns) == 1.0, sine, cosine)
    value = np.where(turns == 1.0, -value, np.where(abs(turns) == 2.0, -value, value))
    return _trigonometric(x, value)


# For a = abs(x): tanh(a) = n/d with n = exp(2a) - 1 and d = n + 2, each the sum of two doubles.  The quotient t is cut
# to 26 bits, so that n - t d is found without a rounding of order u, and that remainder over d is the tail.  From 22 on
# tanh rounds to 1; below 2**-27 it is x to within 0.2 u.


def _tanh(x: Any) -> Any:
    k, r, tail = _reduced_exp(np.minimum(2.0 * abs(x), 44.0))
    power = scale(1.0, k)
    p, p_low = _fast_two_sum(r, tail)
    n, n_low = _fast_two_sum(power - 1.0, power * p)
    d, d_low = _two_sum(n, 2.0)
    inverse = 1.0 / d
    t, _ = _split(n * inverse)
    d_1, d_2 = _split(d)
    n_low = n_low + power * p_low
    remainder = ((n - t * d_1) - t * d_2) + (n_low - t * (d_low + n_low))
    value = t + remainder * inverse
    return np.where(abs(x) < 2.0**-27, x, np.where(x < 0.0, -value, value))


_ALGORITHMS: Mapping[str, Callable[[Any], Any]] = {"exp": _exp, "log": _log, "sin": _sin, "cos": _cos, "tanh": _tanh}
