"""What a checker of counterexamples is put to: what it must accept, with the margin, and what it must refuse.

Each value anywhere in a counterexample is replaced by values of every other kind; the checker as it is says which of
these are counterexamples still, and tests/refute holds what it says to be right.
"""

import copy
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from fractions import Fraction
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import convcheck as cc
from convcheck.refute import instances
from convcheck.refute.write import Game, counterexample, regret
from tests.refute.conftest import bounded, kingma, observed_regret, ogd, step
from tests.refute.test_instances import test_what_is_wrong_is_said

Module = Any
Data = dict[str, Any]

WRONG: tuple[Any, ...] = (None, True, False, 0, 1, 2, -1, 0.5, "", "x", "g", "u'", "%0", "1/0", "-1", "0", "1/3", "5")
WRONG += ("two\nlines", "add", "sqrt", "x" * 70, "9" * 2001, [], ["1"], [[2, "1"]], [[0, "1"]], [[True, "1"]], {})
WRONG += ({"x": "1"}, {"T": "1"}, {"1": "1"}, ["%0", "add", "1", "2"], [["%0", "neg", "1"]], ["x"], "a/b", "A/b")


# ---- counterexamples -----------------------------------------------------------------------------------------------


def lemma() -> Data:
    """Return a counterexample without an update."""
    game = Game([Fraction(1, 10)], sums={"A": lambda g, t: np.sqrt(g * g / t), "S": lambda g: g * g}, require=[bounded])
    constants = {"G": Fraction(1, 10)}
    return counterexample(
        "kingma2015/lemma-10-3", lambda G, S: 2 * G * np.sqrt(S), game, observed=_a, constants=constants
    )


def _a(A: Any) -> Any:
    return A


def _bound(D: Any, G: Any, alpha: Any, beta1: Any, beta2: Any, lam: Any, T: Any, v_: Any, c2_: Any, S: Any) -> Any:  # noqa: PLR0913, PLR0917
    return kingma(D=D, G=G, alpha=alpha, beta1=beta1, beta2=beta2, lam=lam, T=T, v_=v_, c2_=c2_, S=S)


def adam() -> Data:
    """Return a counterexample with an update, a projection and hypotheses."""
    game = Game(
        [1, Fraction(-1, 98), 1, 0],
        cc.optimizer("adam"),
        hyper={"lr": step, "eps": 0, "beta1": 0, "beta2": 1e-6},
        start=1,
        feasible=(-1, 1),
        comparator=-1,
        sums={"R": regret, "S": lambda g: g * g},
        require=[bounded],
    )
    constants = {"alpha": 1, "D": 2, "G": 1, "lam": 1e-9}
    require: list[Callable[..., Any]] = [lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2), lambda lam: lam < 1]
    return counterexample(
        "kingma2015/theorem-4-1", _bound, game, observed=observed_regret, constants=constants, require=require, note="n"
    )


def clipped() -> Data:
    """Return a counterexample in which the projection matters."""
    gradients: list[Fraction | int] = [1, 1, 1, 1, 1, Fraction(-1, 3), -1, -1, 0]
    return ogd(gradients, lambda T: 0 * T - 50, Fraction(3), Fraction(1, 2))


def pure(end: list[list[str]], observed: str, bound: str, *require: str) -> Data:
    """Return an inequality between constants."""
    head = {"format": instances.FORMAT, "claim": "a/b", "note": "", "constants": {"c": "2", "d": "-1/3"}, "game": None}
    return {**head, "end": end, "require": [*require], "observed": observed, "bound": bound}


def operations() -> Iterator[Data]:
    """Yield each operation on numbers of all signs, also rounded ones, as a claim that it is at least -10⁹."""
    numbers = ("c", "d", "0", "1", "-5/2", "r", "s", "4/9")
    for operation, (kinds, _, _) in instances._OPERATIONS.items():
        for arguments in product(numbers, repeat=min(len(kinds), 2)):
            before = [["r", "sqrt", "2"], ["s", "neg", "r"], ["e", "le", "1", "2"], ["n", "lt", "r", "s"]]
            more = [["e"], ["n"]] if operation == "where" else [[]]
            for first in more:
                line = ["y", operation, *first, *arguments]
                truth = operation in {"le", "lt", "ge", "gt", "eq", "ne"}
                yield pure([*before, line], "c", "1", "y") if truth else pure([*before, line], "y", "-1000000000")


# ---- batteries -----------------------------------------------------------------------------------------------------


def outcome(module: Module, data: Any) -> Any:
    """Return what is said of some data, or None if they are refused in one sentence."""
    try:
        found = module.check(data)
    except module.InstanceError as error:
        return None if len(str(error).splitlines()) == 1 else str(error)
    return str(found), found.observed, found.bound, found.margin, found.sha256, found.statement


class Documents:
    """Counterexamples and what is near them."""

    def __init__(self) -> None:
        whole = [lemma(), adam(), clipped()]
        self.cases: list[tuple[Any, Any]] = [(data, outcome(instances, data)) for data in (*whole, *operations())]
        assert all(said is not None for _, said in self.cases[:3])
        self.cases += [(data, outcome(instances, data)) for data in _limits(clipped())]
        more = (*_rounded(), *_games())
        self.cases += [(data, outcome(instances, data)) for data in (*_texts(), *_updates(), *_wrong(), *more)]
        self.cases += [(changed, outcome(instances, changed)) for changed in islice(near(whole[1]), 0, None, 4)]

    def failure(self, module: Module) -> str | None:
        """Return the first of which something else is said."""
        for data, said in self.cases:
            if outcome(module, data) != said:
                return f"said otherwise of {str(data)[:200]}"
        return None


def near(data: Data) -> Iterator[Data]:
    """Yield what is made of a counterexample by replacing, dropping and doubling one part."""
    for number, path in enumerate(paths(data)):
        for i, wrong in enumerate(WRONG):
            if i % (9 if len(path) < 5 else 18) == number % 9 or (
                len(path) < 4 and type(place(data, path)) is type(wrong)
            ):
                yield changed(data, path, wrong)
        other = copy.deepcopy(data)
        del place(other, path[:-1])[path[-1]]
        yield other
        if len(path) > 5:
            continue
        other = copy.deepcopy(data)
        if isinstance(path[-1], int):
            place(other, path[:-1]).insert(path[-1], copy.deepcopy(place(data, path)))
            yield other
        elif path[-1] != "format":
            place(other, path[:-1])["more"] = "1"
            yield other


def _limits(data: Data) -> Iterator[Data]:
    """Yield what is at the ends of ranges, or just beyond."""
    for x in ("1", "-1", "2", "-2", "1000001/1000000"):
        yield changed(data, ("game", "update", "start", "x"), x)
        yield changed(data, ("game", "comparator"), x)
    for ends in (["-1", "-1"], ["1", "1"], ["0", "1/2"], ["1/2", "0"], ["-1", "1", "2"], ["-1", "2"], None):
        yield changed(data, ("game", "update", "feasible"), ends)


def _texts() -> Iterator[Data]:
    """Yield numbers, names and exponents in many forms."""
    numbers = ("", "+1", "1e5", "0x1", "1.5", "nan", "1/-2", "1/x", "1/ 2", " 1", "1 ", "1_0", "٣", "1//2", "--1", "½")
    for number in (*numbers, "1/", "/2", "-", "007", "-0", "9" * 2000, "1/" + "9" * 2000, "9" * 2001, "1/0", "x"):
        yield pure([], number, "-1")
        yield {**pure([], "c", "-1"), "constants": {"c": number}}
    names = (
        "x",
        "x'",
        "x''",
        "'",
        "%",
        "%0",
        "%a",
        "%0a",
        "%1234567",
        "1x",
        "_x",
        "é",
        "x" * 61,
        "x" * 62,
        "x\n",
        "a b",
    )
    for name in names:
        yield pure([[name, "add", "1", "2"]], name, "-1")
        yield {**pure([], name, "-1"), "constants": {name: "1"}}
    for base, exponent in product(
        ("10", "1/10", "-2", "0", "c"), ("0", "1", "2", "99999", "1000000", "1000001", "-1", "1/2")
    ):
        yield pure([["y", "pow", base, exponent]], "y", "-1")
    for claim in ("a/b", "a/", "/b", "a", "a/b/c", "A/b", "a" * 60 + "/b", "a" * 61 + "/b", "a/" + "b" * 61, "a_/b"):
        yield {**pure([], "1", "0"), "claim": claim}
    for note in ("", "n" * 4000, "n" * 4001, "\x1b", "\u202e", "a\nb"):
        yield {**pure([], "1", "0"), "note": note}


def changed(data: Data, path: Sequence[Any], value: Any) -> Data:
    """Return a copy with another value in one place."""
    copied = copy.deepcopy(data)
    place(copied, tuple(path[:-1]))[path[-1]] = value
    return copied


def _wrong() -> Iterator[Any]:
    """Yield what tests/refute says to be wrong."""
    for path, value, _ in test_what_is_wrong_is_said.pytestmark[0].args[1]:
        yield changed(adam(), path, value)
    for number in (True, "4", 4.0, None, 0, -1, 100_001, 3, 5):
        yield changed(adam(), ("game", "rounds"), number)
    yield from (pure([], "1", "1"), pure([["a", "sqrt", "4"]], "2", "a"), pure([["a", "sqrt", "2"]], "a", "a"), [], "")
    yield pure([["a", "le", "1", "2"]], "1", "0", "a")
    yield pure([["a", "le", "1", "2"], ["b", "add", "a", "1"]], "b", "0")
    yield pure([["a", "le", "1", "2"], ["b", "where", "1", "1", "2"]], "b", "0")
    yield pure([["a", "le", "1", "2"]], "a", "0")
    yield {**pure([], "1", "0"), "constants": {}}
    yield pure([["a", "sqrt"]], "1", "0")
    yield pure([["a"]], "1", "0")
    yield {**pure([["a", "neg", "1"]] * 2001, "1", "0")}
    yield pure([[f"a{i}", "neg", "1"] for i in range(2001)], "1", "0")


def _rounded() -> Iterator[Data]:
    """Yield numbers that are rounded, and others that lie between the ends of their intervals."""
    root = Fraction(2 * math.isqrt(2 << 400) + 1, 1 << 201)
    yield pure([["a", "sqrt", "2"]], "a", str(root))
    yield pure([["a", "sqrt", "2"]], str(root), "a")
    data, half = clipped(), Fraction(3**400 + 1, 2 * 3**400)
    low, high = instances._rational(str(half))
    between = str((low + high) / 2)
    for wide, ends in ((f"-{2 * half}", ["c", "1"]), (str(2 * half), ["-1", "c"])):
        yield changed(changed(data, ("constants", "c"), wide), ("game", "update", "feasible"), ends)
    for start, ends in ((half, [between, "1"]), (half, ["-1", between]), (half, ["-1", "1"])):
        here = changed(changed(data, ("constants", "c"), str(start)), ("game", "update", "start", "x"), "c")
        yield changed(changed(here, ("game", "update", "feasible"), ends), ("game", "comparator"), ends[0])


def _games() -> Iterator[Data]:
    """Yield games without an update, of few and of too many rounds."""
    game: Data = {"sequences": {}, "before": [["y", "add", "t", "0"]], "update": None, "after": []}
    game |= {"sums": {"S": "y"}, "require": []}
    for rounds, comparator in ((0, None), (1, None), (2, "0"), (2, None), (100_001, None), (True, None), (-1, None)):
        whole = {**game, "rounds": rounds, "comparator": comparator}
        yield {**pure([], "S", "-1"), "game": whole}


def _updates() -> Iterator[Data]:
    """Yield updates, sequences and intervals at the ends of what is admitted."""
    data, fine = clipped(), f"1/{3**400}"  # which is rounded
    with_constants = changed(data, ("constants", "fine"), fine)
    for feasible in (
        ["-1", "fine"],
        ["fine", "1"],
        ["fine", "fine"],
        ["-1", "1"],
        ["1", "-1"],
        ["1", "1"],
        ["-2", "2"],
    ):
        yield changed(with_constants, ("game", "update", "feasible"), feasible)
    point = changed(changed(data, ("game", "update", "start", "x"), "1"), ("game", "comparator"), "1")
    yield changed(point, ("game", "update", "feasible"), ["1", "1"])
    yield changed(with_constants, ("game", "comparator"), "fine")
    yield changed(with_constants, ("game", "update", "start", "x"), "fine")
    free = changed(with_constants, ("game", "update", "feasible"), None)
    yield from (free, changed(free, ("game", "comparator"), "fine"), changed(free, ("game", "comparator"), "7"))
    yield changed(free, ("game", "comparator"), None)
    for gradients in (["-1"] * 9, [[9, "-1"]], [[10, "1"]], [[8, "1"]], [[8, "1"], "-1"], ["1"] * 8, ["1"] * 10, "1"):
        yield changed(data, ("game", "sequences", "g"), gradients)
    for first, second in ((0, 9), (-1, 10), (True, 8), (9, 0), (10, -1), (4, 5)):
        yield changed(data, ("game", "sequences", "g"), [[first, "1"], [second, "1"]])
    for item in ([0, "1"], [-1, "1"], [True, "1"], ["1", "1"], [1, "1", "1"], ["1"], [1, 1], ["1", 1], None, 1):
        yield changed(data, ("game", "sequences", "g"), [item, *["1"] * 8])
        yield changed(data, ("game", "sequences", "g"), [item, *["1"] * 9])
    inputs, outputs = data["game"]["update"]["inputs"], data["game"]["update"]["outputs"]
    for outs in (
        [],
        outputs[:1],
        [*outputs, outputs[0]],
        ["x"],
        ["x", "x"],
        ["x"] * (len(inputs) - 2),
        ["x"] * len(inputs),
    ):
        for ins in (
            inputs,
            inputs[:3],
            inputs[1:],
            ["x", "t", "g", *inputs[3:]],
            [*inputs, inputs[-1]],
            ["x", "g", "t"],
        ):
            yield changed(changed(data, ("game", "update", "outputs"), outs), ("game", "update", "inputs"), ins)
    momentum: Data = {
        "lines": [["y", "sub", "x", "g"], ["n", "add", "m", "1"]],
        "inputs": ["x", "g", "t", "m"],
        "start": {"x": "0", "m": "1"},
    }
    for outs in (["y", "n"], ["y"], ["y", "n", "t"], ["n", "y"], ["y", "m"]):
        update = {**data["game"]["update"], **momentum, "outputs": outs}
        yield changed(data, ("game", "update"), update)
        yield changed(changed(data, ("game", "update"), update), ("bound",), "m'")
    for name in ("x", "g", "t", "T", "u", "y", "R", "m"):
        yield changed(data, ("game", "sums"), {name: "g"})
        yield changed(data, ("game", "sums"), {**data["game"]["sums"], name: "g"})


def paths(data: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all values in some data."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (key,)
        yield from ((key, *path) for path in paths(value))


def place(data: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands in a place."""
    for key in path:
        data = data[key]
    return data


class Arithmetic:
    """Every operation on random intervals, rounded coarsely so that a wrong direction shows, and not at all."""

    def __init__(self, count: int) -> None:
        random = Random(1)  # noqa: S311  # reproducible, not secret
        self.cases = []
        for _ in range(count):
            numbers = [Fraction(random.randint(-99, 99), random.choice((1, 3, 7 * 10**6, 10**9 + 7))) for _ in range(4)]
            low, high = sorted(numbers[:2])
            intervals = ((low, high), tuple(sorted(numbers[2:])), (Fraction(abs(low)) ** 2, abs(low) ** 2 + abs(high)))
            zero, small = Fraction(0), Fraction(random.randint(0, 5))
            ends = ((zero, zero), (zero, abs(high)), (-abs(low), zero), (low, low), (small, small), (-small, -small))
            for settings in ({"EXACT_BITS": 0, "PRECISION": 5}, {}, {"LARGEST_BITS": 6}):
                self.cases.append((settings, (*intervals, *ends)))
        self.expected = [*self.results(instances)]

    def results(self, module: Module) -> Iterator[Any]:
        """Yield the results of all operations."""
        for settings, intervals in self.cases:
            before = {name: getattr(module, name) for name in settings}
            for name, value in settings.items():
                setattr(module, name, value)
            try:
                for operation, (kinds, meaning, _) in module._OPERATIONS.items():
                    pairs = product(intervals, repeat=len(kinds)) if len(kinds) < 3 else [(True, *intervals[:2])]
                    yield [operation, *(attempted(module, meaning, *pair) for pair in pairs)]
                yield [str(module.below(x)) for interval in intervals for x in interval]
            finally:
                for name, value in before.items():
                    setattr(module, name, value)

    def failure(self, module: Module) -> str | None:
        """Return the first operation with another result."""
        pairs = zip(self.results(module), self.expected, strict=True)
        return next((f"another result: {str(found)[:100]}" for found, said in pairs if found != said), None)


def attempted(module: Module, meaning: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of an operation, or None if it refuses."""
    try:
        return meaning(*arguments)
    except module.InstanceError:
        return None


TEXTS: tuple[str, ...] = ('{"a": 1, "a": 2}', '{"x": {"b": 1, "b": 1}}', '{"x": {"b": 1, "c": 1}}', "[NaN]", "[1.0]")
TEXTS += ("[1e999]", "[-Infinity]", "[" + "9" * 5000 + "]", "[" * 100_000, "{", "", '{"a": 1}', "[1, 2]")


class Files:
    """The reader, the program and its exit code."""

    def __init__(self, folder: Path) -> None:
        good, bad, broken, missing = (str(folder / name) for name in ("good", "bad", "broken", "none"))
        Path(good).write_text(json.dumps(lemma()), "utf-8")
        Path(bad).write_text(json.dumps(pure([], "1", "2")), "utf-8")
        Path(broken).write_bytes(b"\xff\xfe{")
        lines = [[good], [bad], [good, bad], [missing], [bad, missing], [missing, good], [broken], [], [good, good]]
        self.cases = [(arguments, self.run(instances, arguments)) for arguments in lines]
        assert [code for _, (code, _) in self.cases] == [0, 1, 1, 2, 2, 2, 2, 2, 0]
        self.texts = [(text, self.read(instances, text)) for text in TEXTS]

    @staticmethod
    def run(module: Module, arguments: list[str]) -> tuple[int, str]:
        """Return the exit code and what was written."""
        with redirect_stdout(io.StringIO()) as out:
            code = module.main(arguments)
        return code, out.getvalue()

    @staticmethod
    def read(module: Module, text: str) -> Any:
        """Return what was read."""
        return attempted(module, lambda: [module.read(text)])

    def failure(self, module: Module) -> str | None:
        """Return the first use with another outcome."""
        found = [f"ran otherwise {a}" for a, done in self.cases if self.run(module, a) != done]
        found += [f"read otherwise {text[:20]}" for text, data in self.texts if self.read(module, text) != data]
        return next(iter(found), None)


class Work:
    """What is just within the limit of the work is accepted, what is just beyond is refused."""

    def __init__(self) -> None:
        self.data = clipped()
        game = self.data["game"]
        self.work = game["rounds"] * sum(map(len, (game["before"], game["update"]["lines"], game["after"])))
        self.said = outcome(instances, self.data)

    def failure(self, module: Module) -> str | None:
        """Return the first limit that lies elsewhere."""
        before = module.LARGEST_WORK
        try:
            for limit, said in ((self.work, self.said), (self.work - 1, None)):
                module.LARGEST_WORK = limit
                if outcome(module, self.data) != said:
                    return f"not within {limit}"
        finally:
            module.LARGEST_WORK = before
        return None


class Suite:
    """Everything that a checker of counterexamples is put to, the quickest first."""

    def __init__(self, folder: Path) -> None:
        self.batteries = (Files(folder), Work(), Arithmetic(15), Documents())

    def failure(self, module: Module) -> str | None:
        """Return the first thing that it does wrong, or None."""
        return next((found for b in self.batteries if (found := b.failure(module)) is not None), None)
