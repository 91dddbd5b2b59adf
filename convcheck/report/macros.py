r"""What the paper's text takes from the tables: ``numbers.tex``, a macro for each number; ``ledger.tex``, the verdicts.

The macro of the number ``last-regret`` of the experiment ``reddi_online`` is ``\ReddiOnlineLastRegret``:
words in CamelCase, digits spelt out, since TeX's names consist of letters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from convcheck.errors import CatalogError
from convcheck.report.latex import latex_text
from convcheck.report.results import ExperimentResult

_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_HEAD = "% Written by `convcheck paper` from the tables of the experiments; edit those.\n"


def macro_name(experiment: str, key: str) -> str:
    """Return the name of a number's macro, without its backslash.

    Raises
    ------
    CatalogError
        The key holds no letter or digit, or others than those of English.
    """
    words = re.findall(r"[A-Za-z0-9]+", f"{experiment} {key}")
    letters = "".join(word[0].upper() + word[1:] for word in words)
    if not key.isascii() or not re.search(r"[A-Za-z0-9]", key):
        raise CatalogError(f"the number {key!r} of {experiment} needs a name of English letters and digits")
    return re.sub(r"\d", lambda digit: _DIGITS[int(digit[0])], letters)


def numbers_tex(numbers: Mapping[str, Mapping[str, str]]) -> str:
    """Return ``numbers.tex`` for the numbers of each experiment.

    Raises
    ------
    CatalogError
        Two numbers have the same macro, or a number would break the text around it.
    """
    macros: dict[str, str] = {}
    owners: dict[str, str] = {}
    for experiment, found in numbers.items():
        for key, text in found.items():
            name, owner = macro_name(experiment, key), f"{key!r} of {experiment}"
            if name in owners:
                raise CatalogError(f"the numbers {owners[name]} and {owner} both become \\{name}; rename one")
            if _breaks(text):
                raise CatalogError(
                    f"the number {owner} is {text!r}, which TeX cannot take: an open brace, a comment or #"
                )
            owners[name], macros[name] = owner, text
    return _HEAD + "".join(f"\\newcommand{{\\{name}}}{{{text}}}\n" for name, text in macros.items())


def ledger_tex(results: Iterable[ExperimentResult]) -> str:
    """Return ``ledger.tex``: a ``longtable`` of what was expected, the verdict, and what was seen.

    The preamble needs booktabs and longtable.
    """
    rows = [line for result in results for line in _rows(result)]
    head = [
        r"\toprule",
        r"Expectation & Verdict & What was seen \\",
        r"\midrule",
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
    ]
    begin = r"\begin{longtable}{@{}p{0.28\linewidth}@{\hspace{1em}}l@{\hspace{1em}}p{0.52\linewidth}@{}}"
    return _HEAD + "\n".join([begin, *head, *rows, r"\end{longtable}", ""])


def _rows(result: ExperimentResult) -> Sequence[str]:
    title = rf"\multicolumn{{3}}{{@{{}}l}}{{\texttt{{{_breakable(result.id)}}}}} \\*"
    return [title] + [
        rf"\quad {_breakable(e.name)} & {latex_text(str(e.verdict))} & {latex_text(e.statement)} \\"
        for e in result.expectations
    ]


def _breakable(name: str) -> str:
    """Let TeX break a name after hyphens and underscores."""
    return latex_text(name).replace(r"\_", r"\_\allowbreak{}").replace("-", r"-\allowbreak{}")


def _breaks(text: str) -> bool:
    plain = re.sub(r"\\.", "", text)
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0 or character in "%#\n\\":
            return True
    return depth != 0
