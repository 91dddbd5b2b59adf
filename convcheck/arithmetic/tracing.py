"""A rule on the tape: its lines, or the sentence that tells its author what to write instead."""

from collections.abc import Callable, Sequence
from typing import Any

from convcheck.arithmetic.program import Program
from convcheck.arithmetic.tape import Recorder, Tape
from convcheck.errors import RuleError


def trace_rule(
    name: str, rule: Callable[..., Any], inputs: Sequence[str], settings: Sequence[str], outputs: Sequence[str]
) -> Program:
    """Return ``rule(*inputs, **settings) -> outputs`` as straight-line code.

    Raises
    ------
    RuleError
        The rule is not written in the closed vocabulary, or does not return a tuple of so many numbers.
    """
    recorder = Recorder((*inputs, *settings))
    result = _called(name, rule, recorder, inputs, settings)
    wanted = f"{name} must return the tuple ({', '.join(outputs)}{',' if len(outputs) == 1 else ''})"
    if not isinstance(result, tuple):
        raise RuleError(f"{wanted}; it returns {type(result).__name__}")
    if len(result) != len(outputs):
        raise RuleError(f"{wanted}; it returns a tuple of {len(result)}")
    return _closed(wanted, recorder, result)


def trace_query(name: str, query: Callable[..., Any], inputs: Sequence[str], settings: Sequence[str]) -> Program:
    """Return ``query(*inputs, **settings)``, one number, as straight-line code.

    Raises
    ------
    RuleError
        The query is not written in the closed vocabulary, or does not return one number.
    """
    owner = f"the query of {name}"
    recorder = Recorder((*inputs, *settings))
    result = _called(owner, query, recorder, inputs, settings)
    return _closed(f"{owner} must return one point", recorder, (result,))


def _called(
    owner: str, function: Callable[..., Any], recorder: Recorder, inputs: Sequence[str], settings: Sequence[str]
) -> object:
    try:
        return function(*map(recorder.number, inputs), **{name: recorder.number(name) for name in settings})
    except RuleError as error:
        msg = f"{owner}: {error}"
        raise RuleError(msg) from error
    except NameError as error:
        msg = f"{owner}: {error}; every state slot must be an argument after t"
        raise RuleError(msg) from error
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        msg = f"{owner}: {error}; a rule sees one number at a time: no methods, indices, loops over values, //"
        raise RuleError(msg) from error


def _closed(wanted: str, recorder: Recorder, values: Sequence[object]) -> Program:
    try:
        return recorder.program(Tape.of(value) for value in values)
    except RuleError as error:
        msg = f"{wanted}: {error}"
        raise RuleError(msg) from error
