"""Every error convcheck raises on purpose: one class per failure, one sentence that says what, why and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class ConvcheckError(Exception):
    """Base of all errors that convcheck raises on purpose; the command line makes each one sentence and exit code 2."""


class UnknownNameError(ConvcheckError):
    """A name that nothing carries: an optimizer, problem, schedule, experiment, parameter or attribute."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        """Compose the sentence, with the nearest known name where there is one."""
        choices = sorted(known)
        near = get_close_matches(name, choices, n=1, cutoff=0.6)
        advice = f"did you mean {near[0]!r}?" if near else f"known: {_first(choices) or 'none'}"
        super().__init__(f"there is no {kind} {name!r}{where and ' ' + where}; {advice}")


def _first(names: list[str], most: int = 12) -> str:
    """Return names with commas, or the first of them and how many there are beside."""
    shown = names if len(names) <= most + 1 else [*names[:most], f"and {len(names) - most} others"]
    return ", ".join(shown)


class DuplicateNameError(ConvcheckError):
    """Two files carry the same name."""


class CatalogError(ConvcheckError):
    """A discovered file does not hold what its folder promises."""


class RuleError(ConvcheckError):
    """A rule, schedule or problem function leaves the closed vocabulary, or returns the wrong state."""


class ConditionError(ConvcheckError):
    """A condition on hyper-parameters is not written in the language of conditions."""


class ParameterError(ConvcheckError):
    """A parameter lies outside its range, is not a number, or has the wrong shape."""


class HorizonError(ConvcheckError):
    """The number of rounds T, or of seeds or records, is not a positive integer."""


class ShapeError(ConvcheckError):
    """An array has a shape that does not fit the others."""


class NonFiniteError(ConvcheckError):
    """A run met NaN or an infinity; the message says at which step and in which lane."""


class ArithmeticDomainError(ConvcheckError):
    """An operation that the chosen arithmetic cannot carry out (an irrational root in exact arithmetic, say)."""


class CacheNotWritableError(ConvcheckError):
    """The cache folder that was named explicitly cannot be written."""


class CorruptEntryWarning(UserWarning):
    """A cache entry is corrupt or foreign; it is named, set aside and recomputed."""


class CacheFallbackWarning(UserWarning):
    """The user's cache folder cannot be written; a private temporary folder serves instead."""


class MissingToolError(ConvcheckError):
    """An external program or an optional package is missing; the message says which and how to install it."""


class TableFileError(ConvcheckError):
    """The JSON of a table is malformed, or its content does not have the hash that it states."""


class BoundError(ConvcheckError):
    """A bound given to `cc.check_bound` is not a number at some step, or has the wrong shape."""


class OutputError(ConvcheckError):
    """A file or folder that results were to be written to cannot be written."""


class CertificationError(ConvcheckError):
    """Interval arithmetic does not certify a constant to the tolerance that was asked for."""


class DriftNotApplicableError(ConvcheckError):
    """The drift lemma does not cover a rule or a problem; the message says which hypothesis fails."""


class LatexError(ConvcheckError):
    """LaTeX stopped at an error in the paper."""


class LawError(ConvcheckError):
    """An optimizer or schedule breaks a law: its arithmetics disagree, or it is no function of what it is given."""


class ProofError(ConvcheckError):
    """A proof file says something that the language of proofs has no meaning for."""


class StepFailedError(ConvcheckError):
    """A step of a proof does not follow from its reasons; the message shows what is missing."""


class AuditError(ConvcheckError):
    """A theorem cannot be audited on a run: the run does not say what the theorem's symbols are."""


class RefutationError(ConvcheckError):
    """A claim that is said to be refuted is not: what its counterexample shows is not that its statement is false."""


class AlgebraError(ConvcheckError):
    """A term has no counterpart in SymPy, or an expression of SymPy none in the kernel."""
