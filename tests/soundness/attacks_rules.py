"""Attacks on rules: inferences that both programs must refuse, each named after its trap."""

from fractions import Fraction
from typing import Any

from convcheck.kernel import RULES, Term, Theorem, make
from tests.soundness.support import (
    GV,
    XV,
    G,
    N,
    R,
    V,
    W,
    X,
    Z,
    abs_,
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
    xs,
)

ONE = Fraction(1)
n, m, s, t = Z("n"), Z("m"), Z("s"), Z("t")
x, y, z = R("x"), R("y"), R("z")
u, v, w = V("u"), V("v"), V("w")
a, c = W("a"), W("c")
zero, one, two = q(0), q(1), q(2)
fn, fi = app(f, n), app(f, i0)
fs = total(one, n, fi)


def inv(term: Term) -> Term:
    return make("inv", term)


def smul(scalar: Term, vector: Term) -> Term:
    return make("smul", scalar, vector)


def inner(left: Term, right: Term) -> Term:
    return make("inner", left, right)


def A(p: Term) -> Theorem:  # p ⊢ p
    return RULES["assume"](p)


def below(*theorems: Any, times: Any = ONE, by: Any = None) -> tuple[Any, ...]:
    """Return a product of slacks."""
    return times, theorems, by


def poly(goal: Term, *products: tuple[Any, ...], using: tuple[Theorem, ...] = ()) -> tuple[Any, ...]:
    return "polynomial", goal, products, using


xy, yx, xy_strict = A(le(x, y)), A(le(y, x)), A(lt(x, y))
x_is_y = A(eq(x, y))
double = total(one, n, total(one, i0, app(f2, b(1), i0)))
p_n = le(zero, fn)
step_hypothesis = every("Z", imp(le(zero, app(f, i0)), le(zero, app(f, add(i0, one)))))
step = RULES["mp"](RULES["spec"](A(step_hypothesis), n), A(p_n))


def also(theorem: Theorem, hypothesis: Term) -> Theorem:
    """Return the theorem under one more hypothesis."""
    return RULES["left"](RULES["both"](theorem, A(hypothesis)))


base = A(le(zero, app(f, zero)))
in_range = every("Z", imp(le(one, i0), imp(le(i0, n), le(app(f, i0), x))))
random_time = app(X, app(tau, w0), w0)

ATTACKS: dict[str, tuple[Any, ...]] = {
    # assume, discharge, mp, conjunction
    "assume a number": ("assume", x),
    "assume a vector": ("assume", u),
    "assume a loose variable": ("assume", le(b(0, "R"), x)),
    "discharge a number": ("discharge", x, xy),
    "discharge a loose variable": ("discharge", le(b(0, "R"), x), xy),
    "mp without an implication": ("mp", xy, xy),
    "mp with another premise": ("mp", A(imp(le(x, y), le(y, z))), A(le(y, x))),
    "mp with a weaker premise": ("mp", A(imp(lt(x, y), le(y, z))), xy),
    "mp with a premise that only looks equal": ("mp", A(imp(le(add(x, y), z), le(y, z))), A(le(add(y, x), z))),
    "mp backwards": ("mp", A(imp(le(x, y), le(y, z))), A(le(y, z))),
    "mp with the parts exchanged": ("mp", xy, A(imp(le(x, y), le(y, z)))),
    "left of an implication": ("left", A(imp(le(x, y), le(y, z)))),
    "right of an implication": ("right", A(imp(le(x, y), le(y, z)))),
    "left of an inequality": ("left", xy),
    "right of a universal statement": ("right", A(every("Z", le(fi, x)))),
    # gen, spec
    "gen over a hypothesis": ("gen", x, xy),
    "gen over the other variable of a hypothesis": ("gen", y, xy),
    "gen over an outcome in a hypothesis": ("gen", a, A(le(app(N, n, a), x))),
    "gen over a variable inside a sum of a hypothesis": ("gen", x, A(le(total(one, n, mul(x, fi)), y))),
    "gen over the limit of a sum of a hypothesis": ("gen", n, A(le(fs, y))),
    "gen over the time of a hypothesis": ("gen", t, A(le(given(t, app(N, n, w0), a), x))),
    "gen over a function value": ("gen", fn, RULES["square"](fn)),
    "gen over a number": ("gen", one, RULES["square"](one)),
    "gen over a bound variable": ("gen", b(0, "R"), RULES["square"](x)),
    "gen over a symbol": ("gen", f, RULES["square"](fn)),
    "spec of what is not universal": ("spec", xy, x),
    "spec an integer statement at a real": ("spec", A(every("Z", le(fi, x))), x),
    "spec an integer statement at one half": ("spec", A(every("Z", le(zero, mul(i0, minus(i0, one))))), q("1/2")),
    "spec a real statement at a vector": ("spec", A(every("R", le(b(0, "R"), x))), u),
    "spec a vector statement at a number": ("spec", A(every("V", le(zero, inner(b(0, "V"), u)))), x),
    "spec outcomes at an integer": ("spec", A(every("W", le(app(N, n, w0), x))), n),
    "spec at a loose variable": ("spec", A(every("R", le(b(0, "R"), x))), b(0, "R")),
    "spec at a proposition": ("spec", A(every("R", le(b(0, "R"), x))), le(x, y)),
    "spec a time at a random time": (
        "spec",
        A(every("Z", eq(given(i0, app(N, n, w0), a), x))),
        app(tau, a),
    ),
    "spec a time at a sum up to a random time": (
        "spec",
        A(every("Z", eq(given(i0, app(N, n, w0), a), x))),
        total(one, app(tau, a), app(k, i0)),
    ),
    # instance
    "instance of the root": ("instance", A(le(zero, app(sqrt, x))), sqrt, (x,), q(-1)),
    "instance of the logarithm": ("instance", RULES["axiom"]("log_le"), log, (x,), add(x, one)),
    "instance of the absolute value": ("instance", RULES["axiom"]("abs_ge"), abs_, (x,), q(-1)),
    "instance of the maximum": ("instance", RULES["axiom"]("max_left"), max_, (x, y), y),
    "instance of the power": ("instance", RULES["axiom"]("power_zero"), power_, (x, n), x),
    "instance of an adapted symbol": ("instance", A(le(app(X, n, a), x)), X, (n, a), app(N, add(n, one), a)),
    "instance with a parameter twice": ("instance", A(le(app(f2, n, m), x)), f2, (n, n), n),
    "instance with too few parameters": ("instance", A(le(app(f2, n, m), x)), f2, (n,), n),
    "instance with too many parameters": ("instance", A(le(fn, x)), f, (n, m), n),
    "instance with a real parameter for an integer": ("instance", A(le(fn, x)), f, (y,), y),
    "instance with an integer parameter for a real": ("instance", A(le(app(h, x), y)), h, (n,), n),
    "instance with a parameter that is no variable": ("instance", A(le(fn, x)), f, (one,), x),
    "instance with a real body for an integer": ("instance", A(le(app(k, n), x)), k, (n,), x),
    "instance with one half for an integer": ("instance", A(le(app(k, n), x)), k, (n,), q("1/2")),
    "instance with a vector for a number": ("instance", A(le(fn, x)), f, (n,), u),
    "instance with a proposition": ("instance", A(le(fn, x)), f, (n,), le(x, y)),
    "instance with a loose body that a sum captures": ("instance", A(eq(fs, x)), f, (n,), i0),
    "instance that makes a time random": (
        "instance",
        A(eq(given(app(k, n), app(N, n, w0), a), x)),
        k,
        (n,),
        app(tau, a),
    ),
    "instance that makes a time random in a hypothesis": (
        "instance",
        also(xy, le(given(app(k, n), app(N, n, w0), a), x)),
        k,
        (n,),
        app(tau, c),
    ),
    "instance of a variable": ("instance", xy, x, (), y),
    # cases, antisym, cong, integer
    "cases that conclude differently": ("cases", xy, A(lt(x, y)), x, y),
    "cases that conclude converses": ("cases", xy, yx, x, y),
    "cases between vectors": ("cases", xy, xy, u, v),
    "cases between propositions": ("cases", xy, xy, le(x, y), le(y, x)),
    "cases with a loose variable": ("cases", xy, xy, b(0, "R"), y),
    "antisym twice the same": ("antisym", xy, xy),
    "antisym with a strict inequality": ("antisym", xy, A(lt(y, x))),
    "antisym with other terms": ("antisym", xy, A(le(y, z))),
    "antisym with terms that only look equal": ("antisym", A(le(add(x, y), z)), A(le(z, add(y, x)))),
    "antisym with equations": ("antisym", x_is_y, A(eq(y, x))),
    "cong from an inequality": ("cong", xy, z, mul(z, z)),
    "cong at a number": ("cong", x_is_y, one, add(one, x)),
    "cong at a function value": ("cong", x_is_y, fn, add(fn, x)),
    "cong of a real at an integer": ("cong", x_is_y, n, fn),
    "cong of a vector at a real": ("cong", A(eq(u, v)), x, mul(x, x)),
    "cong in a proposition": ("cong", x_is_y, z, le(z, x)),
    "cong with a loose variable": ("cong", x_is_y, z, mul(z, b(0, "R"))),
    "cong with an outcome": ("cong", x_is_y, a, app(N, n, a)),
    "integer from a weak inequality": ("integer", A(le(n, m))),
    "integer between reals": ("integer", xy_strict),
    "integer between an integer and a real": ("integer", A(lt(n, x))),
    "integer with a fraction": ("integer", A(lt(q("1/2"), n))),
    "integer from an equation": ("integer", A(eq(n, m))),
    # induction
    "induction with the variable in a hypothesis of the base": (
        "induction",
        also(base, lt(n, m)),
        step,
        n,
        zero,
        p_n,
    ),
    "induction with the variable in a hypothesis of the step": (
        "induction",
        base,
        also(step, lt(n, m)),
        n,
        zero,
        p_n,
    ),
    "induction with a guard from above": (
        "induction",
        base,
        also(step, le(n, m)),
        n,
        zero,
        p_n,
    ),
    "induction with a stronger guard": (
        "induction",
        base,
        also(step, le(one, n)),
        n,
        zero,
        p_n,
    ),
    "induction with a strict guard": (
        "induction",
        base,
        also(step, lt(zero, n)),
        n,
        zero,
        p_n,
    ),
    "induction with the hypothesis at n + 1": (
        "induction",
        base,
        A(le(zero, app(f, add(n, one)))),
        n,
        zero,
        p_n,
    ),
    "induction with the hypothesis at n - 1": (
        "induction",
        base,
        also(step, le(zero, app(f, add(n, q(-1))))),
        n,
        zero,
        p_n,
    ),
    "induction with steps of two": ("induction", base, A(le(zero, app(f, add(n, two)))), n, zero, p_n),
    "induction that does not step": ("induction", base, A(p_n), n, zero, p_n),
    "induction with another base": ("induction", A(le(zero, app(f, one))), step, n, zero, p_n),
    "induction with the base at n": ("induction", A(p_n), step, n, zero, p_n),
    "induction without a base": ("induction", step, step, n, zero, p_n),
    "induction from a start that moves": ("induction", A(p_n), step, n, n, p_n),
    "induction from a start that is a function of the variable": (
        "induction",
        RULES["spec"](A(every("Z", le(zero, app(f, app(k, i0))))), n),
        RULES["mp"](
            RULES["mp"](
                RULES["spec"](
                    A(
                        every(
                            "Z",
                            imp(
                                le(app(k, i0), i0),
                                imp(le(zero, app(f, i0)), le(zero, app(f, add(i0, one)))),
                            ),
                        )
                    ),
                    n,
                ),
                A(le(app(k, n), n)),
            ),
            A(p_n),
        ),
        n,
        app(k, n),
        p_n,
    ),
    "induction from a start above the variable": (
        "induction",
        A(le(zero, app(f, add(n, one)))),
        step,
        n,
        add(n, one),
        p_n,
    ),
    "induction on a real": ("induction", A(le(zero, zero)), A(le(zero, add(x, one))), x, zero, le(zero, x)),
    "induction from a real": ("induction", A(le(zero, zero)), A(le(zero, zero)), n, x, le(zero, zero)),
    "induction from one half": ("induction", A(le(zero, q("1/2"))), A(le(zero, add(n, one))), n, q("1/2"), le(zero, n)),
    "induction on a number": ("induction", base, step, zero, zero, p_n),
    "induction for another statement": ("induction", base, step, n, zero, lt(zero, fn)),
    "induction for a number": ("induction", base, step, n, zero, fn),
    # sums
    "sum_empty of a sum of one term": ("sum_empty", fs, A(le(n, one))),
    "sum_empty with the limits in order": ("sum_empty", fs, A(lt(one, n))),
    "sum_empty with equal limits": ("sum_empty", fs, A(eq(n, one))),
    "sum_empty of another sum": ("sum_empty", fs, A(lt(m, one))),
    "sum_empty one too early": ("sum_empty", fs, A(lt(n, two))),
    "sum_empty of vectors": ("sum_empty", total(one, n, app(xs, i0)), A(lt(n, one))),
    "sum_empty of what is no sum": ("sum_empty", fn, A(lt(n, one))),
    "sum_empty of an expectation": ("sum_empty", mean(app(N, n, w0)), A(lt(n, one))),
    "sums compared by a statement about all reals, none of which occurs": ("sum_mono", A(every("R", le(x, y))), one, n),
    "averages compared by a statement about all integers, none of which occurs": (
        "expectation_mono",
        A(every("Z", le(x, y))),
        None,
    ),
    "sum_empty of a sum of two numbers": ("sum_empty", add(n, m), A(lt(m, n))),
    "sum_empty of a product": ("sum_empty", mul(x, y), A(lt(y, x))),
    "sum_empty of a conditional expectation": ("sum_empty", given(n, x, a), A(lt(x, n))),
    "sum_last of a sum of three numbers": ("sum_last", add(n, m, x), A(le(n, m))),
    "sum_last of a product of three numbers": ("sum_last", mul(one, m, fn), A(le(one, m))),
    "sum_last of a sum that may be empty": ("sum_last", fs, A(le(zero, n))),
    "sum_last of an empty sum": ("sum_last", fs, A(le(n, one))),
    "sum_last from a strict inequality": ("sum_last", fs, A(lt(one, n))),
    "sum_last of another sum": ("sum_last", fs, A(le(one, m))),
    "sum_last of what is no sum": ("sum_last", fn, A(le(one, n))),
    "sum_last of an expectation": ("sum_last", mean(app(N, n, w0)), A(le(one, n))),
    "sum_mono from one term": ("sum_mono", A(le(fn, x)), one, n),
    "sum_mono beyond the limit": ("sum_mono", A(in_range), one, add(n, one)),
    "sum_mono before the limit": ("sum_mono", A(in_range), zero, n),
    "sum_mono up to another limit": ("sum_mono", A(in_range), one, m),
    "sum_mono with the guards exchanged": (
        "sum_mono",
        A(every("Z", imp(le(i0, n), imp(le(one, i0), le(fi, x))))),
        one,
        n,
    ),
    "sum_mono with a strict guard": ("sum_mono", A(every("Z", imp(lt(one, i0), le(fi, x)))), one, n),
    "sum_mono with a guard on something else": ("sum_mono", A(every("Z", imp(le(one, m), le(fi, x)))), one, n),
    "sum_mono with a third guard": (
        "sum_mono",
        A(every("Z", imp(le(one, i0), imp(le(i0, n), imp(le(fi, y), le(fi, x)))))),
        one,
        n,
    ),
    "sum_mono with a guard that is a conjunction": (
        "sum_mono",
        A(every("Z", imp(make("and", le(one, i0), le(i0, n)), le(fi, x)))),
        one,
        n,
    ),
    "sum_mono of strict inequalities": ("sum_mono", A(every("Z", lt(fi, x))), one, n),
    "sum_mono over reals": ("sum_mono", A(every("R", le(app(h, b(0, "R")), x))), one, n),
    "sum_mono over outcomes": ("sum_mono", A(every("W", le(app(N, n, w0), x))), one, n),
    "sum_mono up to a real": ("sum_mono", A(every("Z", le(fi, x))), one, x),
    "sum_mono of conjunctions": ("sum_mono", A(every("Z", make("and", le(fi, x), le(fi, y)))), one, n),
    # expectations
    "expectation_mono from one outcome": ("expectation_mono", A(le(app(N, n, a), x)), None),
    "expectation_mono over integers": ("expectation_mono", A(every("Z", le(fi, x))), None),
    "expectation_mono of strict inequalities": ("expectation_mono", A(every("W", lt(app(N, n, w0), x))), None),
    "expectation_mono under a condition": (
        "expectation_mono",
        A(every("W", imp(le(app(N, m, w0), y), le(app(N, n, w0), x)))),
        None,
    ),
    "expectation_mono at a random time": (
        "expectation_mono",
        A(every("W", le(app(N, n, w0), x))),
        (app(tau, a), a),
    ),
    "expectation_mono at a real time": ("expectation_mono", A(every("W", le(app(N, n, w0), x))), (x, a)),
    "expectation_mono at an integer outcome": ("expectation_mono", A(every("W", le(app(N, n, w0), x))), (t, n)),
    "expectation_mono with time and outcome exchanged": (
        "expectation_mono",
        A(every("W", le(app(N, n, w0), x))),
        (a, t),
    ),
    "expectation_mono without an outcome": ("expectation_mono", A(every("W", le(app(N, n, w0), x))), (t,)),
    "expectation_mono with a time alone": ("expectation_mono", A(every("W", le(app(N, n, w0), x))), t),
    # square, absurd, axiom
    "the square of a proposition": ("square", le(x, y)),
    "the square of an outcome": ("square", a),
    "the square of a loose variable": ("square", b(0, "R")),
    "absurd from a truth": ("absurd", A(le(zero, one)), lt(one, zero)),
    "absurd from 0 ≤ 0": ("absurd", A(le(zero, zero)), lt(one, zero)),
    "absurd from 0 = 0": ("absurd", A(eq(zero, zero)), lt(one, zero)),
    "absurd from 0 < 1": ("absurd", A(lt(zero, one)), lt(one, zero)),
    "absurd from what may be true": ("absurd", A(lt(x, zero)), lt(one, zero)),
    "absurd from x ≤ x": ("absurd", A(le(x, x)), lt(one, zero)),
    "absurd from an equation between vectors": ("absurd", A(eq(u, v)), lt(one, zero)),
    "absurd from an implication": ("absurd", A(imp(lt(one, zero), lt(one, zero))), lt(one, zero)),
    "absurd to a number": ("absurd", A(lt(one, zero)), x),
    "absurd to a loose variable": ("absurd", A(lt(one, zero)), le(b(0, "R"), x)),
    "an axiom of choice": ("axiom", "choice"),
    "an axiom without a name": ("axiom", ""),
    "an axiom in capitals": ("axiom", "INV_MUL"),
    "a function as an axiom": ("axiom", "sqrt"),
    "a number as an axiom": ("axiom", 0),
    "nothing as an axiom": ("axiom", None),
    # vector equations
    "vectors that differ": ("vector_equation", eq(u, v), ()),
    "a vector equation from an inequality": ("vector_equation", eq(u, v), (xy,)),
    "a vector equation between numbers": ("vector_equation", eq(x, x), ()),
    "a vector equation that is an inequality": ("vector_equation", le(inner(u, u), inner(u, u)), ()),
    "vectors with the same inner product": ("vector_equation", eq(u, v), (A(eq(inner(u, w), inner(v, w))),)),
    "vectors with the same norm": ("vector_equation", eq(u, v), (A(eq(inner(u, u), inner(v, v))),)),
    "vectors with the same multiple": ("vector_equation", eq(u, v), (A(eq(smul(x, u), smul(x, v))),)),
    "vectors equal at another time": ("vector_equation", eq(app(xs, n), u), (A(eq(app(xs, m), u)),)),
    "vectors equal at another outcome": ("vector_equation", eq(app(XV, n, a), u), (A(eq(app(XV, n, c), u)),)),
    "a vector as known before its time": (
        "vector_equation",
        eq(given(t, app(GV, t, w0), a), app(GV, t, a)),
        (),
    ),
    "a vector leaves an expectation with a random factor": (
        "vector_equation",
        eq(mean(smul(app(N, n, w0), app(XV, n, w0))), smul(mean(app(N, n, w0)), mean(app(XV, n, w0)))),
        (),
    ),
    "a sum of vectors that is one of them": ("vector_equation", eq(total(one, n, u), u), ()),
    "the square of a loose outcome": ("square", app(N, n, w0)),
    "the square at a loose time": ("square", app(G, i0, a)),
}
"""A rule and its arguments, by name."""
