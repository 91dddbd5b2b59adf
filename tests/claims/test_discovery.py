"""Claims are found by folder; nothing is proved when they are, and none sees what another assumes."""

import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from convcheck.claims import discovery
from convcheck.claims.claim import Source
from convcheck.errors import CatalogError, DuplicateNameError, UnknownNameError

if TYPE_CHECKING:
    from tests.claims.conftest import WriteClaim

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 0.05
"""Seconds in which a claim file, its imports aside, must have made its statement."""


def test_a_claim_has_the_name_of_its_folder_and_file(write_claim: "WriteClaim", repository: Path) -> None:
    path = write_claim("mine2026/theorem_1_a")
    entry = discovery.entries()["mine2026/theorem-1-a"]
    assert (entry.path, entry.name) == (path, "mine2026/theorem-1-a")
    assert discovery.entries(repository).keys() == discovery.entries().keys()


def test_a_claim_is_what_its_file_says(write_claim: "WriteClaim") -> None:
    write_claim()
    found = discovery.load("mine2026/a-square")
    assert found.title == "A square is not negative"
    assert found.card == "Known since long."
    assert found.claim.source == Source("zinkevich2003", "Lemma 1")
    assert found.text == "0 ≤ x²"
    assert "x^{2}" in found.latex
    assert "$" not in found.latex
    assert found.optimizers == ("sgd",)
    assert found.counterexample is None


def test_nothing_is_proved_at_import(write_claim: "WriteClaim") -> None:
    write_claim(more="def proof():\n    raise AssertionError\n")
    discovery.load("mine2026/a-square")


def test_bundled_claims_are_found_and_state_what_they_claim_at_once() -> None:
    names = discovery.entries(ROOT)
    files = {path for path in (ROOT / "proofs").glob("*/*.py") if not path.stem.startswith("_")}
    assert {entry.path for entry in names.values()} == files
    keys = set(re.findall(r"^@\w+\{([^,\s]+),$", (ROOT / "paper" / "refs.bib").read_text("utf-8"), re.MULTILINE))
    for name in names:
        found = discovery.load(name, ROOT)
        assert found.title
        assert found.text
        assert found.claim.source.key == name.partition("/")[0]
        assert found.claim.source.key in {*keys, "convcheck"}  # what is proved first here has no other source


def test_a_statement_is_made_in_no_time(write_claim: "WriteClaim", tmp_path: Path) -> None:
    write_claim()
    discovery.load("mine2026/a-square")  # what is imported is imported now
    for entry in [*discovery.entries().values()]:
        copy = tmp_path / "copies" / entry.path.parent.name / entry.path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(entry.path, copy)
        for file in entry.path.parent.glob("*.json"):
            shutil.copy(file, copy.parent)
        discovery.read(entry.path)
        start = time.process_time()
        discovery.read(copy)
        assert time.process_time() - start < LIMIT, entry.name


def test_what_one_file_assumes_is_not_seen_by_another(write_claim: "WriteClaim") -> None:
    lines = "from convcheck.language.proof import given\nfrom convcheck.language.scope import current\n"
    write_claim(
        "mine2026/first", more=lines + "given(0 < x)\nknown = lambda: len(current().context.facts)\n", verdict="open"
    )
    write_claim("mine2026/second", more=lines + "known = lambda: len(current().context.facts)\n", verdict="open")
    first, second = (discovery.load(f"mine2026/{name}") for name in ("first", "second"))
    assert first.within(first.module.known) == second.within(second.module.known) + 1
    again = discovery.load("mine2026/first")  # not executed again
    assert again.module is first.module
    assert again.within(again.module.known) == first.within(first.module.known)


@pytest.mark.parametrize("name", ["mine2026/_helpers", "_mine/theorem", ".hidden/theorem"])
def test_a_leading_underscore_hides(write_claim: "WriteClaim", name: str) -> None:
    before = discovery.entries()
    write_claim(name)
    assert discovery.entries() == before


def test_two_files_of_one_name_are_an_error_that_shows_both(write_claim: "WriteClaim") -> None:
    one, two = write_claim("mine2026/a_b"), write_claim("mine2026/a-b")
    with pytest.raises(DuplicateNameError) as raised:
        discovery.entries()
    assert str(one) in str(raised.value)
    assert str(two) in str(raised.value)


def test_an_unknown_id_gets_the_nearest(write_claim: "WriteClaim") -> None:
    write_claim()
    with pytest.raises(UnknownNameError, match="did you mean 'mine2026/a-square'"):
        discovery.load("mine2026/a-squares")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"""A square is not negative.\n\nKnown since long.\n"""', "", "must begin with a docstring"),
        ("claim = ", "claimed = ", "must say what it declares"),
        ("statement = ", "stated = ", "must define statement"),
        ("def proof", "def prove", "declares the claim proved: it must define a function proof"),
        ('verdict="proved"', 'verdict="refuted"', "it must name its counterexample"),
        ("def proof", "negation = statement\ndef proof", "has a negation that is not negated"),
        ("def proof", 'counterexample = "a.json"\ndef proof', "a claim has one of them"),
        ("def proof", 'proof = None\ncounterexample = "a.json"\ndef other', "declares the claim proved"),
    ],
)
def test_a_file_that_lacks_something_says_what(write_claim: "WriteClaim", old: str, new: str, sentence: str) -> None:
    path = write_claim()
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CatalogError, match=sentence):
        discovery.load("mine2026/a-square")


def test_a_counterexample_is_a_file_beside_the_claim(write_claim: "WriteClaim") -> None:
    path = write_claim(verdict="refuted", more='counterexample = "a_square.json"\n')
    with pytest.raises(CatalogError, match="names a counterexample that does not exist"):
        discovery.load("mine2026/a-square")
    path.with_suffix(".json").touch()
    assert discovery.load("mine2026/a-square").counterexample == path.with_suffix(".json")
