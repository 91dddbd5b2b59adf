"""Plain text, with the Greek letters and signs in which statements are written, as LaTeX."""

import re
import unicodedata
from collections.abc import Mapping

from convcheck.errors import CatalogError

_TEXT: Mapping[str, str] = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    "—": "---",
    "–": "--",
    "…": r"\ldots{}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "Ł": r"\L{}",
    "ł": r"\l{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
}
_MATH: Mapping[str, str] = {
    "±": r"\pm",
    "×": r"\times",
    "·": r"\cdot",
    "÷": r"\div",
    "−": "-",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "≡": r"\equiv",
    "∈": r"\in",
    "∞": r"\infty",
    "√": r"\surd",
    "∑": r"\sum",
    "Σ": r"\sum",
    "→": r"\to",
    "∇": r"\nabla",
    "ε": r"\varepsilon",
    "φ": r"\varphi",
    "λ": r"\lambda",  # whose name in Unicode lacks a letter
    "Λ": r"\Lambda",
    "‖": r"\|",
}

_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑᵢⱼₖₘₙₚₜₓ"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀ"
_TOKEN = re.compile(f"[{_SUBSCRIPTS}]+|[{_SUPERSCRIPTS}]+|.")
# Letters of Greek that look like ours: TeX has no commands for them.
_NOT_IN_TEX = {
    "omicron",
    "Alpha",
    "Beta",
    "Epsilon",
    "Zeta",
    "Eta",
    "Iota",
    "Kappa",
    "Mu",
    "Nu",
    "Omicron",
    "Rho",
    "Tau",
    "Chi",
}


def latex_text(text: str) -> str:
    """Return text on one line that LaTeX sets as it reads here, in any font encoding.

    Raises
    ------
    CatalogError
        A character has no LaTeX here.
    """
    pieces = "".join(_latex(piece) for piece in _TOKEN.findall(" ".join(text.split())))
    return re.sub(r"(?<!\\)\$\$", "", pieces)  # neighbours form one formula


def thousands(number: int) -> str:
    r"""Return a whole number with a small space between its thousands: ``1\,000\,000``."""
    return f"{number:,}".replace(",", r"\,")


def _latex(piece: str) -> str:
    """Return a character, or a run of indices or exponents, as LaTeX."""
    if piece in _TEXT:
        return _TEXT[piece]
    if piece in _MATH:
        return f"${_MATH[piece]}$"
    if piece.isascii() or piece in "äöüéèàçñøåÄÖÜÉß":
        return piece
    for characters, sign in ((_SUBSCRIPTS, "_"), (_SUPERSCRIPTS, "^")):
        if piece[0] in characters:
            return f"${sign}{{{unicodedata.normalize('NFKC', piece).replace('−', '-')}}}$"
    name = unicodedata.name(piece, "unnamed")
    if greek := re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name):
        word = greek[2].lower() if greek[1] == "SMALL" else greek[2].capitalize()
        if word not in _NOT_IN_TEX:
            return f"$\\{word}$"
    raise CatalogError(f"the character {piece!r} ({name}) has no LaTeX in convcheck; write it in words")
