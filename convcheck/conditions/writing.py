"""How formulas are written, as text and in LaTeX."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple, TypeAlias
from unicodedata import lookup

Pattern: TypeAlias = tuple[str, int, *tuple[int, ...]]
"""Where the operands stand; how tightly the result holds together (7: as one sign); how tightly each operand must."""

_TEXT: Mapping[str, Pattern] = {
    "|": ("{} or {}", 0, 0, 0),
    "&": ("{} and {}", 1, 1, 1),
    "~": ("not {}", 2, 7),
    "<": ("{} < {}", 3, 4, 4),
    "<=": ("{} ≤ {}", 3, 4, 4),
    ">": ("{} > {}", 3, 4, 4),
    ">=": ("{} ≥ {}", 3, 4, 4),
    "+": ("{} + {}", 4, 4, 5),
    "-": ("{} - {}", 4, 4, 5),
    "neg": ("-{}", 4, 5),
    "*": ("{}·{}", 5, 5, 6),
    "/": ("{}/{}", 5, 5, 6),
    "square": ("{}²", 6, 7),
    "sqrt": ("√{}", 6, 7),
}
_LATEX: Mapping[str, Pattern] = {
    **_TEXT,
    "|": (r"{} \vee {}", 0, 0, 0),
    "&": (r"{} \wedge {}", 1, 1, 1),
    "~": (r"\neg {}", 2, 7),
    "<=": (r"{} \leq {}", 3, 4, 4),
    ">=": (r"{} \geq {}", 3, 4, 4),
    "*": (r"{} \cdot {}", 5, 5, 6),
    "/": (r"\frac{{{}}}{{{}}}", 6, 0, 0),
    "square": ("{}^2", 6, 7),
    "sqrt": (r"\sqrt{{{}}}", 6, 0),
}


class Written(NamedTuple):
    """A formula as written, and how tightly it holds together."""

    text: str
    tight: int


def as_text(fold: Callable[..., Written]) -> str:
    """Write a tree, given by its method `fold`, in Unicode."""
    return fold(_text_symbol, partial(_number, _TEXT), partial(_join, _TEXT)).text


def as_latex(fold: Callable[..., Written]) -> str:
    """Write a tree, given by its method `fold`, in LaTeX."""
    return fold(_latex_symbol, partial(_number, _LATEX), partial(_join, _LATEX)).text


def _join(style: Mapping[str, Pattern], op: str, *parts: Written) -> Written:
    if op == "*" and parts[0] == parts[1]:
        op, parts = "square", parts[:1]
    pattern, tight, *needed = style[op]
    left, right = (r"\left(", r"\right)") if style is _LATEX else "()"
    texts = [p.text if p.tight >= least else left + p.text + right for p, least in zip(parts, needed, strict=True)]
    return Written(pattern.format(*texts), tight)


def _number(style: Mapping[str, Pattern], value: Fraction) -> Written:
    if value < 0:
        return _join(style, "neg", _number(style, -value))
    decimal = str(Decimal(value.numerator) / value.denominator)
    if value.denominator == 1:
        return Written(str(value), 7)
    if "E" not in decimal and Fraction(decimal) == value:
        return Written(decimal, 7)
    return _join(style, "/", *(Written(str(part), 7) for part in value.as_integer_ratio()))


def _parts(name: str) -> tuple[str, str, str]:
    """Return the stem of a name, the Greek letter that it names (or nothing), and its final digits."""
    stem = name.rstrip("0123456789").removesuffix("_")
    try:
        letter = lookup(f"GREEK SMALL LETTER {stem.upper().replace('MB', 'M')}")  # Unicode spells lambda without b
    except KeyError:
        letter = ""
    return stem, letter, name[len(stem) :].removeprefix("_")


def _text_symbol(name: str) -> Written:
    stem, letter, index = _parts(name)
    return Written((letter or stem) + index.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), 7)


def _latex_symbol(name: str) -> Written:
    stem, letter, index = _parts(name)
    base = rf"\{stem}" if letter else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    return Written(f"{base}_{{{index}}}" if index else base, 7)
