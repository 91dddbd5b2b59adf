"""What a checker of certificates is put to: wrong steps, terms and files that it must refuse, right ones to carry out.

What it must derive is what the kernel derives, which shares nothing with it.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from fractions import Fraction
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from convcheck import check
from convcheck.kernel import RULES, Symbol, Term, canonical, certificate, make
from convcheck.kernel.certificate import _Writer
from tests.soundness.attacks_files import FILES, TEXT
from tests.soundness.attacks_forgeries import CHANGES, CLAIMS, FORGERIES, HINTS, example
from tests.soundness.attacks_print import PRINTED
from tests.soundness.attacks_rules import A, fs, x
from tests.soundness.attacks_terms import ROWS, SYMBOLS
from tests.soundness.cases import Case, Derived, attacks, proofs, proved, random_inferences, uses
from tests.soundness.conditional_terms import conditional_terms
from tests.soundness.random_terms import Terms
from tests.soundness.support import REFUSED, Json, R, V, W, Z, _argument, add, document, le, mul, plain, q, with_row
from tests.soundness.valid_inferences import VALID

Module = Any


def refuses(module: Module, attempt: Callable[..., object], *args: Any) -> bool:
    """Tell whether an attempt ends with the checker's own error, of one line."""
    try:
        attempt(*args)
    except module.CheckError as error:
        return len(str(error).splitlines()) == 1
    return False


# ---- steps ---------------------------------------------------------------------------------------------------------


class Steps:
    """Right steps, which must derive what the kernel derives, and wrong ones, which must be refused."""

    def __init__(self, cases: Iterable[Case]) -> None:
        writer, numbers = _Writer(), dict[int, int]()
        self.rows: list[tuple[str, Json, Derived | None]] = []
        kept = []
        for case in cases:
            if case.theorem is not None and id(case.theorem) in numbers:
                continue
            try:
                row = [case.rule, *(_argument(writer, a) for a in case.arguments)]
            except KeyError:  # a premise that the kernel accepted and that no case derives
                continue
            if case.expected is not None:
                numbers[id(case.theorem)] = len(numbers)
                writer.numbers[id(case.theorem)] = numbers[id(case.theorem)]
            kept.append(case)
            self.rows.append((case.name, row, case.expected))
        self.kept = kept  # the numbers of theorems that are no more could be given to others
        self.symbols = [[s.name, "".join(s.domain), s.codomain, s.adapted] for s in writer.symbols]
        self.terms = writer.rows

    def failure(self, module: Module) -> str | None:
        """Return the first step that is carried out wrongly."""
        frame = {"conclusion": 0, "hypotheses": [], "axioms": [], "names": {}, "format": check.FORMAT}
        first = {"symbols": self.symbols, "terms": self.terms, "steps": [["axiom", "exp_ge"]]}
        replay = module.Replay({**frame, **first})
        replay.facts.clear()
        keys: dict[int, str] = {}
        for name, row, expected in self.rows:
            replay.algebra.work = 0
            if expected is None:
                if not refuses(module, replay.carry_out, *row):
                    return f"carried out {name}"
                continue
            fact = replay.carry_out(*row)
            replay.facts.append(fact)
            found = written(replay.terms, fact.conclusion, keys)
            if (found, frozenset(written(replay.terms, p, keys) for p in fact.hypotheses)) != expected:
                return f"derived otherwise {name}"
        return None


def written(terms: Any, number: int, known: dict[int, str]) -> str:
    """Return a term of the checker in the kernel's writing."""
    if number not in known:
        op, *args = terms.nodes[number]
        first, last = {"q": (9, 9), "var": (9, 9), "bvar": (9, 9), "app": (1, 99), "all": (1, 99), "pow": (0, 1)}.get(
            op, (0, 99)
        )
        parts = (written(terms, a, known) if first <= i < last else _plain(a) for i, a in enumerate(args))
        known[number] = f"({op} {' '.join(parts)})"
    return known[number]


def _plain(value: Any) -> str:
    if isinstance(value, str | int | Fraction):
        return str(value)
    name, domain, codomain, adapted = value
    return f"{name}:{domain}{codomain}{'' if adapted is None else adapted}"


# ---- terms ---------------------------------------------------------------------------------------------------------


class Sorted:
    """Every operation on arguments of all sorts: the kernel, which has its own table, says which make terms."""

    def __init__(self) -> None:
        examples = (Z("n"), R("x"), V("u"), W("a"), le(R("x"), R("y")))
        self.terms: list[list[Json]] = [
            ["var", "n", "Z"],
            ["var", "x", "R"],
            ["var", "u", "V"],
            ["var", "a", "W"],
            ["var", "y", "R"],
        ]
        self.terms.append(["le", 1, 4])
        numbers = (0, 1, 2, 3, 5)
        kernel = [Symbol("f", tuple("ZRVW"), "R"), Symbol("g", ("Z", "W"), "V", 0), Symbol("h", ("R",), "Z")]
        self.symbols = [[s.name, "".join(s.domain), s.codomain, s.adapted] for s in kernel]
        self.rows: list[tuple[list[Json], str | None]] = []
        for op in ("add", "mul", "inv", "smul", "inner", "sum", "E", "CE", "le", "lt", "eq", "imp", "and"):
            for choice in _choices(4):
                self._add(op, [], [], [numbers[i] for i in choice], [examples[i] for i in choice])
        for symbol, mine in enumerate(kernel):
            for choice in _choices(5 if symbol == 0 else 3):
                self._add("app", [symbol], [mine], [numbers[i] for i in choice], [examples[i] for i in choice])
        for i, operand in zip(numbers, examples, strict=True):
            for sort in ("Z", "R", "V", "W", "B", "", "ZR", None, 0):
                self._add("all", [sort], [sort], [i], [operand])
            for exponent in (0, 1, 2, -1, None, "1", True, 200):
                self._add("pow", [], [], [i, exponent], [operand, exponent])

    def _add(self, op: str, first: list[Any], mine: list[Any], row: list[Any], args: list[Any]) -> None:
        try:
            sort = make(op, *mine, *args).sort
        except REFUSED:
            sort = None
        self.rows.append(([op, *first, *row], sort))

    def failure(self, module: Module) -> str | None:
        """Return the first term that is made wrongly."""
        frame = {"conclusion": 0, "hypotheses": [], "axioms": [], "names": {}, "format": check.FORMAT}
        replay = module.Replay({**frame, "symbols": self.symbols, "terms": self.terms, "steps": [["axiom", "exp_ge"]]})
        for row, sort in self.rows:
            if sort is None:
                if not refuses(module, replay.read_term, *row):
                    return f"made {row}"
            elif replay.sorts[replay.read_term(*row)] != sort:
                return f"another sort of {row}"
        return None


def _choices(longest: int) -> Iterator[tuple[int, ...]]:
    """Yield all choices of up to three of five things, and some of more."""
    choices: list[tuple[int, ...]] = [()]
    for length in range(longest):
        yield from choices
        choices = [(*c, i) for c in choices for i in range(5) if length < 3 or i == 3 or c[:3] == (0, 1, 2)]
    yield from (c for c in choices if len(c) < 4 or c[:3] == (0, 1, 2))


class Normal:
    """Terms: two have the same value exactly if the kernel's normal forms are the same, and so for all their parts."""

    def __init__(self, count: int) -> None:
        random = (Terms(seed).term("RRRV"[seed % 4], 2 + seed % 3) for seed in range(count))
        terms = [*conditional_terms(step=8)[::2], *(term for term in random if not term.loose)]
        self.cases = [(part, part.sort, canonical(part).key) for term in terms for part in (term, canonical(term))]

    def failure(self, module: Module) -> str | None:
        """Return the first term that has another value than it must, or is not what it is."""
        table = module.Terms()
        algebra = module.Algebra(table)
        seen: tuple[dict[Any, str], dict[str, Any]] = {}, {}

        @cache
        def carry(thing: Any) -> Any:
            return self.into(module, table, carry, thing)

        for term, sort, key in self.cases:
            algebra.work = 0
            number = carry(term)
            value = (sort == "V", tuple(sorted(algebra.value(number).items())))
            key_ = f"{sort == 'V'} {key}"
            if seen[0].setdefault(value, key_) != key_ or seen[1].setdefault(key_, value) != value:
                return f"another value of {term}"
        return None

    @staticmethod
    def into(module: Module, table: Any, carry: Callable[[Any], Any], thing: Any) -> Any:
        """Return what the checker has for a term or symbol of the kernel, after comparing what both know of it."""
        if isinstance(thing, Symbol):
            return module.Symbol(thing.name, "".join(thing.domain), thing.codomain, thing.adapted)
        if not isinstance(thing, Term):
            return thing
        number = table.make(thing.op, *map(carry, thing.args))
        free = {carry(part) for part in thing.free if part is not thing} | ({number} if thing.op == "var" else set())
        if (table.sorts[number], table.loose[number], table.free[number]) != (thing.sort, thing.loose, free):
            raise AssertionError(thing)
        return number


# ---- files ---------------------------------------------------------------------------------------------------------


class Accepted:
    """Certificates, and what is said of them: by the checker as it is, whose words other tests hold to be right."""

    def __init__(self) -> None:
        theorems = [theorem for theorem, _ in VALID.values()]
        texts = [json.dumps(certificate(theorem)) for theorem in (*theorems, *proved(), example())]
        texts += [json.dumps(certificate(theorem, names)) for theorem, names, *_ in PRINTED.values()]
        self.cases = [(text, tuple(check.check(text))) for text in texts]

    def failure(self, module: Module) -> str | None:
        """Return the first certificate of which something else is said."""
        for text, result in self.cases:
            if tuple(module.check(text)) != result or module.check(text.encode()) != module.check(text):
                return f"said otherwise of {text[:60]}"
        return None


class Refused:
    """Files that must be refused, each in one sentence."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.replayed = {name: json.dumps(with_row(*row)).encode() for name, row in ROWS.items()}
        for name, change in (CHANGES | CLAIMS).items():
            data = document(example())
            change(data)
            try:
                self.files[name] = json.dumps(data).encode()
            except RecursionError:
                continue
            if name in CHANGES and "nested" not in name and "many" not in name:  # these take longest
                self.replayed[name] = self.files[name]
        theorem = A(le(fs, x))
        data = document(theorem)
        (binder,) = (i for i, row in enumerate(data["terms"]) if row[0] == "sum")
        for name, hint in HINTS.items():
            self.files[name] = json.dumps({**data, "names": {str(binder): hint}}).encode()
        for name, (word, domain, codomain, time) in SYMBOLS.items():
            extra = [*data["symbols"], [word, "".join(domain), codomain, plain(time)]]
            self.files[name] = json.dumps({**data, "symbols": extra}).encode()
        for name, forgery in FORGERIES.items():
            try:
                self.files[name] = json.dumps(certificate(forgery())).encode()
            except REFUSED:
                continue

    def failure(self, module: Module) -> str | None:
        """Return the first file that is accepted, or refused in another way."""
        for name, raw in self.replayed.items():
            if not refuses(module, lambda raw: module.Replay(module.parse(raw)), raw):
                return f"replayed {name}"
        return next((name for name, raw in self.files.items() if not refuses(module, module.check, raw)), None)


class Limits:
    """What is just within a limit is accepted, what is just beyond is refused."""

    def __init__(self) -> None:
        power = make("pow", add(R("x"), R("y"), q(3)), 3)
        goal = make("eq", mul(power, power), make("pow", add(R("y"), R("x"), q(3)), 6))
        text = json.dumps(certificate(RULES["polynomial"](goal, (), ())))
        factors = mul(*(make("pow", R("x"), 2) for _ in range(4)), make("inv", make("pow", R("y"), 2)))
        product = json.dumps(certificate(RULES["polynomial"](make("le", factors, factors), (), ())))
        self.cases = [(name, t, least(check, name, t)) for name in LIMITS for t in (text, product)]

    def failure(self, module: Module) -> str | None:
        """Return the first limit that lies elsewhere."""
        for name, text, value in self.cases:
            before = getattr(module, name)
            try:
                setattr(module, name, value - 1)
                if not refuses(module, module.check, text):
                    return f"{name} is not kept"
                setattr(module, name, value)
                module.check(text)
            finally:
                setattr(module, name, before)
        return None


LIMITS: tuple[str, ...] = ("LARGEST_FILE", "LARGEST_TERM", "DEEPEST_TERM", "LARGEST_DEGREE", "LONGEST_NUMBER")
LIMITS += ("LARGEST_NUMBER", "LARGEST_POLYNOMIAL", "MOST_WORK")


def least(module: Module, name: str, text: str) -> int:
    """Return the least value of a limit with which a certificate is accepted."""
    before = getattr(module, name)
    low, high = 0, before
    try:
        while low < high:
            middle = (low + high) // 2
            setattr(module, name, middle)
            try:
                module.check(text)
                high = middle
            except module.CheckError:
                low = middle + 1
    finally:
        setattr(module, name, before)
    return int(high)


class Program:
    """The program: what it writes, and its exit code."""

    def __init__(self, place: Path) -> None:
        bare = json.dumps(certificate(VALID["axiom"][0]))
        files = {"right": TEXT, "bare": bare, "wrong": TEXT.replace("inv_mul", "inv_pos", 1), "other": "{}"}
        for name, text in files.items():
            (place / name).write_text(text, "utf-8")
        right, wrong, other, missing = (str(place / name) for name in ("right", "wrong", "other", "missing"))
        lines = [[right], [right, wrong], [wrong, right], [other], [missing], [wrong, missing], [missing, wrong], []]
        lines += [[str(place / "bare")], ["--help"], [right, "-v"], [right, right]]
        self.cases = [(arguments, self.run(check, arguments)) for arguments in lines]
        assert [code for _, (code, *_) in self.cases] == [0, 1, 1, 1, 2, 2, 2, 2, 0, 2, 2, 0]

    @staticmethod
    def run(module: Module, arguments: list[str]) -> tuple[int, str, bytes]:
        """Return the exit code and what was written, on a terminal that has no Greek letters too."""
        with redirect_stdout(io.StringIO()) as out:
            code = module.main(arguments)
        terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with redirect_stdout(terminal):
            module.main(arguments)
        return code, out.getvalue(), terminal.buffer.getvalue()

    def failure(self, module: Module) -> str | None:
        """Return the first use with another outcome."""
        return next((f"ran otherwise {a}" for a, done in self.cases if self.run(module, a) != done), None)


# ---- all of it -----------------------------------------------------------------------------------------------------


class Suite:
    """Everything that a checker is put to, the quickest first."""

    def __init__(self, folder: Path, runs: int = 60, length: int = 30, terms: int = 400) -> None:
        cases = chain(attacks(), uses(), proofs(), random_inferences(runs, length))
        self.batteries = (Sorted(), Program(folder), Steps(cases), Refused(), Accepted(), Normal(terms), Limits())

    def failure(self, module: Module) -> str | None:
        """Return the first thing that a checker does wrong, or None."""
        return next((found for b in self.batteries if (found := b.failure(module)) is not None), None)
