"""Derivations as proof files tell them."""

import ast
import os
import re
from pathlib import Path

import pytest

from convcheck.claims import discovery
from convcheck.report.derivation.narrative import Story, tell
from convcheck.report.derivation.reasons import Names, reason
from convcheck.report.explained_text import derivation_text

CLAIM = '''"""A chain, a case, an induction."""

from convcheck.claims.claim import Claim, Source
from convcheck.language import *

claim = Claim(kind="lemma", source=Source("mine2026", "Lemma 1"), verdict="proved")
n, = ints("n")
a, b = reals("a b")
x, = sequences("x")
positive = given(0 < a)
start = given(x[0] == 0)
grows = given(forall(0 <= n, x[n+1] == x[n] + a))
statement = forall(0 <= n, x[n] == n*a)

def proof():
    q = a + b
    larger_ = square(q)
    reasons = [larger_, positive]
    chain = (calc(a)
        .le(a + q**2, by=reasons)
        .eq(q**2 + a))
    for case in cases(a <= b):
        either = have(a <= a + q**2, by=chain)
    with induction(x[n] == n*a, n, base=start) as closed:
        have(x[n+1] == (n+1)*a, by=[grows(n), closed])
    return closed
'''


@pytest.fixture
def told(tmp_path: Path) -> Story:
    path = tmp_path / "proofs" / "mine2026" / "a_chain.py"
    path.parent.mkdir(parents=True)
    path.write_text(CLAIM, "utf-8")
    return tell(path)


def test_a_derivation_is_told_as_the_file_has_it(told: Story) -> None:
    seen = [(line.kind, line.depth, line.name, line.text.strip(), line.because) for line in told.lines]
    assert seen == [
        ("define", 0, "", "q = a + b", ""),
        ("start", 0, "chain", "a", ""),
        ("link", 0, "chain", "≤ a + q²", "0 ≤ q², positive"),
        ("link", 0, "chain", "= q² + a", ""),
        ("case", 0, "", "a ≤ b", ""),
        ("fact", 1, "either", "a ≤ a + q²", "chain"),
        ("case", 0, "", "b < a", ""),
        ("fact", 1, "either", "a ≤ a + q²", "chain"),
        ("either", 0, "", "a ≤ a + q²", ""),
        ("induction", 0, "closed", "on n from 0: x_n = n·a", "start"),
        ("fact", 1, "", "x_{n + 1} = (n + 1)·a", "grows(n), closed"),
    ]
    assert told.lines[2].source == "reasons"
    assert told.lines[-1].source == "[grows(n), closed]"


def test_hypotheses_have_the_names_of_the_file(told: Story) -> None:
    seen = {(line.kind, line.name): line.text for line in told.hypotheses}
    assert seen[("assumption", "start")] == "x_0 = 0"
    assert seen[("assumption", "grows")] == "∀n. 0 ≤ n ⇒ x_{n + 1} = x_n + a"


def test_reasons_stand_at_the_margin(told: Story) -> None:
    page = [*derivation_text(told.lines, 60)]
    assert page[2] == "    ≤ a + q²" + "by 0 ≤ q², positive".rjust(60 - len("    ≤ a + q²"))
    assert "In either case a ≤ a + q²" in page
    narrow = [*derivation_text(told.lines, 30)]
    assert "by 0 ≤ q², positive" in [line.strip() for line in narrow]
    assert max(map(len, narrow)) <= 30


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("None", []),
        ("[a_b, c]", ["a b", ", ", "c"]),
        ("[c, c]", ["c"]),
        ("bound(u)", ["bound(", "u", ")"]),
        ("telescope(P, T)", ["the sum telescopes"]),
        ("unroll(S, 3)", ["the last 3 terms apart"]),
        ("products(a, b, degree=2)", ["products of ", "a", ", ", "b", " up to degree 2"]),
        ("square(nothing)", ["square(nothing)"]),
        ("x if y else z", ["x if y else z"]),
    ],
)
def test_reasons_in_words(source: str, words: list[str]) -> None:
    assert reason(ast.parse(source, mode="eval").body, Names({})) == words


MACROS = {
    *re.findall(
        "[A-Za-z]+",
        """forall quad le implies wedge left right frac tfrac sqrt sum mathbb operatorname langle rangle mid mathcal
        mathrm in max min log exp text nabla cdot L l
        alpha beta gamma delta varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau varphi chi psi omega
        Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega""",
    ),
    *"\\, |!{}_&%#",
}
"""What LaTeX with amsmath knows."""


NAMES = sorted(name for name, e in discovery.entries(Path("/")).items() if "def proof" in e.path.read_text("utf-8"))
if not os.environ.get("CONVCHECK_FULL"):  # one claim of each paper
    NAMES = [*{name.partition("/")[0]: name for name in NAMES}.values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_derivation_is_told_in_text_and_latex(name: str) -> None:
    story = tell(discovery.load(name, Path("/")).path)
    assert any(line.kind in ("fact", "link", "start") for line in story.lines)
    assert len(story.hypotheses) == len(story.proof.theorem.hypotheses)
    for line in (*story.lines, *story.hypotheses):
        for text in (line.latex, line.because_latex):
            assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}"), text
            assert text.count("$") % 2 == 0, text
            assert {*re.findall(r"\\([A-Za-z]+|.)", text)} <= MACROS, text
            assert text.count(r"\left") == text.count(r"\right"), text
