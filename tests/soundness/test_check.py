"""The independent checker replays every rule, prints what was proved, refuses what is malformed, and stands alone."""

import ast
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from convcheck import check
from convcheck.kernel import AXIOMS, RULES, certificate, make
from convcheck.kernel.terms import BODY
from tests.soundness.attacks_files import FILES, TEXT
from tests.soundness.attacks_rules import A, a, below, fn, one, t, x, xy, y, zero
from tests.soundness.random_terms import Terms
from tests.soundness.support import (
    FULL,
    X,
    add,
    agree,
    app,
    document,
    eq,
    into,
    le,
    lt,
    mul,
    q,
    replay,
    sqrt,
    total,
)
from tests.soundness.valid_inferences import VALID

CHECKER = Path(check.__file__)


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


@pytest.mark.parametrize("name", FILES)
def test_malformed_files_are_rejected(name: str) -> None:
    check.check(TEXT)
    with pytest.raises(check.CheckError) as error:
        check.check(FILES[name])
    assert len(str(error.value).splitlines()) == 1


def test_text_that_cannot_be_encoded_is_rejected() -> None:
    with pytest.raises(check.CheckError, match="not JSON"):
        check.check(TEXT.replace("inv_mul", "\ud800"))


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
