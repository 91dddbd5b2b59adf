"""How authors called the variables that they bound: for printing only, and never believed."""

import re
from collections.abc import Sequence
from contextvars import ContextVar

from convcheck.kernel.terms import Term

_names: ContextVar[dict[str, str]] = ContextVar("names")
_LEAF = re.compile(r"\((?:var \S+|bvar \d+) (\w)\)")


def remember(binder: Term, name: str) -> None:
    """Remember the name of the variable that a binder binds."""
    _names.set(_names.get({}) | {_shape(binder): name})


def remember_prefix(formula: Term, variables: Sequence[Term]) -> None:
    """Remember what the variables of a formula ∀ … ∀ p are called."""
    for variable in variables:
        remember(formula, variable.args[0])
        formula = formula.args[1]


def hint(binder: Term) -> str | None:
    """Return the name of the variable that a binder of this shape bound last, if any."""
    return _names.get({}).get(_shape(binder))


def _shape(binder: Term) -> str:
    """Return the binder in writing without the names of variables, which quantification changes into indices."""
    return _LEAF.sub(r"\1", binder.key)
