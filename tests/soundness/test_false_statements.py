"""Random false statements through all tactics: none is proved.

A statement is false if a random model satisfies its hypotheses and not its goal.  Most are made from true ones by
changing a constant, a relation, a variable or a hypothesis.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import isqrt
from random import Random
from typing import Any

import pytest

from convcheck.kernel import KernelError, Term, Theorem, canonical, make
from convcheck.kernel.rules import assume
from convcheck.tactics.context import Context
from convcheck.tactics.errors import NotProvedError
from convcheck.tactics.linear import linear
from convcheck.tactics.prove import prove
from convcheck.tactics.search import definitions, search
from convcheck.tactics.sign import sign
from convcheck.tactics.sos import sum_of_squares
from convcheck.tactics.split import split
from tests.soundness.random_terms import Model, Terms, UnknownValueError
from tests.soundness.support import (
    FULL,
    R,
    V,
    Z,
    abs_,
    add,
    app,
    eq,
    f,
    i0,
    le,
    lt,
    max_,
    mean,
    min_,
    minus,
    mul,
    power_,
    q,
    sqrt,
    total,
    w0,
    xs,
)
from tests.soundness.support import N as noise

STATEMENTS, PROGRAMS = (4_000, 400) if FULL else (100, 12)
BATCHES = 4
MODELS = 30
_log = logging.getLogger(__name__)

x, y, z = R("x"), R("y"), R("z")
n, m = Z("n"), Z("m")
u, v = V("u"), V("v")
zero, one, two = q(0), q(1), q(2)
fs = total(one, n, app(f, i0))

Statement = tuple[Term, tuple[Term, ...]]


def inv(e: Term) -> Term:
    return make("inv", e)


def square(e: Term) -> Term:
    return make("inner", e, e) if e.sort == "V" else make("pow", e, 2)


TRUE: list[Statement] = [
    (le(x, z), (le(x, y), le(y, z))),
    (lt(x, z), (le(x, y), lt(y, z))),
    (le(add(mul(two, x), mul(q(3), y)), mul(q(5), z)), (le(x, z), le(y, z))),
    (le(mul(x, y), mul(z, y)), (le(x, z), lt(zero, y))),
    (le(mul(x, inv(y)), z), (le(x, mul(y, z)), lt(zero, y))),
    (eq(mul(x, inv(x)), one), (lt(zero, x),)),
    (le(inv(add(x, one)), one), (le(zero, x),)),
    (le(inv(x), inv(y)), (lt(zero, y), le(y, x))),
    (eq(mul(app(sqrt, x), app(sqrt, x)), x), (le(zero, x),)),
    (le(app(sqrt, x), app(sqrt, y)), (le(zero, x), le(x, y))),
    (lt(zero, app(sqrt, x)), (lt(zero, x),)),
    (le(square(add(x, y)), add(mul(two, square(x)), mul(two, square(y)))), ()),
    (le(mul(x, y), add(mul(q("1/2"), square(x)), mul(q("1/2"), square(y)))), ()),
    (le(mul(x, x), mul(y, y)), (le(zero, x), le(x, y))),
    (le(x, y), (le(mul(x, x), mul(y, y)), le(zero, y))),
    (le(minus(add(x, y), mul(x, y)), one), (le(zero, x), le(x, one), le(zero, y), le(y, one))),
    (le(app(max_, x, y), z), (le(x, z), le(y, z))),
    (le(z, app(min_, x, y)), (le(z, x), le(z, y))),
    (le(app(abs_, x), y), (le(x, y), le(mul(q(-1), x), y))),
    (le(app(abs_, add(x, y)), add(app(abs_, x), app(abs_, y))), ()),
    (le(square(minus(app(max_, x, y), z)), square(minus(x, z))), (le(y, z),)),
    (le(zero, app(power_, x, n)), (le(zero, x), le(zero, n))),
    (eq(app(power_, x, add(n, one)), mul(x, app(power_, x, n))), (le(zero, n),)),
    (le(add(n, one), m), (lt(n, m),)),
    (eq(square(add(u, v)), add(square(u), mul(two, make("inner", u, v)), square(v))), ()),
    (le(square(add(u, v)), add(mul(two, square(u)), mul(two, square(v)))), ()),
    (eq(square(v), mul(q(4), square(u))), (eq(v, make("smul", two, u)),)),
    (eq(fs, add(total(one, minus(n, one), app(f, i0)), app(f, n))), (le(one, n),)),
    (eq(total(one, n, mul(x, app(f, i0))), mul(x, fs)), ()),
    (eq(total(one, n, make("inner", app(xs, i0), u)), make("inner", make("sum", one, n, app(xs, i0)), u)), ()),
    (eq(mean(mul(x, app(noise, n, w0))), mul(x, mean(app(noise, n, w0)))), ()),
    (le(square(add(x, fs)), add(mul(two, square(x)), mul(two, square(fs)))), ()),
]


class Numbers(Model):
    """The rational numbers; a root is known if it is rational."""

    def _builtin(self, name: str, values: Sequence[Any]) -> Any:
        if name != "sqrt":
            return super()._builtin(name, values)
        number = Fraction(values[0])
        if number < 0:
            raise UnknownValueError(name)
        root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
        if root * root != number:
            raise UnknownValueError(name)
        return root


def refuted(statement: Statement, seed: int) -> bool:
    """Tell whether a model is found that satisfies the hypotheses and not the goal."""
    goal, hypotheses = statement
    for number in range(MODELS):
        model = Numbers(1000 * seed + number, prime=0)
        try:
            if all(model.truth(p) for p in hypotheses) and model.truth(goal) is False:
                return True
        except UnknownValueError:
            continue
    return False


# ---- random statements ---------------------------------------------------------------------------------------------


def changed(term: Term, random: Random, chance: float) -> Term:
    """Return a term with some constants, variables and functions changed."""
    if random.random() < chance:
        others: list[Term] = []
        if term.op == "q":
            others = [q(term.args[0] + step) for step in (-1, 1, 2)]
        elif term.op == "var":
            signed = make("smul" if term.sort == "V" else "mul", q(-1), term)
            others = [*{"R": (x, y, z, one), "Z": (n, m, add(n, one)), "V": (u, v)}[term.sort], signed]
        elif term.op == "app" and term.args[0] in (max_, min_):
            others = [make("app", symbol, *term.args[1:]) for symbol in (max_, min_)]
        elif term.op in ("add", "mul") and len(term.args) > 1:
            others = [make(term.op, *term.args[1:])]
        return random.choice(others) if others else term
    args = [changed(a, random, chance) if isinstance(a, Term) else a for a in term.args]
    try:
        return make(term.op, *args)
    except KernelError:
        return term


def statements(seed: int) -> Iterator[Statement]:
    """Yield a statement that is nearly true, and one that is quite random."""
    random, source = Random(seed), Terms(seed)  # noqa: S311  # reproducible, not secret
    goal, hypotheses = random.choice(TRUE)
    if random.random() < 0.6:
        goal = changed(goal, random, 0.2)
    if hypotheses and random.random() < 0.4:
        i = random.randrange(len(hypotheses))
        hypotheses = (*hypotheses[:i], *hypotheses[i + 1 :])
    if random.random() < 0.4:
        hypotheses = tuple(changed(p, random, 0.2) for p in hypotheses)
    if random.random() < 0.4:
        goal = make(random.choice(("le", "lt", "eq")), *goal.args) if goal.args[0].sort != "V" else goal
    if random.random() < 0.2:
        goal = make(goal.op, *goal.args[::-1])
    yield goal, hypotheses
    sides = [source.term("R", random.randint(1, 2)) for _ in range(6)]
    if not any(side.loose for side in sides):
        relations = [
            make(random.choice(("le", "lt", "eq")), a, c) for a, c in zip(sides[::2], sides[1::2], strict=True)
        ]
        yield relations[0], tuple(relations[1 : random.randint(1, 3)])


def tactics(goal: Term, reasons: list[Theorem], *, program: bool) -> dict[str, Callable[[], Theorem]]:
    """Return the ways to prove a goal from reasons."""
    context = Context().knowing(*reasons)
    numbers = goal.op in ("le", "lt", "eq") and goal.args[0].sort != "V"

    def rest(part: Term, known: Sequence[Theorem]) -> Theorem:
        return search(part, known, definitions(known), context)

    ways: dict[str, Callable[[], Theorem]] = {
        "prove": lambda: prove(goal, reasons, Context()),
        "prove from the context": lambda: prove(goal, [], context),
        "linear": lambda: linear(goal, reasons),
        "linear, rewriting": lambda: linear(goal, reasons, definitions(reasons)),
    }
    if numbers:
        ways["search"] = lambda: search(goal, reasons, [], context)
        ways["split"] = lambda: split(goal, reasons, (), definitions, rest)
        ways["sign"] = lambda: of_sign(goal, context)
    if numbers and program:
        ways["sum of squares"] = lambda: sum_of_squares(goal, reasons)
    return ways


def of_sign(goal: Term, context: Context) -> Theorem:
    """Prove that a difference has an obvious sign, and from that the goal."""
    return linear(goal, [sign(canonical(minus(goal.args[1], goal.args[0])), context)])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_false_is_proved(batch: int) -> None:
    false, tried = 0, Counter[str]()
    for seed in range(batch, 2 * STATEMENTS, BATCHES):
        if false >= STATEMENTS // BATCHES:
            break
        for statement in statements(seed):
            if not refuted(statement, seed):
                continue
            false += 1
            goal, hypotheses = statement
            reasons = [assume(p) for p in hypotheses]
            program = false <= PROGRAMS // BATCHES and "sum" not in goal.key
            for name, way in tactics(goal, reasons, program=program).items():
                tried[name] += 1
                with pytest.raises((NotProvedError, KernelError)):
                    pytest.fail(f"{name} proved {way()} ({seed})")
    _log.info("%d false statements; %s", false, dict(tried))
    assert false >= STATEMENTS // BATCHES
    assert tried["search"] > false // 2


def test_what_is_nearly_true_is_proved_where_it_is_true() -> None:
    """The statements from which the false ones are made are not refuted, and most are proved."""
    proved = 0
    for seed, (goal, hypotheses) in enumerate(TRUE):
        assert not refuted((goal, hypotheses), seed), goal
        try:
            theorem = prove(goal, [assume(p) for p in hypotheses], Context())
        except NotProvedError:
            continue
        assert theorem.conclusion is goal
        assert theorem.hypotheses <= set(hypotheses)
        proved += 1
    assert proved > len(TRUE) // 2
