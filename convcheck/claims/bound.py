"""`Bound`: the formula that a claim bounds something by, as a SymPy expression, a function of arrays, and a rate.

It is read off the claim's statement, ∀… T …. premises ⇒ left ≤ right, so that what is plotted is what was proved.  Its
conditions are the premises and the hypotheses that speak of its constants only, 1 ≤ T and 0 < α for instance.

A formula may speak of what is played: of gradients g_{t,i}, of states, of a schedule β_t.  Its value is then that of
the kernel's term on the sequences of a run.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, Signature
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy.core.function import AppliedUndef

from convcheck.claims.claim import Kind
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.values import evaluated
from convcheck.errors import AlgebraError, BoundError, ParameterError, UnknownNameError
from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.terms import ZERO, Symbol, Term, instantiate, make
from convcheck.language.algebra import plain_symbol, to_sympy
from convcheck.language.hints import hint
from convcheck.language.latex import letters
from convcheck.language.names import free_name, names_of
from convcheck.language.printing import text
from convcheck.language.scope import current
from convcheck.language.terms import COORDINATE, Expression

_RELATIONS = {"le": "≤", "lt": "<", "eq": "="}


def ascii_name(name: str) -> str:
    """Return a name with its Greek letters spelled: ``alpha`` for α, ``beta1`` for β1; others as they are."""
    spelled = (unicodedata.name(c, "").rpartition(" ")[2] if _is_greek(c) else c for c in name)
    return "".join(s.lower().replace("lamda", "lambda") if len(s) > 1 else s for s in spelled)


def _is_greek(character: str) -> bool:
    return unicodedata.name(character, "").startswith("GREEK SMALL LETTER")


@dataclass(frozen=True, eq=False)
class Bound:
    """A formula that bounds what a claim is about.

    SymPy takes it for its expression (``sympy.diff(bound, …)``); ``bound(T=…, alpha=…)`` is its value on arrays, and
    ``bound.latex`` and ``str(bound)`` show it.

    Attributes
    ----------
    claim
        The claim's id.
    kind, optimizers
        What it is about.
    expression
        The formula.
    left
        What it bounds, as text.
    horizon
        The name of the number of rounds, empty if the formula has none.
    symbols
        The formula's symbols by name; positive where the conditions say so, real or integer otherwise.
    conditions
        What is assumed of the constants, as relations of SymPy.
    below
        Whether it is a bound from below.
    elsewhere
        What is assumed of constants that the formula does not mention, as text: whoever uses the bound sees to it.
    sequences
        What is played that the formula speaks of, by name; what is assumed of it is not checked.
    term
        The formula, as the kernel has it.
    variables
        The kernel's variables by name.
    """

    claim: str
    kind: Kind
    optimizers: tuple[str, ...]
    expression: sp.Expr
    left: str
    horizon: str
    symbols: Mapping[str, sp.Symbol]
    conditions: tuple[Any, ...]
    below: bool = False
    elsewhere: tuple[str, ...] = ()
    sequences: Mapping[str, Symbol] = field(default_factory=dict)
    term: Term = ZERO
    variables: Mapping[str, Term] = field(default_factory=dict)

    def __call__(self, *rounds: ArrayLike, **values: ArrayLike | Callable[[Any], Any]) -> NDArray[np.float64]:
        """Return the bound at some values, which are broadcast against each other.

        Parameters
        ----------
        rounds
            The number of rounds, which may also be given by its name.
        values
            Numbers or arrays for the other constants, by name: ``α`` or ``alpha``.  For a sequence its entries at 1, 2,
            …: shape (T,), for a sequence of vectors (T, d); a schedule may be given as a function of t.

        Raises
        ------
        UnknownNameError
            The bound has no such constant; the message has the nearest.
        BoundError
            A constant is missing, or an entry of a sequence.
        ParameterError
            A value is not a finite number, or a condition of the claim is not met.
        """
        if len(rounds) > 1 or (rounds and not self.horizon):
            raise BoundError(f"{self} takes {1 if self.horizon else 0} values without a name; give the others by name")
        given: dict[str, Any] = {self.horizon: rounds[0]} if rounds else {}
        for name, value in values.items():
            own = self._name(name)
            if own in given:
                raise BoundError(f"the bound was given {own} twice")
            given[own] = value
        missing = [ascii_name(name) for name in (*self.symbols, *self.sequences) if name not in given]
        if missing:
            raise BoundError(f"the bound {self} needs a value for {', '.join(missing)}: bound({missing[0]}=…)")
        arrays = {name: _numbers(name, given[name]) for name in self.symbols}
        for condition, holds in zip(self.conditions, self._tests, strict=True):
            if not np.all(holds(*arrays.values())):
                raise ParameterError(f"the bound of {self.claim} holds for {_shown(condition)} only")
        if self.sequences:
            return self._played(arrays, {name: given[name] for name in self.sequences})
        found = np.asarray(self._function(*arrays.values()), dtype=np.float64)
        return np.array(np.broadcast_to(found, np.broadcast_shapes(found.shape, *(a.shape for a in arrays.values()))))

    def _played(self, arrays: Mapping[str, NDArray[np.float64]], given: Mapping[str, Any]) -> NDArray[np.float64]:
        """Return the value on what was played."""
        rounds = np.arange(1.0, 1 + int(np.max(arrays[self.horizon], initial=1)) if self.horizon else 2)
        known = {}
        for name, symbol in self.sequences.items():
            of = given[name]
            entries = _numbers(name, np.broadcast_to(of(rounds), rounds.shape) if callable(of) else of)
            wanted = 2 if symbol.codomain == "V" else 1
            if entries.ndim != wanted:
                shape = "(T, d)" if wanted == 2 else "(T,)"
                raise BoundError(f"{name} is given with the shape {entries.shape}; its entries at 1, 2, … are {shape}")
            known[symbol] = entries
        found = evaluated(self.term, {self.variables[name]: array for name, array in arrays.items()}, known)
        if np.isnan(found).any():
            shown = ", ".join(f"{name} has the shape {known[s].shape}" for name, s in self.sequences.items())
            raise BoundError(f"the bound of {self.claim} asks for entries that are not given: {shown}")
        return found

    def tune(self, parameter: str, **values: Any) -> sp.Expr:
        """Return the parameter that makes the bound least, for positive constants, as an expression in the others.

        Parameters
        ----------
        parameter
            A name: ``alpha`` or ``α``.
        values
            What is put in for other constants, numbers or SymPy's; with ``T=sympy.oo`` the limit for many rounds.

        Raises
        ------
        BoundError
            No positive value is known to make the bound least.
        """
        name = self._name(parameter)
        formula, back = self._positive()
        unknown = _stand_in(back, self.symbols[name])
        slope = sp.diff(formula, unknown)
        best = [r for r in _solved(slope, unknown) if self._is_least(r, sp.diff(slope, unknown), unknown, back)]
        if len(best) != 1:
            raise BoundError(f"no positive {parameter} is known to make the bound {self} least")
        found = sp.simplify(best[0])
        for other, value in values.items():
            symbol = _stand_in(back, self.symbols[self._name(other)])
            found = sp.limit(found, symbol, sp.oo) if value == sp.oo else found.subs(symbol, value)
        return sp.sympify(found).subs(back)

    @cached_property
    def rate(self) -> sp.Expr:
        """How the bound grows with the number of rounds, T^p (log T)^q, the constants being fixed and positive.

        Raises `BoundError` if it has no horizon or grows otherwise.
        """
        return self._growth[1]

    @cached_property
    def leading(self) -> sp.Expr:
        """The limit of the bound over its rate: the constant that matters for many rounds."""
        return self._growth[0]

    @cached_property
    def _growth(self) -> tuple[sp.Expr, sp.Expr]:
        if not self.horizon:
            raise BoundError(f"the bound {self} has no number of rounds to grow with")
        formula, back = self._positive()
        n = _stand_in(back, self.symbols[self.horizon])
        if formula.has(AppliedUndef):
            raise BoundError(f"the bound {self} depends on what is played, and has no rate by itself")
        try:
            power = sp.simplify(sp.limit(n * sp.diff(formula, n) / formula, n, sp.oo))
            rest = sp.expand(formula / n**power)
            logs = sp.simplify(sp.limit(n * sp.log(n) * sp.diff(rest, n) / rest, n, sp.oo))
            rate = n**power * sp.log(n) ** logs
            constant = sp.simplify(sp.limit(rest / sp.log(n) ** logs, n, sp.oo))
        except NotImplementedError as error:
            raise BoundError(f"SymPy finds no rate of {self}") from error
        if not (power.is_finite and logs.is_finite and constant.is_finite) or constant == 0:
            raise BoundError(f"the bound {self} grows like no power of {self.horizon} times logarithms")
        return constant.subs(back), rate.subs(back)

    @property
    def latex(self) -> str:
        """The formula in LaTeX."""
        return latex(self.expression)

    @property
    def __signature__(self) -> Signature:
        """What `cc.check_bound` can give it: the horizon, then constants by name."""
        names = (*self.symbols, *self.sequences)
        others = [Parameter(ascii_name(n), Parameter.KEYWORD_ONLY) for n in names if n != self.horizon]
        first = Parameter(self.horizon or "T", Parameter.POSITIONAL_OR_KEYWORD)
        return Signature([first, *others])

    def __str__(self) -> str:
        """Write the formula as Python would."""
        return str(self.expression)

    def __repr__(self) -> str:
        """Show what is bounded by what."""
        sides = (str(self), self.left) if self.below else (self.left, str(self))
        return f"{sides[0]} ≤ {sides[1]}"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def _sympy_(self) -> sp.Expr:
        return self.expression

    def _name(self, name: str) -> str:
        """Return the bound's own name for a constant, spelled out or not."""
        spelled = {ascii_name(own): own for own in (*self.symbols, *self.sequences)}
        if ascii_name(name) not in spelled:
            raise UnknownNameError("constant", name, spelled, where=f"in the bound of {self.claim}")
        return spelled[ascii_name(name)]

    def _positive(self) -> tuple[sp.Expr, dict[sp.Symbol, sp.Symbol]]:
        """Return the formula with positive constants, and what they stand for."""
        made = {s: sp.Dummy(s.name, positive=True) for s in self.symbols.values()}
        return self.expression.subs(made), {p: s for s, p in made.items()}

    def _is_least(
        self, root: sp.Expr, curvature: sp.Expr, unknown: sp.Symbol, back: dict[sp.Symbol, sp.Symbol]
    ) -> bool:
        """Tell whether a zero of the slope is positive, and a least, at some values of the other constants.

        SymPy does not know that √T > ½ for T ≥ 1: signs are seen at numbers.
        """
        for values in _SAMPLES:
            point = {p: v for p, v in zip(back, values, strict=False) if p is not unknown}
            at = complex(root.subs(point))
            if at.imag or at.real <= 0 or not complex(curvature.subs({**point, unknown: at.real})).real > 0:
                return False
        return True

    @cached_property
    def _function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = sp.lambdify([*self.symbols.values()], self.expression, "numpy")
        return function

    @cached_property
    def _tests(self) -> tuple[Callable[..., Any], ...]:
        return tuple(sp.lambdify([*self.symbols.values()], c, "numpy") for c in self.conditions)


_SAMPLES = tuple(tuple(1 + (k * (i + 2) * 37 % 101) / 25 for i in range(12)) for k in (1, 3, 8))
"""Positive numbers, at least 1, at which signs are seen."""


def _stand_in(back: Mapping[sp.Symbol, sp.Symbol], symbol: sp.Symbol) -> sp.Symbol:
    return next(stand_in for stand_in, own in back.items() if own is symbol)


def latex(expression: sp.Expr) -> str:
    """Return an expression of SymPy in LaTeX, Greek letters by their commands."""
    return str(sp.latex(expression, symbol_names={s: letters(s.name) for s in expression.free_symbols}))


def _solved(slope: sp.Expr, unknown: sp.Symbol) -> list[sp.Expr]:
    try:
        return [*sp.solve(slope, unknown)]
    except NotImplementedError:
        return []


def _shown(condition: Any) -> str:
    return f"{condition.lhs} {_RELATIONS[{'<=': 'le', '<': 'lt', '==': 'eq'}[condition.rel_op]]} {condition.rhs}"


def _numbers(name: str, value: ArrayLike) -> NDArray[np.float64]:
    try:
        made = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{name} = {value!r} is no array of numbers") from error
    if not np.isfinite(made).all():
        raise ParameterError(f"{name} must be finite, but it is {made[~np.isfinite(made)].flat[0]} at some place")
    return made


# ---- reading a claim


def bounds(file: ClaimFile) -> tuple[Bound, ...]:
    """Return the bounds of a claim: one for each relation ≤ that its statement joins with ∧."""
    return file.within(lambda: tuple(_read(file)))


def bound(file: ClaimFile) -> Bound:
    """Return the one bound of a claim.

    Raises
    ------
    BoundError
        Its statement is no inequality with a formula on one side, or it has several bounds.
    """
    found = bounds(file)
    if not found:
        raise BoundError(f"{file.id} does not bound anything by a formula: {file.text}")
    if len(found) > 1:
        shown = "; ".join(map(repr, found))
        raise BoundError(f"{file.id} has {len(found)} bounds, take one of claim.bounds: {shown}")
    return found[0]


def _read(file: ClaimFile) -> Iterator[Bound]:
    if not isinstance(file.statement, Expression):
        return
    hypotheses = [fact.conclusion for fact in current().context.facts]
    for premises, relation in _conclusions(file.statement.term, []):
        if relation.op not in ("le", "lt"):
            continue
        left, right = relation.args
        # The formula is on the right, or on the left; if neither is one, what is played may occur on the right.
        for one, other, played in ((left, right, False), (right, left, False), (left, right, True)):
            try:
                yield _made(file, one, other, [*hypotheses, *premises], below=one is right, played=played)
            except AlgebraError:
                continue
            break


def _conclusions(p: Term, premises: list[Term]) -> Iterator[tuple[list[Term], Term]]:
    """Yield the relations that a statement joins, each with what is assumed; bound variables become free ones."""
    if p.op == "and":
        for part in p.args:
            yield from _conclusions(part, premises)
    elif p.op == "imp":
        yield from _conclusions(p.args[1], [*premises, p.args[0]])
    elif p.op == "all":
        taken = names_of(p, *premises)
        variable = make("var", free_name(hint(p) or "n", (), taken).replace("'", "1"), p.args[0])
        yield from _conclusions(instantiate(p.args[1], variable), premises)
    else:
        yield premises, p


def _made(file: ClaimFile, left: Term, right: Term, assumed: list[Term], *, below: bool, played: bool) -> Bound:
    relations = [p for p in assumed if p.op in _RELATIONS and not _opaque(p)]
    variables = {v for v in right.free if isinstance(v, Term)}
    scalars = [p for p in relations if p.free - BUILTIN <= variables]
    positive = {p.args[1] for p in scalars if p.op == "lt" and _is_number(p.args[0], 0)}
    positive |= {p.args[1] for p in scalars if p.op == "le" and _is_number(p.args[0], 1)}
    symbols = {v: _symbol(v, positive=v in positive) for v in sorted(variables, key=lambda v: v.key)}
    horizons = {v for v in variables if v.sort == "Z"}
    stand_ins: dict[str, sp.Symbol] = {}

    def other(term: Term) -> sp.Expr | None:
        inside = {v for v in term.free if isinstance(v, Term) and v.sort != "W"}
        if not _opaque(term, deep=False) or term.sort == "V" or not inside <= variables - horizons:
            return None
        name = text(term)
        return stand_ins.setdefault(name, sp.Symbol(name, real=True))

    expression = to_sympy(right, evaluate=True, symbols=symbols, other=other)
    if not played and expression.has(AppliedUndef):
        raise AlgebraError(f"{text(right)} depends on what is played")
    used = {s.name: s for s in [*symbols.values(), *stand_ins.values()] if s in expression.free_symbols}
    conditions = {p: to_sympy(p, symbols=symbols) for p in scalars}
    kept = {p: c for p, c in conditions.items() if c.free_symbols <= set(used.values())}
    constants = [p for p in relations if all(isinstance(thing, Term) or thing in BUILTIN for thing in p.free)]
    elsewhere = tuple(text(p) for p in constants if p not in kept)
    counted = [v for v in horizons if v.args[0] in used]
    counted = [v for v in counted if v not in file.statement.term.free] or counted
    functions = {name: thing for name, thing in names_of(right).items() if isinstance(thing, Symbol)}
    functions.pop(COORDINATE.name, None)
    return Bound(
        file.id,
        file.claim.kind,
        file.optimizers,
        expression,
        text(left),
        str(counted[0].args[0]) if len(counted) == 1 else "",
        used,
        tuple(kept.values()),
        below,
        elsewhere,
        {name: s for name, s in sorted(functions.items()) if expression.has(AppliedUndef)},
        right,
        {str(v.args[0]): v for v in variables},
    )


def _symbol(variable: Term, *, positive: bool) -> sp.Symbol:
    name = str(variable.args[0])
    if not positive:
        return plain_symbol(name, variable.sort)
    return sp.Symbol(name, positive=True, integer=True) if variable.sort == "Z" else sp.Symbol(name, positive=True)


def _is_number(term: Term, least: int) -> bool:
    return term.op == "q" and bool(term.args[0] >= least)


def _opaque(term: Term, *, deep: bool = True) -> bool:
    """Tell whether a term is a number made of vectors or random quantities, or has one inside."""
    own = term.op in ("inner", "E", "CE") or term.sort in ("V", "W")
    if term.op == "app":
        own |= any(a.sort in ("V", "W") for a in term.args[1:])
    return own or (deep and any(_opaque(a) for a in term.args if isinstance(a, Term)))
