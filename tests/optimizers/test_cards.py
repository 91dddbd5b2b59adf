"""Cards: every rule and schedule says what it is, in maths, with every parameter, its source and its conventions."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import convcheck as cc
from convcheck.discovery import entries

ROOT = Path(__file__).parents[2]
CARDS = [("optimizer", name) for name in entries("optimizer")] + [("schedule", name) for name in entries("schedule")]
KEYS = set(re.findall(r"^@\w+\{([^,\s]+),$", (ROOT / "paper" / "refs.bib").read_text("utf-8"), re.MULTILINE))


def load(kind: str, name: str) -> Any:
    return getattr(cc, kind)(name)


@pytest.mark.parametrize(("kind", "name"), CARDS)
def test_a_card_is_complete(kind: str, name: str) -> None:
    made = load(kind, name)
    parameters = made.hyperparameters if kind == "optimizer" else made.parameters
    summary, *rest = made.card.strip().split("\n\n")
    body = "\n\n".join(rest)
    assert re.fullmatch(r"[A-Z][^.]*\.", summary), summary
    assert ".. math::" in body
    for heading in ["Parameters\n    -------", "Source\n", "Differs\n"] + ["Convention\n"] * (kind == "optimizer"):
        assert f"\n    {heading}" in f"\n{body}", heading
    described = body.partition("Parameters")[2].partition("\n    Source")[0]
    named = {word for line in re.findall(r"^    ([\w, ]+)$", described, re.MULTILINE) for word in line.split(", ")}
    assert named == set(parameters)
    assert "\\\\" not in made.card


@pytest.mark.parametrize(("kind", "name"), CARDS)
def test_the_module_says_in_one_line_what_it_holds(kind: str, name: str) -> None:
    entry = entries(kind)[name]
    docstring = ast.get_docstring(ast.parse(entry.path.read_text("utf-8")))
    assert docstring is not None
    assert "\n" not in docstring
    assert docstring.endswith(".")


def sources() -> dict[str, str]:
    """Return every text given as ``source=`` in the package, with the file that gives it."""
    found = {}
    for path in sorted((ROOT / "convcheck").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "source" and isinstance(node.value, ast.Constant):
                found[str(node.value.value)] = path.name
    return found


def test_every_source_is_in_the_bibliography() -> None:
    unknown = {text: file for text, file in sources().items() if text and text.partition(",")[0] not in KEYS}
    assert not unknown
    assert len(sources()) > 10


def test_the_bibliography_has_no_empty_or_repeated_entries() -> None:
    text = (ROOT / "paper" / "refs.bib").read_text("utf-8")
    listed = re.findall(r"^@\w+\{([^,\s]+),$", text, re.MULTILINE)
    assert len(listed) == len(KEYS) == text.count("@")
    assert text.count("{") == text.count("}")
    for entry in text.split("\n@")[1:]:
        for field in ("author", "title", "year"):
            assert re.search(rf"^\s*{field}\s+= \{{.+\}},?$", entry, re.MULTILINE), entry


@pytest.mark.parametrize("name", entries("optimizer"))
def test_the_name_is_the_files(name: str) -> None:
    assert load("optimizer", name).name == name
