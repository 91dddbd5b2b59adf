"""Reading the signature of a rule: state slots or streams, and keyword-only parameters, all with defaults."""

import dis
from collections.abc import Callable, Iterator
from functools import lru_cache
from inspect import Parameter, signature, unwrap
from types import CodeType
from typing import Any

from convcheck.errors import RuleError


def read_signature(rule: Callable[..., Any], leading: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a rule's defaulted arguments after ``leading`` and its keyword-only arguments, with their defaults."""
    name = getattr(rule, "__name__", "rule")
    parameters = list(signature(rule).parameters.values())
    positional = [p for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    keyword = [p for p in parameters if p.kind is Parameter.KEYWORD_ONLY]
    begins = tuple(p.name for p in positional[: len(leading)])
    if begins != leading or len(positional) + len(keyword) != len(parameters):
        msg = f"{name} must begin ({', '.join(leading)}, …) and take no *args or **kwargs"
        raise RuleError(msg)
    for p in (*positional[len(leading) :], *keyword):
        if p.default is Parameter.empty:
            msg = f"{name}: {p.name} needs a default (a state slot's initial value, or a parameter's usual value)"
            raise RuleError(msg)
    refuse_in_place(rule, name)
    return {p.name: p.default for p in positional[len(leading) :]}, {p.name: p.default for p in keyword}


def refuse_in_place(function: Callable[..., Any], name: str) -> None:
    """Raise RuleError if a function has an operator like ``+=``, which would change its caller's array."""
    code = getattr(unwrap(function), "__code__", None)
    for instruction in () if code is None else _instructions(code):
        if instruction.opname == "BINARY_OP" and instruction.argrepr.endswith("="):
            sign = instruction.argrepr
            msg = f"{name}: {sign} changes the array that it is given; write a = a {sign[:-1]} b, not a {sign} b"
            raise RuleError(msg)


def _instructions(code: CodeType) -> Iterator[dis.Instruction]:
    """Yield the instructions of a function and of those within it."""
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)


@lru_cache(maxsize=1024)
def keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the parameters that a function names; asked for at every step of a run that is not native."""
    return tuple(p.name for p in signature(function).parameters.values() if p.kind is Parameter.KEYWORD_ONLY)


def positional(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the arguments of a function that are not keyword-only."""
    return tuple(p.name for p in signature(function).parameters.values() if p.kind is not Parameter.KEYWORD_ONLY)
