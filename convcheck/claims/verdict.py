"""The words in which convcheck judges (`Verdict`, `Flag`), and how an experiment is judged (`Expectation`)."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from convcheck.errors import ParameterError, UnknownNameError


class _Word(StrEnum):
    """A closed vocabulary: members are strings, and ``word.meaning`` is one sentence."""

    meaning: str

    def __new__(cls, word: str, meaning: str = "") -> Self:
        """Make the member ``word`` and keep its meaning beside it."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member


class Verdict(_Word):
    """What is known about a statement; ``verdict.meaning`` is one sentence."""

    PROVED = "proved", "The kernel has derived it, and the certificate replays."
    REFUTED = "refuted", "It is false: by an exact counterexample with a certified margin, or a proof of the negation."
    SUPPORTED = "supported", "No run has violated it so far."
    VIOLATED = "violated", "Runs are evidence against it, which is not certified."
    INCONCLUSIVE = "inconclusive", "What was run decides neither way."
    OPEN = "open", "Neither a proof nor a counterexample is known here."
    UNCHECKED = "unchecked", "Nothing has been run on it since its inputs last changed."


class FlagWord(_Word):
    """What a `Flag` can say; ``word.meaning`` is one sentence."""

    VACUOUS_BOUND = "vacuous-bound", "The bound is never below the trivial one on any audited run."
    VACUOUS_HYPOTHESIS = "vacuous-hypothesis", "No run of the named method meets the hypotheses."
    PROOF_STEP_FALSE = "proof-step-false", "A step of the published proof is false."
    REPAIRED_BY = "repaired-by", "Another claim states what holds instead."
    AS_QUOTED = "as-quoted", "The printed text was not read: the statement is as others quote it, or as remembered."


@dataclass(frozen=True, slots=True)
class Flag:
    """A remark beside a verdict; ``claim`` is the id of the repairing claim for ``repaired-by`` and empty for others.

    Raises `ParameterError` if the claim's id is missing or is out of place.
    """

    word: FlagWord
    claim: str = ""

    def __post_init__(self) -> None:
        """Check that exactly the flag that points to a claim does."""
        if self.word is FlagWord.REPAIRED_BY and not self.claim:
            raise ParameterError("the flag repaired-by names the claim that repairs: write repaired-by:ID")
        if self.word is not FlagWord.REPAIRED_BY and self.claim:
            raise ParameterError(f"the flag {self.word} names no claim: write {self.word} alone")

    @classmethod
    def parse(cls, text: str) -> "Flag":
        """Return the flag that `str` writes as ``text``; raises `UnknownNameError` for a word that is none."""
        word, colon, claim = text.partition(":")
        if word not in list(FlagWord):
            raise UnknownNameError("flag", word, map(str, FlagWord))
        if colon and not claim:
            raise ParameterError(f"the flag {text!r} ends where a claim's id should follow")
        return cls(FlagWord(word), claim)

    def __str__(self) -> str:
        """Write the flag as the command line and the reports do: ``repaired-by:reddi2018/theorem-4``."""
        return f"{self.word}:{self.claim}" if self.claim else str(self.word)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that an experiment's figure must show, decided on its table.

    Parameters
    ----------
    name
        Short and unique in the experiment (``"adam-limit"``).
    verdict
        ``supported``, ``violated`` or ``inconclusive``; a run neither proves nor refutes.
    statement
        A sentence with its numbers: what was expected and what was seen.
    observed
        What was seen, a number or a word.
    reason
        Why this is expected, or why the tolerance is what it is.

    Raises
    ------
    ParameterError
        If name or statement is empty, the verdict is another, or NaN is said to support anything.
    """

    name: str
    verdict: Verdict
    statement: str
    observed: float | str
    reason: str = ""

    def __post_init__(self) -> None:
        """Check that the verdict is one that a run can give."""
        if not self.name or not self.statement:
            raise ParameterError("an expectation has a name and a statement")
        if self.verdict not in {Verdict.SUPPORTED, Verdict.VIOLATED, Verdict.INCONCLUSIVE}:
            raise ParameterError(
                f"expectation {self.name!r}: a run cannot make it {self.verdict}; "
                "the verdict is supported, violated or inconclusive"
            )
        if self.holds and _is_nan(self.observed):
            raise ParameterError(f"expectation {self.name!r}: NaN was observed, which supports nothing")

    @property
    def holds(self) -> bool:
        """Whether the verdict is ``supported``; ``verify`` fails on ``violated``, is undecided on ``inconclusive``."""
        return self.verdict == Verdict.SUPPORTED


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an observation may lie from its target, ``absolute + relative · |target|``, with a name and a reason.

    Raises `ParameterError` without a name or a reason, or if a width is negative or not finite.
    """

    name: str
    reason: str
    relative: float = 0.0
    absolute: float = 0.0

    def __post_init__(self) -> None:
        """Check the house rule that a tolerance has a name and a reason."""
        if not self.name or not self.reason:
            raise ParameterError("a tolerance has a name and a reason")
        for width in (self.relative, self.absolute):
            if not 0 <= width < math.inf:
                raise ParameterError(f"the tolerance {self.name!r} is {width}; give a finite number ≥ 0")

    def width(self, target: float) -> float:
        """Return the largest distance from ``target`` that is allowed."""
        return self.absolute + self.relative * abs(target)


def decide(name: str, statement: str, *, holds: bool | None, observed: float | str, reason: str = "") -> Expectation:
    """Return the expectation: ``supported`` if it holds, ``violated`` if not, ``inconclusive`` for None or NaN seen.

    The arguments are those of `Expectation`. (A comparison with NaN is False, and its negation True: neither counts.)
    """
    if holds is None or _is_nan(observed):
        verdict = Verdict.INCONCLUSIVE
    else:
        verdict = Verdict.SUPPORTED if holds else Verdict.VIOLATED
    return Expectation(name, verdict, statement, observed, reason)


def within(  # each is one part of the sentence
    name: str,
    observed: float,
    target: float,
    tolerance: Tolerance,
    *,
    quantity: str = "the value",
    uncertainty: float = 0.0,
) -> Expectation:
    """Return the expectation that an observed number lies within a named tolerance of its target.

    With w the tolerance's width and u the uncertainty: ``supported`` if |observed − target| + u ≤ w, ``violated`` if
    |observed − target| − u > w, else ``inconclusive``, as it is if the observation or its uncertainty is NaN.

    Parameters
    ----------
    name, observed, target, tolerance
        As in `Expectation` and `Tolerance`; the target is finite.
    quantity
        What was observed, the subject of the sentence (``"the limit of R_T/T"``).
    uncertainty
        Half-width of the observation's interval, ≥ 0 (a t-interval over seeds, say).

    Raises
    ------
    ParameterError
        If the target is not finite, or the uncertainty is negative.
    """
    if not math.isfinite(target):
        raise ParameterError(f"expectation {name!r}: the target is {target}; give a finite number")
    if uncertainty < 0:
        raise ParameterError(f"expectation {name!r}: the uncertainty is {uncertainty}; give a number ≥ 0")
    distance, width = abs(observed - target), tolerance.width(target)
    holds = True if distance + uncertainty <= width else False if distance - uncertainty > width else None
    relation = {True: "within", False: "not within", None: "not decidedly within"}[holds]
    seen = f"{observed:.6g}" + (f" ± {uncertainty:.2g}" if uncertainty else "")
    allowed = f"{width:.3g} ({tolerance.name}) of {target:.6g}"
    statement = f"{quantity} is {seen}, {relation} {allowed}: they differ by {distance:.3g}"
    return decide(name, statement, holds=holds, observed=float(observed), reason=tolerance.reason)


def _is_nan(observed: float | str) -> bool:
    return not isinstance(observed, str) and math.isnan(observed)
