"""A rule as SymPy equations and as LaTeX, read off its own lines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import sympy as sp

from convcheck.arithmetic.elementary import FUNCTIONS
from convcheck.arithmetic.program import Program, is_literal
from convcheck.arithmetic.symbolic import Symbolic
from convcheck.arithmetic.typesetting import Typesetter

if TYPE_CHECKING:
    from convcheck.optimizers.base import Optimizer

GREEK: Mapping[str, str] = {
    "lr": "alpha",
    "eps": "varepsilon",
    "momentum": "mu",
    "weight_decay": "lambda",
    "final_lr": "alpha_star",
    "threshold": "rho_bar",
}
DECORATED: Mapping[str, str] = {
    "max": r"\hat{%s}",
    "hat": r"\hat{%s}",
    "bar": r"\bar{%s}",
    "star": "%s^{*}",
    "last": "%s",
}


def symbol(name: str, time: str = "") -> sp.Symbol:
    """Return the symbol of a slot or hyper-parameter: ``v_max`` is v with a hat, ``beta1`` is β₁, ``time`` an index."""
    base, _, tail = GREEK.get(name, name).partition("_")
    stem = base.rstrip("0123456789")
    index = [part for part in (base[len(stem) :], time) if part]
    usual = rf"%s^{{\mathrm{{{tail.replace('_', ' ')}}}}}" if tail else "%s"
    latex = DECORATED.get(tail, usual) % sp.latex(sp.Symbol(stem))
    return sp.Symbol(f"{latex}_{{{','.join(index)}}}" if index else latex, real=True)


ASKED = symbol("y", "t")
"""Where the gradient is asked, if that is not at x."""


LONG = 6
"""How many operations make an expression worth a name."""


class _Row(NamedTuple):
    """A new value: its symbol, and the line, input or literal that gives it."""

    symbol: sp.Symbol
    value: str


def _rows(optimizer: "Optimizer") -> list[_Row]:
    """Return the new slots and the new x, in the order of computation."""
    x, *slots = optimizer.program.outputs
    rows = [_Row(symbol(name, "t"), value) for name, value in zip(optimizer.state, slots, strict=True)]
    rows.append(_Row(symbol("x", "t+1"), x))
    return sorted(rows, key=_position)


def _position(row: _Row) -> int:
    """Return where in the program a row's value is computed."""
    return int(row.value[1:]) if row.value.startswith("%") else -1


def _repeated(program: Program, named: Mapping[str, sp.Symbol], known: Mapping[str, sp.Symbol]) -> list[_Row]:
    """Return a row for each long value without a name that would be written more than once."""
    found: dict[str, sp.Symbol] = {}
    while True:
        symbols = {**known, **named, **found}
        writer = Typesetter(program, {line: made.name for line, made in symbols.items()})
        for line in {*program.outputs, *named, *found}:
            writer.definition(line)
        again = [line for line, times in writer.written.items() if times > 1 and writer.size(line) >= LONG]
        if not again:
            order = sorted(found, key=lambda line: int(line[1:]))
            return [_Row(sp.Symbol(f"y_{{{k}}}", real=True), line) for k, line in enumerate(order, start=1)]
        longest = max(again, key=writer.size)
        found[longest] = sp.Symbol(longest)


def before(optimizer: "Optimizer") -> dict[str, sp.Symbol]:
    """Return the symbols of the inputs."""
    names = {"x": symbol("x", "t"), "g": symbol("g", "t"), "t": sp.Symbol("t", integer=True, positive=True)}
    names |= {name: symbol(name, "t-1") for name in optimizer.state}
    names |= {name: symbol(name, "t") for name in optimizer.streams}
    return names | {name: symbol(name) for name in optimizer.hyperparameters}


def _named(rows: list[_Row]) -> dict[str, sp.Symbol]:
    """Return by which symbol later lines call a line; new values that are one line go by the first of their symbols."""
    return {row.value: row.symbol for row in reversed(rows) if row.value.startswith("%")}


def equations(optimizer: "Optimizer") -> tuple[sp.Eq, ...]:
    """Return one equation for each new slot and one for x, in the order of computation; a query comes first.

    A new value that a later line uses appears there as its symbol, as on paper, not as its expansion.
    """
    rows, right = _rows(optimizer), before(optimizer)
    named = _named(rows)

    def at_line(line: str, value: Any) -> Any:
        if line not in named:
            return value
        right[line] = value.raw
        return Symbolic(named[line])

    optimizer.program.evaluate({name: Symbolic(value) for name, value in right.items()}, FUNCTIONS, at_line)
    right |= {row.value: Symbolic.lift(float(row.value)) for row in rows if is_literal(row.value)}
    sides = [(row.symbol, right[row.value] if _is_first(row, named) else named[row.value]) for row in rows]
    if (query := optimizer.query_program) is not None:
        inputs = {name: Symbolic(made) for name, made in before(optimizer).items()}
        sides.insert(0, (ASKED, Symbolic.of(query.evaluate(inputs, FUNCTIONS)[0]).raw))
    return tuple(sp.Eq(*pair, evaluate=False) for pair in sides)


def latex(optimizer: "Optimizer") -> str:
    """Return the rule as aligned LaTeX: a row for each equation, written in the order in which its author wrote it.

    What a slot merely keeps for the next step, as g_t, needs no row; a long expression that is used more than once
    gets a row and a name of its own.
    A rule that asks for the gradient elsewhere than at x says so in its first row.
    """
    rows = _rows(optimizer)
    named = _named(rows)
    rows = sorted([*rows, *_repeated(optimizer.program, named, before(optimizer))], key=_position)
    named = _named(rows)
    writer = Typesetter(optimizer.program, {arg: made.name for arg, made in (before(optimizer) | named).items()})
    right = [writer.definition(row.value) if _is_first(row, named) else named[row.value].name for row in rows]
    lines = [f"{row.symbol.name} &= {text}" for row, text in zip(rows, right, strict=True) if row.symbol.name != text]
    if (query := optimizer.query_program) is not None:
        asked = Typesetter(query, {arg: made.name for arg, made in before(optimizer).items()})
        where = asked.definition(query.outputs[0])
        lines.insert(0, rf"{ASKED.name} &= {where}, \quad g_{{t}} = \nabla f_{{t}}\left({ASKED.name}\right)")
    body = " \\\\\n".join(lines)
    note = r" \qquad \left(\tfrac{0}{0} = 0\right)" if writer.conventions else ""
    return f"\\begin{{aligned}}\n{body}{note}\n\\end{{aligned}}"


def _is_first(row: _Row, named: Mapping[str, sp.Symbol]) -> bool:
    """Tell whether a row defines its line, and does not merely repeat it."""
    return bool(named.get(row.value, row.symbol) == row.symbol)
