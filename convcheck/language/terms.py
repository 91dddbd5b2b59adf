"""Expressions: terms of the kernel with operators.

``==`` makes a formula, so an expression has no truth value; a float has no place in a proof.
"""

from fractions import Fraction
from math import isfinite
from typing import NoReturn, TypeAlias

from convcheck.errors import ProofError
from convcheck.kernel.axioms import ABS, POWER
from convcheck.kernel.terms import ONE, ZERO, KernelError, Symbol, Term, make, number

OUTCOME = make("var", "ω", "W")
"""The outcome on which random quantities depend; it is never written."""
COORDINATE = Symbol("coordinate", ("V", "Z"), "R")
"""v_i, the i-th coordinate of a vector: of it is known what a theorem assumes, and nothing else."""


class Expression:
    """A term or a formula."""

    __slots__ = ("term",)
    __iter__ = None  # v[i] is a coordinate; without this, Python would iterate v[0], v[1], … for ever
    __array_ufunc__ = None  # NumPy's numbers leave `np.float64(0.5) * x` to us, who refuse it

    def __init__(self, term: Term) -> None:
        """Wrap a kernel term."""
        self.term = term

    def __hash__(self) -> int:
        return hash(self.term)

    def __getitem__(self, index: "Value") -> "Expression":
        """Return a coordinate of a vector: ``x[t][i]`` is x_{t,i}."""
        if self.term.op not in ("var", "app"):
            raise ProofError(f"{self} has no coordinates of its own: write (u - v)_i as u[i] - v[i]")
        return Expression(build("app", COORDINATE, self.term, lift(index)))

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
            return Expression(build("pow", self.term, exponent))
        return Expression(build("app", POWER, self.term, lift(exponent)))

    def __abs__(self) -> "Expression":
        return Expression(build("app", ABS, self.term))

    def __le__(self, other: "Value") -> "Expression":
        return Expression(build("le", self.term, lift(other)))

    def __ge__(self, other: "Value") -> "Expression":
        return Expression(build("le", lift(other), self.term))

    def __lt__(self, other: "Value") -> "Expression":
        return Expression(build("lt", self.term, lift(other)))

    def __gt__(self, other: "Value") -> "Expression":
        return Expression(build("lt", lift(other), self.term))

    def __eq__(self, other: "Value") -> "Expression":  # type: ignore[override]  # a formula, not a truth value
        return Expression(build("eq", self.term, lift(other)))

    def __ne__(self, other: object) -> NoReturn:
        raise ProofError("there is no formula a ≠ b; write a < b or b < a")

    def __and__(self, other: "Value") -> "Expression":
        return Expression(build("and", self.term, lift(other)))

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


def build(op: str, *args: object) -> Term:
    """Return a kernel term, or refuse it in the words of proof files."""
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
    return parts[0] if len(parts) == 1 else build("add", *parts)


def multiply(a: Term, b: Term) -> Term:
    """Return a·b, nested products joined, ones dropped; a number times a vector scales it."""
    if b.sort == "V":
        a, b = b, a
    if a.sort == "V":
        scalar, vector = a.args if a.op == "smul" else (ONE, a)
        scalar = multiply(b, scalar)
        return vector if scalar is ONE else build("smul", scalar, vector)
    if ONE in (a, b):
        return b if a is ONE else a
    if a.op == b.op == "q":
        return number(a.args[0] * b.args[0])
    return build("mul", *_parts("mul", a), *_parts("mul", b))


def divide(a: Term, b: Term) -> Term:
    """Return a/b; the kernel's 1/0 is 0, and a theorem about code shows that it does not matter."""
    if b.op == "q" and b.args[0] != 0:
        return multiply(a, number(1 / b.args[0]))
    return multiply(a, build("inv", b))


def negative(a: Term) -> Term:
    """Return -a."""
    if a.op == "q":
        return number(-a.args[0])
    if a.op == "mul" and a.args[0].op == "q":
        return multiply(number(-a.args[0].args[0]), a.args[1] if len(a.args) == 2 else make("mul", *a.args[1:]))
    return multiply(number(-1), a)


def _parts(op: str, a: Term) -> tuple[Term, ...]:
    return a.args if a.op == op else (a,)
