"""What is printed is what was meant: parse(text(term)) is term."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcheck.errors import ProofError
from convcheck.kernel.axioms import EXP, LOG, MAX, POWER, SQRT
from convcheck.kernel.terms import KernelError, Symbol, Term, abstract, make, number
from convcheck.language.names import names_of
from convcheck.language.parsing import parse
from convcheck.language.printing import latex, text
from convcheck.language.symbols import Sum, expect, forall, ints, norm2, processes, reals, sequences, sqrt, vectors
from convcheck.language.terms import COORDINATE, Expression

VARIABLES = {
    "Z": [make("var", n, "Z") for n in ("t", "T", "x")],
    "R": [make("var", n, "R") for n in ("x", "α", "beta1", "x_t")],
    "V": [make("var", n, "V") for n in ("u", "x")],
    "W": [make("var", "ω", "W"), make("var", "w", "W")],
}
SYMBOLS = [
    Symbol("x", ("Z",), "R"),
    Symbol("x", ("Z",), "V"),
    Symbol("v_max", ("Z", "Z"), "R"),
    Symbol("f", ("Z", "V"), "R"),
    Symbol("h", ("V",), "V"),
    Symbol("g", ("Z", "W"), "V", 1),
    Symbol("m", ("W",), "R"),
    COORDINATE,
    Symbol("max", ("R",), "R"),
    Symbol("Σ", ("R", "Z"), "R"),
    SQRT,
    LOG,
    EXP,
    MAX,
    POWER,
]


@st.composite
def terms(draw: st.DrawFn, sort: str, depth: int = 4) -> Term:  # noqa: C901, PLR0911, PLR0912  # a case per operation
    """Draw a term of a sort (R stands for numbers of either sort)."""
    if sort == "B":
        return _formula(draw, depth)
    leaves: list[Term] = [*VARIABLES[sort], *(VARIABLES["Z"] if sort == "R" else ())]
    if sort in ("Z", "R"):
        leaves += [number(k) for k in (-2, -1, 0, 1, 3)]
    if sort == "R":
        leaves += [number(Fraction(1, 2)), number(Fraction(-3, 4))]
    if depth == 0 or sort == "W":
        return draw(st.sampled_from(leaves))
    kind = draw(st.sampled_from(_KINDS[sort]))

    def sub(s: str) -> Term:
        return draw(terms(s, depth - 1))

    if kind in ("add", "mul"):
        return make(kind, *(sub(sort) for _ in range(draw(st.integers(1, 3)))))
    if kind == "pow":
        return make("pow", sub(sort), draw(st.integers(0, 5)))
    if kind == "inv":
        return make("inv", sub("R"))
    if kind == "smul":
        return make("smul", sub("R"), sub("V"))
    if kind == "inner":
        return make("inner", sub("V"), sub("V"))
    if kind == "sum":
        return make("sum", sub("Z"), sub("Z"), abstract(sub(sort), draw(st.sampled_from(VARIABLES["Z"]))))
    if kind == "E":
        return make("E", abstract(sub(sort), draw(st.sampled_from(VARIABLES["W"]))))
    if kind == "CE":
        return make("CE", sub("Z"), abstract(sub(sort), draw(st.sampled_from(VARIABLES["W"]))), sub("W"))
    if kind == "app":
        symbol = draw(st.sampled_from([s for s in SYMBOLS if s.codomain == sort]))
        return make("app", symbol, *(sub(s) for s in symbol.domain))
    return draw(st.sampled_from(leaves))


_KINDS = {
    "Z": ["leaf", "add", "mul", "pow"],
    "R": ["leaf", "add", "mul", "pow", "inv", "inner", "sum", "E", "CE", "app"],
    "V": ["leaf", "add", "smul", "sum", "E", "CE", "app"],
}


def _formula(draw: st.DrawFn, depth: int) -> Term:
    kind = draw(st.sampled_from(["le", "lt", "eq", "imp", "and", "all", "eqV"] if depth else ["le"]))
    if kind in ("imp", "and"):
        return make(kind, draw(terms("B", depth - 1)), draw(terms("B", depth - 1)))
    if kind == "all":
        variable = draw(st.sampled_from([v for sort in VARIABLES.values() for v in sort]))
        return make("all", variable.sort, abstract(draw(terms("B", depth - 1)), variable))
    sort = "V" if kind == "eqV" else "R"
    return make(kind[:2], draw(terms(sort, max(0, depth - 1))), draw(terms(sort, max(0, depth - 1))))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_reading_what_was_written_gives_the_same_term(data: st.DataObject) -> None:
    sort = data.draw(st.sampled_from(["R", "V", "B", "Z"]))
    try:
        term = data.draw(terms(sort))
    except KernelError:  # a conditional expectation at a random time, say
        return
    written = text(term)
    assert parse(written, names_of(term)) is term, written
    assert latex(term)


def test_text_reads_as_mathematics() -> None:
    (t, T), (α, D, x), (u,) = ints("t T"), reals("α D x"), vectors("u")
    (y,) = sequences("y", "V")
    assert repr(D**2 * sqrt(T) / (2 * α)) == "D²·√T/(2·α)"
    assert repr(norm2(y[t + 1] - u)) == "‖y_{t + 1} - u‖²"
    assert repr(forall(T >= 1, Sum(x / t, t, 1, T) <= -x)) == "∀T. 1 ≤ T ⇒ Σ[t=1..T] x/t ≤ -x"
    assert repr(y[t] - (α / sqrt(t)) * u) == "y_t - α·(1/√t)·u"
    assert repr((y[t + 1][T] - u[t]) ** 2) == "(y_{t + 1,T} - u_t)²"


def test_latex_reads_as_mathematics() -> None:
    (t, T), (α, D) = ints("t T"), reals("α D")
    assert latex((D**2 * sqrt(T) / (2 * α)).term) == r"\frac{D^{2} \, \sqrt{T}}{2 \, \alpha}"
    assert latex(Sum(1 / sqrt(t), t, 1, T).term) == r"\sum_{t=1}^{T} \frac{1}{\sqrt{t}}"


def test_what_is_random_is_written_without_its_outcome() -> None:
    (t,) = ints("t")
    (g,) = processes("g", "V", adapted=1)
    assert repr(expect(norm2(g[t]), given=t)) == "𝔼[‖g_t‖² | F_{t}]"


def test_a_bound_variable_never_takes_the_name_of_a_free_one() -> None:
    (t,) = ints("t")
    (x,) = sequences("x")
    term = make("sum", number(1), t.term, abstract((x[t] * 2).term, t.term))
    both = (Expression(term) + t).term
    assert text(both) == "Σ[t'=1..t] x_{t'}·2 + t"
    assert parse(text(both), names_of(both)) is both


@pytest.mark.parametrize("wrong", ["x +", "nothing", "x x", "(x", "∀. x", "√", "x ≤ "])
def test_nonsense_is_refused_in_one_sentence(wrong: str) -> None:
    (x,) = reals("x")
    with pytest.raises(ProofError):
        parse(wrong, names_of(x.term))
