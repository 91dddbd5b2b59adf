"""The law that ties proofs to code: the terms that a proof sees are, given numbers, the numbers of the rule."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from convcheck.errors import LawError
from convcheck.evidence.samples import Setting, draws, settings
from convcheck.optimizers.base import Optimizer

if TYPE_CHECKING:
    from convcheck.kernel.terms import Term
    from convcheck.language.recorder import Recorder

ORDER = 1e-12
"""Relative error allowed to terms, in which sums and products are ordered otherwise: some thousand roundings."""


def terms_agree(optimizer: Optimizer) -> None:
    """The rule on terms of the kernel, its case distinctions included, evaluates to the rule on numbers.

    Raises
    ------
    LawError
        Where it does not.
    """
    from convcheck.kernel.terms import make
    from convcheck.language.recorder import Recorder

    names = ("x", "g", "t", *optimizer.state, *optimizer.streams)
    numbers = {name: 2 * draws(f"term {name}", 60) - 1 for name in ("x", "g")} | {"t": np.arange(1.0, 61.0)}
    numbers |= {name: draws(f"term {name}", 60) for name in names[3:]}
    symbols = {name: make("var", name, "Z" if name == "t" else "R") for name in names}
    for setting in settings(optimizer):
        recorder = Recorder([symbols["t"]])
        formula = recorder.arithmetic()
        terms = optimizer(
            *(formula(symbol) for symbol in symbols.values()),
            **{name: formula.of(value) for name, value in setting.items()},
        )
        with np.errstate(all="ignore"):
            called = optimizer(*numbers.values(), **{name: np.float64(value) for name, value in setting.items()})
            known = _meanings(recorder, {symbols[name]: value for name, value in numbers.items()})
            for name, term, value in zip(("x", *optimizer.state), terms, called, strict=True):
                _same(optimizer, name, setting, _value(formula.of(term).raw, known), value)


def _meanings(recorder: "Recorder", known: dict["Term", Any]) -> Mapping["Term", Any]:
    """Return the values of variables and of the sequences that stand for case distinctions."""
    for choice in recorder.choices:
        low, high = (_value(side, known) for side in choice.condition.args)
        holds = low < high if choice.condition.op == "lt" else low <= high
        known[choice.value] = np.where(holds, _value(choice.yes, known), _value(choice.no, known))
    return known


def _value(term: "Term", known: Mapping["Term", Any]) -> Any:
    """Return the value of a term."""
    from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, SQRT

    if term in known:
        return known[term]
    if term.op == "q":
        return np.float64(term.args[0])
    if term.op == "pow":
        return _value(term.args[0], known) ** term.args[1]
    if term.op == "app":
        functions = {ABS: np.abs, EXP: np.exp, LOG: np.log, MAX: np.maximum, MIN: np.minimum, SQRT: np.sqrt}
        return functions[term.args[0]](*(_value(argument, known) for argument in term.args[1:]))
    parts = [_value(argument, known) for argument in term.args]
    return reduce({"add": np.add, "mul": np.multiply}[term.op], parts) if term.op != "inv" else 1 / parts[0]


def _same(optimizer: Optimizer, name: str, setting: Setting, found: Any, wanted: Any) -> None:
    """Raise unless a slot's term has the rule's value."""
    error = ORDER * (1 + float(np.nanmax(np.abs(wanted))))
    if not np.allclose(found, wanted, rtol=0.0, atol=error, equal_nan=True):
        raise LawError(f"{optimizer.name} breaks a law: the terms of the kernel disagree about {name}, {dict(setting)}")
