"""`Column`: one named quantity of a table, kept exactly and never changed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from convcheck.errors import ParameterError, ShapeError

Values = npt.NDArray[Any]
Scalar = bool | int | float | str

# Little-endian, whatever the machine: the bytes are hashed. A string column is as wide as its longest string.
DTYPES = {"float64": np.dtype("<f8"), "int64": np.dtype("<i8"), "bool": np.dtype("?"), "str": np.dtype("<U")}


@dataclass(frozen=True, eq=False, init=False)
class Column:
    """One column: its values, their unit, and what they are.

    Parameters
    ----------
    values
        One-dimensional; kept as a read-only copy of type float64, int64, bool or str. Every NaN becomes the same NaN.
    unit
        The unit, in words or symbols (``"steps"``, ``"1/alpha"``); empty where there is none.
    description
        What the values are, one sentence.

    Raises
    ------
    ShapeError
        If the values are not one-dimensional.
    ParameterError
        If they cannot be kept exactly as one of the four types, or unit or description is no string.
    """

    values: Values
    unit: str
    description: str

    def __init__(self, values: npt.ArrayLike, unit: str = "", description: str = "") -> None:
        """Copy the values."""
        labels: tuple[Any, ...] = (unit, description)
        if not all(isinstance(label, str) for label in labels):
            raise ParameterError(f"a column's unit and description are strings, not {unit!r} and {description!r}")
        object.__setattr__(self, "values", _exact(values))
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "description", description)

    def __reduce__(self) -> tuple[type["Column"], tuple[Values, str, str]]:
        return Column, (self.values, self.unit, self.description)  # an array forgets in a pickle that it is read-only

    @property
    def kind(self) -> str:
        """The type of the values: ``float64``, ``int64``, ``bool`` or ``str``."""
        return "str" if self.values.dtype.kind == "U" else self.values.dtype.name


def _exact(values: npt.ArrayLike) -> Values:
    """Return a read-only, contiguous copy of ``values`` as one of the four types, or raise."""
    try:
        array = np.array(values)
    except ValueError as error:
        raise ShapeError(f"a column's values form a one-dimensional array ({error})") from error
    if array.ndim != 1:
        raise ShapeError(f"a column is one-dimensional, but these values have shape {array.shape}")
    items: Sequence[object] = values if isinstance(values, list | tuple) else array.tolist()
    kind = array.dtype.kind
    result: Values
    if kind == "b":
        result = array.astype(DTYPES["bool"])
    elif kind == "i" or (kind == "u" and not (array > np.iinfo(np.int64).max).any()):
        result = array.astype(DTYPES["int64"])
    elif kind == "f" and array.dtype.itemsize <= DTYPES["float64"].itemsize and _integers_fit(items):
        result = array.astype(DTYPES["float64"])
        result[np.isnan(result)] = math.nan  # the sign and payload of a NaN depend on the processor
    elif kind in "UTO" and all(isinstance(item, str) and "\0" not in item for item in items):
        result = np.array(items, dtype=DTYPES["str"])  # at the width of the longest: equal content, equal bytes
    else:
        types = ", ".join(sorted({type(item).__name__ for item in items}))
        raise ParameterError(
            f"a column holds floats, 64-bit integers, booleans or strings without null characters, each exactly, "
            f"all of one type; these values ({types}; as an array {array.dtype}) are not"
        )
    result.flags.writeable = False
    return result


def _integers_fit(items: Sequence[object]) -> bool:
    """Whether the integers among ``items``, which NumPy has made floats, are those floats."""
    return all(float(item) == item for item in items if isinstance(item, int))
