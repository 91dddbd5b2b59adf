"""Attacks with Python's own means: impostors, subclasses, wrong numbers of arguments, assignments."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from tests.soundness.kernel_replay import Kernel


class Impostor:
    """Something that has all the attributes of a term, a symbol and a theorem, and is none of them."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Word(str):
    """A string that is more than a string."""

    __slots__ = ()


class Whole(int):
    """An integer that is more than an integer."""


class Ratio(Fraction):
    """A fraction that is more than a fraction."""


class Domain(tuple[Any, ...]):
    """A tuple that is more than a tuple."""

    __slots__ = ()


def accepts(attempt: Callable[..., object], *args: Any) -> bool:
    """Tell whether an attempt is not refused: it succeeds, or fails as if by chance."""
    try:
        attempt(*args)
    except Exception as error:  # noqa: BLE001  # a mutant may fail in any way
        return not refuses(error)
    return True


def refuses(error: Exception) -> bool:
    """Tell whether an error is one with which a kernel refuses."""
    return type(error).__name__ == "KernelError" or isinstance(error, TypeError | ValueError | AttributeError)


def examples(kernel: Kernel) -> Mapping[str, tuple[Any, ...]]:
    """Return arguments of every operation."""
    make = kernel.make
    n, x, u, w = (make("var", name, sort) for name, sort in (("n", "Z"), ("x", "R"), ("u", "V"), ("w", "W")))
    index, p = make("bvar", 0, "Z"), make("le", x, x)
    return {
        "q": (Fraction(1, 2),),
        "var": ("x", "R"),
        "bvar": (0, "R"),
        "add": (x, x),
        "mul": (x, x),
        "pow": (x, 2),
        "inv": (x,),
        "smul": (x, u),
        "inner": (u, u),
        "app": (kernel.Symbol("f", ("Z", "R", "V", "W"), "R"), n, x, u, w),
        "sum": (n, n, index),
        "E": (x,),
        "CE": (n, x, w),
        "le": (x, x),
        "lt": (x, x),
        "eq": (u, u),
        "imp": (p, p),
        "and": (p, p),
        "all": ("Z", p),
    }


class Chameleon(str):
    """A string that is equal to every other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


def stand_ins(value: Any) -> Iterator[Any]:
    """Yield things that are like a value."""
    yield from (None, True, 1, -1, 1.0, "x", Word("x"), (), [], {}, object())
    if isinstance(value, str):
        yield from (Word(value), Chameleon(value), value.encode(), (value,), [value], "B", "ZR", "", "RR", value + " ")
    elif isinstance(value, Fraction):
        yield from (Ratio(value), float(value), str(value), 0.5, 2)
    elif isinstance(value, int):
        yield from (Whole(value), float(value), Fraction(value), str(value), not value, -value - 1)
    else:
        names = ("op", "args", "sort", "loose", "free", "key", "domain", "codomain", "adapted", "name")
        yield Impostor(**{name: getattr(value, name) for name in names if hasattr(value, name)})


def made_of_junk(kernel: Kernel) -> Iterator[str]:
    """Yield the terms that are made of things that are no arguments, or of too few or too many."""
    u = kernel.make("var", "u", "V")
    for op, args in (*examples(kernel).items(), ("add", (u, u)), ("le", (kernel.number(1), kernel.number(2)))):
        if not accepts(kernel.make, op, *args):
            yield f"not even {op}"
        for wrong in junk(op, args):
            if accepts(kernel.make, op, *wrong):
                yield f"{op} of {wrong!r}"


def junk(op: str, args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield wrong arguments of an operation."""
    for i, arg in enumerate(args):
        yield from ((*args[:i], other, *args[i + 1 :]) for other in stand_ins(arg) if not _may(op, i, other))
        if op not in {"add", "mul"}:
            yield from ((*args[:i], *args[i + 1 :]), (*args[: i + 1], *args[i:]))
    yield from ((), (*args, None), (*args, "R"))


def _may(op: str, place: int, value: Any) -> bool:
    if op == "var" and place == 0:
        return type(value) is str and value.isalpha()
    return op in {"bvar", "pow"} and type(value) is int and value >= 0


def symbols_of_junk(kernel: Kernel) -> Iterator[str]:
    """Yield the symbols that are made of things that are no names, sorts or times."""
    good = ("f", ("Z", "R", "W"), "R", 0)
    for i, arg in enumerate(good):
        for other in (*stand_ins(arg), Domain(("Z", "R", "W")), ["Z", "R", "W"], "ZRW", ("Z",), ("W",), ("Z", "B")):
            row = (*good[:i], other, *good[i + 1 :])
            harmless = (i == 0 and type(other) is str) or (i == 3 and (other is None or type(other) is int))
            harmless = harmless and other not in {"", "x "}
            if not harmless and accepts(kernel.Symbol, *row):
                yield f"a symbol with {other!r}"
    one = kernel.Symbol("f", ("Z", "R", "W"), "R", 0)
    others = (("g", *good[1:]), ("f", ("Z", "Z", "W"), "R", 0), (*good[:2], "Z", 0), (*good[:3], 1), (*good[:3], None))
    for row in others:
        other = kernel.Symbol(*row)
        if other is one or other == one or len({one, other}) < 2:
            yield f"a symbol that is another: {row}"
    if kernel.Symbol(*good) is not one or one != one or hash(kernel.Symbol(*good)) != hash(one):  # noqa: PLR0124
        yield "a symbol that is not itself"


def objects(kernel: Kernel) -> Iterator[str]:
    """Yield what can be made or changed without the kernel's leave."""
    x = kernel.make("var", "x", "R")
    p = kernel.make("lt", x, x)
    fact = kernel.rules["square"](x)
    symbol = kernel.Symbol("f", ("Z",), "R")
    for thing, name in ((x, "sort"), (x, "args"), (fact, "conclusion"), (fact, "hypotheses"), (symbol, "name")):
        if accepts(setattr, thing, name, p):
            yield f"{name} can be set"
    attempts: dict[str, tuple[Callable[..., object], tuple[Any, ...]]] = {
        "a term": (kernel.Term, ()),
        "a theorem without a seal": (kernel.Theorem, (None, (), p, ("assume", (p,)))),
        "a theorem with any seal": (kernel.Theorem, (object(), (), p, ("assume", (p,)))),
    }
    attempts |= {"an operation that equals all": (kernel.make, (Chameleon("le"), x, kernel.number(77)))}
    attempts |= {"an axiom of another name": (kernel.rules["axiom"], (Word("inv_mul"),))}
    listed = kernel.rules["polynomial"](kernel.make("le", x, x), [], [])
    if listed.how[1] != (kernel.make("le", x, x), (), ()):
        yield "a list is kept"
    attempts |= {f"the number {v!r}": (kernel.number, (v,)) for v in (True, 0.5, "1", None, Whole(1), Ratio(1, 2))}
    yield from (name for name, (attempt, args) in attempts.items() if accepts(attempt, *args))


def impostors(kernel: Kernel) -> Iterator[str]:
    """Yield the rules that take something for a theorem that is none."""
    make, rules = kernel.make, kernel.rules
    x, y, n = (make("var", name, sort) for name, sort in (("x", "R"), ("y", "R"), ("n", "Z")))
    zero, index = kernel.number(0), make("bvar", 0, "Z")
    f = kernel.Symbol("f", ("Z",), "R")
    at = make("app", f, index)
    le, lt, eq, sum_ = make("le", x, y), make("lt", n, zero), make("eq", x, y), make("sum", zero, n, index)
    u, v = make("var", "u", "V"), make("var", "v", "V")
    p = make("le", zero, make("app", f, n))
    always = rules["square"](make("app", f, make("add", n, kernel.number(1))))
    squared = make("le", zero, make("mul", make("app", f, n), make("app", f, n)))
    squared_base = make("le", zero, make("mul", make("app", f, zero), make("app", f, zero)))
    base, following = (make("le", zero, make("app", f, t)) for t in (zero, make("add", n, kernel.number(1))))
    every = make("all", "Z", make("le", at, at))

    def fake(conclusion: Any) -> Impostor:
        return Impostor(conclusion=conclusion, hypotheses=frozenset(), how=("square", (x,)))

    uses: list[tuple[str, tuple[Any, ...]]] = [
        ("discharge", (le, fake(le))),
        ("mp", (fake(make("imp", le, eq)), rules["assume"](le))),
        ("mp", (rules["assume"](make("imp", le, eq)), fake(le))),
        ("both", (fake(le), rules["assume"](le))),
        ("both", (rules["assume"](le), fake(le))),
        ("left", (fake(make("and", le, eq)),)),
        ("right", (fake(make("and", le, eq)),)),
        ("gen", (x, fake(le))),
        ("spec", (fake(every), n)),
        ("instance", (fake(p), f, (n,), n)),
        ("cases", (fake(le), rules["assume"](le), x, y)),
        ("cases", (rules["assume"](le), fake(le), x, y)),
        ("antisym", (fake(le), rules["assume"](make("le", y, x)))),
        ("antisym", (rules["assume"](make("le", y, x)), fake(le))),
        ("cong", (fake(eq), x, x)),
        ("integer", (fake(lt),)),
        ("induction", (fake(base), rules["assume"](following), n, zero, p)),
        ("induction", (rules["assume"](base), fake(following), n, zero, p)),
        ("induction", (fake(squared_base), always, n, zero, squared)),
        ("sum_empty", (sum_, fake(lt))),
        ("sum_last", (sum_, fake(make("le", zero, n)))),
        ("sum_mono", (fake(every), zero, n)),
        ("expectation_mono", (fake(make("all", "W", le)), None)),
        ("polynomial", (le, ((Fraction(1), (fake(le),), None),), ())),
        ("polynomial", (le, (), (fake(eq),))),
        ("vector_equation", (make("eq", u, v), (fake(make("eq", u, v)),))),
        ("absurd", (fake(make("lt", zero, zero)), le)),
    ]
    for rule, arguments in uses:
        if accepts(rules[rule], *arguments):
            yield f"an impostor in {rule}"


def successes(kernel: Kernel) -> Iterator[str]:
    """Yield what a kernel lets happen that must not."""
    for attack in (objects, made_of_junk, symbols_of_junk, impostors):
        yield from attack(kernel)
