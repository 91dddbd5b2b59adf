"""Proof files: what they may assume, what they may cite, and what their code divides by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from convcheck.errors import ProofError, StepFailedError, UnknownNameError
from convcheck.language.files import Proof, read, theorem
from convcheck.language.terms import Expression

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / "proofs" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"from convcheck.language import *\n{text}", encoding="utf-8")
        return path

    return written


def hypotheses(proof: Proof) -> set[str]:
    return {repr(Expression(h)) for h in proof.theorem.hypotheses}


# ---- hypotheses


@pytest.mark.parametrize(
    "line",
    ["given(x <= 0)", "play(sgd, suffix='2')", "objective('h').given(Convex())"],
)
def test_no_hypothesis_is_added_while_proving(write: Write, line: str) -> None:
    path = write(
        "mine/late",
        f"""
from convcheck.assumptions import Convex
from convcheck.optimizers.sgd import sgd
(x,) = reals("x")
statement = x <= 1
def proof():
    with let(0 <= x):
        return have(x <= 1, by={line})
""",
    )
    with pytest.raises(ProofError, match=r"proof\(\) adds no hypothesis: assume .* above the statement"):
        read(path).prove()


def test_what_a_cited_theorem_assumes_must_be_given(write: Write) -> None:
    write("mine/first", "(x,) = reals('x')\nlow = given(0 <= x)\nstatement = -1 <= x\nproof = lambda: have(-1 <= x)\n")
    more = "(x,) = reals('x')\n{}statement = -2 <= x\nproof = lambda: have(-2 <= x, by=theorem('mine/first'))\n"
    with pytest.raises(StepFailedError, match=r"the proof assumes what is not given:\n    0 ≤ x"):
        read(write("mine/second", more.format(""))).prove()
    assert hypotheses(read(write("mine/third", more.format("given(0 <= x)\n"))).prove()) == {"0 ≤ x"}


# ---- other theorems


def test_what_two_lemmas_rest_on_is_proved_once(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        "mine/base", "(x,) = reals('x')\nstatement = 0 <= x**2\ndef proof():\n    print('once')\n    return square(x)\n"
    )
    lemma = "(x,) = reals('x')\nstatement = -{0} <= x**2\nproof = lambda: have(-{0} <= x**2, by=theorem('mine/base'))\n"
    for number in (1, 2):
        write(f"mine/lemma{number}", lemma.format(number))
    both = "by=[theorem('mine/lemma1'), theorem('mine/lemma2')]"
    path = write("mine/both", f"(x,) = reals('x')\nstatement = -3 <= 2*x**2\nproof = lambda: have(statement, {both})\n")
    for _ in range(2):  # and anew, when the whole is proved again
        assert not hypotheses(read(path).prove())
        assert capsys.readouterr().out == "once\n"


def test_theorems_that_cite_each_other_show_their_circle(write: Write) -> None:
    text = "(x,) = reals('x')\nstatement = 0 <= x**2\nproof = lambda: theorem('mine/{}')\n"
    for name, cited in (("a_1", "b"), ("b", "c"), ("c", "b")):
        path = write(f"mine/{name}", text.format(cited))
    with pytest.raises(ProofError, match="no theorem may rest on itself: mine/c → mine/b → mine/c"):
        read(path).prove()
    with pytest.raises(ProofError, match="no theorem may rest on itself: mine/b → mine/c → mine/b"):
        read(path.with_name("a_1.py")).prove()


def test_a_theorem_is_cited_by_an_id_that_exists(write: Write) -> None:
    path = write("mine/a", "(x,) = reals('x')\nstatement = 0 <= x\nproof = lambda: theorem('mine/aa')\n")
    with pytest.raises(UnknownNameError, match="did you mean 'mine/a'"):
        read(path).prove()


def test_reading_a_file_proves_nothing(write: Write) -> None:
    with pytest.raises(ProofError, match="belongs inside proof"):
        read(write("mine/a", "fact = theorem('nesterov2004/descent-lemma')\nstatement = 1 <= 0\n"))
    with pytest.raises(ProofError, match="belongs inside proof"):
        theorem("nesterov2004/descent-lemma")


# ---- definedness

GAME = """
from fractions import Fraction
import numpy as np
from convcheck.optimizers.base import optimizer
from convcheck.optimizers.sgd import sgd
from convcheck.schedules.inverse_sqrt import inverse_sqrt

@optimizer(source="mine2026, Algorithm 1")
def late(x, g, t, *, lr=1.0):
    return (x - lr * g / (t - 1),)

t, n = ints("t n")
(c,) = reals("c")
given(0 < c)
"""
STILL = """
statement = game.x[2] == game.x[1]
def proof():
    return have(statement, by=game.step(1))
"""


def test_that_one_over_zero_is_zero_proves_nothing_about_a_rule(write: Write) -> None:
    """The kernel's x_2 is x_1, the code's is not a number: the theorem says that it needs t - 1 ≠ 0."""
    proof = read(write("mine/still", f"{GAME}game = play(late)\n{STILL}")).prove()
    assert [repr(p) for p in proof.undefined] == ["∀t. 1 ≤ t ⇒ 0 < (t - 1)²"]
    assert "∀t. 1 ≤ t ⇒ 0 < (t - 1)²" in hypotheses(proof)


@pytest.mark.parametrize(
    ("rate", "condition"),
    [
        ("lambda t: c / (t - 1)", "∀t. 1 ≤ t ⇒ 0 < (t - 1)²"),
        ("lambda t: 1 / sqrt(t - 2)", "∀t. 1 ≤ t ⇒ 0 ≤ t - 2"),
        ("lambda t: log(t - 1)", "∀t. 1 ≤ t ⇒ 0 < t - 1"),
        ("1 / (c - 1)", "∀t. 1 ≤ t ⇒ 0 < (c - 1)²"),
        ("c / 0", "∀t. 1 ≤ t ⇒ 0 < 0²"),
    ],
)
def test_what_a_schedule_leaves_undefined_is_a_hypothesis(write: Write, rate: str, condition: str) -> None:
    text = f"{GAME}game = play(sgd, lr={rate})\nstatement = 0 <= c\nproof = lambda: have(0 <= c)\n"
    assert condition in hypotheses(read(write("mine/schedule", text)).prove())


@pytest.mark.parametrize("rate", ["lambda t: c / sqrt(t)", "1 / c", "inverse_sqrt", "lambda t: c / (t * (t + 1))"])
def test_what_a_schedule_divides_by_is_shown_to_be_positive(write: Write, rate: str) -> None:
    text = f"{GAME}game = play(sgd, lr={rate})\nstatement = 0 <= c\nproof = lambda: have(0 <= c)\n"
    proof = read(write("mine/schedule", text)).prove()
    assert not proof.undefined
    assert proof.defined


def test_what_makes_the_code_defined_is_a_hypothesis_even_if_no_step_needs_it(write: Write) -> None:
    """Without 0 < c the claim would be about 1/0 = 0, too."""
    text = f"{GAME}game = play(sgd, lr=1 / c)\nstatement = 0 <= t**2\nproof = lambda: have(0 <= t**2)\n"
    assert hypotheses(read(write("mine/square", text)).prove()) == {"0 < c"}


def test_a_cited_theorem_may_leave_open_what_is_open_here(write: Write) -> None:
    text = f"{GAME}game = play(late)\n"
    write("mine/first", f"{text}statement = 0 <= c\nproof = lambda: have(0 <= c)\n")
    path = write("mine/second", f"{text}statement = -1 <= c\nproof = lambda: have(-1 <= c, by=theorem('mine/first'))\n")
    assert hypotheses(read(path).prove()) == {"0 < c", "∀t. 1 ≤ t ⇒ 0 < (t - 1)²"}


def test_what_is_divided_by_within_a_sum_is_refused(write: Write) -> None:
    with pytest.raises(ProofError, match="within a sum"):
        read(write("mine/sum", f"{GAME}game = play(sgd, lr=lambda t: Sum(1 / n, n, 1, t))\nstatement = 0 <= c\n"))
