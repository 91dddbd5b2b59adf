"""A rule as SymPy equations and as LaTeX, read off its own lines."""

from typing import TYPE_CHECKING, Any

import sympy as sp

from convcheck.arithmetic import elementary
from convcheck.arithmetic.number import ELEMENTARY
from convcheck.arithmetic.symbolic import Symbolic

if TYPE_CHECKING:
    from convcheck.optimizers.base import Optimizer

GREEK = {"lr": "alpha", "eps": "epsilon", "momentum": "mu", "weight_decay": "lambda"}
_DECORATED = {"max": r"\hat", "hat": r"\hat", "bar": r"\bar"}


def symbol(name: str, time: str = "") -> sp.Symbol:
    """Return the symbol for a slot or hyper-parameter: ``v_max`` at time t is a hatted v with index t, ``beta1`` is β₁."""
    base, _, tail = GREEK.get(name, name).partition("_")
    stem = base.rstrip("0123456789")
    index = [part for part in (base[len(stem) :], time) if part]
    latex = sp.latex(sp.Symbol(stem))
    if tail in _DECORATED:
        latex = f"{_DECORATED[tail]}{{{latex}}}"
    elif tail:
        latex = rf"{latex}^{{\mathrm{{{tail.replace('_', ' ')}}}}}"
    return sp.Symbol(f"{latex}_{{{','.join(index)}}}" if index else latex, real=True)


def equations(optimizer: "Optimizer") -> tuple[sp.Eq, ...]:
    """Return one equation for each new state slot, in the order of computation, and one for x.

    A new slot that a later line uses appears there as its symbol, as on paper, not as its expansion.
    """
    program = optimizer.program
    before = {"x": symbol("x", "t"), "g": symbol("g", "t"), "t": sp.Symbol("t", positive=True)}
    before |= {name: symbol(name, "t-1") for name in optimizer.state}
    before |= {name: symbol(name) for name in optimizer.hyperparameters}
    slot_of_line = dict(zip(program.outputs[1:], optimizer.state, strict=True))
    found = []

    def name_slots(line: str, value: Any) -> Any:
        if line not in slot_of_line:
            return value
        new = symbol(slot_of_line[line], "t")
        found.append(sp.Eq(new, value.raw, evaluate=False))
        return Symbolic(new)

    functions = {name: getattr(elementary, name) for name in ELEMENTARY}
    numbers = {name: Symbolic(value) for name, value in before.items()}
    x, *state = (Symbolic.of(value).raw for value in program.evaluate(numbers, functions, name_slots))
    copied = [
        sp.Eq(symbol(slot, "t"), value, evaluate=False)
        for (slot, output), value in zip(zip(optimizer.state, program.outputs[1:], strict=True), state, strict=True)
        if not output.startswith("%")
    ]
    return (*found, *copied, sp.Eq(symbol("x", "t+1"), x, evaluate=False))


def latex(optimizer: "Optimizer") -> str:
    """Return the equations as aligned LaTeX."""
    rows = [f"{sp.latex(eq.lhs)} &= {sp.latex(eq.rhs)}" for eq in equations(optimizer)]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"
