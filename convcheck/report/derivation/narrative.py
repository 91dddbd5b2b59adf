"""Running a proof so that each of its steps is written down, with its reason as the file has it.

The file is executed anew, in a context of its own, and its words (``have``, ``calc``, ``let`` …) are replaced by ones
that do the same and also tell: what lemmas of the library do inside is not told.
"""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from convcheck.kernel.terms import Symbol, Term
from convcheck.language import citing, proof, words
from convcheck.language.fact import Fact, Reason
from convcheck.language.files import Proof, read, theorem
from convcheck.language.play import Game
from convcheck.language.scope import current
from convcheck.language.terms import Expression, Value, lift
from convcheck.report.derivation.abbreviations import Abbreviations
from convcheck.report.derivation.lines import Line, Typesetter, Words
from convcheck.report.derivation.reasons import Names, reason, spoken

_SORTS = {"Z": "an integer ", "R": "a real number ", "V": "a vector ", "W": "an outcome "}
_STEPS = ("by_sos", "by_squares", "square_zero")
"""Words other than ``have`` that make a step."""
_TOLD = frozenset({"have", "calc", "cases", "instance", "theorem", *_STEPS})


@dataclass(frozen=True)
class Story:
    """A theorem with its derivation, and its hypotheses: what the file calls each, as text and in LaTeX."""

    proof: Proof
    lines: tuple[Line, ...]
    hypotheses: tuple[Line, ...]


def tell(path: Path) -> Story:
    """Prove what a proof file states, and return the derivation as the file tells it.

    Raises
    ------
    StepFailedError
        A step fails.
    """
    file = read(path)
    teller = _Teller.of(path, vars(file.module))
    told = _told_words(teller)
    for name, value in vars(file.module).items():
        if (instead := next((new for old, new in told if value is old), None)) is not None:
            setattr(file.module, name, instead)

    proved = file.prove()
    hypotheses = file.context.run(lambda: tuple(named(proved.theorem.hypotheses, vars(file.module))))
    return Story(proved, tuple(teller.lines), hypotheses)


def named(hypotheses: Iterable[Term], module: Mapping[str, Any]) -> Iterator[Line]:
    """Yield hypotheses under the names that their file gives them: what the code says, and what is assumed."""
    code: dict[Term, str] = {}
    assumed: dict[Term, str] = {}
    for name, value in module.items():
        if isinstance(value, Fact):
            assumed.setdefault(value.theorem.conclusion, spoken(name))
        elif isinstance(value, Game):
            for what, fact in value.facts.items():
                for p in fact.theorem.hypotheses:
                    code.setdefault(p, _of_game(what))
    order = {p: k for k, p in enumerate([*code, *assumed])}
    for p in sorted(hypotheses, key=lambda p: (p not in code, order.get(p, -1), p.key)):
        text, latex = Typesetter().formula(p)
        name = code.get(p) or assumed.get(p, "")
        yield Line("code" if p in code else "assumption", 0, "" if name == "_" else name, text, f"${latex}$")


def _of_game(fact: str) -> str:
    state, _, what = fact.rpartition("_")
    words = {"step": "recursion of", "start": "initial value of"}
    return f"{words[what]} {state}" if state and what in words else "the step" if fact == "step" else spoken(fact)


@dataclass(eq=False)
class _Teller:
    """Writes down what is proved."""

    calls: Mapping[tuple[int, int], ast.Call]
    labels: Mapping[ast.AST, str]
    unsaid: Sequence[tuple[int, str, ast.expr]]
    """Reasons that no step shows, by line: the name that the file gives them, and what they are."""
    abbreviations: Abbreviations
    lines: list[Line] = field(default_factory=list)
    depth: int = 0

    @classmethod
    def of(cls, path: Path, module: Mapping[str, Any]) -> Self:
        """Read the source."""
        tree = ast.parse(path.read_text("utf-8"))
        calls = {_end(node): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        abbreviations = Abbreviations(frozenset(_taken(module)))
        abbreviations.learn(module)
        return cls(calls, _labels(tree), sorted(_unsaid(tree), key=lambda found: found[0]), abbreviations)

    def call(self, frame: FrameType) -> ast.Call | None:
        """Return the call in the file that a frame is executing."""
        *_, position = zip(range(frame.f_lasti // 2 + 1), frame.f_code.co_positions(), strict=False)
        _, line, _, column = position[1]
        return None if line is None or column is None else self.calls.get((line, column))

    def tell(self, kind: str, words: Words, frame: FrameType, *, why: str | int | None = "by") -> None:
        """Write a line; its reason is an argument of the call that the frame is executing."""
        names = Names(
            {**frame.f_globals, **frame.f_locals},
            {n: value for line, n, value in self.unsaid if line <= frame.f_lineno},
        )
        self.abbreviations.learn(frame.f_locals)
        node = None if why is None else self.call(frame)
        given = None if node is None or why is None else _argument(node, why)
        because = reason(given, names)
        setter = Typesetter(self.abbreviations.fold)
        self._define(*(setter.fold(word) for word in (*words, *because) if isinstance(word, Term)))
        label = "" if node is None else self.labels.get(node, "")
        source = "" if given is None else ast.unparse(given)
        self.lines.append(
            Line(kind, self.depth, label, setter.text(words), setter.latex(words), setter.text(because),
                 setter.latex(because), source)
        )  # fmt: skip

    def _define(self, *terms: Term) -> None:
        place = len(self.lines)
        while place > 0 and self.lines[place - 1].kind in ("start", "link") and self.lines[-1].kind != "fact":
            place -= 1  # a chain is not interrupted
        for found in self.abbreviations.new(*terms):
            text, latex = Typesetter().formula(self.abbreviations.definition(found))
            self.lines.insert(place, Line("define", self.depth, "", text, f"${latex}$"))
            place += 1


def _argument(node: ast.Call, which: str | int) -> ast.expr | None:
    """Return the argument of a call that has this name or stands in this place."""
    if isinstance(which, int):
        return node.args[which]
    return next((k.value for k in node.keywords if k.arg == which), None)


def _end(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)


def _unsaid(tree: ast.Module) -> Iterator[tuple[int, str, ast.expr]]:
    """Yield the reasons in functions that are named but are no steps: lists, functions that return one, and calls."""
    inside = (node for function in tree.body if isinstance(function, ast.FunctionDef) for node in ast.walk(function))
    for node in inside:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.body if isinstance(node.value, ast.Lambda) else node.value
            called = {n.func.id for n in ast.walk(value) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
            if isinstance(value, ast.List) or (isinstance(value, ast.Call) and called.isdisjoint(_TOLD)):
                yield node.lineno, node.targets[0].id, node.value


def _labels(tree: ast.Module) -> dict[ast.AST, str]:
    """Return what the file calls the outcome of each call."""
    labels: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
        elif isinstance(node, ast.With):
            pairs = [(item.optional_vars, item.context_expr) for item in node.items]
        for target, value in pairs:
            if isinstance(target, ast.Name):
                for call in (inner for inner in ast.walk(value) if isinstance(inner, ast.Call)):
                    labels[call] = spoken(target.id)
    return labels


def _taken(module: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a file's variables and functions, which abbreviate nothing."""
    for value in module.values():
        term = (
            value.term
            if isinstance(value, Expression)
            else value.theorem.conclusion
            if isinstance(value, Fact)
            else None
        )
        for thing in () if term is None else term.free:
            yield thing.name if isinstance(thing, Symbol) else str(thing.args[0])


def _told_words(teller: _Teller) -> Sequence[tuple[Any, Any]]:
    """Return words of proofs and what replaces them, which does the same and tells."""
    steps = [(getattr(words, name), partial(_step, teller, getattr(words, name))) for name in _STEPS]
    return [
        (proof.have, partial(_step, teller, proof.have)),
        (proof.calc, partial(_calc, teller)),
        (proof.let, partial(_Let, teller)),
        (proof.cases, partial(_cases, teller)),
        (proof.induction, partial(_Induction, teller)),
        (citing.instance, partial(_step, teller, citing.instance)),
        (theorem, partial(_cited, teller)),
        *steps,
    ]


def _caller() -> FrameType:
    """Return the frame of the file in which a told word was called."""
    return sys._getframe(2)  # noqa: SLF001  # which has no public name


def _step(teller: _Teller, word: Callable[..., Fact], *arguments: Any, **options: Any) -> Fact:
    frame = _caller()
    fact = word(*arguments, **options)
    teller.tell("fact", [fact.theorem.conclusion], frame)
    return fact


def _cited(teller: _Teller, name: str) -> Fact:
    frame = _caller()
    fact = theorem(name)
    teller.tell("fact", [fact.theorem.conclusion], frame, why=0)
    return fact


def _calc(teller: _Teller, start: Value) -> proof.calc:
    frame = _caller()
    chain = _Chain(start)
    chain.teller = teller
    teller.tell("start", [lift(start)], frame)
    return chain


class _Chain(proof.calc):
    """A chain that tells each of its links."""

    teller: _Teller

    def le(self, value: Value, by: Reason = None) -> Self:
        super().le(value, by)
        return self._tell(" ≤ ", value, _caller())

    def lt(self, value: Value, by: Reason = None) -> Self:
        super().lt(value, by)
        return self._tell(" < ", value, _caller())

    def eq(self, value: Value, by: Reason = None) -> Self:
        super().eq(value, by)
        return self._tell(" = ", value, _caller())

    def _tell(self, sign: str, value: Value, frame: FrameType) -> Self:
        self.teller.tell("link", [sign, lift(value)], frame)
        return self


class _Let(proof.let):
    def __init__(self, teller: _Teller, *guards: Value) -> None:
        super().__init__(*guards)
        self.teller = teller

    def __enter__(self) -> Any:
        entered = super().__enter__()
        parts: Words = []
        for guard in self.guards:
            said: Words = [_SORTS[guard.sort], guard] if guard.op == "var" else [guard]
            parts += [", ", *said] if parts else said
        self.teller.tell("let", parts, _caller(), why=None)
        self.teller.depth += 1
        return entered

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.teller.depth -= 1
        super().__exit__(kind, error, trace)


class _Induction(proof.induction):
    def __init__(
        self, teller: _Teller, invariant: Value, index: Expression, start: Value = 0, base: Reason = None
    ) -> None:
        super().__init__(invariant, index, start, base)
        self.teller = teller
        said: Words = ["on ", index.term, " from ", lift(start), ": ", lift(invariant)]
        teller.tell("induction", said, _caller(), why="base")

    def __enter__(self) -> Fact:
        entered = super().__enter__()
        self.teller.depth += 1
        return entered

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.teller.depth -= 1
        super().__exit__(kind, error, trace)


def _cases(teller: _Teller, condition: Value) -> Iterator[proof.Case]:
    known = len(current().made)
    for case in proof.cases(condition):
        frame = _caller()
        teller.tell("case", [case.theorem.conclusion], frame, why=None)
        teller.depth += 1
        yield case
        teller.depth -= 1
    for fact in current().made[known:]:
        teller.tell("either", [fact.theorem.conclusion], frame, why=None)
