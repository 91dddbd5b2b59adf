"""The message of a failed step."""

from collections.abc import Sequence
from typing import Any

from convcheck.kernel.terms import Term
from convcheck.kernel.theorem import Theorem
from convcheck.language.printing import text
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.failure import residual, violation
from convcheck.tactics.linear import Column
from convcheck.tactics.polynomials import is_relation


def explain(goal: Term, given: Sequence[Theorem | Column], context: Context) -> str:
    """Say what was to be proved, from what, what is missing, and where it is false, if that is found."""
    reasons = [r for r in given if not isinstance(r, Column)]
    lines = ["this step does not follow from its reasons:", f"    {text(goal)}"]
    lines += [f"    by  {text(r.conclusion)}" for r in reasons]
    if is_relation(goal):
        try:
            lines += _help(goal, reasons, context)
        except (NotProvedError, ArithmeticError, ValueError, KeyError) as error:
            lines.append(f"  (there is no more to say: {error!r})")
    return "\n".join(lines)


def _help(goal: Term, reasons: Sequence[Theorem], context: Context) -> list[str]:
    lines = []
    missing = residual(goal, reasons, context)
    if missing is not None:
        relation = "=" if goal.op == "eq" else "≤" if goal.op == "le" else "<"
        lines += ["  what no combination of the reasons pays for:", f"    0 {relation} {text(missing)}"]
    found = violation(goal, reasons, context)
    if found is not None:
        numbers = ",  ".join(f"{text(leaf)} = {_shown(value)}" for leaf, value in found.values.items())
        sign = {"le": "≤", "lt": "<", "eq": "="}[goal.op]
        lines += [
            "  and it is false, with all its reasons true, at",
            f"    {numbers}",
            f"    where  {found.left:.4g} {sign} {found.right:.4g}  would be needed",
        ]
    return lines


def _shown(value: Any) -> str:
    return f"{value:g}" if not hasattr(value, "shape") or not value.shape else f"({value[0]:g}, {value[1]:g})"
