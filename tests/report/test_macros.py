"""Macros and ledger: names of letters, no two alike, nothing that would break the text around it."""

import re

import pytest

from convcheck.errors import CatalogError
from convcheck.report.latex import latex_text, thousands
from convcheck.report.macros import ledger_tex, macro_name, numbers_tex
from convcheck.report.results import Report


@pytest.mark.parametrize(
    ("experiment", "key", "name"),
    [
        ("reddi_online", "AdamMost", "ReddiOnlineAdamMost"),
        ("reddi_online", "adam-most", "ReddiOnlineAdamMost"),
        ("reddi_online", "adam most", "ReddiOnlineAdamMost"),
        ("line", "beta2", "LineBetaTwo"),
        ("figure_10", "T", "FigureOneZeroT"),
        ("line", "R_T/T", "LineRTT"),
    ],
)
def test_a_macro_has_a_name_of_letters(experiment: str, key: str, name: str) -> None:
    assert macro_name(experiment, key) == name
    assert name.isalpha()


@pytest.mark.parametrize("key", ["", "--", "β", "größe"])
def test_a_name_that_tex_cannot_have_is_refused(key: str) -> None:
    with pytest.raises(CatalogError, match="needs a name of English letters and digits"):
        macro_name("line", key)


def test_numbers_are_macros() -> None:
    text = numbers_tex({"line": {"last": "4", "T": r"5\,000\,000"}, "other": {"last": "{-1}"}})
    assert text.splitlines()[1:] == [
        r"\newcommand{\LineLast}{4}",
        r"\newcommand{\LineT}{5\,000\,000}",
        r"\newcommand{\OtherLast}{{-1}}",
    ]
    assert text.startswith("%")


@pytest.mark.parametrize(
    "numbers",
    [
        {"line": {"last": "1", "Last": "2"}},
        {"line": {"a b": "1", "a-b": "1"}},
        {"line": {"up_x": "1"}, "line_up": {"x": "1"}},
        {"line": {"x1": "1", "xOne": "1"}},
    ],
)
def test_two_numbers_with_one_macro_are_an_error(numbers: dict[str, dict[str, str]]) -> None:
    with pytest.raises(CatalogError, match=r"both become \\Line\w+; rename one"):
        numbers_tex(numbers)


@pytest.mark.parametrize("text", ["{", "}{", "5 % of", "#1", "one\n\ntwo", "\\", "a}"])
def test_a_number_that_would_break_the_text_is_refused(text: str) -> None:
    with pytest.raises(CatalogError, match="which TeX cannot take"):
        numbers_tex({"line": {"last": text}})


@pytest.mark.parametrize("text", [r"5\,\%", r"$10^{-6}$", r"\{0\}", "", "−1"])
def test_a_number_may_be_any_latex(text: str) -> None:
    assert f"{{{text}}}\n" in numbers_tex({"line": {"last": text}})


def test_the_ledger_has_a_row_for_each_expectation(report: Report) -> None:
    text = ledger_tex(report.experiments)
    for result in report.experiments:
        assert rf"\texttt{{{result.id}}}" in text
        for expectation in result.expectations:
            (row,) = [line for line in text.splitlines() if f"& {expectation.verdict} &" in line]
            assert row.endswith(r"\\")
            assert r"1 \% of $\beta_{1}$ = 0.2" in row
            assert len(re.findall(r"(?<!\\)&", row)) == 2
    assert text.count(r"\begin{") == text.count(r"\end{") == 1


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("plain", "plain"),
        ("50 % of $x_1 & #2", r"50 \% of \$x\_1 \& \#2"),
        (r"a\b{c}~^", r"a\textbackslash{}b\{c\}\textasciitilde{}\textasciicircum{}"),
        ("β₁₀ ≤ √T", r"$\beta_{10}$ $\le$ $\surd$T"),
        ("5·10⁻⁶", r"5$\cdot$10$^{-6}$"),
        ("‖g‖₂ → ∞", r"$\|$g$\|_{2}$ $\to$ $\infty$"),
        ("λ Ω Σ", r"$\lambda$ $\Omega$ $\sum$"),
        ("[-1,\n 1]", "[-1, 1]"),
        ("Défossez…", r"Défossez\ldots{}"),
        ("$β", r"\$$\beta$"),
    ],
)
def test_text_becomes_latex(text: str, latex: str) -> None:
    assert latex_text(text) == latex


def test_a_large_number_is_cut_into_thousands() -> None:
    assert [thousands(n) for n in (999, 1000, 1234567)] == ["999", r"1\,000", r"1\,234\,567"]


@pytest.mark.parametrize("text", ["ο", "Α", "字", "😀"])
def test_a_character_without_latex_is_named(text: str) -> None:
    with pytest.raises(CatalogError, match=re.escape(repr(text))):
        latex_text(text)
