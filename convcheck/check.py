"""The second opinion: replays the certificate of a theorem and says in plain text what was proved.

    python check.py FILE…        exit code 0: all accepted; 1: one was rejected; 2: wrong use

One file, standard library only; it shares nothing with the program that found the proof and believes nothing in the
certificate: every conclusion, hypothesis and axiom is recomputed from the steps, the text is printed from the terms
alone, and the bound names that a certificate suggests are changed wherever they could be taken for others.

Semantics.  Theorems are about real numbers and hold for all interpretations of their free variables and symbols (an
adapted symbol: all adapted ones).  inv 0 = 0; roots and logarithms outside their domains are unspecified; a sum whose
upper limit is below its lower one is 0; 𝕍 is any real inner-product space; E is the average over a finite probability
space Ω with a filtration F_t that grows with t in ℤ.

Parts: the table of terms (`Terms`), their normal forms (`Algebra`), one function for each rule of inference, the reader
(`Replay`), the printer (`Printer`), and `check`.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache, partial, reduce
from hashlib import sha256
from itertools import chain, count, islice, product
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

FORMAT = "convcheck/certificate/1"
KEYS = frozenset({"format", "symbols", "terms", "steps", "conclusion", "hypotheses", "axioms", "names"})

# Limits far above what honest certificates need: what exceeds them is refused, so that nothing hangs or crashes.
LARGEST_FILE = 50_000_000  # bytes
LARGEST_TERM = 200_000  # operations, written out as a tree
DEEPEST_TERM = 150  # nested operations
LARGEST_DEGREE = 200  # exponents in terms, and degrees of monomials
LONGEST_NUMBER = 2_000  # characters in the file
LARGEST_NUMBER = 20_000  # bits of a coefficient while calculating
LARGEST_POLYNOMIAL = 20_000  # monomials
MOST_WORK = 2_000_000  # products of monomials and visits of atoms in one certificate
MOST_REWRITES = 1_000  # uses of one equation in one step
MOST_CHOICES = 64  # ways to read the equations of one step from left to right

GREEK = "αβγδεζηθλμξπρστφχψωΓΔΘΛΞΠΣΦΨΩ"  # no letter that looks like a Latin one


class CheckError(Exception):
    """The certificate is rejected; one sentence says where and why."""


def require(condition: object, reason: str) -> None:
    """Reject unless the condition holds."""
    if not condition:
        raise CheckError(reason)


# ---- terms ---------------------------------------------------------------------------------------------------------


class Symbol(NamedTuple):
    """A function symbol; with ``adapted = k``, f(t, …, ω) is known at time t + k."""

    name: str
    domain: str
    codomain: str
    adapted: int | None


Node = tuple[Any, ...]  # an operation and its arguments: numbers of terms, mostly
Leaf = Callable[[int, int], int | None]

# The arguments of the operations that do not take terms only (app takes a symbol first).
SHAPES = {"q": "rational", "var": "name sort", "bvar": "natural sort", "pow": "term natural", "all": "sort term"}

# The sorts of the arguments that are terms: integers, reals, vectors, outcomes (W), propositions (B).
SORTS: Mapping[str, str] = (
    {"add": "[ZR]+|V+", "mul": "[ZR]+", "pow": "[ZR]", "inv": "[ZR]", "smul": "[ZR]V", "inner": "VV"}
    | {"sum": "ZZ[ZRV]", "E": "[ZRV]", "CE": "Z[ZRV]W", "all": "B"}
    | {"le": "[ZR][ZR]", "lt": "[ZR][ZR]", "eq": "[ZR][ZR]|VV", "imp": "BB", "and": "BB"}
)

# The binders, with the position of the argument in which they bind.
BODY: Mapping[str, int] = {"sum": 3, "E": 1, "CE": 2, "all": 2}


def positions(node: Sequence[Any]) -> range:
    """Return which arguments are terms: all from the first on (or the second, or the tenth: none), of a power one."""
    first = {"q": 9, "var": 9, "bvar": 9, "app": 2, "all": 2}.get(node[0], 1)
    return range(first, 2 if node[0] == "pow" else len(node))


def fits(given: str, wanted: str) -> bool:
    """Tell whether a term of one sort may stand where another is wanted: integers are reals."""
    return given == wanted or (given, wanted) == ("Z", "R")


class Terms:
    """A table in which every term has one number, so that equal terms are equal numbers.

    A bound variable is the number of binders between it and its own; equality does not depend on bound names.
    """

    def __init__(self) -> None:
        """Start with an empty table."""
        self.numbers: dict[Node, int] = {}
        self.nodes: list[Node] = []
        self.sorts: list[str] = []
        self.loose: list[frozenset[tuple[int, str]]] = []  # bound variables whose binder is further out
        self.free: list[frozenset[object]] = []  # free variables (their numbers) and symbols
        self.measures: list[tuple[bool, int, int]] = []  # whether an outcome occurs, depth, size

    def make(self, *node: Any) -> int:
        """Return the number of a term; reject it if its arguments have the wrong sorts."""
        if node in self.numbers:
            return self.numbers[node]
        parts = [node[i] for i in positions(node)]
        sort, loose, number = self._sort(node), self._loose(node), len(self.nodes)
        own = {number} if node[0] == "var" else {node[1]} if node[0] == "app" else set()
        outcomes, depths, sizes = zip((sort == "W", 0, 1), *(self.measures[p] for p in parts), strict=True)
        require(max(depths) < DEEPEST_TERM and sum(sizes) <= LARGEST_TERM, "a term is too large")
        self.nodes.append(node)
        self.sorts.append(sort)
        self.loose.append(loose)
        self.free.append(frozenset(own.union(*(self.free[p] for p in parts))))
        self.measures.append((any(outcomes), max(depths) + 1, sum(sizes)))
        self.numbers[node] = number
        return number

    def _sort(self, node: Node) -> str:
        op, sorts = node[0], "".join(self.sorts[node[i]] for i in positions(node))
        pattern = node[1].domain.replace("R", "[ZR]") if op == "app" else SORTS.get(op, "")
        require(re.fullmatch(pattern, sorts), f"{op} cannot take arguments of sorts {sorts or 'none'}")
        require(op != "CE" or not self.measures[node[1]][0], "the time of a conditional expectation is random")
        if op in ("app", "var", "bvar"):
            return str(node[1].codomain if op == "app" else node[2])
        if op in ("add", "mul", "pow", "sum", "E", "CE"):
            return "V" if "V" in sorts else "R" if "R" in sorts or op in ("E", "CE") else "Z"
        number = "Z" if op == "q" and node[1].denominator == 1 else "R"
        return "V" if op == "smul" else number if op in ("q", "inv", "inner") else "B"

    def _loose(self, node: Node) -> frozenset[tuple[int, str]]:
        found = {(node[1], node[2])} if node[0] == "bvar" else set()
        for i in positions(node):
            within = self.loose[node[i]]
            if BODY.get(node[0]) == i:
                bound = node[1] if node[0] == "all" else "Z" if node[0] == "sum" else "W"
                require(all(index > 0 or sort == bound for index, sort in within), "a bound variable of another sort")
                within = frozenset((index - 1, sort) for index, sort in within if index > 0)
            found |= within
        return frozenset(found)

    def plant(self, tree: Node) -> int:
        """Return the term that nested nodes write."""
        return self.make(*(self.plant(x) if type(x) is tuple else x for x in tree))

    def rewrite(self, term: int, leaf: Leaf) -> int:
        """Return the term with each subterm u, under d binders, replaced by ``leaf(u, d)`` unless that is None."""

        @cache
        def go(u: int, d: int) -> int:
            new = leaf(u, d)
            if new is not None:
                return new
            node = list(self.nodes[u])
            for i in positions(node):
                node[i] = go(node[i], d + (BODY.get(node[0]) == i))
            return self.make(*node)

        return go(term, 0)

    def lift(self, term: int, by: int) -> int:
        """Return the term as it reads under ``by`` more binders."""

        def leaf(u: int, d: int) -> int | None:
            op, *rest = self.nodes[u]
            return self.make(op, rest[0] + by, rest[1]) if op == "bvar" and rest[0] >= d else None

        return self.rewrite(term, leaf) if by and self.loose[term] else term

    def put(self, term: int, values: Mapping[int, int]) -> int:
        """Return a closed term with values for free variables, simultaneously; nothing is captured."""
        require(all(self.nodes[v][0] == "var" for v in values), "only variables can be replaced")
        require(all(fits(self.sorts[x], self.sorts[v]) for v, x in values.items()), "a value of another sort")
        return self.rewrite(term, lambda u, d: self.lift(values[u], d) if u in values else None)

    def bind(self, term: int, variable: int) -> int:
        """Return the body of a binder that binds a free variable of a closed term."""
        return self.rewrite(term, lambda u, d: self.make("bvar", d, self.sorts[u]) if u == variable else None)

    def fill(self, body: int, value: int) -> int:
        """Return the body of a closed binder with a closed value for the variable that it binds."""
        return self.rewrite(body, lambda u, d: value if self.nodes[u][:2] == ("bvar", d) else None)


# ---- normal forms --------------------------------------------------------------------------------------------------

Monomial = tuple[int, ...]  # atoms in order, repeated as often as they occur
Poly = dict[Monomial, Fraction]
Part = int | tuple[tuple[Monomial, Fraction], ...]  # an atom, or a polynomial as a value that can be compared
Value = Any  # a Poly, or for an outcome an atom
NOTHING: tuple[Any, ...] = ("", None)


def accumulate(total: Poly, p: Poly, times: Fraction | int = 1) -> Poly:
    """Add times·p to a polynomial in place, and return it."""
    for monomial, coefficient in p.items():
        value = total.pop(monomial, Fraction(0)) + times * coefficient
        if value:
            total[monomial] = value
    return total


def plus(p: Poly, q: Poly, times: Fraction | int = 1) -> Poly:
    """Return p + times·q."""
    return accumulate(dict(p), q, times)


def constant(value: Fraction | int) -> Poly:
    """Return a rational number as a polynomial."""
    return {(): Fraction(value)} if value else {}


def single(atom: int) -> Poly:
    """Return an atom as a polynomial."""
    return {(atom,): Fraction(1)}


def named(op: str, name: int) -> Value:
    """Return the value of a variable that a binder binds: a number, or an outcome."""
    return single(name) if op == "sum" else name


def part(value: Value) -> Part:
    """Return a value as a part of an atom."""
    return value if isinstance(value, int) else tuple(sorted(value.items()))


def mentioned(*pieces: Part) -> Iterator[int]:
    """Yield the atoms that parts of an atom name."""
    for piece in pieces:
        yield from (piece,) if isinstance(piece, int) else (atom for monomial, _ in piece for atom in monomial)


class Algebra:
    """Normal forms by evaluation: a term's value is a polynomial over atoms; terms of equal value are equal.

    A vector's value is a polynomial in which each monomial holds one vector atom; an outcome's is an atom.  To evaluate
    a binder, its variable is given a fresh name; factors without that name leave; the rest becomes one atom, in which
    the name gives way to a number above all bound numbers within: so the same body always gets the same number, and
    nothing is captured.
    """

    def __init__(self, terms: Terms) -> None:
        """Start without atoms."""
        self.terms = terms
        self.numbers: dict[tuple[Any, ...], int] = {}
        self.atoms: list[tuple[Any, ...]] = []  # (kind, label, part, …)
        self.inside: list[frozenset[int]] = []  # all atoms that occur in an atom, and itself
        self.height: list[int] = []  # the largest bound number in it
        self.vector: list[bool] = []
        self.values: dict[int, Value] = {}
        self.names, self.work = count(), 0

    def spend(self, amount: int) -> None:
        """Refuse to calculate for ever."""
        self.work += amount
        require(self.work <= MOST_WORK, "the arithmetic takes too long")

    def atom(self, kind: str, label: Any, *parts: Part) -> int:
        """Return the number of an atom."""
        data = (kind, label, *parts)
        if data not in self.numbers:
            within = list(mentioned(*parts))
            sort = label[1] if kind == "var" else label.codomain if kind == "app" else ""
            self.numbers[data] = len(self.atoms)
            self.inside.append(frozenset({len(self.atoms)}).union(*(self.inside[a] for a in within)))
            self.height.append(max([label if kind in BODY else 0, *(self.height[a] for a in within)]))
            self.vector.append(sort == "V" or (kind in BODY and any(self.vector[a] for a in mentioned(parts[-1]))))
            self.atoms.append(data)
        return self.numbers[data]

    # -- products, powers, inverses, inner products

    def times(self, p: Poly, q: Poly) -> Poly:
        """Return p·q."""
        self.spend(len(p) * len(q))
        total: Poly = {}
        for (m, a), (n, b) in product(p.items(), q.items()):
            monomial = tuple(sorted(m + n))
            total[monomial] = c = total.get(monomial, Fraction(0)) + a * b
            large = max(c.numerator.bit_length(), c.denominator.bit_length()) > LARGEST_NUMBER
            require(not large and len(monomial) <= LARGEST_DEGREE, "a number or a degree is too large")
        require(len(total) <= LARGEST_POLYNOMIAL, "a polynomial is too large")
        return {monomial: c for monomial, c in total.items() if c}

    def inverse(self, p: Poly) -> Poly:
        """Return inv(p): it is multiplicative and involutive, since inv 0 = 0; of a sum, one coefficient comes out."""
        if not p:
            return {}
        leading = min(p)
        factor = constant(1 / p[leading])
        if len(p) > 1:
            return self.times(single(self.atom("inv", None, part(self.times(p, factor)))), factor)
        for base in leading:
            kind, _, *parts = self.atoms[base]
            one = dict(parts[0]) if kind == "inv" else single(self.atom("inv", None, part(single(base))))
            factor = self.times(factor, one)
        return factor

    def inner(self, u: Poly, v: Poly) -> Poly:
        """Return ⟨u, v⟩, which is bilinear and symmetric."""
        total: Poly = {}
        for (m, a), (n, b) in product(u.items(), v.items()):
            x, y = sorted(atom for atom in m + n if self.vector[atom])
            scalars = tuple(sorted(atom for atom in m + n if not self.vector[atom]))
            accumulate(total, self.times({scalars: a * b}, single(self.atom("inner", None, x, y))))
        return total

    # -- evaluation

    def value(self, term: int, env: tuple[Value, ...] = ()) -> Value:
        """Return a term's value, where ``env`` gives values to the variables that binders further out bind."""
        if self.terms.loose[term]:
            return self._evaluate(self.terms.nodes[term], env)
        if term not in self.values:
            self.values[term] = self._evaluate(self.terms.nodes[term], ())
        return self.values[term]

    def _evaluate(self, node: Node, env: tuple[Value, ...]) -> Value:
        self.spend(1)
        op, *rest = node
        if op in ("q", "bvar"):
            return constant(rest[0]) if op == "q" else env[rest[0]]
        if op == "var":
            atom = self.atom("var", tuple(rest))
            return atom if rest[1] == "W" else single(atom)
        if op in BODY:
            name = self.fresh()
            limits = [part(self.value(arg, env)) for i, arg in enumerate(rest, 1) if i != BODY[op]]
            body = self.value(node[BODY[op]], (named(op, name), *env))
            return self.gather(op, tuple(limits), name, body)
        values = [self.value(node[i], env) for i in positions(node)]
        if op in ("app", "inv"):
            return single(self.atom("app", rest[0], *map(part, values))) if op == "app" else self.inverse(values[0])
        if op == "pow":
            return reduce(self.times, values * rest[1], constant(1))
        return reduce(plus if op == "add" else self.inner if op == "inner" else self.times, values)

    def fresh(self) -> int:
        """Return a name that occurs nowhere."""
        return self.atom("fresh", next(self.names))

    # -- binders: sums (limits: low, high), E (no limits) and E[· | F_t](ω) (limits: t, ω)

    def gather(self, op: str, limits: tuple[Part, ...], name: int, body: Poly) -> Poly:
        """Return the value of a binder over a body: it is linear, and factors that do not depend on the name leave.

        The 1 in Σ 1 stays; a vector leaves E and E[· | F_t] only if all other factors do, and Σ never.
        """
        total: Poly = {}
        for monomial, coefficient in body.items():
            leave, stay = constant(coefficient), list[int]()
            for atom in sorted(monomial, key=lambda a: self.vector[a]):
                image = self.image(op, limits, name, atom)
                if image is None or (self.vector[atom] and (stay or op == "sum")):
                    stay.append(atom)
                else:
                    leave = self.times(leave, image)
            if stay or op == "sum":
                leave = self.times(leave, self.close(op, limits, name, tuple(sorted(stay))))
            accumulate(total, leave)
        return total

    def image(self, op: str, limits: tuple[Part, ...], name: int, atom: int) -> Poly | None:
        """Return what a factor is outside the binder, or None if it must stay.

        Without the name it is itself; what is known at the time t of E[· | F_t](ω) is its value at ω.
        """
        if name not in self.inside[atom]:
            return single(atom)
        if op == "CE" and self.known(atom, name, limits[0]):
            return self.recast(single(atom), {name: limits[1]})
        return None

    def known(self, atom: int, name: int, time: Any) -> bool:
        """Tell whether an atom, as a function of the outcome ``name``, is measurable at a time."""
        if name not in self.inside[atom]:
            return True
        kind, label, *parts = self.atoms[atom]
        if kind == "app" and label.adapted is not None:
            *first, outcome = parts
            if outcome != name or any(name in self.inside[a] for a in mentioned(*first)):
                return False
            margin = plus(plus(dict(time), dict(first[0]), -1), constant(label.adapted), -1)
            return set(margin) <= {()} and margin.get((), 0) >= 0
        return kind in ("app", "inv", "inner") and all(self.known(a, name, time) for a in mentioned(*parts))

    def close(self, op: str, limits: tuple[Part, ...], name: int, monomial: Monomial) -> Poly:
        """Return the binder over a product of factors that stay: as an atom, unless one of two laws applies."""
        kind, label, *parts = self.atoms[monomial[0]] if len(monomial) == 1 else NOTHING
        if kind == "inner":  # ⟨u, ·⟩ is linear
            for u, v in (parts, parts[::-1]):
                image = self.image(op, limits, name, u)
                if image is not None:
                    return self.inner(image, self.close(op, limits, name, (v,)))
        if (op, kind) == ("E", "CE") and parts[1] == name:  # E E[· | F_t] = E
            time, _, body = parts
            if all(name not in self.inside[a] for a in mentioned(time, body)):
                other = self.fresh()
                return self.gather("E", (), other, self.recast(dict(body), {self.atom("bound", label): other}))
        number = 1 + max((self.height[atom] for atom in monomial), default=0)
        renamed = self.recast({monomial: Fraction(1)}, {name: named(op, self.atom("bound", number))})
        ((closed, coefficient),) = renamed.items()
        return {(self.atom(op, number, *limits, part({closed: Fraction(1)})),): coefficient}

    # -- replacing atoms

    def recast(self, p: Poly, change: Mapping[int, Value]) -> Poly:
        """Return a polynomial with values in the place of some atoms, wherever these occur."""
        total: Poly = {}
        for monomial, coefficient in p.items():
            factors = (self._recast_atom(atom, change) for atom in monomial)
            accumulate(total, reduce(self.times, factors, constant(coefficient)))
        return total

    def _recast_atom(self, atom: int, change: Mapping[int, Value]) -> Poly:
        if atom in change or self.inside[atom].isdisjoint(change):
            return dict(change.get(atom, single(atom)))
        self.spend(1)
        kind, label, *parts = self.atoms[atom]
        if kind == "inner":
            return self.inner(self._recast_atom(parts[0], change), self._recast_atom(parts[1], change))
        if kind in BODY:  # the bound number is given a fresh name
            name, body = self.fresh(), parts.pop()
            opened = self.recast(dict(body), {**change, self.atom("bound", label): named(kind, name)})
        values = [change.get(p, p) if isinstance(p, int) else self.recast(dict(p), change) for p in parts]
        if kind == "inv":
            return self.inverse(values[0])
        new = tuple(map(part, values))
        return single(self.atom(kind, label, *new)) if kind == "app" else self.gather(kind, new, name, opened)

    def reductions(self, left: int, right: int) -> list[Callable[[Poly], Poly]]:
        """Return the ways to use an equation from left to right.

        A left side that is an atom is replaced wherever it stands; else a monomial of highest degree is replaced (of
        the left side if that has only one, else of the difference): which one is a matter of luck, not of truth.
        """
        source, target = self.value(left), self.value(right)
        first: Monomial = next(iter(source), ())
        if len(first) == 1 and source == single(first[0]):
            return [partial(self.recast, change={first[0]: target})]
        difference = plus(source, target, -1)
        candidates = source if len(source) == 1 else difference
        degree = max(map(len, candidates), default=0)
        leading = [m for m in candidates if len(m) == degree > 0 and m in difference]
        return [partial(self.divide, lead=m, divisor=difference) for m in leading] or [dict]

    def divide(self, p: Poly, lead: Monomial, divisor: Poly) -> Poly:
        """Return p with multiples of ``divisor`` (which is zero) subtracted, until ``lead`` divides no monomial."""
        for _ in range(MOST_REWRITES):
            self.spend(len(p))
            found = next((m for m in p if Counter(lead) <= Counter(m)), None)
            if found is None:
                break
            quotient = tuple(sorted((Counter(found) - Counter(lead)).elements()))
            p = plus(p, self.times({quotient: p[found] / divisor[lead]}, divisor), -1)
        return p


# ---- rules of inference --------------------------------------------------------------------------------------------


class Fact(NamedTuple):
    """What a step derived: hypotheses ⊢ conclusion, and the axioms used on the way."""

    hypotheses: frozenset[int]
    conclusion: int
    axioms: frozenset[str]


Derived = int | tuple[Iterable[int], int]  # a conclusion from all hypotheses of the theorems used, or from others
Kind = Any  # a word, or [kind] for a list of any length, (kind, …) for a list of this form, {kind} for kind or null
RULES: dict[str, tuple[tuple[Kind, ...], Callable[..., Derived]]] = {}


def rule(*kinds: Kind) -> Callable[[Callable[..., Derived]], Callable[..., Derived]]:
    """Register a rule with the kinds of its arguments, all of which are closed; its docstring says why it is sound."""

    def register(function: Callable[..., Derived]) -> Callable[..., Derived]:
        RULES[function.__name__] = kinds, function
        return function

    return register


@rule("term")
def assume(_: "Replay", p: int) -> Derived:
    """What is assumed follows."""
    return {p}, p


@rule("term", "theorem")
def discharge(c: "Replay", p: int, f: Fact) -> Derived:
    """If q follows from H and p, then p → q follows from H."""
    return f.hypotheses - {p}, c.make("imp", p, f.conclusion)


@rule("theorem", "theorem")
def mp(c: "Replay", f: Fact, g: Fact) -> Derived:
    """If p → q and p, then q."""
    premise, conclusion = c.match(f.conclusion, "imp")
    require(premise == g.conclusion, "the second theorem is not the premise of the first")
    return int(conclusion)


@rule("theorem", "theorem")
def both(c: "Replay", f: Fact, g: Fact) -> Derived:
    """If p and q, then p ∧ q."""
    return c.make("and", f.conclusion, g.conclusion)


@rule("theorem")
def left(c: "Replay", f: Fact) -> Derived:
    """If p ∧ q, then p."""
    return int(c.match(f.conclusion, "and")[0])


@rule("theorem")
def right(c: "Replay", f: Fact) -> Derived:
    """If p ∧ q, then q."""
    return int(c.match(f.conclusion, "and")[1])


@rule("term", "theorem")
def gen(c: "Replay", x: int, f: Fact) -> Derived:
    """What follows from hypotheses that do not speak of x holds for all x."""
    c.match(x, "var")
    c.require_absent(x, f.hypotheses)
    return c.make("all", c.sorts[x], c.terms.bind(f.conclusion, x))


@rule("theorem", "term")
def spec(c: "Replay", f: Fact, value: int) -> Derived:
    """What holds for all values of a sort holds for each term of that sort; integers are reals."""
    sort, body = c.match(f.conclusion, "all")
    require(fits(c.sorts[value], sort), "the instance has another sort than the variable")
    return c.terms.fill(body, value)


@rule("theorem", "symbol", ["term"], "term")
def instance(c: "Replay", f: Fact, symbol: Symbol, parameters: tuple[int, ...], body: int) -> Derived:
    """A theorem holds for all interpretations of a free symbol, so for λ parameters. body, in its hypotheses as well.

    Built-in functions have one interpretation and adapted symbols restricted ones: they are not free.
    """
    terms = c.terms
    require(symbol.adapted is None and symbol not in BUILTIN.values(), "not a free symbol")
    distinct = len(set(parameters)) == len(parameters) and all(terms.nodes[p][0] == "var" for p in parameters)
    require(distinct, "the parameters are not distinct variables")
    require("".join(terms.sorts[p] for p in parameters) == symbol.domain, "the parameters have other sorts")
    require(fits(terms.sorts[body], symbol.codomain), "the body has another sort than the symbol's values")

    def leaf(u: int, _: int) -> int | None:
        if symbol not in terms.free[u]:
            return u
        if terms.nodes[u][:2] != ("app", symbol):
            return None
        arguments = (terms.rewrite(arg, leaf) for arg in terms.nodes[u][2:])
        return terms.put(body, dict(zip(parameters, arguments, strict=True)))

    return {terms.rewrite(h, leaf) for h in f.hypotheses}, terms.rewrite(f.conclusion, leaf)


@rule("theorem", "theorem", "term", "term")
def cases(c: "Replay", f: Fact, g: Fact, a: int, b: int) -> Derived:
    """Of two real numbers, a ≤ b or b < a: what follows in either case follows."""
    require(f.conclusion == g.conclusion, "the two cases conclude differently")
    return (f.hypotheses - {c.make("le", a, b)}) | (g.hypotheses - {c.make("lt", b, a)}), f.conclusion


@rule("theorem", "theorem")
def antisym(c: "Replay", f: Fact, g: Fact) -> Derived:
    """If a ≤ b and b ≤ a, then a = b."""
    a, b = c.match(f.conclusion, "le")
    require(c.match(g.conclusion, "le") == [b, a], "the inequalities are not converses")
    return c.make("eq", a, b)


@rule("theorem", "term", "term")
def cong(c: "Replay", f: Fact, x: int, term: int) -> Derived:
    """If a = b, then a term at x := a equals the same term at x := b."""
    return c.make("eq", *(c.terms.put(term, {x: side}) for side in c.match(f.conclusion, "eq")))


@rule("theorem")
def integer(c: "Replay", f: Fact) -> Derived:
    """No integer lies strictly between a and a + 1."""
    a, b = c.match(f.conclusion, "lt")
    require(c.sorts[a] == c.sorts[b] == "Z", "the two sides are not integers")
    return c.make("le", c.make("add", a, c.number(1)), b)


@rule("theorem", "theorem", "term", "term", "term")
def induction(c: "Replay", base: Fact, step: Fact, n: int, start: int, p: int) -> Derived:
    """If p(start), and p(n + 1) follows from start ≤ n and p(n) for every n, then p(n) for all n from start on."""
    c.match(n, "var")
    require(c.sorts[n] == c.sorts[start] == "Z", "induction is on integers")
    require(base.conclusion == c.terms.put(p, {n: start}), "the base is not the statement at the start")
    require(
        step.conclusion == c.terms.put(p, {n: c.make("add", n, c.number(1))}), "the step is not the statement at n + 1"
    )
    guard = c.make("le", start, n)
    hypotheses = base.hypotheses | (step.hypotheses - {guard, p})
    c.require_absent(n, {start, *hypotheses})
    return hypotheses, c.make("all", "Z", c.terms.bind(c.make("imp", guard, p), n))


@rule("term", "theorem")
def sum_empty(c: "Replay", term: int, f: Fact) -> Derived:
    """A sum whose upper limit is below its lower one is 0, by definition."""
    low, high, _ = c.match(term, "sum")
    require(f.conclusion == c.make("lt", high, low), "the theorem does not say that the sum is empty")
    return c.make("eq", term, c.number(0))


@rule("term", "theorem")
def sum_last(c: "Replay", term: int, f: Fact) -> Derived:
    """A sum that is not empty is the sum up to the last term but one, plus the last, by definition."""
    low, high, body = c.match(term, "sum")
    require(f.conclusion == c.make("le", low, high), "the theorem does not say that the sum is not empty")
    shorter = c.make("sum", low, c.make("add", high, c.number(-1)), body)
    return c.make("eq", term, c.make("add", shorter, c.terms.fill(body, high)))


@rule("theorem", "term", "term")
def sum_mono(c: "Replay", f: Fact, low: int, high: int) -> Derived:
    """If a(i) ≤ b(i) for all i within the limits, then Σ a ≤ Σ b; and the same for =."""
    sort, relation = c.match(f.conclusion, "all")
    require(sort == "Z", "not a statement about all integers")
    index = c.make("bvar", 0, "Z")
    for guard in (c.make("le", low, index), c.make("le", index, high)):
        if c.nodes[relation][:2] == ("imp", guard):
            relation = c.nodes[relation][2]
    sides = c.match(relation, "le", "eq")
    return c.make(c.nodes[relation][0], *(c.make("sum", low, high, side) for side in sides))


@rule("theorem", {("term", "term")})
def expectation_mono(c: "Replay", f: Fact, condition: tuple[int, int] | None) -> Derived:
    """If X ≤ Y for all outcomes, then the average of X, also over a part of Ω, is at most that of Y; the same for =."""
    sort, relation = c.match(f.conclusion, "all")
    require(sort == "W", "not a statement about all outcomes")
    sides = c.match(relation, "le", "eq")
    if condition is None:
        return c.make(c.nodes[relation][0], *(c.make("E", side) for side in sides))
    return c.make(c.nodes[relation][0], *(c.make("CE", condition[0], side, condition[1]) for side in sides))


@rule("term")
def square(c: "Replay", e: int) -> Derived:
    """The square of a number, and of a vector's norm, is not negative."""
    return c.make("le", c.number(0), c.make("inner" if c.sorts[e] == "V" else "mul", e, e))


@rule("term", [("rational", ["theorem"], {"term"})], ["theorem"])
def polynomial(c: "Replay", goal: int, products: tuple[Any, ...], equations: tuple[Fact, ...]) -> Derived:
    """A relation holds if its slack, modulo equations, is a sum of products of slacks that have the right sign.

    The slack b - a of a ≤ b, a < b, a = b is ≥ 0, > 0, = 0.  A product with an equation is 0, whatever multiplies it;
    another needs a positive coefficient, no multiplier, and is positive if all its factors are.
    """
    op, rest, strict = c.nodes[goal][0], c.slack(goal), False
    for coefficient, theorems, multiplier in products:
        ops = {c.nodes[f.conclusion][0] for f in theorems}
        require(coefficient > 0 or ("eq" in ops and coefficient != 0), "a coefficient is not positive")
        require(multiplier is None or "eq" in ops, "a product without an equation has a multiplier")
        require(multiplier is None or c.sorts[multiplier] in ("Z", "R"), "a multiplier is no number")
        require("eq" in ops or op != "eq", "an equation does not follow from inequalities")
        value = plus({}, constant(1) if multiplier is None else c.algebra.value(multiplier), coefficient)
        accumulate(rest, reduce(c.algebra.times, (c.slack(f.conclusion) for f in theorems), value), -1)
        strict = strict or ops <= {"lt"}

    sides = [c.match(f.conclusion, "eq")[0] for f in equations]
    require(all(c.sorts[side] != "V" for side in sides), "an equation between numbers is wanted")
    follows = any(
        (not p and (op != "lt" or strict)) or (set(p) == {()} and p[()] > 0 and op != "eq")
        for p in c.remainders(rest, equations)
    )
    require(follows, "the sides differ, or strictness does not follow")
    return goal


@rule("term", ["theorem"])
def vector_equation(c: "Replay", goal: int, equations: tuple[Fact, ...]) -> Derived:
    """Two vectors are equal if their difference has the value 0 after equals were replaced by equals."""
    a, b = c.match(goal, "eq")
    require(c.sorts[a] == "V", "the goal is not an equation between vectors")
    difference = plus(c.algebra.value(b), c.algebra.value(a), -1)
    require(any(not p for p in c.remainders(difference, equations)), "the vectors differ")
    return goal


@rule("theorem", "term")
def absurd(c: "Replay", f: Fact, goal: int) -> Derived:
    """From a false relation between rational numbers everything follows."""
    slack = c.slack(f.conclusion)
    require(set(slack) <= {()}, "not a relation between rational numbers")
    value, op = slack.get((), Fraction(0)), c.nodes[f.conclusion][0]
    require(value != 0 if op == "eq" else value < 0 or (op == "lt" and value == 0), "the relation is not absurd")
    return goal


@rule("text")
def axiom(c: "Replay", name: str) -> Derived:
    """An axiom is true of the real functions that it names."""
    require(name in AXIOMS, "no such axiom")
    return c.terms.plant(AXIOMS[name])


# ---- built-in functions and axioms ---------------------------------------------------------------------------------

# Functions with one interpretation.  No axiom speaks of roots and logarithms outside their domains, nor of powers with
# a negative exponent.
DOMAINS = {"sqrt": "R", "log": "R", "exp": "R", "abs": "R", "max": "RR", "min": "RR", "power": "RZ"}
BUILTIN = {name: Symbol(name, domain, "R", None) for name, domain in DOMAINS.items()}


def axioms() -> dict[str, Node]:
    """Return the axioms, as nested nodes, by name."""

    def app(name: str, *args: Node) -> Node:
        return ("app", BUILTIN[name], *args)

    def reals(body: Node, *others: str) -> Node:
        return ("all", "R", reduce(lambda p, sort: ("all", sort, p), others, body))

    zero, one, minus = ("q", Fraction(0)), ("q", Fraction(1)), ("q", Fraction(-1))
    x, first, y, n = ("bvar", 0, "R"), ("bvar", 1, "R"), ("bvar", 0, "R"), ("bvar", 0, "Z")
    root, size, biggest, least = app("sqrt", x), app("abs", x), app("max", first, y), app("min", first, y)
    log_product = ("eq", app("log", ("mul", first, y)), ("add", app("log", first), app("log", y)))
    next_power = ("eq", app("power", first, ("add", n, one)), ("mul", first, app("power", first, n)))
    return {
        "sqrt_nonneg": reals(("imp", ("le", zero, x), ("le", zero, root))),
        "sqrt_square": reals(("imp", ("le", zero, x), ("eq", ("mul", root, root), x))),
        "inv_mul": reals(("imp", ("lt", zero, x), ("eq", ("mul", x, ("inv", x)), one))),
        "inv_pos": reals(("imp", ("lt", zero, x), ("lt", zero, ("inv", x)))),
        "log_le": reals(("imp", ("lt", zero, x), ("le", app("log", x), ("add", x, minus)))),
        "log_mul": reals(("imp", ("lt", zero, first), ("imp", ("lt", zero, y), log_product)), "R"),
        "exp_ge": reals(("le", ("add", one, x), app("exp", x))),
        "abs_ge": reals(("le", x, size)),
        "abs_ge_minus": reals(("le", ("mul", minus, x), size)),
        "abs_square": reals(("eq", ("mul", size, size), ("mul", x, x))),
        "max_left": reals(("le", first, biggest), "R"),
        "max_right": reals(("le", y, biggest), "R"),
        "max_is_left": reals(("imp", ("le", y, first), ("eq", biggest, first)), "R"),
        "max_is_right": reals(("imp", ("le", first, y), ("eq", biggest, y)), "R"),
        "min_is_left": reals(("imp", ("le", first, y), ("eq", least, first)), "R"),
        "min_is_right": reals(("imp", ("le", y, first), ("eq", least, y)), "R"),
        "power_zero": reals(("eq", app("power", x, zero), one)),
        "power_next": reals(("imp", ("le", zero, n), next_power), "Z"),
    }


AXIOMS = axioms()


# ---- reading -------------------------------------------------------------------------------------------------------


@contextmanager
def at(place: str) -> Iterator[None]:
    """Say where a certificate is wrong."""
    try:
        yield
    except CheckError as error:
        raise CheckError(f"{place}: {error}") from None


def listed(value: Any) -> list[Any]:
    """Return a list."""
    require(type(value) is list, "a list is wanted")
    return list(value)


def written(value: Any, pattern: str, what: str) -> str:
    """Return a string of a certain form."""
    require(type(value) is str and len(value) <= LONGEST_NUMBER and re.fullmatch(pattern, value), f"{what} is wanted")
    return str(value)


def natural(value: Any, below: int) -> int:
    """Return a natural number below a bound; True is none."""
    require(type(value) is int and 0 <= value < below, f"a number from 0 to {below - 1} is wanted")
    return int(value)


FORMS: Mapping[str, str] = {
    "name": f"[A-Za-z{GREEK}][A-Za-z{GREEK}0-9_]*",
    "rational": "(0|-?[1-9][0-9]*)(/[1-9][0-9]*)?",
} | {"sort": "[ZRVW]", "domain": "[ZRVW]+", "codomain": "[ZRV]"}


class Replay:
    """The steps of one certificate, carried out anew."""

    def __init__(self, document: Any) -> None:
        """Read the tables and carry out the steps."""
        self.terms = Terms()
        self.algebra = Algebra(self.terms)
        self.make, self.nodes, self.sorts = self.terms.make, self.terms.nodes, self.terms.sorts
        self.rows: list[int] = []
        self.symbols: list[Symbol] = []
        self.facts: list[Fact] = []
        self.used: list[Fact] = []
        require(type(document) is dict and document.keys() == KEYS, f"the keys are not {', '.join(sorted(KEYS))}")
        require(document["format"] == FORMAT, f"the format is not {FORMAT}")
        readers: dict[str, tuple[list[Any], Callable[..., Any]]] = {"symbol": (self.symbols, self.read_symbol)}
        readers |= {"term": (self.rows, self.read_term), "step": (self.facts, self.carry_out)}
        for title, (table, reader) in readers.items():
            for number, row in enumerate(listed(document[title + "s"])):
                with at(f"{title} {number}"):
                    table.append(reader(*listed(row)))
        require(self.facts, "a certificate has at least one step")

    def read(self, kind: str, value: Any) -> Any:
        """Return something written as data: a number of something earlier, a natural number, or a string."""
        tables: Mapping[str, Sequence[Any]] = {"term": self.rows, "symbol": self.symbols, "theorem": self.facts}
        if kind in tables:
            return tables[kind][natural(value, len(tables[kind]))]
        if kind == "natural":
            return natural(value, LARGEST_DEGREE + 1)
        text = written(value, FORMS[kind], f"a {kind}")
        require(kind != "rational" or str(Fraction(text)) == text, "a rational number is not in lowest terms")
        return Fraction(text) if kind == "rational" else text

    def read_symbol(self, *row: Any) -> Symbol:
        """Return a function symbol."""
        require(len(row) == 4, "a symbol has a name, a domain, a codomain and a time")
        name, domain, codomain = map(self.read, ("name", "domain", "codomain"), row)
        require(row[3] is None or type(row[3]) is int, "a time is wanted")
        require(row[3] is None or re.fullmatch("Z.*W", domain), "an adapted symbol takes a time first, an outcome last")
        return Symbol(name, domain, codomain, row[3])

    def read_term(self, op: Any = None, *row: Any) -> int:
        """Return the term that a row writes."""
        require(type(op) is str and (op in SHAPES or op in SORTS or op == "app"), "no such operation")
        terms = ["term"] * len(row)
        shape = SHAPES[op].split() if op in SHAPES else ["symbol", *terms[1:]] if op == "app" else terms
        require(len(shape) == len(row), f"{op} with a wrong number of arguments")
        return self.make(op, *map(self.read, shape, row))

    def carry_out(self, name: Any = None, *row: Any) -> Fact:
        """Return what a step derives."""
        require(type(name) is str and name in RULES, "no such rule")
        kinds, derive = RULES[name]
        require(len(row) == len(kinds), f"{len(row)} arguments instead of {len(kinds)}")
        self.used = []
        with at(name):
            derived = derive(self, *map(self.read_argument, kinds, row))
        everything = frozenset[int]().union(*(f.hypotheses for f in self.used))
        hypotheses, conclusion = (everything, derived) if isinstance(derived, int) else derived
        for p in (*hypotheses, conclusion):
            require(self.sorts[p] == "B" and not self.terms.loose[p], "not a closed proposition")
        axioms = frozenset(row if name == "axiom" else ()).union(*(f.axioms for f in self.used))
        return Fact(frozenset(hypotheses), conclusion, axioms)

    def read_argument(self, kind: Kind, value: Any) -> Any:
        """Return an argument of a rule, of the kind that the rule wants."""
        if isinstance(kind, set):
            return None if value is None else self.read_argument(next(iter(kind)), value)
        if kind == "text":
            return written(value, ".*", "a name")
        tag = kind if isinstance(kind, str) else "list"
        require(type(value) is list and len(value) == 2 and value[0] == tag, f"an argument that is a {tag} is wanted")
        content = value[1]
        if tag == "list":
            kinds = kind * len(listed(content)) if isinstance(kind, list) else kind
            require(len(kinds) == len(listed(content)), "a list of another length is wanted")
            return tuple(map(self.read_argument, kinds, content))
        found = self.read(kind, content)
        require(kind != "term" or not self.terms.loose[found], "a term with a loose bound variable")
        self.used += [found] if kind == "theorem" else []
        return found

    # -- what the rules need

    def match(self, term: int, *ops: str) -> list[Any]:
        """Return the arguments of a term, which must be of one of these forms."""
        require(self.nodes[term][0] in ops, f"{' or '.join(ops)} is wanted, not {self.nodes[term][0]}")
        return list(self.nodes[term][1:])

    def number(self, value: int) -> int:
        """Return an integer as a term."""
        return self.make("q", Fraction(value))

    def require_absent(self, variable: int, terms: Iterable[int]) -> None:
        """Reject if a variable is free in one of the terms."""
        require(all(variable not in self.terms.free[t] for t in terms), "the variable is free in a hypothesis")

    def slack(self, relation: int) -> Poly:
        """Return right minus left side of a relation between numbers."""
        a, b = self.match(relation, "le", "lt", "eq")
        require(self.sorts[a] != "V", "a relation between numbers is wanted")
        return plus(self.algebra.value(b), self.algebra.value(a), -1)

    def remainders(self, rest: Poly, equations: Iterable[Fact]) -> Iterator[Poly]:
        """Yield what is left after using the equations one after the other, in each of the ways there are."""
        ways = [self.algebra.reductions(*self.match(f.conclusion, "eq")) for f in equations]
        for chosen in islice(product(*ways), MOST_CHOICES):
            yield reduce(lambda p, use: use(p), chosen, rest)

    # -- what the certificate claims

    def compare(self, document: Any) -> Fact:
        """Return what the last step derived, after comparing it with what the certificate claims."""
        fact = self.facts[-1]
        with at("claims"):
            claimed = [self.read("term", row) for row in listed(document["hypotheses"])]
            require(self.read("term", document["conclusion"]) == fact.conclusion, "the last step concludes otherwise")
            require(sorted(claimed) == sorted(fact.hypotheses), "other hypotheses than those of the last step")
            require(document["axioms"] == sorted(fact.axioms), "other axioms than those that were used")
        return fact

    def hints(self, names: Any) -> dict[int, str]:
        """Return the names that the certificate suggests for bound variables, by binder."""
        with at("names"):
            require(type(names) is dict, "an object is wanted")
            rows = [self.read("term", int(written(row, "0|[1-9][0-9]{0,8}", "a number"))) for row in names]
            require(all(self.nodes[row][0] in BODY for row in rows), "a term that binds nothing")
            return dict(zip(rows, [self.read("name", name) for name in names.values()], strict=True))


# ---- printing ------------------------------------------------------------------------------------------------------

SETS = {"Z": "ℤ", "R": "ℝ", "V": "𝕍", "W": "Ω"}
LETTERS = {"Z": "ijknm", "R": "xyz", "V": "uvw", "W": "ω"}
RESERVED = re.compile("E|F|Σ|Ω|[EF]_[^′]*|" + "|".join(BUILTIN))
FACTORS = ("var", "bvar", "app", "inner", "pow", "sum", "E", "CE")  # need no brackets in products
RELATIONS = {"le": "≤", "lt": "<", "eq": "="}
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Printer:
    """Writes propositions as text, with one name for one thing.

    A free variable or symbol whose name is taken (by another of the same name and another type, by a built-in function,
    by the notation) is marked with primes; `declarations` says of what type each is.
    """

    def __init__(self, terms: Terms, shown: Iterable[int], hints: Mapping[int, str]) -> None:
        """Give names to all free variables and symbols of the propositions to be shown."""
        self.terms, self.hints = terms, hints
        self.names: dict[object, str] = {symbol: symbol.name for symbol in BUILTIN.values()}
        self.declarations: list[str] = []
        free = frozenset[object]().union(*(terms.free[p] for p in shown)) - self.names.keys()
        for name, type_, thing in sorted((*self._type(thing), thing) for thing in free):
            while name in self.names.values() or RESERVED.fullmatch(name):
                name += "′"  # noqa: PLW2901  # until it is free
            self.names[thing] = name
            self.declarations.append(name + type_)

    def _type(self, thing: Any) -> tuple[str, str]:
        if not isinstance(thing, Symbol):
            _, name, sort = self.terms.nodes[thing]
            return name, f" ∈ {SETS[sort]}"
        type_ = f" : {' × '.join(SETS[s] for s in thing.domain)} → {SETS[thing.codomain]}"
        if thing.adapted is not None:
            k, dots = thing.adapted, ", …" * (len(thing.domain) > 2)
            type_ += f", at (t{dots}, ω) known at time t" + (f" {'+' if k > 0 else '-'} {abs(k)}" if k else "")
        return thing.name, type_

    def bound(self, term: int, sort: str, scope: Sequence[str]) -> str:
        """Return a name for the variable of a binder that nothing else in scope carries."""
        letters = [self.hints[term]] if term in self.hints else list(LETTERS[sort])
        primed = (letters[0] + "′" * number for number in count(1))
        taken = {*self.names.values(), *scope}
        return next(name for name in chain(letters, primed) if name not in taken and not RESERVED.fullmatch(name))

    def text(self, term: int, scope: tuple[str, ...] = ()) -> str:
        """Return a term as text; ``scope`` are the names of the bound variables around it, the innermost last."""
        op, *rest = self.terms.nodes[term]
        if op in BODY:
            return self._binder(term, scope)
        if op in RELATIONS:
            return f" {RELATIONS[op]} ".join(self.text(side, scope) for side in rest)
        if op in ("imp", "and"):
            left_side = self._part(rest[0], scope, RELATIONS)
            after = (*RELATIONS, "imp", "all") if op == "imp" else RELATIONS
            return f"{left_side} {'→' if op == 'imp' else '∧'} {self._part(rest[1], scope, after)}"
        if op in ("add", "mul", "smul", "inv"):
            return self._sum(rest, scope) if op == "add" else self._product(op, [term] if op == "inv" else rest, scope)
        if op in ("q", "bvar"):
            return str(rest[0]) if op == "q" else scope[-1 - rest[0]]
        return self._function(op, rest, scope) if op != "var" else self.names[term]

    def _function(self, op: str, rest: Sequence[Any], scope: tuple[str, ...]) -> str:
        if op == "pow":
            root = self.terms.nodes[rest[0]][:2] == ("app", BUILTIN["sqrt"])
            base = self._part(rest[0], scope, () if root else ("var", "bvar", "app"))
            return base + str(rest[1]).translate(SUPERSCRIPTS)
        args = [self.text(arg, scope) for arg in (rest[1:] if op == "app" else rest)]
        if op == "inner":
            return f"‖{args[0]}‖²" if rest[0] == rest[1] else f"⟨{args[0]}, {args[1]}⟩"
        return f"{'√' if rest[0] == BUILTIN['sqrt'] else self.names[rest[0]]}({', '.join(args)})"

    def _part(self, term: int, scope: tuple[str, ...], plain: Iterable[str]) -> str:
        """Return text in brackets, except for terms of these forms and for natural numbers."""
        text = self.text(term, scope)
        return text if self.terms.nodes[term][0] in plain or text.isdecimal() else f"({text})"

    def _sum(self, terms: Sequence[int], scope: tuple[str, ...]) -> str:
        texts = [f"({self.text(t, scope)})" if self.terms.nodes[t][0] == "add" else self.text(t, scope) for t in terms]
        rest = (f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])
        return texts[0] + "".join(rest)

    def _product(self, op: str, factors: Sequence[int], scope: tuple[str, ...]) -> str:
        """Return a·b / (c·d); -1 in front is a sign."""
        above, below = list[str](), list[str]()
        for factor in factors:
            inverse = op != "smul" and self.terms.nodes[factor][0] == "inv"
            shown = self.terms.nodes[factor][1] if inverse else factor
            (below if inverse else above).append(self._part(shown, scope, FACTORS))
        if above[:1] == ["(-1)"]:
            above[:2] = ["-" + (above[1] if len(above) > 1 else "1")]
        over = f" / {below[0] if len(below) == 1 else '(' + '·'.join(below) + ')'}" if below else ""
        return ("·".join(above) or "1") + over

    def _binder(self, term: int, scope: tuple[str, ...]) -> str:
        op, *rest = self.terms.nodes[term]
        sort = rest[0] if op == "all" else "Z" if op == "sum" else "W"
        name = self.bound(term, sort, scope)
        body = self.text(rest[BODY[op] - 1], (*scope, name))
        if op == "all":
            return f"∀{name} ∈ {SETS[sort]}. {body}"
        if op == "sum":
            return f"Σ[{name}={self.text(rest[0], scope)}..{self.text(rest[1], scope)}]({body})"
        if op == "E":
            return f"E_{name}[{body}]"
        return f"E_{name}[{body} | F_{{{self.text(rest[0], scope)}}}]({self.text(rest[2], scope)})"


# ---- the face ------------------------------------------------------------------------------------------------------


class Result(NamedTuple):
    """What a certificate proves, in text: read this, and compare it with what was claimed.

    ``symbols`` are the free variables and function symbols with their types and restrictions: the theorem holds for all
    their values and interpretations.  ``axioms`` are those used, by name.  ``sha256`` is that of the certificate.
    """

    statement: str
    hypotheses: tuple[str, ...]
    symbols: tuple[str, ...]
    axioms: Mapping[str, str]
    steps: int
    sha256: str


def check(data: bytes | str) -> Result:
    """Replay a certificate and say what it proves; raise `CheckError` if it does not."""
    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else bytes(data)
    try:
        replay = Replay(document := parse(raw))
        fact = replay.compare(document)
        printer = Printer(replay.terms, (fact.conclusion, *fact.hypotheses), replay.hints(document["names"]))
        statement, hypotheses = printer.text(fact.conclusion), tuple(sorted(map(printer.text, fact.hypotheses)))
    except RecursionError:
        raise CheckError("the certificate is nested too deeply") from None
    used = {name: Printer(replay.terms, (), {}).text(replay.terms.plant(AXIOMS[name])) for name in sorted(fact.axioms)}
    return Result(statement, hypotheses, tuple(printer.declarations), used, len(replay.facts), sha256(raw).hexdigest())


def parse(raw: bytes) -> Any:
    """Return the JSON of a certificate; floats, NaN, long numbers and repeated keys are refused."""

    def refuse(text: str) -> NoReturn:
        raise CheckError(f"not a whole number: {text[:40]}")

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs), "a key occurs twice in an object")
        return dict(pairs)

    require(len(raw) <= LARGEST_FILE, "the file is too large")
    try:
        return json.loads(raw.decode(), parse_float=refuse, parse_constant=refuse, object_pairs_hook=table)
    except ValueError as error:
        raise CheckError(f"not JSON: {error}") from None


def report(path: str, result: Result) -> list[str]:
    """Return what was proved, for a reader."""
    lines = [f"{path}: accepted, {result.steps} steps, sha256 {result.sha256}", "  theorem", f"    {result.statement}"]
    formulas = [f"{name}: {formula}" for name, formula in result.axioms.items()]
    for title, texts in (("hypotheses", result.hypotheses), ("for all", result.symbols), ("axioms", formulas)):
        lines += [f"  {title}", *(f"    {text}" for text in texts or ["none"])]
    return lines


def main(arguments: Sequence[str]) -> int:
    """Check the files that are named; return the exit code."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        sys.stdout.write("usage: python check.py FILE...\n")
        return 2
    code, encoding = 0, sys.stdout.encoding or "ascii"
    for path in arguments:
        try:
            lines = report(path, check(Path(path).read_bytes()))
        except (CheckError, OSError) as error:
            lines = [f"{path}: rejected: {error}"]
            code = max(code, 1 if isinstance(error, CheckError) else 2)
        sys.stdout.write("\n".join([*lines, ""]).encode(encoding, "backslashreplace").decode(encoding))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
