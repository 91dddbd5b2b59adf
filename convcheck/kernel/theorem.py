"""Theorems, and the only way to make them: the decorator ``rule``, which records how each was derived."""

from collections.abc import Callable, Iterable
from typing import Any

from convcheck.kernel.terms import Term, require

_SEAL = object()


class Theorem:
    """``hypotheses ⊢ conclusion``, derived by the rule ``how[0]`` from the arguments ``how[1]``.

    True in every interpretation of its free variables and function symbols that satisfies the hypotheses.  Python
    cannot keep a determined caller from forging one: what is believed in the end is its certificate, replayed by
    another program.
    """

    __slots__ = ("conclusion", "how", "hypotheses")
    hypotheses: frozenset[Term]
    conclusion: Term
    how: tuple[str, tuple[Any, ...]]

    def __init__(
        self, seal: object, hypotheses: Iterable[Term], conclusion: Term, how: tuple[str, tuple[Any, ...]]
    ) -> None:
        """Refuse everybody but ``rule``."""
        require(seal is _SEAL, "a theorem is made only by a rule of the kernel")
        for slot, value in (("hypotheses", frozenset(hypotheses)), ("conclusion", conclusion), ("how", how)):
            object.__setattr__(self, slot, value)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: theorems are immutable."""
        raise AttributeError(name)

    def __repr__(self) -> str:
        """Show hypotheses and conclusion in the kernel's own writing."""
        return f"{', '.join(sorted(h.key for h in self.hypotheses))} ⊢ {self.conclusion.key}"


RULES: dict[str, Callable[..., Theorem]] = {}
"""All rules by name."""

Result = tuple[Iterable[Term], Term]


def rule(derive: Callable[..., Result]) -> Callable[..., Theorem]:
    """Make a function that returns hypotheses and a conclusion a rule of inference.

    Lists are frozen to tuples, so that what is recorded is what was checked; every term a rule is given is closed.
    """

    def infer(*arguments: object) -> Theorem:
        frozen = tuple(_freeze(argument) for argument in arguments)
        hypotheses, conclusion = derive(*frozen)
        hypotheses = frozenset(hypotheses)
        for proposition in (*hypotheses, conclusion):
            require(proposition.sort == "B" and not proposition.loose, "not a closed proposition")
        return Theorem(_SEAL, hypotheses, conclusion, (derive.__name__, frozen))

    infer.__name__, infer.__doc__ = derive.__name__, derive.__doc__
    RULES[derive.__name__] = infer
    return infer


def _freeze(argument: object) -> object:
    if isinstance(argument, Term):
        require(not argument.loose, "a loose bound variable")
    if isinstance(argument, list | tuple):
        return tuple(_freeze(part) for part in argument)
    return argument


def premises(argument: object) -> Iterable[Theorem]:
    """Yield the theorems in a rule's argument."""
    if isinstance(argument, Theorem):
        yield argument
    elif isinstance(argument, tuple):
        for part in argument:
            yield from premises(part)


def hypotheses_of(*theorems: Theorem) -> frozenset[Term]:
    """Return all hypotheses of some theorems, after checking that they are theorems."""
    require(all(type(theorem) is Theorem for theorem in theorems), "a theorem is wanted")
    return frozenset[Term]().union(*(theorem.hypotheses for theorem in theorems))
