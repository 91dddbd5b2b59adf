"""`Instance`: a run together with the values that it gives to the constants of a theorem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convcheck.errors import ParameterError

_TAKEN = ("x", "-x", "g", "-g")


@dataclass(frozen=True, slots=True)
class Instance:
    """A run on which a theorem is audited: what its sequences are follows from the run, its constants are given here.

    The run's hyper-parameters are given apart from the constants: that they fit is one of the things that are audited,
    for the theorem's hypotheses say what a step is in terms of the constants.

    Parameters
    ----------
    problem, parameters
        The family and which of its members.
    T
        The number of rounds, ≥ 1.
    hyper
        The optimizer's hyper-parameters, by name.
    constants
        The theorem's constants, by name: numbers, tuples of numbers for vectors, functions of t for sequences.
    x0
        The first point x_1; the problem's by default.
    certified
        How many rounds are followed in exact and ball arithmetic, from 1 to T.
    outcomes
        A theorem about random gradients is audited on all outcomes of T rounds, at most 4096: each uniform number that
        the problem draws then takes this many values (k + ½)/outcomes, equally likely.
    optimizer, sequences
        For a theorem in which no optimizer plays: one that does, by name, and which of its points ``x`` or gradients
        ``g`` the theorem's own sequences are, ``{"S": "-x"}`` for S_t = -x_t.
    """

    problem: str
    T: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    hyper: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    x0: tuple[float, ...] | None = None
    certified: int = 12
    outcomes: int = 2
    optimizer: str = ""
    sequences: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the numbers."""
        if type(self.T) is not int or self.T < 1:
            raise ParameterError(f"an audit runs T = {self.T!r} rounds; give an integer ≥ 1")
        if type(self.certified) is not int or not 1 <= self.certified <= self.T:
            raise ParameterError(
                f"an audit certifies {self.certified!r} rounds; give an integer from 1 to T = {self.T}"
            )
        if type(self.outcomes) is not int or self.outcomes < 1:
            raise ParameterError(f"an audit has {self.outcomes!r} values of a uniform number; give an integer ≥ 1")
        for name, meaning in self.sequences.items():
            if meaning not in _TAKEN:
                raise ParameterError(f"the sequence {name} is one of {', '.join(_TAKEN)} of a run, not {meaning!r}")
