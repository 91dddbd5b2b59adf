"""Numbers that decide conditions: bounds in floats, for whole arrays, and exact ones for what the bounds leave open."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import inf, nan, prod
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray


def exact(value: object) -> Fraction:
    """Return the fraction that a finite number denotes, a float its shortest decimal; else TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, Number):
        raise TypeError
    return Fraction(str(value))


@dataclass(frozen=True)
class Truth:
    """Where something holds, and where it does not; elsewhere that is not known, or it has no value."""

    yes: Any
    no: Any

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> "Truth":
        return Truth(self.no, self.yes)


@dataclass(frozen=True)
class Interval:
    """Bounds on numbers, entry by entry; both are NaN where there may be no value."""

    low: Any
    high: Any

    @staticmethod
    def around(low: Any, high: Any) -> "Interval":
        """Widen bounds by one float: a correctly rounded result has the exact one between its neighbors."""
        return Interval(np.nextafter(low, -inf), np.nextafter(high, inf))

    @staticmethod
    def number(value: Fraction) -> "Interval":
        """Return bounds on a fraction; one too large for a float is left open."""
        try:
            return Interval.around(float(value), float(value))
        except OverflowError:
            return Interval(np.float64(-inf), np.float64(inf))

    @staticmethod
    def array(values: NDArray[Any]) -> "Interval":
        """Return bounds on the decimals that floats denote; fractions, perhaps too large for floats, are left open."""
        if values.dtype.kind == "O":
            return Interval(np.full(values.shape, -inf), np.full(values.shape, inf))
        low, high = (np.nextafter(values, end) if values.dtype.kind == "f" else values for end in (-inf, inf))
        return Interval.around(low.astype(float), high.astype(float))

    def __add__(self, other: "Interval") -> "Interval":
        return Interval.around(self.low + other.low, self.high + other.high)

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [a * b for a, b in product((self.low, self.high), (other.low, other.high))]
        return Interval.around(reduce(np.minimum, corners), reduce(np.maximum, corners))

    def __truediv__(self, other: "Interval") -> "Interval":
        low, high = (np.where((other.low <= 0) & (other.high >= 0), nan, end) for end in (other.low, other.high))
        return self * Interval.around(1 / high, 1 / low)

    def root(self) -> "Interval":
        """Take the square root."""
        return Interval.around(*(np.sqrt(np.where(self.low < 0, nan, end)) for end in (self.low, self.high)))

    def __lt__(self, other: "Interval") -> Truth:
        return Truth(self.high < other.low, self.low >= other.high)

    def __le__(self, other: "Interval") -> Truth:
        return Truth(self.high <= other.low, self.low > other.high)

    def __gt__(self, other: "Interval") -> Truth:
        return other < self

    def __ge__(self, other: "Interval") -> Truth:
        return other <= self


@dataclass(frozen=True)
class Polynomial:
    """A polynomial in positive roots: {set of the roots that are multiplied: coefficient}.

    The square of root k is `squares[k]`, a positive polynomial in the roots before it.
    """

    terms: Mapping[frozenset[int], Fraction]
    squares: list["Polynomial"]

    def __add__(self, other: "Polynomial") -> "Polynomial":
        sums = {s: self.terms.get(s, 0) + other.terms.get(s, Fraction(0)) for s in {**self.terms, **other.terms}}
        return Polynomial({s: c for s, c in sums.items() if c}, self.squares)

    def __neg__(self) -> "Polynomial":
        return Polynomial({s: -c for s, c in self.terms.items()}, self.squares)

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        total = Polynomial({}, self.squares)
        for (s, a), (t, b) in product(self.terms.items(), other.terms.items()):
            total += prod((self.squares[k] for k in s & t), start=Polynomial({s ^ t: a * b}, self.squares))
        return total

    def sign(self) -> int:
        """The sign of p + q·r, r the last root: that of p and q if they agree, else that of the larger square."""
        last = max((k for s in self.terms for k in s), default=None)
        if last is None:
            return sum((c > 0) - (c < 0) for c in self.terms.values())
        p = Polynomial({s: c for s, c in self.terms.items() if last not in s}, self.squares)
        q = Polynomial({s - {last}: c for s, c in self.terms.items() if last in s}, self.squares)
        sign_p, sign_q = p.sign(), q.sign()
        if sign_p in {0, sign_q}:
            return sign_q
        return sign_p * (p * p + -(q * q * self.squares[last])).sign()


@dataclass(frozen=True)
class Surd:
    """A number n/d made of fractions by + - * / and roots; without value, like all that is made of it, if d is zero."""

    n: Polynomial
    d: Polynomial

    @staticmethod
    def maker() -> "Callable[[Fraction], Surd]":
        """Return a maker of numbers that can be computed with one another."""
        squares: list[Polynomial] = []
        one = Polynomial({frozenset(): Fraction(1)}, squares)
        return lambda value: Surd(Polynomial({frozenset(): value} if value else {}, squares), one)

    def __add__(self, other: "Surd") -> "Surd":
        return Surd(self.n * other.d + other.n * self.d, self.d * other.d)

    def __neg__(self) -> "Surd":
        return Surd(-self.n, self.d)

    def __sub__(self, other: "Surd") -> "Surd":
        return self + -other

    def __mul__(self, other: "Surd") -> "Surd":
        return Surd(self.n * other.n, self.d * other.d)

    def __truediv__(self, other: "Surd") -> "Surd":
        return self * Surd(other.d * other.d, other.n * other.d)  # 1/(n/0) has no value either

    def root(self) -> "Surd":
        """Take the square root: a new root r with r² = n·d, over the absolute value of d."""
        square, squares = self.n * self.d, self.n.squares
        if square.sign() <= 0:
            return self if square.sign() == 0 else Surd(self.n, self.d + -self.d)
        squares.append(square)
        root = Polynomial({frozenset({len(squares) - 1}): Fraction(1)}, squares)
        return Surd(root, self.d if self.d.sign() > 0 else -self.d)

    def _compared(self, other: "Surd", holds: Callable[[int, int], bool]) -> Truth:
        gap = self - other
        sign = gap.n.sign() * gap.d.sign()
        return Truth(holds(sign, 0), not holds(sign, 0)) if gap.d.sign() else Truth(yes=False, no=False)

    def __lt__(self, other: "Surd") -> Truth:
        return self._compared(other, operator.lt)

    def __le__(self, other: "Surd") -> Truth:
        return self._compared(other, operator.le)

    def __gt__(self, other: "Surd") -> Truth:
        return other < self

    def __ge__(self, other: "Surd") -> Truth:
        return other <= self
