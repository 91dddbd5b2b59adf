"""Linear arithmetic: a relation as a combination of known products, found by linear programming, made exact.

The program looks for coefficients c ≥ 0 (of any sign for equations) with  rhs - lhs = Σ c·product  up to the given
equations.  Floats find out which products matter; the coefficients are then solved for in rational numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from convcheck.kernel.arithmetic import polynomial, vector_equation
from convcheck.kernel.normal import Monomial, Scalar, scalar
from convcheck.kernel.terms import KernelError, Term
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.polynomials import ONE, is_relation, multiply, reduce, slack

TINY = 1e-9
"""Coefficients below this are taken for zero; the exact solution shows whether that was right."""
LARGEST = 1e3
"""A bound on coefficients where the program would otherwise be unbounded (strict goals)."""
DENOMINATOR = 1000
"""Coefficients that the program leaves undetermined are rounded to fractions with denominators up to this."""


@dataclass(frozen=True, eq=False)
class Column:
    """A product of known relations, times a multiplier if one of them is an equation."""

    theorems: tuple[Theorem, ...]
    multiplier: Term | None
    value: Scalar
    zero: bool
    strict: bool


def column(*theorems: Theorem, multiplier: Term | None = None) -> Column:
    """Return the product of the slacks of some relations, and of a multiplier."""
    value = ONE if multiplier is None else scalar(multiplier)
    for theorem in theorems:
        value = multiply(value, slack(theorem.conclusion))
    zero = any(theorem.conclusion.op == "eq" for theorem in theorems)
    strict = not zero and all(theorem.conclusion.op == "lt" for theorem in theorems)
    return Column(theorems, multiplier, value, zero, strict)


def linear(goal: Term, reasons: Iterable[Theorem | Column], equations: Sequence[Theorem] = ()) -> Theorem:
    """Prove a relation as a combination of reasons, up to equations used from left to right.

    Raises
    ------
    NotProvedError
        There is no such combination, or none that could be made exact.
    """
    if not is_relation(goal):
        return _of_vectors(goal, equations)
    columns = [r if isinstance(r, Column) else column(r) for r in reasons if isinstance(r, Column) or _usable(r)]
    if goal.op == "eq":
        columns = [c for c in columns if c.zero]
    values = [reduce(c.value, equations) for c in columns]
    target = reduce(slack(goal), equations)
    products = []
    for index, coefficient in _combination(goal.op, target, columns, values):
        products.append((coefficient, columns[index].theorems, columns[index].multiplier))
    try:
        return polynomial(goal, products, equations)
    except KernelError as error:
        raise NotProvedError(str(error)) from error


def _usable(theorem: Theorem) -> bool:
    return is_relation(theorem.conclusion)


def _of_vectors(goal: Term, equations: Sequence[Theorem]) -> Theorem:
    try:
        return vector_equation(goal, equations)
    except KernelError as error:
        raise NotProvedError(str(error)) from error


def _combination(
    op: str, target: Scalar, columns: Sequence[Column], values: Sequence[Scalar]
) -> list[tuple[int, Fraction]]:
    """Return coefficients other than 0 of the columns, exact, that add up to the target (but for a constant ≥ 0)."""
    if not target and op != "lt":
        return []
    if op != "eq" and set(target) == {()} and target[()] > 0:
        return []  # numbers are compared exactly, however near they are
    if [*values] == [target] and set(target) - {()} and (op != "lt" or columns[0].strict):
        return [(0, Fraction(1))]  # the only reason says it: there is nothing to look for
    rows: dict[Monomial, int] = {(): 0}
    for value in (target, *values):
        for monomial in value:
            rows.setdefault(monomial, len(rows))
    if any(m not in {n for value in values for n in value} for m in target if m != ()):
        raise NotProvedError("a monomial of the goal occurs in no reason")
    found = _program(op, target, columns, values, rows)
    support = [k for k, size in enumerate(found) if abs(size) > TINY]
    solution = _exact(target, [values[k] if k < len(values) else ONE for k in support], found[support], rows)
    for k, coefficient in zip(support, solution, strict=True):
        if coefficient < 0 and (k == len(values) or not columns[k].zero):
            raise NotProvedError("the combination could not be made exact")
    return [(k, c) for k, c in zip(support, solution, strict=True) if c != 0 and k < len(values)]


def _program(
    op: str, target: Scalar, columns: Sequence[Column], values: Sequence[Scalar], rows: dict[Monomial, int]
) -> Any:
    """Solve the program in floats; the last unknown is the constant that may be left over."""
    from scipy.optimize import linprog  # which takes half a second to import, and listing claims proves nothing
    from scipy.sparse import coo_array

    entries = [(rows[m], k, float(c)) for k, value in enumerate(values) for m, c in value.items()]
    entries.append((0, len(values), 1.0))
    places_i, places_j, numbers = zip(*entries, strict=True)
    matrix = coo_array((numbers, (places_i, places_j)), shape=(len(rows), len(values) + 1)).tocsr()
    right = np.zeros(len(rows))
    for m, c in target.items():
        right[rows[m]] = float(c)
    top = LARGEST if op == "lt" else None
    bounds = [(None, None) if c.zero else (0, top) for c in columns] + [(0, 0 if op == "eq" else top)]
    cost = [0.0 if c.zero else 0.01 - c.strict if op == "lt" else 1.0 for c in columns]
    cost.append(-1.0 if op == "lt" else 0.0)
    solved = linprog(cost, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
    if solved.status != 0:
        raise NotProvedError("no combination of the reasons gives the goal")
    return solved.x


def _exact(target: Scalar, values: list[Scalar], near: Any, rows: dict[Monomial, int]) -> list[Fraction]:
    """Solve Σ c·value = target for c in rational numbers, undetermined ones near the given floats."""
    used = {m for value in (target, *values) for m in value}
    place = {m: i for i, m in enumerate(m for m in rows if m in used)}
    width = len(values)
    system = flint.fmpq_mat(len(place), width + 1)
    for k, value in enumerate((*values, target)):
        for m, c in value.items():
            system[place[m], k] = flint.fmpq(c.numerator, c.denominator)
    echelon, rank = system.rref()
    pivots: dict[int, int] = {}
    for i in range(rank):
        j = next(j for j in range(width + 1) if echelon[i, j] != 0)
        if j == width:
            raise NotProvedError("the combination could not be made exact")
        pivots[j] = i
    free = [j for j in range(width) if j not in pivots]
    solution = {j: Fraction(float(near[j])).limit_denominator(DENOMINATOR) for j in free}
    for j, i in pivots.items():
        solution[j] = _fraction(echelon[i, width]) - sum(
            (_fraction(echelon[i, k]) * solution[k] for k in free), Fraction(0)
        )
    return [solution[j] for j in range(width)]


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))
