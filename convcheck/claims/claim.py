"""`Claim`: what a file under ``proofs/`` declares about the published statement that it holds."""

import re
from dataclasses import dataclass
from enum import StrEnum

from convcheck.claims.instance import Instance
from convcheck.claims.verdict import Flag, Verdict
from convcheck.conditions import Condition
from convcheck.errors import ParameterError, UnknownNameError

_KEY = re.compile(r"[a-z][a-z0-9]*")


class Kind(StrEnum):
    """What a claim is about."""

    REGRET = "regret"
    STATIONARITY = "stationarity"
    RATE = "rate"
    DIVERGENCE = "divergence"
    LEMMA = "lemma"
    STABILITY = "stability"
    STRUCTURE = "structure"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim was published: a citation key of ``paper/refs.bib``, and the item there (``"Theorem 4"``).

    Raises `ParameterError` if the key is not one, or the item is empty.
    """

    key: str
    item: str

    def __post_init__(self) -> None:
        """Check that both are there."""
        if not _KEY.fullmatch(str(self.key)):
            raise ParameterError(f"{self.key!r} is no citation key: lower-case letters and digits, as reddi2018")
        if not str(self.item).strip():
            raise ParameterError(f"the source {self.key} needs the item: Source({self.key!r}, 'Theorem 1')")

    def __str__(self) -> str:
        """Write the source as optimizers do: ``reddi2018, Theorem 4``."""
        return f"{self.key}, {self.item}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is declared about a published statement.

    Parameters
    ----------
    kind
        What it is about: ``regret stationarity rate divergence lemma stability structure``.
    source
        Where it was published.
    verdict
        What `verify` must find: a word of `Verdict`, except ``unchecked``.
    flags
        Remarks, as `Flag` writes them: ``"proof-step-false"``, ``"repaired-by:reddi2018/theorem-4"``.
    conditions
        What is assumed of the hyper-parameters.
    audit
        Runs on which a theorem is audited; without one on which all its hypotheses hold it shows as vacuous.

    Raises
    ------
    UnknownNameError
        With the nearest word that exists, for a kind, verdict or flag that does not.
    ParameterError
        A value is of the wrong type, or the verdict is ``unchecked``.
    """

    kind: Kind
    source: Source
    verdict: Verdict
    flags: tuple[Flag, ...] = ()
    conditions: tuple[Condition, ...] = ()
    audit: tuple[Instance, ...] = ()

    def __init__(  # words may be given as strings
        self,
        *,
        kind: str,
        source: Source,
        verdict: str,
        flags: tuple[str | Flag, ...] = (),
        conditions: tuple[Condition, ...] = (),
        audit: tuple[Instance, ...] = (),
    ) -> None:
        """Look up the words and check the types."""
        parts: dict[str, tuple[object, type | tuple[type, ...]]] = {
            "flags": (flags, (str, Flag)),
            "conditions": (conditions, Condition),
            "audit": (audit, Instance),
        }
        for name, (values, wanted) in parts.items():
            if not isinstance(values, tuple) or not all(isinstance(value, wanted) for value in values):
                raise ParameterError(f"the {name} of a claim are a tuple, as in {name}=(…,); got {values!r}")
        if not isinstance(source, Source):
            raise ParameterError(f"the source of a claim is a Source('reddi2018', 'Theorem 4'); got {source!r}")
        if verdict == Verdict.UNCHECKED:
            raise ParameterError("a claim that declares nothing is open: write verdict='open'")
        made = {
            "kind": _word(Kind, "kind of claim", kind),
            "source": source,
            "verdict": _word(Verdict, "verdict", verdict),
            "flags": tuple(flag if isinstance(flag, Flag) else Flag.parse(flag) for flag in flags),
            "conditions": conditions,
            "audit": audit,
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)


def _word(words: type[Kind] | type[Verdict], what: str, given: str) -> StrEnum:
    if given not in list(words):
        raise UnknownNameError(what, str(given), map(str, words))
    return words(given)
