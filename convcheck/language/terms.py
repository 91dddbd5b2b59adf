"""Expressions: terms of the kernel with operators.

``==`` makes a formula, so an expression has no truth value; a float has no place in a proof.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from typing import NoReturn, TypeAlias

from convcheck.errors import ProofError
from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, POWER, SQRT
from convcheck.kernel.terms import ONE, ZERO, KernelError, Symbol, Term, abstract, make, number
from convcheck.language.hints import remember

OUTCOME = make("var", "ω", "W")
"""The outcome on which random quantities depend; it is never written."""


class Expression:
    """A term or a formula."""

    __slots__ = ("term",)
    __array_ufunc__ = None  # NumPy's numbers leave `np.float64(0.5) * x` to us, who refuse it

    def __init__(self, term: Term) -> None:
        """Wrap a kernel term."""
        self.term = term

    def __hash__(self) -> int:
        return hash(self.term)

    def __add__(self, other: "Value") -> "Expression":
        return Expression(add(self.term, lift(other)))

    def __radd__(self, other: "Value") -> "Expression":
        return Expression(add(lift(other), self.term))

    def __neg__(self) -> "Expression":
        return Expression(negative(self.term))

    def __pos__(self) -> "Expression":
        return self

    def __sub__(self, other: "Value") -> "Expression":
        return Expression(add(self.term, negative(lift(other))))

    def __rsub__(self, other: "Value") -> "Expression":
        return Expression(add(lift(other), negative(self.term)))

    def __mul__(self, other: "Value") -> "Expression":
        return Expression(multiply(self.term, lift(other)))

    def __rmul__(self, other: "Value") -> "Expression":
        return Expression(multiply(lift(other), self.term))

    def __truediv__(self, other: "Value") -> "Expression":
        return Expression(divide(self.term, lift(other)))

    def __rtruediv__(self, other: "Value") -> "Expression":
        return Expression(divide(lift(other), self.term))

    def __pow__(self, exponent: "Value") -> "Expression":
        if isinstance(exponent, int) and not isinstance(exponent, bool) and exponent >= 0:
            return Expression(_make("pow", self.term, exponent))
        return Expression(_make("app", POWER, self.term, lift(exponent)))

    def __abs__(self) -> "Expression":
        return Expression(_make("app", ABS, self.term))

    def __le__(self, other: "Value") -> "Expression":
        return Expression(_make("le", self.term, lift(other)))

    def __ge__(self, other: "Value") -> "Expression":
        return Expression(_make("le", lift(other), self.term))

    def __lt__(self, other: "Value") -> "Expression":
        return Expression(_make("lt", self.term, lift(other)))

    def __gt__(self, other: "Value") -> "Expression":
        return Expression(_make("lt", lift(other), self.term))

    def __eq__(self, other: "Value") -> "Expression":  # type: ignore[override]  # a formula, not a truth value
        return Expression(_make("eq", self.term, lift(other)))

    def __ne__(self, other: object) -> NoReturn:
        raise ProofError("there is no formula a ≠ b; write a < b or b < a")

    def __and__(self, other: "Value") -> "Expression":
        return Expression(_make("and", self.term, lift(other)))

    def __bool__(self) -> NoReturn:
        raise ProofError("a formula has no truth value: write given(a <= b, b <= c), not a <= b <= c, and no if")

    def __repr__(self) -> str:
        from convcheck.language.printing import text

        return text(self.term)

    def _repr_latex_(self) -> str:
        from convcheck.language.printing import latex

        return f"${latex(self.term)}$"


Value: TypeAlias = Expression | Term | int | Fraction


def lift(value: object) -> Term:
    """Return the term that a value denotes.

    Raises
    ------
    ProofError
        It is a float or anything else that is no exact number and no expression.
    """
    if isinstance(value, Expression):
        return value.term
    if isinstance(value, Term):
        return value
    if type(value) in (int, Fraction):
        return number(value)  # type: ignore[arg-type]  # the line above says what it is
    if isinstance(value, float):
        exact = Fraction(repr(value)) if isfinite(value) else "1, 2"
        raise ProofError(f"{value!r} is a float: use Fraction({str(exact).replace('/', ', ')})")
    raise ProofError(f"{value!r} is no term: use integers, Fraction(1, 2) and expressions")


def expression(value: object) -> Expression:
    """Return a value as an expression."""
    return value if isinstance(value, Expression) else Expression(lift(value))


def _make(op: str, *args: object) -> Term:
    try:
        return make(op, *args)
    except KernelError as error:
        raise ProofError(f"{op} does not take these: {error}") from error


def add(a: Term, b: Term) -> Term:
    """Return a + b, nested sums joined, numbers at the end of a sum added up, zeros dropped."""
    if ZERO in (a, b) and "V" not in (a.sort, b.sort):
        return b if a is ZERO else a
    parts = [*_parts("add", a), *_parts("add", b)]
    if parts[-1].op == "q" and parts[-2].op == "q":
        total = number(parts.pop().args[0] + parts.pop().args[0])
        if not parts:
            return total
        if total is not ZERO:
            parts.append(total)
    return parts[0] if len(parts) == 1 else _make("add", *parts)


def multiply(a: Term, b: Term) -> Term:
    """Return a·b, nested products joined, ones dropped; a number times a vector scales it."""
    if b.sort == "V":
        a, b = b, a
    if a.sort == "V":
        scalar, vector = a.args if a.op == "smul" else (ONE, a)
        scalar = multiply(b, scalar)
        return vector if scalar is ONE else _make("smul", scalar, vector)
    if ONE in (a, b):
        return b if a is ONE else a
    if a.op == b.op == "q":
        return number(a.args[0] * b.args[0])
    return _make("mul", *_parts("mul", a), *_parts("mul", b))


def divide(a: Term, b: Term) -> Term:
    """Return a/b; the kernel's 1/0 is 0, and a theorem about code shows that it does not matter."""
    if b.op == "q" and b.args[0] != 0:
        return multiply(a, number(1 / b.args[0]))
    return multiply(a, _make("inv", b))


def negative(a: Term) -> Term:
    """Return -a."""
    if a.op == "q":
        return number(-a.args[0])
    if a.op == "mul" and a.args[0].op == "q":
        return multiply(number(-a.args[0].args[0]), a.args[1] if len(a.args) == 2 else make("mul", *a.args[1:]))
    return multiply(number(-1), a)


def _parts(op: str, a: Term) -> tuple[Term, ...]:
    return a.args if a.op == op else (a,)


# ---- symbols -------------------------------------------------------------------------------------------------------


def _variables(names: str, sort: str) -> list[Expression]:
    return [Expression(_make("var", name, sort)) for name in names.split()]


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
        return Expression(_make("app", self.symbol, *map(lift, arguments), *hidden))

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


# ---- operations ----------------------------------------------------------------------------------------------------


def Sum(body: Value, index: Expression, low: Value, high: Value) -> Expression:  # noqa: N802  # Python's sum stays
    """Return Σ_{index = low}^{high} body, which is 0 if high < low."""
    term = _make("sum", lift(low), lift(high), abstract(lift(body), index.term))
    remember(term, index.term.args[0])
    return Expression(term)


def inner(a: Value, b: Value) -> Expression:
    """Return ⟨a, b⟩, for numbers their product."""
    if lift(a).sort != "V" and lift(b).sort != "V":
        return expression(a) * expression(b)
    return Expression(_make("inner", lift(a), lift(b)))


def norm2(a: Value) -> Expression:
    """Return ‖a‖², for a number its square."""
    return inner(a, a) if lift(a).sort == "V" else expression(a) ** 2


def _unary(symbol: Symbol) -> Callable[[Value], Expression]:
    def apply(a: Value) -> Expression:
        return Expression(_make("app", symbol, lift(a)))

    apply.__doc__ = f"Return {symbol.name} a."
    return apply


sqrt, log, exp = _unary(SQRT), _unary(LOG), _unary(EXP)


def maximum(a: Value, b: Value) -> Expression:
    """Return the larger of two numbers."""
    return Expression(_make("app", MAX, lift(a), lift(b)))


def minimum(a: Value, b: Value) -> Expression:
    """Return the smaller of two numbers."""
    return Expression(_make("app", MIN, lift(a), lift(b)))


def clip(y: Value, low: Value, high: Value) -> Expression:
    """Return the projection of y onto [low, high], as NumPy computes it."""
    return minimum(maximum(y, low), high)


def expect(body: Value, given: Value | None = None) -> Expression:
    """Return 𝔼[body], or 𝔼[body | F_t] with ``given=t``."""
    inside = abstract(lift(body), OUTCOME)
    return Expression(_make("E", inside) if given is None else _make("CE", lift(given), inside, OUTCOME))


def implies(*formulas: Value) -> Expression:
    """Return p → (q → … → r)."""
    *premises, result = map(lift, formulas)
    for premise in reversed(premises):
        result = _make("imp", premise, result)
    return Expression(result)


def forall(*parts: Value) -> Expression:
    """Return ``forall(1 <= T, i, p)``: for all T ≥ 1 and all i, p.  Variables are read off the guards.

    What is random holds for all outcomes.
    """
    *guards, body = map(lift, parts)
    bound = list(dict.fromkeys(v for guard in guards for v in variables(guard)))
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
