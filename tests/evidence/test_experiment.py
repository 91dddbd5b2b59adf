"""`Experiment`: what its file must define, and what its functions must return."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from convcheck.errors import CatalogError, UnknownNameError
from convcheck.evidence.experiment import FUNCTIONS, Experiment, title

SOURCE = '''"""A line.

More about it.
"""

from dataclasses import asdict, dataclass

from matplotlib.figure import Figure

from convcheck.claims.verdict import Expectation, Verdict
from convcheck.evidence.table import Column, Table


@dataclass(frozen=True)
class Parameters:
    n: int = 5


presets = {"quick": Parameters(2), "paper": Parameters(), "long": Parameters(9)}


def compute(parameters, executor=None):
    return Table({"t": Column(list(range(parameters.n)))}, asdict(parameters))


def draw(table):
    return Figure()


def expect(table):
    return (Expectation("length", Verdict.SUPPORTED, f"there are {len(table)} rows", len(table)),)


def numbers(table):
    return {"rows": str(len(table))}
'''

Make = Callable[..., Experiment]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return what loads the experiment above after some of its text has been replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments").mkdir()

    def load(*changes: tuple[str, str]) -> Experiment:
        text = SOURCE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "experiments" / "line.py").write_text(text, "utf-8")
        return Experiment.load("line")

    return load


def test_an_experiment_is_its_file(make: Make, tmp_path: Path) -> None:
    experiment = make()
    assert (experiment.name, experiment.title) == ("line", "A line")
    assert experiment.path == tmp_path / "experiments" / "line.py"
    assert list(experiment.presets) == ["quick", "paper", "long"]
    assert SOURCE.splitlines()[experiment.line - 1] == "def expect(table):"


@pytest.mark.parametrize(("preset", "rows"), [("quick", 2), ("paper", 5), ("long", 9)])
def test_a_table_is_computed_drawn_and_judged(make: Make, preset: str, rows: int) -> None:
    experiment = make()
    table = experiment.compute(preset)
    assert len(table) == rows
    assert isinstance(experiment.draw(table), Figure)
    (expectation,) = experiment.expect(table)
    assert (expectation.holds, expectation.observed) == (True, rows)
    assert experiment.numbers(table) == {"rows": str(rows)}


def test_the_executor_is_passed_on(make: Make) -> None:
    experiment = make(("Column(list(range(parameters.n)))", "Column([repr(executor)])"))
    assert experiment.compute("quick")["t"].tolist() == ["None"]
    assert experiment.compute("quick", "threads")["t"].tolist() == ["'threads'"]  # type: ignore[arg-type]  # never used


def test_an_edited_file_counts_at_once(make: Make) -> None:
    assert make().title == "A line"
    assert make(("A line.", "A curve.")).title == "A curve"


def test_unknown_names_get_the_nearest(make: Make) -> None:
    experiment = make()
    with pytest.raises(
        UnknownNameError, match="there is no preset 'papr' of the experiment line; did you mean 'paper'"
    ):
        experiment.compute("papr")
    with pytest.raises(UnknownNameError, match="there is no experiment 'lines'; did you mean 'line'"):
        Experiment.load("lines")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            '"""A line.\n\nMore about it.\n"""',
            "",
            "must begin with a docstring; its first line is the experiment's title",
        ),
        ("(frozen=True)", "", "must define Parameters, a dataclass with frozen=True"),
        ("class Parameters", "class Others", "NameError"),
        ('"quick": Parameters(2), ', "", 'must define presets = {"quick": Parameters'),
        ("presets = {", "others = {", 'must define presets = {"quick": Parameters'),
        ('"long": Parameters(9)', '"long": 9', "the preset 'long' must be Parameters(…), not int"),
        *((f"def {name}(", f"def no_{name}(", f"there is no {name}") for name in FUNCTIONS),
    ],
)
def test_what_the_file_lacks_is_named(make: Make, old: str, new: str, sentence: str) -> None:
    if sentence == "NameError":  # Python's own, from the line where it happens
        with pytest.raises(NameError):
            make((old, new))
        return
    with pytest.raises(CatalogError) as caught:
        make((old, new))
    assert sentence in str(caught.value)
    assert str(Path("experiments", "line.py")) in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "function", "sentence"),
    [
        ("return Table(", "return dict() and Table(", "compute", "compute must return a Table, not dict"),
        ("return Figure()", "return None", "draw", "draw must return a Matplotlib Figure, not NoneType"),
        ("return (Exp", "return [Exp", "expect", "expect must return a tuple of Expectations, not list"),
        ("return (Exp", "return (3, Exp", "expect", "expect must return Expectations, not int"),
        ("return (Exp", "return () and (Exp", "expect", "expect returned no Expectation"),
        ("return (Exp", "return 2 * (Exp", "expect", "expect returned two Expectations named 'length'"),
        ("return {", "return 3, {", "numbers", "numbers must return a dict of strings, not tuple"),
        ('"rows": str(len(table))', '"rows": len(table)', "numbers", "must return strings by name, but 'rows' is 5"),
        ('"rows": str', "1: str", "numbers", "must return strings by name, but 1 is '5'"),
    ],
)
def test_what_a_function_returns_is_checked(make: Make, old: str, new: str, function: str, sentence: str) -> None:
    changes = [(old, new)]
    if "return [" in new:
        changes.append(("len(table)),)", "len(table))]"))
    experiment = make(*changes)
    table = make().compute("paper") if function == "compute" else experiment.compute("paper")
    with pytest.raises(CatalogError) as caught:
        experiment.compute("paper") if function == "compute" else getattr(experiment, function)(table)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("A line.", "A line"),
        ("\n  A line.\n\nMore.", "A line"),
        ("A line", "A line"),
        ("", ""),
        (None, ""),
        ("  \n", ""),
    ],
)
def test_the_title_is_the_first_line(docstring: str | None, expected: str) -> None:
    assert title(docstring) == expected
