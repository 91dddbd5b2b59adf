"""What a theorem's symbols, constants and variables mean on a course."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from convcheck.claims.course import Course, objects
from convcheck.claims.fields import Array, Certified, Field, Mixed, exact
from convcheck.claims.instance import Instance
from convcheck.claims.interpret import Compared, Evaluator, Meaning, Outcome
from convcheck.claims.ranges import Axis, Samples
from convcheck.errors import AuditError, UnknownNameError
from convcheck.kernel import Symbol, Term
from convcheck.kernel.axioms import BUILTIN
from convcheck.language.objective import Objective
from convcheck.language.play import Game
from convcheck.language.terms import COORDINATE

BUDGET, CERTIFIED_BUDGET = 400_000, 400
"""Values of the variables of one formula, in doubles and in balls."""
LIMIT, CERTIFIED_LIMIT = 4_000_000, 20_000
"""Points, sums included, beyond which a formula is not evaluated."""
REALS = (
    Fraction(-2),
    Fraction(-1),
    Fraction(-1, 3),
    Fraction(0),
    Fraction(1, 2),
    Fraction(1),
    Fraction(3),
    Fraction(8),
    Fraction(16),
)
"""What ∀ over the reals ranges over."""


class Interpretation:
    """The symbols and constants of a statement and its hypotheses on one course."""

    def __init__(
        self,
        course: Course,
        game: Game | None,
        objectives: Sequence[Objective],
        hypotheses: Sequence[Term],
        conclusion: Term,
        instance: Instance,
    ) -> None:
        self.course, self.field = course, course.field
        self.fixed = {v for p in (*hypotheses, conclusion) for v in p.free if isinstance(v, Term)}
        self.constants = _constants(self.field, instance, hypotheses, conclusion, course)
        for objective in objectives:
            minimum = course.problem.minimum
            if minimum is not None:
                self.constants[objective.least.term] = self.field.lift(_plain(course.problem.call(minimum).lower))
        self.symbols = _symbols(course, objectives) | _sequences(self.field, instance, hypotheses, conclusion)
        self.symbols |= _taken(course, instance, hypotheses, conclusion) if game is None else _played(course, game)
        self._choose(hypotheses)
        self._define(hypotheses)
        sizes = (CERTIFIED_BUDGET, CERTIFIED_LIMIT) if isinstance(self.field, Certified) else (BUDGET, LIMIT)
        self.samples = Samples(course.T, self._reals(), self._vectors(), *sizes, course.base)

    def judge(self, conclusion: Term, premises: Sequence[Term] = ()) -> Outcome:
        """Return how a fact comes out on the course."""
        free = {v for p in (conclusion, *premises) for v in p.free if isinstance(v, Term)} - self.fixed
        return self._evaluator().judge(conclusion, premises, sorted(free, key=lambda v: v.key))

    def speaks_of(self, *formulas: Term) -> bool:
        """Tell whether formulas mention the course: its sequences, or constants that the theorem fixes."""
        return any(name in self.symbols or name in self.fixed for p in formulas for name in p.free)

    def broken(self, conclusion: Term) -> list[tuple[Any, Any]]:
        """Return both sides of the inequality that a statement ends in, wherever it is false on the course."""
        return self._evaluator().broken(conclusion)

    def compared(self, conclusion: Term) -> Compared:
        """Return both sides of the inequality that a statement ends in, with where its premises hold."""
        return self._evaluator().compared(conclusion)

    def _evaluator(self) -> Evaluator:
        return Evaluator(self.field, self.symbols, self.constants, self.samples, self.course.dimension)

    def _reals(self) -> Array:
        return np.concatenate([np.atleast_1d(self.field.lift(value)) for value in REALS])

    def _vectors(self) -> tuple[Array, ...]:
        """Return points of the run and some others, by coordinate."""
        places = sorted({0, 1, self.course.T // 2, self.course.T})
        lattice = [[(3 * k + 5 * i) % 7 - 3 for k in range(4)] for i in range(self.course.dimension)]
        return tuple(
            np.concatenate([part[places, 0], self.field.lift(np.asarray(own))])
            for part, own in zip(self.course.x, lattice, strict=True)
        )

    def _choose(self, hypotheses: Sequence[Term]) -> None:
        """Give the sequences that stand for ``np.where`` their meaning: of the hypothesis whose condition is true."""
        branches: dict[Symbol, list[tuple[Term, Term]]] = {}
        for p in hypotheses:
            while p.op == "all":
                p = p.args[1]  # noqa: PLW2901  # the body of the hypothesis
            if p.op == "imp" and p.args[1].op == "imp" and p.args[1].args[1].op == "eq":
                condition, equation = p.args[1].args
                named = equation.args[0]
                if named.op == "app" and named.args[0].name.startswith("choice"):
                    branches.setdefault(named.args[0], []).append((condition, equation.args[1]))
        for symbol, cases in branches.items():
            self.symbols[symbol] = partial(self._chosen, cases)

    def _define(self, hypotheses: Sequence[Term]) -> None:
        """Give a sequence of the theorem's own the meaning of the hypothesis that says what its entries are."""
        for hypothesis in hypotheses:
            sorts, p = [], hypothesis
            while p.op == "all":
                sorts.append(p.args[0])
                p = p.args[1]
            while p.op == "imp":
                p = p.args[1]
            if p.op == "eq":
                for named, value in (p.args, p.args[::-1]):
                    symbol = _named_entry(named, len(sorts))
                    if symbol is not None and symbol not in self.symbols and symbol not in value.free:
                        self.symbols[symbol] = partial(self._defined, sorts, value)

    def _defined(self, sorts: Sequence[str], value: Term, *indices: Array) -> Array:
        env = tuple(Axis(sort, index) for sort, index in zip(sorts, indices, strict=True))
        return self._evaluator().number(value, env, max(index.ndim for index in indices))

    def _chosen(self, cases: Sequence[tuple[Term, Term]], *indices: Array) -> Array:
        env, depth = tuple(Axis("Z", index) for index in indices), max(index.ndim for index in indices)
        evaluator = self._evaluator()
        result: Array = np.asarray(self.field.missing)
        for condition, value in cases:
            true = evaluator.truth(condition, env, depth, lenient=False).true
            result = np.where(true, evaluator.number(value, env, depth), result)
        return result


def _named_entry(term: Term, binders: int) -> Symbol | None:
    """Return the symbol of an entry s(k, …, ω) that has all variables bound around it as its indices, in order."""
    if term.op != "app" or term.args[0] in BUILTIN or len(term.args) != binders + 1:
        return None
    symbol, *indices = term.args
    own = all(a.op == "bvar" and a.args[0] == binders - 1 - k for k, a in enumerate(indices))
    return symbol if own else None


def _symbols(course: Course, objectives: Sequence[Objective]) -> dict[Symbol, Meaning]:
    """Return what coordinates and objectives mean on a course."""
    made: dict[Symbol, Meaning] = {COORDINATE: partial(_coordinate, course.field)}
    for objective in objectives:
        made[objective.value.symbol] = lambda y: course.loss(np.asarray(1), y)
        made[objective.gradient.symbol] = lambda y: course.gradient(np.asarray(1), y)
    return made


def _taken(course: Course, instance: Instance, hypotheses: Sequence[Term], conclusion: Term) -> dict[Symbol, Meaning]:
    """Return the theorem's own sequences that the instance takes from the points and gradients of a course."""
    free = {s for p in (*hypotheses, conclusion) for s in p.free if isinstance(s, Symbol)}
    by_name = {s.name: s for s in free if s.domain in (("Z",), ("Z", "W"))}
    made: dict[Symbol, Meaning] = {}
    for name, taken in instance.sequences.items():
        if name not in by_name:
            raise UnknownNameError("sequence", name, by_name, where="of the theorem")
        parts = tuple(-part if taken[0] == "-" else part for part in (course.x if taken[-1] == "x" else course.g))
        made[by_name[name]] = partial(_recorded, by_name[name], course, parts, 1)
    return made


def _played(course: Course, game: Game) -> dict[Symbol, Meaning]:
    """Return what the game's symbols mean on a course."""
    played = [(game.x, course.x, 1), (game.g, course.g, 1)]
    played += [(sequence, course.states[name], 0) for name, sequence in game.states.items()]
    played += [] if game.query is None else [(game.query, course.asked, 1)]
    made: dict[Symbol, Meaning] = {
        sequence.symbol: partial(_recorded, sequence.symbol, course, parts, first) for sequence, parts, first in played
    }
    made[game.f.values.symbol] = lambda t, y, *_: course.loss(t, y if isinstance(y, tuple) else (y,))
    if (projection := _projection(game)) is not None:
        made[projection] = course.project
    return made


def _projection(game: Game) -> Symbol | None:
    fact = game.facts.get("projection")
    names = () if fact is None else fact.theorem.conclusion.free
    return next((s for s in names if isinstance(s, Symbol) and s not in BUILTIN), None)


def _recorded(symbol: Symbol, course: Course, parts: Sequence[Array], first: int, *indices: Array) -> Any:
    """Return entries of a sequence that begins at index ``first``; a second index is the outcome."""
    time, outcome = indices[0] - first, indices[1] if symbol.domain[-1] == "W" else 0
    inside = (time >= 0) & (time < len(parts[0]))
    place = np.clip(time, 0, len(parts[0]) - 1)
    columns = tuple(np.where(inside, part[place, outcome], course.field.missing) for part in parts)
    if symbol.codomain == "V":
        return columns
    if len(columns) > 1:
        raise AuditError(f"the run has {len(columns)} coordinates, and {symbol.name} is one number")
    return columns[0]


def _coordinate(field: Field, vector: Sequence[Array], index: Array) -> Array:
    """Return the coordinate of a vector at an index from 1 on; the run knows of no others."""
    found: Array = np.asarray(field.missing)
    for i, part in enumerate(vector, 1):
        found = np.where(index == i, part, found)
    return found


def _constants(
    field: Field, instance: Instance, hypotheses: Sequence[Term], conclusion: Term, course: Course
) -> dict[Term, Any]:
    """Return the values of the theorem's fixed variables."""
    fixed = {v for p in (*hypotheses, conclusion) for v in p.free if isinstance(v, Term)}
    by_name = {str(v.args[0]): v for v in fixed}
    made: dict[Term, Any] = {}
    for name, value in instance.constants.items():
        if callable(value):
            continue
        if name not in by_name:
            raise UnknownNameError("constant", name, by_name, where="of the theorem")
        if by_name[name].sort == "V":
            entries = value if isinstance(value, tuple) else (value,) * course.dimension
            made[by_name[name]] = tuple(field.lift(_plain(entry)) for entry in entries)
        else:
            made[by_name[name]] = np.asarray(value) if by_name[name].sort == "Z" else field.lift(_plain(value))
    return made


def _sequences(field: Field, instance: Instance, hypotheses: Sequence[Term], conclusion: Term) -> dict[Symbol, Meaning]:
    """Return the theorem's own sequences that the instance gives as functions of t, with the values at 1 for t < 1."""
    free = {s for p in (*hypotheses, conclusion) for s in p.free if isinstance(s, Symbol)}
    by_name = {s.name: s for s in free if s.domain == ("Z",) and s.codomain == "R"}
    made: dict[Symbol, Meaning] = {}
    for name, function in instance.constants.items():
        if callable(function):
            if name not in by_name:
                raise UnknownNameError("sequence", name, by_name, where="of the theorem")
            made[by_name[name]] = partial(_entries, field, function)
    return made


def _entries(field: Field, function: Callable[[Any], Any], t: Array) -> Array:
    late = np.maximum(t, 1)
    if isinstance(field, Certified):
        entries = [Mixed.of(function(Mixed.of(int(k)))).raw for k in late.ravel()]
        return objects(entries).reshape(t.shape)
    return field.lift(np.broadcast_to(function(late.astype(np.float64)), t.shape))


def _plain(value: Any) -> Any:
    """Return a number as a fraction, a float as the decimal it was written as."""
    q = exact(value)
    return Fraction(int(q.numer()), int(q.denom()))
