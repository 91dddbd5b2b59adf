"""Misuses of the rules, systematically: each argument of a right inference replaced by something of every other shape.

Most are refused; some are right after all, for the same or another reason, and then derive what they must.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from convcheck.kernel import RULES, Symbol, Term, Theorem, make
from tests.soundness.attacks_rules import A, a, fi, fn, fs, inner, m, n, one, t, u, v, x, y, zero
from tests.soundness.support import (
    G,
    N,
    R,
    X,
    Z,
    add,
    app,
    b,
    eq,
    every,
    f,
    f2,
    given,
    h,
    i0,
    imp,
    k,
    le,
    lt,
    mean,
    mul,
    q,
    total,
    w0,
    xs,
)
from tests.soundness.valid_inferences import VALID

p = le(x, y)
PROPOSITIONS = (
    p,
    le(y, x),
    lt(x, y),
    eq(x, y),
    eq(y, x),
    lt(n, m),
    le(one, n),
    lt(n, one),
    le(zero, fn),
    eq(fn, x),
    eq(u, v),
    eq(app(xs, n), v),
    imp(p, lt(x, y)),
    make("and", p, lt(x, y)),
    every("Z", le(fi, x)),
    every("Z", lt(fi, x)),
    every("Z", eq(app(xs, i0), v)),
    every("Z", imp(le(one, i0), imp(le(i0, n), le(fi, x)))),
    every("Z", imp(le(i0, n), imp(le(one, i0), le(fi, x)))),
    every("Z", imp(le(one, i0), imp(le(one, i0), le(fi, x)))),
    every("Z", imp(le(zero, i0), le(fi, x))),
    every("Z", make("and", le(one, i0), le(fi, x))),
    every("R", le(b(0, "R"), x)),
    every("V", le(zero, inner(b(0, "V"), u))),
    every("W", le(app(N, n, w0), x)),
    every("W", eq(app(X, n, w0), x)),
    every("W", lt(app(N, n, w0), x)),
    every("W", imp(p, le(app(N, n, w0), x))),
    le(q(2), one),
    lt(one, one),
    eq(one, zero),
    le(zero, one),
    eq(fs, x),
    eq(mul(x, y), one),
)
TERMS = (
    x, y, n, m, t, u, a, zero, one, q(Fraction(1, 2)), fn, fs, inner(u, v), app(xs, n), mul(n, m), add(x, y),
    mul(q(-1), x), mean(app(N, n, w0)), given(t, app(G, n, w0), a), make("sum", n, one, fi),
    make("sum", one, n, app(xs, i0)), make("smul", x, u), make("inv", x), app(h, x), app(k, n),
    i0, b(0, "R"), le(b(0, "R"), x), R("z"),
)  # fmt: skip
OTHERS: tuple[Any, ...] = (None, "inv_mul", "x", f, X, h, k, (), (x,), Fraction(-1), Fraction(0), Fraction(1, 2))
SHAPES: tuple[Any, ...] = (*map(A, PROPOSITIONS), *TERMS, *PROPOSITIONS, *OTHERS)


def double_of(value: Term) -> Term:
    """Return a sum of sums that contain a loose value."""
    return total(one, n, total(one, i0, mul(value, app(f2, b(0), b(1)))))


# Substitution deep under binders, into arguments that bind, of values that bind.
_deep = app(f, add(b(1), total(zero, b(0), add(b(0), b(1), b(2)))))
_sum = total(one, m, total(zero, b(0), mul(app(h, m), app(f2, b(0), b(1)))))
_double = total(one, n, total(one, i0, mul(_deep, app(f, b(0)), app(f, Z("m")))))
_every = every("Z", every("Z", imp(le(b(0), app(k, b(1))), le(app(f, b(0)), app(f, add(b(0), b(1)))))))
_vector = make("sum", one, m, make("smul", app(f2, m, i0), app(xs, i0)))
_vectors = every("Z", eq(app(xs, i0), make("sum", zero, i0, app(xs, add(b(0), b(1))))))
_g = make("var", "g", "R")
MORE: dict[str, tuple[Any, ...]] = {
    "instance in a double sum": ("instance", A(le(_double, x)), f, (m,), _sum),
    "instance under two quantifiers": ("instance", A(_every), f, (m,), _sum),
    "instance of an integer function": ("instance", A(_every), k, (m,), total(zero, m, mul(b(0), m))),
    "instance of a sequence of vectors": ("instance", A(_vectors), xs, (m,), _vector),
    "instance of a function of itself": ("instance", A(le(app(h, app(h, fs)), x)), h, (x,), total(one, n, mul(x, fi))),
    "spec under two quantifiers": ("spec", A(_every), add(n, total(zero, n, i0))),
    "spec of a double sum": ("spec", A(every("R", le(mul(b(0, "R"), double_of(b(2, "R"))), x))), app(h, fs)),
    "gen over what stands deep": ("gen", Z("m"), RULES["discharge"](le(_double, x), A(le(_double, x)))),
    "cong deep": ("cong", A(eq(x, fs)), _g, total(one, n, mul(_g, total(one, i0, mul(_g, app(f2, b(0), b(1))))))),
    "the last of a double sum": ("sum_last", _double, A(le(one, n))),
    "two equations between vectors, one after the other": (
        "vector_equation",
        eq(app(xs, n), v),
        (A(eq(app(xs, n), add(u, u))), A(eq(make("smul", q(-2), u), make("smul", q(-1), v)))),
    ),
    "polynomial with an atom deep": (
        "polynomial",
        eq(total(one, n, total(one, i0, mul(app(h, x), app(h, add(app(f2, b(0), b(1)), x))))), y),
        (),
        (A(eq(x, fs)), A(eq(total(one, n, total(one, i0, mul(app(h, fs), app(h, add(app(f2, b(0), b(1)), fs))))), y))),
    ),
}


def misuses() -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield names, rules and arguments."""
    yield from ((name, rule, tuple(arguments)) for name, (rule, *arguments) in MORE.items())
    for name, (theorem, _) in VALID.items():
        rule, arguments = theorem.how
        for where, changed in changes(arguments):
            yield f"{name}, {where}", rule, changed


def changes(arguments: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the ways to replace one part of some arguments, to leave one out, and to exchange two."""
    for i, argument in enumerate(arguments):
        before, after = arguments[:i], arguments[i + 1 :]
        if isinstance(argument, tuple):
            yield from ((f"{i}.{where}", (*before, part, *after)) for where, part in changes(argument))
        for number, other in enumerate(SHAPES):
            if kind(other) == kind(argument) or number % 7 == i % 7:
                yield f"argument {i} is {number}", (*before, other, *after)
        yield f"without argument {i}", (*before, *after)
        yield f"argument {i} twice", (*before, argument, argument, *after)
        for j in range(i):
            yield (
                f"arguments {j} and {i} exchanged",
                (*arguments[:j], argument, *arguments[j + 1 : i], arguments[j], *after),
            )


def kind(argument: Any) -> type:
    """Return what sort of thing an argument is."""
    return next((c for c in (Theorem, Term, Symbol) if isinstance(argument, c)), type(argument))
