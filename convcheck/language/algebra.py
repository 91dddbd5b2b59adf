"""To SymPy and back: SymPy is the user's algebra, for step sizes, limits and rates; it never makes a theorem.

``to_sympy(p)`` says in SymPy what a number or a relation says, operation by operation, and ``from_sympy`` reads it:
``from_sympy(to_sympy(p), names_of(p)) is p``, except that SymPy has no sum or product of one thing, knows max and min
without the order of their arguments, and writes both powers of the kernel alike.  With ``evaluate=True`` SymPy may
rewrite as it likes, and what comes back is another term.

Both sides have the same value where the term is defined, and only there:

- the kernel's 1/0 is 0, SymPy's is not a number; SymPy also cancels x/x to 1;
- a root or logarithm of a negative number, and a power with a negative exponent, are unspecified in the kernel, complex
  or a quotient in SymPy; SymPy also makes (√x)² into x;
- Σ_{k=a}^{b} is 0 in the kernel whenever b < a; SymPy follows Karr, Σ_{k=a}^{b} = -Σ_{k=b+1}^{a-1}, so that the closed
  forms that it finds hold for b ≥ a - 1 only.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, count
from typing import Any, TypeAlias

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from convcheck.errors import AlgebraError, UnknownNameError
from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, POWER, SQRT
from convcheck.kernel.terms import ONE, KernelError, Symbol, Term, abstract, instantiate, make, number
from convcheck.language.hints import hint, remember
from convcheck.language.names import names_of
from convcheck.language.symbols import Function
from convcheck.language.terms import COORDINATE, Expression, Value, lift

Named: TypeAlias = Term | Symbol | Expression | Function
Other: TypeAlias = Callable[[Term], sp.Expr | None]

_RELATIONS = {"le": sp.Le, "lt": sp.Lt, "eq": sp.Eq}
_WHAT = {
    "inner": "vectors",
    "smul": "vectors",
    "E": "expectations",
    "CE": "expectations",
    "imp": "implications: convert its parts",
    "and": "a conjunction of formulas: convert its parts",
    "all": "quantifiers: convert an instance",
}


def to_sympy(
    value: Value,
    *,
    evaluate: bool = False,
    symbols: Mapping[Term, sp.Symbol] | None = None,
    other: Other | None = None,
) -> Any:
    """Return a number or a relation as a SymPy expression.

    Parameters
    ----------
    value
        The term.  Real variables become real symbols of the same name, integers integer ones, sequences functions; the
        coordinate x_{t,i} becomes x(t, i).
    evaluate
        Whether SymPy may simplify as it builds, as it does on its own.
    symbols
        Symbols for some variables, with more assumptions than their sort has (``positive=True``).
    other
        What stands for a subterm that has no counterpart, if anything.

    Raises
    ------
    AlgebraError
        The term has vectors, expectations or connectives, or divides by the number 0.
    """
    term = lift(value)
    names = {thing: name for name, thing in names_of(term).items()}
    return _ToSympy(names, dict(symbols or {}), other, evaluate=evaluate).write(term)


def from_sympy(expression: Any, names: Mapping[str, Named]) -> Term:
    """Return the term that a SymPy expression denotes.

    Parameters
    ----------
    expression
        A SymPy number or relation.
    names
        What its symbols and functions are called here, as `names_of` gives it: variables, sequences, functions.

    Raises
    ------
    UnknownNameError
        A symbol or function is none of these; the message has the nearest.
    AlgebraError
        SymPy's expression means nothing to the kernel: a decimal, π, i, ∞, a cube root, a case distinction.
    """
    plain = {name: _thing(named) for name, named in names.items()}
    try:
        return _FromSympy(plain).read(sp.sympify(expression))
    except KernelError as error:
        raise AlgebraError(f"{expression} makes no sense to the kernel: {error}") from error


def _thing(named: Named) -> Term | Symbol:
    return named.symbol if isinstance(named, Function) else named.term if isinstance(named, Expression) else named


def plain_symbol(name: str, sort: str) -> sp.Symbol:
    """Return the SymPy symbol for a variable of this name and sort."""
    return sp.Symbol(name, integer=True) if sort == "Z" else sp.Symbol(name, real=True)


class _ToSympy:
    """Names, symbols that stand for variables, and how to build."""

    def __init__(
        self, names: Mapping[Term | Symbol, str], symbols: dict[Term, sp.Symbol], other: Other | None, *, evaluate: bool
    ) -> None:
        self.names, self.symbols, self.other, self.evaluate = names, symbols, other, evaluate
        self.bound: list[str] = []

    def write(self, term: Term) -> Any:
        if term.op in _RELATIONS and term.args[0].sort != "V":
            return _RELATIONS[term.op](*map(self.write, term.args), evaluate=self.evaluate)
        stand_in = None if self.other is None else self.other(term)
        if stand_in is not None:
            return stand_in
        if term.sort in ("V", "W", "B"):
            raise AlgebraError(_refusal(term))
        build = getattr(self, f"_{term.op}", None)
        if build is None:
            raise AlgebraError(_refusal(term))
        return build(term)

    def _q(self, term: Term) -> sp.Expr:
        value: Fraction = term.args[0]
        return sp.Rational(value.numerator, value.denominator)

    def _var(self, term: Term) -> sp.Expr:
        if term not in self.symbols:
            self.symbols[term] = plain_symbol(self.names[term], term.sort)
        return self.symbols[term]

    def _add(self, term: Term) -> sp.Expr:
        return sp.Add(*map(self.write, term.args), evaluate=self.evaluate)

    def _mul(self, term: Term) -> sp.Expr:
        return sp.Mul(*map(self.write, term.args), evaluate=self.evaluate)

    def _pow(self, term: Term) -> sp.Expr:
        return sp.Pow(self.write(term.args[0]), term.args[1], evaluate=self.evaluate)

    def _inv(self, term: Term) -> sp.Expr:
        below = self.write(term.args[0])
        if below == 0:
            raise AlgebraError("1/0 is 0 in the kernel and no number in SymPy: it has no counterpart")
        return sp.Pow(below, -1, evaluate=self.evaluate)

    def _sum(self, term: Term) -> sp.Expr:
        low, high, body = term.args
        used = {*self.bound, *self.names.values(), *(n.partition("‹")[0] for n in self.names.values())}
        wanted = (hint(term) or "k").rstrip("'")
        name = next(n for n in chain([wanted], (f"{wanted}{k}" for k in count(1))) if n not in used)
        index = make("var", "k" * (1 + max(map(len, self.names.values()), default=0) + len(self.bound)), "Z")
        ends = self.write(low), self.write(high)
        self.bound.append(name)
        self.symbols[index] = plain_symbol(name, "Z")
        inside = self.write(instantiate(body, index))
        self.bound.pop()
        return sp.Sum(inside, (self.symbols.pop(index), *ends))

    def _app(self, term: Term) -> sp.Expr:
        symbol, *arguments = term.args
        if symbol is COORDINATE:  # x_{t,i} is x(t, i)
            vector, index = arguments
            symbol, arguments = (vector, [index]) if vector.op == "var" else (vector.args[0], [*vector.args[1:], index])
        if any(a.sort in ("V", "W") for a in arguments):
            raise AlgebraError(_refusal(term))
        values = [self.write(a) for a in arguments]
        build = _BUILTIN.get(symbol)
        if build is not None:
            return build(*values, evaluate=self.evaluate)
        whole = isinstance(symbol, Symbol) and symbol.codomain == "Z"
        return sp.Function(self.names[symbol], **({"integer": True} if whole else {"real": True}))(*values)


_BUILTIN: Mapping[Symbol, Callable[..., sp.Expr]] = {
    SQRT: lambda x, evaluate: sp.Pow(x, sp.Rational(1, 2), evaluate=evaluate),
    POWER: sp.Pow,
    LOG: sp.log,
    EXP: sp.exp,
    ABS: sp.Abs,
    MAX: lambda *values, evaluate: _extremum(sp.Max, values, evaluate=evaluate),
    MIN: lambda *values, evaluate: _extremum(sp.Min, values, evaluate=evaluate),
}


def _extremum(build: Callable[..., sp.Expr], values: Sequence[sp.Expr], *, evaluate: bool) -> sp.Expr:
    try:
        return build(*values, evaluate=evaluate)
    except (TypeError, ValueError) as error:  # of a complex number or 1/0, which SymPy cannot compare
        raise AlgebraError(f"{build.__name__} is of real numbers, and one of these is none: {error}") from error


def _refusal(term: Term) -> str:
    from convcheck.language.printing import text

    vectors = any(isinstance(a, Term) and a.sort == "V" for a in term.args) or term.sort == "V"
    random = any(isinstance(a, Term) and a.sort == "W" for a in term.args) or term.sort == "W"
    what = _WHAT.get(term.op) or ("vectors" if vectors else "random quantities" if random else term.op)
    shown = term.key if term.loose else text(term)
    return f"{shown} has {what}; SymPy gets numbers and relations between numbers"


class _FromSympy:
    """What names mean; the indices of sums come and go."""

    def __init__(self, names: dict[str, Term | Symbol]) -> None:
        self.names = names
        self.indices: dict[sp.Symbol, Term] = {}

    def read(self, e: Any) -> Term:
        for kind, read in _READERS:
            if isinstance(e, kind):
                return read(self, e)
        raise AlgebraError(f"{e} is a {type(e).__name__} of SymPy, which the kernel does not have")

    def rational(self, e: Any) -> Term:
        return number(Fraction(int(e.p), int(e.q)))

    def symbol(self, e: Any) -> Term:
        found = self.indices.get(e)
        if found is None:
            thing = self.named("variable", e.name)
            if not isinstance(thing, Term):
                raise AlgebraError(f"{e} is a function here, not a variable")
            found = thing
        return found

    def named(self, kind: str, name: str) -> Term | Symbol:
        if name not in self.names:
            raise UnknownNameError(kind, name, self.names)
        return self.names[name]

    def operation(self, op: str, e: Any) -> Term:
        return make(op, *map(self.read, e.args))

    def power(self, e: Any) -> Term:
        base, exponent = e.args
        if exponent.is_Rational and exponent.q in (1, 2):
            inside, n = self.read(base), int(exponent.p)
            if exponent.q == 2:
                inside = make("app", SQRT, inside)
            bare = n == -1 or (n == 1 and exponent.q == 2)
            power = inside if bare else make("pow", inside, abs(n))
            return power if n >= 0 else make("inv", power)
        if exponent.is_Rational:
            raise AlgebraError(f"{e} has the exponent {exponent}; the kernel has whole powers and square roots")
        inverse = bool(
            exponent.is_nonpositive and not exponent.is_nonnegative
        )  # what the kernel leaves unspecified, SymPy does not
        times = self.read(-exponent if inverse else exponent)
        if times.sort != "Z":
            raise AlgebraError(f"{e} has the exponent {exponent}, which is not known to be an integer")
        power = make("app", POWER, self.read(base), times)
        return make("inv", power) if inverse else power

    def extremum(self, symbol: Symbol, e: Any) -> Term:
        # SymPy keeps the arguments as a set, whose order changes from run to run.
        first, *rest = sorted(map(self.read, e.args), key=repr)
        for other in rest:
            first = make("app", symbol, first, other)
        return first

    def sum(self, e: Any) -> Term:
        body, *limits = e.args
        return self.summed(body, limits)

    def summed(self, body: Any, limits: list[Any]) -> Term:
        """Return nested sums; SymPy writes the innermost first."""
        if not limits:
            return self.read(body)
        *inner, limit = limits
        if len(limit) != 3:
            raise AlgebraError(f"a sum over {limit} has no ends")
        index, low, high = limit[0], self.read(limit[1]), self.read(limit[2])
        taken = {str(t.args[0]) for t in self.names.values() if isinstance(t, Term)}
        variable = make("var", "k" * (1 + max(map(len, taken), default=0) + len(self.indices)), "Z")
        outer = self.indices.get(index)
        self.indices[index] = variable
        summed = self.summed(body, inner)
        del self.indices[index]
        if outer is not None:
            self.indices[index] = outer
        term = make("sum", low, high, abstract(summed, variable))
        remember(term, index.name)
        return term

    def applied(self, e: Any) -> Term:
        symbol, arguments = self.named("function", e.func.__name__), [*map(self.read, e.args)]
        if isinstance(symbol, Term):
            if symbol.sort != "V" or len(arguments) != 1:
                raise AlgebraError(f"{e.func} is a variable here, not a function")
            return make("app", COORDINATE, symbol, *arguments)
        if symbol.codomain == "V" and len(arguments) == len(symbol.domain) + 1:
            return make("app", COORDINATE, make("app", symbol, *arguments[:-1]), arguments[-1])
        return make("app", symbol, *arguments)

    def relation(self, e: Any) -> Term:
        sides = [self.read(side) for side in (e.lhs, e.rhs)]
        op = {"==": "eq", "<=": "le", ">=": "le", "<": "lt", ">": "lt"}.get(e.rel_op)
        if op is None:
            raise AlgebraError(f"{e} is a relation {e.rel_op}, which the kernel does not have")
        return make(op, *(reversed(sides) if e.rel_op in (">=", ">") else sides))


_READERS: tuple[tuple[Any, Callable[[_FromSympy, Any], Term]], ...] = (
    (sp.Rational, _FromSympy.rational),
    (sp.Symbol, _FromSympy.symbol),
    (sp.Add, lambda reader, e: reader.operation("add", e)),
    (sp.Mul, lambda reader, e: reader.operation("mul", e)),
    (type(sp.E), lambda _reader, _e: make("app", EXP, ONE)),
    (sp.exp, lambda reader, e: make("app", EXP, reader.read(e.args[0]))),
    (sp.Pow, _FromSympy.power),
    (sp.log, lambda reader, e: make("app", LOG, reader.read(e.args[0]))),
    (sp.Abs, lambda reader, e: make("app", ABS, reader.read(e.args[0]))),
    (sp.Max, lambda reader, e: reader.extremum(MAX, e)),
    (sp.Min, lambda reader, e: reader.extremum(MIN, e)),
    (sp.Sum, _FromSympy.sum),
    (AppliedUndef, _FromSympy.applied),
    (Relational, _FromSympy.relation),
)
