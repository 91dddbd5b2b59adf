"""Statements that might be read as others: how the checker prints them."""

from convcheck.kernel import Symbol, Term, Theorem, make
from tests.soundness.attacks_rules import A, a, fi, fs, n, one, t, two, x, y, z
from tests.soundness.conditional_terms import at_place
from tests.soundness.support import (
    N,
    V,
    W,
    X,
    Z,
    app,
    b,
    every,
    f2,
    given,
    h,
    i0,
    imp,
    le,
    mean,
    mul,
    q,
    sqrt,
    total,
    w0,
)

p, r = le(x, y), le(y, z)
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
    "expectations within an expectation within an expectation": (
        A(le(mean(mean(mean(mul(app(N, n, w0), app(N, n, b(1, "W")), app(N, n, b(2, "W")))))), x)),
        {},
        "E_ω[E_ω′[E_ω′′[N(n, ω′′)·N(n, ω′)·N(n, ω)]]] ≤ x",
        (),
    ),
    "a product of binders": (
        A(le(mul(x, mean(app(N, n, w0)), fs, given(t, app(N, n, w0), a), make("inner", V("u"), V("v"))), y)),
        {},
        "x·E_ω[N(n, ω)]·Σ[i=1..n](f(i))·E_ω[N(n, ω) | F_{t}](a)·⟨u, v⟩ ≤ y",
        (),
    ),
    "a process with a place": (
        A(le(app(at_place, t, n, a), x)),
        {},
        "Y(t, n, a) ≤ x",
        ("Y : ℤ × ℤ × Ω → ℝ, at (t, …, ω) known at time t", "a ∈ Ω", "n ∈ ℤ", "t ∈ ℤ", "x ∈ ℝ"),
    ),
    "a universal conclusion": (A(imp(le(x, y), every("R", le(b(0, "R"), x)))), {}, "x ≤ y → ∀z ∈ ℝ. z ≤ x", ()),
    "a universal premise within a universal statement": (
        A(every("R", imp(every("R", le(b(0, "R"), b(1, "R"))), le(b(0, "R"), x)))),
        {},
        "∀y ∈ ℝ. (∀z ∈ ℝ. z ≤ y) → y ≤ x",
        (),
    ),
    "a power of a root and a root of a power": (
        A(le(make("pow", app(sqrt, x), 2), app(sqrt, make("pow", x, 2)))),
        {},
        "(√(x))² ≤ √(x²)",
        (),
    ),
    "an inverse times a vector": (
        A(make("eq", make("smul", make("inv", y), V("u")), make("smul", mul(x, make("inv", y)), V("v")))),
        {},
        "(1 / y)·u = (x / y)·v",
        (),
    ),
    "a power of a bound variable": (A(le(total(one, n, make("pow", i0, 2)), x)), {}, "Σ[i=1..n](i²) ≤ x", ()),
    "minus one alone, and minus minus": (A(le(mul(q(-1)), mul(q(-1), mul(q(-1), x)))), {}, "-1 ≤ -(-x)", ()),
    "powers of numbers": (A(le(make("pow", q("1/2"), 2), make("pow", q(-2), 3))), {}, "(1/2)² ≤ (-2)³", ()),
}
"""A theorem with bound names, its statement in print, and what must be said of its symbols (if not nothing)."""
