"""Why a step failed: what no combination of its reasons pays for, and numbers at which it is false.

Both are help for the reader.  Nothing is decided here, and floats are welcome.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.normal import Monomial, Scalar, scalar_term
from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.instances import suggested
from convcheck.tactics.linear import Column, column
from convcheck.tactics.polynomials import atoms, canonical_relation, is_relation, reduce, slack
from convcheck.tactics.search import definitions, natural_equations
from convcheck.tactics.sign import sign

PRICE = 1e-6
"""Using a reason costs this, a coefficient of the residual 1: so the residual is as small as can be."""
NOISE = 1e-7
EXACT = 1e-9
"""Rounded points satisfy equations and weak inequalities to this, which is floating-point error."""
TRIES, ITERATIONS, EVALUATIONS = 16, 40, 1500
"""Starts of the search for a counterexample, iterations and evaluations from each."""
GAP = 1e-6
"""Relations count as violated, and strict ones as satisfied, from this difference on."""


def residual(goal: Term, reasons: Sequence[Theorem], context: Context) -> Term | None:
    """Return the smallest part of rhs - lhs that no combination of reasons (× two obvious factors) gives."""
    relations = [canonical_relation(goal), *(canonical_relation(r.conclusion) for r in reasons)]
    equations = [*definitions(reasons), *natural_equations(relations, context)]
    factors = []
    for atom in sorted({a for p in relations for a in atoms(p)}, key=lambda a: a.key):
        try:
            factors.append(sign(atom, context))
        except NotProvedError:
            continue
    factors += [f for f in context.facts if f.conclusion.op == "lt"]
    usable = [r for r in reasons if is_relation(r.conclusion)]
    columns = [column(r, *chosen) for r in usable for size in range(3) for chosen in combinations(factors[:8], size)]
    values = [reduce(c.value, equations) for c in columns]
    return _smallest(reduce(slack(goal), equations), values, columns)


def _smallest(target: Scalar, values: Sequence[Scalar], columns: Sequence[Column]) -> Term | None:
    from scipy.optimize import linprog  # half a second to import, which a proof without failures does not pay

    rows: dict[Monomial, int] = {}
    for value in (target, *values):
        for m in value:
            rows.setdefault(m, len(rows))
    n, k = len(rows), len(values)
    matrix, right = np.zeros((n, k + 2 * n)), np.zeros(n)
    for m, c in target.items():
        right[rows[m]] = float(c)
    for j, value in enumerate(values):
        for m, c in value.items():
            matrix[rows[m], j] = float(c)
    matrix[:, k : k + n], matrix[:, k + n :] = np.eye(n), -np.eye(n)
    bounds = [(None if c.zero else 0, None) for c in columns] + [(0, None)] * (2 * n)
    found = linprog([PRICE] * k + [1] * (2 * n), A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
    if found.status != 0:
        return None
    rest = found.x[k : k + n] - found.x[k + n :]
    left = {m: Fraction(float(rest[i])).limit_denominator(1000) for m, i in rows.items() if abs(rest[i]) > NOISE}
    return scalar_term(left) if left else None


@dataclass(frozen=True)
class Violation:
    """Numbers at which a step is false and all its reasons hold."""

    values: Mapping[Term, Any]
    left: float
    right: float


def violation(goal: Term, reasons: Sequence[Theorem], context: Context) -> Violation | None:
    """Look for numbers (vectors are points of the plane) at which the reasons hold and the goal does not."""
    known = [*reasons, *context.facts, *suggested([goal], context)]
    relations = [canonical_relation(p) for p in (goal, *(f.conclusion for f in known)) if is_relation(p)]
    leaves: dict[Term, int] = {}
    size = 0
    for relation in relations:
        for leaf in _leaves(relation):
            if leaf not in leaves:
                leaves[leaf], size = size, size + (2 if leaf.sort == "V" else 1)
    model = _Model(leaves, relations)
    generator = np.random.default_rng(0)
    for _ in range(TRIES):
        start = np.round(generator.normal(size=size) * 2)
        for leaf, place in leaves.items():
            if leaf.sort == "Z":
                start[place] = generator.integers(1, 6)
        point = model.descend(start)
        if point is not None:
            values = {leaf: point[i : i + 2] if leaf.sort == "V" else point[i] for leaf, i in leaves.items()}
            left, right = (model.value(side, point) for side in relations[0].args)
            return Violation(values, left, right)
    return None


def _leaves(term: Term) -> list[Term]:
    if term.op == "var" or term.op in ("sum", "E", "CE") or (term.op == "app" and term.args[0] not in BUILTIN):
        return [term]
    return [leaf for part in term.args if isinstance(part, Term) for leaf in _leaves(part)]


Evaluation: TypeAlias = Callable[[Any], Any]


def _compiled(term: Term, places: Mapping[Term, int]) -> Evaluation:
    """Return what a term is worth, as a function of the point that has the numbers for the leaves."""
    if term in places:
        i = places[term]
        return (lambda point: point[i : i + 2]) if term.sort == "V" else (lambda point: point[i])
    if term.op == "q":
        number = float(term.args[0])
        return lambda _: number
    parts = [_compiled(part, places) for part in term.args if isinstance(part, Term)]
    if term.op == "pow":
        exponent = term.args[1]
        return lambda point: parts[0](point) ** exponent
    meaning = _FUNCTIONS[term.args[0].name] if term.op == "app" else _OPERATIONS[term.op]
    return lambda point: meaning(*(part(point) for part in parts))


def _gap(relation: Term, places: Mapping[Term, int]) -> Evaluation:
    left, right = (_compiled(side, places) for side in relation.args)
    return lambda point: float(right(point) - left(point))


class _Model:
    """Numbers for leaves, and what relations are worth there; the first relation is the goal."""

    def __init__(self, places: Mapping[Term, int], relations: Sequence[Term]) -> None:
        self.places, self.goal = places, relations[0]
        self.gap = _gap(self.goal, places)
        self.reasons = [(relation.op, _gap(relation, places)) for relation in relations[1:]]

    def value(self, term: Term, point: Any) -> float:
        """Return what a term is worth."""
        return float(_compiled(term, self.places)(point))

    def descend(self, start: Any) -> Any:
        """Return a rounded point near the best one where the reasons hold and the goal does not, if it is one."""
        whole = {i for leaf, i in self.places.items() if leaf.sort == "Z"}
        free = [i for i in range(len(start)) if i not in whole]

        def at(y: Any) -> Any:
            point = start.copy()
            point[free] = y
            return point

        def cost(y: Any) -> float:
            point = at(y)
            return 1e3 * self._violated(point) + max(-5.0, float(self.gap(point)))

        from scipy.optimize import minimize

        options = {"maxiter": ITERATIONS, "maxfev": EVALUATIONS}
        best = minimize(cost, start[free], method="Powell", options=options).x if free else start[free]
        return next((p for p in (np.round(at(best), digits) for digits in (0, 1, 2)) if self._counts(p)), None)

    def _violated(self, point: Any) -> float:
        total = 0.0
        for op, gap in self.reasons:
            value = gap(point)
            short = abs(value) if op == "eq" else max(0.0, (1e-3 if op == "lt" else 0.0) - value)
            total += short * short
        return total

    def _counts(self, point: Any) -> bool:
        """Tell whether all reasons hold and the goal does not."""
        for op, gap in self.reasons:
            value = gap(point)
            if not {"eq": abs(value) < EXACT, "lt": value >= GAP, "le": value >= -EXACT}[op]:
                return False
        value = self.gap(point)
        return bool(abs(value) > GAP if self.goal.op == "eq" else value < -GAP)


def _inverse(x: float) -> float:
    return 1 / x if abs(x) > 1e-12 else 0.0


_FUNCTIONS: Mapping[str, Any] = {
    "sqrt": lambda x: max(x, 0.0) ** 0.5,
    "log": lambda x: float(np.log(max(x, 1e-300))),
    "exp": lambda x: float(np.exp(min(x, 700.0))),
    "abs": abs,
    "max": max,
    "min": min,
    "power": lambda x, n: float(abs(x) ** n) if x else 0.0,
}
_OPERATIONS: Mapping[str, Any] = {
    "add": lambda *parts: sum(parts),
    "mul": lambda *parts: prod(parts),
    "smul": lambda number, vector: number * vector,
    "inv": _inverse,
    "inner": lambda u, v: float(u[0] * v[0] + u[1] * v[1]),
}
