"""The corpus of attacks: each is refused by the kernel and by the checker, or does no harm in print.

An attack on a rule or on terms is tried on both programs; one on the record (a theorem forged in Python, a certificate
changed afterwards) on the checker, which does not share the kernel's memory.
"""

import json
from typing import Any

import pytest

from convcheck import check
from convcheck.kernel import AXIOMS, RULES, Symbol, Term, Theorem, certificate, make
from tests.soundness import attacks_arithmetic, attacks_rules
from tests.soundness.attacks_forgeries import CHANGES, CLAIMS, FORGERIES, HINTS, example
from tests.soundness.attacks_rules import A, a, fi, fn, fs, m, n, one, t, two, u, x, xy, y, z, zero
from tests.soundness.attacks_terms import ROWS, SYMBOLS
from tests.soundness.support import (
    REFUSED,
    W,
    X,
    Z,
    agree,
    app,
    attempted,
    b,
    document,
    eq,
    every,
    f,
    f2,
    given,
    h,
    i0,
    imp,
    into,
    k,
    kernel_accepts,
    le,
    lt,
    mean,
    mul,
    replay,
    total,
    w0,
)

INFERENCES = attacks_rules.ATTACKS | attacks_arithmetic.ATTACKS


def test_the_corpus_is_large() -> None:
    corpora: tuple[dict[str, Any], ...] = (ROWS, SYMBOLS, INFERENCES, FORGERIES, CHANGES, CLAIMS, HINTS, KEPT, PRINTED)
    assert len(attacks_rules.ATTACKS.keys() & attacks_arithmetic.ATTACKS.keys()) == 0
    assert sum(map(len, corpora)) >= 400
    assert {rule for rule, *_ in INFERENCES.values()} >= RULES.keys() - {"both"}  # which nothing can go wrong with


@pytest.mark.parametrize("name", INFERENCES)
def test_no_wrong_inference(name: str) -> None:
    rule, *arguments = INFERENCES[name]
    assert not kernel_accepts(rule, *arguments)
    data = attempted(rule, *arguments)
    refused(data, f"^step {len(data['steps']) - 1}: |whole number")


@pytest.mark.parametrize("name", ROWS)
def test_no_wrong_term(name: str) -> None:
    op, *args = ROWS[name]
    with pytest.raises(REFUSED):
        make(op, *args)
    data = attempted("both", *(A(eq(arg, arg)) for arg in args if isinstance(arg, Term) and is_number(arg)))
    numbers = {id(arg): place(data, arg) for arg in args if isinstance(arg, Term | Symbol)}
    data["terms"].append([op, *(numbers.get(id(arg), plain(arg)) for arg in args)])
    data["steps"] = [["axiom", "inv_mul"]]
    refused(data, f"^term {len(data['terms']) - 1}: |whole number")


def is_number(term: Term) -> bool:
    return term.sort in ("Z", "R", "V") and not term.loose


def place(data: dict[str, Any], thing: Term | Symbol) -> int:
    """Write a term or symbol into a certificate, and return its number."""
    if isinstance(thing, Symbol):
        row = [thing.name, "".join(thing.domain), thing.codomain, thing.adapted]
        data["symbols"].append(row)
        return len(data["symbols"]) - 1
    row = [thing.op, *(place(data, arg) if isinstance(arg, Term | Symbol) else plain(arg) for arg in thing.args)]
    data["terms"].append(row)
    return len(data["terms"]) - 1


def plain(value: Any) -> Any:
    """Return what stands in a certificate for something that is neither a term nor a symbol."""
    return value if isinstance(value, str | int | float | list | None) else str(value)


def refused(data: dict[str, Any], where: str) -> None:
    """Require that the checker refuses a certificate, and says where."""
    with pytest.raises(check.CheckError, match=where) as error:
        check.check(json.dumps(data))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", SYMBOLS)
def test_no_wrong_symbol(name: str) -> None:
    word, domain, codomain, adapted = SYMBOLS[name]
    with pytest.raises(REFUSED):
        Symbol(word, domain, codomain, adapted)
    data = document(A(le(x, y)))
    data["symbols"].append([word, "".join(domain), codomain, plain(adapted)])
    refused(data, "symbol|whole number")


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_believed(name: str) -> None:
    try:
        data = json.dumps(certificate(FORGERIES[name]()))
    except REFUSED:
        return
    with pytest.raises(check.CheckError):
        check.check(data)


@pytest.mark.parametrize("name", CHANGES | CLAIMS)
def test_no_changed_certificate_is_accepted(name: str) -> None:
    data = document(example())
    check.check(json.dumps(data))
    (CHANGES | CLAIMS)[name](data)
    text = written(data)
    with pytest.raises(check.CheckError) as error:
        check.check(text)
    assert len(str(error.value).splitlines()) == 1
    if name in CHANGES:  # then not only the claims are wrong
        with pytest.raises((check.CheckError, RecursionError)):
            check.Replay(check.parse(text.encode()))


def written(data: dict[str, Any]) -> str:
    """Write JSON, of any depth."""
    try:
        return json.dumps(data)
    except RecursionError:
        depth = 100_000
        return json.dumps({**data, "names": 0, "steps": []})[:-1] + ', "more": ' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize("name", HINTS)
def test_no_wrong_name(name: str) -> None:
    data = document(A(le(fs, x)))
    (binder,) = (i for i, row in enumerate(data["terms"]) if row[0] == "sum")
    data["names"] = {str(binder): "j"}
    assert check.check(json.dumps(data)).statement == "Σ[j=1..n](f(j)) ≤ x"
    data["names"] = {str(binder): HINTS[name]}
    refused(data, "names")


# ---- hypotheses that must stay -------------------------------------------------------------------------------------

p, r = le(x, y), le(y, z)
KEPT: dict[str, tuple[tuple[Any, ...], tuple[Term, ...]]] = {
    "discharging something else": (("discharge", r, A(p)), (p,)),
    "discharging what only looks equal": (("discharge", le(mul(one, x), y), A(p)), (p,)),
    "discharging the strict inequality": (("discharge", lt(x, y), A(p)), (p,)),
    "discharging one of two": (("discharge", p, RULES["both"](A(p), A(r))), (r,)),
    "cases the wrong way": (("cases", A(p), A(p), y, x), (p,)),
    "cases with exchanged branches": (
        ("cases", RULES["mp"](RULES["discharge"](lt(y, x), A(r)), A(lt(y, x))), A(r), x, y),
        (lt(y, x), r),
    ),
    "cases with a weak second branch": (
        ("cases", A(r), RULES["left"](RULES["both"](A(r), A(le(y, x)))), x, y),
        (le(y, x), r),
    ),
    "cases with the strict inequality first": (
        ("cases", RULES["left"](RULES["both"](A(r), A(lt(x, y)))), A(r), x, y),
        (lt(x, y), r),
    ),
    "cases that are not exhaustive": (
        ("cases", RULES["left"](RULES["both"](A(r), A(p))), RULES["left"](RULES["both"](A(r), A(lt(y, z)))), x, y),
        (lt(y, z), r),
    ),
    "mp of two assumptions": (("mp", A(imp(p, r)), A(p)), (imp(p, r), p)),
    "both of two assumptions": (("both", A(p), A(r)), (p, r)),
    "left of an assumption": (("left", A(make("and", p, r))), (make("and", p, r),)),
    "right of an assumption": (("right", A(make("and", p, r))), (make("and", p, r),)),
    "gen over what does not occur": (("gen", n, A(p)), (p,)),
    "gen over a variable of the same name": (("gen", Z("x"), A(p)), (p,)),
    "spec of an assumption": (("spec", A(every("Z", le(fi, x))), n), (every("Z", le(fi, x)),)),
    "instance in a hypothesis": (("instance", A(le(fn, x)), f, (m,), m), (le(n, x),)),
    "instance of another symbol": (("instance", A(le(fn, x)), k, (m,), m), (le(fn, x),)),
    "antisym of two assumptions": (("antisym", A(p), A(le(y, x))), (p, le(y, x))),
    "cong of an assumption": (("cong", A(eq(x, y)), z, mul(z, z)), (eq(x, y),)),
    "integer of an assumption": (("integer", A(lt(n, m))), (lt(n, m),)),
    "induction with a hypothesis of the base": (
        ("induction", A(le(zero, app(f, zero))), attacks_rules.step, n, zero, le(zero, fn)),
        (le(zero, app(f, zero)), attacks_rules.step_hypothesis),
    ),
    "an empty sum by assumption": (("sum_empty", fs, A(lt(n, one))), (lt(n, one),)),
    "a last term by assumption": (("sum_last", fs, A(le(one, n))), (le(one, n),)),
    "sums compared by assumption": (("sum_mono", A(every("Z", le(fi, x))), one, n), (every("Z", le(fi, x)),)),
    "expectations compared by assumption": (
        ("expectation_mono", A(every("W", le(app(X, n, w0), x))), None),
        (every("W", le(app(X, n, w0), x)),),
    ),
    "conditional expectations compared by assumption": (
        ("expectation_mono", A(every("W", le(app(X, n, w0), x))), (t, a)),
        (every("W", le(app(X, n, w0), x)),),
    ),
    "a product of assumptions": (
        ("polynomial", le(zero, mul(one, one)), ((attacks_rules.ONE, (), None),), ()),
        (),
    ),
    "a product with an assumption that does not matter": (
        ("polynomial", le(zero, one), ((attacks_rules.ONE, (A(eq(x, x)), xy), None),), ()),
        (eq(x, x), p),
    ),
    "an equation that does not matter": (("polynomial", le(zero, one), (), (A(eq(fn, x)),)), (eq(fn, x),)),
    "a vector equation that does not matter": (("vector_equation", eq(u, u), (A(eq(fn, x)),)), (eq(fn, x),)),
    "absurd from an assumption": (("absurd", A(lt(one, zero)), r), (lt(one, zero),)),
}
"""An inference that is allowed, and the hypotheses it must leave."""


@pytest.mark.parametrize("name", KEPT)
def test_no_hypothesis_is_lost(name: str) -> None:
    (rule, *arguments), hypotheses = KEPT[name]
    theorem = RULES[rule](*arguments)
    assert theorem.hypotheses == set(hypotheses)
    agree(theorem)
    replayed = check.Replay(document(theorem))
    assert replayed.facts[-1].hypotheses == {into(replayed.terms, hypothesis) for hypothesis in hypotheses}


# ---- print ---------------------------------------------------------------------------------------------------------

fake_root = Symbol("sqrt", ("Z",), "R")
fake_order = Symbol("max", ("R", "R"), "R", None)
vector_x, random_x = Symbol("x", ("Z",), "V"), Symbol("x", ("Z", "W"), "R", 1)

PRINTED: dict[str, tuple[Theorem, dict[Term, str], str, tuple[str, ...]]] = {
    "a hint that impersonates a free variable": (
        A(le(total(one, n, mul(x, i0)), y)),
        {total(one, n, mul(x, i0)): "x"},
        "Σ[x′=1..n](x·x′) ≤ y",
        ("n ∈ ℤ", "x ∈ ℝ", "y ∈ ℝ"),
    ),
    "a hint that impersonates a limit": (A(le(fs, y)), {fs: "n"}, "Σ[n′=1..n](f(n′)) ≤ y", ()),
    "a hint that impersonates a function": (A(le(fs, y)), {fs: "f"}, "Σ[f′=1..n](f(f′)) ≤ y", ()),
    "a hint that impersonates the root": (A(le(fs, y)), {fs: "sqrt"}, "Σ[sqrt′=1..n](f(sqrt′)) ≤ y", ()),
    "a hint that impersonates the sum": (A(le(fs, y)), {fs: "Σ"}, "Σ[Σ′=1..n](f(Σ′)) ≤ y", ()),
    "a hint that impersonates the expectation": (A(le(fs, y)), {fs: "E"}, "Σ[E′=1..n](f(E′)) ≤ y", ()),
    "hints that impersonate each other": (
        A(every("Z", every("Z", le(app(f2, b(0), b(1)), x)))),
        {every("Z", every("Z", le(app(f2, b(0), b(1)), x))): "i", every("Z", le(app(f2, b(0), b(1)), x)): "i"},
        "∀i ∈ ℤ. ∀i′ ∈ ℤ. f2(i′, i) ≤ x",
        (),
    ),
    "no hint, and the usual letters taken": (
        A(every("Z", le(app(f2, i0, Z("i")), app(f2, Z("j"), Z("k"))))),
        {},
        "∀n ∈ ℤ. f2(n, i) ≤ f2(j, k)",
        (),
    ),
    "two variables of one name": (A(le(Z("x"), x)), {}, "x′ ≤ x", ("x ∈ ℝ", "x′ ∈ ℤ")),
    "a variable and a function of one name": (
        A(le(app(Symbol("x", ("R",), "R"), x), y)),
        {},
        "x(x′) ≤ y",
        ("x : ℝ → ℝ", "x′ ∈ ℝ", "y ∈ ℝ"),
    ),
    "a root that is none": (A(le(app(fake_root, n), x)), {}, "sqrt′(n) ≤ x", ("n ∈ ℤ", "sqrt′ : ℤ → ℝ", "x ∈ ℝ")),
    "a variable named like the root": (A(le(make("var", "sqrt", "R"), x)), {}, "sqrt′ ≤ x", ()),
    "a variable named like the expectation": (A(le(make("var", "E", "R"), x)), {}, "E′ ≤ x", ()),
    "a variable named like an expectation over ω": (A(le(make("var", "E_ω", "R"), x)), {}, "E_ω′ ≤ x", ()),
    "a function named like the expectation": (A(le(app(Symbol("E", ("R",), "R"), x), y)), {}, "E′(x) ≤ y", ()),
    "a variable named like the filtration": (A(le(make("var", "F_t", "R"), x)), {}, "F_t′ ≤ x", ()),
    "a variable named like the sum": (A(le(make("var", "Σ", "R"), x)), {}, "Σ′ ≤ x", ()),
    "an outcome named like the space": (A(le(app(X, n, W("Ω")), x)), {}, "X(n, Ω′) ≤ x", ()),
    "an adapted symbol without a word about it": (
        A(le(mean(app(X, t, w0)), x)),
        {},
        "E_ω[X(t, ω)] ≤ x",
        ("X : ℤ × Ω → ℝ, at (t, ω) known at time t", "t ∈ ℤ", "x ∈ ℝ"),
    ),
    "two symbols that differ in when they are known": (
        A(le(app(random_x, t, a), app(Symbol("x", ("Z", "W"), "R", 0), t, a))),
        {},
        "x′(t, a) ≤ x(t, a)",
        (
            "a ∈ Ω",
            "t ∈ ℤ",
            "x : ℤ × Ω → ℝ, at (t, ω) known at time t",
            "x′ : ℤ × Ω → ℝ, at (t, ω) known at time t + 1",
        ),
    ),
    "the bound outcome taken for the outer one": (
        A(le(given(t, mul(app(X, t, w0), app(X, t, W("ω"))), W("ω")), x)),
        {},
        "E_ω′[X(t, ω′)·X(t, ω) | F_{t}](ω) ≤ x",
        (),
    ),
    "an expectation within an expectation": (
        A(le(mean(mean(mul(app(X, t, w0), app(X, t, b(1, "W"))))), x)),
        {},
        "E_ω[E_ω′[X(t, ω′)·X(t, ω)]] ≤ x",
        (),
    ),
    "a power of a quotient": (A(le(make("pow", mul(x, make("inv", y)), 2), x)), {}, "(x / y)² ≤ x", ()),
    "a quotient of powers": (A(le(mul(x, make("inv", make("pow", y, 2))), x)), {}, "x / y² ≤ x", ()),
    "a quotient of a quotient": (
        A(le(mul(mul(x, make("inv", y)), make("inv", z)), make("inv", mul(x, make("inv", y))))),
        {},
        "(x / y) / z ≤ 1 / (x / y)",
        (),
    ),
    "a quotient by a product": (
        A(le(mul(x, make("inv", mul(y, z))), mul(x, make("inv", y), z))),
        {},
        "x / (y·z) ≤ x·z / y",
        (),
    ),
    "a root of a power and a power of a root": (
        A(le(app(h, make("pow", x, 2)), make("pow", app(h, x), 2))),
        {},
        "h(x²) ≤ h(x)²",
        (),
    ),
    "an implication of an implication": (A(imp(imp(p, r), p)), {}, "(x ≤ y → y ≤ z) → x ≤ y", ()),
    "an implication to an implication": (A(imp(p, imp(r, p))), {}, "x ≤ y → y ≤ z → x ≤ y", ()),
    "a universal premise": (A(imp(every("R", le(b(0, "R"), y)), p)), {}, "(∀z ∈ ℝ. z ≤ y) → x ≤ y", ()),
    "a conjunction with an implication": (A(make("and", p, imp(p, r))), {}, "x ≤ y ∧ (x ≤ y → y ≤ z)", ()),
    "a sum of a sum": (
        A(le(total(one, n, make("add", fi, one)), make("add", total(one, n, fi), one))),
        {},
        "Σ[i=1..n](f(i) + 1) ≤ Σ[i=1..n](f(i)) + 1",
        (),
    ),
    "a square of a sum": (
        A(le(make("pow", fs, 2), total(one, n, make("pow", fi, 2)))),
        {},
        "(Σ[i=1..n](f(i)))² ≤ Σ[i=1..n](f(i)²)",
        (),
    ),
    "a negative number as a factor": (A(le(mul(x, make("q", -two.args[0])), x)), {}, "x·(-2) ≤ x", ()),
    "a difference of differences": (
        A(le(make("add", x, mul(make("q", -one.args[0]), make("add", y, mul(make("q", -one.args[0]), z)))), x)),
        {},
        "x - (y - z) ≤ x",
        (),
    ),
}
"""A theorem with bound names, its statement in print, and what must be said of its symbols (if not nothing)."""


@pytest.mark.parametrize("name", PRINTED)
def test_print_does_not_deceive(name: str) -> None:
    theorem, hints, statement, symbols = PRINTED[name]
    result = replay(theorem, names=hints)
    assert result.statement == statement
    assert not symbols or result.symbols == symbols


def test_the_axioms_are_the_same() -> None:
    terms = check.Terms()
    assert {name: terms.plant(tree) for name, tree in check.AXIOMS.items()} == {
        name: into(terms, p) for name, p in AXIOMS.items()
    }
