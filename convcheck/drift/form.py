"""How a program depends on one of its inputs, and on a scale, decided line by line.

Every value is written as ``slope`` times the input plus a rest in which the input does not occur.  The rest is
positively homogeneous in the scale: multiplying the scale by c > 0 multiplies the rest by c to the ``degree``.  What
cannot be written so is refused, never guessed; the analysis looks at the lines of the program, not at values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from convcheck.arithmetic.number import COMPARISONS
from convcheck.arithmetic.program import Program, is_literal


class FormError(Exception):
    """A value that is not of the form; the message says why, with ``{}`` for the input."""


@dataclass(frozen=True, slots=True)
class Form:
    """``slope`` · input + rest; ``constant`` is the rest where that is one known number (0 has every degree)."""

    slope: Fraction = Fraction(0)
    degree: Fraction = Fraction(0)
    constant: Fraction | None = None

    @property
    def exact(self) -> Fraction | None:
        """The value, if it is one known number."""
        return self.constant if self.slope == 0 else None

    def has_degree(self, degree: int) -> bool:
        """Tell whether the rest is homogeneous of this degree."""
        return self.constant == 0 or self.degree == degree


FREE = Form()
"""A value in which neither the input nor the scale occurs."""


def forms(
    program: Program,
    variable: str,
    constants: Mapping[str, Fraction],
    *,
    scale: str | None = None,
    period: int | None = None,
) -> tuple[Form, ...]:
    """Return the form of each output of ``program`` with respect to the input ``variable``.

    Parameters
    ----------
    program
        Straight-line code.
    variable
        The input to be separated.
    constants
        The values of inputs that are known numbers.
    scale
        The input in which rests are to be homogeneous.
    period
        If given, "the input does not occur" is weakened to "adding the period to the input changes nothing":
        remainders of the input are then allowed where they repeat.

    Raises
    ------
    FormError
        An output needs a line that is not of the form.
    """
    known = dict.fromkeys(program.inputs, FREE)
    known |= {name: Form(constant=value) for name, value in constants.items()}
    known[variable] = Form(slope=Fraction(1), constant=Fraction(0))
    if scale is not None:
        known[scale] = Form(degree=Fraction(1))
    meaning = {**_MEANING, "mod": lambda a, b: _remainder(a, b, period)}

    def form(arg: str) -> Form:
        return Form(constant=Fraction(arg)) if is_literal(arg) else known[arg]

    needed = program.needed()
    for k, line in enumerate(program.lines):
        if f"%{k}" in needed:
            try:
                known[f"%{k}"] = meaning.get(line.operation, _function)(*map(form, line.args))
            except FormError as error:
                raise FormError(str(error).format(variable)) from error
    return tuple(form(output) for output in program.outputs)


def _free(*values: Form) -> None:
    if any(value.slope != 0 for value in values):
        msg = "{} is multiplied or divided by more than a number, or goes into a function"
        raise FormError(msg)


def _degree(a: Form, b: Form) -> Fraction:
    if a.constant != 0 and b.constant != 0 and a.degree != b.degree:
        msg = "a term with the step size is added to, or compared with, one without it or with another power of it"
        raise FormError(msg)
    return b.degree if a.constant == 0 else a.degree


def _scaled(a: Form, factor: Fraction) -> Form:
    if factor == 0:
        return Form(constant=Fraction(0))
    return Form(a.slope * factor, a.degree, None if a.constant is None else a.constant * factor)


def _add(a: Form, b: Form) -> Form:
    constant = None if a.constant is None or b.constant is None else a.constant + b.constant
    return Form(a.slope + b.slope, _degree(a, b), constant)


def _subtract(a: Form, b: Form) -> Form:
    return _add(a, _scaled(b, Fraction(-1)))


def _multiply(a: Form, b: Form) -> Form:
    if a.exact is not None:
        return _scaled(b, a.exact)
    if b.exact is not None:
        return _scaled(a, b.exact)
    _free(a, b)
    return Form(degree=a.degree + b.degree)


def _divide(a: Form, b: Form) -> Form:
    if b.exact:
        return _scaled(a, 1 / b.exact)
    _free(a, b)
    return Form(degree=a.degree - b.degree)


def _either(a: Form, b: Form) -> Form:
    """Return the form of a choice between two values that the scale does not sway."""
    if a.slope != b.slope:
        msg = "a comparison, maximum or case distinction has {} on one side and not on the other"
        raise FormError(msg)
    return Form(a.slope, _degree(a, b), a.constant if a.constant == b.constant else None)


def _compare(a: Form, b: Form) -> Form:
    _either(a, b)
    return FREE


def _absolute(a: Form) -> Form:
    _free(a)
    return Form(degree=a.degree, constant=None if a.constant is None else abs(a.constant))


def _sign(a: Form) -> Form:
    _free(a)
    return FREE


def _root(a: Form) -> Form:
    _free(a)
    return Form(degree=a.degree / 2)


def _remainder(a: Form, b: Form, period: int | None) -> Form:
    _free(b)
    if a.slope == 0:
        return Form(degree=_degree(a, b))
    if period is None or not b.exact or (a.slope * period / b.exact).denominator != 1 or not a.has_degree(0):
        msg = "{} goes into a remainder that does not repeat"
        raise FormError(msg)
    return FREE


def _function(*args: Form) -> Form:
    _free(*args)
    if not all(a.has_degree(0) for a in args):
        msg = "a function is applied to the step size"
        raise FormError(msg)
    return FREE


_MEANING: Mapping[str, Callable[..., Form]] = {
    "add": _add,
    "sub": _subtract,
    "neg": lambda a: _scaled(a, Fraction(-1)),
    "mul": _multiply,
    "div": _divide,
    "maximum": _either,
    "minimum": _either,
    "where": lambda _, a, b: _either(a, b),
    "abs": _absolute,
    "sign": _sign,
    "sqrt": _root,
    **dict.fromkeys(COMPARISONS, _compare),
}
