"""Terms taken apart and put together: lifting, instantiating, abstracting and substituting, loose variables included.

What each operation means is said by the values of terms in a random model.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from convcheck.kernel import Term
from convcheck.kernel import terms as kernel_terms
from tests.soundness.random_terms import Model, Terms, same
from tests.soundness.support import R, V, W, Z, add, app, b, every, f, h, k, le, mul, q, total

VARIABLES = (Z("n"), R("x"), V("u"), W("a"))
SCOPES = (("Z",), ("Z", "W"), ("W", "Z", "Z"), ("R",), ("V", "Z"))
"""Sorts of the variables that the terms leave loose, the innermost last."""


class Operation(NamedTuple):
    """An operation on terms."""

    name: str
    arguments: tuple[Any, ...]


def operations(count: int) -> Iterator[Operation]:
    """Yield operations, a few of which must be refused."""
    for seed in range(count):
        random, source = Random(seed), Terms(seed)  # noqa: S311  # reproducible, not secret
        scope = random.choice(SCOPES)
        body = with_loose(source, scope, random.choice("RRV"))
        sort = scope[-1]
        value = random.choice((source.term("Z" if sort == "R" else sort, 1), loose_value(sort), R("x"), V("u")))
        yield Operation("instantiate", (body, value))
        yield Operation("shift", (body, random.randint(0, 2), random.randint(0, 2)))
        yield Operation("shift", (body, -1, random.randint(0, 2)))
        variable = random.choice(VARIABLES)
        yield Operation("abstract", (body, variable))
        yield Operation("substitute", (body, {variable: random.choice((value, R("y"), q(1)))}))
        yield Operation("depends_on_bound", (body, random.randint(0, 2)))
        yield Operation("mentions_outcome", (body,))
    body = le(app(f, b(0)), app(h, R("x")))
    for other in (q(1), add(R("x"), R("y")), app(f, Z("n"))):  # no variables
        yield Operation("abstract", (body, other))
        yield Operation("substitute", (le(other, other), {other: R("x")}))
    yield Operation("substitute", (total(q(0), Z("n"), mul(app(f, b(0)), R("x"))), {Z("n"): R("x")}))
    yield Operation("instantiate", (every("Z", le(app(f, add(b(0), b(1))), app(h, b(2, "R")))), b(4)))


def with_loose(source: Terms, scope: tuple[str, ...], sort: str) -> Term:
    """Return a term with loose variables of these sorts, also ones under binders."""
    term = source.term(sort, 3, scope)
    reals = [i for i, s in enumerate(reversed(scope)) if s == "R"]
    if reals and sort == "R":
        index = reals[0]
        term = add(term, total(q(0), app(k, Z("n")), mul(b(index + 1, "R"), app(h, b(index + 1, "R")))), b(index, "R"))
    return term


def loose_value(sort: str) -> Term:
    """Return a value that depends on a variable further out."""
    return b(1, sort) if sort in ("W", "V") else add(app(k, b(1)), q(1)) if sort == "Z" else app(f, b(1))


def outcome(operation: Operation, terms: Any, carry: Any) -> Any:
    """Return what an operation of some kernel gives, in writing, or None if it is refused."""
    carried = []
    for argument in operation.arguments:
        if isinstance(argument, dict):
            carried.append({carry(x): carry(y) for x, y in argument.items()})
        else:
            carried.append(carry(argument))
    try:
        found = getattr(terms, operation.name)(*carried)
    except Exception:  # noqa: BLE001  # a mutant may fail in any way
        return None
    return found if isinstance(found, bool) else found.key


def meant(operation: Operation, seed: int) -> bool:
    """Tell whether an operation of convcheck's kernel means what it says: compare values in a random model.

    Loose variables have values of their own: instantiating puts one more in front, lifting inserts some, abstracting
    takes the value of the variable for it.
    """
    name, (term, *rest) = operation
    if term.sort == "B" or name == "mentions_outcome":
        return True  # only numbers and vectors have values
    try:
        found = getattr(kernel_terms, name)(term, *rest)
    except kernel_terms.KernelError:
        return name in {"instantiate", "substitute"} or (name == "shift" and rest[0] < 0)
    if name == "depends_on_bound":
        return bool(found == (rest[0] in {index for index, _ in term.loose}))
    model = Model(seed)
    value = next(iter(rest[0].values())) if name == "substitute" else rest[0]
    pairs = term.loose if name == "abstract" else found.loose if name == "shift" else found.loose | value.loose
    sorts = dict(pairs)
    if len(sorts) < len(pairs):
        return True  # one loose variable of two sorts, which no binder can bind
    outer = tuple(model.draw(sorts.get(index, "Z")) for index in range(8))
    if name == "shift":
        by, above = rest
        before = tuple(outer[i if i < above else i + by] for i in range(5))
    elif name == "instantiate":
        before = (model.value(value, outer), *outer)
    elif name == "abstract":
        before, outer = outer, (model.variable(*rest[0].args), *outer)
    else:
        term, before = kernel_terms.abstract(term, *rest[0]), (model.value(value, outer), *outer)
    return same(model.value(term, before), model.value(found, outer))
