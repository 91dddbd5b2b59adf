"""Polynomial inequalities by sums of squares: rhs - lhs = Σ σ_S·Π_{i∈S} h_i with sums of squares σ_S.

A semidefinite program finds Gram matrices in floats.  They are rounded to rational numbers, moved exactly onto the
affine space of all identities, and split exactly into squares; if that fails, because the cone is met at its boundary,
the bases are restricted to the ranges of the matrices (facial reduction) and the search begins again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from itertools import combinations, combinations_with_replacement
from typing import Any

import flint
import numpy as np

from convcheck.kernel.arithmetic import polynomial, square
from convcheck.kernel.normal import Monomial, Scalar, plus, scalar_term
from convcheck.kernel.terms import KernelError, Term
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.gram import Square, project, range_of, rational, squares
from convcheck.tactics.polynomials import ONE, is_relation, join, multiply, reduce, slack

ROUNDS = 6
"""So often are the bases restricted."""
DENOMINATORS = (1, 2, 4, 12, 60, 10**3, 10**5, 10**8)
"""Gram matrices are rounded to these, in turn."""
FEASIBLE = -1e-6
"""The program has a solution if its least eigenvalue is above this."""
RANGE, RANGE_DENOMINATOR = 3e-5, 64
LARGEST_TRACE = 1e4
WIDEST = 4000
"""Larger programs, in entries of Gram matrices, are not begun."""


@dataclass(frozen=True, eq=False)
class Block:
    """A product of reasons, and the polynomials whose squares multiply it."""

    reasons: tuple[Theorem, ...]
    product: Scalar
    basis: tuple[Scalar, ...]


@dataclass(frozen=True, eq=False)
class _Entry:
    """An entry (i, j) of a block's Gram matrix, i ≤ j, and what it multiplies."""

    block: int
    i: int
    j: int
    value: Scalar


def sum_of_squares(
    goal: Term, reasons: Sequence[Theorem], equations: Sequence[Theorem] = (), order: int = 2
) -> Theorem:
    """Prove a polynomial inequality from inequalities, up to ``order`` of them multiplied, and squares.

    Raises
    ------
    NotProvedError
        There is no certificate of this size, or none that could be made exact.
    """
    if not is_relation(goal) or goal.op == "eq":
        raise NotProvedError("an inequality is wanted")
    target = reduce(slack(goal), equations)
    blocks = _blocks(target, [r for r in reasons if is_relation(r.conclusion)], equations, order)
    for _ in range(ROUNDS):
        entries = _entries(blocks)
        grams = _program(target, blocks, entries)
        exact = _exact(target, blocks, entries, grams)
        if exact is not None:
            return _theorem(goal, blocks, exact, equations)
        blocks = _restricted(blocks, grams)
    raise NotProvedError("no exact certificate")


def _blocks(target: Scalar, reasons: Sequence[Theorem], equations: Sequence[Theorem], order: int) -> list[Block]:
    chosen = [c for size in range(order + 1) for c in combinations(reasons, size)]
    products = []
    for theorems in chosen:
        value = ONE
        for theorem in theorems:
            value = multiply(value, slack(theorem.conclusion))
        products.append((theorems, reduce(value, equations)))
    degree = max([_degree(target), *(_degree(slack(r.conclusion)) for r in reasons)])
    degree += degree % 2
    atoms = sorted({a for p in (target, *(v for _, v in products)) for m in p for a, _ in m}, key=lambda a: a.key)
    blocks = []
    for theorems, value in products:
        room = (degree - _degree(value)) // 2
        basis = [m for m in _monomials(atoms, room) if reasons or _halves(m, target)]
        if room >= 0 and basis:
            blocks.append(Block(theorems, value, tuple({m: Fraction(1)} for m in basis)))
    return blocks


def _degree(p: Scalar) -> int:
    return max((sum(e for _, e in m) for m in p), default=0)


def _monomials(atoms: Sequence[Term], degree: int) -> list[Monomial]:
    found = []
    for size in range(degree + 1):
        for chosen in combinations_with_replacement(atoms, size):
            monomial: Monomial = ()
            for atom in chosen:
                monomial = join(monomial, ((atom, 1),))
            found.append(monomial)
    return found


def _halves(monomial: Monomial, p: Scalar) -> bool:
    """Tell whether the square of a monomial lies within the degrees of p, as in every sum of squares equal to p."""
    sizes = [sum(e for _, e in m) for m in p]
    within = all(2 * e <= max((dict(m).get(a, 0) for m in p), default=0) for a, e in monomial)
    return within and min(sizes, default=0) <= 2 * sum(e for _, e in monomial) <= max(sizes, default=0)


def _entries(blocks: Sequence[Block]) -> list[_Entry]:
    entries = []
    for b, block in enumerate(blocks):
        for i, p in enumerate(block.basis):
            for j in range(i, len(block.basis)):
                value = multiply(block.product, multiply(p, block.basis[j]))
                entries.append(_Entry(b, i, j, plus({}, value, Fraction(1 if i == j else 2))))
    if len(entries) > WIDEST:
        raise NotProvedError("the program is too large")
    return entries


def _rows(target: Scalar, entries: Sequence[_Entry]) -> dict[Monomial, int]:
    rows: dict[Monomial, int] = {}
    for entry in entries:
        for m in entry.value:
            rows.setdefault(m, len(rows))
    if any(m not in rows for m in target):
        raise NotProvedError("a monomial of the goal is no product of the bases")
    return rows


def _program(target: Scalar, blocks: Sequence[Block], entries: Sequence[_Entry]) -> list[Any]:
    """Return Gram matrices in floats, their least eigenvalue as large as possible."""
    cp: Any = import_module("cvxpy")  # half of its names have types
    from scipy.sparse import lil_array

    rows = _rows(target, entries)
    right = np.zeros(len(rows))
    for m, c in target.items():
        right[rows[m]] = float(c)
    sizes = [len(block.basis) for block in blocks]
    maps = [lil_array((len(rows), n * n)) for n in sizes]
    for e in entries:
        n = sizes[e.block]
        for m, c in e.value.items():
            for place in {e.i * n + e.j, e.j * n + e.i}:
                maps[e.block][rows[m], place] += float(c) / (1 if e.i == e.j else 2)
    grams = [cp.Variable((n, n), symmetric=True) for n in sizes]
    least = cp.Variable()
    total = sum(
        a.tocsr() @ cp.reshape(gram, (n * n,), order="C") for a, gram, n in zip(maps, grams, sizes, strict=True)
    )
    constraints = [total == right, least <= 1]
    constraints += [gram - least * np.eye(n) >> 0 for gram, n in zip(grams, sizes, strict=True)]
    constraints += [cp.trace(gram) <= LARGEST_TRACE for gram in grams]
    problem = cp.Problem(cp.Maximize(least), constraints)
    try:
        problem.solve(solver=cp.CLARABEL)
    except cp.SolverError as error:
        raise NotProvedError("the solver failed") from error
    if least.value is None or least.value < FEASIBLE:
        raise NotProvedError("there is no sum of squares of this degree")
    return [gram.value for gram in grams]


def _exact(
    target: Scalar, blocks: Sequence[Block], entries: Sequence[_Entry], grams: Sequence[Any]
) -> list[list[Square]] | None:
    """Return exact sums of squares near the Gram matrices, or None."""
    rows = _rows(target, entries)
    matrix = flint.fmpq_mat(len(rows), len(entries))
    for k, entry in enumerate(entries):
        for m, c in entry.value.items():
            matrix[rows[m], k] = rational(c)
    right = flint.fmpq_mat(len(rows), 1)
    for m, c in target.items():
        right[rows[m], 0] = rational(c)
    for denominator in DENOMINATORS:
        near = [Fraction(round(float(grams[e.block][e.i, e.j]) * denominator), denominator) for e in entries]
        solution = project(matrix, right, near)
        if solution is None:
            return None
        found = [squares(gram) for gram in _matrices(blocks, entries, solution)]
        if all(part is not None for part in found):
            return [part for part in found if part is not None]
    return None


def _matrices(blocks: Sequence[Block], entries: Sequence[_Entry], values: Sequence[Fraction]) -> list[Any]:
    matrices = [[[Fraction(0)] * len(block.basis) for _ in block.basis] for block in blocks]
    for entry, value in zip(entries, values, strict=True):
        matrices[entry.block][entry.i][entry.j] = matrices[entry.block][entry.j][entry.i] = value
    return matrices


def _restricted(blocks: Sequence[Block], grams: Sequence[Any]) -> list[Block]:
    """Return the blocks with bases of the ranges of their Gram matrices."""
    smaller, changed = [], False
    for block, gram in zip(blocks, grams, strict=True):
        basis = range_of(gram, RANGE, RANGE_DENOMINATOR)
        if basis is None or len(basis) == len(block.basis):
            smaller.append(block)
            continue
        changed = True
        if basis:
            smaller.append(Block(block.reasons, block.product, tuple(_combined(row, block.basis) for row in basis)))
    if not changed:
        raise NotProvedError("the sum of squares could not be made exact")
    return smaller


def _combined(row: Sequence[Fraction], basis: Sequence[Scalar]) -> Scalar:
    total: Scalar = {}
    for coefficient, p in zip(row, basis, strict=True):
        if coefficient:
            total = plus(total, p, coefficient)
    return total


def _theorem(
    goal: Term, blocks: Sequence[Block], exact: Sequence[Sequence[Square]], equations: Sequence[Theorem]
) -> Theorem:
    products: list[Any] = []
    for block, found in zip(blocks, exact, strict=True):
        for weight, row in found:
            p = _combined(row, block.basis)
            if set(p) <= {()}:  # the square of a number is part of the coefficient
                products.append((weight * p.get((), Fraction(0)) ** 2, block.reasons, None))
            else:
                products.append((weight, (square(scalar_term(p)), *block.reasons), None))
    try:
        return polynomial(goal, [product for product in products if product[0] != 0], equations)
    except KernelError as error:
        raise NotProvedError(str(error)) from error
