"""Program: a rule as straight-line data, in exactly the order in which it was written.

A program is what the ``Tape`` arithmetic leaves behind.  It is the content that caches are addressed by, the source of
the native kernels, and can itself be run with any arithmetic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "mod": np.remainder,
    "neg": np.negative,
    "abs": np.absolute,
    "sqrt": np.sqrt,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "sign": np.sign,
    "where": np.where,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
"""What each operation means to NumPy, and through NEP 13 to every number type."""


@dataclass(frozen=True, slots=True)
class Line:
    """One operation; each argument is the name of an input, ``%k`` for the value of line k, or a literal."""

    operation: str
    args: tuple[str, ...]

    def __str__(self) -> str:
        """Write the line as a call."""
        return f"{self.operation}({', '.join(self.args)})"


@dataclass(frozen=True, slots=True)
class Program:
    """Straight-line code: ``inputs`` are names, ``lines`` are computed in order, ``outputs`` are arguments too."""

    inputs: tuple[str, ...]
    lines: tuple[Line, ...]
    outputs: tuple[str, ...]

    def __str__(self) -> str:
        """Write the program, one line an operation."""
        body = [f"%{k} = {line}" for k, line in enumerate(self.lines)]
        return "\n".join([f"inputs {', '.join(self.inputs)}", *body, f"outputs {', '.join(self.outputs)}"])

    def evaluate(
        self,
        values: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] | None = None,
        at_line: Callable[[str, Any], Any] | None = None,
    ) -> tuple[Any, ...]:
        """Run the program on ``values``, one for each input: arrays, or numbers of any arithmetic.

        ``functions`` adds or replaces meanings of operations; the elementary functions come from
        `convcheck.arithmetic.elementary`.  ``at_line(name, value)`` sees each line's value and may put another in its
        place.
        """
        meaning = {**OPERATIONS, **(functions or {})}
        known: dict[str, Any] = dict(values)
        for k, line in enumerate(self.lines):
            value = meaning[line.operation](*[_value(known, arg) for arg in line.args])
            known[f"%{k}"] = at_line(f"%{k}", value) if at_line else value
        return tuple(_value(known, output) for output in self.outputs)

    def depends_only_on(self, names: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the lines that need no input besides ``names``."""
        allowed, found = set(names), set()
        for k, line in enumerate(self.lines):
            if all(arg in allowed or is_literal(arg) for arg in line.args):
                allowed.add(f"%{k}")
                found.add(k)
        return frozenset(found)

    def needed(self) -> frozenset[str]:
        """Return the inputs and lines (``%k``) on which some output depends."""
        live = set(self.outputs)
        for k in range(len(self.lines) - 1, -1, -1):
            if f"%{k}" in live:
                live.update(self.lines[k].args)
        return frozenset(live)


def is_literal(arg: str) -> bool:
    """Tell whether an argument is a literal number rather than a name."""
    return arg[0].isdigit() or arg[0] in "-."


def _value(known: Mapping[str, Any], arg: str) -> Any:
    return float(arg) if is_literal(arg) else known[arg]
