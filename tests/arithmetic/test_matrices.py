"""Products, inverses and eigenvalues in a fixed order, against NumPy's."""

import numpy as np
import pytest
from numpy.typing import NDArray

from convcheck.arithmetic import matrices
from convcheck.arithmetic.matrices import eigen, inverse, join, norm, product, spectral, split, total, trace, transpose

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(7)


def positive(n: int, condition: float = 1e4) -> Floats:
    """Return a symmetric positive definite matrix with eigenvalues between 1 / condition and 1."""
    basis, _ = np.linalg.qr(RANDOM.normal(size=(n, n)))
    return np.asarray(basis * np.geomspace(1 / condition, 1, n) @ basis.T)


@pytest.mark.parametrize("shape", [((3, 4), (4, 2)), ((1, 1), (1, 1)), ((5, 2, 3), (3, 4)), ((2, 1, 3), (2, 3, 2))])
def test_a_product_is_the_product(shape: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    a, b = (RANDOM.normal(size=s) for s in shape)
    np.testing.assert_allclose(product(a, b), a @ b, atol=1e-14)
    np.testing.assert_array_equal(transpose(a), np.moveaxis(a, -1, -2))


def test_sums_run_from_left_to_right() -> None:
    row = np.array([1e16, 1.0, -1e16, 1.0])
    assert total(row) == 1.0
    assert product(row[None], np.ones((4, 1))) == 1.0
    assert total(np.stack([row, row[::-1]]), axis=1).tolist() == [1.0, 0.0]
    assert total(np.zeros((2, 0, 3)), axis=1).tolist() == [[0.0] * 3] * 2
    assert norm(np.array([[3.0], [4.0]])) == 5.0
    assert trace(np.arange(8.0).reshape(2, 2, 2)).tolist() == [3.0, 11.0]


@pytest.mark.parametrize("n", [1, 2, 3, 8, 13])
def test_an_inverse_is_the_inverse(n: int) -> None:
    stack = np.stack([positive(n), positive(n)])
    for a, b in zip(stack, inverse(stack), strict=True):
        np.testing.assert_allclose(a @ b, np.eye(n), atol=1e-10)
        np.testing.assert_array_equal(b, b.T)
        np.testing.assert_array_equal(b, inverse(a))
    kept = stack.copy()
    inverse(stack)
    assert np.array_equal(stack, kept)


def test_the_inverse_of_a_singular_matrix_is_not_finite() -> None:
    with np.errstate(all="ignore"):
        assert not np.isfinite(inverse(np.ones((2, 2)))).any()


@pytest.mark.parametrize("n", [1, 2, 3, 8, 13])
def test_eigenvalues_and_vectors(n: int) -> None:
    a = positive(n)
    values, vectors = eigen(a)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(a), rtol=1e-12)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(n), atol=1e-14)
    np.testing.assert_allclose(vectors * values @ vectors.T, a, atol=1e-14)
    root = spectral(np.sqrt, a)
    np.testing.assert_allclose(root @ root, a, atol=1e-14)


def test_eigenvalues_of_special_matrices() -> None:
    low = RANDOM.normal(size=(20, 2))
    values, vectors = eigen(product(low, low.T))
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(low @ low.T), atol=1e-12)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(20), atol=1e-13)
    assert eigen(np.diag([1e-300, 1e300]) + 1.0)[0].tolist() == [1.0, 1e300]
    assert eigen(np.diag([3.0, 1.0, 1.0]))[0].tolist() == [3, 1, 1]
    assert not eigen(np.zeros((4, 4)))[0].any()
    np.testing.assert_allclose(np.sort(eigen(np.ones((3, 3)))[0]), [0, 0, 3], atol=1e-15)
    np.testing.assert_allclose(np.sort(eigen(np.array([[0.0, 1], [1, 0]]))[0]), [-1, 1])
    with np.errstate(all="ignore"):
        assert np.isnan(eigen(np.full((2, 2), np.nan))[0]).all()


@pytest.mark.parametrize("n", range(2, 9))
def test_each_two_coordinates_meet_once_in_a_sweep(n: int) -> None:
    met: list[tuple[int, int]] = []
    for p, q in matrices._rounds(n):
        assert len({*p.tolist(), *q.tolist()}) == 2 * len(p)
        met += zip(p.tolist(), q.tolist(), strict=True)
    assert sorted(met) == [(i, j) for i in range(n) for j in range(i + 1, n)]


def test_splitting_and_joining() -> None:
    x = np.arange(11.0)
    parts = split(x, [(2, 3), (), (4,)])
    assert [part.shape for part in parts] == [(2, 3), (), (4,)]
    np.testing.assert_array_equal(join(parts), x)
    assert join([]).shape == (0,)
