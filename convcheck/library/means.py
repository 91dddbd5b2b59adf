"""Inequalities between means: Young, Cauchy-Schwarz for sums and vectors, Jensen for squares."""

from convcheck.language.fact import Fact
from convcheck.language.proof import cases, have, let
from convcheck.language.symbols import Sum, expect, function, inner, ints, norm2, reals, sequences, vectors
from convcheck.language.terms import OUTCOME, Expression, Value
from convcheck.language.words import averaged, square, square_zero, summed
from convcheck.library.lemma import Lemma
from convcheck.library.logarithm import axiom

_n, _i, _j = ints("n i j")
_x, _y, _w = reals("x y w")
_u, _v = vectors("u v")
_a, _b = sequences("a b")
_X = function("X", "W")


@Lemma
def young() -> Fact:
    """∀w x y. 0 < w → x·y ≤ w/2·x² + y²/(2w)."""
    with let(_x, _y, 0 < _w):
        bound = have(_x * _y <= _w / 2 * _x**2 + _y**2 / (2 * _w), by=square(_w * _x - _y).times(1 / (2 * _w)))
    return bound


@Lemma
def young_vectors() -> Fact:
    """∀w u v. 0 < w → ⟨u, v⟩ ≤ w/2·‖u‖² + ‖v‖²/(2w)."""
    with let(_u, _v, 0 < _w):
        half = square(_w * _u - _v).times(1 / (2 * _w))
        bound = have(inner(_u, _v) <= _w / 2 * norm2(_u) + norm2(_v) / (2 * _w), by=half)
    return bound


@Lemma
def size_of_average() -> Fact:
    """∀w x y. 0 ≤ w → w ≤ 1 → |w·x + (1 - w)·y| ≤ w·|x| + (1 - w)·|y|."""
    with let(0 <= _w, _w <= 1, _x, _y):
        sizes = [axiom(name, e).times(w) for name in ("abs_ge", "abs_ge_minus") for e, w in ((_x, _w), (_y, 1 - _w))]
        bound = have(abs(_w * _x + (1 - _w) * _y) <= _w * abs(_x) + (1 - _w) * abs(_y), by=sizes)
    return bound


@Lemma
def _cauchy_schwarz() -> Fact:
    """∀n. (Σ a_i b_i)² ≤ Σ a_i² · Σ b_i², both to n."""
    with let(_n):
        lagrange = summed(summed(square(_a[_i] * _b[_j] - _a[_j] * _b[_i]), _j, 1, _n), _i, 1, _n)
        squares = Sum(_a[_i] ** 2, _i, 1, _n) * Sum(_b[_i] ** 2, _i, 1, _n)
        bound = have(Sum(_a[_i] * _b[_i], _i, 1, _n) ** 2 <= squares, by=lagrange)
    return bound


def cauchy_schwarz(a: Value, b: Value, index: Expression, n: Value) -> Fact:
    """(Σ a b)² ≤ Σ a² · Σ b², over the index from 1 to n."""
    return _cauchy_schwarz.of({_a: ([index], a), _b: ([index], b)}, n)


@Lemma
def cauchy_schwarz_vectors() -> Fact:
    """∀u v. ⟨u, v⟩² ≤ ‖u‖²·‖v‖²."""
    with let(_u, _v):
        c, length = inner(_u, _v), square(_v)
        goal = c**2 <= norm2(_u) * norm2(_v)
        for flat in cases(norm2(_v) <= 0):
            if flat:  # then c⁴(‖u‖² + 2) ≤ 0
                weight = norm2(_u) + 1
                none = square_zero(c**2, by=[square(c**2 * _u - weight * c * _v), flat.times(weight**2 * c**2)])
                bound = have(goal, by=[none, length.times(norm2(_u))])
            else:
                bound = have(goal, by=square(norm2(_v) * _u - c * _v).times(1 / norm2(_v)))
    return bound


@Lemma
def _jensen() -> Fact:
    """(E X)² ≤ E X²."""
    mean = expect(_X())
    return have(mean**2 <= expect(_X() ** 2), by=averaged(square(_X() - mean)))


def jensen(body: Value) -> Fact:
    """(E X)² ≤ E X²."""
    return _jensen.of({_X: ([OUTCOME], body)})
