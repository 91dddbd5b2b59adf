"""Tables: exact, frozen, hashed by content, and read back as they were."""

import copy
import csv
import dataclasses
import hashlib
import io
import json
import math
import pickle
import struct
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcheck.errors import MissingToolError, ParameterError, ShapeError, TableFileError, UnknownNameError
from convcheck.evidence.table import Column, Table

PARAMETERS = {"T": 3, "lr": [0.1, 0.5], "method": "adam", "nested": {"quick": True, "seed": None}}


def example() -> Table:
    return Table(
        {
            "t": Column([1, 2, 3], "steps", "the round"),
            "regret": Column([0.1, math.nan, -math.inf], "1", "R_t & <more>"),
            "method": Column(["adam", "amsgrad", "adam"]),
            "diverges": Column([True, False, True]),
        },
        PARAMETERS,
    )


def assert_identical(a: Table, b: Table) -> None:
    assert list(a) == list(b)
    assert a.parameters == b.parameters
    for name in a:
        assert a[name].dtype == b[name].dtype
        assert a[name].tobytes() == b[name].tobytes()
        assert (a.columns[name].unit, a.columns[name].description) == (
            b.columns[name].unit,
            b.columns[name].description,
        )
    assert a == b
    assert hash(a) == hash(b)


# Columns


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ([1.5, 2], "float64", [1.5, 2.0]),
        (np.array([0.1], dtype="f4"), "float64", [float(np.float32(0.1))]),
        (np.array([1.5], dtype=">f8"), "float64", [1.5]),
        (np.array([255], dtype="u1"), "int64", [255]),
        (np.array([2**63 - 1], dtype="u8"), "int64", [2**63 - 1]),
        (range(3), "int64", [0, 1, 2]),
        ((True, False), "bool", [True, False]),
        (["a", "", "ßα"], "str", ["a", "", "ßα"]),
        (np.array(["a", "b"], dtype=object), "str", ["a", "b"]),
        (np.array(["a", "b"], dtype=np.dtypes.StringDType()), "str", ["a", "b"]),
        ([], "float64", []),
    ],
)
def test_column_kinds(values: npt.ArrayLike, kind: str, kept: list[object]) -> None:
    column = Column(values)
    assert column.kind == kind
    assert column.values.tolist() == kept


@pytest.mark.parametrize(
    "values",
    [
        [1, None],
        [1, "a"],
        [True, "a"],
        ["a", None],
        [2**63],
        [2**70],
        [2**53 + 1, 0.5],
        [1j],
        ["a\0"],
        np.zeros(2, dtype=np.longdouble),
        np.array(["2018-01-01"], dtype="M8[D]"),
        np.zeros(2, dtype="i4,f8"),
        [b"a"],
    ],
)
def test_column_that_cannot_be_exact(values: npt.ArrayLike) -> None:
    with pytest.raises(ParameterError, match="a column holds"):
        Column(values)


@pytest.mark.parametrize("values", [3.0, [[1.0]], [[1.0], [1.0, 2.0]], "text"])
def test_column_of_another_shape(values: npt.ArrayLike) -> None:
    with pytest.raises(ShapeError):
        Column(values)


def test_column_labels_are_strings() -> None:
    with pytest.raises(ParameterError, match="strings"):
        Column([1.0], 3)  # type: ignore[arg-type]


def test_column_is_a_read_only_copy() -> None:
    mine = np.array([1.0, 2.0])
    column = Column(mine)
    mine[0] = 9
    assert column.values[0] == 1
    for same in (column, pickle.loads(pickle.dumps(column)), copy.deepcopy(column)):  # noqa: S301  # our own bytes
        with pytest.raises(ValueError, match="read-only"):
            same.values[0] = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        column.unit = "m"  # type: ignore[misc]


# Making a table


def test_reading_a_table() -> None:
    table = example()
    assert len(table) == 3
    assert list(table) == ["t", "regret", "method", "diverges"]
    assert table["t"].tolist() == [1, 2, 3]
    assert "t" in table
    assert "u" not in table
    assert table.columns["t"].unit == "steps"
    assert repr(table) == f"Table(3 rows of t, regret, method, diverges; sha256 {table.sha256[:12]})"


def test_unknown_column() -> None:
    table = example()
    with pytest.raises(UnknownNameError, match="did you mean 'regret'"):
        table["regert"]
    with pytest.raises(UnknownNameError, match="did you mean 'method'"):
        table.where(metod="adam")
    with pytest.raises(UnknownNameError):
        table[0]  # type: ignore[index]


def test_columns_of_one_length() -> None:
    with pytest.raises(ShapeError, match="'a': 2, 'b': 1"):
        Table({"a": Column([1, 2]), "b": Column([1])})
    with pytest.raises(ShapeError, match="at least one"):
        Table({})


def test_bad_columns() -> None:
    with pytest.raises(ParameterError, match="non-empty string"):
        Table({"": Column([1])})
    with pytest.raises(ParameterError, match="non-empty string"):
        Table({1: Column([1])})  # type: ignore[dict-item]
    with pytest.raises(ParameterError, match="is a list"):
        Table({"a": [1]})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, [1, math.nan], {"a": {"b": math.inf}}, {1: 2}, object(), np.zeros(2), {1}, 1j]
)
def test_bad_parameters(value: object) -> None:
    with pytest.raises(ParameterError, match=r"parameters\['p'\]"):
        Table({"a": Column([1])}, {"p": value})


def test_table_is_frozen() -> None:
    mine = copy.deepcopy(PARAMETERS)
    columns = {"a": Column([1])}
    table = Table(columns, mine)
    before = table.sha256
    mine["T"] = 4
    columns["b"] = Column([2])
    assert table.parameters["T"] == 3
    assert list(table) == ["a"]
    assert table.parameters["lr"] == (0.1, 0.5)
    for mapping in (table.columns, table.parameters, table.parameters["nested"]):
        with pytest.raises(TypeError):
            mapping["T"] = 5  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.columns = columns  # type: ignore[misc]
    assert Table(table.columns, table.parameters).sha256 == before


def test_numpy_scalars_become_numbers() -> None:
    table = Table({"a": Column([1])}, {"n": np.int64(3), "x": np.float64(0.5), "b": np.isnan(np.float64(0))})
    assert table.parameters == {"n": 3, "x": 0.5, "b": False}
    assert [type(value) for value in table.parameters.values()] == [int, float, bool]


# The hash


def test_hash_is_the_same_everywhere() -> None:
    """The bytes that are hashed, written by hand: another platform, or another version, has to hash the same."""
    head = (
        '[3, [{"T": 3, "lr": [0.1, 0.5], "method": "adam", "nested": {"quick": true, "seed": null}},'
        ' ["t", "int64", "steps", "the round"], ["regret", "float64", "1", "R_t & <more>"],'
        ' ["method", "str", "", ""], ["diverges", "bool", "", ""]]]'
    )
    content = (
        struct.pack("<3q", 1, 2, 3)
        + struct.pack("<d", 0.1)
        + bytes.fromhex("000000000000f87f 000000000000f0ff")
        + b'["adam", "amsgrad", "adam"]'
        + b"\1\0\1"
    )
    assert example().sha256 == hashlib.sha256(head.encode() + content).hexdigest()


def test_hash_does_not_depend_on_the_process() -> None:
    program = (
        "from convcheck.evidence.table import Column, Table\n"
        "print(Table({'a': Column([0.5]), 's': Column(['x'])}, {'p': 1, 'q': 2}).sha256)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    table = Table({"a": Column(np.array([0.5], dtype=">f8")), "s": Column(["x"])}, {"q": 2, "p": 1})
    assert done.stdout.strip() == table.sha256


def test_hash_sees_everything() -> None:
    tables = [
        Table({"a": Column([0.0])}),
        Table({"a": Column([-0.0])}),
        Table({"a": Column([0])}),
        Table({"a": Column([False])}),
        Table({"a": Column(["0.0"])}),
        Table({"a": Column([0.0, 0.0])}),
        Table({"b": Column([0.0])}),
        Table({"a": Column([0.0], "m")}),
        Table({"a": Column([0.0], "", "m")}),
        Table({"a": Column([0.0])}, {"p": 1}),
        Table({"a": Column([0.0])}, {"p": 1.0}),
        Table({"a": Column([0.0])}, {"p": True}),
        Table({"a": Column([0.0]), "b": Column([1.0])}),
        Table({"b": Column([1.0]), "a": Column([0.0])}),
        Table({"a": Column(["x", "yz"])}),
        Table({"a": Column(["xy", "z"])}),
        Table({"a": Column([], "")}),
    ]
    assert len({table.sha256 for table in tables}) == len(tables)
    assert tables[0] != tables[1]
    assert tables[0] != "a table"


def test_nans_are_one() -> None:
    odd = np.array([0x7FF8000000000000, 0xFFF8000000000001], dtype="u8").view("f8")
    assert Table({"a": Column(odd)}) == Table({"a": Column([math.nan, math.nan])})


# Rows


def test_where() -> None:
    table = example()
    assert table.where(method="adam")["t"].tolist() == [1, 3]
    assert table.where(method="adam", t=3)["t"].tolist() == [3]
    assert table.where(diverges=True, t=np.int64(1))["t"].tolist() == [1]
    assert table.where(regret=0.1)["t"].tolist() == [1]
    assert table.where() == table
    none = table.where(method="sgd")
    assert len(none) == 0
    assert none.columns["t"].unit == "steps"
    assert none.parameters == table.parameters


@pytest.mark.parametrize("equal", [{"t": "1"}, {"method": 1}, {"t": [1, 2]}, {"t": None}, {"t": np.array([1, 2, 3])}])
def test_where_compares_like_with_like(equal: dict[str, bool]) -> None:
    with pytest.raises(ParameterError, match="compares with"):
        example().where(**equal)


def test_where_result_is_that_of_a_table_made_so() -> None:
    rows = Table({"m": Column(["a", "longer"])}).where(m="a")
    assert_identical(rows, Table({"m": Column(["a"])}))


def test_select() -> None:
    table = example()
    assert table.select(table["t"] > 1)["t"].tolist() == [2, 3]
    assert table.select([2, 0, 0])["t"].tolist() == [3, 1, 1]
    assert table.select([-1])["t"].tolist() == [3]
    assert len(table.select([])) == 0
    assert len(table.select(np.zeros(3, dtype=bool))) == 0


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([True, False], ShapeError),
        ([True] * 4, ShapeError),
        (np.zeros(0, dtype=bool), ShapeError),
        ([3], ShapeError),
        ([-4], ShapeError),
        ([[0]], ShapeError),
        (1, ShapeError),
        ([0.0], ParameterError),
        (["t"], ParameterError),
        ([None], ParameterError),
    ],
)
def test_bad_rows(rows: npt.ArrayLike, error: type[Exception]) -> None:
    with pytest.raises(error):
        example().select(rows)


# Files

FLOATS = st.one_of(st.floats(), st.sampled_from([0.1, -0.0, 5e-324, 1.7976931348623157e308, 2.0**53 + 2, 1e22]))
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    size = draw(st.integers(0, 4))
    kinds = [FLOATS, st.integers(-(2**63), 2**63 - 1), st.booleans(), TEXT]
    dtypes = ["f8", "i8", "?", "U"]
    columns = {}
    for name in draw(st.lists(TEXT.filter(bool), min_size=1, max_size=3, unique=True)):
        which = draw(st.integers(0, 3))
        values = draw(st.lists(kinds[which], min_size=size, max_size=size))
        columns[name] = Column(np.array(values, dtype=dtypes[which]), draw(TEXT), draw(TEXT))
    finite = st.floats(allow_nan=False, allow_infinity=False)
    plain = st.none() | st.booleans() | st.integers() | finite | TEXT
    parameter = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=5)
    return Table(columns, draw(st.dictionaries(TEXT, parameter, max_size=2)))


@settings(deadline=None, max_examples=100)
@given(tables())
def test_json_round_trip_is_exact(table: Table) -> None:
    text = table.to_json()
    assert_identical(Table.from_json(text), table)
    assert Table.from_json(text).to_json() == text


@settings(deadline=None, max_examples=30)
@given(tables())
def test_csv_reads_back(table: Table) -> None:
    read = list(csv.reader(io.StringIO(table.to_csv(), newline="")))
    assert read[0] == list(table)
    assert len(read) == 1 + len(table)
    for name, *cells in zip(*read, strict=True):
        column = table.columns[name]
        if column.kind == "float64":
            assert Column([float(cell) for cell in cells]).values.tobytes() == column.values.tobytes()
        else:
            assert cells == [str(value) for value in column.values.tolist()]


def test_csv_of_awkward_text() -> None:
    table = Table({"a\r": Column(["", "\r", 'x,"y"', "two\nlines", " "])})
    assert table.to_csv() == '"a\r"\n""\n"\r"\n"x,""y"""\n"two\nlines"\n \n'


def test_json_is_json() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    content = json.loads(example().to_json(), parse_constant=refuse)
    assert content["columns"][1]["values"] == [0.1, "NaN", "-Infinity"]
    assert content["columns"][0] == {
        "name": "t", "type": "int64", "unit": "steps", "description": "the round", "values": [1, 2, 3],
    }  # fmt: skip
    assert content["parameters"] == PARAMETERS


def test_files(tmp_path: Path) -> None:
    table = example()
    for write, name in ((table.to_csv, "a.csv"), (table.to_json, "a.json"), (table.to_latex, "a.tex")):
        text = write(tmp_path / name)
        assert (tmp_path / name).read_bytes() == text.encode()
    assert_identical(Table.from_json(tmp_path / "a.json"), table)
    assert table.to_csv() == "t,regret,method,diverges\n1,0.1,adam,True\n2,nan,amsgrad,False\n3,-inf,adam,True\n"


def test_pickle() -> None:
    assert_identical(pickle.loads(pickle.dumps(example())), example())  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    "change",
    [
        ('"values": [1, 2, 3]', '"values": [1, 2, 4]'),
        ('"values": [1, 2, 3]', '"values": [1, 2, 3.0]'),
        ('"values": [1, 2, 3]', '"values": [1, 2, 3.5]'),
        ('"values": [1, 2, 3]', '"values": [1, 2]'),
        ('"values": [1, 2, 3]', '"values": [1, 2, 9223372036854775808]'),
        ('"values": [1, 2, 3]', '"values": 1'),
        ('"NaN"', '"nan"'),
        ('"NaN"', "null"),
        ('"amsgrad"', "1"),
        ('"int64"', '"float64"'),
        ('"int64"', '"object"'),
        ('"steps"', '"step"'),
        ('"steps"', "null"),
        ('"T": 3', '"T": 4'),
        ('"T": 3', '"T": NaN'),
        ("table/1", "table/2"),
        ('"sha256"', '"sha"'),
        ('"columns"', '"rows"'),
        ("{", "["),
        ("}", ""),
    ],
)
def test_changed_json_is_refused(change: tuple[str, str], tmp_path: Path) -> None:
    text = example().to_json()
    assert change[0] in text
    changed = text.replace(*change)
    (tmp_path / "a.json").write_text(changed)
    if change[1].endswith("3.0]"):  # the same number
        assert Table.from_json(changed) == example()
        return
    with pytest.raises(TableFileError, match="the table"):
        Table.from_json(changed)
    with pytest.raises(TableFileError, match=r"a\.json"):
        Table.from_json(tmp_path / "a.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff\xfe\xff", b'"x"', b"[" * 10**5])
def test_file_that_is_no_table(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(TableFileError, match=r"a\.json"):
        Table.from_json(tmp_path / "a.json")


# For readers


def test_latex() -> None:
    table = Table(
        {
            "a_b": Column([1.5, -1e-7, math.nan, math.inf, -math.inf], "50%"),
            "n": Column([1, -2, 10**12, 0, 5]),
            "s": Column(["x & y", "[1]", r"\{~^}", "#$_", "two\n\nlines"]),
        }
    )
    assert table.to_latex().splitlines() == [
        r"\begin{tabular}{rrl}",
        r"\toprule",
        r"a\_b [50\%] & n & s \\",
        r"\midrule",
        r"$1.5$ & $1$ & x \& y \\",
        r"$-1 \times 10^{-7}$ & $-2$ & {}[1] \\",
        r"NaN & $1000000000000$ & \textbackslash{}\{\textasciitilde{}\textasciicircum{}\} \\",
        r"$\infty$ & $0$ & \#\$\_ \\",
        r"$-\infty$ & $5$ & two lines \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_latex_digits() -> None:
    table = Table({"x": Column([20 / 101]), "n": Column([123456])})
    assert "$0.198$ & $123456$" in table.to_latex(digits=3)
    assert f"${20 / 101!r}$" in table.to_latex()
    with pytest.raises(ParameterError, match="significant digit"):
        table.to_latex(digits=0)


class Cells(HTMLParser):
    """Collects the texts and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(  # noqa: D102  # the parser calls it
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.tags.append(tag)
        self.texts += [value for name, value in attrs if name == "title" and value]

    def handle_data(self, data: str) -> None:  # noqa: D102  # the parser calls it
        self.texts.append(data.strip())


def test_html_is_escaped_and_short() -> None:
    table = Table({"<script>": Column([f"<b>{n}" for n in range(100)], "<u>", 'a "title" <i>')})
    page = Cells()
    page.feed(table._repr_html_())
    assert {"<script>", "[<u>]", 'a "title" <i>', "<b>0", "<b>19", "20 of 100 rows"} <= set(page.texts)
    assert "<b>20" not in page.texts
    assert page.tags.count("tr") == 21
    assert {"script", "u", "b", "i"}.isdisjoint(page.tags)
    assert "caption" not in example()._repr_html_()


def test_pandas() -> None:
    pytest.importorskip("pandas")
    frame = example().to_pandas()
    assert list(frame.columns) == list(example())
    assert frame["t"].tolist() == [1, 2, 3]
    assert frame["method"].tolist() == ["adam", "amsgrad", "adam"]
    assert frame.attrs == PARAMETERS
    frame.loc[0, "t"] = 9  # the frame is the user's own
    assert example()["t"][0] == 1


def test_pandas_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingToolError, match="pip install pandas"):
        example().to_pandas()


def test_numpy_is_all_that_a_table_imports() -> None:
    program = (
        "import sys; import convcheck.evidence.table, convcheck.claims.verdict\n"
        "print(sorted({'pandas', 'numba', 'sympy', 'scipy', 'matplotlib', 'flint', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
