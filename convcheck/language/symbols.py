"""Symbols and operations: variables, sequences, functions; sums, norms, roots, expectations; formulas for all …."""

import re
from collections.abc import Callable, Iterable

from convcheck.errors import ProofError
from convcheck.kernel.axioms import EXP, LOG, MAX, MIN, SQRT
from convcheck.kernel.terms import KernelError, Symbol, Term, abstract, make
from convcheck.language.hints import remember
from convcheck.language.terms import OUTCOME, Expression, Value, build, expression, lift


def _variables(names: str, sort: str) -> list[Expression]:
    return [Expression(build("var", name, sort)) for name in names.split()]


def ints(names: str) -> list[Expression]:
    """Return integer variables: ``t, T = ints("t T")``."""
    return _variables(names, "Z")


def reals(names: str) -> list[Expression]:
    """Return real variables."""
    return _variables(names, "R")


def vectors(names: str) -> list[Expression]:
    """Return variables for vectors of a real inner-product space of any dimension."""
    return _variables(names, "V")


class Function:
    """A function symbol: ``x[t]`` and ``f[t](y)``, or ``x(t)`` and ``f(t, y)``.

    A random one also depends on the outcome, which is not written.
    """

    def __init__(self, symbol: Symbol) -> None:
        """Wrap a symbol of the kernel."""
        self.symbol = symbol

    def __call__(self, *arguments: Value) -> Expression:
        """Return the value at some arguments."""
        hidden = [OUTCOME] if self.symbol.domain[-1] == "W" and len(arguments) < len(self.symbol.domain) else []
        return Expression(build("app", self.symbol, *map(lift, arguments), *hidden))

    def __getitem__(self, index: Value | tuple[Value, ...]) -> Expression:
        """Return the value at an index, or at several."""
        return self(*(index if isinstance(index, tuple) else (index,)))

    def __repr__(self) -> str:
        return self.symbol.name


class Family:
    """Functions f_1, f_2, …: ``f[t]`` is one of them, ``f[t](y)`` its value."""

    def __init__(self, values: Function) -> None:
        """Wrap a function of the index and the arguments."""
        self.values = values

    def __getitem__(self, index: Value) -> Callable[..., Expression]:
        """Return one of the functions."""

        def member(*arguments: Value) -> Expression:
            return self.values(index, *arguments)

        return member


def function(name: str, domain: str, codomain: str = "R", adapted: int | None = None) -> Function:
    """Return a function symbol; domain and codomain are letters of sorts (Z, R, V, W)."""
    if not re.fullmatch("[ZRVW]+", domain):
        raise ProofError(f"{domain!r} is no domain: write sorts as letters, Z integers, R reals, V vectors, W outcomes")
    try:
        return Function(Symbol(name, tuple(domain), codomain, adapted))
    except KernelError as error:
        raise ProofError(f"there is no symbol {name!r}: {error}") from error


def sequences(names: str, sort: str = "R") -> list[Function]:
    """Return sequences x_t of reals, or of vectors with sort "V"."""
    return [function(name, "Z", sort) for name in names.split()]


def family(name: str, domain: str = "V", codomain: str = "R") -> Family:
    """Return functions f_t of a vector (or of whatever the domain says), one for each integer t."""
    return Family(function(name, "Z" + domain, codomain))


def arrays(names: str, sort: str = "R") -> list[Function]:
    """Return doubly indexed sequences x_{t,i}."""
    return [function(name, "ZZ", sort) for name in names.split()]


def processes(names: str, sort: str = "R", adapted: int = 0) -> list[Function]:
    """Return random sequences; x_t is known at time t + adapted."""
    return [function(name, "ZW", sort, adapted) for name in names.split()]


def Sum(body: Value, index: Expression, low: Value, high: Value) -> Expression:  # noqa: N802  # Python's sum stays
    """Return Σ_{index = low}^{high} body, which is 0 if high < low."""
    term = build("sum", lift(low), lift(high), abstract(lift(body), index.term))
    remember(term, index.term.args[0])
    return Expression(term)


def inner(a: Value, b: Value) -> Expression:
    """Return ⟨a, b⟩, for numbers their product."""
    if lift(a).sort != "V" and lift(b).sort != "V":
        return expression(a) * expression(b)
    return Expression(build("inner", lift(a), lift(b)))


def norm2(a: Value) -> Expression:
    """Return ‖a‖², for a number its square."""
    return inner(a, a) if lift(a).sort == "V" else expression(a) ** 2


def _unary(symbol: Symbol) -> Callable[[Value], Expression]:
    def apply(a: Value) -> Expression:
        return Expression(build("app", symbol, lift(a)))

    apply.__doc__ = f"Return {symbol.name} a."
    return apply


sqrt, log, exp = _unary(SQRT), _unary(LOG), _unary(EXP)


def maximum(a: Value, b: Value) -> Expression:
    """Return the larger of two numbers."""
    return Expression(build("app", MAX, lift(a), lift(b)))


def minimum(a: Value, b: Value) -> Expression:
    """Return the smaller of two numbers."""
    return Expression(build("app", MIN, lift(a), lift(b)))


def clip(y: Value, low: Value, high: Value) -> Expression:
    """Return the projection of y onto [low, high], as NumPy computes it."""
    return minimum(maximum(y, low), high)


def expect(body: Value, given: Value | None = None) -> Expression:
    """Return 𝔼[body], or 𝔼[body | F_t] with ``given=t``."""
    inside = abstract(lift(body), OUTCOME)
    return Expression(build("E", inside) if given is None else build("CE", lift(given), inside, OUTCOME))


def implies(*formulas: Value) -> Expression:
    """Return p → (q → … → r)."""
    *premises, result = map(lift, formulas)
    for premise in reversed(premises):
        result = build("imp", premise, result)
    return Expression(result)


absurd = expression(1) <= 0
"""What is false."""


def negated(formula: Value) -> Expression:
    """Return p → 1 ≤ 0, which says that p is false."""
    return implies(formula, absurd)


def forall(*parts: Value, over: Iterable[Expression] | None = None) -> Expression:
    """Return ``forall(1 <= T, i, p)``: for all T ≥ 1 and all i, p.

    Variables are read off the guards unless they are given with ``over``.  What is random holds for all outcomes.
    """
    *guards, body = map(lift, parts)
    read = (v for guard in guards for v in variables(guard))
    bound = list(dict.fromkeys(read if over is None else (v.term for v in over)))
    formula = implies(*(g for g in guards if g.op != "var"), body).term
    if OUTCOME in formula.free:
        bound.append(OUTCOME)
    return Expression(quantify(formula, bound))


def quantify(formula: Term, bound: list[Term]) -> Term:
    """Return ∀ bound. formula."""
    for variable in reversed(bound):
        formula = make("all", variable.sort, abstract(formula, variable))
        remember(formula, variable.args[0])
    return formula


def variables(term: Term) -> list[Term]:
    """Return the free variables of a term, outcomes excepted, by name."""
    found = (v for v in term.free if isinstance(v, Term) and v.sort != "W")
    return sorted(found, key=lambda v: v.key)
