"""`Instance`: a run together with the values that it gives to the constants of a theorem."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convcheck.claims.claim import AuditRun
from convcheck.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Instance(AuditRun):
    """A run on which a theorem is audited; what its sequences are follows from the run, its constants are given here.

    The run's hyper-parameters are given apart from the constants: that they fit is one of the things that are audited,
    for the theorem's hypotheses say what a step is in terms of the constants.

    Parameters
    ----------
    constants
        By name: numbers, or tuples of numbers for vectors.
    x0
        The first point x_1; the problem's by default.
    certified
        How many rounds are followed in exact and ball arithmetic, from 1 to T.
    """

    constants: Mapping[str, Any] = field(default_factory=dict)
    x0: tuple[float, ...] | None = None
    certified: int = 12

    def __post_init__(self) -> None:
        """Check the numbers of rounds."""
        AuditRun.__post_init__(self)
        if type(self.certified) is not int or not 1 <= self.certified <= self.T:
            raise ParameterError(
                f"an audit certifies {self.certified!r} rounds; give an integer from 1 to T = {self.T}"
            )
