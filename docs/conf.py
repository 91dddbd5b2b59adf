"""How Sphinx builds the documentation; nothing here reaches for the network."""

import re
from inspect import cleandoc, isclass, ismodule
from pathlib import Path

from numpydoc.docscrape_sphinx import SphinxDocString
from sphinx.application import Sphinx

import convcheck
from convcheck.discovery import entries, load
from convcheck.report.optimizer_page import optimizer_page

project = "convcheck"
author = "convcheck contributors"
project_copyright = "2026, convcheck contributors"
version = release = convcheck.__version__

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = "convcheck"
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 2  # links to sections, as explain-a-claim.md#reports
numpydoc_show_class_members = False
autodoc_typehints = "none"  # cards say in words what an argument is

# Notebooks lie in git without outputs; one that fails is an error.
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

# A card ends in constants and in definitions such as "Source"; in NumPy's form they are notes.
LAST_WORDS = re.compile(
    r"^(?=(?:Source|Differs|Convention|Reference implementation|Invariances)\n +\S|Constants\b)", re.MULTILINE
)
# The star of a shape (*grid, seeds, d), which reStructuredText would take for emphasis.
STAR = re.compile(r"(?<=[(\s])\*(?=\w+[,)])")
# Bars around an absolute value, which it would take for a substitution; not on lines of LaTeX.
BARS = re.compile(r"^(?!.*(?:\\|math::))(.*)$", re.MULTILINE)
ABSOLUTE = re.compile(r"\|(?=\S)([^|\n]*\S)\|")


def in_numpy_form(card: str) -> str:
    """Put what follows the parameters of a card under a heading of its own."""
    text = LAST_WORDS.sub("Notes\n-----\n", cleandoc(card), count=1)
    return STAR.sub(r"\\*", BARS.sub(lambda line: ABSOLUTE.sub(r"\|\1\|", line[0]), text))


def write_card(card: str) -> str:
    """Return a card as MyST."""
    return f"````{{eval-rst}}\n{SphinxDocString(in_numpy_form(card))}\n````"


def cards(kind: str) -> str:
    """Return the page of all cards of a kind, found by folder as everywhere."""
    page = [f"# {kind.capitalize()}s"]
    page += [f"## {name}\n\n{write_card(load(kind, name).card)}" for name in entries(kind)]
    return "\n\n".join(page) + "\n"


def python_face() -> str:
    """Return the page of everything that ``import convcheck`` offers."""
    page = ["# Python", "All of it is in the package itself: `import convcheck as cc`."]
    for name in sorted(convcheck.__all__, key=str.casefold):
        directive = "autoclass" if isclass(getattr(convcheck, name)) else "autofunction"
        # The drift's package can be called, but the card is that of the function in it.
        tail = f".{name}" if ismodule(vars(convcheck).get(name)) else ""
        page.append(f"```{{eval-rst}}\n.. {directive}:: convcheck.{name}{tail}\n```")
    return "\n\n".join(page) + "\n"


def write_pages(app: Sphinx) -> None:
    """Write the pages that are made from the package, where they have changed."""
    folder = Path(app.srcdir) / "generated"
    folder.mkdir(exist_ok=True)
    pages = {f"{kind}s": cards(kind) for kind in ("schedule", "problem")}
    pages |= {"optimizers": optimizer_page(write_card), "python": python_face()}
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def reshape(_app: Sphinx, _what: str, _name: str, _of: object, _options: object, lines: list[str]) -> None:
    """Give a docstring NumPy's form before numpydoc reads it."""
    lines[:] = in_numpy_form("\n".join(lines)).splitlines()


def setup(app: Sphinx) -> None:
    """Connect the functions above."""
    app.connect("builder-inited", write_pages, priority=400)
    app.connect("autodoc-process-docstring", reshape, priority=400)
