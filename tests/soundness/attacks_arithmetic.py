"""Attacks on the arithmetic: false or unproved (in)equalities that both programs must refuse, named after the trap."""

from fractions import Fraction
from typing import Any

from convcheck.kernel import RULES, make
from tests.soundness.attacks_rules import (
    A,
    a,
    below,
    c,
    fi,
    fn,
    fs,
    inner,
    inv,
    m,
    n,
    one,
    poly,
    random_time,
    s,
    t,
    two,
    u,
    v,
    x,
    x_is_y,
    xy,
    xy_strict,
    y,
    yx,
    z,
    zero,
)
from tests.soundness.conditional_terms import at_place
from tests.soundness.support import (
    G,
    N,
    X,
    abs_,
    add,
    app,
    b,
    eq,
    every,
    exp,
    f,
    f2,
    given,
    h,
    i0,
    imp,
    le,
    log,
    lt,
    max_,
    mean,
    minus,
    mul,
    power_,
    q,
    sqrt,
    tau,
    total,
    w0,
)

H = Fraction(1, 2)
positive = A(lt(zero, x))
random = app(N, n, w0)
other = app(N, m, w0)
known = app(X, t, w0)
triangle = total(one, n, total(one, i0, app(f2, b(1), i0)))
triangle_exchanged = total(one, n, total(b(0), n, app(f2, i0, b(1))))

ATTACKS: dict[str, tuple[Any, ...]] = {
    # what has no reason
    "an inverse of a sum is that of its first term": poly(eq(inv(add(x, y)), inv(x))),
    "an inverse of a sum is that of its second term": poly(eq(inv(add(x, y)), inv(y))),
    "an inverse of a sum of three is that of one": poly(eq(inv(add(x, y, one)), one)),
    "an inverse of a sum is the sum of inverses": poly(eq(inv(add(x, y)), add(inv(x), inv(y)))),
    "1 < 0": poly(lt(one, zero)),
    "1 ≤ 0": poly(le(one, zero)),
    "1 = 0": poly(eq(one, zero)),
    "x ≤ y": poly(le(x, y)),
    "a square is not positive": poly(le(mul(x, x), zero), below(RULES["square"](x))),
    "a square is positive": poly(lt(zero, mul(x, x)), below(RULES["square"](x))),
    "a square is at least its root": poly(le(x, mul(x, x)), below(RULES["square"](x))),
    "strict from weak": poly(lt(x, y), below(xy)),
    "strict from nothing": poly(lt(x, x)),
    "strict from a square": poly(lt(x, add(x, mul(y, y))), below(RULES["square"](y))),
    "strict from a product with a weak factor": poly(
        lt(zero, mul(minus(y, x), minus(z, x))), below(xy_strict, A(le(x, z)))
    ),
    "strict from an equation": poly(lt(x, y), below(x_is_y)),
    "strict from an equation times a strict inequality": poly(
        lt(zero, mul(minus(y, x), minus(y, x))), below(x_is_y, xy_strict)
    ),
    "an equation from an inequality": poly(eq(x, y), below(xy)),
    "an equation from a strict inequality": poly(eq(x, y), below(xy_strict)),
    "an equation from two inequalities": poly(eq(x, y), below(xy, times=H), below(yx, times=H)),
    "an equation from a constant": poly(eq(zero, one), below()),
    "an equation from a square": poly(eq(zero, mul(x, x)), below(RULES["square"](x))),
    "the converse of an inequality": poly(le(y, x), below(xy)),
    "the product of inequalities of the wrong sign": poly(le(mul(x, x), mul(y, y)), below(xy, xy)),
    "an inequality from an implication": poly(le(x, y), below(A(imp(le(x, y), le(x, y))))),
    "an inequality from a universal statement": poly(le(x, y), below(A(every("R", le(b(0, "R"), y))))),
    "an inequality from an equation between vectors": poly(le(zero, zero), below(A(eq(u, v)))),
    "a product with an equation between vectors": poly(le(zero, zero), below(A(eq(u, u)))),
    "a goal between vectors": poly(eq(u, u)),
    "a goal that is an implication": poly(imp(le(x, y), le(x, y)), below(xy)),
    "a goal that is a number": poly(x),
    "a goal with a loose variable": poly(le(b(0, "R"), b(0, "R"))),
    "a process at a random place taken for known": poly(
        eq(given(t, app(at_place, t, app(tau, w0), w0), a), app(at_place, t, app(tau, a), a))
    ),
    "a process of another outcome at a random place taken for known": poly(
        eq(given(t, app(at_place, t, app(tau, w0), c), a), app(at_place, t, app(tau, a), c))
    ),
    "an equation whose left side stands on the right as well": poly(
        le(mul(x, y), z), using=(A(eq(mul(x, y), add(mul(x, y), z))),)
    ),
    # coefficients and multipliers
    "a negative coefficient": poly(le(y, x), below(xy, times=Fraction(-1))),
    "a coefficient of 0": poly(le(x, x), below(xy, times=Fraction(0))),
    "a coefficient of 0 for strictness": poly(lt(x, x), below(xy_strict, times=Fraction(0))),
    "a negative constant": poly(le(one, zero), below(times=Fraction(-1))),
    "a coefficient that is a float": poly(le(x, y), below(xy, times=1.0)),
    "a coefficient that is an int": poly(le(x, y), below(xy, times=1)),
    "a coefficient that is True": poly(le(x, y), below(xy, times=True)),
    "a coefficient that is a string": poly(le(x, y), below(xy, times="1")),
    "a coefficient that is not a number": poly(le(x, y), below(xy, times=float("nan"))),
    "a coefficient that is infinite": poly(lt(x, y), below(xy, times=float("inf"))),
    "a coefficient that is a term": poly(le(mul(z, x), mul(z, y)), below(xy, times=z)),
    "a multiplier without an equation": poly(le(mul(z, x), mul(z, y)), below(xy, by=z)),
    "a multiplier of a strict inequality": poly(lt(mul(z, x), mul(z, y)), below(xy_strict, by=z)),
    "a multiplier of nothing": poly(le(zero, z), below(by=z)),
    "a constant multiplier without an equation": poly(le(mul(two, x), mul(two, y)), below(xy, by=two)),
    "a multiplier that is a vector": poly(le(x, y), below(x_is_y, by=u)),
    "a multiplier that is a proposition": poly(le(x, y), below(x_is_y, by=le(x, y))),
    "a coefficient of 0 of an equation": poly(le(x, x), below(x_is_y, times=Fraction(0))),
    "a vector as a multiplier of zero": poly(le(x, x), below(A(eq(x, x)), by=u)),
    "a proposition as a multiplier of zero": poly(le(x, x), below(A(eq(x, x)), by=le(x, y))),
    "a loose multiplier of zero": poly(eq(x, x), below(A(eq(x, x)), by=b(0, "R"))),
    "a multiplier that is loose": poly(eq(x, y), below(x_is_y, by=b(0, "R"))),
    "a theorem without its coefficient": poly(le(x, y), (xy,)),
    "a product of four parts": poly(le(x, y), (Fraction(1), (xy,), None, None)),
    "a term in the place of a theorem": poly(le(x, y), below(le(x, y))),
    "a number in the place of the products": ("polynomial", le(x, y), 1, ()),
    # equations used from left to right
    "an inequality as an equation": poly(le(x, y), using=(xy,)),
    "an implication as an equation": poly(le(x, y), using=(A(imp(eq(x, y), eq(x, y))),)),
    "an equation between vectors as one between numbers": poly(
        eq(inner(u, z_ := v), inner(v, z_)), using=(A(eq(u, v)),)
    ),
    "an equation about something else": poly(eq(x, y), using=(A(eq(z, y)),)),
    "rewriting that does not end": poly(eq(x, zero), using=(A(eq(mul(two, x), add(mul(x, x), x))),)),
    "rewriting that grows": poly(eq(mul(x, y), zero), using=(A(eq(mul(x, y), add(mul(x, x, y), mul(x, y, y)))),)),
    "cancelling a factor": poly(eq(x, y), using=(A(eq(mul(x, z), mul(y, z))),)),
    "the root of an equation between squares": poly(eq(x, y), using=(A(eq(mul(x, x), mul(y, y))),)),
    "an equation at another index": poly(eq(app(f, m), x), using=(A(eq(fn, x)),)),
    "an equation about one index under a sum": poly(eq(fs, mul(n, x)), using=(A(eq(fn, x)),)),
    "an equation about one outcome under an expectation": poly(eq(mean(random), x), using=(A(eq(app(N, n, a), x)),)),
    # inverses, roots and other functions
    "x / x = 1": poly(eq(mul(x, inv(x)), one)),
    "x / x = 1 for x ≥ 0": poly(eq(mul(x, inv(x)), one), below(A(le(zero, x)))),
    "x / x ≤ 1 strictly": poly(lt(mul(x, inv(x)), one)),
    "x² / x = x": poly(eq(mul(x, x, inv(x)), x)),
    "0 / 0 = 1": poly(eq(mul(zero, inv(zero)), one)),
    "1 / 0 = 1": poly(eq(inv(zero), one)),
    "the inverse is positive": poly(lt(zero, inv(x))),
    "the inverse of a sum": poly(eq(inv(add(x, y)), add(inv(x), inv(y)))),
    "the inverse of a sum of equals": poly(eq(inv(add(x, one)), inv(x))),
    "the inverse reverses the order": poly(le(inv(y), inv(x)), below(xy)),
    "the axiom of the inverse without its premise": poly(eq(mul(x, inv(x)), one), using=(A(eq(mul(y, inv(y)), one)),)),
    "√(x²) = x": poly(eq(app(sqrt, mul(x, x)), x)),
    "√x·√x = x": poly(eq(mul(app(sqrt, x), app(sqrt, x)), x)),
    "√(x·y) = √x·√y": poly(eq(app(sqrt, mul(x, y)), mul(app(sqrt, x), app(sqrt, y)))),
    "√x ≥ 0": poly(le(zero, app(sqrt, x))),
    "√ is monotone": poly(le(app(sqrt, x), app(sqrt, y)), below(xy)),
    "|x| = x": poly(eq(app(abs_, x), x)),
    "|-x| = |x|": poly(eq(app(abs_, mul(q(-1), x)), app(abs_, x))),
    "the maximum is symmetric": poly(eq(app(max_, x, y), app(max_, y, x))),
    "log is additive": poly(eq(app(log, add(x, y)), add(app(log, x), app(log, y)))),
    "exp of 0": poly(eq(app(exp, zero), one)),
    "x¹ as a power": poly(eq(app(power_, x, one), x)),
    "a function of equal numbers under another name": poly(eq(app(h, x), app(h, y)), below(xy)),
    "a function is linear": poly(eq(app(h, add(x, y)), add(app(h, x), app(h, y)))),
    "0⁰ = 0": poly(eq(make("pow", zero, 0), zero)),
    "⟨u, v⟩ = 0": poly(eq(inner(u, v), zero)),
    "⟨u, v⟩² = ‖u‖²·‖v‖²": poly(eq(mul(inner(u, v), inner(u, v)), mul(inner(u, u), inner(v, v)))),
    "‖u‖² > 0": poly(lt(zero, inner(u, u)), below(RULES["square"](u))),
    # sums
    "Σ 1 = 1": poly(eq(total(one, n, one), one)),
    "Σ 1 = n": poly(eq(total(one, n, one), n)),
    "Σ 0 = Σ 1": poly(eq(total(one, n, zero), total(one, n, one))),
    "the index leaves a sum": poly(eq(total(one, n, mul(i0, fi)), mul(n, fs))),
    "a term of a sum leaves it": poly(eq(fs, mul(n, fn))),
    "a sum of products": poly(eq(total(one, n, mul(fi, app(h, i0))), mul(fs, total(one, n, app(h, i0))))),
    "a product of sums with one index": poly(eq(mul(fs, fs), total(one, n, mul(fi, fi)))),
    "a sum with another limit": poly(eq(fs, total(one, m, fi))),
    "a sum from another start": poly(eq(fs, total(zero, n, fi))),
    "a sum with a shifted index": poly(eq(fs, total(one, n, app(f, add(i0, one))))),
    "a sum that goes backwards": poly(eq(total(n, one, fi), fs)),
    "a sum backwards is minus the sum forwards": poly(eq(total(n, one, fi), mul(q(-1), fs))),
    "a sum is monotone": poly(le(fs, total(one, n, app(h, i0)))),
    "a sum of squares is positive": poly(lt(zero, total(one, n, mul(fi, fi)))),
    "sums in another order": poly(eq(triangle, triangle_exchanged)),
    "the indices of a double sum exchanged": poly(
        eq(total(one, n, total(one, m, app(f2, b(1), b(0)))), total(one, n, total(one, m, app(f2, b(0), b(1)))))
    ),
    "the wrong index leaves a double sum": poly(
        eq(total(one, n, total(one, m, i0)), total(one, n, total(one, m, b(1))))
    ),
    "a capture: Σ_t Σ_s s = Σ_s Σ_t t": poly(
        eq(total(one, n, total(one, i0, i0)), total(one, n, total(one, i0, b(1))))
    ),
    # expectations
    "the expectation of a product": poly(eq(mean(mul(random, other)), mul(mean(random), mean(other)))),
    "the expectation of a square": poly(eq(mean(mul(random, random)), mul(mean(random), mean(random)))),
    "the expectation of an inverse": poly(eq(mean(inv(random)), inv(mean(random)))),
    "the expectation of a function": poly(eq(mean(app(h, random)), app(h, mean(random)))),
    "the expectation is the value at an outcome": poly(eq(mean(random), app(N, n, a))),
    "one outcome is another": poly(eq(app(N, n, a), app(N, n, c))),
    "the expectation of a sum up to a random time": poly(
        eq(mean(total(one, app(tau, w0), app(N, b(0), b(1, "W")))), total(one, n, mean(app(N, b(1), w0))))
    ),
    "a random factor leaves an expectation": poly(eq(mean(mul(random, random)), mul(app(N, n, a), mean(random)))),
    "the inner outcome leaves the outer expectation": poly(
        eq(mean(mean(mul(random, app(N, n, b(1, "W"))))), mean(mul(random, random)))
    ),
    # conditional expectations
    "a conditional expectation is an expectation": poly(eq(given(t, random, a), mean(random))),
    "a conditional expectation at another outcome": poly(eq(given(t, random, a), given(t, random, c))),
    "a conditional expectation at another time": poly(eq(given(t, random, a), given(s, random, a))),
    "the present taken for the past": poly(eq(given(t, random, a), app(N, n, a))),
    "the future treated as known": poly(eq(given(t, app(X, add(t, one), w0), a), app(X, add(t, one), a))),
    "the gradient of the round treated as known": poly(eq(given(t, app(G, t, w0), a), app(G, t, a))),
    "the future as a factor": poly(
        eq(given(t, mul(app(X, add(t, one), w0), random), a), mul(app(X, add(t, one), a), given(t, random, a)))
    ),
    "another time treated as earlier": poly(eq(given(t, app(X, s, w0), a), app(X, s, a))),
    "an earlier time by hypothesis only": poly(
        eq(given(t, app(X, s, w0), a), app(X, s, a)), below(A(le(s, t)), A(eq(s, t)))
    ),
    "a multiple of the time treated as earlier": poly(eq(given(mul(two, t), app(X, t, w0), a), app(X, t, a))),
    "a function of the time treated as earlier": poly(
        eq(given(t, app(X, minus(t, mul(t, t)), w0), a), app(X, minus(t, mul(t, t)), a))
    ),
    "a process at a random time treated as known": poly(eq(given(t, random_time, a), app(X, app(tau, a), a))),
    "a random time treated as known": poly(eq(given(t, app(tau, w0), a), app(tau, a))),
    "a process at another outcome treated as known": poly(
        eq(mean(given(t, mul(app(X, t, b(1, "W")), app(N, n, w0)), a)), mul(app(X, t, a), given(t, random, a)))
    ),
    "a sum of known terms up to a random time": poly(
        eq(
            given(t, total(one, app(tau, w0), app(X, b(0), b(1, "W"))), a),
            total(one, app(tau, a), app(X, b(0), a)),
        )
    ),
    "a sum that runs into the future": poly(
        eq(given(t, total(one, add(t, one), app(X, b(0), b(1, "W"))), a), total(one, add(t, one), app(X, b(0), a)))
    ),
    "a known factor leaves the plain expectation": poly(eq(mean(mul(known, random)), mul(app(X, t, a), mean(random)))),
    "an average over the future treated as known": poly(
        eq(given(t, given(add(t, one), random, w0), a), given(add(t, one), random, a))
    ),
    "a function of the unknown treated as known": poly(eq(given(t, app(h, random), a), app(h, app(N, n, a)))),
    "a function of an average": poly(eq(given(t, app(h, random), a), app(h, given(t, random, a)))),
    "the tower at another outcome": poly(eq(mean(given(t, random, a)), mean(random))),
    "the tower with a factor": poly(eq(mean(mul(other, given(t, random, w0))), mean(mul(other, random)))),
    "the tower with a square": poly(
        eq(mean(mul(given(t, random, w0), given(t, random, w0))), mean(mul(random, random)))
    ),
    "the tower over another outcome within": poly(
        eq(mean(given(t, mul(random, app(N, m, b(1, "W"))), w0)), mean(mul(random, other)))
    ),
    "the tower the wrong way": poly(eq(given(t, given(s, random, w0), a), given(s, random, a))),
    "a conditional expectation of a product": poly(
        eq(given(t, mul(random, other), a), mul(given(t, random, a), given(t, other, a)))
    ),
    "a conditional expectation is monotone": poly(le(given(t, random, a), given(t, other, a))),
    "a time that only looks like another": poly(eq(given(t, app(X, add(t, s), w0), a), app(X, add(t, s), a))),
}
"""The rule of arithmetic and its arguments, by name."""
