"""No change of a certificate makes it prove what was not proved.

Each mutant is rejected; or kernel and checker agree on what it proves, and that is the same theorem, an instance or a
generalization of it, or a cousin (`theorem_relations.relation`).
"""

import json
import logging
from collections import Counter
from pathlib import Path

import pytest

from convcheck import check
from convcheck.kernel import Theorem, certificate
from convcheck.language.files import read
from tests.soundness.certificate_mutants import KINDS, Document, Mutator
from tests.soundness.kernel_replay import DocumentError, replay
from tests.soundness.support import FULL, REFUSED, into
from tests.soundness.theorem_relations import claimed, relation

MUTANTS = 1_000 if FULL else 80
LONG, FEWER = 300, 30  # of a certificate with more steps than that, a short run tries fewer
SOME = 7  # so many proofs, spread over all of them, in a short run
PROOFS = (Path(__file__).parents[2] / "proofs").glob("*/*.py")
ALL = [path for path in sorted(PROOFS) if "def proof()" in path.read_text("utf-8")]
FILES = ALL if FULL else ALL[:: 1 + len(ALL) // SOME]
_log = logging.getLogger(__name__)

EXPLAINED = ("same", "rewritten", "instance", "generalization", "cousin")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def document(request: pytest.FixtureRequest) -> Document:
    path: Path = request.param
    data: Document = json.loads(json.dumps(certificate(read(path).prove().theorem)))
    return data


def replayed(data: Document) -> Theorem | None:
    """Return what the kernel makes of a certificate, or None."""
    try:
        theorem: Theorem = replay(data)
    except (*REFUSED, DocumentError, IndexError, ZeroDivisionError):
        return None
    return theorem


def checked(data: Document) -> tuple[check.Replay, check.Fact] | None:
    """Return what the checker makes of a certificate, or None."""
    try:
        # As `check.check` does, whose text is not needed here.
        replay = check.Replay(check.parse(json.dumps(data).encode()))
        fact = replay.compare(data)
        replay.hints(data["names"])
    except check.CheckError:
        return None
    return replay, fact


def verdict(original: Theorem, document: Document, mutant: Document, *, both: bool) -> str:
    """Return "rejected", or how what a mutant proves relates to the original.

    The checker has more ways than the kernel to rewrite by an equation, so it may accept what the kernel refuses.
    """
    accepted = checked(mutant)
    theorem = replayed(mutant) if both or accepted else None
    assert theorem is None or accepted is not None, "the checker refuses what the kernel accepts"
    if accepted is None:
        return "rejected"
    if theorem is None:
        return relation(original, claimed(mutant), document, mutant) or "unexplained"
    replay, fact = accepted
    assert fact.conclusion == into(replay.terms, theorem.conclusion)
    assert fact.hypotheses == {into(replay.terms, p) for p in theorem.hypotheses}
    return relation(original, theorem, document, mutant) or "unexplained"


def test_mutants_are_rejected_or_harmless(document: Document) -> None:
    original = replayed(document)
    assert original is not None
    count = MUTANTS if FULL or len(document["steps"]) < LONG else FEWER
    seen = Counter[tuple[str, str]]()
    for kind, mutant in Mutator(document, seed=1).mutants(count):
        found = verdict(original, document, mutant, both=FULL)
        assert found == "rejected" or found in EXPLAINED, (kind, mutant)
        seen[kind, found] += 1
    totals = Counter[str]()
    for (kind, found), number in seen.items():
        _log.info("%s %s: %d", kind, found, number)
        totals[found] += number
    assert totals["rejected"] > 0.8 * count
    assert {kind for kind, _ in seen} <= set(KINDS)


@pytest.mark.parametrize("claim", ["hypotheses", "axioms"])
def test_every_claim_counts(document: Document, claim: str) -> None:
    """None of the hypotheses and axioms may be missing in the claim, and none may be added."""
    replay = check.Replay(document)
    replay.compare(document)
    claims = [[*document[claim][:i], *document[claim][i + 1 :]] for i in range(len(document[claim]))]
    claims.append([*document[claim], document["conclusion"] if claim == "hypotheses" else "exp_ge"])
    for changed in claims:
        with pytest.raises(check.CheckError):
            replay.compare({**document, claim: changed})


def test_every_assumption_counts(document: Document) -> None:
    """A hypothesis that a proof uses cannot be exchanged for another one that it assumes too."""
    original = replayed(document)
    assert original is not None
    claims = document["hypotheses"]
    for dropped, kept in zip(claims, [*claims[1:], *claims[:1]], strict=True):
        exchange = {f"{['assume', ['term', dropped]]}": ["assume", ["term", kept]]}
        steps = [exchange.get(str(step), step) for step in document["steps"]]
        mutant = {**document, "steps": steps, "hypotheses": [h for h in claims if h != dropped]}
        assert len(claims) == 1 or verdict(original, document, mutant, both=True) == "rejected"
