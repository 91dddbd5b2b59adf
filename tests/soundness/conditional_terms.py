"""Conditional expectations of what is and what is not known, for the tests of the normal forms."""

from collections.abc import Iterator
from itertools import islice

from convcheck.kernel import Symbol, Term, make
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
    add,
    app,
    b,
    f,
    f2,
    fv,
    given,
    gv,
    h,
    i0,
    k,
    mean,
    mul,
    q,
    tau,
    total,
    w0,
)

at_place = Symbol("Y", ("Z", "Z", "W"), "R", 0)
"""A process with a place besides its time."""


def conditional_terms(step: int = 1) -> list[Term]:
    """Return closed terms, of the products of two factors only every so many."""
    return [term for term in (*islice(pairs(), 0, None, step), *towers(), *products()) if not term.loose]


def pairs() -> Iterator[Term]:
    """Yield conditional expectations, within sums and expectations, of what is and what is not known at their time."""
    n, t, a, u, i, j, own = Z("n"), Z("t"), W("a"), V("u"), b(1), b(2), b(1, "W")
    times = [add(late, q(k)) for late in (i, t) for k in (-1, 0, 1)]
    reals = [app(s, late, w0) for late in (i, j, t) for s in (X, G, N)]
    reals += [app(s, time, w0) for s in (X, G) for time in times] + [app(X, t, own), app(X, app(tau, w0), w0)]
    reals += [app(X, t, a), app(h, app(X, t, w0)), app(h, app(G, t, w0)), app(f2, i, j), app(f, n)]
    known, future = app(X, t, w0), app(G, t, w0)
    for x in (known, future):
        reals += [app(h, add(x, R("x"))), app(h, mul(x, R("x"))), app(h, make("pow", x, 2)), make("inv", add(x, q(1)))]
        reals += [app(h, make("inv", x)), total(q(1), n, mul(app(f, i0), app(X, t, b(1, "W"))))]
        reals += [app(fv, add(app(XV, t, w0), make("smul", x, u))), app(fv, app(gv, app(GV, t, w0)))]
        reals += [app(h, make("inner", app(XV, t, w0), app(GV, t, w0))), mean(mul(x, app(X, t, own)))]
    vectors = [app(s, late, w0) for late in (i, t) for s in (XV, GV)] + [u, app(gv, app(XV, t, w0)), app(XV, t, own)]
    couples = [(x, y) for x in reals for y in (app(N, n, w0), *reals[:9])]
    bodies = [mul(x, y) for x, y in couples if len({sort for index, sort in (x.loose | y.loose) if index == 1}) < 2]
    bodies += [make("inner", v, w) for v in vectors[:-1] for w in vectors[:-1]]
    bodies += [make("inner", vectors[-1], w) for w in (app(XV, t, w0), app(GV, t, w0), u, vectors[-1])]
    for body in bodies:
        integers = {sort for index, sort in body.loose if index > 0} <= {"Z"}
        if integers:  # body has the indices of two sums
            for time in (b(0), add(q(1), b(0)), b(1), t):
                yield total(q(1), n, total(q(0), add(n, b(0)), given(time, body, a)))
        else:  # or the outcome of an expectation
            yield mean(given(t, body, w0))
            yield mean(mul(given(t, body, w0), app(N, t, w0)))
        if all(index == 0 for index, _ in body.loose):
            yield mean(mul(given(t, body, w0), app(X, t, w0)))
            yield mean(given(t, body, w0))
            yield mean(body)


def towers() -> Iterator[Term]:
    """Yield expectations of conditional expectations, within sums, of what depends on several outcomes and indices."""
    n, t, a = Z("n"), Z("t"), W("a")
    own, outer = b(1, "W"), b(2, "W")  # the outcome of the expectation around, and of the one around that
    bodies = [app(N, n, w0), app(h, add(app(N, n, w0), app(N, t, own))), app(h, mul(app(X, t, w0), app(N, n, own)))]
    bodies += [app(at_place, t, b(2), w0), app(at_place, t, app(tau, w0), w0), app(at_place, b(2), n, w0)]
    bodies += [app(N, b(2), w0), app(f2, b(2), app(tau, w0)), app(h, add(app(N, b(2), w0), app(X, b(2), own)))]
    for body in bodies:
        for time in (t, b(1), add(q(0), t), add(t, app(k, b(1)))):
            for inner in (given(time, body, w0), given(time, body, a), given(time, make("pow", body, 2), w0)):
                expected = mean(inner)
                yield total(q(1), n, expected)
                yield total(q(1), n, mean(mul(inner, app(N, b(1), w0))))
                yield total(q(0), n, total(q(1), app(k, b(0)), mul(expected, app(f, b(0)))))
    deeper = [app(N, n, w0), app(N, b(3), w0), app(h, add(app(N, n, w0), app(X, t, own))), app(f2, b(3), app(tau, w0))]
    deeper += [app(h, add(app(N, n, w0), app(N, t, outer))), app(h, mul(app(X, b(3), w0), app(N, n, own)))]
    deeper += [
        app(h, app(at_place, t, app(tau, w0), w0)),
        app(GV, n, w0),
        app(gv, add(app(GV, b(3), w0), app(XV, t, own))),
    ]
    for body in deeper:  # an expectation given one time, and then given another
        for time in (t, b(2)):
            yield total(q(1), n, mean(given(t, given(time, body, w0), w0)))
            yield total(q(1), n, mean(given(b(1), given(time, body, w0), w0)))
            yield total(q(1), n, mean(given(t, given(time, body, b(1, "W")), w0)))


def products() -> Iterator[Term]:
    """Yield sums and expectations of inner products and of their powers."""
    n, t, u, own, outer = Z("n"), Z("t"), V("u"), b(1, "W"), b(2, "W")
    for vector in (app(XV, t, w0), app(GV, t, w0), app(gv, app(GV, n, w0))):
        for other in (u, app(XV, t, w0), app(gv, app(XV, t, w0)), app(XV, n, own)):
            product = make("inner", vector, other)
            for power in (product, make("pow", product, 2), mul(product, app(N, n, w0)), make("pow", product, 0)):
                yield mean(given(t, power, w0))
                yield mean(make("smul", mean(power), app(XV, n, w0)))
                yield mean(mean(given(t, mul(power, app(N, n, outer)), w0)))
    x, y = R("x"), R("y")
    cancelling = mul(add(x, y), add(x, mul(q(-1), y)))
    yield from (cancelling, make("inv", cancelling), make("smul", cancelling, u), mul(x, add(y, mul(q(-1), y))))
    yield from (make("inv", add(mul(x, x), mul(q(-1), x, x))), app(h, cancelling), mean(mul(app(N, t, w0), cancelling)))
    index = b(0)
    for vector in (app(Symbol("xs", ("Z",), "V"), index), make("smul", app(f, index), u), u):
        product = make("inner", vector, u)
        for power in (product, make("pow", product, 2), make("pow", product, 3), mul(product, app(f, index))):
            yield total(q(1), n, power)
            yield total(add(q(0), n), add(n, n), power)
        yield total(add(q(0), n), add(n, n), make("smul", app(f, index), vector))
        yield total(n, t, vector)
        yield total(n, t, mean(make("inner", make("smul", app(N, b(1), w0), u), u)))
