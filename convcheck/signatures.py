"""Reading the signature of a rule: state slots or streams, and keyword-only parameters, all with defaults."""

from collections.abc import Callable
from functools import lru_cache
from inspect import Parameter, signature
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
    return {p.name: p.default for p in positional[len(leading) :]}, {p.name: p.default for p in keyword}


@lru_cache(maxsize=1024)
def keywords(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the parameters that a function names; asked for at every step of a run that is not native."""
    return tuple(p.name for p in signature(function).parameters.values() if p.kind is Parameter.KEYWORD_ONLY)


def positional(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the arguments of a function that are not keyword-only."""
    return tuple(p.name for p in signature(function).parameters.values() if p.kind is not Parameter.KEYWORD_ONLY)
