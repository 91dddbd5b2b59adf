"""Tape: the arithmetic whose numbers write down what is done to them.

Running a rule once on tape numbers (a few milliseconds) gives a `Program`: the rule in the written order, each value
computed once.  The native kernels are printed from it.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from convcheck.arithmetic.number import COMPARISONS, ELEMENTARY, UFUNCS, Number, plain
from convcheck.arithmetic.program import Line, Program

INTERNAL = ("rint", "scale", "exponent", "mantissa")
"""Exact operations on the binary representation, for the elementary functions only; rules cannot reach them."""


class Recorder:
    """The lines written so far, each distinct operation once."""

    def __init__(self, inputs: Iterable[str]) -> None:
        """Start with named inputs."""
        self.inputs = tuple(inputs)
        self.lines: dict[Line, str] = {}

    def number(self, name: str) -> "Tape":
        """Return the input ``name`` as a number."""
        return Tape((self, name))

    def write(self, line: Line) -> str:
        """Write ``line`` unless it stands already; return its name."""
        return self.lines.setdefault(line, f"%{len(self.lines)}")

    def program(self, outputs: Iterable[object]) -> Program:
        """Close the tape: ``outputs`` are tape numbers or plain numbers."""
        return Program(self.inputs, tuple(self.lines), tuple(Tape.of(value).raw[1] for value in outputs))


class Tape(Number):
    """A number that stands for a value of a program; its raw value is its recorder (None if a literal) and its name."""

    __slots__ = ()
    operations: ClassVar[Mapping[str, Callable[..., Any]]]

    @classmethod
    def lift(cls, value: object) -> tuple[Recorder | None, str]:
        """Return the literal of the double nearest to ``value``; on a tape a float is the double."""
        number = plain(value)
        return None, repr(float(number) if isinstance(number, Fraction | int) else number)


def _record(operation: str) -> Callable[..., tuple[Recorder | None, str]]:
    def write(*args: tuple[Recorder | None, str]) -> tuple[Recorder | None, str]:
        recorder = next(recorder for recorder, _ in args if recorder is not None)
        return recorder, recorder.write(Line(operation, tuple(name for _, name in args)))

    return write


Tape.operations = {name: _record(name) for name in (*UFUNCS.values(), "where", *ELEMENTARY, *INTERNAL)}
assert Tape.operations.keys() >= COMPARISONS  # noqa: S101  # a table that lost a row would fail far from here
