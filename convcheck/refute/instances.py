"""The checker of counterexamples: TRUSTED.  Standard library only; ``python instances.py FILE…`` works on its own.

A counterexample is JSON: rational data, a few lines of arithmetic, and the claim ``observed <= bound`` that they break.

format        "convcheck/counterexample/1"
claim, note   what is refuted, in which reading: for the reader, not checked
constants     {name: rational}
game          null for a pure inequality, else an object with
    rounds        T >= 1; the rounds are t = 1 … T
    sequences     {name: [item, …]}, T values, one a round; an item is a rational, or [n, rational] for n equal values
    comparator    null, or the value of ``u``; it must lie in the feasible interval
    before        lines, evaluated in each round before the update: they see constants, ``t``, ``u``, sequences, state
    update        null, or {optimizer, inputs, lines, outputs, start, feasible}: the optimizer's own straight-line code
                  with inputs x, g, t, state …, hyper-parameters …, each the name of something above, and outputs x,
                  state …; ``start`` gives x and the state before round 1; ``feasible`` is null or [low, high], onto
                  which the new x is projected
    after         lines, evaluated after the update: they also see the new values, ``x'`` and so on
    sums          {name: name}: a sum over the rounds of something that they compute
    require       hypotheses: names of comparisons that must hold in every round
end           lines that see the constants, ``T``, ``u``, the sums, and the last new values ``x'`` …
require       hypotheses: names of comparisons that must hold
observed, bound   the claim is observed <= bound

A rational is a string "p" or "p/q".  A line is [name, operation, argument, …]; an argument is a name or a rational.

Semantics.  Every value is an interval with rational ends that contains the real number meant; ends with long
denominators are rounded outwards, to at least 200 digits base 2.  A comparison must be decided, a divisor must exclude
zero, the argument of a root must not be negative: whatever is in doubt is refused.  Accepted means: over the reals, the
hypotheses in the file hold, and observed - bound is at least the printed margin, which is positive.  Whether hypotheses
and definitions are those of the published claim is for the reader; all of them are printed, from what was checked.
"""

import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "convcheck/counterexample/1"
PRECISION = 200
"""Significant bits, and bits after the point, that rounding keeps at least."""
EXACT_BITS = 512
"""Ends whose denominators have at most so many bits are not rounded."""
LARGEST_BITS = 10_000
"""Numbers longer than this, or closer to zero than its inverse, are refused."""
LARGEST_ROUNDS = 100_000
LARGEST_PROGRAM = 2_000
LARGEST_WORK = 10_000_000
LARGEST_EXPONENT = 1_000_000

Interval = tuple[Fraction, Fraction]
Value = Interval | bool
Line = tuple[str, ...]

_ID = re.compile(r"[a-z0-9-]{1,60}/[a-z0-9-]{1,60}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}'?|%[0-9]{1,6}")
_RATIONAL = re.compile(r"-?[0-9]{1,2000}(/[0-9]{1,2000})?")


class InstanceError(Exception):
    """A file that is no counterexample; the message is one sentence."""


def _refuse(sentence: str) -> NoReturn:
    raise InstanceError(sentence)


# ---------------------------------------------------------------------------------------------------------------------
# Arithmetic: each operation returns an interval that contains every result for arguments in the given ones.


def _scale(x: Fraction) -> int:
    """Return a power of two whose multiples lie 2^-200 or less apart, absolutely and relative to x."""
    smallness = x.denominator.bit_length() - x.numerator.bit_length()
    if smallness > LARGEST_BITS:
        _refuse("a number is too close to zero")
    return 1 << (PRECISION + max(0, smallness))


def _down(x: Fraction) -> Fraction:
    """Return x or less: floor(x·q)/q <= x for q > 0."""
    if x.denominator.bit_length() <= EXACT_BITS:
        return x
    q = _scale(x)
    return Fraction(x.numerator * q // x.denominator, q)


def _outward(low: Fraction, high: Fraction) -> Interval:
    """Return a rounded interval around [low, high]: rounding up is minus rounding down of minus."""
    if max(abs(low.numerator), abs(high.numerator)).bit_length() > LARGEST_BITS:
        _refuse("a number is too large")
    return _down(low), -_down(-high)


def _add(a: Interval, b: Interval) -> Interval:
    """Sums are monotone in both arguments."""
    return _outward(a[0] + b[0], a[1] + b[1])


def _neg(a: Interval) -> Interval:
    """The negative is antitone."""
    return -a[1], -a[0]


def _mul(a: Interval, b: Interval) -> Interval:
    """A product is linear in each argument, so its extremes over a box are at corners."""
    corners = [x * y for x in set(a) for y in set(b)]
    return _outward(min(corners), max(corners))


def _div(a: Interval, b: Interval) -> Interval:
    """Where zero is excluded, the inverse is antitone; a quotient is the product with it."""
    if b[0] <= 0 <= b[1]:
        _refuse("a divisor may be zero")
    return _mul(a, (1 / b[1], 1 / b[0]))


def _root(x: Fraction) -> Interval:
    """Return n/q <= sqrt(x) < (n+1)/q, as n = floor(sqrt(floor(x·q²))); the root of a square of rationals is exact."""
    p, r = math.isqrt(x.numerator), math.isqrt(x.denominator)
    if p * p == x.numerator and r * r == x.denominator:
        return Fraction(p, r), Fraction(p, r)
    q = _scale(x)
    n = math.isqrt(x.numerator * q * q // x.denominator)
    return Fraction(n, q), Fraction(n + 1, q)


def _sqrt(a: Interval) -> Interval:
    """The root is monotone on the numbers that are not negative."""
    if a[0] < 0:
        _refuse("the argument of a root may be negative")
    return _outward(_root(a[0])[0], _root(a[1])[1])


def _pow(a: Interval, n: Interval) -> Interval:
    """A power with an exponent in {0, 1, 2, …} is a product, the empty one being 1."""
    if n[0] != n[1] or n[0].denominator != 1 or not 0 <= n[0] <= LARGEST_EXPONENT:
        _refuse(f"an exponent must be one of the integers from 0 to {LARGEST_EXPONENT}")
    result, square, k = (Fraction(1), Fraction(1)), a, int(n[0])
    while k:
        result = _mul(result, square) if k & 1 else result
        k >>= 1
        square = _mul(square, square) if k else square
    return result


def _abs(a: Interval) -> Interval:
    """The absolute value is max(a, -a), which is monotone in both, and at least 0."""
    return max(a[0], -a[1], Fraction(0)), max(-a[0], a[1])


def _sign(a: Interval) -> Interval:
    """The sign is known where the interval is zero or excludes it."""
    if a[0] <= 0 <= a[1] and a[0] != a[1]:
        _refuse("a sign is not decided")
    sign = Fraction((a[0] > 0) - (a[0] < 0))
    return sign, sign


def _le(a: Interval, b: Interval) -> bool:
    """It holds for all values if for the extreme ones, and for none if it fails for the opposite extremes."""
    if a[1] <= b[0]:
        return True
    return False if a[0] > b[1] else _refuse("a comparison is not decided")


def _eq(a: Interval, b: Interval) -> bool:
    """Equality is known for two points and for disjoint intervals."""
    if a[1] < b[0] or b[1] < a[0]:
        return False
    return True if a[0] == a[1] == b[0] == b[1] else _refuse("a comparison is not decided")


_ONE, _TWO = (tuple,), (tuple, tuple)
_OPERATIONS: Mapping[str, tuple[tuple[type, ...], Callable[..., Value], str]] = {
    "add": (_TWO, _add, "({} + {})"),
    # A difference is the sum with the negative.
    "sub": (_TWO, lambda a, b: _add(a, _neg(b)), "({} - {})"),
    "mul": (_TWO, _mul, "({} * {})"),
    "div": (_TWO, _div, "({} / {})"),
    "pow": (_TWO, _pow, "({} ^ {})"),
    "neg": (_ONE, _neg, "(-{})"),
    "abs": (_ONE, _abs, "abs({})"),
    "sqrt": (_ONE, _sqrt, "sqrt({})"),
    "sign": (_ONE, _sign, "sign({})"),
    # The larger and the smaller of two are monotone in both.
    "maximum": (_TWO, lambda a, b: (max(a[0], b[0]), max(a[1], b[1])), "max({}, {})"),
    "minimum": (_TWO, lambda a, b: (min(a[0], b[0]), min(a[1], b[1])), "min({}, {})"),
    # A condition is decided, so one of the two is meant.
    "where": ((bool, tuple, tuple), lambda condition, a, b: a if condition else b, "where({}, {}, {})"),
    # The other comparisons are converses and negations of two that are decided for all values or refused.
    "le": (_TWO, _le, "({} <= {})"),
    "lt": (_TWO, lambda a, b: not _le(b, a), "({} < {})"),
    "ge": (_TWO, lambda a, b: _le(b, a), "({} >= {})"),
    "gt": (_TWO, lambda a, b: not _le(a, b), "({} > {})"),
    "eq": (_TWO, _eq, "({} = {})"),
    "ne": (_TWO, lambda a, b: not _eq(a, b), "({} != {})"),
}
"""Of each operation the kinds of its arguments, what it does, and how it is printed."""


# ---------------------------------------------------------------------------------------------------------------------
# Reading: nothing is converted, everything is checked.


def _object(data: Any, what: str, *keys: str) -> dict[str, Any]:
    """Return data as an object with exactly these keys, or any names if none are given."""
    if type(data) is not dict or (keys and data.keys() != set(keys)):
        _refuse(f"{what} must be an object" + (f" with exactly the keys {', '.join(keys)}" if keys else ""))
    for key in () if keys else data:
        _name(key)
    return data


def _array(data: Any, what: str, most: int = LARGEST_PROGRAM) -> list[Any]:
    if type(data) is not list or len(data) > most:
        _refuse(f"{what} must be a list of at most {most} items")
    return data


def _text(data: Any, what: str) -> str:
    if type(data) is not str or not data.isprintable() or len(data) > 4000:
        _refuse(f"{what} must be a string, one line of text")
    return data


def _name(data: Any) -> str:
    if not _NAME.fullmatch(_text(data, "a name")):
        _refuse(f"{data!r:.80} is not a name: ASCII letters, digits and _, or %0, %1, …")
    return str(data)


def _rational(data: Any) -> Interval:
    return _parsed(_text(data, "a rational number"))


@lru_cache(maxsize=1000)
def _parsed(data: str) -> Interval:
    if not _RATIONAL.fullmatch(data):
        _refuse(f'{data!r:.80} is not a rational number in the form "p" or "p/q"')
    numerator, _, denominator = data.partition("/")
    if denominator and int(denominator) == 0:
        _refuse(f"{data:.80} has the denominator zero")
    value = Fraction(int(numerator), int(denominator or "1"))
    return _outward(value, value)


def _lines(data: Any, what: str) -> list[Line]:
    """Return lines of known operations with the right number of arguments; what they name is checked when they run."""
    lines = []
    for row in _array(data, what):
        if type(row) is not list or len(row) < 2 or not all(type(word) is str for word in row):
            _refuse(f"a line of {what} must be [name, operation, argument, …]")
        name, operation, *arguments = row
        if operation not in _OPERATIONS:
            _refuse(f"{operation!r:.80} is no operation; there are {', '.join(_OPERATIONS)}")
        if len(arguments) != len(_OPERATIONS[operation][0]):
            _refuse(f"{operation} does not have {len(arguments)} arguments")
        lines.append((_name(name), operation, *arguments))
    return lines


def _sequence(data: Any, rounds: int) -> list[tuple[int, str]]:
    """Return the runs of a sequence, each a number of repetitions and a rational."""
    runs = []
    for item in _array(data, "a sequence", rounds):
        count, value = item if type(item) is list and len(item) == 2 else (1, item)
        if type(count) is not int or not 1 <= count <= rounds:
            _refuse(f"an item of a sequence must be a rational or [n, rational] with n from 1 to {rounds}")
        _rational(value)
        runs.append((count, value))
    if sum(count for count, _ in runs) != rounds:
        _refuse(f"a sequence must have {rounds} values, one for each round")
    return runs


# ---------------------------------------------------------------------------------------------------------------------
# Running.


class _Scope:
    """What names stand for; each is defined once."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = dict(values)

    def define(self, pairs: Iterable[tuple[str, Value]]) -> None:
        for name, value in pairs:
            if name in self.values:
                _refuse(f"{name} is defined twice")
            self.values[name] = value

    def value(self, argument: str) -> Value:
        if argument in self.values:
            return self.values[argument]
        if _NAME.fullmatch(argument):
            _refuse(f"{argument} is not defined where it is used")
        return _rational(argument)

    def number(self, argument: Any) -> Interval:
        value = self.value(_text(argument, "what names a number"))
        return _refuse(f"{argument} is a comparison, not a number") if isinstance(value, bool) else value

    def run(self, lines: Iterable[Line]) -> None:
        """Carry the lines out in order; the kinds of arguments are checked each time."""
        for name, operation, *arguments in lines:
            kinds, meaning, _ = _OPERATIONS[operation]
            values = [self.value(argument) for argument in arguments]
            if any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
                _refuse(f"{name}: {operation} takes numbers, and only where takes a comparison, as its first argument")
            try:
                self.define([(name, meaning(*values))])
            except InstanceError as error:
                raise InstanceError(f"{name} = {operation}({', '.join(arguments)}): {error}") from None

    def require(self, names: Iterable[str], place: str = "") -> None:
        for name in names:
            if self.value(name) is not True:
                _refuse(f"the hypothesis {name} does not hold{place}")


class _Update:
    """The optimizer's straight-line code, where it starts, and the interval that it is projected onto."""

    def __init__(self, data: Any, constants: _Scope) -> None:
        row = _object(data, "the update", "optimizer", "inputs", "lines", "outputs", "start", "feasible")
        self.optimizer = _name(row["optimizer"])
        self.inputs = [_name(name) for name in _array(row["inputs"], "the inputs")]
        self.lines = _lines(row["lines"], "the update")
        self.outputs = [_text(name, "an output") for name in _array(row["outputs"], "the outputs")]
        if self.inputs[:3] != ["x", "g", "t"] or not 1 <= len(self.outputs) <= len(self.inputs) - 2:
            _refuse("the inputs of an update are x, g, t, state …, hyper-parameters …, and its outputs x, state …")
        self.slots = ["x", *self.inputs[3 : 2 + len(self.outputs)]]
        self.start = {name: constants.number(value) for name, value in _object(row["start"], "the start").items()}
        if self.start.keys() != set(self.slots):
            _refuse(f"the start must give {', '.join(self.slots)}")
        self.ends: list[Fraction] = []
        if row["feasible"] is not None:
            interval = [constants.number(end) for end in _array(row["feasible"], "the feasible interval")]
            self.ends = [end[0] for end in interval]
            if len(interval) != 2 or any(low != high for low, high in interval) or self.ends[0] > self.ends[1]:
                _refuse("the feasible interval must be null or [low, high], with exact ends in order")
        self.admit(self.start["x"], "x in round 1")

    def admit(self, x: Interval, what: str) -> None:
        if self.ends and not self.ends[0] <= x[0] <= x[1] <= self.ends[1]:
            _refuse(f"{what} is outside the feasible interval")

    def step(self, scope: _Scope) -> dict[str, Interval]:
        """Return x and the state after this round; projecting onto an interval is monotone."""
        inner = _Scope({})
        inner.define((name, scope.number(name)) for name in self.inputs)
        inner.run(self.lines)
        values = dict(zip(self.slots, map(inner.number, self.outputs), strict=True))
        if self.ends:
            (low, high), x = self.ends, values["x"]
            values["x"] = (min(max(x[0], low), high), min(max(x[1], low), high))
        return values


class _Game:
    """What happens in each round; T and the comparator u are added to the constants."""

    def __init__(self, data: Any, constants: _Scope) -> None:
        keys = ("rounds", "sequences", "comparator", "before", "update", "after", "sums", "require")
        row = _object(data, "the game", *keys)
        self.rounds = row["rounds"]
        if type(self.rounds) is not int or not 1 <= self.rounds <= LARGEST_ROUNDS:
            _refuse(f"the number of rounds must be an integer from 1 to {LARGEST_ROUNDS}")
        constants.define([("T", (Fraction(self.rounds), Fraction(self.rounds)))])
        sequences = _object(row["sequences"], "the sequences")
        self.sequences = {name: _sequence(items, self.rounds) for name, items in sequences.items()}
        self.update = None if row["update"] is None else _Update(row["update"], constants)
        if row["comparator"] is not None:
            constants.define([("u", constants.number(row["comparator"]))])
            if self.update:
                self.update.admit(constants.number("u"), "the comparator")
        self.before, self.after = _lines(row["before"], "before"), _lines(row["after"], "after")
        self.sums = {name: _name(term) for name, term in _object(row["sums"], "the sums").items()}
        self.require = [_name(name) for name in _array(row["require"], "require")]
        lines = [*self.before, *(self.update.lines if self.update else ()), *self.after]
        if self.rounds * len(lines) > LARGEST_WORK:
            _refuse(f"the rounds have more than {LARGEST_WORK} lines in all")

    def play(self, constants: _Scope) -> None:
        """Add to the constants what is known after the last round: the sums, and the last new values."""
        columns = {
            name: [_rational(text) for n, text in runs for _ in range(n)] for name, runs in self.sequences.items()
        }
        state = self.update.start if self.update else {}
        totals = dict.fromkeys(self.sums, (Fraction(0), Fraction(0)))
        for t in range(1, self.rounds + 1):
            scope = _Scope(constants.values)
            scope.define([("t", (Fraction(t), Fraction(t))), *((name, v[t - 1]) for name, v in columns.items())])
            scope.define(state.items())
            scope.run(self.before)
            state = self.update.step(scope) if self.update else {}
            scope.define((f"{name}'", value) for name, value in state.items())
            scope.run(self.after)
            scope.require(self.require, f" in round {t}")
            totals = {name: _add(total, scope.number(self.sums[name])) for name, total in totals.items()}
            if taken := totals.keys() & scope.values.keys():
                _refuse(f"{min(taken)} is the name of a sum and of something else")
        constants.define([*totals.items(), *((f"{name}'", value) for name, value in state.items())])


# ---------------------------------------------------------------------------------------------------------------------
# Printing: from what was checked, everything that was.


def _plain(text: str) -> str:
    """Return a text without outer brackets; one that begins with a bracket ends with its partner, as forms are made."""
    return text[1:-1] if text.startswith("(") else text


def _written(lines: Iterable[Line], used: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return definitions and texts in words, both by name; a line %k that is used once stands where it is used."""
    lines = [*lines]
    uses = Counter([*used, *(argument for line in lines for argument in line[2:])])
    shown: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, operation, *arguments in lines:
        form = _OPERATIONS[operation][2]
        words = [texts.get(a, f"({a})" if re.search("[-/]", a) else a) for a in arguments]
        text = form.format(*(words if form.startswith("(") else map(_plain, words)))
        if name.startswith("%") and uses[name] == 1:
            texts[name] = text
        else:
            shown[name] = f"{name} = {_plain(text)}"
    return shown, texts


def _exact(value: Interval) -> str:
    return str(value[0]) if value[0] == value[1] else f"a number in [{value[0]}, {value[1]}]"


def _game_words(game: _Game, constants: _Scope) -> Iterable[str]:
    """Yield the game line by line: the rounds, what they start from, what is computed, and the sums."""
    known = f", u = {_exact(constants.number('u'))}" if "u" in constants.values else ""
    yield f"in each round t = 1, ..., T with T = {game.rounds}{known}:"
    for name, runs in game.sequences.items():
        yield f"    {name} = " + ", ".join(text if n == 1 else f"{text} ({n} times)" for n, text in runs)
    shown, texts = _written([*game.before, *game.after], [*game.sums.values(), *game.require])
    first = {line[0] for line in game.before}
    yield from (f"    {line}" for name, line in shown.items() if name in first)
    if update := game.update:
        start = ", ".join(f"{name} = {_exact(value)}" for name, value in update.start.items())
        yield f"    {update.optimizer}({', '.join(update.inputs)}), starting from {start}:"
        inner, outputs = _written(update.lines, update.outputs)
        yield from (f"        {line}" for line in inner.values())
        for slot, output in zip(update.slots, update.outputs, strict=True):
            yield f"        {slot}' = {_plain(outputs.get(output, output))}"
        if update.ends:
            yield f"        and x' is projected onto [{update.ends[0]}, {update.ends[1]}]"
    yield from (f"    {line}" for name, line in shown.items() if name not in first)
    yield from (f"    hypothesis: {_plain(texts.get(name, name))}" for name in game.require)
    yield from (f"{name} = the sum of {_plain(texts.get(term, term))}" for name, term in game.sums.items())


def below(x: Fraction) -> Decimal:
    """Return x or less, to six significant digits at least (a Decimal that is made from text is not rounded)."""
    places = max(0, 6 + len(str(x.denominator)) - len(str(abs(x.numerator))))
    return Decimal(f"{math.floor(x * 10**places)}E-{places}")


# ---------------------------------------------------------------------------------------------------------------------
# The checker.


@dataclass(frozen=True)
class Result:
    """An accepted counterexample.

    ``statement`` are lines of text that say everything that was checked, the hypotheses among them; ``observed`` is a
    lower bound, ``bound`` an upper one, and ``margin``, a positive rational, is not above their difference.
    """

    claim: str
    note: str
    statement: tuple[str, ...]
    observed: Fraction
    bound: Fraction
    margin: Fraction
    sha256: str

    def __str__(self) -> str:
        """Write all of it."""
        size = f"{self.statement[-1]}, by at least {below(self.margin)}"
        head = [f"counterexample to {self.claim}", *([f"note, not checked: {self.note}"] if self.note else [])]
        return "\n".join([*head, *(f"    {line}" for line in (*self.statement[:-1], size)), f"sha256 {self.sha256}"])


def read(text: str) -> Any:
    """Return the data of a JSON text that has no duplicate keys, no floats and no NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if repeated := [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]:
            _refuse(f"the key {repeated[0]!r:.80} stands twice in an object")
        return dict(pairs)

    def no_float(number: str) -> NoReturn:
        _refuse(f'the number {number:.80} must be a string in the form "p" or "p/q"')

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=no_float, parse_constant=no_float)
    except (ValueError, RecursionError) as error:
        raise InstanceError(f"the file is not JSON: {error}") from None


def check(data: Any) -> Result:
    """Return what a counterexample refutes, and by how much.

    Raises
    ------
    InstanceError
        The data are not in the format, a hypothesis fails, or the claim is not certainly broken.
    """
    if type(data) is not dict or data.get("format") != FORMAT:
        _refuse(f"this is not a counterexample: its format is not {FORMAT}")
    keys = ("format", "claim", "note", "constants", "game", "end", "require", "observed", "bound")
    row = _object(data, "a counterexample", *keys)
    if not _ID.fullmatch(claim := _text(row["claim"], "the claim")):
        _refuse("the claim must be an id such as kingma2015/theorem-4-1")
    given = {name: _rational(value) for name, value in _object(row["constants"], "the constants").items()}
    end, require = _lines(row["end"], "end"), [_name(name) for name in _array(row["require"], "require")]
    scope = _Scope(given)
    game = None if row["game"] is None else _Game(row["game"], scope)
    opening = [*_game_words(game, scope)] if game else []
    if game:
        game.play(scope)
    scope.run(end)
    scope.require(require, "")
    observed, bound = scope.number(row["observed"]), scope.number(row["bound"])
    if observed[0] <= bound[1]:
        _refuse("the claim holds on this instance" if observed[1] <= bound[0] else "it is not decided which is larger")
    shown, texts = _written(end, [*require, row["observed"], row["bound"]])
    left, right = (_plain(texts.get(row[side], row[side])) for side in ("observed", "bound"))
    constants = ", ".join(f"{name} = {value}" for name, value in row["constants"].items())
    words = [*([constants] if constants else []), *opening, *shown.values()]
    words += [f"hypothesis: {_plain(texts.get(name, name))}" for name in require]
    low, high = below(observed[0]), below(-bound[1]).copy_negate()
    words.append(f"the claim {left} <= {right} is false: {left} >= {low} and {right} <= {high}")
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    margin = Fraction(below(observed[0] - bound[1]))
    note = _text(row["note"], "the note")
    return Result(claim, note, tuple(words), observed[0], bound[1], margin, digest)


def main(arguments: Sequence[str]) -> int:
    """Check files and print what they refute; return 0 if all are accepted, 1 if one is not, 2 for usage."""
    codes = [0] if arguments else [2]
    texts = [] if arguments else ["usage: instances.py FILE..."]
    for file in arguments:
        try:
            codes, texts = [*codes, 0], [*texts, f"{file}: accepted\n{check(read(Path(file).read_text('utf-8')))}"]
        except InstanceError as error:
            codes, texts = [*codes, 1], [*texts, f"{file}: rejected: {error}"]
        except (OSError, UnicodeDecodeError) as error:
            codes, texts = [*codes, 2], [*texts, f"{file}: unreadable: {error}"]
    sys.stdout.write("".join(f"{text}\n" for text in texts))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
