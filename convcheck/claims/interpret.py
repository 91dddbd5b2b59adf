"""Evaluating formulas on a run: every variable is an axis of an array, quantifiers range over what a run offers.

∀ over the integers ranges over the indices of the run (and one or two beyond, where nothing is known), over outcomes
over all of them, over reals and vectors over a few sample points.  So ∀ is seen to be false, or seen to hold on this
range.  Under an implication's arrow it can only be seen to be false; then what is implied is left open where it fails.
Expectations are exact: means over all outcomes, and given F_t over those that agree in the rounds before t.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, Literal, NamedTuple

import numpy as np

from convcheck.claims.fields import Array, Field, Truths
from convcheck.claims.ranges import Axis, Samples
from convcheck.errors import AuditError
from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.terms import Symbol, Term

Meaning = Callable[..., Any]
"""What a symbol means: a function of arrays (vectors are tuples of arrays, one for each coordinate)."""


class _TooLargeError(AuditError):
    """A formula takes too many points."""


Status = Literal["holds", "violated", "unevaluated"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a formula came out on a run.

    Parameters
    ----------
    status
        ``holds`` where it could be decided, ``violated`` somewhere, or ``unevaluated``.
    points
        At how many values of its variables its premises hold and it was decided.
    open
        At how many its premises hold and it was not.
    reason
        Why it was not evaluated, or where it is violated.
    """

    status: Status
    points: int = 0
    open: int = 0
    reason: str = ""
    vacuous: bool = False
    """Whether its premises are known to fail at all values, so that as a hypothesis it is met."""
    large: bool = False
    """Whether it was not evaluated because that takes too many points."""

    @property
    def met(self) -> bool:
        """Whether it holds as a hypothesis: wherever it was decided, or because its premises fail."""
        return self.status == "holds" or self.vacuous


class Compared(NamedTuple):
    """Both sides of an inequality at all values of its variables, where its premises hold, and where it is false."""

    low: Array
    high: Array
    here: Array
    bad: Array


@dataclass(eq=False)
class Evaluator:
    """Evaluates one formula; ``symbols`` and ``constants`` say what its symbols and its fixed variables are."""

    field: Field
    symbols: Mapping[Symbol, Meaning]
    constants: Mapping[Term, Any]
    samples: Samples
    dimension: int
    sorts: Sequence[str] = ()
    free: dict[Term, Axis] = dataclasses.field(default_factory=dict)
    known: dict[Any, Any] = dataclasses.field(default_factory=dict)
    kept: list[Any] = dataclasses.field(default_factory=list)

    # ---- terms

    def value(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:
        """Return the value of a term, an array or a tuple of arrays; ``depth`` axes are in use."""
        key = (term, tuple(id(env[-1 - index]) for index, _ in sorted(term.loose)))
        if key not in self.known:
            self._check_size(term, env)
            self.known[key] = self._value(term, env, depth)
        return self.known[key]

    def _check_size(self, term: Term, env: tuple[Axis, ...]) -> None:
        """Raise if a term has too many values, before they are computed."""
        axes = [env[-1 - index] for index, _ in term.loose]
        axes += [self.free[v] for v in term.free if isinstance(v, Term) and v in self.free]
        self._check_points(prod(axis.size for axis in axes))

    def _check_points(self, points: int) -> None:
        if points > self.samples.limit:
            raise _TooLargeError(f"it takes more than {self.samples.limit} points")

    def number(self, term: Term, env: tuple[Axis, ...], depth: int) -> Array:
        """Return the value of a number in the field, integers lifted."""
        value = self.value(term, env, depth)
        return self.field.lift(value) if term.sort == "Z" else value

    def _value(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:  # noqa: PLR0911  # one for each operation
        op = term.op
        if op == "q":
            (q,) = term.args
            return np.asarray(int(q)) if term.sort == "Z" else self.field.lift(q)
        if op == "var":
            return self._variable(term)
        if op == "bvar":
            return env[-1 - term.args[0]].value
        if op == "app":
            return self._application(term, env, depth)
        if op == "sum":
            return self._sum(term, env, depth)
        if op in ("E", "CE"):
            return self._expectation(term, env, depth)
        return self._arithmetic(term, env, depth)

    def _arithmetic(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:
        op, args = term.op, term.args
        if op == "inner":
            products = [a * b for a, b in zip(*(self.value(v, env, depth) for v in args), strict=True)]
            return _added(products)
        if op == "smul":
            scalar = self.number(args[0], env, depth)
            return tuple(scalar * part for part in self.value(args[1], env, depth))
        if term.sort == "V":
            return tuple(_added(parts) for parts in zip(*(self.value(a, env, depth) for a in args), strict=True))
        of = self.value if term.sort == "Z" else self.number
        if op == "add":
            return _added([of(a, env, depth) for a in args])
        if op == "inv":
            return self.field.inverse(self.number(args[0], env, depth))
        factors = [of(a, env, depth) for a in args] if op == "mul" else [of(args[0], env, depth)] * args[1]
        product = np.asarray(1) if term.sort == "Z" else self.field.lift(1)
        for factor in factors:
            product = product * factor
        return product

    def _variable(self, term: Term) -> Any:
        if term in self.constants:
            return self.constants[term]
        if term in self.free:
            return self.free[term].value
        raise AuditError(f"the instance gives no value to the constant {term.args[0]}")

    def _application(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:
        symbol, *args = term.args
        values = [
            self.number(a, env, depth) if sort == "R" else self.value(a, env, depth)
            for a, sort in zip(args, symbol.domain, strict=True)
        ]
        if symbol in BUILTIN:
            return self.field.function(symbol.name, *values)
        if symbol not in self.symbols:
            return self._arbitrary(symbol, values)
        return self.symbols[symbol](*values)

    def _arbitrary(self, symbol: Symbol, values: Sequence[Any]) -> Any:
        """Return some function of integers and outcomes: a lemma's own symbol, for which it holds whatever it is."""
        if not set(symbol.domain) <= {"Z", "W"} or symbol.codomain == "Z":
            raise AuditError(f"the run does not say what {symbol.name} is")
        if symbol.adapted is not None:  # a function of what is known at this time
            *times, outcome = values
            values = [*times, outcome // self.samples.block(times[0] + symbol.adapted)]
        mixed = _added([(k + 1) * value for k, value in enumerate(values)])
        parts = tuple(self.field.lift((7 * mixed * mixed + 3 * mixed + k) % 11 - 5) for k in range(self.dimension))
        return parts if symbol.codomain == "V" else parts[0]

    # ---- expectations

    def _expectation(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:
        """Return E X, or E[X | F_t] in some outcomes."""
        body = term.args[0] if term.op == "E" else term.args[1]
        value = self.value(body, (*env, self.axis("W", depth)), depth + 1)
        time, outcome = (None, None) if term.op == "E" else (self.value(term.args[k], env, depth) for k in (0, 2))
        parts = value if isinstance(value, tuple) else (value,)
        lifted = [self.field.lift(part) if body.sort == "Z" else part for part in parts]
        means = tuple(part if part.ndim <= depth else self._mean(part, time, outcome) for part in lifted)
        return means if isinstance(value, tuple) else means[0]

    def _mean(self, body: Array, time: Array | None, outcome: Array | None) -> Array:
        """Return the mean along the first axis, or over the outcomes that agree with ``outcome`` before ``time``."""
        if time is None or outcome is None:
            return np.asarray(self._blocks(body, self.samples.outcomes)[0])
        size = self.samples.block(time)
        found: Array = np.asarray(self.field.missing)
        for count in np.unique(size).tolist():
            means = self._blocks(body, count)
            rest = np.ogrid[tuple(slice(n) for n in means.shape[1:])] if means.ndim > 1 else []
            found = np.where(size == count, means[(outcome // count, *rest)], found)
        return found

    def _blocks(self, body: Array, count: int) -> Array:
        """Return the means of ``count`` entries each that follow one another along the first axis."""
        body = np.broadcast_to(body, (self.samples.outcomes, *body.shape[1:]))
        blocks = body.reshape(-1, count, *body.shape[1:])
        return np.asarray(blocks.sum(axis=1) * self.field.lift(Fraction(1, count)))

    # ---- sums

    def _sum(self, term: Term, env: tuple[Axis, ...], depth: int) -> Any:
        low, high = (self.value(bound, env, depth) for bound in term.args[:2])
        first, last = int(low.min()), int(high.max())
        zero = np.asarray(0) if term.sort == "Z" else self.field.lift(0)
        if last < first:
            return (zero,) * self.dimension if term.sort == "V" else zero
        self._check_points(last - first + 1)
        index = np.arange(first, last + 1)
        axis = Axis("Z", index.reshape(-1, *(1,) * depth))
        self.kept.append(axis)
        body = self.value(term.args[2], (*env, axis), depth + 1)
        parts = tuple(map(np.asarray, body if isinstance(body, tuple) else (body,)))  # NumPy unwraps lone balls
        added = tuple(self._added_up(part, index, low, high, depth, zero) for part in parts)
        return added if term.sort == "V" else added[0]

    def _added_up(self, body: Array, index: Array, low: Array, high: Array, depth: int, zero: Array) -> Array:
        """Add up along the first of ``depth`` + 1 axes, between bounds that may differ from point to point."""
        outer = body.shape[1:] if body.ndim == depth + 1 else body.shape
        body = np.broadcast_to(body, (len(index), *(1,) * (depth - len(outer)), *outer))
        if low.size == 1:
            running = np.add.accumulate(body, axis=0)
            place = np.maximum(high - index[0], 0)
            if all(size == 1 for size in running.shape[1:]):
                picked = running.ravel()[place]
            else:
                place = place.reshape((1,) * (depth + 1 - place.ndim) + place.shape)
                picked = np.take_along_axis(running, place, axis=0)[0]
            return np.asarray(np.where(high < low, zero, picked))
        at = index.reshape(-1, *(1,) * depth)
        self._check_points(at.size * max(low.size, high.size, body[0].size))
        return np.asarray(np.where((low <= at) & (at <= high), body, zero).sum(axis=0))

    # ---- formulas

    def truth(self, p: Term, env: tuple[Axis, ...], depth: int, *, lenient: bool) -> Truths:
        """Return where a formula is true and where it is false."""
        if p.op == "imp":
            a = self.truth(p.args[0], env, depth, lenient=not lenient)
            b = self.truth(p.args[1], env, depth, lenient=lenient)
            known = a.true & False if is_quantified(p.args[0]) else a.true
            return _truths(a.false | b.true, known & b.false, a.outside | b.outside)
        if p.op == "and":
            a, b = (self.truth(q, env, depth, lenient=lenient) for q in p.args)
            return _truths(a.true & b.true, a.false | b.false, a.outside | b.outside)
        if p.op == "all":
            axis = self.axis(p.args[0], depth)
            found = self.truth(p.args[1], (*env, axis), depth + 1, lenient=lenient)
            true, false, outside = (np.asarray(m.any(axis=0) if m.ndim == depth + 1 else m) for m in found)
            return _truths(true & ~false, false, outside)
        return self._relation(p, env, depth, lenient=lenient)

    def _relation(self, p: Term, env: tuple[Axis, ...], depth: int, *, lenient: bool) -> Truths:
        self._check_size(p, env)
        if p.args[0].sort == "V":
            pairs = zip(*(self.value(side, env, depth) for side in p.args), strict=True)
            found = [self.field.compare("eq", a, b, lenient=lenient) for a, b in pairs]
            true, false, outside = (np.broadcast_arrays(*masks) for masks in zip(*found, strict=True))
            return _truths(
                *(
                    m.reduce(part)
                    for m, part in zip(
                        (np.logical_and, np.logical_or, np.logical_or), (true, false, outside), strict=True
                    )
                )
            )
        if all(side.sort == "Z" or side.op == "q" for side in p.args):  # without a tolerance
            a, b = (side.args[0] if side.op == "q" else self.value(side, env, depth) for side in p.args)
            seen = np.asarray({"le": np.less_equal, "lt": np.less, "eq": np.equal}[p.op](a, b), dtype=bool)
            return Truths(seen, ~seen, seen & False)
        a, b = (self.number(side, env, depth) for side in p.args)
        return self.field.compare(p.op, a, b, lenient=lenient)

    def axis(self, sort: str, depth: int) -> Axis:
        """Return a new variable, along axis number ``depth`` from the last."""
        values = self.samples.of(sort, self.sorts)
        shape = (-1, *(1,) * depth)
        made = Axis(sort, tuple(v.reshape(shape) for v in values) if sort == "V" else values.reshape(shape))
        self.kept.append(made)
        return made

    # ---- facts

    def judge(self, conclusion: Term, premises: Sequence[Term], generic: Sequence[Term]) -> Outcome:
        """Return how ``premises → conclusion`` comes out, for all values of the ``generic`` variables."""
        self.sorts = _sorts(conclusion, generic)
        try:
            with np.errstate(all="ignore"):  # what is not finite decides nothing
                return self._judge(conclusion, list(premises), generic)
        except _TooLargeError as error:
            return Outcome("unevaluated", reason=str(error), large=True)
        except AuditError as error:
            return Outcome("unevaluated", reason=str(error))

    def _judge(self, conclusion: Term, premises: list[Term], generic: Sequence[Term]) -> Outcome:
        found = self._opened(conclusion, premises, generic)
        return _outcome(found.good, found.bad, found.here, found.possible, found.apparent, found.where)

    def broken(self, conclusion: Term) -> list[tuple[Any, Any]]:
        """Return both sides of the inequality that a statement ends in, wherever it is false; raises as `compared`."""
        found = self.compared(conclusion)
        return [*zip(found.low[found.bad], found.high[found.bad], strict=True)]

    def compared(self, conclusion: Term) -> "Compared":
        """Return both sides of the inequality that a statement ends in; of another statement nothing.

        Raises
        ------
        AuditError
            It takes too many points, or speaks of something unknown.
        """
        self.sorts = _sorts(conclusion, [])
        with np.errstate(all="ignore"):  # what is not finite decides nothing
            found = self._opened(conclusion, [], [])
            if found.apparent or found.body.op not in ("le", "lt", "eq"):
                return Compared(*(np.empty(0),) * 2, *(np.empty(0, dtype=bool),) * 2)
            sides = (self.number(side, found.env, found.depth) for side in found.body.args)
            return Compared(*np.broadcast_arrays(*sides, found.here, found.bad))

    def _opened(self, conclusion: Term, premises: list[Term], generic: Sequence[Term]) -> "_Opened":
        """Take away a formula's prefix, ∀ and →, and tell where the rest is true and where false."""
        for depth, variable in enumerate(generic):
            self.free[variable] = self.axis(variable.sort, depth)
        shown = [(str(v.args[0]), axis) for v, axis in self.free.items()]
        env: tuple[Axis, ...] = ()
        depth = len(generic)
        guards = [self.truth(premise, env, depth, lenient=False) for premise in premises]
        apparent = any(is_quantified(premise) for premise in premises)
        while conclusion.op in ("all", "imp"):
            if conclusion.op == "all":
                env, depth = (*env, self.axis(conclusion.args[0], depth)), depth + 1
                shown.append((f"variable {len(env)}", env[-1]))
            else:
                guards.append(self.truth(conclusion.args[0], env, depth, lenient=False))
                apparent = apparent or is_quantified(conclusion.args[0])
            conclusion = conclusion.args[1]
        found = self.truth(conclusion, env, depth, lenient=True)
        shape = np.broadcast_shapes(*(mask.shape for truths in (found, *guards) for mask in truths))
        here = np.logical_and.reduce([np.ones(shape, bool), *(np.broadcast_to(g.true, shape) for g in guards)])
        dead = np.logical_or.reduce([np.zeros(shape, bool), *(np.broadcast_to(g.false, shape) for g in guards)])
        outside = np.logical_or.reduce([np.broadcast_to(truths.outside, shape) for truths in (found, *guards)])
        bad = here & found.false
        where = _where(bad, shown)
        return _Opened(
            conclusion, env, depth, here & found.true, bad, here & ~outside, ~dead & ~outside, apparent, where
        )


class _Opened(NamedTuple):
    """The body of a formula, where it is true and false: ``here`` its premises hold, and they may where ``possible``.

    ``apparent`` says that a premise is quantified, which can only be seen to fail.
    """

    body: Term
    env: tuple[Axis, ...]
    depth: int
    good: Array
    bad: Array
    here: Array
    possible: Array
    apparent: bool
    where: str


def _outcome(good: Array, bad: Array, here: Array, possible: Array, apparent: bool, where: str) -> Outcome:  # noqa: FBT001  # one caller
    """Return the outcome: ``here`` the premises hold, and where it is ``possible`` they are not known to fail."""
    failed = 0 if apparent else int(bad.sum())
    open_ = int((here & ~good & ~bad).sum()) + (int(bad.sum()) if apparent else 0)
    if failed:
        return Outcome("violated", int(good.sum()), open_, where)
    if good.any():
        return Outcome("holds", int(good.sum()), open_)
    if not possible.any():
        return Outcome("unevaluated", 0, 0, "its premises hold nowhere on this run", vacuous=True)
    if not here.any():
        return Outcome("unevaluated", 0, 0, "its premises are decided nowhere on this run")
    return Outcome("unevaluated", 0, open_, "it is decided nowhere on this run")


def _truths(true: Array, false: Array, outside: Array) -> Truths:
    return Truths(true, false, outside & ~true & ~false)


def is_quantified(p: Term) -> bool:
    """Tell whether a quantifier occurs in a formula."""
    return p.op == "all" or any(is_quantified(part) for part in p.args if isinstance(part, Term) and part.sort == "B")


def _sorts(conclusion: Term, generic: Sequence[Term]) -> list[str]:
    """Return the sorts of the variables in the prefix of a formula, and of those that are free."""
    found = [variable.sort for variable in generic]
    while conclusion.op in ("all", "imp"):
        if conclusion.op == "all":
            found.append(str(conclusion.args[0]))
        conclusion = conclusion.args[1]
    return found or ["Z"]


def _where(bad: Array, shown: Sequence[tuple[str, Axis]]) -> str:
    """Say at which values of the variables a formula is violated first."""
    if not bad.any():
        return ""
    place = [int(k) for k in np.argwhere(bad)[0]]
    full = [0] * (len(shown) - len(place)) + place  # axes on which nothing depends come first
    values = []
    for depth, (name, axis) in enumerate(shown):
        k = full[len(shown) - 1 - depth]
        parts = axis.value if isinstance(axis.value, tuple) else (axis.value,)
        entries = ", ".join(_written(part.ravel()[k]) for part in parts)
        values.append(f"{name} = ({entries})" if isinstance(axis.value, tuple) else f"{name} = {entries}")
    return f"violated at {', '.join(values)}" if values else "violated"


def _written(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, np.floating) else str(value)


def _added(parts: Sequence[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
