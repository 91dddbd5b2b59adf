"""A statement that is said to be false is evaluated on the instance where it is said to fail, in exact arithmetic.

A counterexample file is checked by a program that knows nothing of the statement.  What ties the two together is here:
on the instance that the claim declares, followed to its end in exact and ball arithmetic, every hypothesis of the file
is certified to hold (the code's roots and divisions to be defined among them) and the statement to be false.  What the
two sides of the broken inequality are there, the file must say as well.

What the hypotheses say of rounds after the last is not evaluated.  An instance goes on somehow, with losses 0, say, and
the inequality at T does not see it; a statement whose hypotheses bound later points too needs a longer instance.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from convcheck.assumptions import Linear, constants
from convcheck.claims.audit import BY_CONSTRUCTION, EXACT, Finding, certificate_of, player
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.following import certified
from convcheck.claims.instance import Instance
from convcheck.claims.meaning import Interpretation
from convcheck.claims.verdict import Tolerance
from convcheck.errors import RefutationError
from convcheck.kernel import Term
from convcheck.kernel.terms import mentions_outcome
from convcheck.language.objective import Objective
from convcheck.language.printing import text
from convcheck.language.scope import current

PROMISED = "by construction of the problem"
"""How convexity is known of linear losses: rounding cannot tell f(x) - f(u) from g(x - u), which are equal."""
SAME = Tolerance("the same number", "both enclose one real number, computed in different orders", relative=1e-9)


@dataclass(frozen=True, slots=True)
class Refutation:
    """An instance on which all hypotheses of a claim hold and its statement fails, certified.

    Parameters
    ----------
    optimizer
        Who plays.
    instance
        The instance.
    hypotheses
        What is assumed, each as text and how it is known to hold.
    sides
        What the two sides of the inequality are where it is false: ``(left, right)`` with left > right, exact or balls.
    """

    optimizer: str
    instance: Instance
    hypotheses: tuple[Finding, ...]
    sides: tuple[tuple[Any, Any], ...]

    def matches(self, observed: Fraction, bound: Fraction) -> bool:
        """Tell whether the inequality fails somewhere with these two numbers on its sides."""
        width = SAME.width(float(max(abs(observed), abs(bound))))
        return any(_near(left, observed, width) and _near(right, bound, width) for left, right in self.sides)

    @property
    def text(self) -> str:
        """Say on which instance what was certified."""
        where = f"{self.optimizer} on {self.instance.problem}, T = {self.instance.T}"
        return (
            f"{where}: all {len(self.hypotheses)} hypotheses are certified to hold, and the statement to fail: {self}"
        )

    def __str__(self) -> str:
        """Write the broken inequality with its numbers."""
        return " or ".join(f"{float(arb(left)):.6g} > {float(arb(right)):.6g}" for left, right in self.sides)


def refute(file: ClaimFile) -> Refutation:
    """Certify that the claim's one instance meets its hypotheses and breaks its statement.

    Raises
    ------
    RefutationError
        The claim does not declare one instance that is followed to its end, a hypothesis is not certified to hold
        there, or the statement is not certified to be false.
    """
    if len(file.claim.audit) != 1:
        raise RefutationError(f"{file.id} declares {len(file.claim.audit)} instances: it is refuted on one, audit=(…,)")
    return file.within(lambda: _refute(file, file.claim.audit[0]))


def _refute(file: ClaimFile, instance: Instance) -> Refutation:
    if instance.certified != instance.T:
        raise RefutationError(
            f"{file.id}: {instance.certified} of {instance.T} rounds are certified; a refutation needs all"
        )
    game, optimizer = player(file, instance)
    objectives = [value for value in vars(file.module).values() if isinstance(value, Objective)]
    assumed = sorted({*current().given, *current().defined}, key=lambda p: p.key)
    conclusion: Term = file.statement.term
    random = any(mentions_outcome(p) for p in (*assumed, conclusion))
    course = certified(optimizer, instance, random=random)
    sure = Interpretation(course, game, objectives, assumed, conclusion, instance)
    facts = () if game is None else game.facts.values()
    definitions = {h for fact in facts for h in fact.theorem.hypotheses}
    linear = [a for a in course.problem.assumptions if isinstance(a, Linear) and a.known == "construction"]
    promised = {p for p, a in ({} if game is None else game.assumed).items() if constants(linear, a) is not None}
    findings = tuple(_finding(sure, p, defines=p in definitions, promised=p in promised) for p in assumed)
    for finding in findings:
        # At samples is not everywhere: what a refutation assumes of all points it must not assume at all.
        if finding.certificate not in (EXACT, BY_CONSTRUCTION, PROMISED):
            raise RefutationError(f"{file.id}: on its instance this is not certified: {_said(finding)}")
    broken = Finding(text(conclusion), sure.judge(conclusion))
    if broken.outcome.status != "violated":
        raise RefutationError(f"{file.id} is not certified to be false on its instance: {_said(broken)}")
    return Refutation(optimizer.name, instance, findings, tuple(sure.broken(conclusion)))


def _finding(sure: Interpretation, p: Term, *, defines: bool, promised: bool) -> Finding:
    outcome = sure.judge(p)
    certificate = certificate_of(p, outcome, defines=defines)
    known = certificate in (EXACT, BY_CONSTRUCTION) or outcome.status == "violated"
    return Finding(text(p), outcome, PROMISED if promised and not known else certificate)


def _said(finding: Finding) -> str:
    outcome = finding.outcome
    return f"{finding.text} ({finding.certificate or outcome.reason or outcome.status})"


def _near(value: Any, fraction: Fraction, width: float) -> bool:
    """Tell whether a number, exact or a ball, is surely so near to a fraction."""
    return bool(abs(arb(value) - arb(fraction.numerator) / fraction.denominator) <= width)
