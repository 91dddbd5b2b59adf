"""`Bound`: the formula that a claim bounds something by, as a SymPy expression, a function of arrays, and a rate.

A formula may speak of what is played: of gradients g_{t,i}, of states, of a schedule β_t.  Its value is then that of
the kernel's term on the sequences of a run.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, Signature
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray
from sympy.core.function import AppliedUndef

from convcheck.claims.claim import Kind
from convcheck.claims.values import evaluated
from convcheck.errors import BoundError, ParameterError, UnknownNameError
from convcheck.kernel.terms import ZERO, Symbol, Term
from convcheck.language.latex import letters

_SIGNS = {"<=": "≤", "<": "<", "==": "="}


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
    return f"{condition.lhs} {_SIGNS[condition.rel_op]} {condition.rhs}"


def _numbers(name: str, value: ArrayLike) -> NDArray[np.float64]:
    try:
        made = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{name} = {value!r} is no array of numbers") from error
    if not np.isfinite(made).all():
        raise ParameterError(f"{name} must be finite, but it is {made[~np.isfinite(made)].flat[0]} at some place")
    return made
