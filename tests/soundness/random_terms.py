"""Random terms, and finite models in which terms and both normal forms have values.

The models are over the prime field F_p: sums are loops, Ω = {0,1}^4 with the filtration of its first t bits, inv is the
inverse with inv 0 = 0, vectors are F_p^2, symbols are random functions, adapted ones of what is known.  Two terms that
differ as functions differ in a random model almost surely (Schwartz and Zippel).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from random import Random
from typing import Any

from convcheck import check
from convcheck.kernel import Symbol, Term, make
from tests.soundness.support import GV, XV, G, N, X, b, f, f2, fv, gv, h, k, max_, q, sqrt, tau, xs

P = 2**61 - 1
BITS = 4
OMEGA = tuple(product((0, 1), repeat=BITS))
DIMENSION = 2
SCALARS = (f, h, f2, fv, X, G, N, sqrt, max_, X, G)
VECTORS = (gv, xs, XV, GV)

Outcome = tuple[int, ...]


# ---- random terms --------------------------------------------------------------------------------------------------


class Terms:
    """A source of random terms; `scope` are the sorts of the bound variables around, the innermost last."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # reproducible, not secret

    def term(self, sort: str, depth: int, scope: tuple[str, ...] = ()) -> Term:
        """Return a random term."""
        if sort == "W":
            return self._bound(sort, scope) or make("var", self.random.choice("ab"), "W")
        if sort == "Z":
            return self._integer(depth, scope)
        if depth <= 0:
            return self._leaf(sort, scope)
        return self._vector(depth, scope) if sort == "V" else self._scalar(depth, scope)

    def _bound(self, sort: str, scope: tuple[str, ...]) -> Term | None:
        choices = [b(len(scope) - 1 - i, s) for i, s in enumerate(scope) if s == sort]
        return self.random.choice(choices) if choices and self.random.random() < 0.9 else None

    def _leaf(self, sort: str, scope: tuple[str, ...]) -> Term:
        if sort == "V":
            return make("var", self.random.choice("uv"), "V")
        kind = self.random.random()
        if kind < 0.3:
            return q(Fraction(self.random.randint(-3, 3), self.random.randint(1, 3)))
        return make("var", self.random.choice("xyz"), "R") if kind < 0.7 else self._integer(0, scope)

    def _integer(self, depth: int, scope: tuple[str, ...]) -> Term:
        kind = self.random.random()
        if depth > 1 and kind < 0.1:
            return make("app", k, self._integer(depth - 1, scope))
        if depth > 1 and kind < 0.15 and "W" in scope:
            return make("app", tau, self.term("W", 0, scope))
        base = self._bound("Z", scope) or self.random.choice([make("var", "n", "Z"), make("var", "m", "Z"), q(1), q(2)])
        return make("add", base, q(self.random.randint(-1, 2))) if kind > 0.6 else base

    def _application(self, symbol: Symbol, depth: int, scope: tuple[str, ...]) -> Term:
        args = [self.term(s, depth - 1, scope) for s in symbol.domain]
        if symbol.adapted is not None and self.random.random() < 0.8:
            args[0] = self._time(args[0])
        return make("app", symbol, *args)

    def _time(self, default: Term) -> Term:
        base = self.random.choice([make("var", "n", "Z"), default])
        return make("add", base, q(self.random.randint(-1, 1)))

    def _vector(self, depth: int, scope: tuple[str, ...]) -> Term:
        kind = self.random.random()
        if kind < 0.3:
            return self._application(self.random.choice(VECTORS), depth, scope)
        if kind < 0.5:
            return make("add", *(self.term("V", depth - 1, scope) for _ in range(2)))
        if kind < 0.75:
            return make("smul", self.term("R", depth - 1, scope), self.term("V", depth - 1, scope))
        return self._binder("V", depth, scope)

    def _scalar(self, depth: int, scope: tuple[str, ...]) -> Term:
        kind, parts = self.random.random(), self.random.randint(1, 3)
        if kind < 0.2:
            return self._application(self.random.choice(SCALARS), depth, scope)
        if kind < 0.5:
            return make("add" if kind < 0.33 else "mul", *(self.term("R", depth - 1, scope) for _ in range(parts)))
        if kind < 0.6:
            return make("pow", self.term("R", depth - 1, scope), self.random.randint(0, 3))
        if kind < 0.7:
            return make("inv", self.term("R", depth - 1, scope))
        if kind < 0.8:
            return make("inner", self.term("V", depth - 1, scope), self.term("V", depth - 1, scope))
        return self._binder("R", depth, scope)

    def _binder(self, sort: str, depth: int, scope: tuple[str, ...]) -> Term:
        if len(scope) >= 3:
            return self.term(sort, 0, scope)
        kind = self.random.random()
        if kind < 0.4:
            body = self.term(sort, depth - 1, (*scope, "Z"))
            return make("sum", self.term("Z", 0, scope), self.term("Z", 0, scope), body)
        body = self.term(sort, depth - 1, (*scope, "W"))
        if kind < 0.65:
            return make("E", body)
        free = tuple("Z" if s == "Z" else "" for s in scope)
        return make("CE", self.term("Z", 0, free), body, self.term("W", 0, scope))


# ---- models --------------------------------------------------------------------------------------------------------


class UnknownValueError(Exception):
    """A model does not interpret this function."""


class Model:
    """A random interpretation: integers are integers, reals residues or fractions, vectors tuples, outcomes bits.

    With ``prime = 0`` the reals are the rational numbers, which are ordered; max, min, abs and power then have their
    meaning, and roots, logarithms and exponentials none.
    """

    def __init__(self, seed: int, prime: int = P) -> None:
        self.random = Random(seed)  # noqa: S311  # reproducible, not secret
        self.prime = prime
        self.values: dict[object, Any] = {}

    def pick(self, key: object, sort: str) -> Any:
        """Return a random value, the same whenever it is asked for."""
        if key not in self.values:
            self.values[key] = self.draw(sort)
        return self.values[key]

    def draw(self, sort: str) -> Any:
        """Return a random value of a sort."""
        if sort == "V":
            return tuple(self.draw("R") for _ in range(DIMENSION))
        if sort == "R":
            number = self.random.randrange(self.prime) if self.prime else self.random.randint(-4, 4)
            return number if self.prime else Fraction(number, self.random.randint(1, 2))
        return self.random.randrange(-1, 5) if sort == "Z" else self.random.choice(OMEGA)

    # -- the field

    def number(self, value: Fraction) -> Any:
        """Return a rational number as an element of the field."""
        return value.numerator * pow(value.denominator, -1, self.prime) % self.prime if self.prime else value

    def reduced(self, value: Any, sort: str) -> Any:
        """Return the standard form of a value."""
        if sort == "Z":
            return value
        if sort == "V":
            return tuple(self.reduced(c, "R") for c in value)
        return value % self.prime if self.prime else Fraction(value)

    def summed(self, values: Sequence[Any], sort: str) -> Any:
        """Return the sum of some values."""
        if sort == "V":
            return self.reduced([sum(v[i] for v in values) for i in range(DIMENSION)], sort)
        return self.reduced(sum(values), sort)

    def inverse(self, value: Any) -> Any:
        """Return the inverse, of 0 too."""
        if self.prime:
            return pow(value % self.prime, self.prime - 2, self.prime)
        return 1 / Fraction(value) if value else Fraction(0)

    def average(self, values: Sequence[Any], sort: str) -> Any:
        """Return the average of some values."""
        weight = self.inverse(len(values))
        total = self.summed(values, sort)
        return self.reduced([weight * c for c in total] if sort == "V" else weight * total, sort)

    def combine(self, op: str, sort: str, values: Sequence[Any]) -> Any:
        """Return the value of an operation."""
        if op == "add":
            return self.summed(values, sort)
        if op == "mul":
            return self.reduced(reduce(lambda a, c: a * c, values), sort)
        if op == "smul":
            return self.reduced([values[0] * c for c in values[1]], "V")
        if op == "inner":
            return self.reduced(sum(a * c for a, c in zip(*values, strict=True)), "R")
        assert op == "inv"
        return self.inverse(values[0])

    # -- variables and functions

    def variable(self, name: str, sort: str) -> Any:
        """Return the value of a variable."""
        return self.pick((name, sort), sort)

    def call(self, name: str, domain: str, codomain: str, adapted: int | None, args: Sequence[Any]) -> Any:
        """Return the value of a function."""
        values = [self.reduced(v, s) if s in "RV" else v for s, v in zip(domain, args, strict=True)]
        if not self.prime and check.BUILTIN.get(name) == (name, domain, codomain, adapted):
            return self._builtin(name, values)
        if adapted is not None:
            values[-1] = past(values[-1], values[0] + adapted)
        return self.pick((name, domain, codomain, adapted, *values), codomain)

    def _builtin(self, name: str, values: Sequence[Any]) -> Any:
        if name in ("max", "min", "abs"):
            return abs(values[0]) if name == "abs" else max(values) if name == "max" else min(values)
        if name == "power" and values[1] >= 0:
            return values[0] ** values[1]
        raise UnknownValueError(name)

    # -- the kernel's terms

    def value(self, term: Term, env: tuple[Any, ...] = ()) -> Any:
        """Return the value of a term; ``env`` are the values of the bound variables, the innermost first."""
        op, args = term.op, term.args
        if op == "q":
            return int(args[0]) if term.sort == "Z" else self.number(args[0])
        if op in ("var", "bvar"):
            return self.variable(*args) if op == "var" else env[args[0]]
        if op in ("sum", "E", "CE"):
            return self._binder(term, env)
        if op == "pow":
            return self.reduced(self.value(args[0], env) ** args[1], term.sort)
        if op == "app":
            s = args[0]
            return self.call(s.name, "".join(s.domain), s.codomain, s.adapted, [self.value(a, env) for a in args[1:]])
        return self.combine(op, term.sort, [self.value(a, env) for a in args])

    def _binder(self, term: Term, env: tuple[Any, ...]) -> Any:
        op, args = term.op, term.args
        if op == "sum":
            low, high = (self.value(a, env) for a in args[:2])
            return self.summed([self.value(args[2], (i, *env)) for i in range(low, high + 1)], term.sort)
        body = args[0] if op == "E" else args[1]
        cell = OMEGA if op == "E" else cell_of(self.value(args[2], env), self.value(args[0], env))
        return self.average([self.value(body, (w, *env)) for w in cell], term.sort)

    # -- the kernel's propositions, over the rational numbers

    def truth(self, p: Term, env: tuple[Any, ...] = ()) -> bool | None:
        """Tell whether a proposition is true, or None: a universal one that no random instance refutes."""
        if p.op == "imp":
            before, after = (self.truth(part, env) for part in p.args)
            return True if before is False or after else None if before is None else after
        if p.op == "and":
            parts = [self.truth(part, env) for part in p.args]
            return False if False in parts else None if None in parts else True
        if p.op == "all":
            sort, body = p.args
            values = OMEGA if sort == "W" else range(-2, 5) if sort == "Z" else [self.draw(sort) for _ in range(4)]
            found = [self.truth(body, (value, *env)) for value in values]
            return False if False in found else None if sort != "W" or None in found else True
        left, right = (self.value(side, env) for side in p.args)
        return bool(left <= right if p.op == "le" else left < right if p.op == "lt" else left == right)


def past(outcome: Outcome, time: int) -> Outcome:
    """Return what is known of an outcome at a time."""
    return outcome[: max(0, min(BITS, time))]


def cell_of(outcome: Outcome, time: int) -> list[Outcome]:
    return [w for w in OMEGA if past(w, time) == past(outcome, time)]


def same(left: Any, right: Any) -> bool:
    """Tell whether two values mod p agree."""
    return bool(left == right if isinstance(left, tuple) else (left - right) % P == 0)


# ---- the checker's values ------------------------------------------------------------------------------------------


class Reading:
    """The checker's normal forms in a model."""

    def __init__(self, model: Model, algebra: check.Algebra) -> None:
        self.model = model
        self.algebra = algebra

    def value(self, poly: Any, sort: str, bound: Mapping[int, Any] | None = None) -> Any:
        """Return the value of a polynomial; ``bound`` are the values of bound names."""
        return self.model.summed([self._monomial(m, c, sort, bound or {}) for m, c in dict(poly).items()], sort)

    def _monomial(self, monomial: tuple[int, ...], coefficient: Fraction, sort: str, bound: Mapping[int, Any]) -> Any:
        vectors = [self.atom(a, bound) for a in monomial if self.algebra.vector[a]]
        scalars = [self.atom(a, bound) for a in monomial if not self.algebra.vector[a]]
        assert len(vectors) == (sort == "V")
        if sort == "Z":
            assert coefficient.denominator == 1
            return self.model.combine("mul", "Z", [int(coefficient), *scalars])
        scalar = self.model.combine("mul", "R", [self.model.number(coefficient), *scalars])
        return self.model.combine("smul", "V", [scalar, *vectors]) if vectors else scalar

    def atom(self, atom: int, bound: Mapping[int, Any]) -> Any:
        """Return the value of an atom."""
        kind, label, *parts = self.algebra.atoms[atom]
        if kind == "var":
            return self.model.variable(*label)
        if kind == "bound":
            return bound[atom]
        if kind == "app":
            args = [
                self.atom(part, bound) if s == "W" else self.value(part, s, bound)
                for s, part in zip(label.domain, parts, strict=True)
            ]
            name, domain, codomain, adapted = label
            return self.model.call(name, domain, codomain, adapted, args)
        if kind == "inv":
            return self.model.inverse(self.value(parts[0], "R", bound))
        if kind == "inner":
            return self.model.combine("inner", "R", [self.atom(part, bound) for part in parts])
        return self._binder(atom, bound)

    def _binder(self, atom: int, bound: Mapping[int, Any]) -> Any:
        kind, label, *limits, body = self.algebra.atoms[atom]
        name, sort = self.algebra.atom("bound", label), "V" if self.algebra.vector[atom] else "R"
        if kind == "sum":
            low, high = (self.value(limit, "Z", bound) for limit in limits)
            sort = "Z" if self._is_integer(body) else sort
            return self.model.summed([self.value(body, sort, {**bound, name: i}) for i in range(low, high + 1)], sort)
        cell: Sequence[Any] = OMEGA
        if kind == "CE":
            cell = cell_of(self.atom(limits[1], bound), self.value(limits[0], "Z", bound))
        return self.model.average([self.value(body, sort, {**bound, name: w}) for w in cell], sort)

    def _is_integer(self, body: Any) -> bool:
        kinds = [self.algebra.atoms[a] for monomial, _ in body for a in monomial]
        return all(
            (kind == "var" and label[1] == "Z") or (kind == "app" and label.codomain == "Z") or kind == "bound"
            for kind, label, *_ in kinds
        )
