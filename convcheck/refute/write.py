"""Writing a counterexample as data, for the checker `convcheck.refute.instances` to judge; nothing here is trusted."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from convcheck.arithmetic.number import Truth, as_decimal
from convcheck.arithmetic.program import Line, Program, is_literal
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError
from convcheck.optimizers.base import Optimizer
from convcheck.refute.instances import FORMAT
from convcheck.simulate.folders import write_atomically

Formula = Callable[..., Any]
"""A function in NumPy's words; its parameters' names say which quantities it is given, ``x_`` being the new x."""
Json = Any
DIGITS = 15
"""A float of more significant digits was computed, not written: 1/3 is not the rational that it seems to be."""
WIDTH = 100


@dataclass(frozen=True)
class Game:
    """What happens in the rounds of a counterexample.

    Parameters
    ----------
    gradients
        g_1, …, g_T.
    optimizer
        The rule whose iterates x_t are claimed about; None for a statement about sequences alone.
    hyper
        Its hyper-parameters: numbers, or formulas in ``t``, ``T`` and constants; those not named have their defaults.
    start
        x_1.
    feasible
        The interval onto which the iterates are projected, or None.
    comparator
        The point u of the regret, or None.
    sums
        Formulas by name: ``{"S": lambda g: g * g}`` is S = Σ g_t².
    require
        Hypotheses in every round: formulas that compare.
    """

    gradients: Sequence[Fraction | int]
    optimizer: Optimizer | None = None
    hyper: Mapping[str, Fraction | float | Formula] = field(default_factory=dict)
    start: Fraction | int = 0
    feasible: tuple[Fraction | int, Fraction | int] | None = None
    comparator: Fraction | int | None = None
    sums: Mapping[str, Formula] = field(default_factory=dict)
    require: Sequence[Formula] = ()


def regret(g: Any, x: Any, u: Any) -> Any:
    """Return a round's regret on the linear loss with gradient g."""
    return g * (x - u)


def power(base: Any, exponent: Any) -> Any:
    """Return a power with an exponent in {0, 1, 2, …}, for formulas: rules have none."""
    return _Written.apply("pow", base, exponent)


def counterexample(
    claim: str,
    bound: Formula,
    game: Game | None = None,
    *,
    observed: Formula,
    constants: Mapping[str, Fraction | float] | None = None,
    require: Sequence[Formula] = (),
    note: str = "",
) -> dict[str, Json]:
    """Return the counterexample to ``observed <= bound`` as data; whether it is one, the checker says.

    Parameters
    ----------
    claim
        The id of the claim that is refuted.
    bound, observed
        Formulas in the constants, ``T``, ``u``, the sums, and the last new values ``x_`` ….
    game
        The rounds; None for an inequality between constants.
    constants
        Numbers by name; a float is the decimal that is written.
    require
        Hypotheses: formulas like ``bound`` that compare.
    note
        One line for the reader: the reading in which the claim is refuted, say.

    Raises
    ------
    RuleError
        A formula leaves the vocabulary, or holds a float with more digits than one writes.
    """
    known = {name: _rational(value) for name, value in (constants or {}).items()}
    rounds = None if game is None else _rounds(game, known)
    end = _Section()
    left, right = end.add(observed, "observed"), end.add(bound, "bound")
    needed = [end.add(formula, compares=True) for formula in require]
    return {
        "format": FORMAT,
        "claim": claim,
        "note": note,
        "constants": known,
        "game": rounds,
        "end": end.rows(),
        "require": needed,
        "observed": left,
        "bound": right,
    }


def code(optimizer: Optimizer) -> dict[str, Json]:
    """Return the optimizer's own straight-line code as data; a counterexample with other code is not about it."""
    program: Program = optimizer.program
    return {
        "optimizer": optimizer.name,
        "inputs": [*program.inputs],
        "lines": [[f"%{k}", line.operation, *map(_literal, line.args)] for k, line in enumerate(program.lines)],
        "outputs": [*map(_literal, program.outputs)],
    }


def save(data: Mapping[str, Json], path: Path) -> None:
    """Write a counterexample to a file, one line of arithmetic a line."""
    write_atomically(path, f"{_pretty(data)}\n".encode())


class _Written(Tape):
    """The tape on which a plain number is the rational number that it denotes."""

    __slots__ = ()

    @classmethod
    def lift(cls, value: object) -> tuple[None, str]:
        return None, _rational(value)


def _pow(*args: tuple[Recorder | None, str]) -> tuple[Recorder | None, str]:
    recorder = next(recorder for recorder, _ in args if recorder is not None)
    return recorder, recorder.write(Line("pow", tuple(name for _, name in args)))


_Written.operations = {**Tape.operations, "pow": _pow}


class _Section:
    """Lines that see the same names."""

    def __init__(self) -> None:
        self.recorder = Recorder(())
        self.names: dict[str, str] = {}
        self.aliases: dict[str, str] = {}

    def add(self, formula: Formula, name: str = "", *, compares: bool = False) -> str:
        """Write the formula and return what names its value: ``name``, if one is given and the value is a line's."""
        parameters = [*inspect.signature(formula).parameters]
        result = formula(*(_Written((self.recorder, _read(parameter))) for parameter in parameters))
        if isinstance(result, Truth) != compares:
            wanted = "comparison" if compares else "number"
            raise RuleError(f"a formula in {', '.join(parameters) or 'nothing'} must return a {wanted}")
        value: str = (result if isinstance(result, Truth) else _Written.of(result)).raw[1]
        if name and value.startswith("%"):
            return self.names.setdefault(value, name)
        return self.names.get(value, value)

    def define(self, name: str, formula: Formula) -> None:
        """Write the formula and give its value a name, in a line of its own if there is no other."""
        value = self.add(formula, name)
        if value != name:
            self.aliases[name] = value

    def rows(self, first: int = 0, last: int | None = None) -> list[list[str]]:
        """Return lines, in the order in which they were written."""
        lines = [*self.recorder.lines.items()][first:last]
        return [[self._named(name), line.operation, *map(self._named, line.args)] for line, name in lines]

    def definitions(self) -> list[list[str]]:
        """Return the lines that give names to what has none."""
        return [[name, "add", value, "0"] for name, value in self.aliases.items()]

    def _named(self, argument: str) -> str:
        return self.names.get(argument, argument)


def _rounds(game: Game, constants: dict[str, str]) -> dict[str, Json]:
    """Return the game as data; plain hyper-parameters join the constants."""
    section = _Section()
    if game.optimizer is not None:
        settings = {**game.optimizer.hyperparameters, **game.hyper}
        game.optimizer.check({name: value for name, value in settings.items() if not callable(value)})
        for name, value in settings.items():
            if callable(value):
                section.define(name, value)
            elif constants.setdefault(name, _rational(value)) != _rational(value):
                raise RuleError(f"{name} is {constants[name]} among the constants, and another number in the game")
    early = len(section.recorder.lines)
    sums = {name: section.add(formula, f"{name}_t") for name, formula in game.sums.items()}
    needed = [section.add(formula, compares=True) for formula in game.require]
    return {
        "rounds": len(game.gradients),
        "sequences": {"g": _runs(game.gradients)},
        "comparator": None if game.comparator is None else _rational(game.comparator),
        "before": section.rows(0, early) + section.definitions(),
        "update": None if game.optimizer is None else _update(game, game.optimizer),
        "after": section.rows(early),
        "sums": sums,
        "require": needed,
    }


def _update(game: Game, optimizer: Optimizer) -> dict[str, Json]:
    state = {name: _rational(value) for name, value in optimizer.state.items()}
    return {
        **code(optimizer),
        "start": {"x": _rational(game.start), **state},
        "feasible": None if game.feasible is None else [*map(_rational, game.feasible)],
    }


def _read(parameter: str) -> str:
    return f"{parameter[:-1]}'" if parameter.endswith("_") else parameter


def _literal(argument: str) -> str:
    return _rational(float(argument)) if is_literal(argument) else argument


def _rational(value: object) -> str:
    """Return a number as the checker reads it."""
    number = as_decimal(value)
    if isinstance(value, float) and len(Decimal(repr(value)).as_tuple().digits) > DIGITS:
        raise RuleError(f"{value!r} has more digits than one writes: give the fraction that is meant, Fraction(p, q)")
    return str(number)


def _runs(values: Sequence[Fraction | int]) -> list[Json]:
    """Return values with repetitions counted."""
    counted = [(len([*group]), _rational(value)) for value, group in groupby(values)]
    return [value if n == 1 else [n, value] for n, value in counted]


def _pretty(value: Json, indent: str = "") -> str:
    """Return JSON in which what fits stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent + flat) <= WIDTH or not isinstance(value, Mapping | list):
        return flat
    inner = indent + "  "
    if isinstance(value, Mapping):
        items = [f"{json.dumps(key)}: {_pretty(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner + item for item in items) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _pretty(item, inner) for item in value) + f"\n{indent}]"
