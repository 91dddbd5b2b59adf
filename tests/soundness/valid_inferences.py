"""Right inferences, some for each rule and each law of the normal form, with the statements that they print."""

from fractions import Fraction

from convcheck.kernel import RULES, Theorem, make
from tests.soundness.attacks_rules import A, a, base, below, fi, fn, fs, inner, inv, m, n, one, p_n, step, t, u, v, zero
from tests.soundness.support import (
    G,
    N,
    R,
    X,
    add,
    app,
    eq,
    every,
    f,
    given,
    h,
    i0,
    imp,
    le,
    lt,
    max_,
    mean,
    minus,
    mul,
    q,
    total,
    w0,
    xs,
)

x, y = R("x"), R("y")
xy = A(le(x, y))
random, known = app(N, n, w0), app(X, t, w0)
H = Fraction(1, 2)
square = RULES["square"](minus(x, y))

is_right = RULES["mp"](RULES["spec"](RULES["spec"](RULES["axiom"]("max_is_right"), x), y), xy)
above = RULES["polynomial"](le(y, app(max_, x, y)), (), (is_right,))
right_below = RULES["spec"](RULES["spec"](RULES["axiom"]("max_right"), x), y)
below_y = RULES["mp"](RULES["discharge"](lt(y, x), right_below), A(lt(y, x)))
young = le(mul(x, y), add(mul(q(H), x, x), mul(q(H), make("pow", y, 2))))

VALID: dict[str, tuple[Theorem, str]] = {
    "assume": (xy, "x ≤ y"),
    "discharge": (RULES["discharge"](le(x, y), xy), "x ≤ y → x ≤ y"),
    "mp": (RULES["mp"](A(imp(le(x, y), lt(x, y))), xy), "x < y"),
    "both": (RULES["both"](xy, A(lt(y, x))), "x ≤ y ∧ y < x"),
    "left": (RULES["left"](A(make("and", le(x, y), lt(y, x)))), "x ≤ y"),
    "right": (RULES["right"](A(make("and", le(x, y), lt(y, x)))), "y < x"),
    "gen": (RULES["gen"](x, RULES["square"](x)), "∀x ∈ ℝ. 0 ≤ x·x"),
    "gen outcomes": (RULES["gen"](a, RULES["square"](app(N, n, a))), "∀ω ∈ Ω. 0 ≤ N(n, ω)·N(n, ω)"),
    "spec": (RULES["spec"](RULES["gen"](x, RULES["square"](x)), n), "0 ≤ n·n"),
    "spec vectors": (RULES["spec"](RULES["gen"](u, RULES["square"](u)), add(u, v)), "0 ≤ ‖u + v‖²"),
    "instance": (RULES["instance"](A(le(fs, x)), f, (m,), mul(m, n)), "Σ[i=1..n](i·n) ≤ x"),
    "instance within itself": (
        RULES["instance"](A(le(app(h, app(h, y)), x)), h, (x,), add(x, one)),
        "(y + 1) + 1 ≤ x",
    ),
    "instance under binders": (
        RULES["instance"](A(le(total(one, n, app(f, i0)), x)), f, (m,), total(one, m, mul(app(h, m), app(h, i0)))),
        "Σ[i=1..n](Σ[j=1..i](h(i)·h(j))) ≤ x",
    ),
    "cases": (RULES["cases"](above, below_y, x, y), "y ≤ max(x, y)"),
    "antisym": (RULES["antisym"](xy, A(le(y, x))), "x = y"),
    "cong": (RULES["cong"](A(eq(x, y)), R("z"), app(h, R("z"))), "h(x) = h(y)"),
    "cong vectors": (RULES["cong"](A(eq(u, v)), u, inner(u, u)), "‖u‖² = ‖v‖²"),
    "integer": (RULES["integer"](A(lt(n, m))), "n + 1 ≤ m"),
    "induction": (RULES["induction"](base, step, n, zero, p_n), "∀i ∈ ℤ. 0 ≤ i → 0 ≤ f(i)"),
    "sum_empty": (RULES["sum_empty"](fs, A(lt(n, one))), "Σ[i=1..n](f(i)) = 0"),
    "sum_last": (RULES["sum_last"](fs, A(le(one, n))), "Σ[i=1..n](f(i)) = Σ[i=1..n - 1](f(i)) + f(n)"),
    "sum_mono": (
        RULES["sum_mono"](A(every("Z", imp(le(one, i0), imp(le(i0, n), le(fi, x))))), one, n),
        "Σ[i=1..n](f(i)) ≤ Σ[i=1..n](x)",
    ),
    "sum_mono with one guard": (
        RULES["sum_mono"](A(every("Z", imp(le(i0, n), eq(fi, x)))), one, n),
        "Σ[i=1..n](f(i)) = Σ[i=1..n](x)",
    ),
    "expectation_mono": (
        RULES["expectation_mono"](A(every("W", le(random, known))), None),
        "E_ω[N(n, ω)] ≤ E_ω[X(t, ω)]",
    ),
    "expectation_mono given the past": (
        RULES["expectation_mono"](A(every("W", eq(random, known))), (add(t, one), a)),
        "E_ω[N(n, ω) | F_{t + 1}](a) = E_ω[X(t, ω) | F_{t + 1}](a)",
    ),
    "square": (RULES["square"](minus(x, y)), "0 ≤ (x - y)·(x - y)"),
    "square of a vector": (RULES["square"](minus(u, v)), "0 ≤ ‖u - v‖²"),
    "polynomial": (
        RULES["polynomial"](young, (below(square, times=H),), ()),
        "x·y ≤ (1/2)·x·x + (1/2)·y²",
    ),
    "polynomial, strict": (
        RULES["polynomial"](lt(x, add(x, q(H))), (below(times=H),), ()),
        "x < x + 1/2",
    ),
    "polynomial with slack to spare": (RULES["polynomial"](lt(x, add(y, one)), (below(xy),), ()), "x < y + 1"),
    "polynomial with a multiplier": (
        RULES["polynomial"](eq(mul(x, app(h, x)), mul(y, app(h, x))), (below(A(eq(x, y)), by=app(h, x)),), ()),
        "x·h(x) = y·h(x)",
    ),
    "polynomial with a negative multiple of an equation": (
        RULES["polynomial"](lt(y, add(x, one)), (below(A(eq(x, y)), times=Fraction(-1)), below()), ()),
        "y < x + 1",
    ),
    "polynomial modulo an equation about an atom": (
        RULES["polynomial"](eq(app(h, fn), app(h, x)), (), (A(eq(fn, x)),)),
        "h(f(n)) = h(x)",
    ),
    "polynomial modulo an equation under a binder": (
        RULES["polynomial"](eq(total(one, n, mul(fi, app(h, fn))), mul(app(h, x), fs)), (), (A(eq(fn, x)),)),
        "Σ[i=1..n](f(i)·h(f(n))) = h(x)·Σ[i=1..n](f(i))",
    ),
    "polynomial modulo an equation about a monomial": (
        RULES["polynomial"](eq(make("pow", mul(x, y), 3), one), (), (A(eq(mul(x, y), one)),)),
        "(x·y)³ = 1",
    ),
    "polynomial modulo an equation about a sum": (
        RULES["polynomial"](eq(mul(x, add(mul(x, x), y)), mul(x, one)), (), (A(eq(add(mul(x, x), y), one)),)),
        "x·(x·x + y) = x·1",
    ),
    "vector_equation": (
        RULES["vector_equation"](eq(add(u, app(xs, n)), add(v, u)), (A(eq(app(xs, n), v)),)),
        "u + xs(n) = v + u",
    ),
    "absurd": (RULES["absurd"](A(lt(one, zero)), le(x, y)), "x ≤ y"),
    "axiom": (RULES["axiom"]("sqrt_square"), "∀x ∈ ℝ. 0 ≤ x → √(x)·√(x) = x"),
    # laws of the normal form
    "inverses": (RULES["polynomial"](eq(inv(mul(x, inv(y))), mul(y, inv(x))), (), ()), "1 / (x / y) = y / x"),
    "an inverse of a multiple of a sum": (
        RULES["polynomial"](
            eq(inv(add(mul(q(2), x), mul(q(-4), y))), mul(q(-H / 2), inv(minus(y, mul(q(H), x))))), (), ()
        ),
        "1 / (2·x + (-4)·y) = (-1/4) / (y - ((1/2)·x))",
    ),
    "constants leave sums": (
        RULES["polynomial"](eq(total(one, n, mul(x, fi)), mul(x, fs)), (), ()),
        "Σ[i=1..n](x·f(i)) = x·Σ[i=1..n](f(i))",
    ),
    "what is known leaves": (
        RULES["polynomial"](eq(given(t, mul(known, random), a), mul(app(X, t, a), given(t, random, a))), (), ()),
        "E_ω[X(t, ω)·N(n, ω) | F_{t}](a) = X(t, a)·E_ω[N(n, ω) | F_{t}](a)",
    ),
    "what was known a round ago leaves": (
        RULES["polynomial"](
            eq(given(t, app(h, app(G, minus(t, one), w0)), a), app(h, app(G, minus(t, one), a))), (), ()
        ),
        "E_ω[h(G(t - 1, ω)) | F_{t}](a) = h(G(t - 1, a))",
    ),
    "the tower": (
        RULES["polynomial"](eq(mean(given(t, random, w0)), mean(random)), (), ()),
        "E_ω[E_ω′[N(n, ω′) | F_{t}](ω)] = E_ω[N(n, ω)]",
    ),
    "a vector leaves an inner product under E": (
        RULES["polynomial"](eq(mean(inner(u, app(xs, n))), inner(app(xs, n), u)), (), ()),
        "E_ω[⟨u, xs(n)⟩] = ⟨xs(n), u⟩",
    ),
    "a power": (RULES["axiom"]("power_zero"), "∀x ∈ ℝ. power(x, 0) = 1"),
}
"""Theorems made by each rule, with their statements in print."""
