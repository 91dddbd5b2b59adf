"""The language of conditions: hyper-parameters, terms, comparisons and their logic."""

import operator
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcheck.conditions.numbers import Interval, Surd, exact
from convcheck.conditions.writing import as_latex, as_text
from convcheck.errors import ConditionError, ParameterError, ShapeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Term: TypeAlias = "Expression | float | Fraction | np.number"
Values: TypeAlias = "ArrayLike | Fraction | Sequence[Fraction]"

_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "&": operator.and_,
    "|": operator.or_,
    "~": operator.invert,
}


class Node:
    """A term or a condition.  Two are equal (==) when they are written alike."""

    __array_ufunc__ = None  # NumPy's numbers leave `np.float64(0.5) <= beta` to us

    def fold(self, hyper: Callable[[str], Any], number: Callable[[Fraction], Any], join: Callable[..., Any]) -> Any:
        """Walk the tree: turn its leaves by `hyper` and `number`, and each node into ``join(op, *operands)``."""
        match self:
            case Hyper(name):
                return hyper(name)
            case Rational(value):
                return number(value)
            case Operation(op, parts) | Comparison(op, parts) | Logic(op, parts):
                return join(op, *(part.fold(hyper, number, join) for part in parts))
        raise TypeError(type(self))

    def evaluate(self, point: Mapping[str, Any], number: Callable[[Fraction], Any], root: Callable[[Any], Any]) -> Any:
        """Evaluate in any arithmetic: `point` has the hyper-parameters, `number` makes numbers, `root` takes roots."""
        meaning = _OPERATORS | {"sqrt": root}
        return self.fold(point.__getitem__, number, lambda op, *operands: meaning[op](*operands))

    def sympy(self) -> Any:
        """Return the formula in SymPy, in real symbols."""
        import sympy

        symbols = {name: sympy.Symbol(name, real=True) for name in self.names}
        return self.evaluate(symbols, lambda value: sympy.Rational(*value.as_integer_ratio()), sympy.sqrt)

    @property
    def names(self) -> tuple[str, ...]:
        """The hyper-parameters, in order of appearance."""
        return tuple(self.fold(lambda name: {name: None}, lambda _: {}, lambda _, *parts: reduce(operator.or_, parts)))

    @property
    def latex(self) -> str:
        """The formula in LaTeX."""
        return as_latex(self.fold)

    def __str__(self) -> str:
        return as_text(self.fold)

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def _binary(op: Any) -> "tuple[Callable[[Expression, Term], Operation], Callable[[Expression, Term], Operation]]":
    return lambda x, y: Operation(op, (x, _term(y))), lambda x, y: Operation(op, (_term(y), x))


def _comparison(op: Any) -> "Callable[[Expression, Term], Comparison]":
    return lambda x, y: Comparison(op, (x, _term(y)))


class Expression(Node):
    """A term: hyper-parameters and numbers joined by + - * / and `sqrt`.  Comparing two terms makes a condition."""

    __add__, __radd__ = _binary("+")
    __sub__, __rsub__ = _binary("-")
    __mul__, __rmul__ = _binary("*")
    __truediv__, __rtruediv__ = _binary("/")
    __lt__, __le__, __gt__, __ge__ = map(_comparison, ("<", "<=", ">", ">="))

    def __neg__(self) -> "Operation":
        return Operation("neg", (self,))

    def __pow__(self, power: int) -> "Operation":
        if power != 2:
            msg = f"({self})**{power!r}: the only power is **2; write products and sqrt"
            raise ConditionError(msg)
        return self * self

    def __and__(self, _: object) -> NoReturn:
        msg = f"{self} is no condition: put each comparison in brackets, (a < b) & (c < d), for & binds tighter than <"
        raise ConditionError(msg)

    __rand__ = __or__ = __ror__ = __and__


@dataclass(frozen=True)
class Hyper(Expression):
    """A hyper-parameter; `hyper` makes them."""

    name: str


@dataclass(frozen=True)
class Rational(Expression):
    """A number."""

    value: Fraction


@dataclass(frozen=True)
class Operation(Expression):
    """An operation on one term (neg, sqrt) or two."""

    op: Literal["+", "-", "*", "/", "neg", "sqrt"]
    args: tuple[Expression, ...]


class Condition(Node):
    """A predicate: comparisons, joined by & (and), | (or), ~ (not)."""

    def __and__(self, other: "Condition") -> "Logic":
        return Logic("&", (self, _condition(other)))

    def __or__(self, other: "Condition") -> "Logic":
        return Logic("|", (self, _condition(other)))

    def __rand__(self, other: object) -> "Logic":
        return _condition(other) & self

    __ror__ = __rand__  # both only refuse what is no condition

    def __invert__(self) -> "Logic":
        return Logic("~", (self,))

    def __bool__(self) -> bool:
        msg = (
            f"{self} is neither true nor false until it is called with numbers; "
            "write (0 <= beta) & (beta < 1), not 0 <= beta < 1, and & | ~, not and, or, not"
        )
        raise ConditionError(msg)

    def __call__(self, **values: Values) -> Any:
        """Decide the condition: a bool at numbers, a mask on arrays, which broadcast; further names are ignored.

        Raises
        ------
        ParameterError
            A hyper-parameter is missing or not finite; or the answer hangs on a division by zero or on the root of a
            negative number.  ``(beta < 1) & (1 / (1 - beta) < 10)`` shows how to guard against that.
        ShapeError
            The arrays do not broadcast.
        """
        if missing := [name for name in self.names if name not in values]:
            msg = f"{self} depends on {' and '.join(missing)} too; give a number or an array"
            raise ParameterError(msg)
        arrays = {name: _array(values[name], name) for name in self.names}
        try:
            shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
            msg = f"the arrays do not broadcast: {shapes}"
            raise ShapeError(msg) from None
        points = {name: np.broadcast_to(array, shape) for name, array in arrays.items()}
        with np.errstate(all="ignore"):
            rough = self.evaluate(
                {name: Interval.array(x) for name, x in points.items()}, Interval.number, Interval.root
            )
        holds = np.array(np.broadcast_to(rough.yes, shape))
        for index in map(tuple, np.argwhere(np.broadcast_to(~(rough.yes | rough.no), shape))):
            holds[index] = self._at({name: x[index] for name, x in points.items()})
        return holds if shape else bool(holds)

    def _at(self, point: Mapping[str, Any]) -> bool:
        number = Surd.maker()
        truth = self.evaluate({name: number(exact(value)) for name, value in point.items()}, number, Surd.root)
        if not truth.yes and not truth.no:
            where = ", ".join(f"{name} = {value}" for name, value in point.items())
            msg = f"{self} makes no sense at {where}: exclude divisions by zero and roots of negative numbers with &"
            raise ParameterError(msg)
        return bool(truth.yes)

    def region(self, **axes: Values) -> NDArray[np.bool]:
        """Return a mask on the grid with one axis for each 1-d array, in the order given; numbers stay fixed."""
        lines = _lines(axes)
        mesh = dict(zip(lines, np.meshgrid(*lines.values(), indexing="ij"), strict=True))
        return np.array(np.broadcast_to(self(**{**axes, **mesh}), [line.size for line in lines.values()]))

    def plot(self, ax: "Axes | None" = None, **axes: Values) -> "Axes":
        """Draw the region over two 1-d arrays, the first to the right; returns the axes (new ones unless given)."""
        lines = _lines(axes)
        if len(lines) != 2:
            msg = f"a plot needs two arrays, and numbers for the rest; the arrays are {', '.join(lines) or 'missing'}"
            raise ShapeError(msg)
        if ax is None:
            from matplotlib import pyplot as plt

            ax = plt.subplots()[1]
        (x, right), (y, up) = lines.items()
        ax.pcolormesh(right, up, self.region(**axes).T, shading="nearest", cmap="Blues", vmin=0, vmax=2)
        ax.set(xlabel=f"${Hyper(x).latex}$", ylabel=f"${Hyper(y).latex}$", title=f"${self.latex}$")
        return ax


@dataclass(frozen=True)
class Comparison(Condition):
    """Two terms compared."""

    op: Literal["<", "<=", ">", ">="]
    args: tuple[Expression, Expression]


@dataclass(frozen=True)
class Logic(Condition):
    """A condition negated (~) or two joined (&, |)."""

    op: Literal["&", "|", "~"]
    args: tuple[Condition, ...]


def hyper(names: str) -> tuple[Hyper, ...]:
    """Return one hyper-parameter for each name: ``beta1, beta2 = hyper("beta1 beta2")``."""
    if wrong := [name for name in names.split() if not name.isidentifier()]:
        msg = f"{wrong[0]!r} cannot name a hyper-parameter; write identifiers with spaces between them"
        raise ConditionError(msg)
    return tuple(map(Hyper, names.split()))


def sqrt(x: Term) -> Operation:
    """Return the square root of a term."""
    return Operation("sqrt", (_term(x),))


def _term(x: Term) -> Expression:
    if isinstance(x, Expression):
        return x
    try:
        return Rational(exact(x))
    except (TypeError, ValueError):
        msg = f"{x!r} is no part of a condition: terms are made of hyper-parameters, finite numbers, + - * / and sqrt"
        raise ConditionError(msg) from None


def _condition(x: object) -> Condition:
    if not isinstance(x, Condition):
        msg = f"{x!r} is no condition: & | ~ join comparisons with < <= > >= in brackets (== compares formulas)"
        raise ConditionError(msg)
    return x


def _array(values: Values, name: str) -> NDArray[Any]:
    """Return an array of integers, floats or fractions."""
    with suppress(TypeError, ValueError):  # from ragged lists and from what is no number
        array = np.asarray(values)
        if array.dtype.kind == "O":
            return np.array([exact(value) for value in array.flat], dtype=object).reshape(array.shape)
        if array.dtype.kind in "iuf" and np.isfinite(array).all():
            return array
    msg = f"{name} = {values!r} is not a finite number, nor an array of these"
    raise ParameterError(msg)


def _lines(axes: Mapping[str, Values]) -> dict[str, NDArray[Any]]:
    """Return the arrays among the axes of a region."""
    lines = {name: array for name, values in axes.items() if (array := _array(values, name)).ndim}
    if wrong := [name for name, line in lines.items() if line.ndim > 1]:
        msg = f"{wrong[0]} has shape {lines[wrong[0]].shape}; an axis of a region is a 1-d array"
        raise ShapeError(msg)
    return lines
