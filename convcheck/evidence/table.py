"""`Table`: what an experiment computes and a figure draws, as frozen named columns with units and a content hash."""

import hashlib
import html
import importlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from convcheck.errors import MissingToolError, ParameterError, ShapeError, TableFileError, UnknownNameError
from convcheck.evidence.column import DTYPES, Column, Scalar, Values
from convcheck.simulate.folders import write_atomically

__all__ = ["Column", "Table"]

SCHEMA = "convcheck/table/1"
HTML_ROWS = 20  # a notebook cell shows so many rows; more would bury what follows
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_LATEX_TEXT = str.maketrans(
    {character: "\\" + character for character in "&%$#_{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


@dataclass(frozen=True, eq=False)
class Table:
    """Frozen named columns of equal length and the parameters they were computed with.

    ``table["t"]`` is a column's array, ``len(table)`` the number of rows, ``list(table)`` the names; two tables are
    equal if their content (`sha256`) is.

    Parameters
    ----------
    columns
        Name to `Column`, at least one, all of the same length; the order is kept.
    parameters
        What produced the table: numbers (finite), strings, booleans, None, and lists, tuples and dicts of them. Kept as
        a read-only copy in which lists have become tuples.

    Raises
    ------
    ShapeError
        If there is no column, or the lengths differ.
    ParameterError
        If a column is no `Column`, a name is no non-empty string, or a parameter is none of the above.
    """

    columns: Mapping[str, Column]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given: Mapping[Any, Any] = self.columns
        for name, column in given.items():
            if not isinstance(name, str) or not name:
                raise ParameterError(f"a column's name is a non-empty string, not {name!r}")
            if not isinstance(column, Column):
                raise ParameterError(f"column {name!r} is a {type(column).__name__}; write Column(values, unit, …)")
        lengths = {name: column.values.size for name, column in self.columns.items()}
        if not lengths:
            raise ShapeError("a table needs at least one column")
        if len(set(lengths.values())) > 1:
            raise ShapeError(f"the columns of a table have one length, but these have {lengths}")
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))
        object.__setattr__(self, "parameters", _frozen(self.parameters, "parameters"))

    def __getitem__(self, name: str) -> Values:
        return self._column(name).values

    def __len__(self) -> int:
        return next(iter(self.columns.values())).values.size

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __eq__(self, other: object) -> bool:
        return self.sha256 == other.sha256 if isinstance(other, Table) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Table.from_json, (self.to_json(),)  # exact, and checked by its hash on the other side

    def __repr__(self) -> str:
        return f"Table({len(self)} rows of {', '.join(self.columns)}; sha256 {self.sha256[:12]})"

    @cached_property
    def sha256(self) -> str:
        """The hash of the content (names, units, descriptions, parameters, bits), the same on every platform."""
        head = [_thawed(self.parameters)]
        head += [[name, column.kind, column.unit, column.description] for name, column in self.columns.items()]
        total = hashlib.sha256(json.dumps([len(self), head], sort_keys=True, allow_nan=False).encode())
        for column in self.columns.values():
            text = column.kind == "str"
            total.update(json.dumps(column.values.tolist()).encode() if text else column.values.tobytes())
        return total.hexdigest()

    def where(self, /, **equal: Scalar | np.generic) -> "Table":
        """Return the rows in which each named column equals the given value.

        Raises `UnknownNameError` for a column that does not exist, and `ParameterError` where text is compared with
        numbers, or with anything but one value.
        """
        keep = np.ones(len(self), dtype=bool)
        for name, value in equal.items():
            column = self._column(name)
            if not isinstance(value, Scalar | np.generic):
                raise ParameterError(
                    f"where({name}=…) compares with one value, not a {type(value).__name__}; use select"
                )
            if isinstance(value, str) != (column.kind == "str"):
                raise ParameterError(
                    f"where({name}={value!r}) compares with a column of {column.kind}, which never equals"
                )
            keep &= column.values == value
        return self.select(keep)

    def select(self, rows: npt.ArrayLike) -> "Table":
        """Return the rows that ``rows`` picks: one boolean for each row, or row numbers in the order wanted.

        Raises `ShapeError` if there are not as many booleans as rows, or a row number is out of range, and
        `ParameterError` if ``rows`` holds anything else.
        """
        picked = np.asarray(rows)
        if picked.dtype.kind not in "biu" and picked.size:
            raise ParameterError(f"rows are picked by booleans or whole numbers, not by {picked.dtype}")
        index = picked if picked.size else picked.astype(np.int64)
        if picked.ndim != 1 or (picked.dtype == bool and picked.size != len(self)):
            raise ShapeError(f"the table has {len(self)} rows, but {picked.shape} of them were picked")
        try:
            columns = {
                name: Column(column.values[index], column.unit, column.description)
                for name, column in self.columns.items()
            }
        except IndexError as error:
            raise ShapeError(f"the table has {len(self)} rows, but {error}") from error
        return Table(columns, self.parameters)

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the table as comma-separated text, names first, and write it to ``path`` if given.

        Each float is the shortest decimal that reads back to it. Units, descriptions and parameters are in `to_json`.
        """
        rows = zip(*(column.values.tolist() for column in self.columns.values()), strict=True)
        return _written("".join(",".join(map(_csv_cell, row)) + "\n" for row in [tuple(self), *rows]), path)

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the table as JSON text from which `from_json` makes an equal table; write it to ``path`` if given.

        JSON has no NaN and no infinities: in a float column they are the strings NaN, Infinity and -Infinity.
        """
        columns = [
            {
                "name": name,
                "type": column.kind,
                "unit": column.unit,
                "description": column.description,
                "values": _json_values(column),
            }
            for name, column in self.columns.items()
        ]
        parameters = _thawed(self.parameters)
        content = {"schema": SCHEMA, "parameters": parameters, "columns": columns, "sha256": self.sha256}
        return _written(json.dumps(content, allow_nan=False) + "\n", path)

    @staticmethod
    def from_json(source: str | Path) -> "Table":
        """Return the table in a JSON text (a string) or file (a `Path`).

        Raises `TableFileError` if it is no table as `to_json` writes it, or its content does not have its hash.
        """
        name = f"the table {source}" if isinstance(source, Path) else "the table"
        try:
            content = json.loads(source.read_bytes() if isinstance(source, Path) else source)
            if content["schema"] != SCHEMA:
                raise TableFileError(f"{name} has the schema {content['schema']!r}; this version reads {SCHEMA!r}")
            columns = {
                column["name"]: Column(_read_values(column), column["unit"], column["description"])
                for column in content["columns"]
            }
            table = Table(columns, content["parameters"])
            expected = content["sha256"]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError, ParameterError, ShapeError) as error:
            raise TableFileError(f"{name} is not one that to_json wrote ({error}); compute it again") from error
        if table.sha256 != expected:
            raise TableFileError(f"{name} was changed after it was written: its hash differs; compute it again")
        return table

    def to_latex(self, path: str | Path | None = None, *, digits: int | None = None) -> str:
        r"""Return a ``tabular`` in the style of booktabs, and write it to ``path`` if given.

        ``digits`` is the number of significant digits (≥ 1) of the floats; None writes the shortest decimal that reads
        back exactly. The preamble needs ``\usepackage{booktabs}``.
        """
        if digits is not None and digits < 1:
            raise ParameterError(f"a number has at least one significant digit, not {digits}")
        heads = [
            _latex_text(f"{name} [{column.unit}]" if column.unit else name) for name, column in self.columns.items()
        ]
        cells = [[_latex_cell(value, digits) for value in column.values.tolist()] for column in self.columns.values()]
        alignment = "".join("l" if column.kind in {"str", "bool"} else "r" for column in self.columns.values())
        rows = [" & ".join(row) + r" \\" for row in zip(*cells, strict=True)]
        lines = [rf"\begin{{tabular}}{{{alignment}}}", r"\toprule", " & ".join(heads) + r" \\", r"\midrule"]
        return _written("\n".join([*lines, *rows, r"\bottomrule", r"\end{tabular}", ""]), path)

    def to_pandas(self) -> Any:  # a pandas.DataFrame; pandas is nobody's dependency
        """Return a ``pandas.DataFrame`` with the parameters in ``attrs``; raises `MissingToolError` without pandas."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise MissingToolError(
                "to_pandas needs pandas, which is not installed; run `pip install pandas`"
            ) from error
        frame = pandas.DataFrame({name: column.values.copy() for name, column in self.columns.items()})
        frame.attrs.update(_thawed(self.parameters))
        return frame

    def _repr_html_(self) -> str:
        heads = "".join(
            f'<th title="{html.escape(column.description)}">{html.escape(name)}'
            f"{f' <small>[{html.escape(column.unit)}]</small>' if column.unit else ''}</th>"
            for name, column in self.columns.items()
        )
        shown = [column.values[:HTML_ROWS].tolist() for column in self.columns.values()]
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_brief(value))}</td>" for value in row) + "</tr>"
            for row in zip(*shown, strict=True)
        )
        more = f"<caption>{HTML_ROWS} of {len(self)} rows</caption>" if len(self) > HTML_ROWS else ""
        return f"<table>{more}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _column(self, name: str) -> Column:
        if name not in self.columns:
            raise UnknownNameError("column", str(name), self.columns, where="in this table")
        return self.columns[name]


def _frozen(value: object, where: str) -> object:
    """Return a read-only copy of a parameter: mappings as proxies, sequences as tuples, NumPy scalars as Python's."""
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise ParameterError(f"{where} has the key {name!r}; the keys of a table's parameters are strings")
        return MappingProxyType({str(name): _frozen(item, f"{where}[{name!r}]") for name, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(item, f"{where}[{index}]") for index, item in enumerate(value))
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ParameterError(f"{where} is {plain}, which JSON cannot write; give a finite number, None or a string")
    for exact in (bool, int, float, str):  # subclasses (an enum, say) become the plain value
        if isinstance(plain, exact):
            return exact(plain)
    if plain is None:
        return None
    raise ParameterError(
        f"{where} is a {type(value).__name__}; a table's parameters are numbers, strings, lists, dicts"
    )


def _thawed(value: object) -> Any:  # JSON
    if isinstance(value, Mapping):
        return {name: _thawed(item) for name, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _json_values(column: Column) -> list[Scalar]:
    values: list[Scalar] = column.values.tolist()
    if column.kind != "float64" or np.isfinite(column.values).all():
        return values
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [value if math.isfinite(value) else names[repr(value)] for value in column.values.tolist()]


def _read_values(column: Mapping[str, Any]) -> Values:
    values = column["values"]
    dtype = DTYPES[column["type"]]
    if column["type"] == "float64":
        values = [_NOT_FINITE[value] if isinstance(value, str) else float(value) for value in values]
    array = np.array(values, dtype=dtype) if values else np.array([], dtype=dtype)
    if array.tolist() != values and column["type"] != "float64":
        raise ValueError(f"column {column['name']!r} holds values that are not of its type {column['type']}")
    return array


def _written(text: str, path: str | Path | None) -> str:
    if path is not None:
        write_atomically(Path(path), text.encode())
    return text


def _csv_cell(value: Scalar) -> str:
    """Quote as RFC 4180 says; Python's csv, told to end lines with a line feed, leaves carriage returns unquoted."""
    text = str(value)
    quoted = not text or any(character in text for character in ',"\r\n')
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _latex_text(text: str) -> str:
    escaped = " ".join(text.split()).translate(_LATEX_TEXT)
    return "{}" + escaped if escaped.startswith(("[", "*")) else escaped  # after \\ these would be its arguments


def _latex_cell(value: Scalar, digits: int | None) -> str:
    if isinstance(value, bool | str):
        return _latex_text(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else rf"${'-' if value < 0 else ''}\infty$"
    text = repr(value) if digits is None or isinstance(value, int) else f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    return rf"${mantissa} \times 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"


def _brief(value: Scalar) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
