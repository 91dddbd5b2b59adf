"""How the theorem of a changed certificate relates to the original one: decided by comparison, never guessed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from convcheck.kernel import KernelError, Symbol, Term, Theorem, canonical, make, number
from convcheck.kernel.axioms import BUILTIN
from tests.soundness.kernel_replay import OURS, DocumentError, Reader, replay
from tests.soundness.support import Json

Change = Mapping[Any, Any]  # variables to closed terms, symbols to symbols

RELATIONS = ("le", "lt", "eq")


class Claim(NamedTuple):
    """What a certificate claims to prove."""

    conclusion: Term
    hypotheses: frozenset[Term]


def claimed(data: Json) -> Claim:
    """Return what a certificate claims to prove, in the kernel's terms."""
    terms = Reader(OURS, data["symbols"], data["terms"]).terms
    return Claim(terms[data["conclusion"]], frozenset(terms[row] for row in data["hypotheses"]))


def relation(original: Theorem, mutant: Theorem | Claim, before: Json, after: Json) -> str | None:
    """Return how the theorem of a changed certificate relates to the original, or None.

    same            conclusion and hypotheses are the same terms
    rewritten       the same after both sides of all relations were brought into normal form
    instance        it follows from the original, whose variables and symbols are replaced: other names, stronger
                    hypotheses or a weaker conclusion
    generalization  the original follows from it: the proof did not need all of a hypothesis
    cousin          both follow from one theorem, which the same steps prove, with a variable in the place of the part
                    that was changed
    """
    if mutant.conclusion is original.conclusion and mutant.hypotheses == original.hypotheses:
        return "same"
    if follows(original, mutant, {}) and follows(mutant, original, {}):
        return "rewritten"
    old, new = (Reader(OURS, data["symbols"], data["terms"]) for data in (before, after))
    there = changes(before, after, old, new)
    if follows(original, mutant, there):
        return "instance"
    if follows(mutant, original, {}) or follows(mutant, original, {y: x for x, y in there.items()}):
        return "generalization"
    return "cousin" if common_origin(original, mutant, before, after) else None


def changes(before: Json, after: Json, old: Reader, new: Reader) -> Change:
    """Return which variables and symbols became which."""
    variables = zip(before["terms"], after["terms"], old.terms, new.terms, strict=True)
    symbols = zip(before["symbols"], after["symbols"], old.symbols, new.symbols, strict=True)
    found: dict[Any, Any] = {x: y for r, s, x, y in variables if r != s and r[0] == s[0] == "var"}
    return found | {x: y for r, s, x, y in symbols if r != s}


def common_origin(original: Theorem, mutant: Theorem | Claim, before: Json, after: Json) -> bool:
    """Tell whether two certificates that differ in one term are instances of one, with a variable in its place."""
    rows = [i for i, (r, s) in enumerate(zip(before["terms"], after["terms"], strict=True)) if r != s]
    if len(rows) != 1 or any(before[key] != after[key] for key in ("symbols", "steps")):
        return False
    parts = [Reader(OURS, data["symbols"], data["terms"]).terms[rows[0]] for data in (before, after)]
    sort = parts[0].sort if parts[0].sort == parts[1].sort else "R"
    terms = [["var", "replaced", sort] if i == rows[0] else row for i, row in enumerate(before["terms"])]
    try:
        general = replay({**before, "terms": terms})
    except (KernelError, DocumentError):
        return False
    variable = make("var", "replaced", sort)
    return all(
        follows(general, theorem, {variable: part}) for theorem, part in zip((original, mutant), parts, strict=True)
    )


def admissible(change: Change) -> bool:
    """Tell whether a theorem holds with other variables and symbols: these must mean no more than the old ones."""
    for x, y in change.items():
        if isinstance(x, Symbol):
            # What takes real numbers takes integers: its restriction is one of the old symbol's meanings.
            wider = len(x.domain) == len(y.domain) and all(map(_fits, x.domain, y.domain))
            fits = wider and _fits(y.codomain, x.codomain) and x not in BUILTIN
            if not fits or (x.adapted is not None and (y.adapted is None or y.adapted > x.adapted)):
                return False
        elif not _fits(y.sort, x.sort):
            return False
    return True


def _fits(given: str, wanted: str) -> bool:
    return given == wanted or (given, wanted) == ("Z", "R")


def follows(general: Theorem | Claim, special: Theorem | Claim, change: Change) -> bool:
    """Tell whether one theorem, with a change of names, has the other as a consequence that can be seen."""
    if not admissible(change):
        return False
    try:
        hypotheses = [replaced(h, change) for h in general.hypotheses]
        conclusion = replaced(general.conclusion, change)
    except KernelError:
        return False
    given = all(any(implies(p, h) for p in special.hypotheses) for h in hypotheses)
    return given and implies(conclusion, special.conclusion)


def replaced(term: Term, change: Change) -> Term:
    """Return a term with other variables and symbols."""
    if term in change:
        return change[term]  # type: ignore[no-any-return]
    parts = (replaced(a, change) if isinstance(a, Term) else change.get(a, a) for a in term.args)
    return make(term.op, *parts)


def implies(p: Term, q: Term) -> bool:
    """Tell whether p → q, as far as normal forms and weaker relations show it."""
    if p is q:
        return True
    if p.op == q.op == "eq" and p.args[0].sort == q.args[0].sort == "V":
        return slack(q) in slacks(p)
    if p.op in RELATIONS:
        numbers = q.op in {p.op, "le"} and p.args[0].sort != "V" != q.args[0].sort
        return numbers and any(s is slack(q) or (q.op != "eq" and more(slack(q), s)) for s in slacks(p))
    if p.op != q.op:
        return False
    if p.op == "all":
        return _fits(q.args[0], p.args[0]) and implies(p.args[1], q.args[1])
    before = implies(q.args[0], p.args[0]) if p.op == "imp" else implies(p.args[0], q.args[0])
    return before and implies(p.args[1], q.args[1])


def more(left: Term, right: Term) -> bool:
    """Tell whether one number is greater than another by a rational number."""
    difference = canonical(make("add", left, make("mul", number(-1), right)))
    return bool(difference.op == "q" and difference.args[0] > 0)


def slacks(p: Term) -> tuple[Term, ...]:
    """Return what a relation says to be ≥ 0, > 0 or = 0, in normal form."""
    return (slack(p), slack(make("eq", *reversed(p.args)))) if p.op == "eq" else (slack(p),)


def slack(p: Term) -> Term:
    """Return right minus left side in normal form."""
    minus = make("smul" if p.args[0].sort == "V" else "mul", number(-1), p.args[0])
    return canonical(make("add", p.args[1], minus))
