"""What a problem's streams may be: the draws of `convcheck.draws`, or the entries of a sequence."""

from dataclasses import dataclass

from convcheck.draws import Draw, normal, rademacher, student_t2, uniform

__all__ = ["Draw", "Given", "normal", "rademacher", "student_t2", "uniform"]


@dataclass(frozen=True, slots=True)
class Given:
    """Not random: the entries of a sequence parameter, one a step, from the start again when they are used up."""

    parameter: str
