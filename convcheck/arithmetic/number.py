"""Number: a scalar of some arithmetic, spoken to in NumPy's own words.

NEP 13 and NEP 18 let ``np.sqrt(x)``, ``np.maximum(a, b)`` and ``np.where(c, a, b)`` find the arithmetic of their
arguments, so a rule needs no namespace of ours.  A subclass says what each operation of the closed vocabulary means on
its raw values; everything outside the vocabulary is refused with a sentence that says what to write instead.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isfinite
from typing import Any, ClassVar, Never, Self

import numpy as np

from convcheck.errors import RuleError

UFUNCS: Mapping[np.ufunc, str] = {
    np.add: "add",
    np.subtract: "sub",
    np.multiply: "mul",
    np.divide: "div",
    np.remainder: "mod",
    np.negative: "neg",
    np.absolute: "abs",
    np.sqrt: "sqrt",
    np.maximum: "maximum",
    np.minimum: "minimum",
    np.sign: "sign",
    np.less: "lt",
    np.less_equal: "le",
    np.greater: "gt",
    np.greater_equal: "ge",
    np.equal: "eq",
    np.not_equal: "ne",
}
COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
ELEMENTARY = ("exp", "log", "sin", "cos", "tanh")

_POWER = (
    "the only power is x**2: write products, np.sqrt for a root, or exp(y * log(x)) with exp and log from "
    "convcheck.arithmetic.elementary"
)
_INSTEAD = {
    "power": _POWER,
    "square": "write x * x",
    "float_power": _POWER,
    "reciprocal": "write 1 / x",
    "fmax": "write np.maximum",
    "fmin": "write np.minimum",
    "mean": "a rule sees one coordinate; a rule that needs several is an array rule and declares init(x)",
    "sum": "a rule sees one coordinate; a rule that needs several is an array rule and declares init(x)",
    "matmul": "a rule sees one coordinate; a rule that needs several is an array rule and declares init(x)",
} | {
    name: f"use {name} from convcheck.arithmetic.elementary, whose bits are the same everywhere" for name in ELEMENTARY
}

_BRANCH = (
    "a rule may not branch on a value (if, and, or, max, min): write np.where(condition, a, b), np.maximum or "
    "np.minimum, so that it holds in every arithmetic and for whole batches"
)


def as_decimal(value: object) -> Fraction:
    """Return the rational number that ``value`` denotes; a float is the shortest decimal that reads back to it.

    Raises
    ------
    RuleError
        If ``value`` is not a finite int, float, Fraction or NumPy scalar.
    """
    return Fraction(repr(checked) if isinstance(checked := plain(value), float) else checked)


def plain(value: object) -> int | float | Fraction:
    """Return ``value`` as a finite Python int, float or Fraction.

    Raises
    ------
    RuleError
        If it is anything else (a truth value, an array, NaN, text).
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_):
        msg = "a truth value is not a number: comparisons belong inside np.where only"
        raise RuleError(msg)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.floating | float):
        if not isfinite(value):
            msg = f"{value} cannot enter a rule: use a finite number"
            raise RuleError(msg)
        return float(value)
    if isinstance(value, int | Fraction):
        return value
    msg = f"{type(value).__name__} {value!r} is no number of this arithmetic: use plain numbers, or lift it first"
    raise RuleError(msg)


_NOT_A_NUMBER = "a comparison was used as a number: comparisons belong inside np.where only"


class Truth:
    """The outcome of a comparison in some arithmetic; its only use is as the condition of ``np.where``."""

    __slots__ = ("arithmetic", "raw")
    __hash__ = None  # type: ignore[assignment]  # two outcomes cannot be compared

    def __init__(self, arithmetic: "type[Number]", raw: Any) -> None:
        """Wrap ``raw``, which ``arithmetic`` understands."""
        self.arithmetic = arithmetic
        self.raw = raw

    def __bool__(self) -> bool:
        """Refuse: a rule may not branch."""
        raise RuleError(_BRANCH)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> "Number":
        """Refuse: a truth value is no number."""
        msg = f"np.{ufunc.__name__} was given a comparison: comparisons belong inside np.where only"
        raise RuleError(msg)

    def _join(self, _other: object = None) -> Never:
        """Refuse: conditions are not combined."""
        msg = "conditions cannot be combined (&, |, ~): nest np.where, one condition each"
        raise RuleError(msg)

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = _join

    def _calculate(self, _other: object = None) -> Never:
        """Refuse: a truth value is no number."""
        raise RuleError(_NOT_A_NUMBER)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _calculate
    __neg__ = __abs__ = __pow__ = __lt__ = __le__ = __gt__ = __ge__ = __float__ = __index__ = _calculate
    __eq__ = __ne__ = _calculate

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Any:
        """Serve ``np.where``."""
        return self.arithmetic.array_function(function, args, options)


class Number:
    """A scalar of some arithmetic.

    A subclass gives ``operations`` (a meaning on raw values for each operation it offers, ``where`` included) and
    ``lift`` (a plain number as a raw value).  Raw values are immutable; so are numbers.
    """

    __slots__ = ("raw",)
    operations: ClassVar[Mapping[str, Callable[..., Any]]] = {}

    def __init__(self, raw: Any) -> None:
        """Wrap a raw value of this arithmetic."""
        self.raw = raw

    @classmethod
    def lift(cls, value: object) -> Any:
        """Return the raw value that a plain number denotes in this arithmetic."""
        raise NotImplementedError

    @classmethod
    def of(cls, value: object) -> Self:
        """Return ``value`` as a number of this arithmetic."""
        return value if isinstance(value, cls) else cls(cls._raw(value))

    @classmethod
    def apply(cls, operation: str, *args: object) -> Any:
        """Carry out ``operation`` on numbers of this arithmetic and plain numbers."""
        meaning = cls.operations.get(operation)
        if meaning is None:
            offered = ", ".join(sorted(cls.operations))
            msg = f"{operation} has no meaning in {cls.__name__} arithmetic; it offers {offered}"
            raise RuleError(msg)
        raw = meaning(*[cls._raw(arg) for arg in args])
        return Truth(cls, raw) if operation in COMPARISONS else cls(raw)

    @classmethod
    def _raw(cls, value: object) -> Any:
        if isinstance(value, cls):
            return value.raw
        if isinstance(value, Truth):
            raise RuleError(_NOT_A_NUMBER)
        if isinstance(value, Number):
            msg = (
                f"{type(value).__name__} and {cls.__name__} numbers cannot be mixed: lift everything to one arithmetic"
            )
            raise RuleError(msg)
        return cls.lift(value)

    @classmethod
    def array_function(cls, function: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        """Serve ``np.where`` and ``np.clip``; refuse every other array function."""
        if function is np.where and len(args) == 3 and not options:
            condition, a, b = args
            if isinstance(condition, bool | np.bool_):
                return a if condition else b
            if not isinstance(condition, Truth):
                msg = "np.where needs a comparison as its condition"
                raise RuleError(msg)
            return cls(cls.operations["where"](condition.raw, cls._raw(a), cls._raw(b)))
        if function is np.clip and len(args) == 3 and not options:
            x, low, high = args
            return cls.apply("minimum", cls.apply("maximum", x, low), high)
        raise RuleError(_refusal(function.__name__))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        """Serve the NumPy functions of the vocabulary (NEP 13)."""
        if ufunc is np.power and method == "__call__":
            return _power(*args)
        operation = UFUNCS.get(ufunc)
        if operation is None or method != "__call__" or options:
            raise RuleError(_refusal(ufunc.__name__))
        return self.apply(operation, *args)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Any:
        """Serve ``np.where`` and ``np.clip`` (NEP 18)."""
        return self.array_function(function, args, options)

    def __add__(self, other: object) -> Any:
        """Return self + other."""
        return self.apply("add", self, other)

    def __radd__(self, other: object) -> Any:
        """Return other + self."""
        return self.apply("add", other, self)

    def __sub__(self, other: object) -> Any:
        """Return self - other."""
        return self.apply("sub", self, other)

    def __rsub__(self, other: object) -> Any:
        """Return other - self."""
        return self.apply("sub", other, self)

    def __mul__(self, other: object) -> Any:
        """Return self * other."""
        return self.apply("mul", self, other)

    def __rmul__(self, other: object) -> Any:
        """Return other * self."""
        return self.apply("mul", other, self)

    def __truediv__(self, other: object) -> Any:
        """Return self / other."""
        return self.apply("div", self, other)

    def __rtruediv__(self, other: object) -> Any:
        """Return other / self."""
        return self.apply("div", other, self)

    def __mod__(self, other: object) -> Any:
        """Return self modulo other, with the sign of other."""
        return self.apply("mod", self, other)

    def __rmod__(self, other: object) -> Any:
        """Return other modulo self."""
        return self.apply("mod", other, self)

    def __pow__(self, exponent: object) -> Any:
        """Return self * self for the exponent 2; any other power is refused."""
        return _power(self, exponent)

    def __rpow__(self, base: object) -> Any:
        """Refuse: a power with a variable exponent is not in the vocabulary."""
        raise RuleError(_refusal("power"))

    def __neg__(self) -> Any:
        """Return -self."""
        return self.apply("neg", self)

    def __pos__(self) -> Self:
        """Return self."""
        return self

    def __abs__(self) -> Any:
        """Return the absolute value."""
        return self.apply("abs", self)

    def __lt__(self, other: object) -> Any:
        """Compare, for np.where."""
        return self.apply("lt", self, other)

    def __le__(self, other: object) -> Any:
        """Compare, for np.where."""
        return self.apply("le", self, other)

    def __gt__(self, other: object) -> Any:
        """Compare, for np.where."""
        return self.apply("gt", self, other)

    def __ge__(self, other: object) -> Any:
        """Compare, for np.where."""
        return self.apply("ge", self, other)

    def __eq__(self, other: object) -> Any:  # a comparison of numbers, not of objects
        """Compare, for np.where."""
        return self.apply("eq", self, other)

    def __ne__(self, other: object) -> Any:  # a comparison of numbers, not of objects
        """Compare, for np.where."""
        return self.apply("ne", self, other)

    __hash__ = None  # type: ignore[assignment]  # equality is symbolic, so a number can be no key

    def __bool__(self) -> bool:
        """Refuse: a rule may not branch."""
        raise RuleError(_BRANCH)

    def __float__(self) -> float:
        """Refuse: math.sqrt(x) and float(x) would leave the arithmetic."""
        msg = "a rule may not call math functions or float() on a value: use np.sqrt, abs, np.maximum, … instead"
        raise RuleError(msg)

    def __index__(self) -> int:
        """Refuse: a value of a rule is no index."""
        msg = "a rule may not use a value as an integer (int, range, round, an index): use np.where instead"
        raise RuleError(msg)

    __int__ = __round__ = __index__

    def __repr__(self) -> str:
        """Show the arithmetic and the raw value."""
        return f"{type(self).__name__}({self.raw})"


def _power(base: Any, exponent: object) -> Any:
    if isinstance(base, Number) and isinstance(exponent, int | float | Fraction) and exponent == 2:
        return base * base
    raise RuleError(_refusal("power"))


def _refusal(name: str) -> str:
    advice = _INSTEAD.get(
        name,
        "the vocabulary is + - * / abs, x**2, comparisons inside np.where, np.sqrt, np.maximum, "
        "np.minimum, np.clip, np.sign, np.where, and exp, log, sin, cos, tanh of convcheck.arithmetic.elementary",
    )
    return f"np.{name} is not in the vocabulary of rules: {advice}"
