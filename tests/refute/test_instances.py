"""The checker of counterexamples: it accepts what breaks a claim, and nothing else, in whatever form it comes."""

import ast
import copy
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcheck as cc
from convcheck.refute import instances
from convcheck.refute.instances import InstanceError, check, read

Data = dict[str, Any]
MakeOgd = Callable[..., Data]
FILE = Path(instances.__file__)
NAMES = ("lemma", "adam", "amsgrad")


@pytest.fixture(params=NAMES)
def accepted(request: pytest.FixtureRequest) -> Data:
    """Each of the counterexamples that are ones."""
    data: Data = request.getfixturevalue(request.param)
    return data


# What is accepted.


def test_the_lemma_of_kingma_and_ba_fails_at_one_round(lemma: Data) -> None:
    result = check(lemma)
    assert (result.observed, result.bound, result.margin) == (Fraction(1, 10), Fraction(1, 50), Fraction(8, 100))
    assert result.claim == "kingma2015/lemma-10-3"
    assert "    g = 1/10" in result.statement
    assert "    hypothesis: abs(g) <= G" in result.statement
    assert "bound = (2 * G) * sqrt(S)" in result.statement


def test_the_theorem_of_kingma_and_ba_fails_at_four_rounds(adam: Data) -> None:
    result = check(adam)
    assert 3.69353 < result.observed < 3.69354
    assert 3.41825 < result.bound < 3.41826
    assert 0 < result.margin <= result.observed - result.bound < result.margin + Fraction(1, 10**6)
    assert str(result).startswith("counterexample to kingma2015/theorem-4-1\nnote, not checked: G >= 1")


def test_a_planted_bound_of_amsgrad_is_refuted(amsgrad: Data) -> None:
    data = check(amsgrad)
    gradients = [1, 1 / 3, -1 / 7]
    x = cc.replay("amsgrad", np.array(gradients), 1.0, lr=0.1, beta1=0.5, beta2=0.5)
    assert abs(x).max() <= 1  # so projecting does nothing
    assert math.isclose(
        float(data.observed), sum(g * (y + 1) for g, y in zip(gradients, x, strict=False)), rel_tol=1e-12
    )
    assert math.isclose(float(data.bound), math.sqrt(sum(g * g for g in gradients)), rel_tol=1e-12)


def test_a_wrong_bound_of_gradient_descent_is_refuted_and_the_right_one_is_not(make_ogd: MakeOgd) -> None:
    from tests.refute.conftest import zinkevich

    assert check(make_ogd([1, 1, 1], lambda D, G, T: D * G * np.sqrt(T) * Fraction(7, 10))).margin > 0
    with pytest.raises(InstanceError, match="the claim holds on this instance"):
        check(make_ogd([1, 1, 1], zinkevich))


@settings(max_examples=40, deadline=None)
@given(
    gradients=st.lists(st.fractions(-1, 1, max_denominator=50), min_size=1, max_size=12),
    alpha=st.fractions(Fraction(1, 100), 10, max_denominator=100),
    start=st.fractions(-1, 1, max_denominator=20),
)
def test_a_true_bound_is_never_refuted(gradients: list[Fraction], alpha: Fraction, start: Fraction) -> None:
    from tests.refute.conftest import ogd, zinkevich

    with pytest.raises(InstanceError, match=r"holds on this instance|not decided"):
        check(ogd([*gradients], zinkevich, alpha, start))


def test_equality_is_no_refutation() -> None:
    data = pure([["b", "sqrt", "4"]], "2", "b")
    with pytest.raises(InstanceError, match="the claim holds"):
        check(data)
    data = pure([["a", "sqrt", "2"], ["b", "sqrt", "2"]], "a", "b")
    with pytest.raises(InstanceError, match="not decided which is larger"):
        check(data)


def test_the_printed_statement_is_made_from_the_data_alone(accepted: Data) -> None:
    changed = copy.deepcopy(accepted)
    changed["note"] = "something else"
    assert check(changed).statement == check(accepted).statement
    shuffled = dict(reversed([*accepted.items()]))
    assert check(shuffled) == check(accepted)
    assert check(changed).sha256 != check(accepted).sha256


def test_every_constant_and_gradient_is_printed(adam: Data) -> None:
    text = str(check(adam))
    assert "alpha = 1, D = 2, G = 1, lam = 1/1000000000, beta1 = 0, beta2 = 1/1000000, eps = 0" in text
    assert "g = 1, -1/98, 1, 0" in text
    assert "with T = 4, u = -1" in text
    assert "hypothesis: lam < 1" in text
    assert "and x' is projected onto [-1, 1]" in text


def test_repeated_values_may_be_counted(make_ogd: MakeOgd) -> None:
    data = make_ogd([1] * 5 + [0] * 3, lambda T: 0 * T)
    assert data["game"]["sequences"]["g"] == [[5, "1"], [3, "0"]]
    spelled = copy.deepcopy(data)
    spelled["game"]["sequences"]["g"] = ["1"] * 5 + ["0"] * 3
    assert check(data).observed == check(spelled).observed
    assert "    g = 1 (5 times), 0 (3 times)" in check(data).statement


# What is rejected: hypotheses, ranges, definitions.


def pure(end: list[list[str]], observed: str, bound: str, require: tuple[str, ...] = (), **constants: str) -> Data:
    """Return an inequality between constants."""
    head = {"format": instances.FORMAT, "claim": "a/b", "note": "", "constants": constants, "game": None}
    return {**head, "end": end, "require": [*require], "observed": observed, "bound": bound}


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("constants", "G"), "99/100", "hypothesis %6 does not hold in round 1"),
        (("constants", "lam"), "2", "hypothesis %33 does not hold"),
        (("constants", "alpha"), "1/0", "denominator zero"),
        (("game", "update", "start", "x"), "2", "x in round 1 is outside"),
        (("game", "comparator"), "-3/2", "comparator is outside"),
        (("game", "update", "feasible"), ["1", "-1"], "with exact ends in order"),
        (("game", "update", "feasible"), ["1"], "feasible interval must be"),
        (("game", "rounds"), 5, "must have 5 values"),
        (("game", "rounds"), True, "an integer"),
        (("game", "rounds"), 10**9, "an integer from 1 to"),
        (("game", "rounds"), 0, "an integer from 1 to"),
        (("game", "sequences", "g"), ["1", [3, "0"], [0, "1"]], "n from 1 to 4"),
        (("game", "sequences", "g"), [[True, "1"], [3, "0"]], "n from 1 to 4"),
        (("game", "sequences", "T"), ["1", "1", "1", "1"], "T is defined twice"),
        (("game", "sequences", "m"), ["1", "1", "1", "1"], "m is defined twice"),
        (("game", "sums", "alpha"), "R_t", "alpha is the name of a sum and of something else"),
        (("game", "sums", "x"), "R_t", "x is the name of a sum and of something else"),
        (("game", "sums", "R"), "%6", "%6 is a comparison"),
        (("game", "update", "start"), {"x": "1"}, "the start must give x, m, v, c1, c2"),
        (("game", "update", "outputs"), [], "and its outputs x"),
        (("game", "update", "inputs", 0), "g", "the inputs of an update are"),
        (("game", "update", "inputs", 7), "m", "m is defined twice"),
        (("game", "update", "lines", 0), ["%0", "exp", "m"], "exp' is no operation; there are add, "),
        (("game", "update", "lines", 0), ["%0", "add", "m"], "add does not have 1 arguments"),
        (("game", "update", "lines", 0), ["%0"], "a line of the update must be"),
        (("game", "update", "lines", 0), ["%0", "mul", "alpha", "m"], "alpha is not defined where it is used"),
        (("game", "update", "lines", 1), ["%0", "mul", "m", "m"], "%0 is defined twice"),
        (("game", "update", "lines", 18), ["%18", "where", "%16", "1", "%16"], "takes a comparison, as its first"),
        (("game", "update", "lines", 19), ["%19", "div", "%13", "%17"], "div takes numbers"),
        (("game", "before", 0), ["%0", "sqrt", "-1"], "argument of a root may be negative"),
        (("game", "before", 1), ["lr", "div", "alpha", "eps"], "a divisor may be zero"),
        (("game", "before", 1), ["lr", "pow", "alpha", "-1"], "an exponent must be"),
        (("game", "before", 1), ["lr", "pow", "alpha", "1/2"], "an exponent must be"),
        (("game", "before", 1), ["lr", "pow", "10", "99999"], "too large"),
        (("game", "before", 1), ["lr", "pow", "1/10", "99999"], "too close to zero"),
        (("game", "after", 0), ["%2", "sub", "x''", "u"], "not a rational number"),
        (("observed",), "nothing", "nothing is not defined"),
        (("bound",), "%33", "is a comparison"),
        (("claim",), "Theorem 4.1", "the claim must be an id"),
        (("format",), "convcheck/counterexample/2", "its format is not"),
        (("note",), "two\nlines", "one line of text"),
        (("note",), "reversed \u202e text", "one line of text"),
        (("constants", "αlpha"), "1", "is not a name"),
        (("constants", "t"), "1", "t is defined twice"),
        (("constants", "u"), "1", "u is defined twice"),
        (("constants", "1"), "1", "is not a name"),
        (("unknown",), "1", "exactly the keys"),
    ],
)
def test_what_is_wrong_is_said(adam: Data, path: tuple[str | int, ...], value: Any, sentence: str) -> None:
    place: Any = adam
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InstanceError) as raised:
        check(adam)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "number", ["", "+1", "1e5", "1E400", "0x1", "1.5", "nan", "inf", "1/-2", " 1", "1 ", "1_0", "٣", "1//2", "--1", "½"]
)
def test_a_rational_has_one_form(lemma: Data, number: str) -> None:
    lemma["constants"]["G"] = number
    with pytest.raises(InstanceError, match="not a rational number"):
        check(lemma)


@pytest.mark.parametrize("wrong", [None, True, False, 1, 0.1, math.nan, math.inf, [], {}, [[]], "", "\ud800"])
def test_a_value_of_the_wrong_type_is_refused_everywhere(adam: Data, wrong: Any) -> None:
    for path in paths(adam):
        if path in {("game",), ("game", "update"), ("game", "comparator")} and wrong is None:
            continue  # null has a meaning there
        if type(value_at(adam, path)) is type(wrong) and path[-1] in {"require", "note", "sums", "after", "before"}:
            continue  # an empty note, and lists of nothing, are in the format
        changed = copy.deepcopy(adam)
        value_at(changed, path[:-1])[path[-1]] = wrong
        if path == ("game", "update", "feasible") and wrong is None:
            assert check(changed).observed == check(adam).observed  # nothing is ever clipped here
            continue
        with pytest.raises(InstanceError):
            check(changed)


def test_a_missing_or_additional_part_is_refused(adam: Data) -> None:
    for path in paths(adam):
        place = value_at(adam, path)
        if type(place) is not dict:
            continue
        for key in place:
            if path in {("constants",), ("game", "sums")} and key in {"D", "c1", "lam", "S"}:
                continue
            changed = copy.deepcopy(adam)
            del value_at(changed, path)[key]
            with pytest.raises(InstanceError):
                check(changed)
    for key in ("game", "constants"):
        changed = copy.deepcopy(adam)
        changed[key]["more"] = {}
        with pytest.raises(InstanceError):
            check(changed)


def test_dropping_any_line_of_arithmetic_is_noticed_or_changes_nothing(adam: Data) -> None:
    whole = check(adam)
    for path in paths(adam):
        if not (len(path) > 1 and isinstance(path[-1], int) and path[-2] in {"lines", "before", "after", "end"}):
            continue
        changed = copy.deepcopy(adam)
        name = value_at(changed, path[:-1]).pop(path[-1])[0]
        try:
            result = check(changed)
        except InstanceError as error:
            assert name in str(error)  # noqa: PT017  # most of some seventy raise
            continue
        assert (result.observed, result.bound) == (whole.observed, whole.bound)


def paths(data: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the places of all values in some data."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (key,)
        yield from ((key, *path) for path in paths(value))


def value_at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def test_work_is_limited(make_ogd: MakeOgd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "LARGEST_WORK", 10)
    with pytest.raises(InstanceError, match="more than 10 lines"):
        check(make_ogd([1] * 5, lambda T: 0 * T))


# Reading.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"x": {"b": 1, "b": 1}}', "the key 'b' stands twice"),
        ("[NaN]", "the number NaN"),
        ("[-Infinity]", "the number -Infinity"),
        ("[1.0]", "the number 1.0"),
        ("[1e999]", "the number 1e999"),
        ("[" + "9" * 5000 + "]", "the file is not JSON"),
        ("[" * 100_000, "the file is not JSON"),
        ("{", "the file is not JSON"),
        ("", "the file is not JSON"),
    ],
)
def test_reading_is_strict(text: str, sentence: str) -> None:
    with pytest.raises(InstanceError, match=sentence.replace("[", r"\[")):
        read(text)


def test_it_runs_as_a_single_file_without_convcheck(adam: Data, make_ogd: MakeOgd, tmp_path: Path) -> None:
    good, bad, missing = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "missing.json"
    good.write_text(json.dumps(adam), "utf-8")
    bad.write_text(json.dumps(make_ogd([1], lambda T: 100 * T)), "utf-8")
    alone = tmp_path / "checker.py"
    alone.write_bytes(FILE.read_bytes())

    def run(*files: Path) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", str(alone), *map(str, files)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    code, out = run(good)
    assert code == 0
    assert out == f"{good}: accepted\n{check(adam)}\n"
    code, out = run(good, bad)
    assert code == 1
    assert f"{bad}: rejected: the claim holds on this instance" in out
    assert run(missing, bad)[0] == 2
    assert run()[0] == 2


def test_it_imports_the_standard_library_only_and_its_functions_are_short() -> None:
    tree = ast.parse(FILE.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert (node.module or "").split(".")[0] in sys.stdlib_module_names
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40


# Arithmetic: the true value lies in the interval, whatever is rounded.

rationals = st.builds(
    Fraction, st.integers(-(10**30), 10**30), st.integers(1, 10**30).map(lambda n: n * (n + 1)) | st.integers(1, 9)
)


@pytest.fixture
def rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Round everything, and coarsely, so that rounding into the wrong direction cannot hide."""
    monkeypatch.setattr(instances, "EXACT_BITS", 0)
    monkeypatch.setattr(instances, "PRECISION", 5)


def inside(value: Fraction, interval: Any) -> bool:
    low, high = interval
    return bool(low <= value <= high)


@pytest.mark.usefixtures("rounding")
def test_every_operation_encloses_what_is_true() -> None:
    meaning: dict[str, Callable[..., Fraction]] = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "maximum": max,
        "minimum": min,
        "neg": lambda a: -a,
        "abs": abs,
    }

    @settings(max_examples=150, deadline=None)
    @given(a=rationals, b=rationals, widths=st.tuples(*4 * [st.fractions(0, 10)]), n=st.integers(0, 12))
    def check_all(a: Fraction, b: Fraction, widths: tuple[Fraction, ...], n: int) -> None:
        one, two = (a - widths[0], a + widths[1]), (b - widths[2], b + widths[3])
        for operation, true in meaning.items():
            kinds, calculate, _ = instances._OPERATIONS[operation]
            given_, values = (one, two)[: len(kinds)], (a, b)[: len(kinds)]
            if operation == "div" and two[0] <= 0 <= two[1]:
                with pytest.raises(InstanceError, match="divisor"):
                    calculate(*given_)
                continue
            assert inside(true(*values), calculate(*given_)), operation
        assert inside(a**n, instances._pow(one, (Fraction(n), Fraction(n))))

    check_all()


@pytest.mark.usefixtures("rounding")
def test_roots_enclose_what_is_true() -> None:
    @settings(max_examples=150, deadline=None)
    @given(a=rationals.map(abs), width=st.fractions(0, 10))
    def check_root(a: Fraction, width: Fraction) -> None:
        low, high = instances._sqrt((a, a + width))
        assert low * low <= a
        assert a + width <= high * high
        low, high = instances._root(a * a)
        assert low == high == a

    check_root()


@settings(max_examples=150, deadline=None)
@given(
    a=st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted),
    b=st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted),
)
def test_a_comparison_is_decided_for_all_values_or_refused(a: list[int], b: list[int]) -> None:
    one, two = (Fraction(a[0]), Fraction(a[1])), (Fraction(b[0]), Fraction(b[1]))
    halves = [[Fraction(k, 2) for k in range(2 * low, 2 * high + 1)] for low, high in (a, b)]
    meaning: dict[str, Callable[[Fraction, Fraction], bool]] = {
        "lt": lambda x, y: x < y,
        "le": lambda x, y: x <= y,
        "gt": lambda x, y: x > y,
        "ge": lambda x, y: x >= y,
        "eq": lambda x, y: x == y,
        "ne": lambda x, y: x != y,
    }
    for name, true in meaning.items():
        outcomes = {true(x, y) for x in halves[0] for y in halves[1]}
        if len(outcomes) == 1:
            assert instances._OPERATIONS[name][1](one, two) is outcomes.pop()
        else:
            with pytest.raises(InstanceError, match="not decided"):
                instances._OPERATIONS[name][1](one, two)


@given(x=rationals)
def test_what_is_printed_is_below(x: Fraction) -> None:
    shown = Fraction(instances.below(x))
    assert shown <= x
    assert x - shown <= abs(x) * Fraction(1, 10**4)


def test_signs_are_decided_or_refused() -> None:
    one, zero = Fraction(1), Fraction(0)
    assert [instances._sign(a)[0] for a in ((one, one), (zero, zero), (-one, -one / 2))] == [1, 0, -1]
    for undecided in ((zero, one), (-one, zero), (-one, one)):
        with pytest.raises(InstanceError, match="a sign is not decided"):
            instances._sign(undecided)
