"""Sums in a fixed order, the same on numbers one by one and on columns."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcheck.problems.vectors import assemble, components, coordinatewise, inner, reflect, total, vector

finite = st.floats(-1e3, 1e3)


def one_by_one(x: Any) -> Any:
    return vector(list(x))


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=40))
def test_columns_have_the_bits_of_single_numbers(pairs: list[tuple[float, float]]) -> None:
    a, x = (np.array(values) for values in zip(*pairs, strict=True))
    v = range(1, len(x) + 1)
    assert inner(a, one_by_one(x)) == inner(a, x)
    assert inner(tuple(a.tolist()), x[None, None])[0, 0] == inner(a, x)
    assert np.array_equal(reflect(v, one_by_one(x)).astype(float), reflect(v, x))
    assert np.array_equal(reflect(v, np.stack([x, a]))[0], reflect(v, x))
    added = 0.0
    for product in a * x:
        added = added + product
    assert inner(a, x) == added


def test_the_order_of_addition_is_from_left_to_right() -> None:
    x = np.array([1e16, 1.0, 1.0, -1e16] + [1.0] * 200)
    assert total(x) == 200.0  # 1e16 + 1 = 1e16; other orders keep one of the ones
    assert total(vector(list(x))) == total(iter(x)) == inner((1,) * len(x), x) == 200.0
    assert total(np.stack([x, -x])).tolist() == [200.0, -200.0]


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=6))
def test_a_reflection_is_an_orthogonal_involution(entries: list[int]) -> None:
    x = vector([Fraction(entry) for entry in entries])
    v = range(1, len(entries) + 1)
    image = reflect(v, x)
    assert list(reflect(v, image)) == list(x)
    assert inner(image, image) == inner(x, x)
    assert list(reflect(v, vector([Fraction(i) for i in v]))) == [-i for i in v]


def test_vectors_come_apart_and_together() -> None:
    columns = np.arange(6.0).reshape(3, 2)
    assert [part.tolist() for part in components(columns)] == [[0, 2, 4], [1, 3, 5]]
    assert np.array_equal(assemble(components(columns), columns), columns)
    assert assemble([1.0, columns[:, 1]], columns).tolist() == [[1, 1], [1, 3], [1, 5]]
    numbers = vector([Fraction(1, 2), Fraction(1, 3)])
    assert list(assemble(components(numbers), numbers)) == list(numbers)
    assert list(coordinatewise(lambda a, b: a * b, (2, 3), numbers)) == [1, 1]
    assert coordinatewise(lambda a: -a, columns)[2, 1] == -5


def test_vectors_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        inner((1, 2), vector([1.0]))
