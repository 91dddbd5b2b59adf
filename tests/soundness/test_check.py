"""The independent checker replays every rule, prints what was proved, refuses what is malformed, and stands alone."""

import ast
import json
import shutil
import subprocess
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from convcheck import check
from convcheck.kernel import AXIOMS, RULES, Theorem, certificate, make
from convcheck.kernel.terms import BODY
from tests.soundness.attacks_rules import A, a, base, below, fi, fn, fs, inner, inv, m, n, one, p_n, step, t, u, v, zero
from tests.soundness.random_terms import Terms
from tests.soundness.support import (
    FULL,
    G,
    N,
    R,
    X,
    add,
    agree,
    app,
    document,
    eq,
    every,
    f,
    given,
    h,
    i0,
    imp,
    into,
    le,
    lt,
    max_,
    mean,
    minus,
    mul,
    q,
    replay,
    sqrt,
    total,
    w0,
    xs,
)

CHECKER = Path(check.__file__)
x, y = R("x"), R("y")
xy = A(le(x, y))
random, known = app(N, n, w0), app(X, t, w0)
H = Fraction(1, 2)
square = RULES["square"](minus(x, y))

is_right = RULES["mp"](RULES["spec"](RULES["spec"](RULES["axiom"]("max_is_right"), x), y), xy)
above = RULES["polynomial"](le(y, app(max_, x, y)), (), (is_right,))
right_below = RULES["spec"](RULES["spec"](RULES["axiom"]("max_right"), x), y)
below_y = RULES["mp"](RULES["discharge"](lt(y, x), right_below), A(lt(y, x)))
young = le(mul(x, y), add(mul(q(H), x, x), mul(q(H), make("pow", y, 2))))

VALID: dict[str, tuple[Theorem, str]] = {
    "assume": (xy, "x ≤ y"),
    "discharge": (RULES["discharge"](le(x, y), xy), "x ≤ y → x ≤ y"),
    "mp": (RULES["mp"](A(imp(le(x, y), lt(x, y))), xy), "x < y"),
    "both": (RULES["both"](xy, A(lt(y, x))), "x ≤ y ∧ y < x"),
    "left": (RULES["left"](A(make("and", le(x, y), lt(y, x)))), "x ≤ y"),
    "right": (RULES["right"](A(make("and", le(x, y), lt(y, x)))), "y < x"),
    "gen": (RULES["gen"](x, RULES["square"](x)), "∀x ∈ ℝ. 0 ≤ x·x"),
    "gen outcomes": (RULES["gen"](a, RULES["square"](app(N, n, a))), "∀ω ∈ Ω. 0 ≤ N(n, ω)·N(n, ω)"),
    "spec": (RULES["spec"](RULES["gen"](x, RULES["square"](x)), n), "0 ≤ n·n"),
    "spec vectors": (RULES["spec"](RULES["gen"](u, RULES["square"](u)), add(u, v)), "0 ≤ ‖u + v‖²"),
    "instance": (RULES["instance"](A(le(fs, x)), f, (m,), mul(m, n)), "Σ[i=1..n](i·n) ≤ x"),
    "instance within itself": (
        RULES["instance"](A(le(app(h, app(h, y)), x)), h, (x,), add(x, one)),
        "(y + 1) + 1 ≤ x",
    ),
    "instance under binders": (
        RULES["instance"](A(le(total(one, n, app(f, i0)), x)), f, (m,), total(one, m, mul(app(h, m), app(h, i0)))),
        "Σ[i=1..n](Σ[j=1..i](h(i)·h(j))) ≤ x",
    ),
    "cases": (RULES["cases"](above, below_y, x, y), "y ≤ max(x, y)"),
    "antisym": (RULES["antisym"](xy, A(le(y, x))), "x = y"),
    "cong": (RULES["cong"](A(eq(x, y)), R("z"), app(h, R("z"))), "h(x) = h(y)"),
    "cong vectors": (RULES["cong"](A(eq(u, v)), u, inner(u, u)), "‖u‖² = ‖v‖²"),
    "integer": (RULES["integer"](A(lt(n, m))), "n + 1 ≤ m"),
    "induction": (RULES["induction"](base, step, n, zero, p_n), "∀i ∈ ℤ. 0 ≤ i → 0 ≤ f(i)"),
    "sum_empty": (RULES["sum_empty"](fs, A(lt(n, one))), "Σ[i=1..n](f(i)) = 0"),
    "sum_last": (RULES["sum_last"](fs, A(le(one, n))), "Σ[i=1..n](f(i)) = Σ[i=1..n - 1](f(i)) + f(n)"),
    "sum_mono": (
        RULES["sum_mono"](A(every("Z", imp(le(one, i0), imp(le(i0, n), le(fi, x))))), one, n),
        "Σ[i=1..n](f(i)) ≤ Σ[i=1..n](x)",
    ),
    "sum_mono with one guard": (
        RULES["sum_mono"](A(every("Z", imp(le(i0, n), eq(fi, x)))), one, n),
        "Σ[i=1..n](f(i)) = Σ[i=1..n](x)",
    ),
    "expectation_mono": (
        RULES["expectation_mono"](A(every("W", le(random, known))), None),
        "E_ω[N(n, ω)] ≤ E_ω[X(t, ω)]",
    ),
    "expectation_mono given the past": (
        RULES["expectation_mono"](A(every("W", eq(random, known))), (add(t, one), a)),
        "E_ω[N(n, ω) | F_{t + 1}](a) = E_ω[X(t, ω) | F_{t + 1}](a)",
    ),
    "square": (RULES["square"](minus(x, y)), "0 ≤ (x - y)·(x - y)"),
    "square of a vector": (RULES["square"](minus(u, v)), "0 ≤ ‖u - v‖²"),
    "polynomial": (
        RULES["polynomial"](young, (below(square, times=H),), ()),
        "x·y ≤ (1/2)·x·x + (1/2)·y²",
    ),
    "polynomial, strict": (
        RULES["polynomial"](lt(x, add(x, q(H))), (below(times=H),), ()),
        "x < x + 1/2",
    ),
    "polynomial with slack to spare": (RULES["polynomial"](lt(x, add(y, one)), (below(xy),), ()), "x < y + 1"),
    "polynomial with a multiplier": (
        RULES["polynomial"](eq(mul(x, app(h, x)), mul(y, app(h, x))), (below(A(eq(x, y)), by=app(h, x)),), ()),
        "x·h(x) = y·h(x)",
    ),
    "polynomial with a negative multiple of an equation": (
        RULES["polynomial"](lt(y, add(x, one)), (below(A(eq(x, y)), times=Fraction(-1)), below()), ()),
        "y < x + 1",
    ),
    "polynomial modulo an equation about an atom": (
        RULES["polynomial"](eq(app(h, fn), app(h, x)), (), (A(eq(fn, x)),)),
        "h(f(n)) = h(x)",
    ),
    "polynomial modulo an equation under a binder": (
        RULES["polynomial"](eq(total(one, n, mul(fi, app(h, fn))), mul(app(h, x), fs)), (), (A(eq(fn, x)),)),
        "Σ[i=1..n](f(i)·h(f(n))) = h(x)·Σ[i=1..n](f(i))",
    ),
    "polynomial modulo an equation about a monomial": (
        RULES["polynomial"](eq(make("pow", mul(x, y), 3), one), (), (A(eq(mul(x, y), one)),)),
        "(x·y)³ = 1",
    ),
    "polynomial modulo an equation about a sum": (
        RULES["polynomial"](eq(mul(x, add(mul(x, x), y)), mul(x, one)), (), (A(eq(add(mul(x, x), y), one)),)),
        "x·(x·x + y) = x·1",
    ),
    "vector_equation": (
        RULES["vector_equation"](eq(add(u, app(xs, n)), add(v, u)), (A(eq(app(xs, n), v)),)),
        "u + xs(n) = v + u",
    ),
    "absurd": (RULES["absurd"](A(lt(one, zero)), le(x, y)), "x ≤ y"),
    "axiom": (RULES["axiom"]("sqrt_square"), "∀x ∈ ℝ. 0 ≤ x → √(x)·√(x) = x"),
    # laws of the normal form
    "inverses": (RULES["polynomial"](eq(inv(mul(x, inv(y))), mul(y, inv(x))), (), ()), "1 / (x / y) = y / x"),
    "an inverse of a multiple of a sum": (
        RULES["polynomial"](
            eq(inv(add(mul(q(2), x), mul(q(-4), y))), mul(q(-H / 2), inv(minus(y, mul(q(H), x))))), (), ()
        ),
        "1 / (2·x + (-4)·y) = (-1/4) / (y - ((1/2)·x))",
    ),
    "constants leave sums": (
        RULES["polynomial"](eq(total(one, n, mul(x, fi)), mul(x, fs)), (), ()),
        "Σ[i=1..n](x·f(i)) = x·Σ[i=1..n](f(i))",
    ),
    "what is known leaves": (
        RULES["polynomial"](eq(given(t, mul(known, random), a), mul(app(X, t, a), given(t, random, a))), (), ()),
        "E_ω[X(t, ω)·N(n, ω) | F_{t}](a) = X(t, a)·E_ω[N(n, ω) | F_{t}](a)",
    ),
    "what was known a round ago leaves": (
        RULES["polynomial"](
            eq(given(t, app(h, app(G, minus(t, one), w0)), a), app(h, app(G, minus(t, one), a))), (), ()
        ),
        "E_ω[h(G(t - 1, ω)) | F_{t}](a) = h(G(t - 1, a))",
    ),
    "the tower": (
        RULES["polynomial"](eq(mean(given(t, random, w0)), mean(random)), (), ()),
        "E_ω[E_ω′[N(n, ω′) | F_{t}](ω)] = E_ω[N(n, ω)]",
    ),
    "a vector leaves an inner product under E": (
        RULES["polynomial"](eq(mean(inner(u, app(xs, n))), inner(app(xs, n), u)), (), ()),
        "E_ω[⟨u, xs(n)⟩] = ⟨xs(n), u⟩",
    ),
    "a power": (RULES["axiom"]("power_zero"), "∀x ∈ ℝ. power(x, 0) = 1"),
}
"""Theorems made by each rule, with their statements in print."""


def test_every_rule_is_there() -> None:
    assert check.RULES.keys() == RULES.keys() <= VALID.keys()
    assert {op: place + 1 for op, place in BODY.items()} == check.BODY
    assert all(function.__doc__ for _, function in check.RULES.values())


@pytest.mark.parametrize("name", VALID)
def test_valid_certificates_are_accepted(name: str) -> None:
    theorem, statement = VALID[name]
    agree(theorem)
    data = json.dumps(certificate(theorem))
    result = check.check(data)
    assert result.statement == statement
    assert len(result.hypotheses) == len(theorem.hypotheses)
    assert result.sha256 == sha256(data.encode()).hexdigest()
    assert check.check(data.encode()) == result


@pytest.mark.parametrize("name", AXIOMS)
def test_axioms_are_named(name: str) -> None:
    result = replay(RULES["axiom"](name))
    assert result.axioms == {name: result.statement}


def test_only_axioms_of_the_derivation_are_named() -> None:
    theorem = RULES["both"](
        RULES["axiom"]("inv_mul"), RULES["both"](RULES["axiom"]("exp_ge"), RULES["axiom"]("inv_mul"))
    )
    assert list(replay(theorem).axioms) == ["exp_ge", "inv_mul"]


def test_hypotheses_and_symbols_are_printed() -> None:
    result = replay(
        RULES["polynomial"](
            le(app(X, t, a), app(sqrt, x)), (below(A(le(app(X, t, a), fn))), below(A(le(fn, app(sqrt, x))))), ()
        )
    )
    assert result.statement == "X(t, a) ≤ √(x)"
    assert result.hypotheses == ("X(t, a) ≤ f(n)", "f(n) ≤ √(x)")
    assert result.symbols == (
        "X : ℤ × Ω → ℝ, at (t, ω) known at time t",
        "a ∈ Ω",
        "f : ℤ → ℝ",
        "n ∈ ℤ",
        "t ∈ ℤ",
        "x ∈ ℝ",
    )


def test_names_are_used() -> None:
    theorem = RULES["gen"](x, RULES["square"](x))
    assert replay(theorem, names={theorem.conclusion: "α"}).statement == "∀α ∈ ℝ. 0 ≤ α·α"


def test_print_is_unambiguous() -> None:
    """Terms that look the same have the same value."""
    seen: dict[str, Any] = {}
    terms = check.Terms()
    algebra = check.Algebra(terms)
    count = 20_000 if FULL else 3_000
    for seed in range(count):
        source = Terms(seed)
        term = into(terms, source.term(source.random.choice("RRV"), source.random.randint(1, 2)))
        text = check.Printer(terms, [term], {}).text(term)
        assert seen.setdefault(text, algebra.value(term)) == algebra.value(term), text
    assert count // 4 < len(seen) < count  # so that many look the same


# ---- malformed files -----------------------------------------------------------------------------------------------

TEXT = json.dumps(certificate(RULES["both"](xy, RULES["axiom"]("inv_mul"))))
FILES: dict[str, bytes] = {
    "an empty file": b"",
    "blanks": b" \n",
    "no JSON": b"theorem",
    "a number": b"1",
    "a list": b"[]",
    "null": b"null",
    "an empty object": b"{}",
    "half a file": TEXT[: len(TEXT) // 2].encode(),
    "something after the end": TEXT.encode() + b"{}",
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "bytes that are no UTF-8": TEXT.encode().replace(b"both", b"b\xfeth"),
    "a null byte": TEXT.encode() + b"\0",
    "NaN": TEXT.replace('"conclusion": ', '"conclusion": NaN, "c": ').encode(),
    "infinity": TEXT.replace('"names": {}', '"names": -Infinity').encode(),
    "a float": TEXT.replace('"names": {}', '"names": 1.0').encode(),
    "an exponent": TEXT.replace('"conclusion": ', '"conclusion": 1e1, "c": ').encode(),
    "a number of 5000 digits": TEXT.replace('"names": {}', '"names": ' + "7" * 5000).encode(),
    "a key twice": TEXT.replace('"names": {}', '"names": {}, "names": {}').encode(),
    "a conclusion twice": TEXT.replace('"names": {}', '"names": {}, "conclusion": 0').encode(),
    "a binder named twice": TEXT.replace('"names": {}', '"names": {"9": "i", "9": "j"}').encode(),
    "lists in lists in lists": b"[" * 200_000,
    "objects in objects in objects": b'{"names":' * 200_000,
    "comments": b"// trust me\n" + TEXT.encode(),
    "single quotes": TEXT.replace('"', "'").encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_malformed_files_are_rejected(name: str) -> None:
    check.check(TEXT)
    with pytest.raises(check.CheckError) as error:
        check.check(FILES[name])
    assert len(str(error.value).splitlines()) == 1


def test_the_error_names_step_and_reason() -> None:
    data = document(RULES["both"](xy, RULES["axiom"]("inv_mul")))
    data["steps"][2] = ["mp", ["theorem", 1], ["theorem", 0]]
    with pytest.raises(check.CheckError, match=r"^step 2: mp: imp is wanted, not le$"):
        check.check(json.dumps(data))


def test_a_file_that_is_too_large_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "LARGEST_FILE", 100)
    with pytest.raises(check.CheckError, match="too large"):
        check.check(TEXT)


@pytest.mark.parametrize("limit", ["MOST_WORK", "LARGEST_POLYNOMIAL", "LARGEST_NUMBER", "LARGEST_DEGREE"])
def test_limits_are_kept(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    power = make("pow", add(x, y, q(3)), 3)
    theorem = RULES["polynomial"](eq(mul(power, power), make("pow", add(y, x, q(3)), 6)), (), ())
    data = json.dumps(certificate(theorem))
    check.check(data)
    monkeypatch.setattr(check, limit, 5)
    with pytest.raises(check.CheckError):
        check.check(data)


# ---- the program ---------------------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the checker as a single file, isolated from this environment, in a folder of its own."""
    shutil.copy(CHECKER, folder / "check.py")
    command = [sys.executable, "-I", "-S", "-X", "utf8", "check.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a certificate that is right, one that is wrong, and something else."""
    (tmp_path / "right.json").write_text(TEXT, "utf-8")
    (tmp_path / "wrong.json").write_text(TEXT.replace("inv_mul", "inv_pos", 1), "utf-8")
    (tmp_path / "other.json").write_text("{}", "utf-8")
    return tmp_path


def test_the_program_accepts(folder: Path) -> None:
    done = run(folder, "right.json")
    assert (done.returncode, done.stderr) == (0, "")
    digest = sha256(TEXT.encode()).hexdigest()
    assert done.stdout.splitlines() == [
        f"right.json: accepted, 3 steps, sha256 {digest}",
        "  theorem",
        "    x ≤ y ∧ (∀z ∈ ℝ. 0 < z → z / z = 1)",
        "  hypotheses",
        "    x ≤ y",
        "  for all",
        "    x ∈ ℝ",
        "    y ∈ ℝ",
        "  axioms",
        "    inv_mul: ∀x ∈ ℝ. 0 < x → x / x = 1",
    ]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["right.json", "right.json"], 0),
        (["right.json", "wrong.json"], 1),
        (["wrong.json", "right.json"], 1),
        (["other.json"], 1),
        (["missing.json"], 2),
        (["wrong.json", "missing.json"], 2),
        ([], 2),
        (["--help"], 2),
        (["right.json", "-v"], 2),
    ],
)
def test_the_exit_code(folder: Path, files: list[str], code: int) -> None:
    done = run(folder, *files)
    assert (done.returncode, done.stderr) == (code, "")
    assert ("rejected: " in done.stdout) == bool({"wrong.json", "other.json", "missing.json"} & {*files})
    assert ("usage" in done.stdout) == (code == 2 and "missing.json" not in files)


def test_the_program_writes_to_any_terminal(folder: Path) -> None:
    command = [sys.executable, "-I", "-S", str(CHECKER), "right.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii"})
    assert done.stdout.decode("utf-8").startswith("right.json: accepted")


def test_it_imports_the_standard_library_only() -> None:
    names = set()
    for node in ast.walk(ast.parse(CHECKER.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= sys.stdlib_module_names


def test_functions_are_short() -> None:
    tree = ast.parse(CHECKER.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > 40} == {}


def test_a_thousand_steps_take_less_than_a_second() -> None:
    # Σ_{i ≤ n} 1 = n for n = 0 … 250, one after the other, in five steps each
    theorem = RULES["sum_empty"](total(one, zero, one), RULES["polynomial"](lt(zero, one), (), ()))
    for last in range(1, 251):
        s = total(one, q(last), one)
        split = RULES["sum_last"](s, RULES["polynomial"](le(one, q(last)), (), ()))
        theorem = RULES["polynomial"](eq(s, q(last)), (), (split, theorem))
        theorem = RULES["left"](RULES["both"](theorem, split))
    data = json.dumps(certificate(theorem))
    start = perf_counter()
    result = check.check(data)
    assert result.steps > 1_000
    assert perf_counter() - start < 1
